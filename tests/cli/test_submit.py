"""Handing in: what is told beforehand, the receipt, and the one file for a class without a shared folder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from .class_folder import Run
from .test_student import ROOT

Submit = Callable[..., str]

WORK = "class LeNet:\n    pass\n\n\ndef train_one_epoch(model, loader, optimizer):\n    pass\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for chapter in ("lenet", "reader"):
        shutil.copytree(ROOT / "assignments" / chapter, tmp_path / "assignments" / chapter)
    shutil.copy(ROOT / "course.yml", tmp_path)
    return tmp_path


def course_with(home: Path, old: str, new: str) -> None:
    path = home / "course.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def run(home: Path, run_in: Run) -> Run:
    """Give a command in the student's folder."""
    return partial(run_in, home)


@pytest.fixture
def submit(run: Run) -> Submit:
    """Hand in as s001 and return what is said."""

    def said(*words: str) -> str:
        done = run("submit", *words, "--student", "s001", "--lang", "en")
        assert done.code == 0, done.out + done.err
        return done.out

    return said


def test_an_answer_to_another_chapter_is_not_handed_in(home: Path, run: Run, submit: Submit) -> None:
    shutil.copy(ROOT / "solutions/reader/reader.py", home / "mine.py")
    done = run("submit", "lenet", "mine.py", "--student", "s001", "--lang", "en")
    assert done.code == 1
    assert "this is reader, not lenet" in done.out
    assert "--yes" in done.err
    assert not (home / "submitted").exists()
    assert "这是 reader 的答案" in run("submit", "lenet", "mine.py", "--student", "s001").out
    submit("lenet", "mine.py", "--yes")
    assert (home / "submitted/s001/lenet/lenet.py").is_file()


def test_what_is_not_written_and_weights_that_are_missing_are_told(home: Path, submit: Submit) -> None:
    said = submit("lenet")
    assert "nothing is written into the skeleton" in said
    assert "no weights file (lenet.safetensors should be beside the answer): 10 points" in said
    notebook = json.loads((home / "assignments/lenet/lenet.ipynb").read_text("utf-8"))
    cell = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "network")
    cell["source"] = WORK
    (home / "assignments/lenet/lenet.ipynb").write_text(json.dumps(notebook), "utf-8")
    weights = home / "assignments/lenet/lenet.safetensors"
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    weights.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    said = submit("lenet")
    assert "not written yet: train_one_epoch, evaluate, why_flatten" in said
    assert "weights file" not in said
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "! The weights file lenet.safetensors is damaged or incomplete" in submit("lenet", "--yes")


@pytest.mark.parametrize(
    ("due", "said"),
    [("2020-10-11T23:59:59+08:00", "50 % are taken off"), ("2099-10-11T23:59:59+08:00", "")],
)
def test_late_is_told_with_what_it_costs(home: Path, due: str, said: str, submit: Submit) -> None:
    course_with(home, "due: 2026-10-11T23:59:59+08:00, weight", f"due: {due}, weight")
    course_with(home, "opens: 2026-09-21T00:00:00+08:00, due: 20", "opens: 2019-09-21T00:00:00+08:00, due: 20")
    (home / "mine.py").write_text(WORK, "utf-8")
    found = submit("lenet", "mine.py")
    assert ("late by" in found) == bool(said)
    assert said in found


@pytest.mark.parametrize(("attempt", "said"), [("best", "the one with more points"), ("last", "better or not")])
def test_what_becomes_of_an_earlier_attempt_is_told(home: Path, attempt: str, said: str, submit: Submit) -> None:
    course_with(home, "attempt: best", f"attempt: {attempt}")
    (home / "mine.py").write_text(WORK, "utf-8")
    assert "you handed in at" not in submit("lenet", "mine.py")
    (home / "mine.py").write_text(WORK + "\n", "utf-8")
    assert said in submit("lenet", "mine.py")


def test_a_folder_that_is_not_there_is_refused_and_not_remembered(home: Path, run: Run, submit: Submit) -> None:
    (home / "mine.py").write_text(WORK, "utf-8")
    done = run("submit", "lenet", "mine.py", "--student", "s001", "--to", str(home / "nowhere"))
    assert done.code == 2
    assert "没有文件夹" in done.err
    assert not (home / "nowhere").exists()
    assert not (home / ".autograder").exists()
    (home / "class").mkdir()
    assert "send this one file" not in submit("lenet", "mine.py", "--to", str(home / "class"))
    shutil.rmtree(home / "class")
    done = run("submit", "lenet", "mine.py", "--student", "s001", "--lang", "en")  # as a share that is not mounted
    assert done.code == 2
    assert "there is no folder" in done.err


def test_a_receipt_names_every_file_and_status_shows_it(home: Path, run: Run, submit: Submit) -> None:
    (home / "mine.py").write_text(WORK, "utf-8")
    (home / "mine.safetensors").write_bytes(b"weights")
    said = submit("lenet", "mine.py")
    (path,) = (home / ".autograder/receipts").iterdir()
    receipt = json.loads(path.read_text("utf-8"))
    digests = {"lenet.py": hashlib.sha256(WORK.encode()).hexdigest()}
    digests["lenet.safetensors"] = hashlib.sha256(b"weights").hexdigest()
    assert (receipt["student"], receipt["chapter"], receipt["files"]) == ("s001", "lenet", digests)
    assert datetime.fromisoformat(receipt["at"]).utcoffset() is not None
    assert all(digest in said for digest in digests.values())
    shown = run("status", "--lang", "en").out
    assert "not graded yet" in next(line for line in shown.splitlines() if line.startswith("  lenet "))
    returned = home / "feedback" / "s001" / "checkins.json"
    returned.parent.mkdir(parents=True)
    for year, said in ((2020, "not graded yet"), (2099, "and graded: autograder results")):
        returned.write_text(f'{{"student": "s001", "graded": {{"lenet": "{year}-01-01T00:00:00Z"}}}}', "utf-8")
        shown = run("status", "--lang", "en").out
        assert said in next(line for line in shown.splitlines() if line.startswith("  lenet "))
    assert json.loads(run("status", "--json").out)["receipts"] == [receipt]
    submit("lenet", "mine.py")  # the same answer keeps its time
    assert [one.name for one in (home / ".autograder/receipts").iterdir()] == [path.name]


def test_one_file_holds_everything_for_a_class_without_a_shared_folder(home: Path, run: Run, submit: Submit) -> None:
    (home / "mine.py").write_text(WORK, "utf-8")
    (home / "mine.safetensors").write_bytes(b"weights")
    run("checkin", "-m", "I read about convolutions and wrote the network", "--student", "s001")
    said = submit("lenet", "mine.py")
    (made,) = home.glob("s001_lenet_*.zip")
    assert re.search(rf"send this one file .*: {re.escape(str(made))}$", said, re.MULTILINE), "with the folder it is in"
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.keys() == {"lenet.py", "lenet.safetensors", "receipt.json", "checkins.json"}
    assert files["lenet.py"] == WORK.encode()
    assert json.loads(files["receipt.json"])["files"]["lenet.safetensors"] == hashlib.sha256(b"weights").hexdigest()
