"""The records of a machine without pydantic say what is wrong in both languages, as pydantic's do."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest

from autograder.course.record import said_in
from autograder.portable.light import AfterValidator, BaseModel, ConfigDict, PydanticCustomError, ValidationError
from autograder.text import Text

ODD = Text(zh="必须是奇数", en="must be odd")


def _odd(number: int) -> int:
    if number % 2 == 0:
        raise PydanticCustomError("own", "{message}", {"message": ODD.en, "said": ODD})
    return number


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["one", "two"]
    counts: tuple[int, ...] = ()


class Outer(BaseModel):
    number: Annotated[int, AfterValidator(_odd)]
    inner: Inner


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ({"number": 2, "inner": {"kind": "one"}}, "number: 必须是奇数", "number: must be odd"),
        ({"number": 1}, "inner: 缺少这个键", "inner: this key is missing"),
        ({"number": 1, "inner": {"kind": "one", "more": 1}}, "inner.more: 没有这样的键", "inner.more: unknown key"),
        (
            {"number": "x", "inner": {"kind": "six", "counts": [1, 2.5]}},
            "number: 必须是 int，不能是 'x'；inner.kind: 必须是 'one', 'two' 之一，不能是 'six'；inner.counts: 必须是 int，不能是 2.5",
            "number: must be int, not 'x'; inner.kind: must be one of 'one', 'two', not 'six'; inner.counts: must be int, not 2.5",
        ),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(written: object, chinese: str, english: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(written)
    assert caught.value.said == Text(zh=f"Outer: {chinese}", en=f"Outer: {english}")
    assert str(caught.value) == caught.value.said.en
    first = caught.value.errors()[0]
    assert first["msg"] == said_in(first).en  # type: ignore[arg-type]
    assert said_in(first).zh in chinese  # type: ignore[arg-type]
