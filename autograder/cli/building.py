"""Whether what was built is what `source/` says: told before it is used. Nothing is compared where there is no source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.common import UsageError, progress
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course

WRITTEN = Text(zh="已写入：{name}", en="written: {name}")
DIFFERS = Text(zh="不一致：{name}", en="differs: {name}")
REFUSED = Text(
    zh="{said}\n要按已生成的评分，请加 --stale",
    en="{said}\nto grade by what was built all the same, add --stale",
)


NEW_NUMBERS = Text(
    zh="学生自己的数由 course.yml 的 salt 抽出，{chapters} 里录下的是另一个 salt 的：发给学生之前，请运行 autograder build {chapters}",
    en="students' own numbers are drawn from `salt` in course.yml, and what is built of {chapters} has those of another salt: run "
    "autograder build {chapters} before anything goes to students",
)


def file_said(name: str, language: Language, *, differs: bool = False) -> str:
    """Return a line on a file that was written or, where nothing is written, that differs from what would be."""
    return (DIFFERS if differs else WRITTEN).format(name=name).to(language)


def of_another_salt(root: Path, course: Course) -> Text | None:
    """Say which chapters were built with other numbers of one's own than the course's salt draws; None where there are none."""
    from autograder.checks.suite import KitError, public_kit
    from autograder.course import CourseError, load_chapter

    found = []
    for entry in course.chapters:
        folder = root / "source" / entry.id
        if not (folder / "chapter.yml").is_file():
            continue
        try:
            variants = load_chapter(folder).variants
            bank = public_kit(root, entry.id).bank if variants else None
        except (CourseError, KitError):  # not to be read, or not built: whoever needs it says so
            continue
        if variants is None:
            continue
        built = [one.values for one in bank.variants] if bank else []
        if built != list(variants.bank(course.salt, entry.id)):
            found.append(entry.id)
    return NEW_NUMBERS.format(chapters=" ".join(found)) if found else None


def stale_chapters(root: Path, chapters: Iterable[str]) -> list[Text]:
    """Return a line for each chapter that was built from another source than the present one."""
    if not (root / "source").is_dir():
        return []
    from autograder.authoring.sources import stale

    return [said for name in chapters if (said := stale(root, name)) is not None]


def refuse_stale(root: Path, chapters: Iterable[str], language: Language, *, allowed: bool) -> None:
    """Raise `UsageError` where a chapter's source was changed and not built; where that is `allowed`, warn."""
    found = stale_chapters(root, chapters)
    if found and not allowed:
        raise UsageError(REFUSED.format(said=Text.joined(found, "\n")))
    warn_stale(found, language)


def warn_stale(found: Iterable[Text], language: Language) -> None:
    """Name stale chapters on stderr."""
    for said in found:
        progress(f"! {said.to(language)}")
