"""The box as a container: its command line and its errors everywhere, real containers where an engine has the image."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.sandbox import container
from autograder.sandbox.box import REQUIRED, Box, BoxLimits, BoxSession, open_box, open_bubblewrap_box
from autograder.sandbox.child import contained
from autograder.sandbox.container import ENGINES, ContainerChild, Engine, ensure_engine, remove_leftovers, run_words
from autograder.sandbox.selftest import try_out
from autograder.sandbox.session import BoxDied, BoxError, BoxKilled
from tests.cli.class_folder import Verbs
from tests.known_mistakes import write_mistake

ROOT = Path(__file__).parents[2]
LIMITS = BoxLimits(memory_mib=3000, cpu_seconds=30)
ORDERS = {
    "files_mib": 256,
    "framework": "paddle",
    "limits": {"memory_mib": 4096, "cpu_seconds": 180, "file_mib": 256},
    "lock": {"readable": ["/usr"], "writable": ["/tmp"], "uid": 200_000, "processes": 64},
}


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that puts a shell script named podman in the place of all programs, and returns its log."""

    def install(script: str) -> Path:
        log, program = tmp_path / "log", tmp_path / "bin" / "podman"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\necho "$*" >> {log}\n{script}\n')
        program.chmod(0o755)
        log.write_text("")
        monkeypatch.setenv("PATH", str(program.parent))
        return log

    return install


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_line_asks_for_every_wall(engine: Engine) -> None:
    words = run_words(engine, "a-name", ORDERS)
    options = words[: words.index(container.image())]
    pairs = set(itertools.pairwise(options))
    assert options[:4] == [engine, "run", "--rm", "--interactive"]
    assert {
        ("--name", "a-name"),
        ("--network", "none"),
        ("--ipc", "private"),
        ("--cap-drop", "ALL"),
        ("--security-opt", "no-new-privileges"),
        ("--pids-limit", "80"),
        ("--memory", "4864m"),  # the child's own limit, two full folders, and process 1
        ("--shm-size", "256m"),
        ("--tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777,size=256m"),
        ("--pull", "never"),
        ("--log-driver", "none"),
    } <= pairs
    assert "--read-only" in options
    assert ("--http-proxy=false" in options) == (engine == "podman")
    assert not {"--env", "-e", "--env-file", "--volume", "-v", "--mount", "--privileged", "--device"} & set(options)
    user, group = options[options.index("--user") + 1].split(":")
    assert 50_000 <= int(user) == int(group) < 60_000


def test_the_child_gets_its_environment_from_us_not_from_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_SECRET", "s3cret")
    words = run_words("docker", "a-name", ORDERS)
    assert not any("s3cret" in word for word in words)
    assert json.loads(words[-1])["environment"]["HOME"] == "/tmp"


def test_the_image_is_named_by_what_it_is_built_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Containerfile").write_text("FROM a")
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6")
    monkeypatch.setattr(container, "ROOT", tmp_path)
    name = container.image()
    assert name == container.image()
    (tmp_path / "requirements.lock").write_text("numpy==2.4.7")
    assert name != container.image()
    (tmp_path / "requirements.lock").unlink()
    with pytest.raises(BoxError, match=r"requirements\.lock is missing; .*checkout"):
        container.image()


def test_an_engine_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BoxError, match=r"docker is not installed .* choose another --box"):
        open_box("docker")


def test_an_engine_without_its_service_says_what_it_said(fake: Callable[[str], Path]) -> None:
    fake("echo a warning >&2; echo 'Cannot connect to the daemon' >&2; exit 1")
    with pytest.raises(BoxError, match="podman does not work here: Cannot connect to the daemon; `podman info` must"):
        ensure_engine("podman")


def test_a_missing_image_comes_with_the_command_that_builds_it(fake: Callable[[str], Path]) -> None:
    fake("exit 0")
    command = f"podman build --tag {container.image()} --file {ROOT}/Containerfile {ROOT}"
    with pytest.raises(BoxError, match=f"has no image {container.image()}; build it once: {command}"):
        ensure_engine("podman")


