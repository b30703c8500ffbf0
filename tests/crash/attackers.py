"""A class in which one in ten attacks: `python -m tests.crash.attackers [SUBMISSIONS] [CHAPTER ...]`.

The honest are graded alone, then beside the attackers of the attack suite. What they get must be the same; the time may
be 1.3 times as long, and the time on top that the attackers' own limits allow them; memory is the largest sum of all
processes of the command.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from autograder.authoring.examples import read_examples
from tests.attacks.catalogue import Attack, all_attacks, hand_in
from tests.crash.campaign import ROOT, command, results

ATTACKERS_EVERY = 10
SLOWDOWN = 1.3
JOBS = 2


@dataclass(frozen=True)
class Run:
    """One grading of a class. seconds: wall time; memory_mib: the largest sum of all processes."""

    code: int
    seconds: float
    memory_mib: float
    found: dict[str, dict[str, Any]]


def make_course(root: Path, chapters: Sequence[str]) -> None:
    """Make a course folder with the kits of some chapters."""
    for chapter in chapters:
        for folder in ("assignments", "solutions"):
            shutil.copytree(ROOT / folder / chapter, root / folder / chapter)
    shutil.copytree(ROOT / "source/datasets", root / "source/datasets")
    shutil.copy(ROOT / "course.yml", root)


def hand_in_honest(root: Path, chapters: Sequence[str], count: int) -> None:
    """Hand in right and wrong answers, the chapters in turn."""
    examples = {chapter: read_examples(ROOT, chapter) for chapter in chapters}
    for number in range(count):
        chapter = chapters[number % len(chapters)]
        chosen = examples[chapter][(7 * number) % len(examples[chapter])]
        folder = root / "submitted" / f"h{number:03}" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.py").write_text(f"{chosen.text}\n# {number}\n", "utf-8")


def hand_in_attacks(root: Path, chapters: Sequence[str], count: int, seed: int = 0) -> list[Attack]:
    """Hand in attacks of the suite, at random; return them."""
    fitting = [attack for attack in all_attacks() if attack.chapter in chapters and not attack.images]
    chance = random.Random(seed)
    chosen = [chance.choice(fitting) for _ in range(count)]
    knowledge = {"ROOT": str(root), "REPOSITORY": str(ROOT), "PORT": "1", "PID": str(os.getpid()), "TMP": "/tmp"}
    for number, attack in enumerate(chosen):
        folder = root / "submitted" / f"a{number:03}" / attack.chapter
        folder.parent.mkdir(parents=True)
        hand_in(attack, attack.forms[number % len(attack.forms)], folder, knowledge)
    return chosen


def graded(root: Path) -> Run:
    """Grade a class and measure it."""
    start = time.monotonic()
    process = subprocess.Popen(
        command("--jobs", str(JOBS)), cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    largest = 0.0

    def watch() -> None:
        nonlocal largest
        while process.poll() is None:
            largest = max(largest, _memory_mib(process.pid))
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    watcher.join()
    seconds = time.monotonic() - start
    return Run(code, seconds, largest, results(root) if (root / "gradebook.db").exists() else {})


def _memory_mib(pid: int) -> float:
    with suppress(psutil.Error):
        every = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        total = 0
        for one in every:
            with suppress(psutil.Error):
                total += one.memory_info().rss
        return total / (1 << 20)
    return 0.0


def compare(place: Path, submissions: int, chapters: Sequence[str]) -> tuple[Run, Run, list[str], float]:
    """Grade with and without attackers; return both runs, who got another result, and the seconds that were allowed."""
    attackers = max(1, submissions // ATTACKERS_EVERY)
    runs = []
    chosen: list[Attack] = []
    for name in ("alone", "mixed"):
        root = place / name
        make_course(root, chapters)
        hand_in_honest(root, chapters, submissions - attackers)
        if name == "mixed":
            chosen = hand_in_attacks(root, chapters, attackers)
        runs.append(graded(root))
    alone, mixed = runs
    different = sorted(name for name, record in alone.found.items() if _told(mixed.found.get(name)) != _told(record))
    allowed = SLOWDOWN * alone.seconds + sum(attack.seconds for attack in chosen) / JOBS
    return alone, mixed, different, allowed


def _told(record: dict[str, Any] | None) -> Any:
    return record and (record["status"], record["score"], record["findings"])


def main(submissions: int, chapters: Sequence[str]) -> int:
    """Print the comparison; 0 when it is as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        alone, mixed, different, allowed = compare(Path(folder), submissions, chapters)
    attacks = len(mixed.found) - len(alone.found)
    print(f"{len(alone.found)} honest alone: {alone.seconds:.0f} s, {alone.memory_mib:.0f} MiB")
    print(f"with {attacks} attackers: {mixed.seconds:.0f} s (allowed {allowed:.0f}), {mixed.memory_mib:.0f} MiB")
    print(f"honest with another result: {', '.join(different) or 'none'}")
    return int(bool(different) or mixed.seconds > allowed)


if __name__ == "__main__":
    every = [path.name for path in sorted((ROOT / "source").iterdir()) if (path / "chapter.yml").is_file()]
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, sys.argv[2:] or every))
