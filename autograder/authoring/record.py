"""Record what the reference and every known mistake of a chapter answer to its checks."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import autograder.checks
import autograder.sandbox.child
from autograder.authoring import own_types
from autograder.authoring.examples import Example, read_examples
from autograder.authoring.record_wording import (
    ABOUT,
    FAILS,
    INSTALL,
    MISSING,
    NO_CHECKS,
    NO_DICT,
    NOT_DEFINED,
    NOT_PASSED,
    NOT_PUBLIC,
    REFUSES,
    TWICE,
)
from autograder.authoring.sources import code_of, drawn_from, parts_of
from autograder.checks.accuracy import Accuracy
from autograder.checks.base import Check, Observation, Tree, observe, of_a_mistake, of_the_reference
from autograder.checks.catalogue import check_from, module_of, own_files, packages
from autograder.checks.raised import read_error
from autograder.checks.suite import CheckSuite, Mistake
from autograder.constants import Values, constants_are
from autograder.course import Chapter, load_chapter
from autograder.errors import AutograderError, said_of
from autograder.sandbox.box import Box
from autograder.sandbox.session import BoxDied
from autograder.submission import pieces_of_script, slice_names
from autograder.text import Text

# Engine files that have no say in what a check sees: how kits are read, how a child starts and is locked, how bytes
# travel, how accuracy is measured.
NOT_RECORDED = frozenset(
    f"{name}.py"
    for name in (
        "__init__", "__main__", "accuracy", "catalogue", "contained", "suite", "lockdown", "measuring", "memory", "variants",
        "forked", "orders", "frameworks", "imports", "namespaces", "plain", "rehearsal", "serve", "weights", "wire", "zygote",
        "borrowed", "raised", "known_errors",
    )
)  # fmt: skip

SHIPPED = " (shipped)"
A = TypeVar("A")


class RecordError(AutograderError):
    """A chapter whose checks, examples or solution cannot be used."""


@dataclass(frozen=True)
class ChapterChecks:
    """The checks of a chapter.

    The student has the answers to the shipped ones. So the grader asks the same with other inputs: those of `GRADED` in
    checks.py, else with another seed.

    Attributes:
        shipped: As the student asks them, the public ones.
        graded: All, as the grader does.
    """

    shipped: dict[str, Check]
    graded: dict[str, Check]


def read_checks(folder: Path, chapter: Chapter, values: Values | None = None) -> ChapterChecks:
    """Return the checks of a chapter in the order of chapter.yml: each stands there itself, or in `checks.py`.

    Args:
        values: Of the chapter's constants, by default the paper's.

    Raises:
        RecordError: Where a check stands in neither or in both, or cannot be read.
    """
    path = folder / "checks.py"
    # All of this needs the constants: the modules of a course's own types are imported again for each variant.
    with constants_are(chapter.paper if values is None else values):
        checks, graded = _checks_in(path, folder)
        for name, check in written_checks(folder, chapter, values).items():
            if name in checks:
                raise RecordError(TWICE.format(path=path, name=name))
            checks[name] = check
        wanted = [task.full_id(entry) for task, entry in chapter.checks()]
        for name in sorted(set(wanted) ^ set(checks)):
            place = "chapter.yml" if name in checks else "checks.py"
            raise RecordError(MISSING.format(path=path, name=name, place=place))
        public = [task.full_id(entry) for task, entry in chapter.checks() if not entry.hidden]
        for name, check in (*checks.items(), *graded.items()):
            for fault in own_types.faults(name, check, folder, chapter.id):
                raise RecordError(ABOUT.format(name=path, fault=fault))
    for name in sorted(set(graded) - set(public)):
        raise RecordError(NOT_PUBLIC.format(path=path, name=name))
    return ChapterChecks(
        {name: checks[name] for name in public},
        {
            name: graded.get(name) or checks[name].with_other_inputs(name) if name in public else checks[name]
            for name in wanted
        },
    )


def _checks_in(path: Path, folder: Path) -> tuple[dict[str, Check], dict[str, Check]]:
    """Return `CHECKS` and `GRADED` of a chapter's checks.py, both empty where there is no such file."""
    if not path.exists():
        return {}, {}
    module = module_of(path, own_files(folder)[0])
    if not isinstance(getattr(module, "CHECKS", None), dict):
        raise RecordError(NO_CHECKS.format(path=path))
    if not isinstance(graded := getattr(module, "GRADED", {}), dict):
        raise RecordError(NO_DICT.format(path=path))
    return dict(module.CHECKS), dict(graded)


