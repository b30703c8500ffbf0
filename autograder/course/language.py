"""The language in which a student's notebook and its commands speak."""

from __future__ import annotations

import os

from autograder.portable.console import shown_language
from autograder.text import Language, spoken


def spoken_here(language: Language) -> Language:
    """Return the language of AUTOGRADER_LANG, else what the console can show of the given one."""
    return spoken(os.environ.get("AUTOGRADER_LANG") or shown_language(language))
