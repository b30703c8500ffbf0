"""`collect`, from a platform's zip to the class's folder."""

from __future__ import annotations

import io
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from autograder.submission.receipts import packed, receipt_for

from .made import CLASS, EARLY, Classroom, gbk_zip, notebook, zipped

EARLY_SAID = "2026-10-01T12:00:00+08:00"
IDS = [one[0] for one in CLASS]

NOTE = {"week": 1, "note": "读完了第一章", "at": "2026-10-01T03:00:00+00:00", "reason": ""}
WISH = {"wish": "leave", "week": 3, "reason": "a wedding", "at": "2026-10-01T03:30:00+00:00"}


def test_a_moodle_zip_with_folders(classroom: Classroom) -> None:
    files = {
        "张三_4711_assignsubmission_file/lenet.ipynb": notebook("a"),
        "张三_4711_assignsubmission_file/path/lenet.pdparams": b"w",
        "site1_李四_4712_assignsubmission_file_/lenet.ipynb": notebook("b"),
        "王小五_4713_assignsubmission_onlinetext/onlinetext.html": b"<p>hello</p>",
        "Rossi Anna Maria_4714_assignsubmission_file_my answer.ipynb": notebook("c"),
        "__MACOSX/._x": b"",
    }
    path = classroom.file("class.zip", zipped(files))
    done = classroom.collect(path)
    assert done.of("20230001") | {"why": ""} == {
        "source": f"{path}!张三_4711_assignsubmission_file/lenet.ipynb",
        "student": "20230001",
        "chapter": "lenet",
        "received": EARLY_SAID,
        "received_from": "zip",
        "state": "placed",
        "why": "",
    }
    assert done.states() == {"placed": 3, "not_a_hand_in": 1, "missing": 3}
    assert [done.of(one)["state"] for one in ("20230002", "20230007", "20230003")] == [
        "placed",
        "placed",
        "not_a_hand_in",
    ]
    assert classroom.answer("20230001") == notebook("a")
    assert (classroom.root / "submitted/20230001/lenet/lenet.pdparams").read_bytes() == b"w"
    assert done.code == 1
    again = classroom.collect(path)
    assert again.states() == {"unchanged": 3, "not_a_hand_in": 1, "missing": 3}


def test_without_a_terminal_and_without_a_yes_it_is_a_preview(classroom: Classroom) -> None:
    path = classroom.file("class.zip", zipped({"张三_1_assignsubmission_file/lenet.ipynb": notebook("a")}))
    done = classroom.collect(path, yes=False)
    assert (done.code, done.of("20230001")["state"]) == (1, "placed")
    assert "nothing was written" in done.err
    assert not (classroom.root / "submitted").exists()
    assert classroom.collect(path).code == 0  # missing alone is no fault
    assert list((classroom.root / ".autograder").glob("collect.*")) == []


def test_a_canvas_zip(classroom: Classroom) -> None:
    files = {
        "张三_LATE_11_991_lenet.ipynb": notebook("a"),
        "李四_12_992_lenet-1.ipynb": notebook("b"),
        "annamariarossi_13_993_lenet.ipynb": notebook("c"),
        "anon_14_994_lenet.ipynb": notebook("d"),
        "王小五_15_text.html": b"<p>",
    }
    path = classroom.file("submissions.zip", zipped(files))
    done = classroom.collect(path)
    late = done.of("20230001")
    assert (late["received"], late["received_from"], late["state"]) == (None, None, "placed")
    assert "autograder received --student 20230001" in late["why"]
    assert done.of("20230002")["received"] == EARLY_SAID
    assert done.states() == {"placed": 3, "unknown": 1, "not_a_hand_in": 1, "missing": 3}
    gradebook = classroom.file(
        "grades.csv",
        b"Student,ID,SIS User ID,SIS Login ID,Section\nPoints Possible,,,,\n\xe9\x99\x88\xe9\xbe\x99,14,20230005,cl2,A\n",
    )
    assert classroom.collect(path, gradebook).of("20230005")["state"] == "placed"


def test_what_canvas_does_not_call_late_is_on_time_however_late_its_zip_was_packed(classroom: Classroom) -> None:
    path = classroom.file(
        "submissions.zip", zipped({"张三_11_991_lenet.ipynb": notebook("a")}, (2026, 11, 20, 0, 0, 0))
    )
    assert classroom.collect(path).of("20230001")["received"] is None


