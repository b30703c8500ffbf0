"""A plugin for pytest: in the folder of a chapter each public check is an item with its message, for those who work in an editor.

`pytest assignments/lenet` asks the checks of `assignments/lenet/lenet.ipynb`, or of a `lenet.py` there. Nothing is collected
elsewhere, and Paddle is started when the first check runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import pytest

if TYPE_CHECKING:
    from autograder.checks.suite import CheckSuite
    from autograder.store.result import Finding

KIT, SUFFIXES = "checks.json", (".ipynb", ".py")


class CheckFailed(Exception):
    """A check that did not pass; its text is what a student reads."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Optional[pytest.File]:
    """Return what is collected for the answer of a chapter: a file with the chapter's name beside the checks."""
    named = file_path.suffix in SUFFIXES and file_path.stem == file_path.parent.name
    return Answer.from_parent(parent, path=file_path) if named and (file_path.parent / KIT).is_file() else None


class Answer(pytest.File):
    """The answer to a chapter. Its checks are asked together, once the first of them runs."""

    _kit: Optional[CheckSuite] = None
    _findings: Optional[dict[str, Finding]] = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each public check."""
        for task, entry in self.suite.chapter.checks():
            if task.full_id(entry) in self.suite.checks:
                yield CheckItem.from_parent(self, name=task.full_id(entry))

    @property
    def suite(self) -> CheckSuite:
        """The students' kit beside the answer."""
        if self._kit is None:
            from autograder.checks.suite import read_kit
            from autograder.client.own import own_kit, whose_beside

            self._kit = own_kit(read_kit(self.path.parent / KIT).public(), whose_beside(self.path))
        return self._kit

    def finding(self, name: str) -> Finding:
        """Return what a check found."""
        if self._findings is None:
            self._findings = {one.check: one for one in self._checked()}
        return self._findings[name]

    def _checked(self) -> list[Finding]:
        from autograder.grading.grade import grade, understood
        from autograder.grading.noted import with_noted_accuracy
        from autograder.sandbox.own import box_for_own_code
        from autograder.submission import Rejected, take
        from autograder.submission.files import Place
        from autograder.untrusted.limited import TIME_ALONE

        try:
            raw = take(Place.of(self.path), self.suite.chapter.id, limits=TIME_ALONE)
            answer = understood(self.suite, raw, limits=TIME_ALONE)
        except Rejected as rejection:
            raise CheckFailed(rejection.reason.to(self.suite.language)) from None
        found = grade(self.suite, raw, box_for_own_code(self.suite.chapter.framework), answer=answer).findings
        return with_noted_accuracy(found, self.suite, self.path.with_name(f"{self.suite.chapter.id}.safetensors"))


class CheckItem(pytest.Item):
    """One check."""

    parent: Answer

    def runtest(self) -> None:
        """Ask the check; raises `CheckFailed` with its message and hint."""
        from autograder.grading.render import render

        finding = self.parent.finding(self.name)
        message, hint = render(finding, self.parent.suite.language, self.parent.suite)
        if finding.status == "skipped":
            pytest.skip(message)
        if finding.failed:
            raise CheckFailed("\n".join(filter(None, (message, hint and f"→ {hint}"))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the message of a check without lines of ours."""
        return str(excinfo.value) if isinstance(excinfo.value, CheckFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, Optional[int], str]:
        """Return where an editor shows the item."""
        return self.path, None, self.name
