"""Points go back into the teacher's own table: the cells that are meant, and not a byte more."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.exchange import SECRET, ready_for_release
from autograder.handin.cells import CellsError, read_cells
from autograder.store.results import ResultStore, add_result
from tests.results import result

from .made import Classroom, notebook, zipped

DUE = datetime(2026, 10, 11, 15, 59, 59, tzinfo=UTC)
ENGLISH = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments"
)
CHINESE = "编号,全名,学号,邮箱,状态,成绩,最高分,可以更改成绩,最近修改(提交),最近修改(成绩),反馈评论"
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from('",;\n张'), max_size=12)


def graded(root: Path, points: dict[str, float], most: float = 100.0, days_late: float = -1) -> None:
    """Store a result of lenet for each of these students."""
    store = ResultStore.in_course(root)
    with store.database.writing() as connection:
        for student, score in points.items():
            made = result(student=student, chapter="lenet", key=f"key {student} {score}", score=score, max_score=most)
            came = DUE + timedelta(days=days_late)
            add_result(
                connection, student, "lenet", made.key, made, submission=f"sha256:{student}{score}", received_at=came
            )
    store.close()


def returned(classroom: Classroom, *words: str | Path) -> tuple[int, dict[str, dict[str, Any]], str]:
    """Return the exit code, what became of each row by name or student, and what was said."""
    told = classroom.root / "told.json"
    done = classroom("return", "--chapter", "lenet", "--lang", "en", "--json", str(told), *map(str, words))
    rows = json.loads(told.read_text("utf-8")) if done.code < 2 else []
    return done.code, {row["name"] or row["student"]: row for row in rows}, done.out + done.err


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=5), min_size=1, max_size=6), st.sampled_from(",;"), st.data())
def test_a_table_keeps_every_byte_but_those_of_the_cells_that_are_changed(
    rows: list[list[str]], separator: str, chosen: Any
) -> None:
    for row in rows:
        row[0] = row[0].replace(",", "").replace(";", "")
    rows[0] = ["head", *(["x"] * (len(rows[0]) - 1))]
    for encoding in ("utf-8-sig", "gb18030"):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=separator, lineterminator=chosen.draw(st.sampled_from(["\n", "\r\n"]))).writerows(
            rows
        )
        content = buffer.getvalue().encode(encoding)
        cells = read_cells(content)
        assert [[cell.text for cell in row] for row in cells.rows] == rows
        assert cells.changed({}) == content
        row = chosen.draw(st.integers(0, len(rows) - 1))
        column = chosen.draw(st.integers(0, len(rows[row]) - 1))
        new = chosen.draw(TEXTS)
        cell = cells.rows[row][column]
        made = cells.changed({(row, column): new})
        assert made.startswith(content[: cell.start])
        assert made.endswith(content[cell.end :])
        wanted = [list(one) for one in rows]
        wanted[row][column] = new
        assert [[one.text for one in line] for line in read_cells(made).rows] == wanted


@pytest.mark.parametrize("content", [b"\xff\xfea\0", b"PK\x03\x04", b'a,"b', b"\xff\xff\xff"])
def test_what_is_no_such_table_is_named(content: bytes) -> None:
    with pytest.raises(CellsError):
        read_cells(content)


@pytest.mark.parametrize(("heading", "no"), [(ENGLISH, "No"), (CHINESE, "否")])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_moodle_s_worksheet(classroom: Classroom, heading: str, no: str, ending: str) -> None:
    yes, who = {"No": ("Yes", "Participant"), "否": ("是", "参与者")}[no]
    lines = [
        heading,
        f'{who} 71,张三,20230001,z@x,"Submitted, late",,100.00,{yes},"Sunday, 11 October 2026, 8:00 PM",-,',
        f'{who} 72,李四,20230002,l@x,Submitted,"80.00",100.00,{yes},-,-,"well ""done"""',
        f"{who} 73,王小五,20230003,w@x,No submission,,100.00,{yes},-,-,",
        f"{who} 74,陈龙,20230004,c@x,Submitted,,100.00,{no},-,-,",
        f"{who} 75,陈龙,20230005,c2@x,Submitted,61,100.00,{yes},-,-,",
        f"{who} 76,外人,20239999,y@x,Submitted,,100.00,{yes},-,-,",
        f"{who} 77,Zhang San,20230006,zs@x,Submitted,12.5,100.00,{yes},-,-,autograder: 1/100.",
    ]
    content = b"\xef\xbb\xbf" + ending.join([*lines, ""]).encode()
    graded(classroom.root, {"20230001": 87.5, "20230002": 91.0, "20230004": 50.0, "20230005": 61.0, "20230006": 12.5})
    graded(classroom.root, {"20230007": 40.0})
    path, out = classroom.file("sheet.csv", content), classroom.root / "filled.csv"
    code, rows, said = returned(classroom, "--moodle", path, "-o", out)
    assert {name: row["state"] for name, row in rows.items() if name != "陈龙"} == {
        "张三": "filled",
        "李四": "filled",
        "王小五": "nothing",
        "外人": "unknown",
        "Zhang San": "unchanged",
        "20230007": "no_row",
    }
    assert code == 1
    assert (rows["李四"]["old"], rows["李四"]["new"], rows["李四"]["why"][:17]) == ("80.00", "91", "in place of 80.00")
    wanted = [line.replace('Submitted,"80.00"', 'Submitted,"91"') for line in lines]
    wanted[1] = wanted[1].replace('late",,', 'late",87.5,') + "自动评分：87.5/100 分。"
    wanted[5] += "自动评分：61/100 分。"
    wanted[7] = wanted[7].replace("autograder: 1/100.", "自动评分：12.5/100 分。")
    assert out.read_bytes() == b"\xef\xbb\xbf" + ending.join([*wanted, ""]).encode()
    assert path.read_bytes() == content
    assert "locked" in said
    assert "return" in classroom("audit", "--lang", "en").out
    again = returned(classroom, "--moodle", out, "-o", classroom.root / "again.csv")
    assert (classroom.root / "again.csv").read_bytes() == out.read_bytes()
    assert {row["state"] for row in again[1].values()} <= {"unchanged", "nothing", "locked", "unknown", "no_row"}


