"""A type of check of a course that is not as it must be: the build says where and what, and writes nothing."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.bundle import bundle
from autograder.authoring.record import RecordError, read_checks
from autograder.checks.catalogue import CheckTypeError, packaged_types
from autograder.checks.suite import read_kit
from autograder.course import load_chapter, load_course
from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.sandbox.session import StudentError, value_of

COURSE = Path(__file__).parents[1] / "courses" / "numbers"
CALLED = 'type: Literal["rows_sum_to_one"] = "rows_sum_to_one"'
ASKED = "def ask(self, session: Any) -> Any:"
ANSWER = 'return {"sums": numbers(np.asarray(result, np.float64).reshape(len(x), -1).sum(axis=1))}'
JUDGED = "def judge(self, seen: Any, expected: Any) -> Text | None:"
RIGHT = 'right = all(abs(one - 1) <= 1e-6 for one in seen["sums"])'
SAID = 'return OFF(name=self.name, sums=seen["sums"][:4])'


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(framework="python")
    yield made
    if made.zygote:
        made.zygote.close()


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    root = tmp_path / "course"
    shutil.copytree(COURSE, root)
    path = root / "source" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return root


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (CALLED, "", r"loss\.rows is of the type RowsSumToOne, which needs a name of its own in kits: `type: Literal"),
        (
            CALLED,
            'type: Literal["call"] = "call"',
            r"whose `type` \"call\" is one of the kit's; give it another name",
        ),
        ('kind: ClassVar[str] = "function"', "", r"RowsSumToOne, which needs `kind: ClassVar"),
        ('kind: ClassVar[str] = "function"', 'kind: ClassVar[str] = "fun"', r"or another of shape, count"),
        (ASKED, "def ask(self) -> Any:", r"whose ask must be `def ask\(self, session\)`"),
        (
            JUDGED,
            "def judge(self, seen: Any) -> Text | None:",
            r"whose judge must be `def judge\(self, seen, expected\)`",
        ),
        (
            "def complaint(self, seen: Any, expected: Any) -> Text:",
            "def complaint(self) -> Text:",
            r"whose complaint must be `def complaint\(self, seen, expected\)`",
        ),
        (
            "class RowsSumToOne",
            'class Twin(Check):\n    type: Literal["rows_sum_to_one"] = "rows_sum_to_one"\n    kind: ClassVar[str] = "function"\n'
            "    def ask(self, session): ...\n    def complaint(self, seen, expected): ...\n\n\nclass RowsSumToOne",
            r"check_types\.py: two classes have the `type` \"rows_sum_to_one\": Twin, RowsSumToOne; give each its own",
        ),
    ],
)
def test_a_type_that_is_not_as_it_must_be_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = changed(tmp_path, "check_types.py", old, new) / "source" / "neighbours"
    with pytest.raises((RecordError, CheckTypeError), match=said):
        read_checks(folder, load_chapter(folder))


VARIANTS = """variants:
  count: 2
  constants:
    - {name: MOST_NEIGHBOURS, meaning: {zh: 最大的 k, en: the largest k}, paper: 5, values: [3, 4, 5]}
