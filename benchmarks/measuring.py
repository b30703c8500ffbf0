"""What the benchmarks share: CPU time by control group, and the tables they write into the pages."""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
_numbers = itertools.count()
GROUPS = (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup"))


@contextlib.contextmanager
def control_group() -> Iterator[Path | None]:
    """Yield a new control group that counts CPU time: also of processes whose parent was killed; None: not allowed here."""
    for place in GROUPS:
        group = place / f"benchmark-{os.getpid()}-{next(_numbers)}"  # of one before, processes may be ending
        try:
            group.mkdir()
        except OSError:
            continue
        if (group / "cpuacct.usage").exists() or (group / "cpu.stat").exists():
            try:
                yield group
            finally:
                with contextlib.suppress(OSError):
                    group.rmdir()
            return
        group.rmdir()
    yield None


def run_inside(words: list[str]) -> str:
    """Run this program again in a control group, with `--inside GROUP` for its `cpu_seconds`; return its output."""
    with control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")
        return subprocess.run(
            [sys.executable, "-W", "ignore", *words, "--inside", str(group)],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            preexec_fn=lambda: (group / "cgroup.procs").write_text(str(os.getpid())),  # this process has one thread
        ).stdout


def cpu_seconds(group: Path) -> float:
    """Return the CPU time that a group has used."""
    if (group / "cpuacct.usage").exists():
        return int((group / "cpuacct.usage").read_text()) / 1e9
    lines = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
    return int(lines["usage_usec"]) / 1e6


def machine() -> str:
    """Return what the figures were measured on, for the head of a table."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the end"
    )


def write_block(name: str, text: str, page: Path = PAGE) -> None:
    """Put `text` between the marks of that name in a page."""
    marks = re.compile(f"(<!-- {name}: generated [^\n]* -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    before = page.read_text("utf-8")
    if not marks.search(before):
        raise SystemExit(f"{page} has no place for `{name}`")
    page.write_text(marks.sub(lambda found: f"{found[1]}{text}\n{found[2]}", before), "utf-8")
