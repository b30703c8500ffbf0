"""Prove a chapter: the stub scores 0, the solution full marks, every known mistake fails where it says, right answers pass."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.examples import Example, read_examples
from autograder.authoring.kills import unseen
from autograder.authoring.notebooks import solution_text
from autograder.authoring.record import changed_tasks, fingerprint
from autograder.checks.suite import CheckSuite, Mistake, public_kit, read_kit
from autograder.course import Chapter, load_chapter
from autograder.grading.explain import possible_mistakes, told_mistakes
from autograder.grading.grade import grade, understand, understood
from autograder.grading.render import text_of
from autograder.sandbox.box import Box
from autograder.store.result import Result
from autograder.submission import RawSubmission
from autograder.text import Language, Text
from autograder.untrusted.limited import WITHIN, Lasting

OLDER = Text(
    zh="{chapter}: 录下的比 source/ 旧；请运行 `autograder build`",
    en="{chapter}: the recordings are older than the source; run `autograder build`",
)
VARIANT_FAILS = Text(
    zh="{where} 用第 {number} 组数值时不通过 {failure}",
    en="{where} with the numbers of variant {number} fails {failure}",
)
STUB_SCORES = Text(
    zh="{chapter}: 没有填写的骨架得 {score:g} 分 ({checks})", en="{chapter}: the stub scores {score:g} ({checks})"
)
NOTEBOOK_FAILS = Text(zh="{chapter}: 答案笔记本不通过 {failure}", en="{chapter}: the solution notebook fails {failure}")
MODULE_FAILS = Text(zh="{chapter}: 答案模块不通过 {failure}", en="{chapter}: the solution module fails {failure}")
SHIPPED_FAILS = Text(
    zh="{where}: 正确答案不通过发给学生的 {failure}", en="{where}: a right answer fails the shipped {failure}"
)
RIGHT_FAILS = Text(zh="{where}: 正确答案不通过 {failure}", en="{where}: a right answer fails {failure}")
UNSEEN_IN_VARIANT = Text(
    zh="{where}: 用第 {number} 组数值时，学生自己能运行的检查全部通过；请换能发现它的输入或种子",
    en="{where}: passes all checks that students run themselves with the numbers of variant {number}; choose inputs or a "
    "seed that show it there, too",
)
SURVIVES_IN_VARIANT = Text(
    zh="{where}: 用第 {number} 组数值时，{check} 没有发现它",
    en="{where}: survives {check} with the numbers of variant {number}",
)
NOT_SAID = Text(
    zh="{chapter}: {check} 由 {quoted!r} 预告，给学生的课文里却没有这句话",
    en="{chapter}: {check} is announced by {quoted!r}, which the student's text does not say",
)
NO_CHECK = Text(zh="{where}: 写了 {check}，没有这项检查", en="{where}: names {check}, which is no check")
SURVIVES = Text(zh="{where}: {check} 没有发现它 (发现它的：{failed})", en="{where}: survives {check} (fails: {failed})")
FAILURE = Text(zh="{check}: {status} {said}", en="{check}: {status} {said}")
NOTHING = Text(zh="没有", en="nothing")
OTHER_CAUSE = Text(
    zh="{where}: {check} 说的是 {causes} 的原因；这些错误共同的原因写在 mistakes.yml 的 `common:`",
    en="{where}: {check} tells the cause of {causes}; `common:` in mistakes.yml states what all of them have in common",
)
# A sentence ends at its mark, a requirement in a list with its item, at an empty line or at a heading.
END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n\s*\n|\n(?=\s*(?:[-*#]|\d+\.) )")
BLANKS = re.compile(r"\s+")


@dataclass
class Proof:
    """What verify found.

    Attributes:
        table: Known mistake → the checks it fails.
        announced: Of each hidden check, the sentence of the student's text that says what it asks for.
        unseen: Known mistakes that pass all of the students' own checks.
        problems: One line each, empty when all is proven.
    """

    chapter: str
    table: dict[str, list[str]] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    announced: list[Announcement] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)


def verify_chapter(
    root: Path,
    chapter_id: str,
    box: Box,
    progress: Callable[[str], None] = lambda _: None,
    *,
    jobs: int = 2,
    sample: int = 1,
) -> Proof:
    """Grade stub, solution and the examples of a chapter, and return what does not come out as it must.

    Args:
        sample: Run one in so many wrong answers; the others are judged by their recordings, which are of this very
            code.
    """
    proof = Proof(chapter_id)
    suite = read_kit(root / "solutions" / chapter_id / "hidden.json")
    _announce(root, chapter_id, proof)
    if suite.made_from != fingerprint(root, chapter_id):
        proof.problems.append(OLDER.format(chapter=chapter_id))
        return proof
    proof.unseen = unseen(root, suite)
    everything = read_examples(root, chapter_id)
    wrong = [example for example in everything if example.kills]
    recorded = [example for place, example in enumerate(wrong) if place % sample]
    examples = [example for example in everything if example not in recorded]
    stub = _notebook(root / "assignments" / chapter_id / f"{chapter_id}.ipynb")
    solution = _notebook(root / "solutions" / chapter_id / f"{chapter_id}.ipynb")
    module = RawSubmission(
        root / "solutions" / chapter_id / f"{chapter_id}.py",
        "script",
        f"{chapter_id}.py",
        (root / "solutions" / chapter_id / f"{chapter_id}.py").read_bytes(),
    )
    answer = module.text()
    subjects: list[tuple[RawSubmission, frozenset[str] | None, CheckSuite]] = [
        (one, None, suite) for one in (stub, solution, module)
    ]
    for example in examples:
        # What a wrong answer shares with the solution was proven with the solution.
        tasks = changed_tasks(example.text, answer, suite.chapter) if example.kills else None
        subjects.append((_script(example), tasks, suite))
    # A right answer must pass what the student is shown, too.
    shown = public_kit(root, chapter_id)
    right = [example for example in examples if not example.kills]
    subjects += [(_script(example), None, shown) for example in right]

    def graded(subject: tuple[RawSubmission, frozenset[str] | None, CheckSuite]) -> Result:
        submission, tasks, asked = subject
        progress(f"{chapter_id}: {submission.name}")
        answer = understood(asked, submission, reader=reader)
        return grade(asked, submission, box, answer=answer, tasks=tasks)

    of_variants = list(_of_variants(root, suite, shown, sample))
    with closing(Lasting(understand, WITHIN)) as reader, ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(graded, subjects))
        for (submission, _, asked), result in zip(of_variants, pool.map(graded, of_variants), strict=True):
            about = {"where": f"{chapter_id}/{submission.name}", "number": asked.number}
            proof.problems += [VARIANT_FAILS.format(**about, failure=failure) for failure in _failures(result)]
    proof.problems += _surviving(suite, shown, wrong)
    if results[0].score:
        passed = ", ".join(f.check for f in results[0].findings if f.points)
        proof.problems.append(STUB_SCORES.format(chapter=chapter_id, score=results[0].score, checks=passed))
    for wording, result in zip((NOTEBOOK_FAILS, MODULE_FAILS), results[1:3], strict=True):
        proof.problems += [wording.format(chapter=chapter_id, failure=failure) for failure in _failures(result)]
    first = 3 + len(examples)
    for example, result in zip(right, results[first:], strict=True):
        where = f"{chapter_id}/{example.id}"
        proof.problems += [SHIPPED_FAILS.format(where=where, failure=failure) for failure in _failures(result)]
    for example, result in zip(examples, results[3:first], strict=True):
        if not example.kills:
            proof.right.append(example.id)
            where = f"{chapter_id}/{example.id}"
            proof.problems += [RIGHT_FAILS.format(where=where, failure=failure) for failure in _failures(result)]
        else:
            failed = [f.check for f in result.findings if f.status not in ("pass", "skipped")]
            _judge(proof, suite, example, failed)
            judge_causes(proof, suite, example, [(f.check, f.causes) for f in result.findings])
    known = {mistake.id: mistake for mistake in suite.mistakes}
    for example in recorded:
        mistake = known.get(example.id)
        _judge(proof, suite, example, list(mistake.seen) if mistake else [])
        judge_causes(proof, suite, example, told_by_recording(suite, mistake) if mistake else [])
    return proof


def _of_variants(
    root: Path, suite: CheckSuite, shown: CheckSuite, sample: int
) -> Iterator[tuple[RawSubmission, frozenset[str] | None, CheckSuite]]:
    """Yield solution and right answers with the numbers of each variant of the bank; the tasks that these have a say in, and the
    kits, the grader's and the student's.
    """
    if suite.bank is None:
        return
    chapter = load_chapter(root / "source" / suite.chapter.id)
    tasks = frozenset(name.partition(".")[0] for name in suite.bank.touched)
    for number in range(1, len(suite.bank.variants), sample):
        values = suite.bank.variants[number].values
        solution = solution_text(root, chapter, suite.language, values)
        right = [one for one in read_examples(root, chapter.id, variant=(values, solution)) if not one.kills]
        name = f"{chapter.id}.py"
        for answer in (RawSubmission(Path(name), "script", name, solution.encode()), *map(_script, right)):
            yield from ((answer, tasks, each.variant(number)) for each in (suite, shown))


def _surviving(suite: CheckSuite, shown: CheckSuite, wrong: Sequence[Example]) -> Iterator[Text]:
    """Yield each known mistake that passes, with the numbers of a variant, a public check that it names, or all of the students'
    own, although these show it with the paper's numbers.
    """
    public = {task.full_id(entry) for task, entry in suite.chapter.checks() if not entry.hidden}
    for number in range(1, len(suite.bank.variants) if suite.bank else 0):
        seen = {mistake.id: mistake.seen for mistake in suite.variant(number).mistakes}
        told = {mistake.id for mistake in shown.variant(number).mistakes if mistake.seen}
        for mistake in shown.variant(0).mistakes:
            if mistake.seen and mistake.id not in told:
                yield UNSEEN_IN_VARIANT.format(where=f"{suite.chapter.id}/{mistake.id}", number=number)
        for example in wrong:
            for name in example.kills:
                if name in public and name not in seen[example.id]:
                    where = f"{suite.chapter.id}/{example.id}"
                    yield SURVIVES_IN_VARIANT.format(where=where, check=name, number=number)


def told_by_recording(suite: CheckSuite, mistake: Mistake) -> list[tuple[str, tuple[str, ...]]]:
    """Return, for each task in which a known mistake shows, its first check there and the ids of the mistakes that are told."""
    found = []
    for task in suite.chapter.tasks:
        asked = {task.full_id(entry) for entry in task.checks} & suite.checks.keys()
        if failed := {check: mistake.seen[check] for check in sorted(asked & mistake.seen.keys())}:
            possible = possible_mistakes(suite, task.id, failed, asked - failed.keys())
            found.append((min(failed), tuple(one.id for one in told_mistakes(possible))))
    return found


def _announce(root: Path, chapter_id: str, proof: Proof) -> None:
    """Note which sentence announces each hidden check, and what chapter.yml quotes in vain."""
    student = nbformat.read(root / "assignments" / chapter_id / f"{chapter_id}.ipynb", as_version=4)
    language = student.metadata["autograder"]["language"]
    proof.announced = list(announcements(load_chapter(root / "source" / chapter_id), student, language))
    proof.problems += [
        NOT_SAID.format(chapter=chapter_id, check=one.check, quoted=one.missing)
        for one in proof.announced
        if one.missing
    ]


def _judge(proof: Proof, suite: CheckSuite, example: Example, failed: list[str]) -> None:
    where = f"{proof.chapter}/{example.id}"
    proof.table[example.id] = failed
    for name in example.kills:
        if name not in suite.checks:
            proof.problems.append(NO_CHECK.format(where=where, check=name))
        elif name not in failed:
            proof.problems.append(SURVIVES.format(where=where, check=name, failed=", ".join(failed) or NOTHING))


def judge_causes(
    proof: Proof, suite: CheckSuite, example: Example, told: Sequence[tuple[str, tuple[str, ...]]]
) -> None:
    """Note each check at which a student with this mistake would be told the cause of another.

    Args:
        told: Checks, each with the ids of the mistakes that are told there.
    """
    own = {mistake.id for mistake in suite.mistakes if mistake.cause == example.cause}
    for check, causes in told:
        if causes and not own & set(causes):
            where = f"{proof.chapter}/{example.id}"
            proof.problems.append(OTHER_CAUSE.format(where=where, check=check, causes=", ".join(causes)))


def _failures(result: Result) -> list[Text]:
    failed = (f for f in result.findings if f.failed)
    return [FAILURE.format(check=f.check, status=f.status, said=text_of(f.said)) for f in failed]


def _script(example: Example) -> RawSubmission:
    return RawSubmission(Path(example.name), "script", Path(example.name).name, example.text.encode())


def _notebook(path: Path) -> RawSubmission:
    json.loads(path.read_text("utf-8"))
    return RawSubmission(path, "notebook", path.name, path.read_bytes())


@dataclass(frozen=True)
class Announcement:
    """A hidden check, and the sentence that announces it: None where chapter.yml quotes none.

    Attributes:
        missing: What it quotes in vain.
    """

    check: str
    sentence: str | None = None
    missing: str = ""


def announcements(chapter: Chapter, student: NotebookNode, language: Language) -> Iterator[Announcement]:
    """Yield the announcement of each hidden check.

    Args:
        student: The assignment, in `language`.
    """
    sentences = list(_sentences(student))
    for task, entry in chapter.checks():
        if not entry.hidden:
            continue
        quoted = _plain(entry.announced.to(language)) if entry.announced else ""
        found = next((one for one in sentences if quoted and quoted in one), None)
        yield Announcement(task.full_id(entry), found, quoted if found is None else "")


def _sentences(student: NotebookNode) -> Iterator[str]:
    for cell in student.cells:
        if cell.cell_type == "markdown":
            yield from filter(None, (_plain(one).lstrip("-*# ") for one in END.split(cell.source)))


def _plain(text: str) -> str:
    return BLANKS.sub(" ", text).strip()
