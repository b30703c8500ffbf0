"""The language in which training speaks to a learner."""

from __future__ import annotations

import json
import os
from pathlib import Path

from autograder.portable.console import shown_language
from autograder.text import Language, spoken


def chosen_language(given: Language | None) -> Language:
    """Return `given`, else that of AUTOGRADER_LANG, else that of the notebook's checks.json, else Chinese."""
    wanted = given or os.environ.get("AUTOGRADER_LANG") or shown_language(_of_the_notebook())
    return spoken(wanted)


def _of_the_notebook() -> str:
    try:
        record = json.loads(Path("checks.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "zh"
    return str(record.get("language", "zh")) if isinstance(record, dict) else "zh"