def test_another_maximum_is_converted_only_where_that_is_asked_for(classroom: Classroom) -> None:
    sheet = f"{ENGLISH}\nParticipant 71,张三,20230001,z@x,-,,10,Yes,-,-,\n".encode()
    graded(classroom.root, {"20230001": 45.0}, most=90.0)
    path, out = classroom.file("sheet.csv", sheet), classroom.root / "filled.csv"
    code, _, said = returned(classroom, "--moodle", path, "-o", out)
    assert (code, out.exists()) == (2, False)
    assert "maximum is 10, the chapter's 90: add --scale" in said
    assert returned(classroom, "--moodle", path, "-o", out, "--scale")[1]["张三"]["new"] == "5"
    assert returned(classroom, "--moodle", path, "-o", path, "--scale")[0] == 2
    assert path.read_bytes() == sheet


def test_what_moodle_skips_without_a_word_is_said(classroom: Classroom) -> None:
    sheet = "Bezeichner;Vollständiger Name;ID-Nummer;Status;Bewertung;Bestwertung;Bewertung kann geändert werden\n"
    sheet += "Teilnehmer/in 71;张三;20230001;-;;100,00;Ja\nTeilnehmer/in 72;李四;20230002;-;;100,00;Nein\n"
    graded(classroom.root, {"20230001": 107.25, "20230002": 30.0})
    path, out = classroom.file("sheet.csv", sheet.encode()), classroom.root / "filled.csv"
    _, rows, _ = returned(classroom, "--moodle", path, "-o", out)
    assert [rows[name]["state"] for name in ("张三", "李四")] == ["out_of_range", "locked"]
    assert "107.25 is not from 0 to 100" in rows["张三"]["why"]
    assert out.read_bytes() == path.read_bytes()
    graded(classroom.root, {"20230001": 20.0}, days_late=-0.5)
    graded(classroom.root, {"20230003": 7.25})
    third = classroom.file("third.csv", (sheet + "Teilnehmer/in 73;王小五;20230003;-;;100,00;Ja\n").encode())
    assert returned(classroom, "--moodle", third, "-o", out)[1]["王小五"]["new"] == "7,25"


def test_a_blind_worksheet_is_joined_by_what_was_collected(classroom: Classroom) -> None:
    names = ["张三_71_assignsubmission_file/lenet.ipynb", "陈龙_75_assignsubmission_file/20230005 lenet.ipynb"]
    classroom.collect(classroom.file("class.zip", zipped({name: notebook(name) for name in names})))
    graded(classroom.root, {"20230001": 50.0, "20230005": 60.0})
    sheet = "Identifier,Status,Grade,Maximum grade,Grade can be changed\n"
    sheet += "Participant 75,-,,100,Yes\nParticipant 71,-,,100,Yes\nParticipant 79,-,,100,Yes\n"
    out = classroom.root / "filled.csv"
    code, _, _ = returned(classroom, "--moodle", classroom.file("sheet.csv", sheet.encode()), "-o", out)
    assert out.read_text("utf-8").splitlines()[1:3] == ["Participant 75,-,60,100,Yes", "Participant 71,-,50,100,Yes"]
    assert code == 1


