"""Jobs without a process: for tests of what a class's results are, not of the workers that make them."""

from __future__ import annotations

from typing import Any

from autograder.grading.work import Outcome, Worker


class Alone:
    """An engine that does each job when it is collected, in this process. before: done before each.

    course: what has `root`, a course folder, and its `grader`.
    """

    slots = 1

    def __init__(self, course: Any) -> None:
        self.worker = Worker(course.root, course.grader.box, course.grader.course)
        self.jobs: list[int] = []
        self.before = lambda: None

    def start(self, job: int) -> None:
        self.jobs.append(job)

    def finished(self, _: float) -> list[tuple[int, Outcome | None]]:
        self.before()
        jobs, self.jobs = self.jobs, []
        return [(job, self.worker.work(job)) for job in jobs]

    def close(self) -> None:
        self.worker.store.close()
