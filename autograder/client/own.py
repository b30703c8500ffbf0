"""What is a student's own in a notebook: who they are, and their seed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograder.checkin.identity import VARIABLE, IdentityError, checked_id, is_student_id, remember, remembered
from autograder.course import CourseError, find_course, load_course
from autograder.course.drawn import plain_id, seed_of
from autograder.course.loading import course_of_notebook
from autograder.errors import AutograderError
from autograder.store.place import has_class_database
from autograder.submission.weights_notes import notes_of
from autograder.text import Language, Text
from autograder.training.wording import chosen_language

if TYPE_CHECKING:
    from autograder.checks.suite import CheckSuite

YOU = Text(zh="你是 {student}。", en="You are {student}.")
WHO = Text(
    # No call with an id stands here: this line stays in the notebook, where grading looks for such calls (`said_id.py`).
    zh="还不知道你的学号：写在上面 own_id 的引号里，再运行这个单元（只要一次）。",
    en="Your student id is not known yet: write it between the quotes of own_id above and run this cell again (once is enough).",
)
ANOTHER = Text(
    zh="单元里写的是 {given}，这里记住的却是 {known}，以记住的为准。是 {known} 就改单元，是 {given} 就改 {file}，再重启内核。",
    en="The cell says {given}, but {known} is stored here, and the stored id is used. If you are {known}, correct "
    "the cell; if you are {given}, correct {file} and restart the kernel.",
)
SEED = Text(
    zh="你（{student}）在本章的种子是 {seed}：由学号算出，每人不同。",
    en="Your seed ({student}) in this chapter is {seed}: it is computed from your id and differs from those of others.",
)
COMMON_SEED = Text(
    zh="不知道你的学号，所以用大家共同的种子 {seed}；先在 own_id 的单元里写上学号，再训练。",
    en="Your student id is not known, so the common seed {seed} is used. Write your id into the cell with own_id "
    "first, then train.",
)
OWN_WEIGHTS = Text(zh="✓ {file}：用你自己的种子 {seed} 训练的", en="✓ {file}: trained with your own seed {seed}")
OTHER_WEIGHTS = Text(
    zh="! {file}：是用种子 {seed} 训练的，你（{student}）的种子是 {own}。用 own_seed 给的种子重新训练，再提交。",
    en="! {file}: trained with the seed {seed}, but your seed ({student}) is {own}. Train again with the seed that "
    "own_seed gives, then hand it in.",
)
CONSTANTS = Text(zh="你（{student}）的数：{values}", en="Your numbers ({student}): {values}")
COMMON_CONSTANTS = Text(
    zh="还不知道你的学号，所以用大家共同的数：{values}。先写上学号（own_id 的单元，或环境变量 AUTOGRADER_STUDENT），你的数可能不同。",
    en="Your student id is not known, so the common numbers are used: {values}. Your own numbers may be different: "
    "give your id first, in a cell with own_id or in the variable AUTOGRADER_STUDENT.",
)
NO_SUCH_ID = Text(
    zh="环境变量 AUTOGRADER_STUDENT 里的 {said!r} 不能是学号：只能有字母、数字和连字符。",
    en="{said!r}, in the variable AUTOGRADER_STUDENT, cannot be a student id: use letters, digits and hyphens.",
)
THESE_CONSTANTS = Text(zh="这一章的数：{values}", en="The numbers of this chapter: {values}")
FIGURES = Text(
    zh="这样，{network} 有 {parameters:,} 个参数，处理一张图要 {multiply_adds:,} 次乘加。",
    en="With these numbers, {network} has {parameters:,} parameters and needs {multiply_adds:,} multiply-adds for "
    "one image.",
)
FILE = (".autograder/me.yml", "AUTOGRADER_STUDENT")


class Own(NamedTuple):
    """A student of a course: their id, and the public salt from which what is their own is drawn."""

    student: str
    salt: str

    def seed(self, chapter: str) -> int:
        """Return their seed in a chapter."""
        return seed_of(self.salt, self.student, chapter)


def own_id(student: str = "", language: Language | None = None) -> str | None:
    """Say who works on this notebook; return the id, None where it is not known.

    Args:
        student: The id, to be said once: it is remembered in `.autograder/me.yml`, and another one is not written over.
            On a machine of the class it holds for this kernel alone.

    Raises:
        IdentityError: For what cannot be an id.
    """
    shown = chosen_language(language)
    root = _root()
    known = known_id(root)
    given = checked_id(student.strip()) if student.strip() else None
    if given and known and plain_id(given) != plain_id(known):
        kept = str(remembered(root).get("student") or "") if root else ""
        file = FILE[plain_id(kept) != plain_id(known)]  # a cell that was run before says it in the variable, too
        print(ANOTHER.to(shown).format(given=given, known=known, file=file))
    elif given and not known:
        os.environ[VARIABLE] = known = given
        if root is not None and not has_class_database(root):
            remember(root, given)
    print((YOU if known else WHO).to(shown).format(student=known))
    return known


def own_seed(chapter: str, otherwise: int, language: Language | None = None) -> int:
    """Return the student's own seed in a chapter; `otherwise` where the course has no salt, or the id is not known."""
    root = _root()
    salt = _salt(root)
    if salt is None:
        return otherwise
    student = known_id(root)
    seed = seed_of(salt, student, chapter) if student else otherwise
    print((SEED if student else COMMON_SEED).to(chosen_language(language)).format(student=student, seed=seed))
    return seed