def test_blackboard_names_user_and_moment(classroom: Classroom) -> None:
    stem = "Lab_3_zhangsan_attempt_2026-10-02-08-30-00"
    files = {f"{stem}.txt": b"Name: Zhang", f"{stem}_lenet.ipynb": notebook("a")}
    done = classroom.collect(classroom.file("bb.zip", zipped(files)))
    found = done.of("20230001")
    assert (found["received"], found["received_from"]) == ("2026-10-02T08:30:00+08:00", "name")


def test_an_exchange_of_nbgrader(classroom: Classroom) -> None:
    folder = "20230002+lenet+2026-10-01 04:00:00.123456 UTC+x7Yz"
    for name, content in (("lenet.ipynb", notebook("a")), ("timestamp.txt", b"2026-10-01 05:00:00.000000 UTC")):
        classroom.file(f"inbound/{folder}/{name}", content)
    found = classroom.collect(classroom.root / "came/inbound").of("20230002")
    assert (found["received"], found["received_from"]) == ("2026-10-01T13:00:00+08:00", "timestamp")
    classroom.file("other/20230009+lenet+2026-10-01 04:00:00.123456 UTC/lenet.ipynb", notebook("b"))
    assert classroom.collect(classroom.root / "came/other").states() == {"unknown": 1, "missing": 6}


def test_a_time_stamp_in_a_students_own_zip_proves_nothing(classroom: Classroom) -> None:
    inner = zipped({"lenet.ipynb": notebook("a"), "timestamp.txt": b"2026-09-01 00:00:00.0 UTC"}, (2026, 9, 1, 0, 0, 0))
    classroom.file("chat/20230001.zip", inner)
    os.utime(classroom.root / "came/chat/20230001.zip", (1790000000, 1790000000))
    found = classroom.collect(classroom.root / "came/chat").of("20230001")
    assert (found["received_from"], found["received"][:10]) == ("file", "2026-09-21")


@pytest.mark.parametrize(
    ("name", "student", "state"),
    [
        ("20230001+张三+第3次作业 (1).ipynb", "20230001", "placed"),
        ("第3次作业-王小五.ipynb", "20230003", "placed"),
        ("２０２３０００２.ipynb", "20230002", "placed"),
        ("陳龍 20230004 最终版.ipynb", "20230004", "placed"),
        ("张三的作业.ipynb.txt", "20230001", "placed"),
        ("lenet_zhang_san.ipynb", "20230006", "placed"),
        ("陈龙.ipynb", None, "ambiguous"),
        ("2O230001.ipynb", None, "ambiguous"),
        ("20230001李四.ipynb", None, "ambiguous"),
        ("20239999张三.ipynb", None, "ambiguous"),
        ("20230001和20230002.ipynb", None, "ambiguous"),
        ("张三丰.ipynb", None, "ambiguous"),
        ("120230001.ipynb", None, "unknown"),
        ("lenet.ipynb", None, "unknown"),
    ],
)
def test_loose_names(classroom: Classroom, name: str, student: str | None, state: str) -> None:
    done = classroom.collect(classroom.file(f"chat/{name}", notebook("a")).parent)
    (found,) = [item for item in done.items if item["state"] != "missing"]
    assert (found["student"], found["state"]) == (student, state)
    assert len(list((classroom.root / "submitted").glob("*/lenet"))) == (state == "placed")
    assert done.code == (0 if state == "placed" else 1)


def test_gbk_names_folders_in_folders_and_zips_in_zips(classroom: Classroom) -> None:
    deep = zipped({"作业/lenet.ipynb": notebook("c")})
    deeper = zipped({"a.zip": zipped({"b.zip": zipped({"lenet.ipynb": notebook("d")})})})
    files = {
        "20230001_张三/lenet.ipynb": notebook("a"),
        "20230002_李四/作业/lenet/lenet.ipynb": notebook("b"),
        "20230003.zip": zipped({"内/作业.zip": deep}),
        "20230004.zip": deeper,
    }
    done = classroom.collect(classroom.file("全班.zip", gbk_zip(files)))
    assert done.states() == {"placed": 3, "unreadable": 1, "missing": 3}
    assert "20230001_张三" in done.of("20230001")["source"]
    assert classroom.answer("20230003") == notebook("c")
    assert done.of("20230004")["state"] == "unreadable"


