"""What a bank of variants costs at build: CPU and size of the recordings of a chapter, without and with it.

`python benchmarks/variants.py alexnet googlenet --write` renews the table in docs/benchmarks.md; each chapter is recorded twice.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from measuring import ROOT, control_group, cpu_seconds, write_block

from autograder.constants import written_out
from autograder.course import load_chapter

PARTS = ("source", "docs/results", "course.yml")
BLOCK = re.compile(r"^variants:\n(?:[ #].*\n)*", re.MULTILINE)


class Cost(NamedTuple):
    """CPU of a build in seconds, boxes and all; the grader's and the students' recordings in KiB."""

    seconds: float
    hidden: float
    shown: float


def cost(chapter: str, *, variants: bool) -> Cost:
    """Record a chapter from nothing in a copy of the course."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "course"
        root.mkdir()
        for name in PARTS:
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(ROOT / name, target) if (ROOT / name).is_dir() else shutil.copy(ROOT / name, target)
        shutil.copytree(
            ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("hidden.json", "checks.json")
        )
        if not variants:
            file = root / "source" / chapter / "chapter.yml"
            text = file.read_text("utf-8")
            paper = load_chapter(file.parent).paper
            file.write_text(BLOCK.sub("", text), "utf-8")
            write_out(file.parent, paper)
        with control_group() as group:
            if group is None:
                raise SystemExit("this machine lends no control group to measure with: be root")
            members = group / "cgroup.procs"
            done = subprocess.run(
                [sys.executable, "-m", "autograder", "build", chapter],
                cwd=root,
                check=False,
                capture_output=True,
                text=True,
                preexec_fn=lambda: members.write_text(str(os.getpid())),  # this process has one thread
            )
            if done.returncode:
                raise SystemExit(f"{chapter}: {done.stdout}{done.stderr}")
            seconds = cpu_seconds(group)
        hidden, shown = (
            (root / "solutions" / chapter / f"{kind}.json").stat().st_size / 1024 for kind in ("hidden", "checks")
        )
        return Cost(seconds, hidden, shown)


def write_out(folder: Path, paper: dict[str, object]) -> None:
    """Write numbers for the names of constants into the files of a chapter, as before there were variants."""
    for path in (*folder.rglob("*.py"), *folder.glob("*.yml")):
        text = path.read_text("utf-8")
        if path.name in ("checks.py", "architecture.py"):
            path.write_text(text.replace("constants(", f"(lambda *_: {paper!r})("), "utf-8")
        elif path.name == "notebook.py":
            mine = re.compile(
                rf"^(?:{'|'.join(paper)}) = .*\n", re.MULTILINE
            )  # the line in which students write theirs
            path.write_text(written_out(mine.sub("", text.replace("{{constants:paper}}", "")), paper), "utf-8")
        else:
            path.write_text(written_out(text, paper), "utf-8")


def main() -> None:
    """Measure and print, or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="+")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    lines = [
        "| chapter | CPU of a build, without | with its bank | hidden.json, without | with | checks.json, without | with |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for chapter in given.chapters:
        without, with_bank = (cost(chapter, variants=one) for one in (False, True))
        sizes = f"{without.hidden:,.0f} KiB | {with_bank.hidden:,.0f} KiB | {without.shown:,.0f} KiB | {with_bank.shown:,.0f} KiB"
        lines.append(f"| {chapter} | {without.seconds:,.0f} s | {with_bank.seconds:,.0f} s | {sizes} |")
        print(lines[-1], flush=True)
    if given.write:
        write_block("variants", "\n".join(lines))


if __name__ == "__main__":
    main()
