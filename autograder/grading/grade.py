"""Grade one submission: understand what was handed in, have its checks asked, and make the result.

Reading, repairing and slicing happen in a process with limits (see `untrusted.limited`); the grader itself gets plain data.
`grade` is a pure function of kit, submission and box.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autograder.checks.accuracy import ImageSets, WeightsFile
from autograder.checks.suite import CheckSuite, Names
from autograder.course.drawn import drawn
from autograder.grading.examine import Examiner
from autograder.grading.explain import looked_up
from autograder.grading.numbers import numbers_flags
from autograder.identity import ENGINE_VERSION, hashed, judged_by, result_key
from autograder.portable.older import paired
from autograder.sandbox.session import Budget
from autograder.store.result import Finding, Result, path_text
from autograder.submission import (
    RawSubmission,
    Rejected,
    Slice,
    Statement,
    SyntaxProblem,
    parse_notebook,
    rejection,
    repair,
)
from autograder.submission.cells import Notebook
from autograder.submission.chapter_of import Signs, names_in, other_chapter, signs_in
from autograder.submission.elsewhere import notes_on
from autograder.submission.encoding import decoded_as
from autograder.submission.intake import asked_of, refusing
from autograder.submission.rejection import shown
from autograder.submission.slicing import pieces_of_notebook, pieces_of_script, slices_of
from autograder.text import Message, Text, told
from autograder.untrusted.limited import WITHIN, Lasting, Limits, Plain, limited

if TYPE_CHECKING:
    from autograder.sandbox.box import Box
    from autograder.sandbox.plain import PlainBox

BORROWED = Message(
    "grade.borrowed",
    zh="用到了 paddle.vision.models 里现成的网络 ({names})；本章要求用层搭建。分数按检查结果给出，请助教查看代码后决定。",
    en="Ready-made networks of paddle.vision.models are used ({names}), while the chapter asks to build from layers. Points are "
    "as the checks give them; look at the code and decide.",
)


DIED = Text(
    zh="读取这份提交的进程没有做完({error})；请再试一次，若总是这样，请看一看这份提交。",
    en="The process that reads this submission did not finish ({error}); try again. If that happens again, look at the submission.",
)
FAULT = Text(
    zh="评分程序自己出错了，请告诉老师：{error}",
    en="The grader itself failed; please report it: {error}",
)
READ_AS = Text(
    zh="{name} 不是 UTF-8，已按 {encoding} 读取；以后请另存为 UTF-8。",
    en="{name} is not UTF-8 and was read as {encoding}; save it as UTF-8 from now on.",
)


@dataclass(frozen=True)
class Answer:
    """A submission, understood.

    Attributes:
        slices: The code for each group of names that a check may ask for.
        notebook: What is kept for people, without outputs.
        repairs: What had to be repaired in it.
        problems: What Python cannot read, as far as no finding tells it.
    """

    slices: Mapping[tuple[tuple[str, ...], ...], Slice]
    notebook: Notebook | None
    repairs: tuple[Text, ...] = ()
    problems: tuple[Text, ...] = ()

    def slice_for(self, names: Names) -> Slice:
        """Return the code that some names need, one of `CheckSuite.groups`."""
        return self.slices[names]


def understood(
    suite: CheckSuite,
    raw: RawSubmission,
    release: Mapping[str, Any] | None = None,
    limits: Limits = WITHIN,
    signs: Sequence[Signs] = (),
    reader: Lasting | None = None,
) -> Answer:
    """Return what a submission says.

    Args:
        kit: of the chapter.
        raw: what was handed in.
        release: the released notebook, on which a submitted one is rebuilt.
        limits: of a process for this submission alone, where there is no `reader`.
        signs: of the course's chapters, by which an answer to another one is told.
        reader: the processes that do `understand` for many submissions.

    Raises:
        Rejected: it is no notebook or text, an answer to another chapter, or takes more than the limits.
        WorkDied: that could not be found out this time.
    """
    ask = reader or partial(limited, understand, limits=limits)
    return answer_in(asked_of(ask, asked(suite, raw, release, signs), raw.name)[0])


def asked(
    suite: CheckSuite, raw: RawSubmission, release: Mapping[str, Any] | None, signs: Sequence[Signs] = ()
) -> dict[str, object]:
    """Return what `understand` is asked."""
    return {
        "name": raw.name,
        "kind": raw.kind,
        "content": raw.content,
        "release": release,
        "groups": suite.groups,
        "chapter": suite.chapter.id,
        "signs": [(one.chapter, one.cells, one.names) for one in signs],
    }


def _rebuilt(notebook: Notebook, release: Mapping[str, Any], script: str | None = None) -> Notebook:
    from autograder.grading.attempts import kept_notebook  # the grader's alone: a student has no database

    return kept_notebook(notebook, release, script)


@refusing
def understand(given: Any) -> Plain:
    """Read, repair and slice; give JSON values, from which `answer_in` makes an `Answer`."""
    name, release = given["name"], given["release"]
    repairs: tuple[Text, ...] = ()
    if given["kind"] == "notebook":
        notebook = parse_notebook(given["content"], name)
        _refuse_other_chapter(given, *signs_in(notebook))
        if release is not None:
            notebook, repairs = (repaired := repair(notebook, release)).notebook, repaired.repairs
        sources = pieces_of_notebook(notebook, name)
        kept = _rebuilt(notebook, release) if release is not None else None
    else:
        text, encoding = decoded_as(given["content"], name)
        _refuse_other_chapter(given, set(), names_in(text))
        if not encoding.startswith("utf-8"):
            repairs = (READ_AS.format(name=shown(name), encoding=encoding),)
        sources = pieces_of_script(text, name)
        kept = _rebuilt(repair(release, release).notebook, release, text) if release is not None else None
    slices = slices_of(sources, given["groups"])
    statements = list(dict.fromkeys(part for each in slices for part in each.statements))
    places = {part: place for place, part in enumerate(statements)}
    return {
        "statements": [[part.filename, part.line, part.text] for part in statements],
        "slices": [
            [group, [places[part] for part in each.statements], each.missing, each.found]
            for group, each in paired(given["groups"], slices)
        ],
        "problems": [
            [part.filename, part.line, part.message.zh, part.message.en, part.names, part.text]
            for part in slices[0].problems
        ],
        "repairs": [[text.zh, text.en] for text in (*repairs, *notes_on(slices[0].statements))],
        "notebook": kept,
    }, ()


def _refuse_other_chapter(given: Any, cells: set[str], names: set[str]) -> None:
    signs = [Signs(*one) for one in given.get("signs", ())]
    if signs and (other := other_chapter(cells, names, given["name"], given["chapter"], signs)):
        said = rejection.WRONG_CHAPTER.format(name=shown(given["name"]), found=other, chapter=given["chapter"])
        raise Rejected(said)


def answer_in(value: Any) -> Answer:
    """Return the answer that `understand` told."""
    statements = [Statement(*part) for part in value["statements"]]
    problems = tuple(
        SyntaxProblem(file, line, Text(zh, en), tuple(names), text)
        for file, line, zh, en, names, text in value["problems"]
    )
    slices = {
        tuple(map(tuple, group)): Slice(tuple(statements[place] for place in places), missing, problems, tuple(found))
        for group, places, missing, found in value["slices"]
    }
    told = {name for each in slices.values() for name in each.missing}  # a finding says where these are
    return Answer(
        slices,
        value["notebook"],
        tuple(Text(zh, en) for zh, en in value["repairs"]),
        tuple(problem.sentence for problem in problems if not set(problem.names) & told),
    )


def release_of(root: Path, chapter_id: str) -> Notebook:
    """Return the released notebook of a chapter, for reading alone; read anew when the file is another."""
    path = root / "assignments" / chapter_id / f"{chapter_id}.ipynb"
    status = path.stat()
    return _release(path, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(16)
def _release(path: Path, _: tuple[int, int, int]) -> Notebook:
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    return notebook


MAX_KNOWN = 500
# What the machine may have had a part in is nobody else's: that is asked again.
OF_THE_ANSWER = frozenset(("pass", "fail", "error", "skipped"))


class Known(NamedTuple):
    """Findings, the key of the result that they were made for, and what was taken from ready-made networks."""

    key: str
    findings: tuple[Finding, ...]
    borrowed: tuple[str, ...] = ()


class AnswerCache:
    """The findings of this process's answers, the newest `MAX_KNOWN`; nothing of it is kept when the process ends."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def find(self, seen: str) -> Known | None:
        """Return the findings of an answer that looked the same, see `seen_by_checks`."""
        return self._known.get(seen)

    def keep(self, seen: str, known: Known) -> None:
        """Keep findings where each says something about the answer alone."""
        if not all(finding.status in OF_THE_ANSWER for finding in known.findings):
            return
        self._known[seen] = known
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]


