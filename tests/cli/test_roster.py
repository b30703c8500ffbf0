"""What a TA types: roster, import-roster, decisions, audit, remind, certificates, backup."""

from __future__ import annotations

import csv
import json
import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from rich.cells import cell_len

from autograder.cli.course_map import console, heat_map
from autograder.store.audit import account_name
from autograder.store.database import Database

from .class_folder import DAY, NOTE, Folder, course_text, now


def statuses(classroom: Folder, student: str) -> list[str]:
    return [one["status"] for one in classroom("status", "--student", student, "--json").json["weeks"]]


def test_the_roster_shows_who_is_at_risk_first_and_why(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    classroom("checkin", "--student", "s001", "-m", NOTE, "--week", "2")
    classroom("checkin", "--student", "s001", "-m", NOTE, "--week", "1")
    (classroom.root / "course.yml").write_text(course_text(), "utf-8")
    found = classroom("roster", "--json").json
    assert [one["student"] for one in found] == ["s002", "s003", "s001"]
    assert found[0]["at_risk"] == ["completion is 0 %, below 60 %"]
    assert (found[2]["weeks"], found[2]["chapters"]) == ("◐●··", {"c1": 80.0, "c2": None})
    said = classroom("roster")
    assert "At risk: 2" in said.out
    assert "s001" in classroom("roster", "--points").out


def test_the_roster_is_filtered_and_sorted(classroom: Folder) -> None:
    def ids(*words: str) -> list[str]:
        return [one["student"] for one in classroom("roster", "--json", *words).json]

    assert ids("--group", "2班") == ["s002", "s003"]
    assert ids("--match", "张") == ["s001"]
    assert ids("--sort", "points") == ["s001", "s002", "s003"]
    assert ids("--at-risk", "--sort", "id") == ["s001", "s002", "s003"]
    assert classroom("roster", "--sort", "nonsense").code == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(classroom: Folder, language: str) -> None:
    assert classroom("roster", "--csv", "roster.csv", "--lang", language).code == 0
    content = (classroom.root / "roster.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0][:2] == (["学号", "姓名"] if language == "zh" else ["student", "name"])
    assert all(len(row) == len(rows[0]) for row in rows)
    by_id = {row[0]: row for row in rows[1:]}
    assert by_id["s001"][1] == "张三"
    assert by_id["s003"][1] == "'=王五"


def test_the_heat_map_has_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = console()
    with shown.capture() as captured:
        shown.print(heat_map([("missed", "×")]))
    assert "\x1b[" in captured.get()


def test_a_preview_changes_nothing_and_names_what_would(classroom: Folder) -> None:
    (classroom.root / "new.csv").write_text("id,name\ns001,张叁\ns009,新人\n", "utf-8")
    said = classroom("import-roster", "new.csv", "--complete", "--lang", "en")
    assert "UTF-8: 1 new, 1 changed, 0 as before, 2 left" in said.out
    assert "~ s001  张三 | s001@x.org | 1班  ->  张叁" in said.out
    assert classroom("roster", "--json", "--match", "s009").json == []
    assert classroom("import-roster", "new.csv", "--complete", "--yes").code == 0
    assert [one["student"] for one in classroom("roster", "--json", "--sort", "id").json] == ["s001", "s009"]
    assert len(classroom("roster", "--json", "--all").json) == 4


def test_every_bad_row_is_named_and_nothing_is_imported(classroom: Folder) -> None:
    rows = ["学号;姓名;邮箱", "s010;好;", "../x;坏;", "s010;又;", ";无;", "s011;x;not mail", "s012;a;b;c", "1.2E+11;e;"]
    (classroom.root / "bad.csv").write_bytes("\n".join(rows).encode("gbk"))
    said = classroom("import-roster", "bad.csv", "--yes", "--lang", "en")
    assert said.code == 1
    lines = said.err.splitlines()
    assert [line.split(":")[0] for line in lines[:6]] == [f"line {n}" for n in (3, 4, 5, 6, 7, 8)]
    assert "stands on line 2 already" in said.err
    assert "6 bad rows; nothing was imported" in said.err
    assert "'not mail' 不是邮箱地址" in classroom("import-roster", "bad.csv", "--yes", "--lang", "zh").err
    assert classroom("roster", "--json", "--match", "s010").json == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"name\nx\n", "no column"), (b"", "empty"), (b'id\n"x', "line 2"), (b"id\n\xff\xff\x80", "GBK")],
)
def test_what_is_no_class_list_is_refused(classroom: Folder, content: bytes, said: str) -> None:
    (classroom.root / "wrong.csv").write_bytes(content)
    outcome = classroom("import-roster", "wrong.csv", "--yes")
    assert outcome.code == 2
    assert said in outcome.err


