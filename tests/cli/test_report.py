"""The verb that writes the pages, and the marks of formgrader that the verbs for TAs put into the log."""

from __future__ import annotations

from .class_folder import Folder


def test_the_pages_are_written_counted_and_listed(classroom: Folder) -> None:
    said = classroom("report", "--html", "pages", "--lang", "en")
    assert said.code == 0
    assert "3 students" in said.out
    found = classroom("report", "--html", "pages", "--json").json
    assert found["students"] == 3
    assert found["pages"][:2] == ["pages/index.html", "pages/matrix.html"]
    assert all((classroom.root / name).is_file() for name in found["pages"])
    assert "张三" in (classroom.root / "pages" / "students" / "s001.html").read_text("utf-8")


def test_a_page_of_somebody_else_is_an_error_with_its_name(classroom: Folder) -> None:
    (classroom.root / "index.html").write_text("mine", "utf-8")
    said = classroom("report", "--html", ".")
    assert said.code == 2
    assert "index.html is not a page of a report" in said.err
