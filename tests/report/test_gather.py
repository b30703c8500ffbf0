"""What the pages say is what the database says."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.report.gather import ClassReport
from autograder.report.trouble import TroubleCount
from autograder.text import Text

from .classes import HINT, class_report, finding


@pytest.fixture
def report(tmp_path: Path) -> ClassReport:
    return class_report(tmp_path)


def test_a_student_is_shown_by_the_attempt_that_counts(report: ClassReport) -> None:
    first = next(one for one in report.students if one.summary.student.id == "s001").chapters[0]
    assert first.points.choice is not None
    assert first.points.choice.chosen is not None
    assert first.points.choice.chosen.attempt.number == 2
    assert [one.finding.check for one in first.findings] == ["read.values", "read.sizes", "fit.accuracy"]
    assert [one.finding.check for one in first.troubles] == ["read.sizes"]
    assert first.accuracy == 0.9123


def test_who_left_the_class_is_not_there(report: ClassReport) -> None:
    assert [one.summary.student.id for one in report.students] == ["S002", "s001", "s002", "s004", "王五&<b>"]


def test_the_checks_that_fail_most_come_first_with_the_hint_that_helped(report: ClassReport) -> None:
    sizes, values = report.troubles
    assert (values.check, values.tried, values.failed, values.now) == ("read.values", 3, 2, 2)
    assert (values.hint, values.saw, values.helped) == (HINT, 2, 1)
    assert (sizes.check, sizes.hidden, sizes.tried, sizes.failed, sizes.now) == ("read.sizes", True, 3, 2, 2)
    assert (sizes.hint, sizes.helped) == (Text(zh="注意大小。", en="Mind the size."), 0)


def test_a_hint_helps_who_passes_after_it_not_before() -> None:
    counts = TroubleCount()
    x, y, nothing = (Text(zh=said, en=said) for said in ("x", "y", ""))
    right, wrong = (finding("a.b", "pass", 5.0), nothing), finding("a.b", "fail", 0.0)
    counts.add("s1", {("c1", 1): [right], ("c1", 2): [(wrong, x)]})
    counts.add("s2", {("c1", 1): [(wrong, y)], ("c1", 2): [right]})
    counts.add("s3", {("c1", 1): [(finding("a.b", "skipped", 0.0), nothing)]})
    (found,) = counts.most_frequent()
    assert (found.tried, found.failed, found.now) == (2, 2, 1)
    assert found.hint is not None
    assert (found.hint.en, found.saw, found.helped) == ("y", 1, 1)
