"""Students ask for make-ups and leave, TAs answer: the way of a request there and back, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.checkin.travelling import RECORD_NAME
from autograder.store.audit import account_name

from .class_folder import NOTE, Folder, course_text, now


def queue(classroom: Folder) -> list[dict[str, Any]]:
    return list(classroom("answer", "--json").json)


def travel(student: Folder, classroom: Folder, *words: str) -> None:
    """Ask on a student's machine, and read the record into the class."""
    assert student("ask", *words, "--student", "s001", "--to", str(classroom.root / "submitted")).code == 0
    classroom("import-notes")


def test_a_request_travels_is_answered_and_becomes_a_make_up(student: Folder, classroom: Folder) -> None:
    travel(student, classroom, "makeup", "--week", "1", "--reason", "hospital\u0000\u202e, see\nmail")
    (waiting,) = queue(classroom)
    assert (waiting["student"], waiting["wish"], waiting["weeks"]) == ("s001", "makeup", [1])
    assert waiting["reason"] == "hospital \ufffd, see mail"
    shown = classroom("answer").out
    assert f"#{waiting['number']}  s001 张三  asks for a make-up in week 1 (missed)" in shown
    assert "make-ups left this month: 2" in shown
    said = classroom("answer", str(waiting["number"]), "--yes")
    assert (said.code, "granted" in said.out) == (0, True)
    status = classroom("status", "--student", "s001", "--json").json
    assert status["weeks"][0]["status"] == "made_up"
    assert status["requests"][0]["answer"] == "granted"
    assert "Asked for a make-up in week 1: granted" in classroom("status", "--student", "s001").out
    assert queue(classroom) == []


def test_leave_for_several_weeks_is_one_request(student: Folder, classroom: Folder) -> None:
    travel(student, classroom, "leave", "--weeks", "2-3", "--reason", "a competition")
    (waiting,) = queue(classroom)
    assert waiting["weeks"] == [2, 3]
    assert classroom("answer", str(waiting["number"]), "--yes", "--reason", "good luck").code == 0
    weeks = classroom("status", "--student", "s001", "--json").json["weeks"]
    assert [one["status"] for one in weeks][1:3] == ["on_leave", "on_leave"]
    lines = classroom("audit", "--student", "s001", "--json").json
    assert [
        (one["actor"], one["what"], one["old"], one["new"]) for one in lines if one["what"] in ("ask", "answer")
    ] == [
        (f"{account_name()} (wang)", "answer", "leave", "granted"),
        (f"{account_name()} (wang)", "answer", "leave", "granted"),
        ("s001", "ask", "", "leave"),
        ("s001", "ask", "", "leave"),
    ]
    assert "good luck" in classroom("audit", "--student", "s001", "--what", "leave").out


def test_a_declined_request_says_why_and_does_not_come_back_with_the_record(student: Folder, classroom: Folder) -> None:
    travel(student, classroom, "makeup", "--week", "1", "--reason", "forgot")
    number = str(queue(classroom)[0]["number"])
    assert "a reason is needed" in classroom("answer", number, "--no").err
    assert classroom("answer", number, "--no", "--reason", "twice already").code == 0
    classroom("import-notes")
    assert queue(classroom) == []
    assert "declined (twice already)" in classroom("ask", "--student", "s001").out
    assert "未批准 (twice already)" in classroom("ask", "--student", "s001", "--lang", "zh").out
    again = classroom("answer", number, "--yes")
    assert (again.code, f"request {number} is answered already: declined" in again.err) == (1, True)
    travel(student, classroom, "makeup", "--week", "1", "--reason", "I was in hospital, the paper is with you")
    assert [one["reason"] for one in queue(classroom)] == ["I was in hospital, the paper is with you"]


def test_asked_twice_is_once(student: Folder, classroom: Folder) -> None:
    for _ in range(2):
        travel(student, classroom, "leave", "--week", "3", "--reason", "a wedding")
    assert "was asked for before" in student("ask", "leave", "--week", "3", "--reason", "a wedding").out
    assert len(queue(classroom)) == 1
    assert "waiting for an answer" in student("ask").out