"""


def test_a_chapter_with_variants_has_own_types_too_and_a_bundle_holds_them(tmp_path: Path, box: Box) -> None:
    """Their modules are imported for each variant, so one type has several classes."""
    root = changed(tmp_path, "neighbours/chapter.yml", "framework: python\n", f"framework: python\n{VARIANTS}")
    course = root / "course.yml"
    course.write_text(f'{course.read_text("utf-8")}\nsalt: "{"0f" * 16}"\n', "utf-8")
    folder = root / "source" / "neighbours"
    assert type(read_checks(folder, load_chapter(folder)).graded["loss.rows"]).__name__ == "RowsSumToOne"
    for chapter in load_course(root).chapters:
        build_chapter(root, chapter.id, "zh", box)
    bank = read_kit(root / "solutions" / "neighbours" / "hidden.json", root).bank
    assert bank is not None
    assert len(bank.variants) == 3
    assert any(name.endswith("check_types.py") for name in bundle(root, load_course(root), "en"))


def test_a_field_may_be_a_tuple_of_anything(tmp_path: Path) -> None:
    root = changed(tmp_path, "check_types.py", "shape: tuple[int, int]", "shape: tuple")
    folder = root / "source" / "neighbours"
    assert isinstance(read_checks(folder, load_chapter(folder)).graded["loss.rows"].model_dump()["shape"], tuple)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('"loss.rows": RowsSumToOne,', r"loss\.rows is the class RowsSumToOne; write a check of it, such as"),
        ('"loss.rows": 3,', r"loss\.rows is int, no check; see docs/checks\.md"),
        (
            '"loss.rows": RowsSumToOne(name="softmax", shap=(6, 4), seed=5),',
            r"checks\.py:\d+: cannot be imported: ValidationError: RowsSumToOne: shap",
        ),
    ],
)
def test_what_is_no_check_is_named(tmp_path: Path, new: str, said: str) -> None:
    root = changed(tmp_path, "neighbours/checks.py", *whole_line(new))
    with pytest.raises((RecordError, CheckTypeError), match=said):
        read_checks(root / "source" / "neighbours", load_chapter(root / "source" / "neighbours"))


def whole_line(new: str) -> tuple[str, str]:
    text = (COURSE / "source" / "neighbours" / "checks.py").read_text("utf-8")
    return next(line.strip() for line in text.splitlines() if '"loss.rows"' in line), new


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            ANSWER,
            "return {'sums': 1 / 0}",
            r"loss\.rows: .*check_types\.py:29: RowsSumToOne\.ask raised ZeroDivisionError",
        ),
        (ANSWER, "return {'sums': session.question}", r"check_types\.py:29: RowsSumToOne\.ask raised AttributeError"),
        (
            ANSWER,
            "return {'sums': (1.0, 2.0)}",
            r"check_types\.py:26: RowsSumToOne\.ask: \['sums'\] is tuple; return a list",
        ),
        (ANSWER, "return {'sums': np.ones(2)}", r"\['sums'\] is ndarray; return numbers\(array\) or sketch\(array\)"),
        (ANSWER, "return {'sums': [np.float64(1)]}", r"\['sums'\]\[0\] is float64; return a plain Python value"),
        (ANSWER, "return {1: 2}", r"what it returns has the key 1, and keys must be texts"),
        (
            RIGHT,
            "right = seen['total'] == 1",
            r"check_types\.py:32: RowsSumToOne raised KeyError: 'total' while it judged the sol",
        ),
        (
            JUDGED,
            JUDGED + "\n        return 'wrong'",
            r"RowsSumToOne\.judge returned str for the solution; return None or a Text",
        ),
        (SAID, "return 'off'", r"RowsSumToOne\.judge returned str for the known mistake \w+; return None or a Text"),
        (
            SAID,
            "return OFF(sums=[])",
            r"check_types\.py:36: RowsSumToOne raised KeyError: 'name' while it judged the known mis",
        ),
    ],
)
def test_a_type_that_fails_is_named_with_its_line_and_nothing_is_written(
    tmp_path: Path, box: Box, old: str, new: str, said: str
) -> None:
    root = changed(tmp_path, "check_types.py", old, new)
    with pytest.raises(RecordError, match=said):
        build_chapter(root, "neighbours", "zh", box)
    assert not (root / "solutions").exists()
    assert not (root / "assignments").exists()


@pytest.mark.parametrize("page", ["checks.md", "checks.zh.md"])
def test_the_example_of_the_docs_is_a_type(tmp_path: Path, page: str) -> None:
    text = (COURSE.parents[2] / "docs" / page).read_text("utf-8")
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "# source/check_types.py" in block
    )
    root = changed(
        tmp_path, *("neighbours/checks.py", *whole_line('"loss.rows": RowsSumToOne(name="softmax", seed=5),'))
    )
    (root / "source" / "check_types.py").write_text(code, "utf-8")
    found = read_checks(root / "source" / "neighbours", load_chapter(root / "source" / "neighbours"))
    assert type(found.graded["loss.rows"]).__name__ == "RowsSumToOne"


class Network:
    """What answers an own type's questions about a network: twice its rows, or what the student's code raised."""

    def __init__(self, raises: bool) -> None:
        self.raises, self.seed = raises, 3

    def ask(self, operation: str, **arguments: Any) -> Any:
        raised = {"error": {"type": "ValueError", "message": "shapes"}}
        if operation == "forward":  # as every session gives it
            return value_of({"value": raised if self.raises else {"output": 2 * arguments["images"]}})
        return {"make": "network", "fill": None}[operation]


@pytest.mark.parametrize("page", ["checks.md", "checks.zh.md"])
def test_the_question_to_a_network_in_the_docs_works(page: str) -> None:
    text = (COURSE.parents[2] / "docs" / page).read_text("utf-8")
    (code,) = (block for block in re.findall(r"  ```python\n(.*?)  ```", text, re.DOTALL) if '"forward"' in block)
    found: dict[str, Any] = {}
    exec(textwrap.dedent(code), found)
    assert found["ask"](Network(raises=False), Network(raises=False)) == {"apart": 0.0}
    with pytest.raises(StudentError, match="shapes"):
        found["ask"](Network(raises=False), Network(raises=True))


def test_a_package_whose_types_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    information = tmp_path / "more_checks-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: more-checks\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    for value, said in (
        ("no_module_of_this_name", r"more = no_module_of_this_name .* cannot be loaded: ModuleNotFoundError"),
        ("pathlib:Path", r"more = pathlib:Path .* is no type of check; name a class with a `type`"),
    ):
        (information / "entry_points.txt").write_text(f"[autograder.checks]\nmore = {value}\n")
        packaged_types.cache_clear()
        with pytest.raises(CheckTypeError, match=said):
            packaged_types()
    packaged_types.cache_clear()