def test_a_container_that_does_not_start_gives_the_engines_reason(fake: Callable[[str], Path]) -> None:
    fake('case "$1" in images) echo 0123;; run) echo "crun: no cgroups" >&2; exit 125;; esac')
    with pytest.raises(BoxError, match="podman cannot run a container here: crun: no cgroups") as caught:
        open_box("podman")
    assert not isinstance(caught.value, BoxKilled)  # to give the same command again would not help


def test_a_container_that_does_not_end_is_killed_by_its_name(
    fake: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = fake('case "$1" in run) printf +; exec /bin/sleep 60;; esac')
    monkeypatch.setattr(container, "END_SECONDS", 0.01)
    child = ContainerChild("podman", ORDERS)
    child.kill()
    child.output.close()
    name = log.read_text().split("--name ")[1].split()[0]
    assert log.read_text().splitlines()[1:] == [f"kill {name}", f"rm --force {name}"]
    assert child.ended(0) == -9


def test_leftovers_of_dead_graders_are_removed_and_no_others(
    fake: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.node", lambda: "lab.one")
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    names = [f"autograder-lab-one-{dead.pid}-aa", f"autograder-lab-one-{os.getpid()}-bb", "autograder-lab-two-1-cc"]
    names += [f"my-autograder-lab-one-{dead.pid}-dd", "autograder-lab-one-notes"]
    log = fake(f'case "$1" in ps) printf "{"".join(name + chr(92) + "n" for name in names)}";; esac')
    remove_leftovers("podman")
    assert log.read_text().splitlines()[1:] == [f"rm --force {names[0]}"]


def test_outside_a_container_process_1_refuses_to_start_a_child() -> None:
    command = [sys.executable, "-I", contained.__file__, "{}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "this container is no box: it sees other processes" in done.stderr


@pytest.mark.parametrize(("code", "status"), [(0, 0), (7, 7), (137, 124), (125, 124), (-6, 134), (-9, 152), (-11, 139)])
def test_no_end_of_a_child_looks_like_an_end_from_outside(code: int, status: int) -> None:
    assert contained.exit_status(code) == status
    assert status not in (container.ENGINE_FAILED, container.KILLED)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["doctor", "--box", "lxc"], "bubblewrap, podman, docker 之一，不是"),
        (["doctor", "--box", "none"], "bubblewrap, podman, docker 之一，不是"),
        (["verify", "--box", "none"], "bubblewrap, podman, docker 之一，不是"),
        (["grade", "x.py", "--box", "lxc"], "bubblewrap, podman, docker, none 之一，不是"),
    ],
)
def test_an_unknown_box_is_a_usage_error(
    words: list[str], known: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Verbs(ROOT, monkeypatch, capsys)(*words)
    assert done.code == 2
    assert known in " ".join(done.err.replace("│", " ").split())


# From here on real containers: skipped, with the reason, where no engine can run one.


@pytest.fixture(scope="module", params=ENGINES)
def box(request: pytest.FixtureRequest) -> Box:
    try:
        return open_box(request.param, LIMITS)
    except BoxError as error:
        pytest.skip(str(error))


def run(session: BoxSession, text: str) -> Any:
    """Define a function `f` in the child and return what it returns."""
    session.ask("load", statements=[["answer.py", 1, text]])
    return session.ask("call", target="f", arguments=[])


def containers(box: Box) -> list[str]:
    """Return the names of the containers of this process."""
    asked = subprocess.run(
        [box.backend, "ps", "--all", "--format", "{{.Names}}"], capture_output=True, text=True, check=True
    )
    return [name for name in asked.stdout.split() if name.startswith(f"{container._prefix()}{os.getpid()}-")]


def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def test_a_session_answers_and_leaves_no_container(box: Box) -> None:
    assert set(REQUIRED) | {"uid"} <= set(box.layers)
    with box.session() as session:
        assert run(
            session,
            "import paddle\ndef f():\n    print('aside', flush=True)\n    return [paddle.ones([2]).sum().item()]",
        ) == [2]
        assert containers(box)
    assert "aside" in session.output
    assert containers(box) == []


def test_large_values_travel_whole(box: Box) -> None:
    with box.session() as session:
        values = run(session, "import numpy as np\ndef f():\n    return np.arange(5_000_000, dtype=np.float32)")
    assert values.shape == (5_000_000,)
    assert values[-1] == 4_999_999


def test_the_child_sees_no_variable_of_the_engine_and_nothing_to_read(box: Box) -> None:
    with box.session() as session:
        names = run(session, "import os\ndef f():\n    return sorted(os.environ) + [str(os.getpid() > 1)]")
        assert "HOSTNAME" not in names
        assert "container" not in names
        assert names[-1] == "True"
        assert run(session, "import sys\ndef f():\n    return sys.stdin.read()") == ""


@pytest.mark.parametrize(
    ("code", "status", "detail"),
    [
        ("os._exit(137)", "crashed", "exit status 124"),
        ("os.abort()", "crashed", "exit status 134"),
        ("os.closerange(3, 30)", "crashed", ""),
    ],
)
def test_an_end_from_within_is_no_end_from_outside(box: Box, code: str, status: str, detail: str) -> None:
    with box.session() as session, pytest.raises(BoxDied) as caught:
        run(session, f"import os\ndef f():\n    {code}")
    assert caught.value.status == status
    assert detail in caught.value.detail


def test_the_cpu_limit_is_told_as_such(box: Box) -> None:
    with box.session() as session, pytest.raises(BoxDied) as caught:
        run(
            session,
            "import resource\ndef f():\n    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass",
        )
    assert (caught.value.status, caught.value.detail) == ("timeout", "the CPU limit was reached")


@pytest.mark.parametrize("victim", ["container", "client"])
def test_killed_from_outside_it_is_nobodys_fault_and_nothing_stays(box: Box, victim: str) -> None:
    with box.session() as session:
        (name,) = containers(box)
        if victim == "container":
            subprocess.run([box.backend, "kill", name], capture_output=True, check=True)
        else:
            child = session._child
            assert isinstance(child, ContainerChild)
            child._process.kill()
        with pytest.raises(BoxKilled):
            run(session, "def f():\n    return 1")
    assert until(lambda: containers(box) == [])


def test_a_grader_that_dies_takes_its_container_along(box: Box) -> None:
    code = (
        "import time; from autograder.sandbox.box import Box\n"
        f"session = Box({box.backend!r}).session(); session.ask('layers'); print('ready', flush=True)\n"
        "session.ask('load', statements=[['a.py', 1, 'import time\\nwhile True: time.sleep(1)']])"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "ready\n"
        grader.kill()
    asked = [box.backend, "ps", "--all", "--format", "{{.Names}}", "--filter", f"name=-{grader.pid}-"]
    assert until(lambda: not subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.slow
def test_every_attempt_of_the_self_test_is_held(box: Box) -> None:
    assert [outcome.attempt.id for outcome in try_out(box) if not outcome.held] == []


@pytest.mark.slow
@pytest.mark.parametrize("mistake", ["", "no_step"])
def test_an_answer_is_graded_as_under_bubblewrap(box: Box, mistake: str, tmp_path: Path) -> None:
    answer = write_mistake(tmp_path, "lenet", mistake) if mistake else ROOT / "solutions/lenet/lenet.py"
    course = load_course(ROOT)
    records = [
        Grader(ROOT, course, each).grade(HandIn(answer, "lenet", None)).to_data()
        for each in (replace(box, limits=BoxLimits()), open_bubblewrap_box(warm=False))
    ]
    assert records[0]["box"] == box.backend
    for record in records:
        for of_the_box in ("box", "layers", "seconds", "key"):
            del record[of_the_box]
    assert records[0] == records[1]


def test_the_image_stands_on_one_that_is_named_by_its_digest() -> None:
    text = (container.ROOT / "Containerfile").read_text("utf-8")
    assert re.search(r"^ARG PYTHON=\S+@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
