"""Workers forked from a template, tried in a process that has one thread: elsewhere there is no template."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_workers_hold_nothing_of_the_coordinators_end_with_it_and_are_replaced() -> None:
    alone = ROOT / "tests" / "grading" / "engines_alone.py"
    words = [sys.executable, "-m", "pytest", "-v", "-p", "no:xdist", str(alone)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout
    assert re.search(r"[1-9]\d* passed", done.stdout), done.stdout[-3000:]
