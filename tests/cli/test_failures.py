"""What a command says when it fails: in the course's language, times in its zone, no traceback for a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.cli.failures import refused, spoken_language
from autograder.errors import AutograderError
from autograder.text import Text

from .class_folder import Folder, course_text

TO_A_FILE = [
    ("calendar", "--student", "s001", "--ics"),
    ("roster", "--csv"),
    ("backup",),
]
TO_A_FOLDER = [
    ("certificate", "s001", "--to"),
    ("report", "--html"),
]


@pytest.mark.parametrize("words", [*TO_A_FILE, *TO_A_FOLDER], ids=lambda words: words[0])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_path_that_cannot_be_written_is_named(classroom: Folder, words: tuple[str, ...], language: str) -> None:
    (classroom.root / "course.yml").write_text(
        course_text(extra="certificate: {weeks_percent: 0, points_percent: 0}"), "utf-8"
    )
    for name in ("list.csv/below", "missing/\0"[:-2] + "/x"):
        said = classroom(*words, name, "--lang", language)
        if said.code == 0:  # a folder that was not there can be made
            assert words in TO_A_FOLDER
            continue
        assert said.code == 2
        assert name.split("/")[0] in said.err
        assert "Traceback" not in said.err
        *notes, _error = said.err.splitlines()
        assert all(note.startswith("! ") for note in notes)  # the rule of certificates is another one than before
        assert any("一" <= letter <= "鿿" for letter in said.err) == (language == "zh")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_named(classroom: Folder) -> None:
    locked = classroom.root / "locked"
    locked.mkdir(mode=0o500)
    assert "permission denied" in classroom("roster", "--csv", "locked/r.csv").err


def test_a_folder_in_the_place_of_a_file_is_named(classroom: Folder) -> None:
    (classroom.root / "there").mkdir()
    assert "autograder: there: this is a folder; name a file" in classroom("roster", "--csv", "there").err
    assert "there: 这是一个文件夹" in classroom("calendar", "--ics", "there", "--lang", "zh").err


def test_an_error_speaks_the_language_of_the_option_the_variable_or_the_course(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ("leave", "s009", "--weeks", "1", "--reason", "x")
    assert "there is no student 's009'; did you mean" in classroom(*words).err
    assert "没有学生 's009'；是不是" in classroom(*words, "--lang", "zh").err
    assert "没有学生" in classroom(*words, "--lang=zh").err
    (classroom.root / "course.yml").write_text(course_text().replace("language: en", "language: zh"), "utf-8")
    assert "没有学生" in classroom(*words).err
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    assert "there is no student" in classroom(*words).err
    monkeypatch.delenv("AUTOGRADER_LANG")
    monkeypatch.chdir(tmp_path)
    assert spoken_language(["autograder", "roster"]) == "en"


def test_times_in_errors_are_of_the_courses_zone(classroom: Folder) -> None:
    said = classroom("reopen", "--week", "1", "--until", "2000-01-01", "--reason", "x")
    assert "Asia/Shanghai (+08:00)" in said.err


def test_an_error_that_is_about_no_file_stays_a_traceback(classroom: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "autograder.checkin.service.CheckInService.summaries", lambda _: (_ for _ in ()).throw(OSError("ours"))
    )
    with pytest.raises(OSError, match="ours"):
        classroom("roster")


def test_an_error_holds_both_languages() -> None:
    error = AutograderError(Text(zh="没有 {what}", en="there is no {what}").format(what=Text(zh="周", en="week")))
    assert (str(error), error.said.zh) == ("there is no week", "没有 周")
    assert AutograderError("plain").said == Text(zh="plain", en="plain")


def test_an_answer_that_is_not_there_is_refused_with_what_could_be_meant(tmp_path: Path) -> None:
    missing = tmp_path / "lenet.ipynb"
    reason = Text(zh="找不到。", en="It does not exist.")
    assert refused(missing, reason, "en") == f"{missing}: It does not exist."
    (tmp_path / "start.py").touch()
    assert refused(missing, reason, "en").endswith("exist."), "what installs a bundle is no answer"
    for name in ("lenet (1).ipynb", "notes.txt"):
        (tmp_path / name).touch()
    assert refused(missing, reason, "en").endswith("exist. There is 'lenet (1).ipynb': name it after the chapter.")
    assert "'lenet (1).ipynb'" in refused(missing, reason, "zh")
    assert refused(tmp_path / "lenet (1).ipynb", reason, "en").endswith("exist.")