def test_leave_makeup_excuse_and_reopen_with_a_reason_in_the_log(classroom: Folder) -> None:
    assert classroom("leave", "s001", "--weeks", "1,3-4", "--reason", "hospital").code == 0
    assert statuses(classroom, "s001") == ["on_leave", "open", "on_leave", "on_leave"]
    assert classroom("makeup", "s002", "--week", "1", "--reason", "was ill").code == 0
    assert classroom("excuse", "s003", "--week", "1", "--reason", "joined later").code == 0
    assert statuses(classroom, "s002")[0] == "made_up"
    assert statuses(classroom, "s003")[0] == "on_leave"
    until = (now() + 3 * DAY).isoformat()
    assert classroom("reopen", "--week", "1", "--until", until, "--reason", "server was down").code == 0
    lines = classroom("audit", "--json").json
    assert [(one["what"], one["student"], one["target"], one["reason"]) for one in lines[:6]] == [
        ("reopen", "", "week 1", "server was down"),
        ("excuse", "s003", "week 1", "joined later"),
        ("makeup", "s002", "week 1", "was ill"),
        ("leave", "s001", "week 4", "hospital"),
        ("leave", "s001", "week 3", "hospital"),
        ("leave", "s001", "week 1", "hospital"),
    ]
    assert {one["actor"] for one in lines[:6]} == {f"{account_name()} (wang)"}
    assert lines[-1]["what"] == "grade"
    assert "server was down" in classroom("audit", "--what", "reopen").out


def test_twice_is_once_and_revoking_is_a_line_of_its_own(classroom: Folder) -> None:
    words = ("leave", "s001", "--weeks", "1", "--reason", "flu")
    assert "stored: 1" in classroom(*words, "--lang", "en").out
    assert "nothing changed" in classroom(*words, "--lang", "en").out
    classroom("leave", "s001", "--weeks", "1", "--reason", "by mistake", "--revoke")
    assert statuses(classroom, "s001")[0] == "missed"
    assert [one["new"] for one in classroom("audit", "--what", "leave", "--json").json] == ["revoked", "granted"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("leave", "s00l", "--weeks", "1", "--reason", "x"), "did you mean s001 张三, s002 李四 or s003 =王五?"),
        (("leave", "s001", "--weeks", "9", "--reason", "x"), "weeks 1 to 4"),
        (("leave", "s001", "--weeks", "4-2", "--reason", "x"), "comes before"),
        (("leave", "s001", "--weeks", "x", "--reason", "x"), "names no weeks"),
        (("makeup", "s001", "--week", "1", "--reason", " "), "a reason is needed"),
        (("reopen", "--reason", "x", "--until", "2099-01-01"), "a week or a chapter"),
        (("reopen", "--reason", "x", "--week", "1", "--until", "2000-01-01"), "later than"),
        (("reopen", "--reason", "x", "--week", "1", "--until", "soon"), "not a date"),
        (("reopen", "--reason", "x", "--chapter", "c9", "--until", "2099-01-01"), "c1, c2"),
    ],
)
def test_a_decision_that_fits_nothing_is_refused(classroom: Folder, words: tuple[str, ...], said: str) -> None:
    outcome = classroom(*words)
    assert outcome.code == 2
    assert said in outcome.err


def test_beyond_the_quota_must_be_said(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(4, extra="leave: {most_weeks: 1}"), "utf-8")
    for week in ("1", "2"):
        assert classroom("makeup", "s001", "--week", week, "--reason", "x").code == 0
    assert "--beyond" in classroom("makeup", "s001", "--week", "3", "--reason", "x").err
    assert classroom("makeup", "s001", "--week", "3", "--reason", "x", "--beyond").code == 0
    assert "--beyond" in classroom("leave", "s002", "--weeks", "1-2", "--reason", "x").err


class Inbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuse = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 try again later"
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    handler = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_remind_prints_who_has_not_checked_in(classroom: Folder) -> None:
    classroom("checkin", "--student", "s001", "-m", NOTE)
    assert [one["student"] for one in classroom("remind", "--json").json["students"]] == ["s002", "s003"]
    said = classroom("remind")
    assert said.out.startswith("week 2, due ")
    assert ": 2 of 3 have not checked in yet\ns002  李四" in said.out


