"""The short form of `make fuzz`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="coverage-guided fuzzing needs atheris, which has wheels for Linux on x86-64")
pytestmark = pytest.mark.slow


def test_no_frame_makes_the_grader_raise(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    options = ["-runs=20000", "-max_total_time=20", "-seed=1", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.wire", *options, str(corpus)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "DONE" in done.stderr
    assert len(list(corpus.iterdir())) > 20  # it found its way into the code
