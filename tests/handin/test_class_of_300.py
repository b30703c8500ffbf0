"""A class of 300 in one Moodle zip and one Canvas zip, with every fault that was seen, counted."""

from __future__ import annotations

import os
import resource
import sys
import time
import zipfile
from collections import Counter

import pytest

from .made import EARLY, Classroom, notebook, zipped
from .test_returning import graded

pytestmark = pytest.mark.slow
FAMILIES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = (
    "伟强",
    "芳芳",
    "娜娜",
    "秀英",
    "敏静",
    "丽丽",
    "军勇",
    "艳玲",
    "杰森",
    "娟娟",
    "涛涛",
    "明亮",
    "超群",
    "霞飞",
    "平安",
)
CLASS = [(f"2023{n:04}", FAMILIES[n % 20] + GIVEN[n // 20], f"u{n}@x.edu") for n in range(300)]
NAMESAKE = 299  # has the name of student 298
MOST_SECONDS = {"collect": 20.0, "return": 5.0}  # of CPU, with all that the command started: the machine may be loaded
CONFLICT = b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n]}'


class Watch:
    """CPU seconds of this process and of its children that ended, and those on the wall, since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = self._used(), time.monotonic()

    @staticmethod
    def _used() -> float:
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in usage)

    def within(self, what: str, said: str) -> None:
        """Say what was used, and assert that it is no more than may be."""
        cpu, wall = self._used() - self._cpu, time.monotonic() - self._wall
        print(f"{said} in {cpu:.1f} s of CPU, {wall:.1f} s on the wall", file=sys.__stdout__)  # with -s
        assert cpu <= MOST_SECONDS[what]


def answers() -> list[bytes]:
    """The answers of the class: notebooks with outputs, each another one."""
    filler = os.urandom(20_000).hex()
    return [notebook(f"{n} {filler[: 20_000 + n]}") for n in range(300)]


def faulty(n: int, answer: bytes) -> tuple[str, bytes, str]:
    """Return the name of a file, its content and what must become of it, for student n."""
    kinds: list[tuple[str, bytes, str]] = [
        ("reader.ipynb", notebook(str(n), "reader"), "wrong_chapter"),
        ("lenet.ipynb", b"<!DOCTYPE html><html><title>Log in</title></html>", "not_a_hand_in"),
        ("report.docx", zipped({"[Content_Types].xml": b"", "word/document.xml": b"x"}), "not_a_hand_in"),
        ("lenet.ipynb", CONFLICT, "unreadable"),
        ("work.rar", b"Rar!\x1a\x07\x01\x00" + bytes(90), "unreadable"),
        ("work.zip", zipped({"lenet.ipynb": answer})[:-40], "unreadable"),
        ("lenet.ipynb", b"", "unreadable"),
        ("lenet.ipynb.txt", answer, "placed"),
        (
            "work.zip",
            zipped({"作业/": b"", "作业/lenet.ipynb": answer, "作业/best.pdparams": b"w", "__MACOSX/._l": b""}),
            "placed",
        ),
        ("work.zip", zipped({"a/b.zip": zipped({"lenet.ipynb": answer})}), "placed"),
        ("lenet.py", "# 网络\nclass LeNet: ...\ndef evaluate(): ...\n".encode("gbk"), "placed"),
        ("lenet.py", "# 网络\nclass LeNet: ...\ndef evaluate(): ...\n# x\n".encode("utf-16"), "placed"),
    ]
    return kinds[n % len(kinds)]


def test_300_by_moodle_and_by_canvas(classroom: Classroom) -> None:
    people = [*CLASS[:NAMESAKE], (CLASS[NAMESAKE][0], CLASS[NAMESAKE - 1][1], CLASS[NAMESAKE][2])]
    classroom.list_class(people)
    moodle: dict[str, bytes] = {}
    canvas: dict[str, bytes] = {}
    expected: Counter[str] = Counter()
    content = answers()
    for n, (_, name, _) in enumerate(people):
        if n % 30 == 29 and n < 298:
            continue  # handed in nothing
        file, answer, state = faulty(n, content[n]) if n % 10 == 3 else ("lenet.ipynb", content[n], "placed")
        if n >= 298:
            state = "ambiguous"
        late = "_LATE" if n % 50 == 1 else ""
        moodle[f"{name}_{70000 + n}_assignsubmission_file/{file}"] = answer
        canvas[f"{name}{late}_{500 + n}_{90000 + n}_{file}"] = answer
        expected[state] += 1
    moodle["外班同学_79999_assignsubmission_file/lenet.ipynb"] = content[0]
    expected["unknown"] += 1
    expected["missing"] = 300 - len(moodle) + 1 + 2  # the namesakes are asked for, so both still lack theirs
    paths = [classroom.file("moodle.zip", zipped(moodle)), classroom.file("canvas.zip", zipped(canvas, EARLY))]
    watch = Watch()
    first = classroom.collect(paths[0])
    watch.within("collect", "a class of 300 collected")
    assert Counter(first.states()) == expected
    assert len(list((classroom.root / "submitted").glob("*/lenet/lenet.*"))) >= expected["placed"]
    watch = Watch()
    second = classroom.collect(paths[1])
    watch.within("collect", "the same from Canvas collected")
    assert second.states()["unchanged"] == expected["placed"]
    assert "placed" not in second.states()
    assert sum("autograder received" in item["why"] for item in second.items) == 6
    returned(classroom, people, sum(item["state"] == "placed" for item in first.items))


def returned(classroom: Classroom, people: list[tuple[str, str, str]], placed: int) -> None:
    """Fill Moodle's worksheet and Canvas's gradebook, and make Moodle's zip of feedback, for what was collected."""
    came = sorted(path.parent.name for path in (classroom.root / "submitted").glob("*/lenet"))
    graded(classroom.root, {student: float(int(student) % 90) for student in came}, most=90.0)
    for student in came:
        page = classroom.root / f"feedback/{student}/lenet/lenet.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{student}</p>" * 2000, "utf-8")
    sheet = "\ufeffIdentifier,Full name,Status,Grade,Maximum grade,Grade can be changed,Feedback comments\r\n"
    book = "\ufeffStudent,ID,SIS Login ID,Section,lenet (9)\r\nPoints Possible,,,,90\r\n"
    for n, (_, name, mail) in enumerate(people):
        sheet += f"Participant {70000 + n},{name},Submitted for grading,,90,Yes,\r\n"
        book += f"{name},{500 + n},{mail},A,\r\n"
    for option, text in (("--moodle", sheet), ("--canvas", book)):
        path, out = classroom.file(f"{option[2:]}.csv", text.encode()), classroom.root / f"{option[2:]}-filled.csv"
        watch = Watch()
        pages = classroom.root / f"{option[2:]}.zip"
        words = ("--chapter", "lenet", "-o", str(out), "--feedback", str(pages), "--lang", "en")
        done = classroom("return", option, str(path), *words)
        watch.within("return", f"return {option}: {placed} of 300 filled")
        # What was collected from Moodle first has no number of Canvas.
        assert done.err == "" if option == "--moodle" else f"whose {placed} pages these are" in done.err
        lines = list(zip(text.split("\r\n"), out.read_bytes().decode().split("\r\n"), strict=True))
        changed = [(old, new) for old, new in lines if old != new]
        assert len(changed) == placed
        for old, new in changed:  # nothing but the grade, and words for the student
            before, after = old.split(","), new.split(",")
            grade = 3 if option == "--moodle" else 4
            assert [one for place, one in enumerate(after) if place not in (grade, 6)] == [
                one for place, one in enumerate(before) if place not in (grade, 6)
            ]
            assert float(after[grade]) == float(int(owner(people, before, option)) % 90)
    with zipfile.ZipFile(classroom.root / "moodle.zip") as archive:
        assert len(archive.namelist()) == placed
        assert archive.testzip() is None


def owner(people: list[tuple[str, str, str]], cells: list[str], option: str) -> str:
    """Return whose a row is, by the number in it."""
    number = int(cells[0].split()[1]) - 70000 if option == "--moodle" else int(cells[1]) - 500
    return people[number][0]
