"""Build a chapter: notebooks and module from the source, then the recordings where they are out of date."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat

from autograder.authoring.answers import leaks, solution_lines
from autograder.authoring.examples import Example, likeliest_first, read_examples
from autograder.authoring.kills import KILL_PAGE, kill_page
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.record import fingerprint, read_checks, record_kit
from autograder.authoring.sources import parts_of
from autograder.authoring.variants import worded
from autograder.checks.suite import CheckSuite, KitError, read_kit
from autograder.course import Chapter, load_chapter
from autograder.errors import AuthoringError
from autograder.facts import read_networks
from autograder.facts.figure import figure
from autograder.sandbox.box import Box
from autograder.text import LANGUAGES, Language, Text
from autograder.writing import write_changed

LEAKED = Text(
    zh="{chapter}: 有一行答案会到学生手里：{place}", en="{chapter}: a solution line reaches the students: {place}"
)
KITS = ("hidden.json", "checks.json")  # the grader's, and what students are shown
README_PICTURE = Path("docs") / "pictures"


def build_chapter(
    root: Path,
    chapter_id: str,
    language: Language,
    box: Box,
    *,
    check: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write `assignments/<chapter>` and `solutions/<chapter>`; return the files that changed (with `check`: differ).

    All of them are made in a folder beside and written at the end, so a chapter that cannot be built changes no file.
    The recordings hold floating point results, which another machine gives with other last digits. So they are made
    anew only when something they depend on has changed; `verify` runs everything again and compares within tolerance.
    """
    chapter = load_chapter(root / "source" / chapter_id)
    read_checks(root / "source" / chapter_id, chapter)
    recorded = [root / "solutions" / chapter_id / name for name in KITS]
    with tempfile.TemporaryDirectory(prefix="autograder-build-") as scratch:
        place = Path(scratch)
        solutions, assignments = place / "solutions", place / "assignments"
        write_chapter(root, chapter, language, assignments_dir=assignments, solutions_dir=solutions)
        if not _up_to_date(root, chapter_id, recorded, solutions):
            if check:
                return [*_taken_over(place, root, check=True), str(recorded[0].relative_to(root))]
            recorded = [solutions / chapter_id / name for name in KITS]
            for file, suite in zip(
                recorded, record_kit(root, chapter_id, box, progress, solutions=solutions), strict=True
            ):
                file.write_text(suite.to_json(), "utf-8")
        examples = likeliest_first(read_examples(root, chapter_id, solutions))
        full, suite = (_worded(read_kit(file, root), examples, root, chapter) for file in recorded)
        shown = replace(suite, chapter=chapter, language=language).public().to_json()
        instructor = nbformat.read(solutions / chapter_id / f"{chapter_id}.ipynb", as_version=4)
        if leaked := leaks({"checks.json": shown}, solution_lines(instructor)):
            raise AuthoringError(LEAKED.format(chapter=chapter_id, place=leaked[0]))
        graded = replace(full, chapter=chapter, sources=parts_of(root, chapter_id)).to_json()
        texts = {solutions: (graded, shown), assignments: ("", shown)}
        for folder, content in texts.items():
            for name, text in zip(KITS, content, strict=True):
                if text:
                    (folder / chapter_id / name).write_text(text, "utf-8")
        return _taken_over(place, root, check=check)


def _taken_over(place: Path, root: Path, *, check: bool) -> list[str]:
    """Write what was built in `place` to the course; return the files that changed, notebooks first."""
    built = sorted(
        (path for path in place.rglob("*") if path.is_file()), key=lambda path: (path.suffix == ".json", path)
    )
    texts = {root / path.relative_to(place): path.read_text("utf-8") for path in built}
    return [str(path.relative_to(root)) for path in write_changed(texts, check=check)]


def _worded(suite: CheckSuite, examples: Sequence[Example], root: Path, chapter: Chapter) -> CheckSuite:
    """Return a kit with its known mistakes in the order of the examples, and with the causes that these say now.

    Its constants mean what chapter.yml says now.
    """
    recorded = {mistake.id: mistake for mistake in suite.mistakes}
    mistakes = tuple(
        replace(recorded[one.id], cause=one.cause, common=one.common)
        for one in examples
        if one.cause and one.id in recorded
    )
    return replace(suite, mistakes=mistakes, bank=worded(suite.bank, root, chapter) if suite.bank else None)


def build_pages(root: Path, chapters: Sequence[str], *, check: bool = False) -> list[str]:
    """Write the pages of `docs/` that are made from all chapters; return those that changed (with `check`: differ)."""
    if not (root / "docs").is_dir() or not all(
        (root / "solutions" / name / "hidden.json").exists() for name in chapters
    ):
        return []
    pages = {root / KILL_PAGE: kill_page(root, chapters)}
    pages |= _pictures(root, chapters)
    return [str(page.relative_to(root)) for page in write_changed(pages, check=check)]


def _pictures(root: Path, chapters: Sequence[str]) -> dict[Path, str]:
    """Return the pictures of networks for pages of `docs/`: each file there that is called as a network of a chapter is renewed."""
    wanted = {path.name.partition(".")[0] for path in (root / README_PICTURE).glob("*.svg")}
    found = [network for name in chapters if wanted for network in read_networks(root / "source" / name).values()]
    return {
        root / README_PICTURE / f"{network.name.lower()}.{language}.svg": figure(network, language)
        for network in found
        if network.name.lower() in wanted
        for language in LANGUAGES
    }


def _up_to_date(root: Path, chapter_id: str, suites: Sequence[Path], solutions: Path) -> bool:
    try:
        return {read_kit(path, root).made_from for path in suites} == {fingerprint(root, chapter_id, solutions)}
    except (KitError, FileNotFoundError):
        return False
