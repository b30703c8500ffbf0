"""The proof: a bundle in a folder 张 三, on an old and on a new Python, with the Paddle of each, and as on Windows with GBK."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.authoring.bundle import bundle
from autograder.authoring.wheel import zipped
from autograder.course import load_course
from tests.anywhere.machines import environment

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def interpreter(version: str) -> str:
    """Return a Python of a version; skips the test where there is none."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for found in [*map(str, kept), shutil.which(f"python{version}")]:
        if found and not subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
            return found
    pytest.skip(f"Python {version} is not on this machine: the student's path is not tried with it")


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "paddle"), [("3.9", "2.6.2"), ("3.10", "3.0.0"), ("3.12", "3.2.2"), ("3.13", "3.3.1")]
)
def test_a_student_goes_the_whole_way(version: str, paddle: str, tmp_path: Path) -> None:
    subprocess.run([interpreter(version), "-m", "venv", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    numpy = "numpy<2" if paddle.startswith("2.") else "numpy"
    wanted = [f"paddlepaddle=={paddle}", numpy, "matplotlib", "opencv-python-headless<4.12", "setuptools"]
    got = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"Paddle {paddle} cannot be installed here: {got.stderr.strip().splitlines()[-1:]}")
    (tmp_path / "course.zip").write_bytes(zipped(bundle(ROOT, load_course(ROOT), "zh")))
    words = [python, HERE / "path.py", tmp_path / "course.zip", ROOT / "solutions" / "lenet" / "lenet.py", "--light"]
    done = subprocess.run(
        words, env=environment(PYTHONIOENCODING="gbk"), cwd=tmp_path, capture_output=True, check=False, timeout=3000
    )
    assert done.returncode == 0, done.stdout.decode("gbk", "replace") + done.stderr.decode("gbk", "replace")
