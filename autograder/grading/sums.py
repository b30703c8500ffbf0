"""What the checks of a task come to: points seen here, and points that are checked once the class is graded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.checks.suite import CheckSuite
from autograder.store.result import Finding
from autograder.text import Language, Text

HERE = Text(zh="{got:g} / {here:g} 分", en="{got:g} of {here:g} points")
HERE_AND_LATER = Text(
    zh="此处 {got:g} / {here:g} 分，另有 {later:g} 分交上去以后才检查",
    en="{got:g} of {here:g} points here, {later:g} more after handing in",
)
LATER = Text(zh="{later:g} 分交上去以后才检查", en="{later:g} points after handing in")
ALL = Text(zh="合计：{said}", en="In all: {said}")


@dataclass(frozen=True)
class Sums:
    """The points of a task: got of `here`, `later` once the class is graded.

    Attributes:
        failed: Whether a check did not pass.
    """

    task: str
    title: Text
    got: float
    here: float
    later: float
    failed: bool

    @property
    def complete(self) -> bool:
        """True where all that is asked here has full points."""
        return not self.failed and self.here > 0 and self.got >= self.here

    @property
    def said(self) -> Text:
        """The points in words."""
        form = HERE if not self.later else HERE_AND_LATER if self.here else LATER
        return form.format(got=self.got, here=self.here, later=self.later)


def sums_of(findings: Sequence[Finding], suite: CheckSuite | None, *, graded: bool = False) -> Iterator[Sums]:
    """Yield the points of each task that findings are about, in their order.

    Args:
        graded: The class's findings; of a student's own, what was skipped and what is hidden is checked later.
    """
    for task_id in dict.fromkeys(finding.task for finding in findings):
        mine = [finding for finding in findings if finding.task == task_id]
        asked = [finding for finding in mine if graded or finding.status != "skipped"]
        here = math.fsum(finding.max_points for finding in asked)
        task = suite.chapter.task(task_id) if suite else None
        points = task.points if task else math.fsum(finding.max_points for finding in mine)
        title = task.title if task else Text(zh=task_id, en=task_id)
        got = math.fsum(finding.points for finding in asked)
        later = 0.0 if graded else points - here
        yield Sums(task_id, title, got, here, later, any(finding.failed for finding in mine))


def total_line(findings: Sequence[Finding], suite: CheckSuite, language: Language) -> str:
    """Return the points of all findings in one line."""
    each = list(sums_of(findings, suite))
    got, here, later = (math.fsum(getattr(one, name) for one in each) for name in ("got", "here", "later"))
    whole = Sums("", Text("", ""), got, here, later, failed=False)
    return ALL.format(said=whole.said).to(language)
