"""How long a student waits: `python benchmarks/commands.py [--rounds N]`.

`autograder check` on every chapter's solution, as a student types it, and warm: with `--watch`, from a save of the file to
the last line; `autograder --help`; and in a fresh notebook kernel, what comes on top of Paddle's import until the first card
is there, and the next card. One run of each comes first and is not counted; then rounds are interleaved, figures
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

from autograder.course import load_chapter, load_course

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
            second = read_answer(process.stdout)
            taken = time.monotonic() - start
            if points_of(first) != points_of(second):
                raise SystemExit(f"{words}: another answer after a save")
            return taken
        finally:
            process.send_signal(signal.SIGINT)


def read_answer(output: IO[str]) -> list[str]:
    """Return the lines up to the empty one that ends an answer."""
    lines = list(iter(output.readline, "\n"))
    if not any(line.startswith("✓") for line in lines) or any(line.startswith("✗") for line in lines):
        raise SystemExit(f"a right answer got: {''.join(lines)}")
    return lines


def points_of(lines: list[str]) -> list[str]:
    """Return the lines of checks: those on the moment, and on what changed since, differ from run to run."""
    return [line for line in lines if line[:2] in ("✓ ", "✗ ", "- ")]


def card_seconds(chapter: str) -> tuple[float, float, float]:
    """Return how long Paddle's import takes in a fresh kernel, then all up to the first card, then the next card.

    The kernel runs the chapter's solution; its first cell is `open_chapter`, and the card is that of its first task.
    """
    from jupyter_client.manager import start_new_kernel

    source = (ROOT / "solutions" / chapter / f"{chapter}.py").read_text("utf-8")
    task = load_chapter(ROOT / "source" / chapter).tasks[0].id
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT / "assignments" / chapter))
    try:
        shown: list[str] = []

        def run(code: str) -> float:
            start = time.monotonic()
            answer = client.execute_interactive(
                code, timeout=120, output_hook=lambda said: shown.append(str(said["content"]))
            )
            if answer["content"]["status"] != "ok":
                raise SystemExit(f"{chapter}: {answer['content']}")
            return time.monotonic() - start

        paddle = run("import paddle")
        opened = run(f"from autograder import open_chapter\ncheck = open_chapter({chapter!r})")
        run(source)  # what the student wrote, and its imports: not our time
        first, second = (run(f"check({task!r})") for _ in range(2))
        if sum("autograder-card" in text for text in shown) != 2:
            raise SystemExit(f"{chapter}: no card was shown")
        return paddle, opened + first, second
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


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
    cards: dict[str, list[tuple[float, float, float]]] = {name: [] for name in chapters}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(chosen.rounds + 1):
            cold["--help"].append(seconds(["--help"]))
            for name in chapters:
                file = Path(shutil.copy(ROOT / "solutions" / name / f"{name}.py", folder))
                cold[name].append(seconds(["check", name, str(file)]))
                warm[name].append(warm_seconds(["check", name, str(file)], file))
                cards[name].append(card_seconds(name))
            print(f"round {number}", file=sys.stderr)
    lines = [f"Wall seconds, right answers, medians of {chosen.rounds} interleaved; {machine()}.", ""]
    imports = statistics.median(one[0] for name in chapters for one in cards[name][1:])
    lines += [
        f"| `autograder …` | seconds | with `--watch`, after a save | first card, without Paddle's import ({imports:.2f}) | next card |",
        "| --- | --: | --: | --: | --: |",
    ]
    lines.append(f"| `--help` | {statistics.median(cold['--help'][1:]):.2f} | | | |")
    lines += [
        f"| `check {name}` | {statistics.median(cold[name][1:]):.2f} | {statistics.median(warm[name][1:]):.2f} "
        f"| {statistics.median(one[1] for one in cards[name][1:]):.2f} | {statistics.median(one[2] for one in cards[name][1:]):.2f} |"
        for name in chapters
    ]
    text = "\n".join(lines)
    print(text)
    if chosen.write_docs:
        write_block("commands", text)


if __name__ == "__main__":
    main()
