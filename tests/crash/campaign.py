"""Kill the grader, its workers and its boxes at random moments; afterwards nothing may be lost, doubled or changed."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from tests.known_mistakes import mistake_text

ROOT = Path(__file__).parents[2]
MARK = 7.5
Victim = Literal["grader", "worker", "server", "box"]
VICTIMS: tuple[Victim, ...] = ("grader", "worker", "server", "box")


def make_class(root: Path, size: int) -> None:
    """Make a course of one chapter with `size` hand-ins: right, wrong, unreadable, and ones that hold nothing."""
    root.mkdir(exist_ok=True)
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / "reader", root / folder / "reader")
    shutil.copy(ROOT / "course.yml", root)
    answers = (
        (ROOT / "solutions/reader/reader.py").read_text("utf-8"),
        mistake_text("reader", "no_scaling"),
        mistake_text("reader", "bad_names_skipped"),
    )
    for number in range(size):
        folder = root / "submitted" / f"s{number:03}" / "reader"
        folder.mkdir(parents=True)
        if number % 6 == 5:
            (folder / "reader.ipynb").write_text("{ this is no notebook")
        elif number % 2:
            (folder / "reader.py").write_text(f"x = {number}\n")
        else:
            answer = answers[number // 2 % len(answers)]
            (folder / "reader.py").write_text(f"{answer}\n# {number}\n", "utf-8")


def command(*words: str) -> list[str]:
    """Return the command a TA types."""
    return [sys.executable, "-W", "ignore", "-m", "autograder", "grade", "--lang", "en", *words]


def grade(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Grade undisturbed."""
    return subprocess.run(command(*words), cwd=root, capture_output=True, text=True, check=False, timeout=3600)


def results(root: Path) -> dict[str, Any]:
    """Return the current result of each student, without what differs from run to run.

    That is the time it took, and which of several equal answers was the one that was asked.
    """
    with closing(sqlite3.connect(root / "gradebook.db", timeout=60)) as connection:
        rows = connection.execute("SELECT record FROM autograder_result ORDER BY id").fetchall()
    found = {}
    for (text,) in rows:
        record = json.loads(text)
        found[record["student"]] = {key: value for key, value in record.items() if key not in ("seconds", "asked_for")}
    return found


def doubled(root: Path, times: int) -> list[str]:
    """Return the students with more results than gradings were asked for, or with jobs that are not done."""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        counts = dict(connection.execute("SELECT student, COUNT(*) FROM autograder_result GROUP BY student"))
        waiting = [row[0] for row in connection.execute("SELECT student FROM autograder_job WHERE state != 'done'")]
    return sorted([student for student, count in counts.items() if count > times] + waiting)


def is_sound(root: Path) -> bool:
    """Ask SQLite for the integrity of the database."""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def mark_by_hand(root: Path) -> None:
    """Give every graded student a mark in formgrader's tables."""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        connection.execute("UPDATE grade SET manual_score = ? WHERE auto_score IS NULL", (MARK,))
        connection.commit()


def marks(root: Path) -> list[tuple[Any, ...]]:
    """Return all points in formgrader's tables."""
    query = """SELECT sa.student_id, gc.name, g.auto_score, g.manual_score FROM grade g
        JOIN base_cell gc ON gc.id = g.cell_id JOIN submitted_notebook sn ON sn.id = g.notebook_id
        JOIN submitted_assignment sa ON sa.id = sn.assignment_id ORDER BY 1, 2"""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        return connection.execute(query).fetchall()


@dataclass
class Campaign:
    """So many kills over a class, as many of each kind of victim; `asked` tells how often its grading was asked for."""

    root: Path
    kills: int
    seed: int = 0
    longest: float = 5.0  # seconds between two kills
    done: Counter[str] = field(default_factory=Counter)
    asked: int = 1
    codes: Counter[int] = field(default_factory=Counter)
    last_words: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Kill until enough is killed; where the class is finished before, it is graded again."""
        chance = random.Random(self.seed)
        words: tuple[str, ...] = ("--regrade",)
        self.asked += 1
        while self.done.total() < self.kills:
            process = subprocess.Popen(
                command("--jobs", "2", *words),
                cwd=self.root,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            words = ()
            self._disturb(process, chance)
            _, said = process.communicate()
            self.codes[process.returncode] += 1
            if process.returncode in (0, 1):
                words = ("--regrade",)
                self.asked += 1
            elif process.returncode != -9:
                self.last_words.add(said.strip().splitlines()[-1])
        if words:
            self.asked -= 1

    def _disturb(self, process: subprocess.Popen[str], chance: random.Random) -> None:
        # Most kills are to hit work, some the start.
        early = chance.random() < 0.1
        while not early and process.poll() is None and not self._asked("COUNT(*)"):
            time.sleep(0.2)
        while process.poll() is None and self.done.total() < self.kills:
            until = time.monotonic() + chance.uniform(0, self.longest)
            while process.poll() is None and time.monotonic() < until:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
            # Half of the kills wait for the next result: on a machine that is slower than the kills nothing would ever end.
            before = self._count()
            patient = chance.random() < 0.5
            while patient and process.poll() is None and self._count() == before:
                time.sleep(0.1)
            victim = min(VICTIMS, key=lambda one: (self.done[one], chance.random()))
            for target in self._targets(process.pid, victim)[:1]:
                with suppress(psutil.NoSuchProcess):
                    target.kill()
                    self.done[victim] += 1
        if process.poll() is None:
            process.wait()

    def _targets(self, pid: int, victim: Victim) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            grader = psutil.Process(pid)
            if victim == "grader":
                return [grader]
            below = grader.children(recursive=True)
            if victim == "box":
                inner = {child.pid for box in below if box.name() == "bwrap" for child in box.children()}
                return [one for one in below if one.name() == "bwrap" and one.pid not in inner]
            servers = [one for one in grader.children() if "multiprocessing.forkserver" in " ".join(one.cmdline())]
            if victim == "server":
                return servers
            if not self._may_die():
                return []
            return [worker for server in servers for worker in server.children()]
        return []

    def _may_die(self) -> bool:
        """Tell whether no running job would be set aside if its worker died now: that is asked for elsewhere."""
        return (self._asked("MAX(failures)") or 0) < 2

    def _count(self) -> int:
        with closing(sqlite3.connect(self.root / "gradebook.db", timeout=60)) as connection:
            return int(connection.execute("SELECT COUNT(*) FROM autograder_result").fetchone()[0])

    def _asked(self, what: str) -> Any:
        """Return something about the jobs that are being worked on."""
        with closing(sqlite3.connect(self.root / "gradebook.db", timeout=60)) as connection:
            return connection.execute(f"SELECT {what} FROM autograder_job WHERE state = 'leased'").fetchone()[0]
