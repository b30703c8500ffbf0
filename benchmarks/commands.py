"""How long a student waits: `python benchmarks/commands.py [--rounds N]`.

`autograder check` on every chapter's solution, as a student types it, and `autograder --help`. One run of each comes first
and is not counted; then rounds are interleaved, figures are medians. --write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from measuring import ROOT, machine, write_block

from autograder.course import load_course


def seconds(words: list[str]) -> float:
    """Run a command in the course; return its wall time."""
    start = time.monotonic()
    program = str(Path(sysconfig.get_path("scripts")) / "autograder")
    done = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{words}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return time.monotonic() - start


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    commands = {"--help": ["--help"]}
    for entry in load_course(ROOT).chapters:
        name = f"check {entry.id}"
        commands[name] = ["check", entry.id, f"solutions/{entry.id}/{entry.id}.py"]
    found: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(chosen.rounds + 1):
        for name, words in commands.items():
            took = seconds(words)
            if number:
                found[name].append(took)
        print(f"round {number}", file=sys.stderr)
    lines = [f"Wall seconds, right answers, medians of {chosen.rounds} interleaved; {machine()}.", ""]
    lines += ["| `autograder …` | seconds |", "| --- | --: |"]
    lines += [f"| `{name}` | {statistics.median(each):.2f} |" for name, each in found.items()]
    text = "\n".join(lines)
    print(text)
    if chosen.write_docs:
        write_block("commands", text)


if __name__ == "__main__":
    main()