def test_a_survey_s_machine_names_are_joined_by_its_table(classroom: Classroom) -> None:
    table = classroom.file(
        "问卷.csv",
        "序号,提交时间,学号,姓名,附件\n1,2026/10/2 8:30:00,20230004,陈龙,https://x.y/f/8a7b.ipynb?k=1\n".encode("gbk"),
    )
    classroom.file("files/8a7b.ipynb", notebook("a"))
    found = classroom.collect(classroom.root / "came/files", "--table", table).of("20230004")
    assert (found["state"], found["received"], found["received_from"]) == (
        "placed",
        "2026-10-02T08:30:00+08:00",
        "status",
    )


def test_a_pattern_tells_where_id_and_name_stand(classroom: Classroom) -> None:
    classroom.file("p/hw-20230001-x.ipynb", notebook("a"))
    classroom.file("p/hw-zhang san-x.ipynb", notebook("b"))
    assert classroom.collect(classroom.root / "came/p", "--pattern", "hw-{id}-*").states() == {
        "placed": 2,
        "missing": 5,
    }
    bad = classroom.collect(classroom.root / "came/p", "--pattern", "x")
    assert (bad.code, "{id}-{name}*" in bad.err) == (2, True)


def test_blind_marking_needs_the_worksheet(classroom: Classroom) -> None:
    path = classroom.file(
        "blind.zip", zipped({"参与者 77_77_assignsubmission_file/lenet.ipynb": notebook("a")}, (2026, 10, 15, 0, 0, 0))
    )
    done = classroom.collect(path)
    assert done.states() == {"unknown": 1, "missing": 7}
    assert "worksheet" in done.items[0]["why"]
    sheet = (
        "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (submission)\n"
        'Participant 77,张三,20230001,z@x,"Submitted for grading - 2 days 1 hour late",,100,"Tuesday, 13 October 2026, 10:05 PM"\n'
    )
    found = classroom.collect(path, classroom.file("sheet.csv", sheet.encode())).of("20230001")
    assert (found["received"], found["received_from"]) == ("2026-10-13T22:05:00+08:00", "status")


def test_other_chapters_and_what_is_no_notebook_are_named_rightly(classroom: Classroom) -> None:
    conflict = notebook("a").replace(b'"cells"', b'\n<<<<<<< HEAD\n"cells"\n>>>>>>> x\n')
    files = {
        "20230001/lenet.ipynb": notebook("a", "reader"),
        "20230002/lenet.ipynb": b"<!DOCTYPE html><html>Log in</html>",
        "20230003/lenet.docx": zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
        "20230004/lenet.ipynb": conflict,
        "20230005/a.rar": b"Rar!\x1a\x07\x01\x00",
        "20230006/lenet.zip": b"PK\x03\x04broken",
        "20230007/lenet.py": "# 网络\nclass LeNet: ...\n".encode("utf-16"),
    }
    done = classroom.collect(classroom.file("class.zip", zipped(files)))
    states = [done.of(one)["state"] for one in IDS]
    assert states == [
        "wrong_chapter",
        "not_a_hand_in",
        "not_a_hand_in",
        "unreadable",
        "unreadable",
        "unreadable",
        "placed",
    ]
    whys = [done.of(one)["why"] for one in IDS]
    for why, part in zip(
        whys, ("this is reader", "login page", "Word", "merge conflict", "rar", "damaged", "utf-16"), strict=True
    ):
        assert part in why
    assert (classroom.root / "submitted/20230007/lenet/lenet.py").read_text("utf-8").startswith("# 网络")


def test_a_7z_is_read_and_limited_like_a_zip(classroom: Classroom) -> None:
    py7zr = pytest.importorskip("py7zr")
    for name, content in (("20230001.7z", notebook("a")), ("20230002.7z", bytes(40 << 20))):
        with py7zr.SevenZipFile(classroom.file(name, b""), "w") as made:
            made.writestr(content, "作业/lenet.ipynb")
            made.writestr(b"w", "作业/lenet.pdparams")
    done = classroom.collect(classroom.root / "came")
    assert [done.of(one)["state"] for one in ("20230001", "20230002")] == ["placed", "unreadable"]
    assert classroom.answer("20230001") == notebook("a")
    assert (classroom.root / "submitted/20230001/lenet/lenet.pdparams").read_bytes() == b"w"


