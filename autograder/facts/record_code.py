"""What a course says of a recorded run: `source/records/NAME.py` beside `docs/results/NAME.json`, both of the author's making.

Such a file may have, each where it is wanted:

- `figure(record, name, language)`: the text of `{{run:NAME.name}}`; it raises FactsError for a name that it does not know;
- `TABLES`: a dict of functions `(record, language)` that return Markdown, for `{{runs:NAME.key}}`;
- `chart(record)`: a `autograder.facts.chart.Chart`, for `{{curves:NAME}}` and the picture `docs/results/NAME.svg`;
- `section(record, language)`: the lines of its section of docs/results.md and docs/results.zh.md; `section(record)` for the
  same lines on both.

record is what the JSON file holds. A record in the form of a metrics.json has chart and section without any code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

from autograder.facts.arithmetic import FactsError
from autograder.facts.chart import Chart
from autograder.importing import ImportFailed, import_file, place_of, raised
from autograder.text import Language

FOLDER = Path("source") / "records"
MEMBERS = ("figure", "TABLES", "chart", "section")
Record = dict[str, Any]


@dataclass(frozen=True)
class RecordCode:
    """The functions that a course has for a record.

    Attributes:
        file: Where they stand.
        own: What is there of MEMBERS, by name.
    """

    file: Path
    own: Mapping[str, Any]

    def figure(self, record: Record, name: str, language: Language) -> str:
        """Return a figure.

        Raises:
            FactsError: Where it is not known, or the course's code fails.
        """
        return self._text("figure", self._needed("figure", "record, name, language"), record, name, language)

    def table(self, record: Record, name: str, language: Language) -> str:
        """Return a table as Markdown; raises FactsError as `figure` does."""
        tables = self._needed("TABLES", None)
        if name not in tables:
            raise FactsError(f"{self.file}: TABLES has no {name!r}; there is {', '.join(map(str, tables)) or 'none'}")
        return self._text(f"TABLES[{name!r}]", tables[name], record, language)

    def chart(self, record: Record) -> Chart | None:
        """Return the chart of the record, None where the course draws none.

        Raises:
            FactsError: Where its code fails.
        """
        if "chart" not in self.own:
            return None
        drawn = self._called("chart", self.own["chart"], record)
        if not isinstance(drawn, Chart):
            raise FactsError(
                f"{self.file}: chart returned {type(drawn).__name__}; return an autograder.facts.chart.Chart"
            )
        return drawn

    def section(self, record: Record, language: Language) -> str | None:
        """Return the Markdown of the record's section, None where the course has none.

        Raises:
            FactsError: Where its code fails.
        """
        if "section" not in self.own:
            return None
        own = self.own["section"]
        arguments = (record, language)[: len(signature(own).parameters)]
        lines = self._called("section", lambda *given: _listed(own(*given)), *arguments)
        if not all(isinstance(line, str) for line in lines):
            raise FactsError(f"{self.file}: section must return the lines of its section, each a str")
        return "\n".join(lines) + "\n"

    def _needed(self, member: str, arguments: str | None) -> Any:
        if member in self.own:
            return self.own[member]
        wanted = f"def {member}({arguments})" if arguments else f"the dict {member}"
        raise FactsError(f"{self.file} has no {member}; write {wanted}, see docs/authoring.md")

    def _text(self, what: str, function: Callable[..., object], *arguments: object) -> str:
        text = self._called(what, function, *arguments)
        if not isinstance(text, str):
            raise FactsError(f"{self.file}: {what} returned {type(text).__name__}; return a str")
        return text

    def _called(self, what: str, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except FactsError:
            raise
        except Exception as error:
            raise FactsError(f"{place_of(error, self.file)}: {what} raised {raised(error)}") from error


def record_code(root: Path, name: str) -> RecordCode | None:
    """Return what a course says of the record `name`, None where it has no file for it.

    Raises:
        FactsError: For a file that cannot be imported, or has nothing that is asked for.
    """
    file = root / FOLDER / f"{name}.py"
    if not file.is_file():
        return None
    try:
        module = import_file(file, f"_record_{name}")
    except ImportFailed as error:
        raise FactsError(str(error)) from error
    own = {member: getattr(module, member) for member in MEMBERS if hasattr(module, member)}
    if not own:
        raise FactsError(f"{file} has none of {', '.join(MEMBERS)}; see docs/authoring.md, or remove the file")
    for member, value in own.items():
        if not (isinstance(value, dict) if member == "TABLES" else callable(value)):
            wanted = "a dict of functions" if member == "TABLES" else "a function"
            raise FactsError(f"{file}: {member} must be {wanted}, not {type(value).__name__}")
    return RecordCode(file, own)


def _listed(lines: Iterable[str]) -> list[str]:
    return lines.splitlines() if isinstance(lines, str) else list(lines)
