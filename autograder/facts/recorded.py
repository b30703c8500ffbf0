"""Figures of recorded runs: looked up in the files that the runs wrote, `docs/results/*.json` and `solutions/*/metrics.json`, never typed.

docs/authoring.md lists the placeholders with which a text quotes them. A course may be built before anything was run: what has
no record yet reads "not measured yet", and a name that a record does not have is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.facts.chart import Chart
from autograder.facts.curves import epochs_chart
from autograder.facts.record_code import FOLDER, RecordCode, record_code
from autograder.facts.wording import spread
from autograder.measures import half_interval
from autograder.text import Language, Text

ACCURACY_ON_IMAGES = re.compile(r"(0\.\d+)\.(\d+)")
RESULTS = Path("docs") / "results"
EACH = "each"
NOT_MEASURED = Text(zh="（尚未测量）", en="(not measured yet)")
SECONDS = Text(zh="{number} 秒", en="{number} seconds")
MINUTES = Text(zh="{number} 分钟", en="{number} minutes")
Record = dict[str, Any]

NOT_READ = Text(
    zh="{path} 读不了 ({error})；请把写出它的命令再运行一次",
    en="{path} cannot be read ({error}); run again what wrote it",
)
NO_CODE = Text(
    zh="{what}: 请写 RECORD.NAME，docs/results/RECORD.json 的数由 {folder}/RECORD.py 给出{there}",
    en="{what}: write RECORD.NAME, where {folder}/RECORD.py tells the figures of docs/results/RECORD.json{there}",
)
THERE_IS = Text(zh="；有 {known}", en="; there is {known}")
NO_NUMBERS = Text(
    zh="{what}: 这些不是带小数点的数；请写其中一个的名字",
    en="{what}: these are no numbers with a decimal point; name one of them",
)
TIME = Text(
    zh="time:{name}: 请写 time:{chapter}.epoch 或 time:{chapter}.training",
    en="time:{name}: write time:{chapter}.epoch or time:{chapter}.training",
)
UNKNOWN = Text(
    zh="{placeholder}: 没有这种占位符；有 {known}", en="{placeholder}: unknown placeholder; there is {known}"
)
NOT_SINGLE = Text(
    zh="{what}: 那里不止一个值；请写到更里面的一个", en="{what}: that is no single value; name one further inside"
)
NO_KEY = Text(
    zh="{what}: 记录里没有 {key!r}；请看一看它的文件", en="{what}: the record has no {key!r}; look into its file"
)


class NotRecorded(AutograderError):
    """A figure that a record does not have, or a record that cannot be read."""


class Records:
    """The records of a course.

    Attributes:
        root: The course folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def record(self, name: str) -> Record | None:
        """Return a record by its name, None where nothing was run yet.

        Raises:
            NotRecorded: For a damaged file.
        """
        for path in (self._root / RESULTS / f"{name}.json", self._root / "solutions" / name / "metrics.json"):
            try:
                return dict(json.loads(path.read_text("utf-8")))
            except FileNotFoundError:
                continue
            except (OSError, ValueError, TypeError) as error:
                raise NotRecorded(NOT_READ.format(path=path, error=error)) from error
        return None

    def run(self, path: str, language: Language) -> str:
        """Return `RECORD.FIGURE`, a figure as `source/records/RECORD.py` tells it from its record."""
        name, _, wanted = path.partition(".")
        code = self._code(f"run:{path}", name)
        record = self.record(name)
        return NOT_MEASURED.to(language) if record is None else code.figure(record, wanted, language)

    def runs(self, path: str, language: Language) -> str:
        """Return `RECORD.TABLE`, a table of `source/records/RECORD.py`, as Markdown."""
        name, _, wanted = path.partition(".")
        code = self._code(f"runs:{path}", name)
        record = self.record(name)
        return NOT_MEASURED.to(language) if record is None else code.table(record, wanted, language)

    def chart(self, name: str) -> Chart | None:
        """Return the curves of a record: those that `source/records/NAME.py` draws, else its epochs; None before it was run."""
        record = self.record(name)
        if record is None:
            return None
        code = record_code(self._root, name)
        return (code.chart(record) if code else None) or epochs_chart(name, record)

    def draws(self, name: str) -> bool:
        """Return True if the course has a chart of its own for a record."""
        code = record_code(self._root, name)
        return code is not None and "chart" in code.own

    def _code(self, what: str, name: str) -> RecordCode:
        code = record_code(self._root, name)
        if code is None:
            known = sorted(file.stem for file in (self._root / FOLDER).glob("*.py"))
            there = THERE_IS.format(known=", ".join(known)) if known else ""
            raise NotRecorded(NO_CODE.format(what=what, folder=FOLDER.as_posix(), there=there))
        return code

    def recorded(self, path: str, language: Language) -> str:
        """Return `FILE.key.key` as prose says it.

        A number in a key's place counts list entries from 0; `each` takes all entries and gives a range, as in
        `lenet.runs.each.best.accuracy`.
        """
        name, *keys = path.split(".")
        record = self.record(name)
        if record is None:
            return NOT_MEASURED.to(language)
        values = list(_values(record, keys, f"recorded:{path}"))
        if all(isinstance(value, float) for value in values):
            return spread(values, ".4f", language)
        if len(set(map(str, values))) > 1:
            raise NotRecorded(NO_NUMBERS.format(what=f"recorded:{path}"))
        return str(values[0])

    def time(self, name: str, language: Language) -> str:
        """Return how long `CHAPTER.epoch` or `CHAPTER.training` took, as docs/results.md says it."""
        chapter, _, part = name.partition(".")
        if part not in ("epoch", "training"):
            raise NotRecorded(TIME.format(name=name, chapter=chapter))
        record = self.record(chapter)
        if record is None:
            return NOT_MEASURED.to(language)
        fastest = min(epoch["seconds"] for run in record["runs"] for epoch in run["epochs"])
        seconds = fastest * (1 if part == "epoch" else record["recipe"]["epochs"])
        if seconds < 100:
            return SECONDS.format(number=str(round(seconds))).to(language)
        return MINUTES.format(number=str(round(seconds / 60))).to(language)

    def interval(self, name: str, language: Language) -> str:
        """Return half of a 95% interval: of `ACCURACY.IMAGES`, such as `0.93.400`, or of the reference's accuracy in CHAPTER."""
        if given := ACCURACY_ON_IMAGES.fullmatch(name):
            return f"{half_interval(float(given[1]), int(given[2])):.3f}"
        record = self.record(name)
        if record is None:
            return NOT_MEASURED.to(language)
        images = sum(map(sum, record["runs"][0]["confusion"]))
        return f"{half_interval(record['best']['accuracy'], images):.3f}"


