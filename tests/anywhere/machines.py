"""Run the student's half as it runs on another machine: without what Windows lacks, without packages, on a poor console."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYDANTIC = ("pydantic", "pydantic_core")
# What the student's half never imports either; Typer's newest versions bring pydantic for themselves.
NOT_A_STUDENTS = (
    "sqlalchemy",
    "alembic",
    "icalendar",
    "confusable_homoglyphs",
    "ruamel",
    "cv2",
    "nbgrader",
    "nbformat",
    "jupytext",
    "openpyxl",
    "matplotlib",
)


def environment(*, windows: bool = True, lacking: tuple[str, ...] = (), **more: str) -> dict[str, str]:
    """Return the variables of such a machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOGRADER_", "PYTHON"))}
    taken = {"AS_ON_WINDOWS": "1"} if windows else {}
    return {**kept, **taken, "PYTHONPATH": str(HERE), "LACKING": ",".join(lacking), **more}


def run(
    place: Path, *words: str, python: str = sys.executable, code: str = "", **options: object
) -> subprocess.CompletedProcess[bytes]:
    """Run `autograder WORDS`, or `code`, in a folder; options: see `environment`."""
    command = ["-c", code] if code else ["-m", "autograder", *words]
    return subprocess.run(
        [python, *command],
        cwd=place,
        capture_output=True,
        check=False,
        timeout=300,
        env=environment(**options),  # type: ignore[arg-type]
    )


def around_now(course: dict[str, Any]) -> None:
    """Move the check-in weeks of a read `course.yml`: the second has been open for three days, whatever the date is."""
    now = datetime.now(timezone.utc)
    for week, entry in enumerate(course["checkins"]):
        opens = now + timedelta(days=7 * week - 10)
        entry |= {"opens": opens.isoformat(), "due": (opens + timedelta(days=7, seconds=-1)).isoformat()}
