"""What a student types: checkin, status, board, calendar; on his machine and beside the class's database."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from autograder.checkin.travelling import RECORD_NAME

from .class_folder import DAY, NOTE, Folder, course_text, now


def test_who_is_not_known_is_told_how_to_say_it(student: Folder) -> None:
    said = student("checkin", "-m", NOTE)
    assert said.code == 2
    assert "add --student ID" in said.err
    assert student("status", "--student", "../x").code == 2


def test_the_id_is_said_once(student: Folder) -> None:
    assert student("checkin", "--student", "s1", "-m", NOTE).code == 0
    assert (student.root / ".autograder/me.yml").read_text("utf-8") == 'student: "s1"\n'
    assert student("status", "--json").json["student"] == "s1"


def test_an_id_in_the_environment_wins_over_the_file(student: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    student("checkin", "--student", "s1", "-m", NOTE)
    monkeypatch.setenv("AUTOGRADER_STUDENT", "s2")
    assert student("status", "--json").json["student"] == "s2"


def test_a_check_in_says_what_counted_the_streak_and_the_time_left(student: Folder) -> None:
    said = student("checkin", "--student", "s1", "-m", NOTE)
    assert said.code == 0
    assert "✓ week 2: on time" in said.out
    assert "proof: a note" in said.out
    assert "completion 50 % (1 of 2) · streak 1" in said.out
    again = student("checkin", "-m", NOTE)
    assert (again.code, "checked in before" in again.out) == (0, True)
    assert "连续 1 周" in student("checkin", "--lang", "zh").out


def test_without_a_check_in_the_exit_code_is_one_and_the_time_left_is_shown(student: Folder) -> None:
    said = student("checkin", "--student", "s1")
    assert said.code == 1
    assert "Not checked in yet" in said.out
    assert "Week 2 is due" in said.out
    assert "Asia/Shanghai (+08:00), 3 d 23 h left" in said.out


def test_a_refused_check_in_says_why(student: Folder) -> None:
    said = student("checkin", "--student", "s1", "-m", "done")
    assert said.code == 1
    assert "4 characters, at least 20" in said.err
    assert "kept in" not in said.out
    assert "kept in" in student("checkin", "-m", NOTE).out
    record = student("checkin", "-m", "done", "--json")
    assert record.code == 1
    assert (record.json["accepted"], record.json["done"]) == (False, False)


def test_a_make_up_needs_week_and_reason(student: Folder) -> None:
    student.root.joinpath("course.yml").write_text(course_text(3), "utf-8")
    assert "--reason" in student("checkin", "--student", "s1", "-m", NOTE, "--week", "1").err
    said = student("checkin", "-m", NOTE, "--week", "1", "--reason", "flu")
    assert (said.code, "week 1: made up" in said.out) == (0, True)
    assert student("status", "--json").json["makeups_left"] == 1


def test_the_note_travels_to_the_class_and_counts_there_once(student: Folder, classroom: Folder) -> None:
    target = classroom.root / "submitted"
    student("checkin", "--student", "s001", "-m", NOTE, "--to", str(target))
    assert json.loads((target / "s001" / RECORD_NAME).read_text("utf-8"))["checkins"][0]["note"] == NOTE
    assert "1" in classroom("import-notes").out
    assert "0" in classroom("import-notes").out
    weeks = classroom("status", "--student", "s001", "--json").json["weeks"]
    assert [one["status"] for one in weeks] == ["missed", "on_time", "upcoming", "upcoming"]


def test_a_bad_record_is_named_and_the_others_are_taken(student: Folder, classroom: Folder) -> None:
    target = classroom.root / "submitted"
    student("checkin", "--student", "s001", "-m", NOTE, "--to", str(target))
    for name, content in {"s002": "{ no", "s003": '{"checkins": [{"week": "x", "note": "", "at": "z"}]}'}.items():
        (target / name).mkdir(parents=True)
        (target / name / RECORD_NAME).write_text(content, "utf-8")
    (target / "s004").mkdir()
    (target / "s004" / RECORD_NAME).symlink_to("/etc/passwd")
    said = classroom("import-notes", "--lang", "en")
    assert "new notes: 1" in said.out
    assert len(said.err.splitlines()) == 3
    assert "checkins.0.week" in said.err


def test_a_note_from_the_future_counts_as_now(classroom: Folder) -> None:
    folder = classroom.root / "submitted" / "s001"
    folder.mkdir(parents=True)
    late = {"week": 2, "note": NOTE, "at": (now() + 99 * DAY).isoformat()}
    (folder / RECORD_NAME).write_text(json.dumps({"checkins": [late]}), "utf-8")
    classroom("import-notes")
    week = classroom("status", "--student", "s001", "--json").json["weeks"][1]
    assert week["status"] == "on_time"
    assert week["at"] <= (now() + DAY).isoformat()


def test_handing_in_is_kept_as_proof_that_waits_for_its_points(student: Folder) -> None:
    (student.root / "mine.py").write_text("x = 1\n", "utf-8")
    handed_in = student("submit", "c2", "mine.py", "--student", "s1")
    assert handed_in.code == 0
    assert "week 2: counts once it is graded with 1 point\n" in handed_in.out
    said = student("checkin", "--student", "s1")
    assert said.code == 1
    assert "○ week 2: waiting for its points" in said.out
    assert "proof: a submission" in said.out
    assert "counts once it is graded with 1 point\n" in said.out
    week = student("status", "--json").json["weeks"][1]
    assert week["status"] == "waiting"
    assert sorted(path.name for path in (student.root / "submitted/s1").iterdir()) == ["c2"]
    student("checkin", "-m", NOTE)
    assert student("submit", "c2", "mine.py").code == 0
    assert sorted(path.name for path in (student.root / "submitted/s1").iterdir()) == ["c2", RECORD_NAME]


def test_status_shows_the_course_as_a_map_in_plain_text(classroom: Folder) -> None:
    said = classroom("status", "--student", "s001")
    assert "Demo · s001 张三" in said.out
    assert "c1  ██████████░░  80/100" in said.out
    assert "c2  ············  due" in said.out
    assert "  ×   ○   ·   ·" in said.out
    assert "\x1b" not in said.out


def test_status_takes_no_control_characters_to_the_terminal(classroom: Folder) -> None:
    (classroom.root / "list.csv").write_text("id,name\ns001,a\u202eb\n", "utf-8")
    assert classroom("import-roster", "list.csv", "--yes").code == 0
    assert "\u202e" not in classroom("status", "--student", "s001").out + classroom("roster").out


def test_the_board_is_for_who_wants_it_and_shows_no_id(classroom: Folder) -> None:
    assert "nobody" in classroom("board").out
    assert classroom("board", "--join", "owl", "--student", "s001").code == 0
    assert classroom("board", "--join", "Owl", "--student", "s002").code == 1
    assert classroom("board", "--join", "my s003", "--student", "s003").code == 2
    said = classroom("board", "--json")
    assert [(one["place"], one["pseudonym"]) for one in said.json] == [(1, "owl")]
    assert "s001" not in said.out
    assert "owl" in classroom("board").out
    classroom("board", "--leave", "--student", "s001")
    assert classroom("board", "--json").json == []


def test_joining_the_board_travels(student: Folder, classroom: Folder) -> None:
    target = str(classroom.root / "submitted")
    assert "'owl'" in student("board", "--join", "owl", "--student", "s001", "--to", target).out
    classroom("import-notes")
    assert classroom("board", "--json").json[0]["pseudonym"] == "owl"
    student("board", "--leave", "--student", "s001", "--to", target)
    classroom("import-notes")
    assert classroom("board", "--json").json == []


def test_a_course_without_a_board(classroom: Folder) -> None:
    text = course_text(extra="board: {enabled: false}")
    (classroom.root / "course.yml").write_text(text, "utf-8")
    assert classroom("board").code == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_calendar_is_valid_with_reminders_and_the_students_own_deadlines(classroom: Folder, language: str) -> None:
    until = (now() + 20 * DAY).isoformat()
    classroom("reopen", "--week", "2", "--until", until, "--student", "s001", "--reason", "flu")
    assert classroom("calendar", "--ics", "c.ics", "--student", "s001", "--lang", language).code == 0
    content = (classroom.root / "c.ics").read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    events = Calendar.from_ical(content).walk("VEVENT")
    assert len(events) == 6
    assert len({str(event["UID"]) for event in events}) == 6
    assert not [error for event in events for error in event.errors]
    for event in events:
        assert event.decoded("DTEND") > event.decoded("DTSTART")
        to_do = not any(name in event["UID"] for name in ("week-1@", "chapter-c1@"))
        assert [
            alarm.decoded("TRIGGER") + event.decoded("DTSTART") - event.decoded("DTEND")
            for alarm in event.walk("VALARM")
        ] == ([-DAY, -DAY / 12] if to_do else [])
        assert event.decoded("DTSTART").utcoffset().total_seconds() == 0
    own = next(event for event in events if "week-2@" in event["UID"])
    assert own.decoded("DTEND").isoformat() == until
    assert "截止" in str(own["SUMMARY"]) or language == "en"


def test_the_calendar_needs_no_student(student: Folder) -> None:
    assert len(student("calendar", "--json").json) == 6
    assert "Check-in of week 1" in student("calendar").out
    assert not Path(student.root / ".autograder").exists()


def test_in_the_late_window_status_says_until_when_and_the_command(student: Folder) -> None:
    (student.root / "course.yml").write_text(course_text(open_week=3, begun=1), "utf-8")
    said = student("status", "--student", "s1")
    assert "◔" in said.out
    assert "Week 2 is over; it counts as late until" in said.out
    assert "streak is not broken" not in said.out  # there is none
    (student.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    assert student("checkin", "--student", "s1", "--week", "1", "-m", NOTE).code == 0
    (student.root / "course.yml").write_text(course_text(open_week=3, begun=1), "utf-8")
    said = student("status", "--student", "s1")
    assert "and the streak is not broken yet: autograder checkin --week 2 -m" in said.out
    assert (
        "连续周数还没有断：autograder checkin --week 2 -m" in student("status", "--student", "s1", "--lang", "zh").out
    )
    late = student("status", "--student", "s1", "--json").json["weeks"][1]
    assert (late["status"], late["late_until"][:10]) == ("late_open", (now() + DAY).date().isoformat())


def test_in_the_late_window_a_note_must_say_its_week(student: Folder) -> None:
    (student.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    said = student("checkin", "--student", "s1", "-m", NOTE)
    assert said.code == 1
    assert "Which week is the note for? Add --week 1 (late window) or --week 2 (open)" in said.err
    assert student("status", "--json").json["weeks"][1]["status"] == "open"
    late = student("checkin", "-m", NOTE, "--week", "1")
    assert (late.code, "✓ week 1: late" in late.out) == (0, True)
    assert "✓ week 2: on time" in student("checkin", "-m", NOTE).out


def test_on_a_terminal_the_week_of_a_note_is_asked(student: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (student.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    terminal = io.StringIO("7\n1\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    said = student("checkin", "--student", "s1", "-m", NOTE)
    assert "Which week is this note for? (1/2)" in said.out
    assert (said.code, "✓ week 1: late" in said.out) == (0, True)


def test_after_a_check_in_the_next_deadline_is_named(student: Folder) -> None:
    assert "Next deadline: week 3, " in student("checkin", "--student", "s1", "-m", NOTE).out
    assert "下一个截止时间：第 3 周" in student("checkin", "--lang", "zh").out


def events(content: bytes) -> dict[str, Any]:
    return {str(event["UID"]).split("@")[0]: event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_a_week_that_the_course_no_longer_has_is_cancelled(student: Folder) -> None:
    student("calendar", "--ics", "c.ics", "--student", "s1")
    (student.root / "course.yml").write_text(course_text(weeks=3), "utf-8")
    student("calendar", "--ics", "c.ics", "--student", "s1")
    found = events((student.root / "c.ics").read_bytes())
    gone = found.pop("demo-week-4")
    assert (str(gone["STATUS"]), gone.walk("VALARM")) == ("CANCELLED", [])
    assert gone.decoded("DTEND") > gone.decoded("DTSTART")
    assert {str(event["STATUS"]) for event in found.values()} == {"CONFIRMED"}
    (student.root / "course.yml").write_text(course_text(weeks=4), "utf-8")
    student("calendar", "--ics", "c.ics", "--student", "s1")
    assert str(events((student.root / "c.ics").read_bytes())["demo-week-4"]["STATUS"]) == "CONFIRMED"


def test_no_alarm_rings_for_a_week_that_is_done_on_leave_or_over(classroom: Folder) -> None:
    classroom("checkin", "--student", "s001", "-m", NOTE)
    classroom("leave", "s001", "--weeks", "3", "--reason", "flu")
    classroom("calendar", "--ics", "c.ics", "--student", "s001")
    found = events((classroom.root / "c.ics").read_bytes())
    assert [len(found[f"demo-week-{n}"].walk("VALARM")) for n in range(1, 5)] == [0, 0, 0, 2]
    assert "Status: on leave" in str(found["demo-week-3"]["DESCRIPTION"])


def test_a_week_in_its_late_window_stands_at_its_end(student: Folder) -> None:
    (student.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    student("calendar", "--ics", "c.ics", "--student", "s1")
    late = events((student.root / "c.ics").read_bytes())["demo-week-1"]
    until = student("status", "--student", "s1", "--json").json["weeks"][0]["late_until"]
    assert late.decoded("DTEND").isoformat() == until
    assert len(late.walk("VALARM")) == 2
    assert "late until" in str(late["SUMMARY"])


@pytest.mark.parametrize(
    "content",
    [
        "no calendar",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:mine\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_a_file_with_other_entries_is_left_alone(student: Folder, content: str) -> None:
    (student.root / "c.ics").write_text(content, "utf-8", newline="")
    said = student("calendar", "--ics", "c.ics", "--student", "s1")
    assert (said.code, "choose another name" in said.err) == (2, True)
    assert (student.root / "c.ics").read_text("utf-8").replace("\n", "") == content.replace("\r\n", "")


def test_a_small_board_shows_no_exact_points_and_a_long_one_ones_neighbours(classroom: Folder) -> None:
    rows = "\n".join(f"t{n:02},同学{n}" for n in range(12))
    (classroom.root / "more.csv").write_text(f"id,name\n{rows}\n", "utf-8")
    classroom("import-roster", "more.csv", "--yes")
    assert classroom("board", "--join", "owl", "--student", "s001").code == 0
    small = classroom("board")
    assert "points are shown by tens" in small.out
    assert classroom("board", "--json").json[0]["points"] is None
    assert classroom("board", "--json").json[0]["points_shown"] == "40–50"
    (classroom.root / "course.yml").write_text(course_text(extra="board: {places: 3}"), "utf-8")
    for n in range(12):
        classroom("board", "--join", f"runner {n:02}", "--student", f"t{n:02}")
    said = classroom("board", "--student", "t08")
    assert "by tens" not in said.out
    assert ">   2  runner 08" in said.out
    assert "…" in said.out
    assert [one["pseudonym"] for one in classroom("board", "--student", "t08", "--json").json] == [
        "owl",
        "runner 00",
        "runner 01",
        *(f"runner {n:02}" for n in range(6, 11)),
    ]
    assert len(classroom("board", "--json").json) == 3


def test_the_board_says_which_week_still_counts(student: Folder, classroom: Folder) -> None:
    for folder in (student, classroom):
        (folder.root / "course.yml").write_text(course_text(begun=1), "utf-8")
        assert "Week 1 is over; it counts as late until" in folder("board", "--student", "s001").out
    assert "counts as late" not in classroom("board").out


@pytest.mark.parametrize("typed", ["2026 0007", "2026-0007", "２０２６０００７", "2026.0007"])
@pytest.mark.parametrize(
    ("language", "said"), [("zh", "和记住的 '20260007' 只差"), ("en", "differs from the remembered")]
)
def test_a_mistyped_id_is_refused_and_names_the_remembered_one(
    student: Folder, typed: str, language: str, said: str
) -> None:
    assert student("checkin", "--student", "20260007", "-m", NOTE).code == 0
    refused = student("checkin", "--student", typed, "-m", NOTE + " again", "--lang", language)
    assert (refused.code, refused.out, said in refused.err) == (2, "", True)
    assert "'20260007'" in refused.err
    assert student("status", "--json").json["student"] == "20260007"
    assert sorted(path.name for path in (student.root / "submitted").iterdir()) == ["20260007"]


def test_a_mistyped_id_in_the_environment_is_refused_too(student: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    student("checkin", "--student", "20260007", "-m", NOTE)
    monkeypatch.setenv("AUTOGRADER_STUDENT", "2026 0007")
    assert student("status").code == 2


def test_another_id_is_taken_and_echoed(student: Folder) -> None:
    student("checkin", "--student", "20260007", "-m", NOTE)
    changed = student("checkin", "--student", "20260008", "-m", NOTE)
    assert changed.code == 0
    assert "is 20260008 from now on (it was 20260007)" in changed.err
    assert student("status", "--json").json["student"] == "20260008"
