"""What each device gains that exists for speed alone: `python benchmarks/devices.py [--rounds N] [--devices A,B] [--work W,X]`.

For each device this program copies the package and takes that one device out of the copy, by the changes of source text that
stand below. Nothing in the product can switch a device off. The copy and the package as it is do the same work in turns:
grade a class of `lenet` (30 notebooks, each tenth a copy of the one before), one of `resnet` (4) and, for what large inputs cost
outside the box, one of `lenet_palm` (6), and check one answer cold
(`autograder check`) and warm (`--watch`, after a save). What counts is the CPU time of a control group, so that other work on the
machine matters little; for `check` the additional time by the clock stands beside it. A ratio or a difference belongs to one pair of runs that
followed each other, and the table gives the median of the pairs with the least and the greatest. --pairs FILE keeps what
was measured, and a later run adds to it (--rounds 0: nothing); --write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from measuring import ROOT, control_group, cpu_seconds, machine, write_block

from autograder.authoring.examples import read_examples

PADDLE = "sandbox/child/on_paddle"
SIZES = {"lenet": 30, "lenet_palm": 6, "resnet": 4}
CLASSES = tuple(f"class {chapter}" for chapter in SIZES)
CHECKS = ("check lenet", "check vgg")
WORK = ("class lenet", "class resnet", *CHECKS)  # of most; lenet_palm is for what large inputs cost outside the box
ALONE = ("class lenet", "check lenet")  # what a large network changes nothing of


class Change(NamedTuple):
    """A piece of source text, which must stand in the file once, and what takes its place. file: within the package."""

    file: str
    now: str
    without: str


@dataclass(frozen=True)
class Device:
    """Something that exists for speed alone. decision: the number of its record; work: where it can matter."""

    name: str
    decision: int
    changes: tuple[Change, ...]
    work: tuple[str, ...] = WORK


DEVICES = (
    Device("forked children", 19, (Change("sandbox/box.py", "    if warm:\n", "    if warm and limits is False:\n"),), ALONE),
    Device(
        "rehearsal",
        20,
        (Change(f"{PADDLE}/rehearsal.py", "for _ in range(TIMES):", "for _ in range(0):"),),
        ALONE,
    ),
    Device(
        "workers share one warm process",
        21,
        (
            Change(
                "grading/engines.py",
                'box = Box.from_orders(orders["box"], control) if orders["box"] else None',
                'box = Box.from_orders(orders["box"], None) if orders["box"] else None',
            ),
        ),
        ("class lenet",),
    ),
    Device(
        "workers forked from a server",
        12,
        (Change("grading/engines.py", 'if sys.platform != "linux":', "if True:"),),
        ("class lenet",),
    ),
    Device(
        "deferred imports of Paddle",
        25,
        (
            Change(
                f"{PADDLE}/imports.py",
                'DEFERRED = ("httpx", "paddle.utils.cpp_extension")',
                "DEFERRED: tuple[str, ...] = ()",
            ),
        ),
        ALONE,
    ),
    Device(
        "frozen objects at exit",
        23,
        (Change("cli/__init__.py", "    atexit.register(gc.freeze)", "    atexit.register(int)"),),
        ALONE,
    ),
    Device(
        "empty modules for nbgrader's imports",
        14,
        (Change("grading/gradebook.py", "with _standing_in(_stand_ins()):", "with _standing_in({}):"),),
        ("class lenet",),
    ),
    Device(
        "nbgrader's version read from its files",
        14,
        (Change("grading/gradebook.py", "version, path = newest_version(), ", "version, path = None, "),),
        ("class lenet",),
    ),
    Device(
        "points of 500 students at a time",
        14,
        (Change("grading/gradebook.py", "AT_ONCE = 500", "AT_ONCE = 1"),),
        ("class lenet",),
    ),
    Device(
        "findings kept for equal answers",
        26,
        (Change("grading/grade.py", "return self._known.get(seen)", "return None"),),
        ("class lenet",),
    ),
    Device("one reader for many answers", 56, (Change("untrusted/limited.py", "MAX_PIECES = 200", "MAX_PIECES = 1"),), ("class lenet",)),
    Device(
        "released cells read once",
        56,
        (
            Change("grading/work.py", "if hand_in.chapter not in self._ready:", "if False:"),
            Change("submission/statements.py", "@lru_cache(512)\n", ""),
            Change("submission/magics.py", "@lru_cache(512)\n", ""),
        ),
        ("class lenet",),
    ),
    Device(
        "inputs and projections of checks kept",
        57,
        (
            Change("checks/base.py", "@lru_cache(maxsize=16)\n", ""),
            Change("checks/base.py", "@lru_cache(maxsize=4)  # of the largest shape 61 MiB each\n", ""),
        ),
        CLASSES,
    ),
    Device(
        "sizes from passes that run anyway",
        29,
        (Change(f"{PADDLE}/networks.py", "if tuple(shape) not in self.sizes:", "if True:"),),
    ),
    Device(
        "networks without initial values",
        32,
        (
            Change(
                f"{PADDLE}/networks.py",
                "with stand_ins.no_initial_values() if blank else contextlib.nullcontext():",
                "with contextlib.nullcontext():",
            ),
        ),
    ),
    Device(
        "no filters drawn where matrices are looked at",
        32,
        (Change(f"{PADDLE}/networks.py", "with stand_ins.no_initial_filters():", "with contextlib.nullcontext():"),),
    ),
    Device(
        "no memory where parameters are counted",
        32,
        (Change(f"{PADDLE}/networks.py", "contextlib.suppress(Exception), paddle.LazyGuard():", "contextlib.suppress(Exception):"),),
    ),
    Device(
        "zeros as untouched pages",
        33,
        (Change(f"{PADDLE}/memory.py", "if not LINUX or size < LARGE", "if LARGE or size < LARGE"),),
    ),
    Device(
        "values of large parameters from a file",
        33,
        (Change("sandbox/ready.py", "return math.prod(shape) >= LARGE and len(shape) in KINDS", "return False"),),
    ),
    Device(
        "values of large parameters made while the first checks run",
        33,
        (Change("cli/checking.py", "make_ahead(suite, answer)", "pass"),),
        ("check vgg",),
    ),
    Device(
        "freed memory kept",
        33,
        (Change("sandbox/bubblewrap.py", '        "GLIBC_TUNABLES": kept_memory,\n', ""),),
    ),
)  # fmt: skip


class Used(NamedTuple):
    """CPU seconds of a control group, and seconds by the clock."""

    cpu: float
    wall: float


def copy_of_package(place: Path, changes: tuple[Change, ...]) -> None:
    """Copy the package to `place`, with changes, compiled as an installed one is."""
    compileall.compile_dir(ROOT / "autograder", quiet=1)  # what is there already is copied, with its time
    shutil.copytree(ROOT / "autograder", place / "autograder")
    for file, now, without in changes:
        path = place / "autograder" / file
        text = path.read_text("utf-8")
        if not text.count(now):
            raise SystemExit(f"{file} does not hold {now!r} any more; mend the device's changes in {__file__}")
        path.write_text(text.replace(now, without), "utf-8")
    compileall.compile_dir(place / "autograder", quiet=1)


def make_course(place: Path, chapter: str, students: int) -> None:
    """Make a course folder; `students` hand in known right and wrong answers in turn, each tenth what the one before did."""
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / chapter, place / folder / chapter)
    shutil.copytree(ROOT / "source/datasets", place / "source/datasets")
    shutil.copy(ROOT / "course.yml", place)
    examples = read_examples(ROOT, chapter)
    step = max(1, len(examples) // max(1, students))
    texts = list(islice((each.text for each in examples[::step]), students)) if students else []
    for number in range(students):
        source = number - 1 if number % 10 == 9 else number
        folder = place / "submitted" / f"s{number:03}" / chapter
        folder.mkdir(parents=True)
        text = "\n" * (source // len(texts)) + texts[source % len(texts)]
        (folder / f"{chapter}.ipynb").write_text(notebook(chapter, text), "utf-8")


def notebook(chapter: str, answer: str) -> str:
    """Return the released notebook with an answer in its first cell for students' code; the others of these are empty."""
    book = json.loads((ROOT / "assignments" / chapter / f"{chapter}.ipynb").read_text("utf-8"))
    own = [cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    for cell in own:
        cell["source"] = answer if cell is own[0] else ""
    return json.dumps(book)


def words_for(group: Path, *arguments: str) -> list[str]:
    """Return the command line of `autograder` in a control group."""
    run = [sys.executable, "-W", "ignore", "-m", "autograder", *arguments]
    return ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh", *run]


def environment_of(package: Path) -> dict[str, str]:
    """Return the environment in which Python finds this copy of the package."""
    return {**os.environ, "PYTHONPATH": str(package), "AUTOGRADER_LANG": "en"}


def graded(package: Path, course: Path, chapter: str) -> dict[str, Used]:
    """Grade a class by a copy of the package."""
    with tempfile.TemporaryDirectory() as folder, control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")
        place = Path(folder) / "course"
        shutil.copytree(course, place)
        began = time.monotonic()
        words = words_for(group, "grade", "--chapter", chapter, "--jobs", "2")
        done = subprocess.run(
            words, cwd=place, env=environment_of(package), capture_output=True, text=True, check=False
        )
        wall = time.monotonic() - began
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise SystemExit(f"{package.name}: {done.stderr[-2000:]}")
        return {"class": Used(cpu_seconds(group), wall)}


def checked(package: Path, course: Path, chapter: str) -> dict[str, Used]:
    """Check the solution by `--watch`: cold, which is the way from the command to the answer and to its end, and after a save."""
    file = course / f"{chapter}.py"
    shutil.copy(ROOT / "solutions" / chapter / f"{chapter}.py", file)
    with control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")

        def now() -> Used:
            return Used(cpu_seconds(group), time.monotonic())

        words = words_for(group, "check", chapter, str(file), "--watch")
        moments = [now()]
        with subprocess.Popen(
            words, cwd=course, env=environment_of(package), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            try:
                read_answer(process.stdout)
                moments.append(now())
                time.sleep(1)  # what still ends belongs to neither answer
                moments.append(now())
                file.touch()
                read_answer(process.stdout)
                moments.append(now())
            finally:
                process.send_signal(signal.SIGINT)
        moments.append(now())
    first, _, warm, end = [
        Used(later.cpu - before.cpu, later.wall - before.wall)
        for before, later in zip(moments, moments[1:], strict=False)
    ]
    return {"cold": Used(first.cpu + end.cpu, first.wall + end.wall), "warm": warm}


def read_answer(output: IO[str]) -> None:
    """Read up to the empty line that ends an answer."""
    lines = list(iter(output.readline, "\n"))
    if not any(line.startswith("✓") for line in lines) or any(line.startswith("✗") for line in lines):
        raise SystemExit(f"a right answer got: {''.join(lines)}")


Pairs = dict[str, dict[str, list[tuple[Used, Used]]]]
"""By device and by what was measured (`class lenet`, `check lenet cold`): without the device, and with it."""


def read_pairs(file: Path) -> Pairs:
    """Return what earlier runs measured; nothing where there is no such file."""
    kept = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {
        device: {kind: [(Used(*without), Used(*plain)) for without, plain in found] for kind, found in kinds.items()}
        for device, kinds in kept.items()
    }


def in_turns(
    devices: list[Device], work: list[str], rounds: int, place: Path, sizes: dict[str, int]
) -> Iterator[tuple[str, str, Used, Used]]:
    """Yield what was measured: device, kind of work, without the device and with it. Two devices share one run between them."""
    copy_of_package(place / "as it is", ())
    for number, device in enumerate(devices):
        copy_of_package(place / str(number), device.changes)
    for each in work:
        chapter = each.split()[1]
        make_course(place / each, chapter, sizes[chapter] if each in CLASSES else 0)
    for _ in range(rounds):
        for each in work:
            run, chapter = (graded if each in CLASSES else checked), each.split()[1]
            asked = [number for number, device in enumerate(devices) if each in device.work]
            for first in range(0, len(asked), 2):
                two = asked[first : first + 2]
                found = [run(place / str(number), place / each, chapter) for number in two[:1]]
                plain = run(place / "as it is", place / each, chapter)
                found += [run(place / str(number), place / each, chapter) for number in two[1:]]
                for number, one in zip(two, found, strict=True):
                    for kind, used in one.items():
                        name = each if kind == "class" else f"{each} {kind}"
                        yield devices[number].name, name, used, plain[kind]


def cell(found: list[tuple[Used, Used]], kind: str) -> str:
    """Return a cell of the table: the ratio of CPU time, and of a check the seconds by the clock that it takes more."""
    if not found:
        return "-"
    cpu = spread([without.cpu / plain.cpu for without, plain in found], "{:.2f}")
    if kind.startswith("class"):
        return cpu
    return f"{cpu}, {spread([without.wall - plain.wall for without, plain in found], '{:+.2f}')} s"


def most_pairs(pairs: Pairs) -> int:
    """Return how often what was measured most was measured."""
    return max((len(found) for kinds in pairs.values() for found in kinds.values()), default=0)


def spread(values: list[float], form: str) -> str:
    """Return the median, with the least and the greatest."""
    return f"{form.format(statistics.median(values))} ({form.format(min(values))} to {form.format(max(values))})"


def table(devices: list[Device], pairs: Pairs) -> list[str]:
    """Return the table in Markdown."""
    kinds = [*CLASSES, *(f"{each} {kind}" for each in CHECKS for kind in ("cold", "warm"))]
    heads = [f"`{kind}`" for kind in kinds]
    lines = [f"| removed | decision | {' | '.join(heads)} |", "| --- | --: |" + " --: |" * len(heads)]
    for device in devices:
        cells = [cell(pairs[device.name].get(kind, []), kind) for kind in kinds]
        lines.append(f"| {device.name} | {device.decision} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--devices", help="some of them, with commas between; all by default")
    options.add_argument("--work", default=",".join((*CLASSES, *CHECKS)))
    for chapter, count in SIZES.items():
        options.add_argument(f"--{chapter}", type=int, default=count, help=f"answers in the class of {chapter}")
    options.add_argument("--pairs", type=Path, help="file that keeps the pairs; those of earlier runs count, too")
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    # What a script starts in the background ignores Ctrl-C, and so would what is started here, which is ended by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    names = chosen.devices.split(",") if chosen.devices else [device.name for device in DEVICES]
    devices = [device for device in DEVICES if device.name in names]
    pairs: Pairs = {device.name: {} for device in DEVICES} | (read_pairs(chosen.pairs) if chosen.pairs else {})
    sizes = {chapter: getattr(chosen, chapter) for chapter in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, without, plain in in_turns(devices, chosen.work.split(","), chosen.rounds, Path(folder), sizes):
            pairs[name].setdefault(kind, []).append((without, plain))
            if chosen.pairs:
                chosen.pairs.write_text(json.dumps(pairs), "utf-8")
            print(f"{name}: {kind}: {without} without, {plain} with", file=sys.stderr, flush=True)
    head = (
        f"Classes of {', '.join(f'{count} `{chapter}`' for chapter, count in sizes.items())}: CPU time without the optimization / with it. "
        "Checks: the same, and the additional wall time without it. Medians of up to "
        f"{most_pairs(pairs)} pairs (least to greatest); {machine()}."
    )
    text = "\n".join([head, "", *table([device for device in DEVICES if pairs[device.name]], pairs)])
    print(text)
    if chosen.write_docs:
        write_block("devices", text)


if __name__ == "__main__":
    main()