def written_checks(folder: Path, chapter: Chapter, values: Values | None = None) -> dict[str, Check]:
    """Return the checks that stand in chapter.yml itself, by their full ids.

    Args:
        values: Of the constants whose names stand there, by default the paper's.

    Raises:
        RecordError: For one that cannot be read.
    """
    found: dict[str, Check] = {}
    for task, entry in chapter.checks():
        if entry.check is None:
            continue
        try:
            written = _with_numbers(entry.check, chapter.paper if values is None else values)
            found[task.full_id(entry)] = check_from(written, folder, chapter.id)
        except ValueError as error:
            place = f"source/{chapter.id}/chapter.yml: {task.full_id(entry)}"
            raise RecordError(ABOUT.format(name=place, fault=said_of(error))) from error
    return found


def _with_numbers(written: Any, values: Values) -> Any:
    """Return what stands in chapter.yml with the numbers of constants for their names."""
    if isinstance(written, dict):
        return {key: _with_numbers(value, values) for key, value in written.items()}
    if isinstance(written, list):
        return [_with_numbers(value, values) for value in written]
    return values.get(written, written) if isinstance(written, str) else written


def fingerprint(root: Path, chapter_id: str, solutions: Path | None = None) -> str:
    """Return the hash of all that recordings depend on: solution, checks, examples, and the engine itself.

    Args:
        solutions: The folder of the built solutions, by default that of the course. Of all files only the code counts,
            without comments and wordings. Of chapter.yml only what is asked about which names: hints, points, titles
            and the minimum accuracy go into the kit without anything being run again.
    """
    folder, built = root / "source" / chapter_id, solutions or root / "solutions"
    solution = (built / chapter_id / f"{chapter_id}.py").read_text("utf-8")
    chapter = load_chapter(folder)
    asked: list[object] = [
        [task.id, task.name_groups(), [[entry.id, entry.hidden] for entry in task.checks]] for task in chapter.tasks
    ]
    asked += [] if chapter.framework == "paddle" else [chapter.framework]
    asked += drawn_from(root, chapter)
    digest = hashlib.sha256(code_of(solution).encode() + json.dumps(asked).encode())
    for example in read_examples(root, chapter_id, built):
        digest.update(f"{example.id}\0{code_of(example.text)}\0".encode())
    shared = own_files(folder)[0]
    own = [file for file in (folder / "checks.py", shared) if file is not None and file.is_file()]
    for part in (*map(_digest_of, own), *_engine_digests()):
        digest.update(part)
    for name, check in written_checks(folder, chapter).items():
        digest.update(f"{name} {json.dumps(check.model_dump(mode='json'))}".encode())
    for name in packages():
        digest.update(name.encode())
    return digest.hexdigest()


def _digest_of(file: Path) -> bytes:
    code = code_of(file.read_text("utf-8"), ours=True)
    return hashlib.sha256(f"{file.name}\0{code}".encode()).digest()


@cache
def _engine_digests() -> tuple[bytes, ...]:
    """Return a digest of each file of the engine that has a say; they are the same for all chapters."""
    folders = (Path(str(package.__file__)).parent for package in (autograder.checks, autograder.sandbox.child))
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return tuple(_digest_of(file) for file in files if file.name not in NOT_RECORDED)


