"""How grading grows: `python benchmarks/growth.py [--rounds N] [--sizes A,B,C] [--chapter ID]`.

Classes of several sizes are graded by `autograder grade`, two jobs at a time; one of them also by one job, and by a Dask
cluster of two workers on this machine. All answers differ, in every round anew, so none is graded for
another, and none is known to a worker from before. Rounds are interleaved, figures are medians. --write-docs puts the tables into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from measuring import ROOT, control_group, cpu_seconds, machine, write_block

from autograder.authoring.examples import read_examples

ENGINES = {1: ["--jobs", "1"], 2: ["--jobs", "2"]}


@dataclass(frozen=True)
class Took:
    """One grading: seconds of wall and CPU time, MiB that all its processes held at most (shared pages counted once)."""

    wall: float
    cpu: float
    memory_mib: float


def make_class(root: Path, chapter: str, size: int, number: int) -> None:
    """Let so many students hand in right and wrong answers, no two of which, in any round, look the same to a check."""
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / chapter, root / folder / chapter)
    shutil.copytree(ROOT / "source/datasets", root / "source/datasets")
    shutil.copy(ROOT / "course.yml", root)
    answers = [example.text for example in read_examples(ROOT, chapter)]
    for student in range(size):
        folder = root / "submitted" / f"s{student:04}" / chapter
        folder.mkdir(parents=True)
        answer = answers[student % len(answers)]
        own = re.sub(r"^(class .*:\n)", rf"\1    student = {number}, {student}\n", answer, count=1, flags=re.MULTILINE)
        (folder / f"{chapter}.py").write_text(own, "utf-8")


def graded(root: Path, chapter: str, size: int, words: list[str], group: Path, others: tuple[int, ...] = ()) -> Took:
    """Grade a class anew; others: processes whose CPU time and memory count, too."""
    for name in ("gradebook.db", "gradebook.db-wal", "gradebook.db-shm"):
        (root / name).unlink(missing_ok=True)
    shutil.rmtree(root / "autograded", ignore_errors=True)
    before, start, largest, end = cpu_seconds(group), time.monotonic(), 0.0, threading.Event()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "autograder", "grade", *words],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )

    def watch() -> None:
        nonlocal largest
        while not end.wait(0.5):
            largest = max(largest, sum(held_mib(pid) for pid in (process.pid, *others)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, said = process.communicate()
    end.set()
    watcher.join()
    took = Took(time.monotonic() - start, cpu_seconds(group) - before, largest)
    found = len(list((root / "autograded").glob(f"*/{chapter}/{chapter}.ipynb")))
    if process.returncode not in (0, 1) or found != size:
        raise SystemExit(f"{words}: {found} of {size} graded: {said[-2000:]}")
    return took


def held_mib(pid: int) -> float:
    """Return the memory of a process and all below it, what several share counted once."""
    held = 0
    with suppress(psutil.Error):
        for one in (parent := psutil.Process(pid), *parent.children(recursive=True)):
            with suppress(psutil.Error):
                held += one.memory_full_info().pss
    return held / (1 << 20)


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Start a scheduler and workers; yield the address and their processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    host, port = address.split(":")
    commands = [["dask_scheduler", "--host", host, "--port", port, "--no-dashboard"]]
    commands.append(["dask_worker", address, "--nworkers", str(workers), "--nthreads", "1", "--memory-limit", "0"])
    commands[-1] += ["--no-dashboard", "--local-directory", str(folder)]
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", f"distributed.cli.{words[0]}", *words[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for words in commands
    ]
    try:
        time.sleep(8)  # `grade` waits for a scheduler, but takes the workers that are there
        yield address, tuple(one.pid for one in started)
    finally:
        for one in reversed(started):
            one.terminate()
            one.wait()


def medians(found: list[Took]) -> Took:
    """Return the median of each figure."""
    return Took(*(statistics.median(getattr(one, name) for one in found) for name in ("wall", "cpu", "memory_mib")))


def table(chapter: str, sizes: dict[int, Took], ways: dict[str, Took], compared: int, rounds: int) -> str:
    """Return both tables in Markdown."""
    lines = [
        f"Answers to `{chapter}` that all differ, `autograder grade --jobs 2`, medians of {rounds} interleaved; {machine()}.",
        "",
        "| class | wall, s | CPU, s | wall for each, ms | CPU for each, ms | CPU for each further answer, ms | memory, MiB |",
        "| --: | --: | --: | --: | --: | --: | --: |",
    ]
    before: tuple[int, Took] | None = None
    for size, took in sizes.items():
        more = f"{1000 * (took.cpu - before[1].cpu) / (size - before[0]):.0f}" if before else "-"
        each = f"{1000 * took.wall / size:.0f} | {1000 * took.cpu / size:.0f}"
        lines.append(f"| {size} | {took.wall:.1f} | {took.cpu:.1f} | {each} | {more} | {took.memory_mib:.0f} |")
        before = (size, took)
    lines += ["", f"The class of {compared}, graded in three ways:", "", "| grading | wall, s | CPU, s | memory, MiB |"]
    lines.append("| --- | --: | --: | --: |")
    lines += [f"| {name} | {one.wall:.1f} | {one.cpu:.1f} | {one.memory_mib:.0f} |" for name, one in ways.items()]
    one, two, dask = ways.values()
    lines += [
        "",
        f"Two jobs are {one.wall / two.wall:.2f} times as fast as one; Dask takes {dask.wall / two.wall:.2f} times as long as two jobs.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--sizes", default="50,200,800")
    options.add_argument("--chapter", default="lenet")
    options.add_argument("--compared", type=int, default=200, help="the size of the class that is graded in three ways")
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    found: dict[str, list[Took]] = {}
    with tempfile.TemporaryDirectory() as folder, control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")
        (group / "cgroup.procs").write_text(str(os.getpid()))
        try:
            with dask_cluster(Path(folder) / "dask", 2) as (address, pids):
                ways = {
                    "one job": ENGINES[1],
                    "two jobs": ENGINES[2],
                    "Dask, two workers": ["--engine", f"dask://{address}"],
                }
                for number in range(chosen.rounds):
                    # A course of its own: workers of a cluster hold the database of one they have seen.
                    courses = {size: Path(folder) / f"{number}-{size}" for size in {*sizes, chosen.compared}}
                    for size, course in courses.items():
                        make_class(course, chosen.chapter, size, number)
                    for size in sizes:
                        found.setdefault(str(size), []).append(
                            graded(courses[size], chosen.chapter, size, ENGINES[2], group)
                        )
                    for name, words in ways.items():
                        others = pids if "dask" in words[-1] else ()
                        took = graded(courses[chosen.compared], chosen.chapter, chosen.compared, words, group, others)
                        found.setdefault(name, []).append(took)
                    print(f"round {number + 1}:", {name: each[-1] for name, each in found.items()}, file=sys.stderr)
        finally:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
    text = table(
        chosen.chapter,
        {size: medians(found[str(size)]) for size in sizes},
        {name: medians(found[name]) for name in ways},
        chosen.compared,
        chosen.rounds,
    )
    print(text)
    if chosen.write_docs:
        write_block("growth", text)


if __name__ == "__main__":
    main()
