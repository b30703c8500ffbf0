"""The language in which training speaks to a learner."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.course.language import spoken_here
from autograder.text import Language, spoken


def chosen_language(given: Language | None) -> Language:
    """Return `given`, else that of AUTOGRADER_LANG, else that of the notebook's checks.json, else Chinese."""
    return spoken(given) if given else spoken_here(_of_the_notebook())


def _of_the_notebook() -> str:
    try:
        record = json.loads(Path("checks.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "zh"
    return str(record.get("language", "zh")) if isinstance(record, dict) else "zh"
