"""What makes a chapter stale, and what does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.sources import PARTS, code_of, parts_of, stale

ROOT = Path(__file__).parents[2]
CHAPTER, NOTEBOOK, CHECKS, MISTAKES = "chapter.yml", "notebook.py", "checks.py", "mistakes.yml"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder with one chapter, built from its source."""
    shutil.copytree(ROOT / "source" / "lenet", tmp_path / "source" / "lenet")
    built = tmp_path / "solutions" / "lenet" / "hidden.json"
    built.parent.mkdir(parents=True)
    built.write_text(json.dumps({"sources": parts_of(tmp_path, "lenet")}), "utf-8")
    return tmp_path


def edit(course: Path, name: str, old: str, new: str) -> None:
    path = course / "source" / "lenet" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


ANNOUNCED = """\
        hidden: true
        announced: {zh: "`num_classes` 可以不是 10", en: "`num_classes` may be other than 10"}
"""  # of the first hidden check of lenet


@pytest.mark.parametrize(
    ("name", "old", "new", "part"),
    [
        (CHAPTER, ANNOUNCED, "", "points"),
        (CHAPTER, "minimum: 0.9,", "minimum: 0.91,", "points"),
        (CHAPTER, "data: mnist", "data: palm", "data"),
        (CHECKS, "seed=4711", "seed=4712", "checks"),
        (NOTEBOOK, "import paddle\n", "import paddle\nimport os\n", "solution"),
        (MISTAKES, "to: ''\n", "to: pass\n", "mistakes"),
    ],
)
def test_what_was_changed_is_named(course: Path, name: str, old: str, new: str, part: str) -> None:
    assert stale(course, "lenet") is None
    edit(course, name, old, new)
    said = stale(course, "lenet")
    assert said is not None
    assert f"({PARTS[part].en})" in said.en
    assert f"({PARTS[part].zh})" in said.zh


def test_an_example_that_is_added_or_called_wrong_makes_a_chapter_stale(course: Path) -> None:
    folder = course / "source" / "lenet"
    some = min((folder / "right").iterdir())
    (folder / "wrong").mkdir()
    for other in (folder / "right" / "another.py", folder / "wrong" / some.name):
        shutil.copy(some, other)
        assert PARTS["mistakes"].en in str(getattr(stale(course, "lenet"), "en", ""))
        other.unlink()
    assert stale(course, "lenet") is None


def comment(text: str) -> str:
    return "# another comment\n" + text


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (CHECKS, comment),
        (NOTEBOOK, lambda text: text.replace('# %% [markdown] lang="en"\n', '# %% [markdown] lang="en"\n# More words.\n')),
        (NOTEBOOK, lambda text: text.replace("# zh: ", "# zh: 又")),
        (CHAPTER, lambda text: text.replace("question_guide:\n      zh: >-\n", "question_guide:\n      zh: >-\n        又\n")),
        (CHAPTER, lambda text: text.replace("Why the output is flattened", "Why one flattens")),
        (MISTAKES, lambda text: text.replace("      en: You ", "      en: Perhaps you ")),
    ],
)  # fmt: skip
def test_texts_make_nothing_stale(course: Path, name: str, change: Callable[[str], str]) -> None:
    path = course / "source" / "lenet" / name
    before = path.read_text("utf-8")
    path.write_text(change(before), "utf-8")
    assert path.read_text("utf-8") != before
    assert stale(course, "lenet") is None


def test_a_source_that_cannot_be_read_is_told(course: Path) -> None:
    edit(course, CHECKS, "CHECKS = {", "CHECKS = {{")
    assert "cannot be read" in str(getattr(stale(course, "lenet"), "en", ""))


def test_without_source_or_before_the_first_build_nothing_is_compared(course: Path) -> None:
    edit(course, CHECKS, "seed=4711", "seed=4712")
    (course / "solutions" / "lenet" / "hidden.json").unlink()
    assert stale(course, "lenet") is None
    shutil.rmtree(course / "source")
    assert stale(course, "lenet") is None


def test_wordings_of_checks_are_no_code() -> None:
    before = 'WRONG = Message("k", zh="a", en="b")\ndef judge(x):\n    "Doc."\n    return Text(zh=f"{x}", en="c")\n'
    after = 'def judge(x):\n    return Text(zh="z", en=f"{x}!")\nOTHER: Message = Message("k", zh="q", en="r")\n'
    assert code_of(before, ours=True) == code_of(after, ours=True)
    assert code_of(before) != code_of(after)
    assert code_of(before, ours=True) != code_of(before.replace("x)", "x, y)"), ours=True)


def test_the_same_code_is_told_by_every_python() -> None:
    """`ast.dump` of 3.12 and 3.13 is another one: there every chapter would be older than its recordings."""
    answer = "def f(x, *rest, named=None):\n    return [f'{x!r:>{4}}', {}, lambda: ()] if rest else None\n\nclass C:\n    pass\n"
    assert code_of(answer) == (
        "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='x')], vararg=ar"
        "g(arg='rest'), kwonlyargs=[arg(arg='named')], kw_defaults=[Constant(value=None)], defaults=[]), "
        "body=[Return(value=IfExp(test=Name(id='rest', ctx=Load()), body=List(elts=[JoinedStr(values=[For"
        "mattedValue(value=Name(id='x', ctx=Load()), conversion=114, format_spec=JoinedStr(values=[Consta"
        "nt(value='>'), FormattedValue(value=Constant(value=4), conversion=-1)]))]), Dict(keys=[], values"
        "=[]), Lambda(args=arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])"
        ", body=Tuple(elts=[], ctx=Load()))], ctx=Load()), orelse=Constant(value=None)))], decorator_list"
        "=[]), ClassDef(name='C', bases=[], keywords=[], body=[Pass()], decorator_list=[])], type_ignores"
        "=[])"
    )
