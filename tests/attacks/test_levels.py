"""What the box enforces, tried out as the user who runs the tests and, where that is root, as an ordinary user, too.

As that user the attacks themselves are graded as well: some of them, or with ATTACKS=all all. ATTACK_REPORT_AS_USER=FILE
gets what came of each.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.box import REQUIRED, BoxLimits, default_box
from autograder.sandbox.selftest import ATTEMPTS, try_out
from tests.attacks.catalogue import ROOT, all_attacks

pytestmark = pytest.mark.slow
SOME = (
    "call_out",
    "exit_for_others",
    "forge_result_files",
    "fork_bomb",
    "gain_privileges",
    "leave_files_and_threads",
    "read_environment",
    "read_hidden_kit",
    "weights_that_run_code",
    "zip_with_a_link",
)
CHECKOUT = ("autograder", "assignments", "solutions", "source", "tests", "course.yml", "nbgrader_config.py")
TRY = """
import json
from autograder.sandbox.box import default_box
from autograder.sandbox.selftest import try_out, ways
box = default_box()
lost = [f"{s} {o.attempt.id}: {o.detail}" for s, each in ways(box) for o in try_out(each) if not o.held]
print(json.dumps({"layers": box.layers, "why_cold": box.why_cold, "warm": box.zygote is not None, "lost": lost}))
"""


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_everything_forbidden_fails_as_this_user(warm: bool) -> None:
    box = default_box(BoxLimits(), warm=warm)
    assert (box.zygote is not None) == warm
    outcomes = list(try_out(box))
    assert len(outcomes) == len(ATTEMPTS)
    assert [f"{outcome.attempt.id}: {outcome.detail}" for outcome in outcomes if not outcome.held] == []
    assert set(REQUIRED) <= set(box.layers)
    assert ("uid" in box.layers) == (os.geteuid() == 0)


@pytest.fixture(scope="module")
def user() -> Iterator[str]:
    """Make an ordinary user without a home; removed at the end."""
    if os.geteuid() != 0:
        pytest.skip("NOT TRIED: an ordinary user can only be made by root; the other test here ran as one already")
    if shutil.which("useradd") is None:
        pytest.skip("NOT TRIED AS AN ORDINARY USER: useradd is missing")
    name = f"box{uuid.uuid4().hex[:8]}"
    subprocess.run(["useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)


@pytest.fixture(scope="module")
def python() -> Iterator[Path]:
    """Make a copy of this Python and its packages (hard links where that works) in a place that everybody may read."""
    place = Path("/var/tmp") / f"python-{uuid.uuid4().hex[:8]}"
    place.mkdir()
    base, mine = Path(sys.base_prefix).resolve(), Path(sys.prefix)
    try:
        _copy(base, place / "base")
        program = next((place / "base" / "bin").glob(f"python3.{sys.version_info.minor}"))
        environment = place / "venv"
        subprocess.run([program, "-m", "venv", "--without-pip", environment], check=True)
        packages = Path("lib") / f"python3.{sys.version_info.minor}" / "site-packages"
        shutil.rmtree(environment / packages)
        _copy(mine / packages, environment / packages)
        if (mine / "share").is_dir():  # where nbconvert has its templates
            _copy(mine / "share", environment / "share")
        for pointer in (environment / packages).glob("__editable__*palm_autograder*"):
            pointer.unlink()  # it points into this checkout, which may lie where nobody else may look
        _copy(ROOT / "autograder", environment / packages / "autograder")
        yield environment / "bin" / "python"
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def checkout(user: str) -> Iterator[Path]:
    """Make a copy of this checkout that belongs to the ordinary user, with a home and a folder for temporary files."""
    place = Path("/var/tmp") / f"checkout-{uuid.uuid4().hex[:8]}"
    place.mkdir()
    try:
        for name in CHECKOUT:
            subprocess.run(["cp", "-a", ROOT / name, place / name], check=True)
        for name in ("home", "tmp"):
            (place / name).mkdir()
        # Of pyproject.toml only this: that warnings are errors is asked for where the tests run as root.
        (place / "pytest.ini").write_text("[pytest]\naddopts = -q -p no:cacheprovider\nmarkers = slow: takes long\n")
        subprocess.run(["chown", "-R", f"{user}:", place], check=True)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    linked = subprocess.run(["cp", "-al", source, target], check=False, capture_output=True)
    if linked.returncode:
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", source, target], check=True)


def test_everything_forbidden_fails_as_an_ordinary_user(user: str, python: Path) -> None:
    done = _run_as(user, [python, "-W", "ignore", "-c", TRY], Path("/"), {"HOME": "/nonexistent"})
    _skip_without_namespaces(done)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["lost"] == []
    assert found["warm"], found["why_cold"]
    assert set(REQUIRED) <= set(found["layers"])
    assert "uid" not in found["layers"]


def test_attacks_lose_as_an_ordinary_user(user: str, python: Path, checkout: Path) -> None:
    every = os.environ.get("ATTACKS") == "all"
    report = checkout / "attacks.jsonl"
    variables = {
        "HOME": str(checkout / "home"),
        "TMPDIR": str(checkout / "tmp"),
        "PYTHONPATH": str(checkout),
        "ATTACKS": "all" if every else ",".join(SOME),
        "ATTACK_REPORT": str(report),
        **{name: os.environ[name] for name in ("AUTOGRADER_DATA",) if name in os.environ},
    }
    words = [python, "-W", "ignore", "-m", "pytest", "tests/attacks/test_attacks.py::test_attack"]
    done = _run_as(user, words, checkout, variables)
    _skip_without_namespaces(done)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    tried = [json.loads(line)["name"] for line in report.read_text("utf-8").splitlines()]
    assert sorted(tried) == sorted(attack.name for attack in all_attacks() if every or attack.name in SOME)
    if place := os.environ.get("ATTACK_REPORT_AS_USER"):
        shutil.copyfile(report, place)


def test_warm_children_are_the_same_for_an_ordinary_user(user: str, python: Path, checkout: Path) -> None:
    variables = {"HOME": str(checkout / "home"), "TMPDIR": str(checkout / "tmp"), "PYTHONPATH": str(checkout)}
    # "holds nothing" reads descriptors of a child, which only root may see.
    words = [python, "-W", "ignore", "-m", "pytest", "tests/sandbox/test_warm.py", "-k", "not holds_nothing"]
    done = _run_as(user, words, checkout, variables)
    _skip_without_namespaces(done)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def _run_as(user: str, words: list[Any], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    entry = pwd.getpwnam(user)
    return subprocess.run(
        words,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(words[0].parents[2] / "base" / "lib"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _skip_without_namespaces(done: subprocess.CompletedProcess[str]) -> None:
    if "No permissions to creat" in done.stderr + done.stdout:
        pytest.skip("NOT TRIED AS AN ORDINARY USER: this machine gives ordinary users no namespaces")
