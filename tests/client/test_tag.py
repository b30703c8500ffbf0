"""The tag of a student's folder: drawn once, left in what a notebook shows, read from what was handed in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from autograder.client.tag import KEY, tag_of_folder, tags_in, tags_in_file

ROOT = Path(__file__).parents[2]
OPENS = "from autograder import open_chapter\ncheck = open_chapter('lenet')"


def student_folder(root: Path) -> Path:
    folder = root / "assignments" / "lenet"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "course.yml", root)
    shutil.copy(ROOT / "assignments/lenet/checks.json", folder)
    return folder


def test_a_folder_has_one_tag(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    tag = tag_of_folder(tmp_path / "a")
    assert tag is not None
    assert tag_of_folder(tmp_path / "a") == tag != tag_of_folder(tmp_path / "b")


@pytest.mark.parametrize("content", ["", "too short", "g" * 32, "名" * 32])
def test_a_tag_that_was_damaged_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / ".autograder").mkdir()
    (tmp_path / ".autograder" / "tag").write_text(content, "utf-8")
    assert tag_of_folder(tmp_path) is None


def test_a_machine_of_the_class_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_bytes(b"")
    assert tag_of_folder(tmp_path) is None
    assert not (tmp_path / ".autograder").exists()


@pytest.mark.slow
def test_a_notebook_that_is_run_has_the_tag_in_its_output_and_a_copy_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    folder = student_folder(tmp_path / "one")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OPENS)])
    NotebookClient(notebook, kernel_name="python3", timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.data == {"text/plain": "LeNet reads handwritten digits: the checks are ready."}
    nbformat.validate(notebook)
    written = nbformat.writes(notebook).encode()
    assert tags_in_file(written) == {tag_of_folder(tmp_path / "one")}
    student_folder(tmp_path / "other")
    assert tags_in_file(written) != {tag_of_folder(tmp_path / "other")}


@pytest.mark.parametrize(
    "notebook",
    [
        None,
        [],
        {"cells": 1},
        {"cells": [1, {"outputs": 1}, {"outputs": [1, {"metadata": 1}, {"metadata": {KEY: 1}}]}]},
        {"cells": [{"outputs": [{"metadata": {KEY: "<script>"}}]}]},
    ],
)
def test_what_is_no_tag_is_none(notebook: Any) -> None:
    assert tags_in(notebook) == frozenset()


@given(st.binary())
def test_nothing_ends_the_reader(content: bytes) -> None:
    assert tags_in_file(content) == frozenset()
    assert tags_in_file(b"[" * 100_000 + content) == frozenset()


def test_all_tags_are_found() -> None:
    outputs = [{"metadata": {KEY: letter * 32}} for letter in "ab"]
    assert tags_in_file(json.dumps({"cells": [{"outputs": outputs}, {}]}).encode()) == {"a" * 32, "b" * 32}
