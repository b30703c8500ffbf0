"""What a hand-in and a result are called, and what changes that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder import identity
from autograder.checks.suite import read_kit
from autograder.identity import folder_digest, hashed, judged_by, result_key
from autograder.submission import RawSubmission
from autograder.text import Text

ROOT = Path(__file__).parents[1]
RAW = RawSubmission(Path(), "script", "lenet.py", b"x = 1", b"w", "lenet.pdparams")


def test_the_same_answer_has_the_same_digest_however_it_is_called() -> None:
    assert replace(RAW, name="other.py", weights_name="other.safetensors").digest == RAW.digest
    assert replace(RAW, content=b"x = 1w", weights=None).digest != RAW.digest
    assert replace(RAW, content=b"x = 2").digest != RAW.digest
    assert replace(RAW, weights=b"v").digest != RAW.digest


def test_the_digest_is_that_of_results_from_before_it_stood_in_one_place() -> None:
    """As rows of classes in mid-course have it: another one would make every hand-in a new attempt."""
    assert RAW.digest == "sha256:cd9258a83826e36c0813caaab2b2d949831456844eb8637ae613462f83d7fe01"


def test_the_key_holds_all_that_a_result_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(raw: RawSubmission = RAW, suite: str = "k", data: str = "d", box: str = "b") -> str:
        return result_key(raw.identity, judged_by(suite, data, box))

    keys = [
        key(),
        key(replace(RAW, content=b"x = 2")),
        key(replace(RAW, weights=b"v")),
        key(replace(RAW, weights_name="lenet.safetensors")),
        key(replace(RAW, name="lenet (1).py")),
        key(replace(RAW, weights_refused=Text(zh="大", en="large"))),
        key(suite="other"),
        key(data="other"),
        key(box="other"),
    ]
    monkeypatch.setattr(identity, "ENGINE_VERSION", identity.ENGINE_VERSION + 1)
    keys.append(key())
    monkeypatch.undo()
    monkeypatch.setattr(identity, "paddle_version", lambda: "9.9")
    keys.append(key())
    assert len(set(keys)) == len(keys)
    monkeypatch.undo()
    assert key() == keys[0]


def test_texts_and_what_a_recording_was_made_from_are_no_part_of_a_kits_digest() -> None:
    suite = read_kit(ROOT / "solutions" / "lenet" / "hidden.json")
    task = suite.chapter.tasks[0]
    other = Text(zh="又", en="other")
    entry = task.checks[0].model_copy(update={"hint": other})
    chapter = suite.chapter.model_copy(
        update={
            "tasks": (
                task.model_copy(update={"title": other, "hint": other, "checks": (entry, *task.checks[1:])}),
                *suite.chapter.tasks[1:],
            )
        }
    )
    assert (
        replace(suite, chapter=chapter, made_from="elsewhere", language="en", sources={"checks": "x"}).digest
        == suite.digest
    )
    causes = tuple(replace(mistake, cause=other) for mistake in suite.mistakes)
    assert replace(suite, mistakes=causes).digest == suite.digest
    assert replace(suite, mistakes=suite.mistakes[1:]).digest != suite.digest
    points = task.model_copy(update={"points": task.points + 1})
    assert (
        replace(suite, chapter=suite.chapter.model_copy(update={"tasks": (points, *suite.chapter.tasks[1:])})).digest
        != suite.digest
    )
    assert replace(suite, checks=dict(list(suite.checks.items())[1:])).digest != suite.digest


def test_the_digest_of_data_changes_with_its_files_and_tables(tmp_path: Path) -> None:
    assert folder_digest(tmp_path / "nowhere") == folder_digest(tmp_path) == "none"
    (tmp_path / "labels.csv").write_text("a,1\n")
    (tmp_path / "a.jpg").write_bytes(b"abc")
    first = folder_digest(tmp_path)
    (tmp_path / "labels.csv").write_text("a,0\n")
    second = folder_digest(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"abcd")
    assert len({first, second, folder_digest(tmp_path)}) == 3


def test_values_are_told_from_each_other() -> None:
    assert hashed(["a", "b"]) != hashed(["ab"]) != hashed([["a"], "b"])
