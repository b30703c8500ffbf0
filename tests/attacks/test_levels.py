"""What the box enforces, tried out as the user who runs the tests and, where that is root, as an ordinary user, too.

As that user the attacks themselves are graded as well: some of them, or those that ATTACKS names (all: all of them), with
the class in the database that ATTACK_DATABASE names. ATTACK_REPORT_AS_USER=FILE gets what came of each.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from autograder.sandbox import selftest
from autograder.sandbox.box import REQUIRED, Box, BoxLimits, open_bubblewrap_box
from autograder.sandbox.selftest import ATTEMPTS, CROWD, LIMITS, Outcome, try_out
from tests.attacks.catalogue import ROOT, all_attacks, chosen_attacks
from tests.attacks.other_user import copied_checkout, copied_python, ordinary_user, run_as

pytestmark = pytest.mark.slow
SOME = (
    "call_out",
    "calls_on_the_machine",
    "exit_for_others",
    "forge_result_files",
    "fork_bomb",
    "gain_privileges",
    "leave_files_and_threads",
    "look_around_the_python",
    "read_environment",
    "read_hidden_kit",
    "take_what_users_share",
    "weights_that_run_code",
    "zip_with_a_link",
)
TRY = """
import json
from autograder.sandbox.box import open_bubblewrap_box
from autograder.sandbox.selftest import try_out, ways
box = open_bubblewrap_box()
lost = [f"{s} {o.attempt.id}: {o.detail}" for s, each in ways(box) for o in try_out(each) if not o.held]
print(json.dumps({"layers": box.layers, "why_cold": box.why_cold, "warm": box.zygote is not None, "lost": lost}))
"""


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_everything_forbidden_fails_as_this_user(warm: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    box = open_bubblewrap_box(BoxLimits(), warm=warm)
    assert (box.zygote is not None) == warm
    outcomes = list(try_out(box) if warm else try_out_cold(box, monkeypatch))
    assert {outcome.attempt for outcome in outcomes} == {*ATTEMPTS, CROWD}
    assert [f"{outcome.attempt.id}: {outcome.detail}" for outcome in outcomes if not outcome.held] == []
    assert set(REQUIRED) <= set(box.layers)
    assert ("uid" in box.layers) == (os.geteuid() == 0)


def try_out_cold(box: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outcome]:
    """Try everything out in cold children. Those with Paddle take half a second to start: all attempts that leave their
    child alive share one, and each that exhausts a resource has one without Paddle."""
    for of_limits, used in ((False, box), (True, box.of("python"))):
        attempts = tuple(attempt for attempt in ATTEMPTS if (attempt.area == LIMITS) == of_limits)
        monkeypatch.setattr(selftest, "ATTEMPTS", attempts)
        yield from (one for one in try_out(used, together=True) if of_limits or one.attempt != CROWD)


@dataclass(frozen=True)
class Other:
    """An ordinary user. place: everybody may read it; python: runs there; checkout: a copy of ours that belongs to them."""

    user: str
    place: Path
    python: Path
    checkout: Path

    def run(self, *words: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the Python as this user; skips where such users have no box."""
        done = run_as(self.user, [self.python, "-W", "ignore", *words], folder or self.checkout, variables)
        if "No permissions to creat" in done.stderr + done.stdout:
            pytest.skip("NOT TRIED AS AN ORDINARY USER: this machine gives ordinary users no namespaces")
        return done

    def pytest(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run tests of the copied checkout as this user."""
        own = {"HOME": "home", "TMPDIR": "tmp", "PYTHONPATH": "."}
        here = {name: str(self.checkout / folder) for name, folder in own.items()}
        return self.run("-m", "pytest", *words, **here, **variables)


def needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("NOT TRIED: an ordinary user can only be made by root; the other test here ran as one already")
    if shutil.which("useradd") is None:
        pytest.skip("NOT TRIED AS AN ORDINARY USER: useradd is missing")


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    needs_root()
    with ordinary_user() as (user, place):
        yield Other(user, place, copied_python(place), copied_checkout(user, place))


HOLDS_A_USER = """
import time
from tests.attacks.other_user import ordinary_user, run_as
with ordinary_user() as (user, place):
    print(user, place, flush=True)
    run_as(user, ["sleep", "600"], place, {})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_user_is_gone_whatever_ends_the_tests(number: signal.Signals) -> None:
    needs_root()
    process = subprocess.Popen([sys.executable, "-c", HOLDS_A_USER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    user, place = process.stdout.readline().split()
    assert pwd.getpwnam(user)
    assert Path(place).is_dir()
    guards = [child for child in psutil.Process(process.pid).children() if user in child.cmdline()]
    process.send_signal(number)
    process.communicate()
    psutil.wait_procs(guards, timeout=60)
    with pytest.raises(KeyError):
        pwd.getpwnam(user)
    assert not Path(place).exists()


@pytest.mark.long
def test_everything_forbidden_fails_as_an_ordinary_user(other: Other) -> None:
    done = other.run("-c", TRY, folder=Path("/"), HOME="/nonexistent")
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["lost"] == []
    assert found["warm"], found["why_cold"]
    assert set(REQUIRED) <= set(found["layers"])
    assert "uid" not in found["layers"]


@pytest.mark.long
def test_attacks_lose_as_an_ordinary_user(other: Other) -> None:
    wanted = os.environ.get("ATTACKS", "ci")
    chosen = {attack.name for attack in (chosen_attacks() if wanted != "ci" else all_attacks())}
    chosen &= set(SOME) if wanted == "ci" else chosen
    report = other.checkout / "attacks.jsonl"
    variables = {name: os.environ[name] for name in ("AUTOGRADER_DATA", "ATTACK_DATABASE") if name in os.environ}
    variables |= {"ATTACKS": ",".join(sorted(chosen)), "ATTACK_REPORT": str(report)}
    done = other.pytest("tests/attacks/test_attacks.py::test_attack", **variables)
    told = report.read_text("utf-8") if report.exists() else ""
    if place := os.environ.get("ATTACK_REPORT_AS_USER"):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(told)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert sorted(json.loads(line)["name"] for line in told.splitlines()) == sorted(chosen)


@pytest.mark.long
def test_warm_children_are_the_same_for_an_ordinary_user(other: Other) -> None:
    # "holds nothing" reads descriptors of a child, which only root may see.
    done = other.pytest("tests/sandbox/test_warm.py", "-k", "not holds_nothing")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
