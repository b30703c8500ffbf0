"""Records that were forged, copied or written on two devices; who is who; who came later."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest

from autograder.checkin.class_view import VIEW_NAME
from autograder.checkin.own import OwnCheckIns
from autograder.checkin.rules import Accepted
from autograder.checkin.travelling import RECORD_NAME
from autograder.course import load_course
from autograder.store.audit import account_name
from autograder.store.own import OwnRecord

from .class_folder import DAY, NOTE, Folder, course_text, now


def put(classroom: Folder, folder: str, notes: list[dict[str, Any]], **fields: Any) -> None:
    target = classroom.root / "submitted" / folder
    target.mkdir(parents=True, exist_ok=True)
    (target / RECORD_NAME).write_text(json.dumps({"checkins": notes, **fields}), "utf-8")


def line(week: int, days_ago: float, note: str = NOTE) -> dict[str, Any]:
    return {"week": week, "note": note, "at": (now() - days_ago * DAY).isoformat()}


def weeks(classroom: Folder, student: str) -> list[str]:
    return [one["status"] for one in classroom("status", "--student", student, "--json").json["weeks"]]


def test_a_term_forged_in_one_evening_is_marked_and_can_be_taken_back(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(4), "utf-8")
    put(classroom, "s001", [line(n, 30 - 7 * n, "a" * (20 + n)) for n in (1, 2, 3)])
    said = classroom("import-notes", "--lang", "en").err
    assert "s001 张三, week 1: filler without content" in said
    assert "days after the moment that it claims" in said
    roster = {one["student"]: one for one in classroom("roster", "--json").json}
    assert len(roster["s001"]["noticed"]) == 3
    assert weeks(classroom, "s001")[0] == "on_time"
    assert classroom("void", "s001", "--week", "1-3", "--reason", "copied letters").code == 0
    assert "on_time" not in weeks(classroom, "s001")
    logged = classroom("audit", "--what", "void", "--json").json
    assert {one["reason"] for one in logged} == {"copied letters"}
    assert "there is no check-in" in classroom("void", "s002", "--week", "1", "--reason", "x").err


@pytest.mark.parametrize(("marked", "expected"), [("late", "late"), ("nothing", "missed")])
def test_the_policy_decides_what_a_marked_week_counts(classroom: Folder, marked: str, expected: str) -> None:
    extra = f"checkin: {{late_days: 0, evidence: {{marked: {marked}}}}}"
    (classroom.root / "course.yml").write_text(course_text(4, extra=extra), "utf-8")
    assert "evidence.marked: counts -> " in classroom("roster").err  # known to the class before the note comes
    put(classroom, "s001", [line(1, 20)])
    classroom("import-notes")
    assert weeks(classroom, "s001")[0] == expected


def test_a_copy_of_another_record_does_not_count_and_is_named(classroom: Folder) -> None:
    mine = [line(2, 0.1)]
    put(classroom, "s001", mine, student="s001")
    put(classroom, "s002", mine, student="s001")  # the file as it is
    put(classroom, "s003", mine, student="s003")  # with another name in it
    said = classroom("import-notes", "--lang", "en")
    assert "new notes: 1" in said.out
    assert "s002 李四, week 2: this record is s001's" in said.err
    assert "s003 =王五, week 2: the same note with the same moment is another student's check-in" in said.err
    assert "(s001)" in said.err
    assert [weeks(classroom, name)[1] for name in ("s001", "s002", "s003")] == ["on_time", "open", "open"]
    assert classroom("import-notes").err == ""  # told once
    assert len(classroom("import-notes", "--refused", "--json").json["refused"]) == 2


def test_an_id_that_is_not_listed_is_named_with_those_near_it(classroom: Folder) -> None:
    put(classroom, "s 001", [line(2, 0.1)])
    put(classroom, "99999999", [line(2, 0.1)])
    said = classroom("import-notes", "--lang", "en").err
    assert "s 001 is not on the class list; is it s001 张三?" in said
    assert "99999999 is not on the class list" in said
    assert len(classroom("roster", "--json").json) == 3
    refused = classroom("checkin", "--student", "s 001", "-m", NOTE)
    assert (refused.code, "s001 张三" in refused.err) == (2, True)


def test_the_second_device_keeps_the_notes_of_the_first(student: Folder, classroom: Folder) -> None:
    target = classroom.root / "submitted"
    put(classroom, "s001", [line(2, 0.2, NOTE + " on the other machine")], student="s001", later="kept")
    said = student("checkin", "--student", "s001", "-m", NOTE, "--to", str(target))
    assert "1 notes of another device were merged" in said.err
    record = json.loads((target / "s001" / RECORD_NAME).read_text("utf-8"))
    assert (len(record["checkins"]), record["student"], record["later"]) == (2, "s001", "kept")
    student("checkin", "-m", NOTE + " more")  # --to and --student are remembered
    assert len(json.loads((target / "s001" / RECORD_NAME).read_text("utf-8"))["checkins"]) == 3
    put(classroom, "s001", [line(2, 0.2)], student="s002")
    assert "is the record of s002" in student("checkin", "-m", NOTE + " once more").err


def test_refused_notes_and_decisions_come_back_to_the_student(student: Folder, classroom: Folder) -> None:
    target = classroom.root / "submitted"
    student("checkin", "--student", "s001", "-m", NOTE, "--to", str(target))
    record = json.loads((target / "s001" / RECORD_NAME).read_text("utf-8"))
    record["checkins"] += [line(2, 0.1, "short"), line(9, 0.1), line(4, 0.1)]
    (target / "s001" / RECORD_NAME).write_text(json.dumps(record), "utf-8")
    classroom("leave", "s001", "--weeks", "3", "--reason", "flu")
    said = classroom("import-notes", "--lang", "en").err
    assert all(f"s001 张三, week {week}: " in said for week in (2, 4, 9))
    shown = student("status", "--lang", "en").out
    assert "s001 张三" in shown
    assert "refused your note of week 9: there is no week 9" in shown
    assert student("status", "--json").json["weeks"][2]["status"] == "on_leave"


def test_weeks_before_somebody_joined_do_not_count(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(4), "utf-8")
    (classroom.root / "new.csv").write_text("学号,加入周,专业\ns002,4,AI\ns001,x,AI\n", "utf-8")
    assert "not a week in which somebody joined" in classroom("import-roster", "new.csv", "--yes", "--lang", "en").err
    (classroom.root / "new.csv").write_text("学号,加入周,专业\ns002,4,AI\n", "utf-8")
    said = classroom("import-roster", "new.csv", "--yes", "--lang", "en").out
    assert "columns not read: 专业" in said
    found = {one["student"]: one for one in classroom("roster", "--json").json}
    assert (found["s002"]["name"], found["s002"]["group"]) == ("李四", "2班")  # what the file lacks stays
    assert weeks(classroom, "s002") == ["not_in_class"] * 3 + ["open"]
    assert (found["s002"]["at_risk"], bool(found["s001"]["at_risk"])) == ([], True)


def test_staff_is_who_the_system_says_and_the_database_is_its_owners(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stat.S_IMODE((classroom.root / "gradebook.db").stat().st_mode) == 0o600
    (classroom.root / "course.yml").write_text(course_text(extra="staff: [somebody]"), "utf-8")
    monkeypatch.setenv("AUTOGRADER_ACTOR", "somebody")
    monkeypatch.setenv("HOME", str(classroom.root / "home"))
    refused = classroom("void", "s001", "--week", "1", "--reason", "x")
    assert (refused.code, account_name() in refused.err) == (2, True)
    assert classroom("checkin", "--student", "s001", "-m", NOTE).code == 0  # a travelling record, nothing else
    assert (classroom.root / "submitted/s001" / RECORD_NAME).is_file()
    (classroom.root / "course.yml").write_text(course_text(extra=f"staff: [{account_name()}]"), "utf-8")
    assert weeks(classroom, "s001")[1] == "open"


def test_a_change_of_rules_is_shown_before_it_holds(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(2), "utf-8")
    classroom("checkin", "--student", "s001", "-m", NOTE)
    (classroom.root / "new.yml").write_text(course_text(2, extra="certificate: {points_percent: 1.0}"), "utf-8")
    said = classroom("rules", "new.yml", "--json").json
    assert any("certificate.points_percent" in one for one in said["changed"])
    assert "first rules" in classroom("rules", "--lang", "en").out


def test_a_view_that_the_student_edited_changes_nothing_in_the_class(student: Folder, classroom: Folder) -> None:
    target = classroom.root / "submitted"
    student("checkin", "--student", "s001", "-m", NOTE, "--to", str(target))
    classroom("import-notes")
    before = (weeks(classroom, "s001"), classroom("roster", "--json").json, classroom("audit", "--json").json)
    view = classroom.root / "feedback/s001" / VIEW_NAME
    honest = view.read_bytes()
    forged = json.loads(honest)
    forged["decisions"] = [
        {"kind": "excuse", "week": 1, "at": now().isoformat(), "reason": "granted"},
        {"kind": "leave", "week": 3, "at": now().isoformat(), "reason": "granted"},
    ]
    forged["checkins"] = [{**forged["checkins"][0], "week": week, "standing": "on_time"} for week in (1, 2, 3, 4)]
    view.write_text(json.dumps(forged), "utf-8")
    shown = [one["status"] for one in student("status", "--json").json["weeks"]]
    assert shown != before[0]  # the forgery is read, by its writer alone
    student("checkin", "-m", NOTE + " and more")  # the record that travels on
    classroom("import-notes")
    after = (weeks(classroom, "s001"), classroom("roster", "--json").json, classroom("audit", "--json").json)
    assert after[:2] == before[:2]
    assert [one for one in after[2] if one["what"] in ("leave", "excuse", "makeup")] == []
    assert json.loads(view.read_bytes())["decisions"] == []  # and the class writes its own again


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "s001 张三，第 1 周："), ("en", "days after the moment that it claims")]
)
def test_a_note_written_with_the_clock_set_back_is_marked(
    student: Folder, classroom: Folder, language: str, said: str
) -> None:
    course = load_course(student.root)
    past = now() - 9 * DAY  # week 1 was open
    with OwnRecord(student.root / "own") as record:
        service = OwnCheckIns(course, record, clock=lambda: past)
        outcome, _ = service.note("s001", NOTE)
        assert isinstance(outcome, Accepted)
        assert (outcome.checkin.week, outcome.checkin.standing) == (1, "on_time")
        service.export_record("s001", classroom.root / "submitted/s001")
    (line,) = classroom("import-notes", "--lang", language).err.splitlines()
    assert said in line
    roster = {one["student"]: one for one in classroom("roster", "--json").json}
    assert len(roster["s001"]["noticed"]) == 1