def seen_by_checks(slices: Sequence[Slice], raw: RawSubmission, judged_by: str) -> str:
    """Return the hash of all that the checks can see of an answer, each part told from every other.

    Args:
        judged_by: See `identity.judged_by`.
    """
    code = [
        [
            [[part.filename, part.line, part.text] for part in each.statements],
            sorted(each.missing.items()),
            [[problem.line, problem.text] for problem in each.problems],
        ]
        for each in slices
    ]
    refused = raw.weights_refused
    weights = ["refused", refused.zh, refused.en] if refused else ["file", raw.weights_name or "", raw.weights_hash]
    return hashed([code, weights, judged_by])


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

    Args:
        answer: What the submission says; None: a notebook is understood as it is, like a script.
        weights: The file handed in, or why it cannot be used.
        images: For the accuracy check.
        tasks: Only these, all by default.
        once: Where findings of the same answer may come from, and go to.
        budget: The time for it, in which case it may raise `PutBack`: it is to be graded later.
        shown: The checks that the student has with other inputs, which make the messages, see `Examiner`.
        salt: The class's private one, by which the order of the images of an accuracy check cannot be foreseen: a
            network that knows the order needs to look at no image.
        report: Gets the findings of each task as they come.
        printed: Gets what the answer printed.
    """
    start = time.monotonic()
    answer = answer or understood(suite, submission)
    slice_of = answer.slice_for
    judges = judged_by(suite.digest, images.digest if images else "none", box.name)
    key = result_key(submission.identity, judges)
    order = drawn(salt, "order of images", submission.digest) if salt and weights is not None else None
    examiner = Examiner(suite, slice_of, box, weights, images, budget, shown, order)
    known, seen = None, ""
    if once is not None and tasks is None:
        slices = [slice_of(names) for names in (suite.names[""], *examiner.loaded_alone())]
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
        max_score=suite.points,
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