def own_constants(chapter: str, language: Language | None = None) -> None:
    """Say which numbers a student writes in a chapter where everybody has others."""
    from autograder.checks.suite import public_kit

    root = _root()
    if root is not None:
        own = whose(root)
        suite = own_kit(public_kit(root, chapter), own)
        for line in said_of_constants(suite, own, chosen_language(language)):
            print(line)


def own_kit(suite: CheckSuite, own: Own | None) -> CheckSuite:
    """Return a kit with a student's own numbers, with the common ones where who it is is not known."""
    return suite.for_student(own.student, own.salt) if own else suite


def said_of_constants(suite: CheckSuite, own: Own | None, language: Language) -> list[str]:
    """Return the lines that name the numbers of a kit; none in a chapter where all have the same."""
    if suite.bank is None:
        return []
    variant = suite.bank.variants[suite.number]
    text = CONSTANTS if suite.number else COMMON_CONSTANTS if suite.bank.count else THESE_CONSTANTS
    said = [text.to(language).format(student=own.student if own else "", values=variant.said)]
    variable = os.environ.get(VARIABLE, "")
    if variable and not is_student_id(variable):
        said.insert(0, NO_SUCH_ID.to(language).format(said=variable))
    return said + [FIGURES.to(language).format(network=name, **one) for name, one in variant.facts.items()]


def known_id(root: Path | None) -> str | None:
    """Return the id that AUTOGRADER_STUDENT or `.autograder/me.yml` says, None where none does, or what cannot be one."""
    said = os.environ.get(VARIABLE) or (str(remembered(root).get("student") or "") if root else "")
    try:
        return checked_id(said) if said else None
    except IdentityError:
        return None


def whose_here() -> Own | None:
    """Return the student who works in the present folder, see `whose`."""
    return whose(_root())


def whose_beside(path: Path) -> Own | None:
    """Return the student in whose course folder a file lies, see `whose`."""
    return whose(_root(path.parent))


def whose(root: Path | None, student: str | None = None) -> Own | None:
    """Return the student, by default who works here, None where it is not known or the course has no salt."""
    salt, student = _salt(root), student or known_id(root)
    return Own(student, salt) if salt and student else None


def said_of_weights(own: Own | None, chapter: str, path: Path, language: Language) -> str | None:
    """Return the line that compares the seed of a weights file with the student's; None where one of them is not known."""
    seed = notes_of(path).seed
    if own is None or seed is None:
        return None
    mine = own.seed(chapter)
    text = OWN_WEIGHTS if seed == mine else OTHER_WEIGHTS
    return text.to(language).format(file=path.name, seed=seed, own=mine, student=own.student)


def _root(start: Path | None = None) -> Path | None:
    try:
        return course_of_notebook(Path.cwd()) if start is None else find_course(start)
    except CourseError:
        return None


def _salt(root: Path | None) -> str | None:
    try:
        return load_course(root).salt if root else None
    except (AutograderError, ModuleNotFoundError):
        return None  # whoever needs more of the course says what is wrong with it, or what is missing to read it
