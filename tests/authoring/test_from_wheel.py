"""The proof: from the wheels alone, in an environment and a folder that were empty, to a graded class of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.course_wheel import main as write_distributions
from tests.authoring.test_init import commands, run_all


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment with the two wheels and what they need."""
    place = tmp_path_factory.mktemp("from wheels")
    write_distributions(place / "dist", "palm")
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    own = str(place / "venv" / "bin" / "python")
    suite, course = sorted((place / "dist").glob("*.whl"))
    wanted = [f"{suite}[staff]", str(course)]
    got = subprocess.run([own, "-m", "pip", "install", "-q", *wanted], capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"the packages of staff cannot be installed here: {got.stderr.strip().splitlines()[-1:]}")
    return own


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("template", ["paddle", "plain", "palm"])
def test_a_course_is_begun_from_the_wheel_alone(
    template: str, python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("AUTOGRADER_", "PYTHON"))]:
        monkeypatch.delenv(name)
    run_all(tmp_path, [f"autograder init 我的课程-2030 --template {template} --languages en,zh"], python)
    place = tmp_path / "我的课程-2030"
    told = commands((place / "README.md").read_text("utf-8"))
    run_all(place, told, python)
    run_all(place, ["autograder build --check"], python)
    assert list(place.glob("*.zip"))