def test_canvas_s_gradebook(classroom: Classroom) -> None:
    lines = [
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (1),lenet (991),Final Score",
        ",,,,,Manual Posting,,(read only)",
        "    Points Possible,,,,,10,100,(read only)",
        '"张, 三",11,20230001,zs,A,5,,77.1',
        "李四,12,,20230002,A,,40,1",
        "2023,13,20230003,w5,A,,EX,1",
        "陈龙,14,,,A,,,1",
        '"Rossi, Anna Maria",15,,,A,,12,1',
        "Student, Test,16,,,A,,3,1".replace("Student, Test", '"Student, Test"'),
    ]
    content = ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
    graded(classroom.root, {"20230001": 107.0, "20230002": 40.0, "20230003": 3.0, "20230004": 4.0, "20230007": 99.999})
    path, out = classroom.file("grades.csv", content), classroom.root / "filled.csv"
    code, rows, _ = returned(classroom, "--canvas", path, "-o", out, "--column", "lenet (991)")
    states = {row["student"] or name: row["state"] for name, row in rows.items()}
    assert states == {
        "20230001": "filled",
        "20230002": "unchanged",
        "20230003": "excused",
        "陈龙": "unknown",
        "20230007": "filled",
        "Student, Test": "unknown",
        "20230004": "no_row",
    }
    wanted = [lines[0], lines[1], lines[2], '"张, 三",11,20230001,zs,A,5,107,77.1', *lines[4:7]]
    wanted += ['"Rossi, Anna Maria",15,,,A,,100,1', lines[8]]
    assert out.read_bytes() == ("\r\n".join(wanted) + "\r\n").encode("utf-8-sig")
    assert code == 1


def test_a_column_that_is_not_there_is_never_made(classroom: Classroom) -> None:
    content = b"Student,ID,SIS User ID,Section,Other (1),Third (2)\nA,1,20230001,S,,\n"
    graded(classroom.root, {"20230001": 7.0})
    path, out = classroom.file("grades.csv", content), classroom.root / "filled.csv"
    code, _, said = returned(classroom, "--canvas", path, "-o", out)
    assert (code, "which column is lenet" in said, "Other (1), Third (2)" in said) == (2, True, True)
    assert returned(classroom, "--canvas", path, "-o", out, "--column", "Fourth")[0] == 2
    assert returned(classroom, "--canvas", path, "-o", out, "--column", "Third")[0] == 0
    assert out.read_bytes() == content.replace(b"S,,", b"S,,7")
    for words in (("--canvas", path, "--moodle", path), (), ("--moodle", path)):
        assert returned(classroom, *words, "-o", out)[0] == 2


def test_feedback_goes_back_under_the_names_that_the_platform_looks_for(classroom: Classroom) -> None:
    moodle = {"site1_李四_4712_assignsubmission_file_/lenet.ipynb": notebook("b")}
    canvas = {"张三_LATE_11_991_lenet-1.ipynb": notebook("a")}
    classroom.collect(classroom.file("m.zip", zipped(moodle)), classroom.file("c.zip", zipped(canvas)))
    graded(classroom.root, {"20230001": 1.0, "20230002": 2.0, "20230004": 3.0})
    for student in ("20230001", "20230002"):
        page = classroom.root / f"feedback/{student}/lenet/lenet.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{student}</p>", "utf-8")
    sheet = f"{ENGLISH}\n" + "".join(
        f"Participant {number},{name},{student},x@y,-,,100,Yes,-,-,\n"
        for number, name, student in (
            (4711, "~张_三", "20230001"),
            (4712, "李四", "20230002"),
            (4714, "陈龙", "20230004"),
        )
    )
    path, out = classroom.file("sheet.csv", sheet.encode()), classroom.root / "pages.zip"
    _, _, said = returned(classroom, "--moodle", path, "-o", classroom.root / "f.csv", "--feedback", out)
    assert _names(out) == [
        "site1 李四_4712_assignsubmission_file/lenet.html",
        "张 三_4711_assignsubmission_file/lenet.html",
    ]
    for name in _names(out):  # as Moodle splits it
        assert name.split("/")[0].split("_", 4)[1].isdigit()
        assert name[0] not in ".~"
    assert "no page of feedback" in said
    assert "20230004" in said
    first = out.read_bytes()
    returned(classroom, "--moodle", path, "-o", classroom.root / "f.csv", "--feedback", out)
    assert out.read_bytes() == first
    grades = classroom.file("g.csv", b"Student,ID,SIS User ID,Section,lenet (5)\nA,11,20230001,S,\nB,12,20230002,S,\n")
    returned(classroom, "--canvas", grades, "-o", classroom.root / "f.csv", "--feedback", out)
    assert _names(out) == ["张三_LATE_11_991_lenet.html"]


