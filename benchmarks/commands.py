"""How long a student waits: `python benchmarks/commands.py [--rounds N]`.

`autograder check` on every chapter's solution, as a student types it, and warm: with `--watch`, from a save of the file to
the last line; and `autograder --help`. One run of each comes first and is not counted; then rounds are interleaved, figures
are medians. --write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import IO

from measuring import ROOT, machine, write_block

from autograder.course import load_course

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "autograder")


def seconds(words: list[str]) -> float:
    """Run a command in the course; return its wall time."""
    start = time.monotonic()
    done = subprocess.run([PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{words}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return time.monotonic() - start


def warm_seconds(words: list[str], file: Path) -> float:
    """Return how long a command with `--watch` takes after a save of the file."""
    with subprocess.Popen([PROGRAM, *words, "--watch"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = read_answer(process.stdout)
            start = time.monotonic()
            file.touch()
            if first != read_answer(process.stdout):
                raise SystemExit(f"{words}: another answer after a save")
            return time.monotonic() - start
        finally:
            process.send_signal(signal.SIGINT)


def read_answer(output: IO[str]) -> list[str]:
    """Return the lines up to the empty one that ends an answer."""
    lines = list(iter(output.readline, "\n"))
    if not any(line.startswith("✓") for line in lines) or any(line.startswith("✗") for line in lines):
        raise SystemExit(f"a right answer got: {''.join(lines)}")
    return lines


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    # What a script starts in the background ignores Ctrl-C, and so would what is started here, which is ended by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chapters = [entry.id for entry in load_course(ROOT).chapters]
    cold: dict[str, list[float]] = {name: [] for name in ("--help", *chapters)}
    warm: dict[str, list[float]] = {name: [] for name in chapters}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(chosen.rounds + 1):
            cold["--help"].append(seconds(["--help"]))
            for name in chapters:
                file = Path(shutil.copy(ROOT / "solutions" / name / f"{name}.py", folder))
                cold[name].append(seconds(["check", name, str(file)]))
                warm[name].append(warm_seconds(["check", name, str(file)], file))
            print(f"round {number}", file=sys.stderr)
    lines = [f"Wall seconds, right answers, medians of {chosen.rounds} interleaved; {machine()}.", ""]
    lines += ["| `autograder …` | seconds | warm: `--watch`, after a save |", "| --- | --: | --: |"]
    lines.append(f"| `--help` | {statistics.median(cold['--help'][1:]):.2f} | |")
    lines += [
        f"| `check {name}` | {statistics.median(cold[name][1:]):.2f} | {statistics.median(warm[name][1:]):.2f} |"
        for name in chapters
    ]
    text = "\n".join(lines)
    print(text)
    if chosen.write_docs:
        write_block("commands", text)


if __name__ == "__main__":
    main()
