"""The base of the models: it reports every problem of a mapping at once, each at its own key."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from autograder.course.errors import KeyPath
from autograder.course.wording import (
    EXPECTED,
    MAPPING,
    NOT_BUT,
    THERE_IS,
    UNKNOWN_KEY,
    VALID_KEYS,
    expectation,
    meant,
    quoted,
)
from autograder.portable.unfit import MISSING_KEY
from autograder.portable.validated import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    InitErrorDetails,
    ModelWrapValidatorHandler,
    PlainSerializer,
    PydanticCustomError,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    model_validator,
)
from autograder.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from typing import Self

    from pydantic_core import ErrorDetails

Complaint = tuple[KeyPath, Text]
PROBLEM = "course_problem"
Validated = TypeVar("Validated")

EMPTY = Text(zh="不能为空", en="must not be empty")
NO_ENTRY = Text(zh="至少要有一项", en="must have at least one entry")
ALREADY = Text(zh="{value} 已经是 {name}[{place}] 的 {key}", en="{value} is already the {key} of {name}[{place}]")


class Record(BaseModel):
    """A frozen mapping of known keys.

    Pydantic skips a model's own validators as soon as one field is wrong. `contradictions` looks at the raw values
    instead, so that an author sees a wrong sum and a wrong key in the same run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:  # noqa: ARG003
        """Yield what single fields cannot see. `raw` is unchecked: any value may be missing or of any type."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _report_everything(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        complaints = list(cls.contradictions(value)) if isinstance(value, Mapping) else []
        return _all_errors(value, handler, cls, complaints)


def _all_errors(
    value: object, handler: Callable[[Any], Validated], model: type[BaseModel], complaints: Iterable[Complaint]
) -> Validated:
    """Return what `handler` makes of `value`; raise its errors, reworded, together with `complaints`."""
    errors = [_error(place, said, value) for place, said in complaints]
    try:
        result = handler(value)
    except ValidationError as failure:
        keys = [field.alias or name for name, field in model.model_fields.items()]
        for error in failure.errors(include_url=False):
            said = said_in(error) if error["type"] == PROBLEM else expectation(error, keys)
            errors.append(_error(error["loc"], said, error["input"]))
    if errors:
        raise ValidationError.from_exception_data(model.__name__, errors)
    return result


def _error(place: KeyPath, said: Text, value: object) -> InitErrorDetails:
    return InitErrorDetails(type=problem(said), loc=place, input=value)


def problem(said: Text) -> PydanticCustomError:
    """Return an error for a validator to raise whose message reaches the author unchanged, see `said_in`."""
    return PydanticCustomError(PROBLEM, "{message}", {"message": said.en, "said": said})


def said_in(error: ErrorDetails) -> Text:
    """Return the message of an error in both languages, that of `problem`; one of pydantic's own is English in both."""
    said = error.get("ctx", {}).get("said")
    return said if isinstance(said, Text) else Text(zh=error["msg"], en=error["msg"])


# A folded text of YAML has a space at each line end: between two Chinese characters it would be shown as a gap.
GAP = re.compile(
    r"(?<=[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]) (?=[\u2014-\u2026\u3000-\u9fff\uff00-\uffef])"
    r"|(?<=[，。；：、！？）]) | (?=[，。；：、！？（])"
)


def _course_text(value: Any, _handler: Callable[[Any], Text], info: ValidationInfo) -> Text:
    """Return the text that an author wrote: by language or, in a course with one language, as it is."""
    if isinstance(value, Text):
        return value
    languages: tuple[Language, ...] | None = (info.context or {}).get("languages")
    if isinstance(value, str) and languages and len(languages) == 1:
        value = {languages[0]: value}
    complaints = list(_text_complaints(value, languages or LANGUAGES, any_other=languages is None))
    if complaints:
        raise ValidationError.from_exception_data("Text", [_error(place, said, value) for place, said in complaints])
    return Text.of({name: GAP.sub("", text) if name == "zh" else text for name, text in value.items()})


def _text_complaints(value: Any, languages: Sequence[Language], *, any_other: bool) -> Iterator[Complaint]:
    """Yield what is wrong with a text by language: each of `languages` must be there, those of the kit may be."""
    if not isinstance(value, Mapping):
        yield (), MAPPING.format(keys=", ".join(languages), value=quoted(value))
        return
    known = dict.fromkeys((*languages, *LANGUAGES))
    for name in languages:
        if name not in value:
            yield (name,), MISSING_KEY
    for name, text in value.items():
        if name not in known and not any_other:
            yield (name,), UNKNOWN_KEY.format(advice=meant(name, known, VALID_KEYS))
        elif not isinstance(text, str):
            yield (name,), NOT_BUT.format(expected=EXPECTED["string_type"], value=quoted(text))
        elif not text.strip():
            yield (name,), EMPTY


def _not_empty(entries: tuple[Validated, ...]) -> tuple[Validated, ...]:
    if not entries:
        raise problem(NO_ENTRY)
    return entries


CourseText = Annotated[Text, WrapValidator(_course_text), PlainSerializer(Text.record, when_used="json")]
NotEmpty = AfterValidator(_not_empty)
WholeNumber = Annotated[int, Field(strict=True, ge=0)]
PositiveNumber = Annotated[int, Field(strict=True, gt=0)]
Fraction = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]


def raw_value(raw: object, key: str) -> object:
    """Return `raw[key]` of an unchecked mapping, or the attribute of a finished model; None when there is none."""
    return raw.get(key) if isinstance(raw, Mapping) else getattr(raw, key, None)


def raw_list(raw: object, key: str) -> list[object]:
    """Return the list at `key` of an unchecked mapping, empty when there is none."""
    value = raw_value(raw, key)
    return list(value) if isinstance(value, (list, tuple)) else []


def raw_number(raw: object, key: str) -> float | None:
    """Return the finite number at `key` of an unchecked mapping, None when there is none."""
    value = raw_value(raw, key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def repeated(raw: object, name: str, key: str) -> Iterator[Complaint]:
    """Yield a complaint for every entry of the list `name` whose `key` an earlier entry has."""
    seen: dict[object, int] = {}
    for position, entry in enumerate(raw_list(raw, name)):
        value = raw_value(entry, key)
        if not isinstance(value, (str, int)):
            continue
        if value in seen:
            yield (name, position, key), ALREADY.format(value=quoted(value), key=key, name=name, place=seen[value])
        seen.setdefault(value, position)


def unknown(value: object, options: Iterable[object], wording: Text) -> Text | None:
    """Return `wording` for a text that is none of `options`; None when it is one, or is no text at all."""
    names = [option for option in options if isinstance(option, str)]
    if not isinstance(value, str) or value in names:
        return None
    return wording.format(value=quoted(value), advice=meant(value, names, THERE_IS))
