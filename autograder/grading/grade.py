"""Grade one submission: a pure function of kit, submission and box."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from autograder.checks.accuracy import ImageSets, WeightsFile
from autograder.checks.suite import CheckSuite
from autograder.course.drawn import drawn
from autograder.grading.answer import Answer, groups_of, understood
from autograder.grading.answer_cache import AnswerCache, Known, seen_by_checks
from autograder.grading.budget import Budget
from autograder.grading.examine import Examiner
from autograder.grading.explain import looked_up
from autograder.grading.numbers import numbers_flags
from autograder.identity import ENGINE_VERSION, judged_by, result_key
from autograder.store.result import Finding, Result, path_text
from autograder.submission import RawSubmission
from autograder.text import Message, Text, told

BORROWED = Message(
    "grade.borrowed",
    zh="用到了 paddle.vision.models 里现成的网络 ({names})；本章要求用层搭建。分数按检查结果给出，请助教查看代码后决定。",
    en="Ready-made networks of paddle.vision.models are used ({names}), while the chapter asks to build from layers. Points are "
    "as the checks give them; look at the code and decide.",
)

if TYPE_CHECKING:
    from autograder.sandbox.box import Box
    from autograder.sandbox.plain import PlainBox


def grade(
    suite: CheckSuite,
    submission: RawSubmission,
    box: Box | PlainBox,
    *,
    answer: Answer | None = None,
    weights: WeightsFile | Text | None = None,
    images: ImageSets | None = None,
    student: str | None = None,
    tasks: Collection[str] | None = None,
    once: AnswerCache | None = None,
    budget: Budget | None = None,
    shown: CheckSuite | None = None,
    salt: str = "",
    report: Callable[[list[Finding]], None] | None = None,
    printed: Callable[[str], None] | None = None,
) -> Result:
    """Grade `submission` by all checks of `kit`. Never raises for anything that an `answer` holds.

    answer: what the submission says; None: a notebook is understood as it is, like a script. weights: the file handed in, or why it cannot be used; images: for the accuracy check;
    tasks: only these, all by default; once: where findings of the same answer may come from, and go to; budget: the time
    for it, in which case it may raise `PutBack`: it is to be graded later; shown: the checks as the student has them, which
    make the messages, see `Examiner`; salt: the class's private one, by which the order of the images of an accuracy check
    cannot be foreseen: a network that knows the order needs to look at no image; report: gets the findings of
    each task as they come; printed: gets what the answer printed.
    """
    start = time.monotonic()
    answer = answer or understood(suite, submission)
    slice_of = answer.slice_for
    judges = judged_by(suite.digest, images.digest if images else "none", box.name)
    key = result_key(submission.identity, judges)
    order = drawn(salt, "order of images", submission.digest) if salt else None
    examiner = Examiner(suite, slice_of, box, weights, images, budget, shown, order)
    known, seen = None, ""
    if once is not None and tasks is None:
        slices = [slice_of(names) for names in (groups_of(suite)[0], *examiner.loaded_alone())]
        seen = seen_by_checks(slices, submission, judges)
        known = once.find(seen)
    findings = known.findings if known else _examined(examiner, tasks, report)
    borrowed = known.borrowed if known else tuple(sorted(examiner.borrowed))
    if printed is not None:
        printed(examiner.printed)
    if once is not None and seen and not known and not examiner.apart and not examiner.starved:
        once.keep(seen, Known(key, findings, borrowed))
    return Result(
        submission=path_text(submission.path),
        student=student,
        chapter=suite.chapter.id,
        status="graded",
        score=round(sum(finding.points for finding in findings), 6),
        max_score=suite.chapter.points,
        findings=findings,
        repairs=tuple(map(told, submission.notes + answer.repairs + answer.problems)),
        box=box.backend,
        layers=box.layers,
        seconds=round(time.monotonic() - start, 3),
        key=key,
        asked_for=known.key if known else "",
        engine=ENGINE_VERSION,
        flags=(
            *((told(BORROWED(names=", ".join(borrowed))),) if borrowed else ()),
            *looked_up(findings),
            *(numbers_flags(suite, findings) if suite.bank is not None else ()),
        ),
    )


def _examined(
    examiner: Examiner, tasks: Collection[str] | None, report: Callable[[list[Finding]], None] | None
) -> tuple[Finding, ...]:
    try:
        return tuple(examiner.findings(tasks, report))
    finally:
        examiner.close()
