"""The plugin for pytest, in a pytest of its own: each public check is an item with its message."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "autograder.pytest_plugin", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "assignments" / "lenet"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "assignments/lenet/checks.json", folder)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "other.py").write_text("1 / 0\n", "utf-8")
    return tmp_path


def test_each_check_is_an_item_with_its_message(home: Path) -> None:
    right = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    answer = home / "assignments" / "lenet" / "lenet.py"
    answer.write_text(right.replace("nn.Conv2D(6, 16, 5)", "nn.Conv2D(6, 16, 5, padding=1)"), "utf-8")
    listed = run(home, "--collect-only", "-q")
    assert "assignments/lenet/lenet.py::network.shape" in listed.stdout
    assert "other" not in listed.stdout
    done = run(home, "-rA", "-q")
    assert done.returncode == 1
    assert "PASSED assignments/lenet/lenet.py::network.parameters" in done.stdout
    assert "FAILED assignments/lenet/lenet.py::network.shape" in done.stdout
    assert "`fc1` 得到 [1, 480]，需要 120" in done.stdout
    assert "SKIPPED" in done.stdout  # the accuracy, which waits for a weights file
    assert "Traceback" not in done.stdout
    ours = [line for line in done.stdout.splitlines() if "pytest_plugin.py" in line]
    assert [line for line in ours if not line.startswith("SKIPPED")] == []
    answer.write_text(right, "utf-8")
    assert run(home, "assignments/lenet/lenet.py::evaluate.values", "-q").returncode == 0


def test_what_cannot_be_read_fails_with_its_reason(home: Path) -> None:
    (home / "assignments" / "lenet" / "lenet.ipynb").write_text("{ no", "utf-8")
    done = run(home, "-q", "-k", "network.shape")
    assert done.returncode == 1
    assert "JSON" in done.stdout
    assert "Traceback" not in done.stdout


def test_an_installed_package_brings_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"autograder.pytest_plugin": "autograder.pytest_plugin"}
