"""A student's own id and seed in a notebook: asked once, never written over, the same as everybody computes it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.checkin.identity import IdentityError, remembered
from autograder.client.own import Own, own_id, own_seed, said_of_weights, whose
from autograder.course import CourseError
from autograder.course.drawn import seed_of
from autograder.submission.said_id import ids_said
from autograder.text import Language
from autograder.training.weights import run_note, write_weights

SALT = "00112233445566778899aabbccddeeff"
COURSE = """\
id: nets-2026
title: {zh: 网, en: Nets}
timezone: Asia/Shanghai
language: en
chapters:
  - {id: one, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "assignments" / "one").mkdir(parents=True)
    (tmp_path / "course.yml").write_text(f'{COURSE}salt: "{SALT}"\n', "utf-8")
    monkeypatch.chdir(tmp_path / "assignments" / "one")
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    monkeypatch.setenv("AUTOGRADER_STUDENT", "")
    return tmp_path


def test_an_id_is_said_once(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_id() is None
    assert "not known yet" in capsys.readouterr().out
    assert own_seed("one", 1) == 1
    assert "the common seed 1" in capsys.readouterr().out
    assert own_id(" s001 ") == "s001"
    assert remembered(root) == {"student": "s001"}
    monkeypatch.setenv("AUTOGRADER_STUDENT", "")  # another kernel
    assert own_id("") == "s001"
    assert capsys.readouterr().out == "You are s001.\nYou are s001.\n"
    assert own_seed("one", 1) == seed_of(SALT, "s001", "one")
    assert str(seed_of(SALT, "s001", "one")) in capsys.readouterr().out


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_printed_is_no_id_to_whoever_reads_the_notebook_later(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    own_id("", language)
    own_seed("one", 1, language)
    said = capsys.readouterr().out
    assert "own_id" in said
    output = {"output_type": "stream", "name": "stdout", "text": said}
    assert ids_said(json.dumps({"cells": [{"outputs": [output]}]}, ensure_ascii=False).encode()) == ()


def test_another_s_notebook_does_not_make_one_another_student(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_id("s001")
    monkeypatch.setenv("AUTOGRADER_STUDENT", "")
    assert own_id("s002") == "s001"
    assert "says s002, but s001 is stored here" in capsys.readouterr().out
    assert remembered(root) == {"student": "s001"}
    assert own_id("S-001") == "s001"
    assert "says" not in capsys.readouterr().out


@pytest.mark.usefixtures("root")
def test_whoever_is_another_is_sent_to_what_remembers_the_id(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_id("s001")
    own_id("s002")  # in the same kernel, whose variable the first cell has set
    assert "if you are s002, correct .autograder/me.yml and restart the kernel" in capsys.readouterr().out
    monkeypatch.setenv("AUTOGRADER_STUDENT", "s003")
    own_id("s002")
    assert "correct AUTOGRADER_STUDENT and restart the kernel" in capsys.readouterr().out


@pytest.mark.usefixtures("root")
def test_the_variable_wins_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    own_id("s001")
    monkeypatch.setenv("AUTOGRADER_STUDENT", "s002")
    assert own_id() == "s002"
    assert own_seed("one", 1) == seed_of(SALT, "s002", "one")


def test_on_a_machine_of_the_class_nothing_is_remembered(root: Path) -> None:
    (root / "gradebook.db").write_bytes(b"")
    assert own_id("s001") == "s001"
    assert own_seed("one", 1) == seed_of(SALT, "s001", "one")
    assert not (root / ".autograder").exists()


def test_a_course_without_salt_has_one_seed_for_all(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "course.yml").write_text(COURSE, "utf-8")
    own_id("s001")
    capsys.readouterr()
    assert own_seed("one", 2026) == 2026
    assert whose(root) is None
    assert capsys.readouterr().out == ""


def test_without_a_course_the_chapter_s_seed_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_STUDENT", "")
    monkeypatch.setenv("AUTOGRADER_LANG", "zh")
    assert own_id() is None
    assert "还不知道你的学号" in capsys.readouterr().out
    assert own_seed("one", 5) == 5


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("why", [ModuleNotFoundError("ruamel"), CourseError([])])
def test_a_course_that_cannot_be_read_here_stops_no_training(why: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise why

    monkeypatch.setattr("autograder.client.own.load_course", refuse)
    assert own_seed("one", 7) == 7


@pytest.mark.usefixtures("root")
def test_what_is_no_id_is_refused() -> None:
    with pytest.raises(IdentityError, match="not a student id"):
        own_id("../s001")


def test_the_seed_of_a_weights_file_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "one.safetensors"
    own = Own("s001", SALT)
    assert said_of_weights(own, "one", path, "en") is None
    for seed, said in ((own.seed("one"), "✓ one.safetensors"), (1, "! one.safetensors")):
        write_weights(path, {"w": np.zeros(1, np.float32)}, half=False, note=run_note(seed, "real", "ab"))
        assert str(said_of_weights(own, "one", path, "en")).startswith(said)
        assert said_of_weights(None, "one", path, "en") is None
    assert f"your seed (s001) is {own.seed('one')}" in str(said_of_weights(own, "one", path, "en"))
    assert f"你（s001）的种子是 {own.seed('one')}" in str(said_of_weights(own, "one", path, "zh"))
    write_weights(path, {"w": np.zeros(1, np.float32)}, half=False, note={})
    assert said_of_weights(own, "one", path, "en") is None
