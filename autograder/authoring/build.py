"""Build a chapter: notebooks and module from the source, then the recordings where they are out of date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat

from autograder.authoring.answers import leaks, solution_lines
from autograder.authoring.errors import AuthoringError
from autograder.authoring.examples import Example, likeliest_first, read_examples
from autograder.authoring.kills import KILL_PAGE, kill_page
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.record import fingerprint, record_kit
from autograder.authoring.sources import parts_of
from autograder.checks.kit import Kit, KitError, read_kit
from autograder.course import load_chapter
from autograder.facts import read_networks
from autograder.facts.figure import figure
from autograder.sandbox.box import Box
from autograder.text import LANGUAGES, Language
from autograder.writing import write_atomically, write_changed

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

    The recordings hold floating point results, which another machine gives with other last digits. So they are made
    anew only when something they depend on has changed; `verify` runs everything again and compares within tolerance.
    """
    chapter = load_chapter(root / "source" / chapter_id)
    changed = write_chapter(root, chapter, language, check=check)
    full, shipped = (root / "solutions" / chapter_id / name for name in ("hidden.json", "checks.json"))
    if not _up_to_date(root, chapter_id, (full, shipped)):
        if check:
            return [*changed, str(full.relative_to(root))]
        for file, kit in zip((full, shipped), record_kit(root, chapter_id, box, progress), strict=True):
            write_atomically(file, kit.to_json())
        changed.append(str(full.relative_to(root)))
    examples = likeliest_first(read_examples(root, chapter_id))
    shown = replace(_worded(read_kit(shipped), examples), chapter=chapter, language=language).public().to_json()
    instructor = nbformat.read(root / "solutions" / chapter_id / f"{chapter_id}.ipynb", as_version=4)
    if leaked := leaks({"checks.json": shown}, solution_lines(instructor)):
        raise AuthoringError(f"{chapter_id}: a solution line reaches the students: {leaked[0]}")
    sources = parts_of(root, chapter_id)
    files = {full: replace(_worded(read_kit(full), examples), chapter=chapter, sources=sources).to_json()}
    files |= {root / folder / chapter_id / "checks.json": shown for folder in ("assignments", "solutions")}
    written = [str(file.relative_to(root)) for file in write_changed(files, check=check)]
    return changed + [file for file in written if file not in changed]


def _worded(kit: Kit, examples: Sequence[Example]) -> Kit:
    """Return a kit with its known mistakes in the order of the examples, and with the causes that these say now."""
    recorded = {mistake.id: mistake for mistake in kit.mistakes}
    mistakes = tuple(
        replace(recorded[one.id], cause=one.cause, common=one.common)
        for one in examples
        if one.cause and one.id in recorded
    )
    return replace(kit, mistakes=mistakes)


def build_pages(root: Path, chapters: Sequence[str], *, check: bool = False) -> list[str]:
    """Write the pages of `docs/` that are made from all chapters; return those that changed (with `check`: differ)."""
    if not (root / "docs").is_dir() or not all(
        (root / "solutions" / name / "hidden.json").exists() for name in chapters
    ):
        return []
    pages = {root / KILL_PAGE: kill_page(root, chapters)}
    if inception := read_networks(root / "source" / "googlenet").get("Inception"):
        pages |= {root / README_PICTURE / f"inception.{name}.svg": figure(inception, name) for name in LANGUAGES}
    return [str(page.relative_to(root)) for page in write_changed(pages, check=check)]


def _up_to_date(root: Path, chapter_id: str, kits: Sequence[Path]) -> bool:
    try:
        return {read_kit(path).made_from for path in kits} == {fingerprint(root, chapter_id)}
    except (KitError, FileNotFoundError):
        return False