def record_kit(
    root: Path,
    chapter_id: str,
    box: Box,
    progress: Callable[[str], None] = lambda _: None,
    jobs: int = 2,
    solutions: Path | None = None,
) -> tuple[CheckSuite, CheckSuite]:
    """Run the reference and every known mistake of a chapter through all checks, in the box; return grader's and
    student's kit.

    Args:
        solutions: The folder of the built solutions, by default that of the course.

    Raises:
        RecordError: Where the solution fails.
    """
    folder, built = root / "source" / chapter_id, solutions or root / "solutions"
    chapter = load_chapter(folder)
    found = read_checks(folder, chapter)
    checks = every_check(found)
    solution = (built / chapter_id / f"{chapter_id}.py").read_text("utf-8")
    loaded: list[Tree] = []
    faults: dict[str, Exception] = {}
    expected = observations(solution, chapter, checks, box, loaded, faults)
    notebook = (folder / "notebook.py").read_text("utf-8")
    for check_id, seen in expected.items():
        check = checks[check_id]
        if check_id in faults and not loaded:
            raise RecordError(ABOUT.format(name=check_id, fault=own_types.fault_in_asking(check, faults[check_id])))
        if "seen" not in seen:
            raise RecordError(solution_fails(chapter_id, check_id, seen, loaded, notebook, checks[check_id].called))
        if fault := own_types.fault_in_answer(check, seen["seen"]):
            raise RecordError(ABOUT.format(name=check_id, fault=fault))
        complaint, fault = own_types.judged(check, seen, seen, own_types.SOLUTION)
        if fault:
            raise RecordError(ABOUT.format(name=check_id, fault=fault))
        if complaint:
            raise RecordError(NOT_PASSED.format(chapter=chapter_id, check=check_id, complaint=complaint))
    expected = {check_id: of_the_reference(seen) for check_id, seen in expected.items()}
    wrong = [example for example in read_examples(root, chapter_id, built) if example.kills]

    def mistake(example: Example) -> Mistake:
        progress(f"{chapter_id}: {example.id}")
        tasks = changed_tasks(example.text, solution, chapter)
        asked = {key: check for key, check in checks.items() if key.partition(".")[0] in tasks}
        seen = observations(example.text, chapter, asked, box)
        assert example.cause is not None
        of = own_types.KNOWN.format(id=example.id)
        apart = {
            key: of_a_mistake(value) for key, value in seen.items() if differs(checks[key], value, expected[key], of)
        }
        return Mistake(example.id, example.cause, apart)

    with ThreadPoolExecutor(jobs) as pool:
        mistakes = tuple(pool.map(mistake, wrong))
    suite = CheckSuite(
        chapter, checks, expected, mistakes, fingerprint(root, chapter_id, built), sources=parts_of(root, chapter_id)
    )
    if chapter.variants:
        from autograder.authoring.variants import with_bank

        suite = with_bank(root, suite, box, progress, jobs, solution)
    shipped = {name + SHIPPED if name + SHIPPED in checks else name: name for name in found.shipped}
    return _renamed(suite, {name: name for name in found.graded}), _renamed(suite, shipped).public()


def every_check(found: ChapterChecks) -> dict[str, Check]:
    """Return every check once under its id; the shipped form stands behind the graded one, where it is another."""
    checks: dict[str, Check] = {}
    for name, check in found.graded.items():
        checks[name] = check
        if name in found.shipped and found.shipped[name] != check:
            checks[name + SHIPPED] = found.shipped[name]
    return checks


def _renamed(suite: CheckSuite, names: dict[str, str]) -> CheckSuite:
    """Return the kit with some checks only, under other names: old → new."""

    def chosen(entries: dict[str, A]) -> dict[str, A]:
        return {new: entries[old] for old, new in names.items() if old in entries}

    mistakes = tuple(replace(mistake, seen=chosen(mistake.seen)) for mistake in suite.mistakes)
    bank = suite.bank.only(names) if suite.bank else None
    return replace(suite, checks=chosen(suite.checks), expected=chosen(suite.expected), mistakes=mistakes, bank=bank)


