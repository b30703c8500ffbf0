"""Another PYTHON never gets the environment of the one before. Nothing is installed: make only says what it would do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")
VERSION = "{}.{}.{}".format(*sys.version_info[:3])
HERE = os.path.realpath(sys.executable)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def made_with(checkout: Path, folder: str, program: str) -> None:
    """Lay an environment there as `venv` writes it; it is as new as the lock file."""
    (checkout / folder / "bin").mkdir(parents=True)
    (checkout / folder / "bin" / "python").symlink_to(sys.executable)
    (checkout / folder / "pyvenv.cfg").write_text(f"home = /x\nexecutable = {program}\ncommand = x\n")
    (checkout / folder / ".ready").touch()


def would_do(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(
        ["make", "-n", "lint", *words], cwd=checkout, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("made", "words", "expected"),
    [
        (None, (), ".venv"),
        (None, (f"PYTHON={sys.executable}",), ".venv"),
        (HERE, (), ".venv"),
        (HERE, (f"PYTHON={sys.executable}",), ".venv"),
        ("/usr/bin/python3.99", (), ".venv"),
        ("/usr/bin/python3.99", (f"PYTHON={sys.executable}",), f".venv-{VERSION}"),
    ],
)
def test_the_environment_is_the_interpreters_own(
    checkout: Path, made: str | None, words: tuple[str, ...], expected: str
) -> None:
    if made:
        made_with(checkout, ".venv", made)
    done = would_do(checkout, *words)
    assert done.returncode == 0, done.stderr
    assert f"\n{expected}/bin/mypy --strict autograder\n" in done.stdout
    assert set(re.findall(r"\S+(?=/bin/(?:ruff|mypy))", done.stdout)) == {expected}
    assert (f"-m venv {expected}\n" in done.stdout) == (made is None or expected != ".venv")


def test_two_interpreters_of_one_version_are_told_apart(checkout: Path) -> None:
    made_with(checkout, ".venv", "/usr/bin/python3.99")
    made_with(checkout, f".venv-{VERSION}", f"/elsewhere/python{VERSION}")
    done = would_do(checkout, f"PYTHON={sys.executable}")
    assert done.returncode == 2
    assert f".venv-{VERSION} was made with /elsewhere/python{VERSION}, not with {HERE}" in done.stderr


def test_the_tests_keep_their_bytecode_where_the_environment_forbids_it(checkout: Path) -> None:
    made_with(checkout, ".venv", HERE)
    program = checkout / ".venv" / "bin" / "python"
    program.unlink()
    program.write_text('#!/bin/sh\necho "[$PYTHONDONTWRITEBYTECODE] $*"\n')
    program.chmod(0o755)
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "MAKELEVEL")}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    for words in (("test",), ("test-all", "LONG=1/4")):
        done = subprocess.run(
            ["make", "-s", *words], cwd=checkout, env=variables, capture_output=True, text=True, check=False
        )
        assert done.stdout.startswith("[] -m pytest -n 3"), done.stdout + done.stderr
