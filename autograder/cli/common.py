"""What several verbs share: the language option and the progress line."""

from __future__ import annotations

import os
import sys
from typing import Annotated, cast

import typer

from autograder.text import Language

LanguageOption = Annotated[str | None, typer.Option("--lang", help="zh or en; the course's language by default.")]


def chosen_language(given: str | None, default: str) -> Language:
    """Return the language of an option, else of AUTOGRADER_LANG, else `default`."""
    chosen = given or os.environ.get("AUTOGRADER_LANG") or default
    if chosen not in ("zh", "en"):
        raise typer.BadParameter(f"the language is zh or en, not {chosen!r}")
    return cast("Language", chosen)


def progress(text: str) -> None:
    """Print a progress line to stderr."""
    print(text, file=sys.stderr, flush=True)
