"""Figures of recorded runs in prose: looked up in the files that the runs wrote, never typed.

    {{recorded:FILE.key.key}}  a value of docs/results/FILE.json, or of the metrics.json of the chapter FILE
    {{time:CHAPTER.epoch}}     how long the fastest epoch of the reference took; `.training`: all its epochs
    {{interval:CHAPTER}}       half of the 95 % interval of the reference's accuracy: 0.024
    {{curves:FILE}}            the curves of docs/results/FILE.json, on a line of its own

A course may be built before anything was run: what has no record yet reads "not measured yet".
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from autograder.authoring.errors import AuthoringError
from autograder.text import Language, Text

RESULTS = Path("docs") / "results"
NOT_MEASURED = Text(zh="（尚未测量）", en="(not measured yet)")
SECONDS = Text(zh="{number} 秒", en="{number} seconds")
MINUTES = Text(zh="{number} 分钟", en="{number} minutes")
STANDARD_ERRORS = 1.96  # of a normal distribution, for 95 %
Record = dict[str, Any]


class Records:
    """The records of a course. root: the course folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def record(self, name: str) -> Record | None:
        """Return a record by its name, None where nothing was run yet. Raises AuthoringError for a damaged file."""
        for path in (self._root / RESULTS / f"{name}.json", self._root / "solutions" / name / "metrics.json"):
            try:
                return dict(json.loads(path.read_text("utf-8")))
            except FileNotFoundError:
                continue
            except (OSError, ValueError, TypeError) as error:
                raise AuthoringError(f"{path} cannot be read ({error}); run again what wrote it") from error
        return None

    def value(self, path: str, language: Language) -> str:
        """Return `FILE.key.key` as prose says it; a number in a key's place counts list entries from 0."""
        name, *keys = path.split(".")
        found: Any = self.record(name)
        if found is None:
            return NOT_MEASURED.to(language)
        for key in keys:
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (KeyError, IndexError, TypeError, ValueError):
                raise AuthoringError(f"recorded:{path}: the record has no {key!r}; look into {name}'s file") from None
        if isinstance(found, dict | list) or found is None:
            raise AuthoringError(f"recorded:{path}: that is no single value; name one further inside")
        return f"{found:.4f}".rstrip("0").rstrip(".") if isinstance(found, float) else str(found)

    def time(self, name: str, language: Language) -> str:
        """Return how long `CHAPTER.epoch` or `CHAPTER.training` took, as docs/results.md says it."""
        chapter, _, part = name.partition(".")
        if part not in ("epoch", "training"):
            raise AuthoringError(f"time:{name}: write time:{chapter}.epoch or time:{chapter}.training")
        record = self.record(chapter)
        if record is None:
            return NOT_MEASURED.to(language)
        fastest = min(epoch["seconds"] for run in record["runs"] for epoch in run["epochs"])
        seconds = fastest * (1 if part == "epoch" else record["recipe"]["epochs"])
        if seconds < 100:
            return SECONDS.format(number=str(round(seconds))).to(language)
        return MINUTES.format(number=str(round(seconds / 60))).to(language)

    def interval(self, name: str, language: Language) -> str:
        """Return 1.96 standard errors of the reference's accuracy on as many images as it was measured on."""
        record = self.record(name)
        if record is None:
            return NOT_MEASURED.to(language)
        accuracy = record["best"]["accuracy"]
        images = sum(map(sum, record["runs"][0]["confusion"]))
        return f"{STANDARD_ERRORS * math.sqrt(accuracy * (1 - accuracy) / images):.3f}"