def test_remind_mails_once(classroom: Folder, inbox: tuple[Inbox, str]) -> None:
    handler, server = inbox
    words = ("remind", "--mail", "--smtp", server, "--from", "ta@x.org", "--json")
    handler.refuse = True
    failed = classroom(*words)
    assert failed.code == 1
    assert {one["outcome"] for one in failed.json["sent"]} == {"failed", "no address"}
    handler.refuse = False
    assert {one["student"]: one["outcome"] for one in classroom(*words).json["sent"]} == {
        "s001": "sent",
        "s002": "sent",
        "s003": "no address",
    }
    assert {one["outcome"] for one in classroom(*words).json["sent"]} == {"before", "no address"}
    assert [mail["To"] for mail in handler.mails] == ["s001@x.org", "s002@x.org"]
    assert "week 2" in handler.mails[0]["Subject"]
    assert "Asia/Shanghai" in handler.mails[0].get_content()
    assert "张三" in handler.mails[0].get_content()
    assert len(classroom("audit", "--what", "remind", "--json").json) == 2


def put_short_note(classroom: Folder, student: str, week: int) -> None:
    folder = classroom.root / "submitted" / student
    folder.mkdir(parents=True, exist_ok=True)
    note = {"week": week, "note": "short", "at": (now() - 2 * DAY).isoformat()}
    (folder / "checkins.json").write_text(json.dumps({"student": student, "checkins": [note]}), "utf-8")