def test_canvas_gets_no_page_of_a_hand_in_from_elsewhere_and_a_ta_gets_it(classroom: Classroom) -> None:
    """Canvas passes over a file without the number of an attachment of the student's own: its page would be lost unseen."""
    classroom.collect(
        classroom.file("c.zip", zipped({"张三_11_991_lenet.ipynb": notebook("a")})),
        classroom.file("20230002 李四.ipynb", notebook("b")),  # by mail
    )
    graded(classroom.root, {"20230001": 1.0, "20230002": 2.0, "20230003": 3.0, "20230006": 4.0})
    for student in ("20230001", "20230002", "20230006"):
        page = classroom.root / f"feedback/{student}/lenet/lenet.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{student}</p>", "utf-8")
    rows = "A,11,20230001,S,\nB,12,20230002,S,\nC,13,20230003,S,\n"  # 20230006 has no row
    grades = classroom.file("g.csv", f"Student,ID,SIS User ID,Section,lenet (5)\n{rows}".encode())
    out = classroom.root / "pages.zip"
    _, _, said = returned(classroom, "--canvas", grades, "-o", classroom.root / "f.csv", "--feedback", out)
    assert _names(out) == ["张三_11_991_lenet.html"]
    beside = classroom.root / "pages-by-hand.zip"
    assert _names(beside) == ["20230002_李四_lenet.html", "20230006_Zhang San_lenet.html"]
    with zipfile.ZipFile(beside) as archive:
        assert archive.read("20230002_李四_lenet.html") == b"<p>20230002</p>"
    assert f"they are in {beside}" in said
    assert "20230002, 20230006" in said
    assert "no page of feedback for 1: 20230003" in said


def _names(path: Path) -> Sequence[str]:
    with zipfile.ZipFile(path) as archive:
        return sorted(archive.namelist())


def test_the_table_of_the_class_has_everybody_who_is_in_it(classroom: Classroom) -> None:
    graded(classroom.root, {"20230001": 40.0, "20230002": 30.0}, days_late=-2)
    graded(classroom.root, {"20230001": 20.0}, days_late=-1)
    graded(classroom.root, {"20230002": 60.0}, days_late=1.5)
    (classroom.root / "left.csv").write_text("id\n" + "".join(f"2023000{n}\n" for n in range(1, 7)), "utf-8")
    assert classroom("import-roster", "left.csv", "--yes", "--complete").code == 0
    words = ("choose", "--student", "20230001", "--chapter", "lenet", "--attempt", "2", "--why", "x")
    assert classroom(*words).code == 0
    done = classroom("export")
    assert done.code == 0, done.err
    with (classroom.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["student"], row["chapter"]): row for row in csv.DictReader(file)}
    assert {student for student, _ in rows} == {f"2023000{n}" for n in range(1, 7)}
    names = ("name", "email", "status", "attempt", "of", "score", "counts")
    assert [rows["20230001", "lenet"][name] for name in names] == [
        "张三",
        "zhangsan@x.edu",
        "graded",
        "2",
        "2",
        "20",
        "20",
    ]
    second = rows["20230002", "lenet"]
    assert [second[name] for name in ("attempt", "score", "penalty_percent", "counts")] == ["2", "60", "20", "48"]
    assert rows["20230003", "lenet"]["status"] == "nothing handed in"
    assert rows["20230003", "lenet"]["counts"] == "0"
    assert float(rows["20230002", "lenet"]["course_so_far"]) > float(rows["20230003", "lenet"]["course_so_far"]) == 0
    assert classroom("export", "all.xlsx").code == 0


def test_what_the_exchange_asks_for_lies_beside_every_page(classroom: Classroom) -> None:
    folder = "20230002+lenet+2026-10-01 04:00:00.123456 UTC+x7Yz"
    files = {"lenet.ipynb": notebook("a"), "timestamp.txt": b"2026-10-01 05:00:00.0 UTC", SECRET: b"only-they-know"}
    for name, content in files.items():
        classroom.file(f"inbound/{folder}/{name}", content)
    classroom.file("20230001.zip", zipped({"lenet.ipynb": notebook("b"), SECRET: b"forged"}))
    assert classroom.collect(classroom.root / "came").states()["placed"] == 2
    pages = {student: classroom.root / f"feedback/{student}/lenet" for student in ("20230001", "20230002")}
    for student, page in pages.items():
        assert not ready_for_release(classroom.root, student, "lenet")
        page.mkdir(parents=True)
        (page / "lenet.html").write_text("<p>", "utf-8")
        assert ready_for_release(classroom.root, student, "lenet")
    assert (pages["20230002"] / SECRET).read_bytes() == b"only-they-know"
    assert (pages["20230002"] / "timestamp.txt").read_text("utf-8").endswith("UTC")
    other = (pages["20230001"] / SECRET).read_text("utf-8")
    assert len(other) == 64
    assert ready_for_release(classroom.root, "20230001", "lenet")
    assert (pages["20230001"] / SECRET).read_text("utf-8") == other
    assert not (classroom.root / "submitted/20230001/lenet" / SECRET).exists()
