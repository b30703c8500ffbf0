"""What a worker of a cluster does: describe itself, so that only one that gives the same results gets jobs, and work on a job."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from autograder.course import load_course
from autograder.grading.classroom import kit_of
from autograder.grading.images import data_digest
from autograder.grading.work import Outcome, Worker
from autograder.identity import ENGINE_VERSION
from autograder.sandbox.box import Backend, Box, BoxLimits, box_with_limits, limits_of
from autograder.sandbox.ready import VALUES
from autograder.store.database import Database
from autograder.text import Json

PACKAGES = ("palm-autograder", "paddlepaddle", "numpy", "opencv-python-headless")


@cache
def _box(backend: Backend, limits: BoxLimits) -> Box:
    """Return the box of this process, and its warmed process, for all courses with these limits."""
    return box_with_limits(limits, backend)


@cache
def _worker(root: Path, backend: Backend) -> Worker:
    course = load_course(root)
    VALUES.share()  # with the other workers of this machine, which Dask's nanny has started, too
    return Worker(root, box=_box(backend, limits_of(course)), course=course)


def work(root: Path, backend: Backend, job: int) -> dict[str, Json]:
    """Work on a job; return the fields of its `Outcome`."""
    try:
        return _worker(root, backend).work(job).to_json()
    except Exception as error:
        return Outcome("stop", message=f"a worker cannot work: {error}").to_json()


def describe_worker(root: Path, backend: Backend) -> dict[str, str]:
    """Return the `description` of this worker; only `failure` where it cannot work."""
    try:
        worker = _worker(root, backend)
        return description(root, worker.grader.box, worker.store.database)
    except Exception as error:
        return {"failure": f"{type(error).__name__}: {error}"}


def description(root: Path, box: Box, database: Database) -> dict[str, str]:
    """Return what a result depends on beside the submission, where this runs."""
    course = load_course(root)
    chapters = [entry.id for entry in course.chapters if (root / "solutions" / entry.id).is_dir()]
    return {
        "Python": python_version(),
        **{name: version(name) for name in PACKAGES},
        "box": box.name,
        "database": database.shown,
        "engine": str(ENGINE_VERSION),
        "data": " ".join(
            data_digest(root, str(course.data) if course.data else None, name, course.datasets) for name in course.sets
        ),
        **{f"kit of {name}": kit_of(root, name).digest[:12] for name in chapters},
    }


def difference(wanted: dict[str, str], found: dict[str, str]) -> str:
    """Return in words why a worker that gave the description `found` cannot stand in for `wanted`, empty where it can."""
    if "failure" in found:
        return found["failure"]
    names = [name for name in {**wanted, **found} if found.get(name) != wanted.get(name)]
    return "; ".join(f"its {name} is {found.get(name, 'missing')}, not {wanted.get(name, 'missing')}" for name in names)
