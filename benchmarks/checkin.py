"""How long the check-in verbs take, and how much memory: `python benchmarks/checkin.py [STUDENTS]`.

A class is made up in a temporary folder: 12 weeks that are over, 7 chapters, for every student about ten check-ins and
ten results. Each verb then runs as a process of its own, as people type it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

WEEKS, CHAPTERS = 12, 7
DAY = timedelta(days=1)
SURNAMES, NAMES = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀英华"
START = datetime.now(UTC).replace(microsecond=0) - WEEKS * 7 * DAY + DAY
REPEATABLE = {"roster", "board", "status", "audit", "remind", "calendar"}
LARGE = 5000  # from here on only the verbs that must stand a large class

FINDINGS = [
    {
        "task": f"task_{n // 3}",
        "check": f"task_{n // 3}.check_{n}",
        "kind": "behaviour",
        "hidden": n % 2 == 1,
        "status": "fail" if n % 5 == 4 else "pass",
        "points": 0.0 if n % 5 == 4 else 7.0,
        "max_points": 7.0,
        "said": {
            "key": "text",
            "values": {"zh": "forward(x) 返回 [4, 10], 应为 [4, 2]。", "en": "[4, 10], not [4, 2]."},
        }
        if n % 5 == 4
        else None,
    }
    for n in range(15)
]


def course_text() -> str:
    """The course: the last of its weeks is open now."""
    lines = [
        "id: benchmark",
        "title: {zh: 测速, en: Benchmark}",
        "timezone: Asia/Shanghai",
        "language: zh",
        "chapters:",
    ]
    lines += [
        f"  - {{id: c{n}, opens: {(START + n * 12 * DAY).isoformat()}, due: {(START + (n + 1) * 12 * DAY).isoformat()}}}"
        for n in range(CHAPTERS)
    ]
    lines.append("checkins:")
    lines += [
        f"  - {{week: {n + 1}, opens: {(START + n * 7 * DAY).isoformat()}, due: {(START + (n + 1) * 7 * DAY).isoformat()}}}"
        for n in range(WEEKS)
    ]
    return "\n".join([*lines, "late: {percent_per_day: 10, cap_percent: 50}", ""])


def student_rows(numbers: range, chance: random.Random, record: str) -> Iterator[tuple[object, dict[str, object]]]:
    """Yield (table, row) for each student."""
    from autograder.store.tables import actions, audit, checkins, results, students

    for number in numbers:
        student = f"s{number:06}"
        name = chance.choice(SURNAMES) + chance.choice(NAMES) + chance.choice(NAMES)
        address = f"{student}@example.org"
        yield students, {"student": student, "name": name, "email": address, "class_group": f"{number % 20}班", "active": True, "at": START}  # fmt: skip
        for week in range(1, WEEKS + 1):
            if chance.random() < 0.85:
                at = START + (week - 1) * 7 * DAY + chance.random() * 7 * DAY
                yield checkins, {"student": student, "week": week, "kind": "note", "proof": f"note:{student}{week}", "note": "本周读完了一章, 写完了读取数据的代码。", "reason": "", "at": at, "standing": "on_time", "month": f"{at:%Y-%m}"}  # fmt: skip
        for chapter in range(CHAPTERS):
            for attempt in range(1, 1 + chance.choice((0, 1, 1, 2, 3))):
                at = START + (chapter * 12 + chance.randrange(14)) * DAY
                key, score = f"{student}c{chapter}a{attempt}", float(chance.randrange(40, 101))
                yield results, {"student": student, "chapter": f"c{chapter}", "key": key, "record": record, "graded_at": at, "submission": key, "number": attempt, "received_at": at, "score": score, "max_score": 100.0}  # fmt: skip
                yield audit, {"at": at, "actor": "ta", "what": "grade", "student": student, "target": f"c{chapter}", "old": "", "new": f"{score:g}/100", "reason": "graded", "key": key}  # fmt: skip
        if chance.random() < 0.3:
            yield actions, {"kind": "board", "actor": student, "at": START, "reason": "joined", "student": student, "active": True, "value": f"owl {number}"}  # fmt: skip


def make_class(root: Path, count: int) -> None:
    """Write the course and fill its database."""
    from autograder.store.database import Database

    (root / "course.yml").write_text(course_text(), "utf-8")
    chance = random.Random(7)
    # What `report` reads; of a large class only the figures are measured.
    record = json.dumps({"findings": FINDINGS}) if count <= LARGE else "{}"
    with Database(f"sqlite:///{root / 'gradebook.db'}") as database:
        for first in range(1, count + 1, 2000):
            by_table: dict[object, list[dict[str, object]]] = {}
            for table, row in student_rows(range(first, min(first + 2000, count + 1)), chance, record):
                by_table.setdefault(table, []).append(row)
            with database.writing() as connection:
                for table, rows in by_table.items():
                    connection.execute(table.insert(), rows)  # type: ignore[attr-defined]


def measured(root: Path, *words: str) -> tuple[float, float, float]:
    """Run a verb; return wall seconds, CPU seconds, and MiB at the most."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", *words], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{words}: {said.decode()}")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def verbs(root: Path, count: int) -> Iterator[list[str]]:
    """Yield what is measured."""
    yield ["roster", "--csv", "roster.csv"]
    yield ["board"]
    if count > LARGE:
        return
    listed = root / "new.csv"
    listed.write_text("学号,姓名\n" + "".join(f"s{n:06},张{n}\n" for n in range(1, count + 1)), "utf-8")
    me = ["--student", "s000007"]
    note = "本周读完了第十二章, 训练了残差网络, 并把准确率写进了报告。"
    yield ["report", "--html", "report"]
    yield from (["roster"], ["roster", "--json"], ["status", *me], ["checkin", *me, "-m", note], ["checkin", *me])
    yield from (
        ["board", "--join", "夜猫子", *me],
        ["calendar", *me],
        ["calendar", "--ics", "c.ics", *me],
        ["import-roster", "new.csv"],
    )
    yield ["import-roster", "new.csv", "--yes"]
    yield from (
        ["leave", "s000009", "--weeks", "3", "--reason", "x"],
        ["makeup", "s000009", "--week", "4", "--reason", "x"],
    )
    yield from (
        ["excuse", "s000009", "--week", "5", "--reason", "x"],
        ["reopen", "--week", "12", "--until", "2099-01-01", "--reason", "x"],
    )
    yield from (
        ["audit"],
        ["remind"],
        ["certificate", "s000007"],
        ["verify-certificate", "AAAA"],
        ["backup", "b.db"],
        ["restore", "b.db"],
    )


def main() -> None:
    """Make the class, run the verbs, print a table."""
    if sys.argv[1:2] == ["--make"]:
        make_class(Path.cwd(), int(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        begin = time.perf_counter()
        # In a process of its own: a child's peak of memory starts with that of its parent.
        subprocess.run([sys.executable, Path(__file__).resolve(), "--make", str(count)], cwd=root, check=True)
        size = (root / "gradebook.db").stat().st_size / (1 << 20)
        print(
            f"{count} students, {WEEKS} weeks: database of {size:.0f} MiB, made in {time.perf_counter() - begin:.1f} s"
        )
        print("\n| verb | seconds | of it CPU | MiB |\n| --- | --- | --- | --- |")
        for words in verbs(root, count):
            again = 3 if count <= LARGE and words[0] in REPEATABLE else 1
            seconds, cpu, memory = min(measured(root, *words) for _ in range(again))
            shown = " ".join(word for word in words if len(word) < 20)
            print(f"| `{shown}` | {seconds:.2f} | {cpu:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
