"""Whether what was built is what `source/` says: told before it is used. Nothing is compared where there is no source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.cli.common import UsageError, progress
from autograder.text import Language, Text

REFUSED = Text(
    zh="{said}\n要按已生成的评分，请加 --stale",
    en="{said}\nto grade by what was built all the same, add --stale",
)


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
