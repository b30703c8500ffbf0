"""Folders of a student and of a class."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.store.results import ResultStore
from tests.results import result

from .class_folder import DAY, Folder, Outcome, Run, Verbs, now


@pytest.fixture
def run_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a command in a folder, with variables of the environment as keywords."""

    def given(place: Path, *words: str, **environment: str) -> Outcome:
        verbs = Verbs(place, monkeypatch, capsys)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return verbs(*words)

    return given


@pytest.fixture
def student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Folder:
    """A student's machine: a course folder without a class's database."""
    root = tmp_path / "student"
    root.mkdir()
    return Folder(root, monkeypatch, capsys)


@pytest.fixture(scope="session")
def class_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder of the first class is kept for the tests after it, around that moment."""
    return tmp_path_factory.mktemp("classes") / "of three"


@pytest.fixture
def classroom(
    tmp_path: Path, class_to_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Folder:
    """A class of three, with one result."""
    root = tmp_path / "class"
    if class_to_copy.exists():
        shutil.copytree(class_to_copy, root)
        return Folder(root, monkeypatch, capsys)
    root.mkdir()
    store = ResultStore(f"sqlite:///{root / 'gradebook.db'}")
    graded = result(student="s001", chapter="c1", score=80.0, key="sha256:k1")
    store.add("s001", "c1", "sha256:k1", graded, received_at=now() - 3 * DAY)
    store.close()
    folder = Folder(root, monkeypatch, capsys)
    (root / "list.csv").write_bytes(
        "学号,姓名,邮箱,班级\ns001,张三,s001@x.org,1班\ns002,李四,s002@x.org,2班\ns003,=王五,,2班\n".encode("gbk")
    )
    assert folder("import-roster", "list.csv", "--yes").code == 0
    shutil.copytree(root, class_to_copy)
    return folder
