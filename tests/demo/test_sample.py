"""What a course says of its sample class: the file is read with its lines, and a course without one has a demo, too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from autograder.authoring.build import build_chapter
from autograder.checkin.service import CheckInService
from autograder.course import Course, CourseError, check_course, load_course
from autograder.demo.sample import ALONE, FILE, Demo, read_demo, write_class
from autograder.demo.sample_class import in_language, in_mid_course, live_through, open_week
from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.store.database import Database, class_url
from tests.results import result

ROOT = Path(__file__).parents[2]
COURSES = ROOT / "tests" / "courses"
GOOD = """\
chapters:
  - {id: lenet, every: 10}
hand_ins:
  - {student: s1, chapter: lenet, answer: solution}
  - {student: s2, chapter: reader, text: pass}
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(framework="python")
    yield made
    if made.zygote:
        made.zygote.close()


def with_file(tmp_path: Path, text: str) -> tuple[Path, Course]:
    for name in ("lenet", "lenet_palm", "reader"):
        (tmp_path / "source" / name).mkdir(parents=True)
        shutil.copy(ROOT / "source" / name / "chapter.yml", tmp_path / "source" / name)
    shutil.copy(ROOT / "course.yml", tmp_path)
    (tmp_path / FILE).write_text(text, "utf-8")
    return tmp_path, load_course(tmp_path)


def test_this_course_trains_the_longest_network_first() -> None:
    trained = read_demo(ROOT, load_course(ROOT)).trained
    assert [(one.student, one.chapter) for one in trained] == [
        ("s090", "lenet_palm"),
        ("s090", "lenet"),
        ("s091-sigmoid", "lenet_palm"),
    ]
    plans = [one.train for one in trained if one.train is not None]
    assert [plan.epochs_on("real", 9) for plan in plans] == [3, 1, 1]
    assert [plan.epochs_on("generated", 9) for plan in plans] == [5, 3, 1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: lenet,", "id: lenett,", r'source/demo\.yml:2: chapters\[0\]\.id: there is no chapter "lenett"; did you mean "lenet"'),
        ("chapter: reader", "chapter: vg", r'demo\.yml:5: hand_ins\[1\]\.chapter: there is no chapter "vg"'),
        ("every: 10", "evry: 10", r"demo\.yml:2: .*unknown key"),
        ("every: 10", "every: 0", r"demo\.yml:2: chapters\[0\]\.every: must be"),
        (", text: pass", "", r"demo\.yml:5: hand_ins\[1\]: needs either `answer` or `text`"),
        ("text: pass", "text: pass, name: a/b.py", r"demo\.yml:5: .*must be the name of a \.py or \.ipynb file"),
        ("student: s2, chapter: reader", "student: s1, chapter: lenet", r'demo\.yml:5: hand_ins\[1\]: "s1" hands in lenet already'),
        ("student: s2", "student: a/b", r"demo\.yml:5: hand_ins\[1\]\.student: must be the id of a student"),
        ("text: pass", "text: pass, train: {title: {zh: 甲, en: a}}", r"hand_ins\[1\]\.train: source/reader/chapter\.yml has no `training:`"),
        (
            "answer: solution",
            "answer: solution, train: {title: {zh: 甲, en: a}, side: SIDE}",
            r'hand_ins\[0\]\.train\.side: source/lenet/chapter\.yml has no constant "SIDE"',
        ),
        (
            "answer: solution",
            "answer: solution, train: {title: {zh: 甲, en: a}, first: 3, spread: 3}",
            r"hand_ins\[0\]\.train\.spread: first chooses the samples already",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    root, course = with_file(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(CourseError, match=said):
        read_demo(root, course)


def test_a_course_without_the_file_has_a_class_of_all_chapters(tmp_path: Path, box: Box) -> None:
    root = tmp_path / "numbers"
    shutil.copytree(COURSES / "numbers", root)
    course = load_course(root)
    for chapter in check_course(course, root):
        build_chapter(root, chapter, course.language, box)
    demo = read_demo(root, course)
    assert not demo.trained
    write_class(root, demo)
    handed_in = {(path.parent.parent.name, path.name) for path in (root / "submitted").glob("*/*/*")}
    assert {(ALONE, "neighbours.ipynb"), (ALONE, "table.ipynb"), ("s001", "neighbours.py")} <= handed_in
    assert 2 <= len([name for student, name in handed_in if name == "neighbours.py"]) <= 6


def test_an_answer_that_the_chapter_lacks_is_named(tmp_path: Path, box: Box) -> None:
    root = tmp_path / "english"
    shutil.copytree(COURSES / "english", root)
    build_chapter(root, "strings", "en", box)
    (root / FILE).write_text(
        "chapters: [{id: strings}]\nhand_ins: [{student: s1, chapter: strings, answer: solutoin}]\n", "utf-8"
    )
    with pytest.raises(CourseError, match=r'strings has no answer "solutoin"; did you mean "solution"'):
        write_class(root, read_demo(root, load_course(root)))


@pytest.mark.parametrize("weeks", [0, 1, 3])
def test_a_course_with_few_weeks_or_none_is_lived_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weeks: int
) -> None:
    monkeypatch.delenv("AUTOGRADER_DB", raising=False)
    text = (COURSES / "english" / "course.yml").read_text("utf-8")
    opens = [date(2026, 9, 7) + timedelta(days=7 * k) for k in range(weeks)]
    lines = [
        f"  - {{week: {k + 1}, opens: {day}T00:00:00+01:00, due: {day + timedelta(days=6)}T23:59:59+01:00}}\n"
        for k, day in enumerate(opens)
    ]
    text += "checkins:\n" + "".join(lines) if lines else ""
    (tmp_path / "course.yml").write_text(text, "utf-8")
    today = date(2027, 3, 3)
    moved = in_language(in_mid_course(text, load_course(tmp_path), today), "en")
    (tmp_path / "course.yml").write_text(moved, "utf-8")
    course = load_course(tmp_path)
    first = course.checkins[open_week(course) - 1] if weeks else course.chapters[0]
    assert first.opens.astimezone(course.zone).date() <= today <= first.due.astimezone(course.zone).date()
    live_through(
        tmp_path, [result(student="s001", chapter="strings", score=3.0, key="a")], datetime(2027, 3, 3, 12, tzinfo=UTC)
    )
    with Database(class_url(tmp_path)) as database:
        found = list(CheckInService(course, database, lambda: datetime(2027, 3, 3, 12, tzinfo=UTC)).summaries())
    assert len(found) == 17
    assert {len(one.weeks) for one in found} == {weeks}
    assert all(one.student.name.startswith("Student") for one in found)


def test_the_example_of_the_docs_can_be_read() -> None:
    page = (ROOT / "docs/authoring.md").read_text("utf-8")
    (example,) = (text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "hand_ins:" in text)
    demo = Demo.model_validate(YAML(typ="safe").load(example), context={"languages": ("en",)})
    assert [one.student for one in demo.trained] == ["s091"]
