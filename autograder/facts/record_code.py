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
from autograder.text import Language, Text

FOLDER = Path("source") / "records"
MEMBERS = ("figure", "TABLES", "chart", "section")
Record = dict[str, Any]

NO_TABLE = Text(
    zh="{file}: TABLES 里没有 {name!r}；可用的：{known}", en="{file}: TABLES has no {name!r}; there is {known}"
)
NONE = Text(zh="无", en="none")
NO_CHART = Text(
    zh="{file}: chart 返回了 {got}；请返回 autograder.facts.chart.Chart",
    en="{file}: chart returned {got}; return an autograder.facts.chart.Chart",
)
NO_LINES = Text(
    zh="{file}: section 必须返回那一节的各行，每行是 str",
    en="{file}: section must return the lines of its section, each a str",
)
NO_MEMBER = Text(
    zh="{file} 里没有 {member}；请写上{wanted}，见 docs/authoring.zh.md",
    en="{file} has no {member}; write {wanted}, see docs/authoring.md",
)
A_DEF = Text(zh=" def {member}({arguments})", en="def {member}({arguments})")
A_DICT = Text(zh="字典 {member}", en="the dict {member}")
NO_TEXT = Text(zh="{file}: {what} 返回了 {got}；请返回 str", en="{file}: {what} returned {got}; return a str")
RAISED = Text(zh="{place}: {what} 抛出了 {raised}", en="{place}: {what} raised {raised}")
NO_MEMBERS = Text(
    zh="{file} 里没有 {members} 中的任何一个；见 docs/authoring.zh.md，或者删掉这个文件",
    en="{file} has none of {members}; see docs/authoring.md, or remove the file",
)
OTHER_FORM = Text(zh="{file}: {member} 必须是{wanted}，不能是 {got}", en="{file}: {member} must be {wanted}, not {got}")
FUNCTIONS = Text(zh="由函数组成的字典", en="a dict of functions")
FUNCTION = Text(zh="函数", en="a function")


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
            known = ", ".join(map(str, tables)) or NONE
            raise FactsError(NO_TABLE.format(file=self.file, name=name, known=known))
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
            raise FactsError(NO_CHART.format(file=self.file, got=type(drawn).__name__))
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
            raise FactsError(NO_LINES.format(file=self.file))
        return "\n".join(lines) + "\n"

    def _needed(self, member: str, arguments: str | None) -> Any:
        if member in self.own:
            return self.own[member]
        wanted = (A_DEF if arguments else A_DICT).format(member=member, arguments=arguments)
        raise FactsError(NO_MEMBER.format(file=self.file, member=member, wanted=wanted))

    def _text(self, what: str, function: Callable[..., object], *arguments: object) -> str:
        text = self._called(what, function, *arguments)
        if not isinstance(text, str):
            raise FactsError(NO_TEXT.format(file=self.file, what=what, got=type(text).__name__))
        return text

    def _called(self, what: str, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except FactsError:
            raise
        except Exception as error:
            place = place_of(error, self.file)
            raise FactsError(RAISED.format(place=place, what=what, raised=raised(error))) from error


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
        raise FactsError(error.said) from error
    own = {member: getattr(module, member) for member in MEMBERS if hasattr(module, member)}
    if not own:
        raise FactsError(NO_MEMBERS.format(file=file, members=", ".join(MEMBERS)))
    for member, value in own.items():
        if not (isinstance(value, dict) if member == "TABLES" else callable(value)):
            wanted = FUNCTIONS if member == "TABLES" else FUNCTION
            raise FactsError(OTHER_FORM.format(file=file, member=member, wanted=wanted, got=type(value).__name__))
    return RecordCode(file, own)


def _listed(lines: Iterable[str]) -> list[str]:
    return lines.splitlines() if isinstance(lines, str) else list(lines)