def test_a_notebook_of_format_3_is_converted(classroom: Classroom) -> None:
    old = b'{"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [{"cell_type": "code", "input": ["class LeNet: ..."], "language": "python", "outputs": [], "metadata": {}}], "metadata": {}}]}'
    done = classroom.collect(classroom.file("20230001.ipynb", old))
    assert done.of("20230001")["state"] == "placed"
    assert "nbformat 3" in done.of("20230001")["why"]
    assert b'"nbformat": 4' in classroom.answer("20230001")


def test_two_different_answers_of_one_student_are_not_chosen_between(classroom: Classroom) -> None:
    classroom.file("c/20230001 lenet.ipynb", notebook("a"))
    classroom.file("c/20230001 lenet (1).ipynb", notebook("b"))
    classroom.file("c/20230002 lenet.ipynb", notebook("c"))
    classroom.file("c/20230002 lenet (1).ipynb", notebook("c"))
    done = classroom.collect(classroom.root / "came/c")
    assert done.of("20230001")["state"] == "double"
    assert done.of("20230002")["state"] == "placed"
    assert not (classroom.root / "submitted/20230001").exists()


def sent(classroom: Classroom, stamp: str, mark: str, weights: bytes = b"") -> Path:
    """A file of `submit` that came by mail."""
    receipt = {"student": "20230001", "chapter": "lenet", "at": EARLY_SAID, "files": {}, "to": ""}
    files = {"lenet.ipynb": notebook(mark), "receipt.json": json.dumps(receipt).encode()}
    content = zipped(files | ({"lenet.safetensors": weights} if weights else {}))
    return classroom.file(f"mail/20230001_lenet_20261001T{stamp}.zip", content)


@pytest.mark.parametrize("weights", [(b"w", b"w"), (b"", b""), (b"", b"w"), (b"w", b"")])
def test_the_same_hand_in_sent_twice_is_taken_once(classroom: Classroom, weights: tuple[bytes, bytes]) -> None:
    early, late = (sent(classroom, *about) for about in (("120000", "a", weights[0]), ("130000", "a", weights[1])))
    os.utime(early, (1790000000, 1790000000))
    os.utime(late, (1790003600, 1790003600))
    done = classroom.collect(early.parent)
    assert (done.code, done.states()) == (0, {"placed": 1, "missing": 6})
    first = early if weights[0] or not weights[1] else late  # that holds all of it
    moment = datetime.fromisoformat(done.of("20230001")["received"]).timestamp()
    assert moment == first.stat().st_mtime
    assert classroom.answer("20230001") == notebook("a")
    lying = classroom.root / "submitted/20230001/lenet/lenet.safetensors"
    assert lying.is_file() == any(weights)


@pytest.mark.parametrize(
    ("second", "name"),
    [(("b", b"w"), "lenet.ipynb"), (("a", b"other"), "lenet.safetensors")],
    ids=["answer", "weights"],
)
def test_two_hand_ins_that_differ_are_named_with_the_files_that_came(
    classroom: Classroom, second: tuple[str, bytes], name: str
) -> None:
    early, late = sent(classroom, "120000", "a", b"w"), sent(classroom, "130000", *second)
    os.utime(early, (1790000000, 1790000000))
    os.utime(late, (1790003600, 1790003600))
    done = classroom.collect(early.parent)
    found = done.of("20230001")
    assert (done.code, found["state"]) == (1, "double")
    assert f"{early.name} → {name}, {late.name} → {name}" in found["why"]
    assert "collect the earlier one by itself and then the later one" in found["why"]
    assert not (classroom.root / "submitted/20230001").exists()
    for path in (early, late):  # as it says
        assert classroom.collect(path).of("20230001")["state"] == "placed"
    assert classroom.answer("20230001") == notebook(second[0])
    assert (classroom.root / "submitted/20230001/lenet/lenet.safetensors").read_bytes() == second[1]
    assert len(list((classroom.root / ".autograder/handins").glob("*/lenet.ipynb"))) == 1