def differs(check: Check, seen: Observation, expected: Observation, of: Text) -> bool:
    """Return True if an answer fails a check, by what it saw of it and of the reference.

    Args:
        of: Whose answer.

    Raises:
        RecordError: Where the check fails at judging it.
    """
    if "seen" not in seen:
        return True
    complaint, fault = own_types.judged(check, seen, expected, of)
    if fault:
        raise RecordError(fault)
    return complaint is not None


def changed_tasks(text: str, solution: str, chapter: Chapter) -> frozenset[str]:
    """Return the tasks for which an answer holds other code than the solution: the rest need not be run again."""

    def code(script: str, groups: Sequence[tuple[str, ...]]) -> list[str]:
        sliced = slice_names(pieces_of_script(script, f"{chapter.id}.py"), groups)
        return [ast.dump(ast.parse(statement.text)) for statement in sliced.statements]

    groups = {task.id: task.name_groups() for task in chapter.tasks}
    return frozenset(task for task, names in groups.items() if code(text, names) != code(solution, names))


def solution_fails(
    chapter_id: str, check_id: str, seen: Observation, loaded: Sequence[Tree], notebook: str, called: str | None
) -> Text:
    """Return why the solution fails: what was raised while it was loaded, else at the check, with its line in the notebook.

    called: the function or class that the check asks for.
    """
    error = loaded[0] if loaded else seen.get("raised")
    if not isinstance(error, dict):
        return FAILS.format(place=chapter_id, check=check_id, error=seen, advice="")
    line = str(error.get("where", ("", 0, ""))[2]).strip()
    numbers = [number for number, text in enumerate(notebook.splitlines(), 1) if line and text.strip() == line]
    place = f"source/{chapter_id}/notebook.py" + (f":{numbers[0]}" if len(numbers) == 1 else "")
    shown = f" ({line})" if line else ""
    if error.get("type") == "KeyError" and error.get("message") == repr(called):
        return NOT_DEFINED.format(chapter=chapter_id, check=check_id, called=called)
    advice: Text | str = ""
    if error.get("type") in ("ModuleNotFoundError", "ImportError"):
        advice = INSTALL
    elif line.startswith("raise "):
        advice = REFUSES
    said = f"{error.get('type')}: {error.get('message')}{shown}"
    return FAILS.format(place=place, check=check_id, error=said, advice=advice)


def observations(
    text: str,
    chapter: Chapter,
    checks: dict[str, Check],
    box: Box,
    loaded: list[Tree] | None = None,
    faults: dict[str, Exception] | None = None,
) -> dict[str, Observation]:
    """Return what each check sees of an answer; a check that ends the process gets a new one after it.

    Args:
        loaded: Gets what was raised while the answer was loaded.
        faults: What the code of a check raised itself.
    """
    noted = {} if faults is None else faults

    def note(check_id: str, error: Exception) -> None:
        noted.setdefault(check_id, error)

    names = sorted({group for task in chapter.tasks for group in task.name_groups()})
    sliced = slice_names(pieces_of_script(text, f"{chapter.id}.py"), names)
    statements = [[s.filename, s.line, s.text] for s in sliced.statements]
    seen: dict[str, Observation] = {}
    session: Any = None
    try:
        for check_id, check in checks.items():
            if isinstance(check, Accuracy):
                continue
            try:
                if session is None:
                    session = box.of(chapter.framework).session()
                    answer = session.ask("load", statements=statements)
                    if loaded is not None:
                        loaded += map(read_error, answer["errors"])
                    session.ask("defined", names=[list(group) for group in names])
                seen[check_id] = observe(check, session, partial(note, check_id))
            except BoxDied as death:
                session.close()
                session, seen[check_id] = None, {"died": death.status}
    finally:
        if session is not None:
            session.close()
    return seen
