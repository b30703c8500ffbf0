"""A result as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.classroom import submitted
from autograder.grading.render import Renderer
from autograder.store.result import Result, path_text

ROOT = Path(__file__).parents[2]
GBK = os.fsdecode("作业".encode("gbk"))


def test_a_path_that_is_no_utf_8_goes_into_json_and_utf_8() -> None:
    result = Result(path_text(Path("作业") / f"{GBK}.py"), None, "reader", "rejected", 0.0, 1.0)
    text = json.dumps(Renderer(lambda _: None).to_json(result, "en"), ensure_ascii=False).encode("utf-8")
    assert json.loads(text)["submission"] == "作业/\\xd7\\xf7ҵ.py"


def test_so_does_a_students_folder(tmp_path: Path) -> None:
    try:
        (tmp_path / "submitted" / GBK / "reader").mkdir(parents=True)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (found,) = submitted(tmp_path, load_course(ROOT))
    assert found.student == "\\xd7\\xf7ҵ"
    assert found.path.is_dir()