def test_a_better_early_answer_is_kept_when_a_later_one_comes(classroom: Classroom) -> None:
    name = "张三_1_assignsubmission_file/lenet.ipynb"
    first = classroom.file("1.zip", zipped({name: notebook("good")}))
    second = classroom.file("2.zip", zipped({name: notebook("worse")}, (2026, 10, 5, 0, 0, 0)))
    assert classroom.collect(second).code == 0
    assert classroom.collect(first).code == 0  # in whatever order they are collected
    assert classroom.answer("20230001") == notebook("worse")
    (kept,) = (classroom.root / ".autograder/handins").glob("*/lenet.ipynb")
    assert kept.read_bytes() == notebook("good")
    assert classroom.collect(first, second).states() == {"unchanged": 2, "missing": 6}


def test_the_moment_of_the_option_holds_for_all(classroom: Classroom) -> None:
    path = classroom.file("class.zip", zipped({"张三_1_assignsubmission_file/lenet.ipynb": notebook("a")}))
    found = classroom.collect(path, "--received", "2026-10-11T20:00").of("20230001")
    assert (found["received"], found["received_from"]) == ("2026-10-11T20:00:00+08:00", "option")


def test_links_and_names_that_lead_out_are_never_followed(classroom: Classroom, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook("secret"))
    (classroom.root / "came/c").mkdir(parents=True)
    (classroom.root / "came/c/20230001.ipynb").symlink_to(secret)
    done = classroom.collect(classroom.root / "came/c")
    assert done.of("20230001")["state"] == "unreadable"
    files = {"../../20230002.ipynb": notebook("a"), "20230003/lenet.ipynb": notebook("b")}
    done = classroom.collect(classroom.file("c.zip", zipped(files)))
    assert done.of("20230003")["state"] == "placed"
    (classroom.root / "submitted/20230004").symlink_to(tmp_path)
    done = classroom.collect(classroom.file("20230004.ipynb", notebook("c")))
    assert (done.of("20230004")["state"], (tmp_path / "lenet").exists()) == ("unreadable", False)


def test_a_broken_zip_costs_the_others_nothing(classroom: Classroom) -> None:
    good = classroom.file("20230001.ipynb", notebook("a"))
    broken = classroom.file("class.zip", zipped({"李四_1_assignsubmission_file/lenet.ipynb": notebook("b")})[:-30])
    done = classroom.collect(broken, good)
    assert (done.items[0]["state"], done.of("20230001")["state"]) == ("unreadable", "placed")


def test_words_of_the_command(classroom: Classroom) -> None:
    path = classroom.file(
        "class.zip", zipped({"张三_1_assignsubmission_file/lenet.ipynb": notebook("a")}, (2026, 10, 12, 9, 0, 0))
    )
    shown = classroom("collect", str(path), "--chapter", "lenet", "--lang", "zh").out
    assert "放好：1" in shown
    assert "迟交：1" in shown
    assert "2026-10-12 09:00" in shown
    assert classroom("collect", str(path), "--chapter", "nope").code == 2
    assert classroom("collect", "nothing.zip", "--chapter", "lenet").code == 2


def test_the_moment_can_be_corrected(classroom: Classroom) -> None:
    path = classroom.file("class.zip", zipped({"张三_LATE_1_2_lenet.ipynb": notebook("a")}, EARLY))
    classroom.collect(path)
    words = ("received", "--student", "20230001", "--chapter", "lenet", "--at", "2026-10-10T09:00", "--lang", "en")
    assert classroom(*words, "--why", " ").code == 2
    done = classroom(*words, "--why", "by mail")
    assert (done.code, "2026-10-10T09:00:00+08:00 (correction)" in done.out) == (0, True)
    assert "received" in classroom("audit", "--student", "20230001", "--lang", "en").out
    assert (
        classroom("received", "--student", "20230002", "--chapter", "lenet", "--at", "2026-10-10", "--why", "x").code
        == 2
    )


