"""What a learner expects of an experiment, written down before it is run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder.course.loading import course_of_notebook, load_course
from autograder.course.moments import shown_moment
from autograder.errors import AutograderError
from autograder.portable.older import UTC
from autograder.text import Language, Text
from autograder.training.failures import EVERYTHING, EXPECT_FIRST, NOT_PREDICTIONS, failed
from autograder.training.wording import chosen_language
from autograder.writing import write_atomically

FILE = "predictions.json"
SHOWN = 8  # characters of the digest
KEPT = Text(zh="预测已记录：摘要 {digest}，时间 {time}。", en="Prediction recorded: digest {digest}, at {time}.")
KNOWN = Text(
    zh="这份预测已在 {time} 记录：摘要 {digest}。", en="This prediction was recorded at {time}: digest {digest}."
)
ANOTHER = Text(
    zh="预测已记录：摘要 {digest}，时间 {time}。较早的预测（摘要 {first}）也留着。",
    en="Prediction recorded: digest {digest}, at {time}. The earlier one (digest {first}) is kept too.",
)


def preregister(
    predictions: Mapping[str, str],
    file: Path | str = FILE,
    language: Language | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> str:
    """Add predictions, with the time, to a JSON file; print and return the first characters of their SHA-256.

    The digest depends on the words alone. Nothing that was recorded is ever removed.

    Raises:
        TrainingError: For empty predictions, and for a file that holds something else.
    """
    empty = sorted(str(name) for name, text in predictions.items() if not str(text).strip(" .…?"))
    if not predictions or empty:
        raise failed(EXPECT_FIRST.format(empty=", ".join(empty) or EVERYTHING))
    words = {str(name): str(text) for name, text in predictions.items()}
    digest = hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    path, shown = Path(file), chosen_language(language)
    entries = _recorded(path)
    entry = next((entry for entry in entries if entry["digest"] == digest), None)
    text = KNOWN
    if entry is None:
        text = ANOTHER if entries else KEPT
        entry = {"digest": digest, "time": now().isoformat(timespec="seconds"), "predictions": words}
        entries.append(entry)
        write_atomically(path, json.dumps(entries, ensure_ascii=False, indent=1) + "\n")
    time = shown_moment(datetime.fromisoformat(entry["time"]), _zone())
    values = {"digest": digest[:SHOWN], "time": time, "first": entries[0]["digest"][:SHOWN]}
    print(text.to(shown).format(**values))
    return digest[:SHOWN]


def _zone() -> ZoneInfo:
    """Return the zone of the course around the notebook, UTC where there is none."""
    try:
        return load_course(course_of_notebook(Path.cwd())).zone
    except (AutograderError, OSError):
        return ZoneInfo("UTC")


def _recorded(path: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text("utf-8"))
        if not isinstance(entries, list) or not all(
            {"digest", "time", "predictions"} <= set(entry) and datetime.fromisoformat(entry["time"])
            for entry in entries
        ):
            raise ValueError("it is no list of predictions")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise failed(NOT_PREDICTIONS.format(path=path, error=error)) from error
    return entries