def test_what_the_office_refuses_stays_in_the_queue(student: Folder, classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(extra="leave: {most_weeks: 1}"), "utf-8")
    travel(student, classroom, "leave", "--weeks", "2-3", "--reason", "a competition")
    number = str(queue(classroom)[0]["number"])
    refused = classroom("answer", number, "999", "--yes")
    assert refused.code == 1
    assert "--beyond" in refused.err
    assert "there is no request 999" in refused.err
    assert len(queue(classroom)) == 1
    assert classroom("answer", number, "--yes", "--beyond").code == 0
    assert "add either --yes or --no" in classroom("answer", number, "--yes", "--no", "--reason", "x").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("makeup", "--week", "3", "--reason", "x"), "week 3 is not over"),
        (("makeup", "--week", "2", "--reason", "x"), "week 2 is on time already"),
        (("makeup", "--week", "9", "--reason", "x"), "there is no week 9"),
        (("makeup", "--week", "1", "--reason", " \u0000 "), "a reason is needed"),
        (("makeup", "--reason", "x"), "say what you ask for"),
        (("points", "--week", "1", "--reason", "x"), "say what you ask for"),
        (("leave", "--week", "2", "--reason", "x"), "week 2 is on time already"),
    ],
)
def test_a_request_without_effect_is_refused(student: Folder, words: tuple[str, ...], said: str) -> None:
    student("checkin", "--student", "s001", "-m", NOTE)
    outcome = student("ask", *words)
    assert (outcome.code, said in outcome.err) == (2, True)
    assert student("ask", "--json").json == []


def test_requests_in_a_record_that_fit_nothing_are_left_out(classroom: Folder) -> None:
    folder = classroom.root / "submitted" / "s001"
    folder.mkdir(parents=True)
    at = now().isoformat()
    lines = [
        {"wish": "makeup", "week": 99, "reason": "x", "at": at},
        {"wish": "makeup", "week": 1, "reason": "\u0000", "at": at},
        {"wish": "leave", "week": 3, "reason": "r" * 900, "at": "2999-01-01T00:00:00+00:00"},
    ]
    (folder / RECORD_NAME).write_text(json.dumps({"requests": lines}), "utf-8")
    classroom("import-notes")
    (waiting,) = queue(classroom)
    assert (waiting["weeks"], len(waiting["reason"])) == ([3], 500)
    assert waiting["at"] < "2900"
    (folder / RECORD_NAME).write_text(json.dumps({"requests": [{**lines[2], "wish": "points"}]}), "utf-8")
    assert "requests.0.wish" in classroom("import-notes").err


def test_the_students_page_shows_requests(student: Folder, classroom: Folder) -> None:
    travel(student, classroom, "leave", "--week", "3", "--reason", "a wedding")
    classroom("report", "--html", "report")
    page = Path(classroom.root / "report/students/s001.html").read_text("utf-8")
    assert "Asked for leave in week 3: waiting for an answer" in page
    assert "申请第 3 周请假：等待助教答复" in page


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", ["! s 001: 没有收第 3, 4 周的请假申请：s 001 不在班级名单里；是不是 s001 张三？：“a wedding”"]),
        (
            "en",
            [
                "! s 001: the request for leave in week 3, 4 is not taken: "
                "s 001 is not on the class list; is it s001 张三?: “a wedding”"
            ],
        ),
    ],
)
def test_a_request_of_an_unlisted_student_is_named(
    student: Folder, classroom: Folder, language: str, lines: list[str]
) -> None:
    words = ("ask", "leave", "--weeks", "3-4", "--reason", "a wedding", "--student", "s 001")
    assert student(*words, "--to", str(classroom.root / "submitted")).code == 0
    assert classroom("import-notes", "--lang", language).err.splitlines() == lines
    assert queue(classroom) == []
    (classroom.root / "list.csv").write_text("id,name\ns 001,Sam\n", "utf-8")
    classroom("import-roster", "list.csv", "--yes")
    assert classroom("import-notes").err == ""  # on the list now
    assert [one["weeks"] for one in queue(classroom)] == [[3, 4]]


def test_a_copied_record_with_many_requests_is_a_few_lines(classroom: Folder) -> None:
    folder = classroom.root / "submitted" / "s002"
    folder.mkdir(parents=True)
    given = [{"wish": "leave", "week": 3, "reason": f"reason {n}", "at": now().isoformat()} for n in range(30)]
    (folder / RECORD_NAME).write_text(json.dumps({"student": "s001", "requests": given}), "utf-8")
    said = classroom("import-notes").err.splitlines()
    assert len(said) == 6
    assert "this record is s001's" in said[0]
    assert "25 more requests are not taken" in said[5]


def test_every_week_that_needs_no_request_is_named(student: Folder) -> None:
    said = student("ask", "makeup", "--weeks", "2-3,9", "--reason", "x", "--student", "s001").err
    assert all(f"week {week} is not over" in said for week in (2, 3))
    assert "there is no week 9" in said