class Terminal(io.StringIO):
    """Standard input on which a person types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "state"), [("n\n", "ambiguous"), ("y\ny\n", "placed")])
def test_an_o_for_a_zero_is_asked_about_on_a_terminal(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, answer: str, state: str
) -> None:
    path = classroom.file("2O230001.ipynb", notebook("a"))
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    done = classroom.collect(path, yes=False)
    assert "2O230001.ipynb: is it 20230001 张三? [y/N]" in done.out
    (found,) = [item for item in done.items if item["source"]]
    assert (found["state"], done.code) == (state, 0 if state == "placed" else 1)
    assert (classroom.root / "submitted/20230001/lenet/lenet.ipynb").exists() == (state == "placed")
    assert found["student"] == ("20230001" if state == "placed" else None)
    assert ("20230001" in [item["student"] for item in done.items if item["state"] == "missing"]) == (state != "placed")


@pytest.mark.parametrize("yes", [True, False])
def test_an_o_for_a_zero_is_never_taken_for_a_zero_where_nobody_is_asked(classroom: Classroom, yes: bool) -> None:
    done = classroom.collect(classroom.file("2O230001.ipynb", notebook("a")), yes=yes)
    assert (done.code, done.items[0]["state"]) == (1, "ambiguous")
    assert "is it 20230001 张三? not placed" in done.items[0]["why"]


def test_a_team_hands_in_once_for_each_of_its_members(classroom: Classroom) -> None:
    lines = ["学号,姓名,班级", "20230001,张三,第3组", "20230002,李四,第3组", "20230003,王小五,第4组"]
    (classroom.root / "groups.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert classroom("import-roster", "groups.csv", "--yes").code == 0
    files = {
        "第3组_81_assignsubmission_file/lenet.ipynb": notebook("a"),
        "Default group_assignsubmission_file/lenet.ipynb": notebook("b"),
    }
    path = classroom.file("teams.zip", zipped(files))
    done = classroom.collect(path)
    assert [classroom.answer(one) for one in ("20230001", "20230002")] == [notebook("a")] * 2
    assert done.states() == {"placed": 2, "unknown": 1, "missing": 5}
    assert "Default group" in next(item["why"] for item in done.items if item["state"] == "unknown")
    again = classroom.collect(path)
    assert again.states() == {"unchanged": 2, "unknown": 1, "missing": 5}


def sheet(path: Path, rows: list[list[object]]) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def test_a_survey_s_table_may_be_a_workbook_with_several_files_in_a_cell(classroom: Classroom) -> None:
    rows: list[list[object]] = [
        ["序号", "提交时间", "学号", "附件"],
        [1, datetime(2026, 10, 2, 8, 30), 20230001, "a1.ipynb\na1.pdparams"],
        [2, datetime(2026, 10, 13, 9, 0), 20230002.0, "https://x.y/d/b2.ipynb?sig=%2F"],
        [3, datetime(2026, 10, 3, 9, 0), 20239999, "c3.ipynb"],
    ]
    table = sheet(classroom.root / "came/survey.xlsx", rows)
    for name in ("a1.ipynb", "b2.ipynb", "c3.ipynb", "d4.ipynb"):
        classroom.file(f"files/{name}", notebook(name))
    classroom.file("files/a1.pdparams", b"w")
    done = classroom.collect(classroom.root / "came/files", "--table", table)
    assert [done.of(one)["received"] for one in ("20230001", "20230002")] == [
        "2026-10-02T08:30:00+08:00",
        "2026-10-13T09:00:00+08:00",
    ]
    assert done.states() == {"placed": 2, "unknown": 2, "missing": 5}
    assert (classroom.root / "submitted/20230001/lenet/lenet.pdparams").read_bytes() == b"w"
    bad = classroom.collect(classroom.root / "came/files", "--table", classroom.file("broken.xlsx", b"PK\3\4no"))
    assert (bad.code, "broken.xlsx: no table can be read in it" in bad.err) == (2, True)


def test_a_regular_expression_with_the_groups_of_nbgrader(classroom: Classroom) -> None:
    classroom.file("p/Zhang_San_2026-10-02-08-30-00_lenet.ipynb", notebook("a"))
    classroom.file("p/x_20230002_2026-10-03-08-30-00_lenet.ipynb", notebook("b"))
    names = r"(?P<first_name>[A-Z]\w+?)_(?P<last_name>[A-Z]\w+?)_(?P<timestamp>[\d-]{19})_(?P<notebook_id>\w+)\.ipynb"
    done = classroom.collect(classroom.root / "came/p", "--pattern", names)
    assert (done.of("20230006")["received"], done.of("20230006")["received_from"]) == (
        "2026-10-02T08:30:00+08:00",
        "name",
    )
    ids = r"x_(?P<student_id>\d+)_(?P<timestamp>[\d-]{19})_"
    assert (
        classroom.collect(classroom.root / "came/p", "--pattern", ids).of("20230002")["received"][:10] == "2026-10-03"
    )
    bad = classroom.collect(classroom.root / "came/p", "--pattern", "(?P<student_id>")
    assert (bad.code, "unterminated" in bad.err) == (2, True)


def test_a_class_list_may_be_a_workbook(classroom: Classroom) -> None:
    rows: list[list[object]] = [["学号", "姓名", "班级"], [20240001, "赵一", "1班"], [20240002.0, "钱二", None]]
    path = sheet(classroom.root / "class.xlsx", rows)
    done = classroom("import-roster", str(path), "--yes", "--lang", "en")
    assert (done.code, "xlsx: 2 new" in done.out) == (0, True), done.err
    assert classroom.collect(classroom.file("20240002钱二.ipynb", notebook("a"))).of("20240002")["state"] == "placed"
    sheet(path, [["学号"], ["a/b"], [2.0240001e16]])
    bad = classroom("import-roster", str(path), "--yes", "--lang", "en")
    assert (bad.code, "line 2: 'a/b' is not an id" in bad.err, "line 3" in bad.err) == (1, True, True)
    for content, word in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", ".xls"), (b"PK\3\4broken", "no table can be read")):
        (classroom.root / "bad.xlsx").write_bytes(content)
        named = classroom("import-roster", "bad.xlsx", "--yes", "--lang", "en")
        assert (named.code, word in named.err) == (2, True), named.err


def test_the_one_file_that_submit_makes_is_read_back(classroom: Classroom, tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "20230001" / "lenet"
    folder.mkdir(parents=True)
    (folder / "lenet.ipynb").write_bytes(notebook("a"))
    (folder / "lenet.safetensors").write_bytes(b"weights")
    receipt = receipt_for("20230001", "lenet", folder, datetime.fromisoformat(EARLY_SAID))
    record = {"version": 2, "student": "20230001", "checkins": [NOTE], "requests": [WISH]}
    (folder.parent / "checkins.json").write_text(json.dumps(record), "utf-8")
    made = packed(receipt, folder, [folder.parent / "checkins.json"], tmp_path)
    assert made.name == "20230001_lenet_20261001T120000.zip"
    mail = classroom.file(f"张三_4711_assignsubmission_file/{made.name}", made.read_bytes()).parent.parent
    done = classroom.collect(mail)
    assert done.of("20230001")["state"] == "placed"
    assert classroom.answer("20230001") == notebook("a")
    assert (classroom.root / "submitted/20230001/lenet/lenet.safetensors").read_bytes() == b"weights"
    lying = classroom.root / "submitted/20230001/checkins.json"
    first = json.loads(lying.read_text("utf-8"))
    assert (first["checkins"], first["requests"]) == ([NOTE], [WISH])
    moment = lying.stat().st_mtime
    assert moment == datetime.fromisoformat(str(done.of("20230001")["received"])).timestamp()
    assert classroom.collect(mail).of("20230001")["state"] == "unchanged"  # the same once more changes nothing
    assert (json.loads(lying.read_text("utf-8")), lying.stat().st_mtime) == (first, moment)
    appeal = {"wish": "appeal", "week": 0, "reason": "look again", "at": EARLY_SAID, "chapter": "lenet", "digest": ""}
    (folder.parent / "checkins.json").write_text(json.dumps({**record, "requests": [WISH, appeal]}), "utf-8")
    packed(receipt, folder, [folder.parent / "checkins.json"], mail / "张三_4711_assignsubmission_file")
    assert classroom.collect(mail).of("20230001")["state"] == "unchanged"  # the answer; the appeal came
    waiting = classroom("answer", "--json").json
    assert ("appeal", "lenet", "look again") in [(one["wish"], one["chapter"], one["reason"]) for one in waiting]


def test_a_file_with_another_s_receipt_is_a_question(classroom: Classroom) -> None:
    """Two students swapped the files that `submit` made, or one renamed the other's: it is never guessed whose it is."""

    def made(name: str, owner: str, mark: str) -> Path:
        receipt = json.dumps(
            {"student": owner, "chapter": "lenet", "at": "2026-10-01T12:00:00+08:00", "files": {}, "to": ""}
        )
        return classroom.file(
            f"{mark}/{name}_lenet_20261001T120000.zip",
            zipped({"lenet.ipynb": notebook(mark), "receipt.json": receipt.encode()}),
        )

    done = classroom.collect(made("20230001", "20230002", "a").parent, made("20230003", "20230003", "b").parent)
    (question,) = [one for one in done.items if one["state"] == "ambiguous"]
    assert (done.code, question["student"]) == (1, None)
    assert question["why"] == "its name says 20230001, but the receipt in it is 20230002's; not placed"
    assert done.of("20230003")["state"] == "placed"
    assert not (classroom.root / "submitted/20230001").exists()
    assert "20230001  张三" in done.out  # who is missing, with the name
    (classroom.root / "teams.csv").write_text("student,team\n20230001,A\n20230002,A\n", "utf-8")
    both = classroom.collect(made("20230001", "20230002", "a").parent)
    assert [both.of(one)["state"] for one in ("20230001", "20230002")] == ["placed", "placed"]
    for content in (b"{}", b"[" * 60_000, b'{"student": ["20230002"]}', b"\xff"):  # no receipt says nothing
        name = f"{len(content)}/20230004_lenet_20261001T120000.zip"
        classroom.file(name, zipped({"lenet.ipynb": notebook("c"), "receipt.json": content}))
        found = classroom.collect(classroom.root / "came" / str(len(content)))
        assert found.of("20230004")["state"] in ("placed", "unchanged")


