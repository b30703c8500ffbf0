"""`autograder facts`: tables, JSON, and the pages in docs/."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .class_folder import Run
from .test_student import ROOT


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "course.yml", tmp_path)
    for chapter in ("lenet", "resnet"):
        folder = tmp_path / "source" / chapter
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "source" / chapter / "architecture.py", folder)
    return tmp_path


def test_a_chapter_is_shown_layer_by_layer(course: Path, run_in: Run) -> None:
    done = run_in(course, "facts", "lenet", "--lang", "en")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[1] == "LeNet  LeNet (MNIST, 10 classes)"
    assert [line.split("  ")[0] for line in lines[3:5]] == ["input", "convolution 6, sigmoid"]
    assert lines[-1].split() == ["total", "41,806", "279,040"]
    assert "合计" in run_in(course, "facts", "lenet", AUTOGRADER_LANG="zh").out


def test_blocks_open_on_demand(course: Path, run_in: Run) -> None:
    short, long = (run_in(course, "facts", "resnet", *more).out.splitlines() for more in ((), ("--layers",)))
    assert len(short) < 80 < 300 < len(long)


def test_without_a_chapter_all_networks_are_compared(course: Path, run_in: Run) -> None:
    done = run_in(course, "facts", "--lang", "en")
    assert [line.split("  ")[0] for line in done.out.splitlines()[1:]] == [
        "LeNet (MNIST, 10 classes)",
        "ResNet-50",
        "ResNet-101",
        "ResNet-152",
    ]


def test_json_is_parsed_back(course: Path, run_in: Run) -> None:
    (lenet,) = json.loads(run_in(course, "facts", "lenet", "--json").out)
    assert (lenet["network"], lenet["parameters"], len(lenet["layers"])) == ("LeNet", 41_806, 9)
    every = json.loads(run_in(course, "facts", "--json").out)
    assert every[-1]["receptive_field"] == 1_451


def test_the_pages_are_written_and_compared(course: Path, run_in: Run) -> None:
    assert run_in(course, "facts", "--check").code == 1
    assert run_in(course, "facts", "--write-docs").code == 0
    assert run_in(course, "facts", "--check").code == 0
    page = course / "docs" / "networks.md"
    page.write_text(page.read_text("utf-8").replace("41,806", "41,807"), "utf-8")
    done = run_in(course, "facts", "--check", "--lang", "en")
    assert (done.code, done.out) == (1, "differs: docs/networks.md\n")
    assert run_in(course, "facts", "--check").out == "不一致：docs/networks.md\n"  # in the language of the course


def test_an_unknown_chapter_gets_the_nearest(course: Path, run_in: Run) -> None:
    assert '没有声明网络；是不是 "resnet"?' in run_in(course, "facts", "resnett").err
    done = run_in(course, "facts", "resnett", "--lang", "en")
    assert done.code == 2
    assert 'did you mean "resnet"?' in done.err


def test_a_folder_without_sources_is_said_so(tmp_path: Path, run_in: Run) -> None:
    shutil.copy(ROOT / "course.yml", tmp_path)
    done = run_in(tmp_path, "facts")
    assert done.code == 2
    assert "architecture.py" in done.err


def test_the_command_line_loads_no_facts_before_they_are_asked_for() -> None:
    code = (
        "import sys, autograder.cli.verbs; sys.exit(any(name.startswith('autograder.facts') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
