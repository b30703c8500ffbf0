"""The folder of pages: the same bytes for the same data, and nothing of anybody else in a student's page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.gather import ClassReport
from autograder.report.site import ReportError, page_name, write_site
from autograder.text import Text

from .classes import class_report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ClassReport:
    return class_report(tmp_path_factory.mktemp("class"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_data_give_the_same_bytes_and_nothing_is_written_again(report: ClassReport, tmp_path: Path) -> None:
    write_site(tmp_path / "a", report, "zh")
    write_site(tmp_path / "b", report, "zh")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    before = {path: path.stat().st_ino for path in (tmp_path / "a").rglob("*.html")}
    written = write_site(tmp_path / "a", report, "zh")
    assert {path: path.stat().st_ino for path in (tmp_path / "a").rglob("*.html")} == before
    assert sorted(written) == sorted(before)


def test_pages_of_who_left_go_and_what_is_not_ours_stays(report: ClassReport, tmp_path: Path) -> None:
    write_site(tmp_path, report, "zh")
    (tmp_path / "students" / "own.html").write_text("<p>by hand</p>", "utf-8")
    fewer = replace(report, students=report.students[1:])
    write_site(tmp_path, fewer, "zh")
    left = {path.name for path in (tmp_path / "students").iterdir()}
    assert left == {"own.html", *(page_name(one.summary.student.id) for one in fewer.students)}


def test_a_file_of_somebody_else_is_not_overwritten(report: ClassReport, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>my page</p>", "utf-8")
    with pytest.raises(ReportError, match="choose another folder"):
        write_site(tmp_path, report, "zh")
    assert contents(tmp_path) == {"index.html": b"<p>my page</p>"}


def test_a_students_page_holds_nothing_of_others_but_the_board(report: ClassReport, tmp_path: Path) -> None:
    write_site(tmp_path, report, "zh")
    page = (tmp_path / "students" / "s001.html").read_text("utf-8")
    assert "张三" in page
    assert "early bird" in page
    assert "<a href" not in page.replace('<a class="skip" href="#main">', "")
    for one in report.students:
        if (student := one.summary.student).id != "s001":
            assert student.id not in page
            assert not student.name or student.name[:40] not in page


def test_nothing_from_outside_is_markup_and_direction_characters_are_gone(report: ClassReport, tmp_path: Path) -> None:
    write_site(tmp_path, report, "en")
    for name, content in contents(tmp_path).items():
        text = content.decode()
        assert "<script>window" not in text, name
        assert "<img" not in text, name
        assert "`49" not in text, name
        assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069") & set(text), name
        assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/", ""), name


def test_an_empty_class_gives_pages_too(report: ClassReport, tmp_path: Path) -> None:
    nothing = replace(report, students=(), troubles=(), standings=(), newest=None)
    assert len(write_site(tmp_path, nothing, "en")) == 4


@given(st.lists(st.text(min_size=1, max_size=40), unique=True, min_size=2, max_size=4))
def test_each_student_has_a_file_of_his_own_on_every_system(ids: list[str]) -> None:
    names = [page_name(student) for student in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(name.isascii() and len(name) < 120 and name[0].isalnum() for name in names)


@pytest.mark.parametrize("student", ["con", "lpt1", "S001", "a.b", "学生", "-x", "a" * 200])
def test_awkward_ids_get_a_hash(student: str) -> None:
    assert page_name(student) != f"{student}.html"
    assert page_name("s001") == "s001.html"


def test_what_staff_should_look_at_stands_in_the_overview_and_not_in_the_students_page(
    report: ClassReport, tmp_path: Path
) -> None:
    first, *others = report.students
    chapter, *rest = first.chapters
    flagged = replace(
        first,
        chapters=(
            replace(chapter, flags=(Text(zh="uses <ready-made> networks", en="uses <ready-made> networks"),)),
            *rest,
        ),
    )
    write_site(tmp_path, replace(report, students=(flagged, *others)), "en")
    told = "uses &lt;ready-made&gt; networks"
    assert told in (tmp_path / "index.html").read_text("utf-8")
    assert told not in (tmp_path / "students" / page_name(first.summary.student.id)).read_text("utf-8")