def test_check_ins_of_the_one_file_join_those_of_the_class(classroom: Classroom) -> None:
    own = classroom.root / "submitted" / "20230001"
    own.mkdir(parents=True)
    other = {"week": 2, "note": "写在共享文件夹里", "at": "2026-10-08T12:00:00+08:00", "reason": ""}
    (own / "checkins.json").write_text(json.dumps({"version": 2, "student": "20230001", "checkins": [other]}), "utf-8")
    for owner, taken in (("20230001", 2), ("20230002", 1)):
        record = json.dumps({"version": 2, "student": owner, "checkins": [NOTE | {"note": f"note of {owner}"}]})
        inner = zipped({"lenet.ipynb": notebook(owner), "checkins.json": record.encode(), "receipt.json": b"{}"})
        done = classroom.collect(classroom.file(f"{taken}/20230001_lenet_20261001T12000{taken}.zip", inner).parent)
        assert done.of("20230001")["state"] == "placed"
        there = [one["note"] for one in json.loads((own / "checkins.json").read_text("utf-8"))["checkins"]]
        assert there == ["note of 20230001", "写在共享文件夹里"]
    assert "this record is 20230002's" in done.err


def test_a_team_of_the_table_hands_in_once_whoever_of_them_does_it(classroom: Classroom) -> None:
    rows = ["学号,小组,章节", "20230001,红队,lenet", "20230002,红队,lenet", "20230003,蓝队,", "20230004,蓝队,reader"]
    (classroom.root / "teams.csv").write_text("\n".join(rows) + "\n", "utf-8")
    one = classroom.file("20230002李四.ipynb", notebook("a"))
    done = classroom.collect(one)
    assert done.states() == {"placed": 2, "missing": 5}
    assert [classroom.answer(who) for who in ("20230001", "20230002")] == [notebook("a")] * 2
    other = classroom.file("m.zip", zipped({"蓝队_8_assignsubmission_file/lenet.ipynb": notebook("b")}))
    assert classroom.collect(other).of("20230003")["state"] == "placed"
    assert not (classroom.root / "submitted/20230004").exists()
    assert classroom.collect(one).states()["unchanged"] == 2
    for bad, word in (("20230001,绿队,lenet", "is in"), ("999,红队,", "line 6: 999 is not on")):
        (classroom.root / "teams.csv").write_text("\n".join([*rows, bad]) + "\n", "utf-8")
        refused = classroom.collect(one)
        assert (refused.code, word in refused.err) == (2, True), refused.err
