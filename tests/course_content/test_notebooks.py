"""Every filled notebook runs from top to bottom in real Jupyter, in both languages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.course import load_course
from autograder.sandbox.box import Box
from autograder.text import LANGUAGES, Language

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", [entry.id for entry in load_course(ROOT).chapters])
def test_a_filled_notebook_runs_from_top_to_bottom(tmp_path: Path, chapter: str, language: Language) -> None:
    for folder in ("source", "assignments", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "course.yml", tmp_path)
    build_chapter(tmp_path, chapter, language, Box("none"))
    folder = tmp_path / "solutions" / chapter
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "ran.ipynb"]
    environment = {**os.environ, "AUTOGRADER_QUICK": "1"}
    done = subprocess.run(
        [*command, f"{chapter}.ipynb"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    outputs = [
        o for cell in json.loads((folder / "ran.ipynb").read_text("utf-8"))["cells"] for o in cell.get("outputs", ())
    ]
    printed = "".join("".join(o["text"]) for o in outputs if o.get("name") == "stdout")
    assert "✓" in printed
    assert "✗" not in printed
    assert not [o for o in outputs if o.get("name") == "stderr"]