def test_monday_keeps_names_out_of_the_public_text(classroom: Folder) -> None:
    (classroom.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    classroom("checkin", "--student", "s001", "-m", NOTE, "--week", "1")
    said = classroom("monday", "--lang", "zh")
    lines = said.out.splitlines()
    assert (lines[1], lines[2], lines[3]) == ("", "── 发到班级群 (不含姓名) ──", "")
    assert lines[5].startswith("补打卡：autograder checkin --week 1")  # a line of its own, to be copied
    public, private = said.out.split("── 逐个联系")
    assert "第 1 周 1/3 人已打卡，2 人未完成，" in public
    assert not any(name in public for name in ("李四", "王五", "s002", "x.org"))
    assert "◔  s002  李四  2班  s002@x.org" in private
    assert "可以发：李四你好，" in private
    put_short_note(classroom, "s002", 1)
    assert "s002" in classroom("import-notes", "--lang", "zh").err
    private = classroom("monday", "--lang", "zh").out.split("── 逐个联系")[1]
    assert "原因：说明没有算数：" in private.split("s002@x.org")[1].split("s003")[0]
    record = classroom("monday", "--json", "--group", "2班").json
    assert (record["week"], record["done"], record["of"], record["next"]["week"]) == (1, 0, 2, 2)
    assert record["lacking"][0]["sentence"].startswith("Hello 李四, week 1 still lacks")
    assert record["late_until"] is not None


def test_monday_mails_once(classroom: Folder, inbox: tuple[Inbox, str]) -> None:
    handler, server = inbox
    words = ("monday", "--mail", "--smtp", server, "--from", "ta@x.org")
    assert "s001  s001@x.org  sent" in classroom(*words).out
    assert "s001  s001@x.org  sent before" in classroom(*words).out
    assert [mail["To"] for mail in handler.mails] == ["s001@x.org", "s002@x.org"]
    assert "Hello 张三, week 1 still lacks your check-in." in handler.mails[0].get_content()


@pytest.mark.parametrize("verb", ["remind", "monday"])
@pytest.mark.parametrize("week", ["0", "9", "4"])
def test_a_week_that_cannot_be_told_about_is_refused(classroom: Folder, verb: str, week: str) -> None:
    said = classroom(verb, "--week", week)
    assert (said.code, said.out) == (2, "")
    assert f"week {week}" in said.err


def test_remind_refuses_a_week_that_is_closed(classroom: Folder) -> None:
    said = classroom("remind", "--week", "1")
    assert (said.code, "nobody" in said.out, "autograder monday --week 1" in said.err) == (2, False, True)


def test_remind_without_a_server_says_what_is_missing(classroom: Folder) -> None:
    assert "AUTOGRADER_SMTP" in classroom("remind", "--mail").err
    assert "smtp://" in classroom("remind", "--mail", "--smtp", "http://x", "--from", "a@b.c").err
    assert classroom("remind", "--mail", "--smtp", "smtp://127.0.0.1:9", "--from", "a@b.c").code == 2


def earned(classroom: Folder) -> None:
    text = course_text(2, 2, "certificate: {weeks_percent: 50, points_percent: 40}")
    (classroom.root / "course.yml").write_text(text, "utf-8")
    classroom("checkin", "--student", "s001", "-m", NOTE)


def test_a_certificate_is_earned_confirmed_and_cannot_be_made_up(classroom: Folder) -> None:
    refused = classroom("certificate", "s001")
    assert refused.code == 1
    assert "0 % of the weeks are done" in refused.out
    earned(classroom)
    given = classroom("certificate", "s001", "--json").json[0]
    assert (classroom.root / given["path"]).read_bytes().startswith(b"%PDF")
    said = classroom("verify-certificate", given["id"].lower(), "--json")
    assert (said.code, said.json["certificate"]["name"]) == (0, "张三")
    assert classroom("certificate", "s001", "--lang", "zh", "--json").json[0]["id"] == given["id"]
    made_up = given["id"][:-1] + ("0" if given["id"][-1] != "0" else "1")
    assert classroom("verify-certificate", made_up).code == 1
    assert [one["student"] for one in classroom("certificate", "--json").json] == ["s001"]


def test_a_row_slipped_into_the_database_is_no_certificate(classroom: Folder) -> None:
    earned(classroom)
    classroom("certificate", "s001")
    url = f"sqlite:///{classroom.root / 'gradebook.db'}"
    with Database(url) as database, database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO autograder_certificate SELECT 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA', 's002', '李四', course, "
            "weeks_percent, points, at FROM autograder_certificate"
        )
    assert classroom("verify-certificate", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA").code == 1


def test_backup_and_restore(classroom: Folder) -> None:
    assert classroom("backup", "copy.db").code == 0
    classroom("leave", "s001", "--weeks", "1", "--reason", "flu")
    assert classroom("backup", "copy.db").code == 2
    said = classroom("restore", "copy.db", "--lang", "en")
    assert said.code == 0
    assert "before-" in said.out
    assert statuses(classroom, "s001")[0] == "missed"
    lines = classroom("audit", "--json").json
    assert [line["what"] for line in lines[:2]] == ["restore", "leave"]  # what was done since stays in the log
    classroom("restore", "copy.db")
    assert [line["what"] for line in classroom("audit", "--json").json].count("leave") == 1


def test_another_database_is_used_where_the_variable_names_one(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DB", f"sqlite:///{classroom.root / 'other.db'}")
    assert classroom("roster", "--json").json == []
    assert (classroom.root / "other.db").exists()


def test_the_whole_class_goes_on_leave_in_one_line(classroom: Folder) -> None:
    classroom("checkin", "--student", "s001", "-m", NOTE)
    assert "stored: 2" in classroom("leave", "--all", "--weeks", "1,2", "--reason", "typhoon").out
    assert statuses(classroom, "s002")[:2] == ["on_leave", "on_leave"]
    assert statuses(classroom, "s001")[:2] == ["on_leave", "on_time"]
    assert classroom("remind", "--week", "2", "--json").json["students"] == []
    classroom("leave", "--all", "--weeks", "1", "--reason", "no typhoon", "--revoke")
    assert statuses(classroom, "s002")[0] == "missed"
    assert classroom("excuse", "--all", "--week", "1", "--reason", "typhoon").code == 0
    assert statuses(classroom, "s002")[0] == "on_leave"
    assert {one["student"] for one in classroom("audit", "--what", "leave", "--json").json} == {""}


@pytest.mark.parametrize("words", [(), ("s001", "--all")])
def test_leave_is_for_one_or_for_all(classroom: Folder, words: tuple[str, ...]) -> None:
    said = classroom("leave", *words, "--weeks", "1", "--reason", "x")
    assert (said.code, "--all for the whole class" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("makeup", "s001", "--week", "2"), "week 2 is not over before"),
        (("makeup", "s001", "--week", "4"), "week 4 is not over before"),
        (("makeup", "s002", "--week", "1"), "week 1 is on leave already; the decision would change nothing"),
        (("excuse", "s001", "--week", "3"), "week 3 has not begun"),
        (("excuse", "--all", "--week", "3"), "week 3 has not begun"),
        (("excuse", "s002", "--week", "1"), "week 1 is on leave already"),
        (("excuse", "s003", "--week", "2"), "week 2 is on time already"),
        (("makeup", "s003", "--week", "1"), "week 1 is late already"),
        (("leave", "s003", "--weeks", "1-2"), "week 1 is late already"),
    ],
)
def test_a_decision_without_effect_is_refused(classroom: Folder, words: tuple[str, ...], said: str) -> None:
    classroom("leave", "s002", "--weeks", "1", "--reason", "flu")
    (classroom.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    for week in ("1", "2"):
        classroom("checkin", "--student", "s003", "-m", NOTE, "--week", week)
    (classroom.root / "course.yml").write_text(course_text(), "utf-8")
    before = classroom("audit", "--json").out
    outcome = classroom(*words, "--reason", "x")
    assert outcome.code == 2
    assert said in outcome.err
    assert classroom("audit", "--json").out == before


def test_leave_names_the_weeks_that_stay_as_they_are(classroom: Folder) -> None:
    classroom("checkin", "--student", "s001", "-m", NOTE)
    said = classroom("leave", "s001", "--weeks", "1-3", "--reason", "flu")
    assert "stored: 2" in said.out
    assert "week 2 is on time already and stays as it is" in said.out
    assert statuses(classroom, "s001")[:3] == ["on_leave", "on_time", "on_leave"]


def test_leave_takes_the_place_of_a_make_up(classroom: Folder) -> None:
    assert classroom("makeup", "s001", "--week", "1", "--reason", "x").code == 0
    assert classroom("leave", "s001", "--weeks", "1", "--reason", "flu").code == 0
    assert statuses(classroom, "s001")[0] == "on_leave"


def test_the_audit_log_is_read_in_the_courses_language_and_zone(classroom: Folder) -> None:
    classroom("leave", "--all", "--weeks", "3", "--reason", "typhoon")
    classroom("reopen", "--week", "2", "--until", "2099-01-01", "--student", "s001", "--reason", "flu")
    classroom("makeup", "s002", "--week", "1", "--reason", "ill")
    said = classroom("audit", "--lang", "zh").out
    who = f"{account_name()} (wang)"  # the account of the system, what AUTOGRADER_ACTOR claims in brackets
    classroom("checkin", "--student", "s002", "--week", "2", "-m", NOTE)
    classroom("void", "s002", "--week", "2", "--reason", "copied")
    assert f"  {who}  作废  s002 第 2 周  copied\n" in classroom("audit", "--lang", "zh").out
    assert f"  {who}  补卡  s002 第 1 周  批准  ill" in said
    assert f"  {who}  请假  全班 第 3 周  批准  typhoon" in said
    assert f"  {who}  规则  最早已知的规则\n" in said
    assert "延期  s001 第 2 周  2099-01-01 23:59:59 Asia/Shanghai (+08:00)  flu" in said
    assert f"  {who}  makeup  s002 week 1  granted  ill" in classroom("audit").out


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "s003: 第 1 周已经是迟到，第 2 周已经是按时，这个决定不起作用"),
        ("en", "s003: week 1 is late already, week 2 is on time already; the decision would change nothing"),
    ],
)
def test_leave_names_all_weeks_in_which_it_changes_nothing(classroom: Folder, language: str, said: str) -> None:
    (classroom.root / "course.yml").write_text(course_text(begun=1), "utf-8")
    for week in ("1", "2"):
        classroom("checkin", "--student", "s003", "-m", NOTE, "--week", week)
    outcome = classroom("leave", "s003", "--weeks", "1-2", "--reason", "x", "--lang", language)
    assert (outcome.code, said in outcome.err) == (2, True)


def test_void_names_all_weeks_without_a_check_in(classroom: Folder) -> None:
    assert "week 1, 3, 4" in (classroom("void", "s001", "--week", "1,3-4", "--reason", "x").err)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_reason_is_folded_below_its_student_on_a_terminal(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    extra = "at_risk: {missed_in_a_row: 1, completion_below_percent: 60}"
    (classroom.root / "course.yml").write_text(course_text(4, extra=extra), "utf-8")
    classroom("roster")  # the change of rules is told once
    piped = classroom("roster", "--lang", language).out
    assert piped.count("  ! ") == 3
    monkeypatch.setenv("COLUMNS", "60")
    assert classroom("roster", "--lang", language).out == piped  # one line each, for who searches in it
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    shown = re.sub("\x1b\\[[0-9;]*m", "", classroom("roster", "--lang", language).out).splitlines()
    assert max(map(cell_len, shown)) <= 60
    assert {line[:4] for line in shown[2:]} == {"    ", "s001", "s002", "s003"}
    joined = "".join("".join(shown).split())
    assert all("".join(reason.split()) in joined for reason in piped.split("  ! ")[1].splitlines()[0].split("; "))
