"""`autograder train` as it is typed: interrupted, killed, on real and on generated images."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data_sets import PalmFolders, generate_palm
from tests.training.course_folder import make_course

METRICS = Path("solutions/tiny/metrics.json")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> PalmFolders:
    """A data folder that does not say that it was generated. Read only."""
    folders = generate_palm(tmp_path_factory.mktemp("images"), training=20, validation=10)
    (folders.root / "generated.json").unlink()
    return folders


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "autograder", "train", *words]


def environment(data: PalmFolders | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUTOGRADER_")}
    return {**kept, **({"AUTOGRADER_DATA": str(data.root.parent)} if data else {}), **more}


def run(course: Path, data: PalmFolders | None, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=course, env=environment(data, **more), capture_output=True, text=True, check=False
    )


def test_all_seeds_are_trained_and_written_down(course: Path, images: PalmFolders) -> None:
    done = run(course, images, "tiny", "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert [entry["seed"] for entry in printed["runs"]] == [1, 2]
    assert len(printed["epochs"]) == 2
    assert 0.5 < printed.pop("suggested_minimum") <= 1.0
    assert printed == json.loads((course / METRICS).read_text("utf-8"))
    assert "epoch 2/2: training loss" in done.stderr
    assert "ccache" not in done.stderr
    assert (course / ".autograder/training/tiny/seed-2/tiny.safetensors").exists()
    again = run(course, images, "tiny")
    assert "minimum accuracy by the rule" in again.stdout
    assert "is finished (2 epochs)" in again.stderr
    assert json.loads((course / METRICS).read_text("utf-8")) == printed


LONG = ("tiny", "--seed", "1", "--epochs", "20")


def without_seconds(course: Path) -> list[dict[str, float]]:
    epochs = json.loads((course / METRICS).read_text("utf-8"))["epochs"]
    return [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in epochs]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, images: PalmFolders) -> list[dict[str, float]]:
    """The figures of a run that nothing interrupted."""
    course = make_course(tmp_path_factory.mktemp("whole"))
    assert run(course, images, *LONG).returncode == 0
    return without_seconds(course)


@pytest.mark.parametrize("how", [pytest.param(signal.SIGKILL, marks=pytest.mark.long), signal.SIGINT])
def test_an_interrupted_run_ends_with_the_same_figures(
    course: Path, images: PalmFolders, whole: list[dict[str, float]], how: signal.Signals
) -> None:
    process = subprocess.Popen(command(*LONG), cwd=course, env=environment(images), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "epoch 3/20" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(how)
    said = process.communicate()[1]
    assert process.returncode == (-9 if how == signal.SIGKILL else 130), said
    assert how == signal.SIGKILL or "goes on from the last checkpoint" in said
    resumed = run(course, images, *LONG)
    assert "Going on from the checkpoint" in resumed.stderr
    assert without_seconds(course) == whole


def test_generated_images_and_rehearsals_leave_no_figures_in_solutions(course: Path, tmp_path: Path) -> None:
    generate_palm(tmp_path / "drawn", training=20, validation=10)
    drawn = PalmFolders(tmp_path / "drawn" / "palm")
    done = run(course, None, "tiny", "--data", str(drawn.root.parent), "--epochs", "1", "--seed", "7")
    assert done.returncode == 0, done.stderr
    assert "written: .autograder/training/tiny/metrics.json" in done.stdout
    assert not (course / METRICS).exists()


def test_the_page_is_written_and_checked(course: Path) -> None:
    assert run(course, None, "--check").returncode == 1
    assert run(course, None, "--write-docs").returncode == 0
    assert "not run yet" in (course / "docs/results.md").read_text("utf-8")
    assert run(course, None, "--check").returncode == 0


def test_mistakes_are_one_line_with_advice(course: Path) -> None:
    assert run(course, None).returncode == 2
    assert run(course, None, "tiny", "--check").returncode == 2
    misspelt = run(course, None, "tinny")
    assert misspelt.returncode == 2
    assert misspelt.stderr == 'autograder: there is no chapter tinny; did you mean "tiny"?\n'
    text = (course / "source/tiny/chapter.yml").read_text("utf-8")
    (course / "source/tiny/chapter.yml").write_text(text.replace("training: {", "# {"), "utf-8")
    without = run(course, None, "tiny")
    assert without.returncode == 2
    assert "has no `training:`" in without.stderr
