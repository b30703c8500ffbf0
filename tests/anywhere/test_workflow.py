"""The CI workflow for students' machines: which it tries, and that it runs what is there."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
JOBS = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "students.yml")["jobs"]


def test_it_tries_every_system_with_every_python_of_a_student() -> None:
    matrix = JOBS["path"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"windows", "macos", "ubuntu"}
    assert {"3.9", "3.13"} <= set(matrix["python"])
    assert [one for one in matrix["include"] if one.get("encoding") == "gbk"]
    for one in (*matrix["exclude"], *matrix["include"]):
        assert one["os"] in matrix["os"]
        assert one["python"] in matrix["python"]


def test_what_it_runs_is_there() -> None:
    told = "\n".join(step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step)
    files = re.findall(r"[\w/]+\.py\b", told)
    assert "tests/anywhere/path.py" in files
    assert all((ROOT / name).is_file() or name == "start.py" for name in files)
    for job in JOBS.values():
        assert job.get("needs", "bundle") == "bundle"


def test_no_python_is_too_new_to_be_told() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.search(r'(?m)^requires-python = ">=3\.9"$', text)
