"""`autograder train` as it is typed: interrupted, killed, on real and on generated images.

Where the process is what a test is about, one is started; otherwise the command runs in this one, which has Paddle.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.training.reference import train_references
from tests.cli.class_folder import Outcome, Verbs
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


class Trainer(Verbs):
    """A course in which `autograder train` is typed."""

    def train(self, data: PalmFolders | None, *words: str) -> Outcome:
        for name in [name for name in os.environ if name.startswith("AUTOGRADER_")]:
            self._monkeypatch.delenv(name)
        if data:
            self._monkeypatch.setenv("AUTOGRADER_DATA", str(data.root.parent))
        return self("train", *words)


@pytest.fixture
def typed(course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Trainer:
    return Trainer(course, monkeypatch, capsys)


def started(course: Path, data: PalmFolders, *words: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUTOGRADER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "train", *words],
        cwd=course,
        env={**kept, "AUTOGRADER_DATA": str(data.root.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_all_seeds_are_trained_and_written_down(course: Path, images: PalmFolders, typed: Trainer) -> None:
    done = started(course, images, "tiny", "--json")
    printed_by_it, told = done.communicate()
    assert done.returncode == 0, told
    printed = json.loads(printed_by_it)
    assert [entry["seed"] for entry in printed["runs"]] == [1, 2]
    assert len(printed["epochs"]) == 2
    assert 0.5 < printed.pop("suggested_minimum") <= 1.0
    assert printed == json.loads((course / METRICS).read_text("utf-8"))
    assert "epoch 2/2: training loss" in told
    assert "ccache" not in told
    assert (course / ".autograder/training/tiny/seed-2/tiny.safetensors").exists()
    again = typed.train(images, "tiny")
    assert "minimum accuracy by the rule" in again.out
    assert "was finished earlier (2 epochs)" in again.err
    assert json.loads((course / METRICS).read_text("utf-8")) == printed


LONG = ("tiny", "--seed", "1", "--epochs", "20")


def without_seconds(course: Path) -> list[dict[str, float]]:
    epochs = json.loads((course / METRICS).read_text("utf-8"))["epochs"]
    return [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in epochs]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, images: PalmFolders) -> list[dict[str, float]]:
    """The figures of a run that nothing interrupted."""
    course = make_course(tmp_path_factory.mktemp("whole"))
    train_references(course, "tiny", [1], 20, images.root.parent, io.StringIO(), "en")
    return without_seconds(course)


@pytest.mark.parametrize("how", [pytest.param(signal.SIGKILL, marks=pytest.mark.long), signal.SIGINT])
def test_an_interrupted_run_ends_with_the_same_figures(
    course: Path, images: PalmFolders, whole: list[dict[str, float]], typed: Trainer, how: signal.Signals
) -> None:
    process = started(course, images, *LONG)
    assert process.stderr is not None
    while "epoch 3/20" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(how)
    said = process.communicate()[1]
    assert process.returncode == (-9 if how == signal.SIGKILL else 130), said
    assert how == signal.SIGKILL or "goes on from the last checkpoint" in said
    resumed = typed.train(images, *LONG)
    assert "Continuing from the checkpoint" in resumed.err
    assert without_seconds(course) == whole


def test_generated_images_and_rehearsals_leave_no_figures_in_solutions(
    course: Path, tmp_path: Path, typed: Trainer
) -> None:
    drawn = generate_palm(tmp_path / "drawn", training=20, validation=10)
    done = typed.train(None, "tiny", "--data", str(drawn.root.parent), "--epochs", "1", "--seed", "7")
    assert done.code == 0, done.err
    assert "written: .autograder/training/tiny/metrics.json" in done.out
    assert not (course / METRICS).exists()


def test_the_page_is_written_and_checked(course: Path, typed: Trainer) -> None:
    assert typed.train(None, "--check").code == 1
    assert typed.train(None, "--write-docs").code == 0
    assert "not run yet" in (course / "docs/results.md").read_text("utf-8")
    assert typed.train(None, "--check").code == 0


def test_mistakes_are_one_line_with_advice(course: Path, typed: Trainer) -> None:
    assert typed.train(None).code == 2
    assert typed.train(None, "tiny", "--check").code == 2
    misspelt = typed.train(None, "tinny")
    assert misspelt.code == 2
    assert misspelt.err == 'autograder: there is no chapter tinny; did you mean "tiny"?\n'
    text = (course / "source/tiny/chapter.yml").read_text("utf-8")
    (course / "source/tiny/chapter.yml").write_text(text.replace("training: {", "# {"), "utf-8")
    without = typed.train(None, "tiny")
    assert without.code == 2
    assert "has no `training:`" in without.err
