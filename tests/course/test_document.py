from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.course import CourseError, Problem, check_course, load_course
from autograder.course import document as reading
from autograder.course.document import read_document

from .conftest import COURSE, problems_of

ROOT = Path(__file__).parents[2]
Problems = Callable[..., list[str]]


def written(folder: Path, content: bytes) -> Path:
    file = folder / "course.yml"
    file.write_bytes(content)
    return file


def test_lines_of_keys_and_entries_count_from_one(tmp_path: Path) -> None:
    document = read_document(written(tmp_path, b"# note\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n"), "f")
    assert document.values == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert document.lines == {(): 2, ("a",): 2, ("b",): 3, ("b", 0): 4, ("b", 1): 5, ("b", 1, "c"): 5, ("b", 1, "d"): 6}
    assert document.line(("b", 1, "missing", 7)) == 5


def test_the_same_text_is_parsed_once_and_its_values_are_each_readers_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, b"a: {b: [1]}\n")
    read_document(file, "f").values["a"]["b"].append(2)
    assert read_document(file, "f").values == {"a": {"b": [1]}}
    assert read_document(written(tmp_path, b"a: 3\n"), "f").values == {"a": 3}

    parsed: list[str] = []
    compose = reading.YAML.compose
    monkeypatch.setattr(reading.YAML, "compose", lambda yaml, text: parsed.append(text) or compose(yaml, text))
    reading._root_node.cache_clear()
    assert check_course(load_course(ROOT), ROOT)
    assert parsed
    assert len(parsed) == len(set(parsed))


def test_scalars_keep_their_type_and_dates_stay_text(tmp_path: Path) -> None:
    content = b"a: true\nb: ~\nc: 0x10\nd: 1e3\ne: 2026-09-07T00:00:00+08:00\nf: '5'\ng: no\n"
    values = read_document(written(tmp_path, content), "f").values
    assert values == {"a": True, "b": None, "c": 16, "d": 1000.0, "e": "2026-09-07T00:00:00+08:00", "f": "5", "g": "no"}


def test_a_duplicate_key_names_both_lines(course_problems: Problems) -> None:
    assert course_problems(("weight: 2\n", "weight: 2\n    due: 2027-01-01T00:00Z\nlanguage: en\n")) == [
        "course.yml:11: chapters[1].due: this key is already there, on line 9",
        "course.yml:12: language: this key is already there, on line 4",
    ]


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        (b"id: x\ntitle: [1, 2\nlanguage: zh\n", 3, "YAML syntax: while parsing a flow sequence"),
        (b"id: x\n\tlanguage: zh\n", 2, "YAML syntax: "),
        (b"id: x\nlanguage: *none\n", 2, "YAML syntax: "),
        (b"id: x\nlanguage: a\x07b\n", 2, "YAML syntax: the character U+0007 is not allowed"),
        (b"id: x\n---\nid: y\n", 2, "YAML syntax: "),
        (b"id: x\ntitle: \xcd\xbc\xcf\xf1\n", 2, "byte 0xcf is not UTF-8; save the file as UTF-8"),
        (b"", 1, "must be a mapping of keys"),
        (b"\n- a\n", 2, "must be a mapping of keys"),
        (b"just text", 1, "must be a mapping of keys"),
        (b"a: " + b"[" * 1000, 1, "YAML syntax: RecursionError"),
    ],
)
def test_a_file_that_is_no_mapping_is_one_problem(tmp_path: Path, content: bytes, line: int, part: str) -> None:
    (problem,) = problems_of(load_course, written(tmp_path, content))
    assert problem.startswith(f"course.yml:{line}: {part}")


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("? [a]\n: 1\n", "course.yml:11: a key must be one word, not a list or a mapping"),
        ("limits: &x {processes: *x}\n", "course.yml:11: limits.processes: refers to itself"),
        ('"\\ud800": 1\n', "course.yml:11: holds half of a surrogate pair; write the character itself"),
        ('"a b\\n": 1\n', 'course.yml:11: "a b\\n": unknown key; valid keys: '),
        ("5: 1\n", "course.yml:11: 5: unknown key; valid keys: "),
        ("<<: {data: x}\n", 'course.yml:11: "<<": unknown key; valid keys: '),
    ],
)
def test_odd_yaml_is_refused(course_problems: Problems, extra: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in course_problems(("weight: 2\n", f"weight: 2\n{extra}")))


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    plain = load_course(written(tmp_path, COURSE.encode()))
    content = b"\xef\xbb\xbf" + COURSE.replace("\n", "\r\n").encode()
    assert load_course(written(tmp_path, content)) == plain
    broken = content.replace(b"weight: 2", b"weight: x")
    assert problems_of(load_course, written(tmp_path, broken)) == [
        'course.yml:10: chapters[1].weight: must be a number, not "x"'
    ]


def test_an_anchor_may_be_used_twice(tmp_path: Path) -> None:
    text = COURSE.replace("due: 2026-09-20T23:59:59+08:00", "due: &end 2026-12-31T00:00Z").replace(
        "due: 2026-10-11T23:59:59+08:00", "due: *end"
    )
    course = load_course(written(tmp_path, text.encode()))
    assert course.chapters[0].due == course.chapters[1].due


def assert_a_course_or_placed_problems(folder: Path, content: bytes) -> None:
    """Load `content`, which must give a course or an error whose lines all carry a place."""
    problems: tuple[Problem, ...] = ()
    text = ""
    try:
        load_course(written(folder, content))
    except CourseError as error:
        problems, text = error.problems, str(error)
        if not problems:
            pytest.fail("an error without a problem")
    places = [problem.line or 0 for problem in problems]
    assert places == sorted(places)
    assert all(1 <= place <= content.count(b"\n") + content.count(b"\r") + 2 for place in places)
    lines = text.splitlines()
    assert len(lines) == len(places)
    assert all(line.startswith(f"course.yml:{place}: ") for line, place in zip(lines, places, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all examples of a property share."""
    return tmp_path_factory.mktemp("course")


@settings(deadline=None)
@given(content=st.binary(max_size=60) | st.text("ab:-{}[]&*!?|>'\"%#~\n\t ,0.+", max_size=60).map(str.encode))
@example(content=b"a: !!int x\n")
@example(content=b"a: !!bool x\n")
@example(content=b"%YAML 1.1\n---\nid: yes\n")
@example(content=b"a: 0x" + b"f" * 6000)
@example(content=b'a: "\\ud800"\n')
def test_any_content_gives_a_course_or_placed_problems(folder: Path, content: bytes) -> None:
    assert_a_course_or_placed_problems(folder, content)


tokens = st.sampled_from(
    [
        "[]",
        "{}",
        "null",
        "-1",
        "1e999",
        ".nan",
        "9" * 400,
        "true",
        "x",
        '"\\u2028"',
        '"{message}"',
        "[[a]]",
        "{a: {}}",
        "!t x",
    ]
)


@settings(deadline=None)
@given(position=st.integers(0, 11), token=tokens)
def test_any_value_in_any_place_gives_a_course_or_placed_problems(folder: Path, position: int, token: str) -> None:
    places = ["demo-2026", "示例", "{zh: 示例, en: Demo}", "Asia/Shanghai", "language: zh", "lenet", "reader"]
    places += ["2026-09-21T00:00:00+08:00", "2026-10-11T23:59:59+08:00", "2\n", "timezone", "weight"]
    text = COURSE.replace(places[position], f"{token}\n" if places[position] == "2\n" else token)
    assert_a_course_or_placed_problems(folder, text.encode())