PLACEHOLDER = re.compile(r"\{\{[ \t]*(\w+)[ \t]*:[ \t]*([\w.]+)[ \t]*\}\}")
QUOTED: dict[str, Callable[[Records, str, Language], str]] = {
    "recorded": Records.recorded,
    "time": Records.time,
    "interval": Records.interval,
    "run": Records.run,
    "runs": Records.runs,
}


def quoted(text: str, records: Records, language: Language) -> str:
    """Return a text with its placeholders of recorded runs replaced.

    Raises:
        NotRecorded: For any other placeholder.
    """

    def replaced(match: re.Match[str]) -> str:
        if match[1] not in QUOTED:
            raise NotRecorded(UNKNOWN.format(placeholder=match[0], known=", ".join(QUOTED)))
        return QUOTED[match[1]](records, match[2], language)

    return PLACEHOLDER.sub(replaced, text)


def _values(found: Any, keys: Sequence[str], what: str) -> Iterator[Any]:
    """Yield what the keys lead to. Raises NotRecorded where they lead nowhere, or to more than a single value."""
    if not keys:
        if isinstance(found, (dict, list)) or found is None:
            raise NotRecorded(NOT_SINGLE.format(what=what))
        yield found
        return
    key, rest = keys[0], keys[1:]
    if key == EACH and isinstance(found, list) and found:
        for entry in found:
            yield from _values(entry, rest, what)
        return
    try:
        inner = found[int(key)] if isinstance(found, list) else found[key]
    except (KeyError, IndexError, TypeError, ValueError):
        raise NotRecorded(NO_KEY.format(what=what, key=key)) from None
    yield from _values(inner, rest, what)
