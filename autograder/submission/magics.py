"""Blank what only IPython understands (`%magic`, `!shell`, `name?`), keeping every line number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from autograder.submission.statements import MAX_REMEMBERED_LENGTH

# Cell magics whose body is ordinary code of the notebook.
_WRAPPING = frozenset({"time", "timeit", "capture", "prun", "memit", "debug"})
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w*)")
_WRITTEN = re.compile(
    r"\s*%%\s*(?:writefile|file)\s+(?:-a\s+|--append\s+)?[\"']?(?:[^\s\"']*[/\\\\])?(\w+)\.py[\"']?\s*$"
)
_LINE_MAGIC = re.compile(
    r"""(?:
        [\w.*]+\?{1,2}$                       # name?
      | [\w,\s]+=\s*(?:!|%[A-Za-z_])        # files = !ls
    )""",
    re.VERBOSE,
)
_TIMED = re.compile(r"(\s*)%time\s+(?=\S)")
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\#.*|[\[\](){}]|\\.")
_CLOSING = {quote: re.compile(r"(?:[^\\]|\\.)*?" + quote, re.DOTALL) for quote in ('"""', "'''")}


def without_magics(text: str) -> str:
    """Return the code of a cell with IPython's own lines blanked.

    The body of a cell magic such as `%%bash` is blanked too; that of `%%time` and its like is kept, and so is the
    statement after `%time`. Lines inside strings and brackets are code (`% b` there is a remainder).
    """
    return _remembered(text) if len(text) <= MAX_REMEMBERED_LENGTH else _without_magics(text)


def written_module(text: str) -> str | None:
    """Return the name of the module that a cell writes to a file (`%%writefile lenet.py`), None for other cells."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    found = _WRITTEN.match(first) if first.lstrip().startswith("%%") else None
    return found.group(1) if found else None


def without_own_imports(text: str, modules: Mapping[str, Sequence[str]]) -> str:
    """Return code without imports from modules that other cells write: what those define stands in the same namespace.

    Args:
        modules: The names that each binds. Line numbers stay.
    """
    for module, names in modules.items():
        text = re.sub(
            rf"^([ \t]*)from[ \t]+\.?{module}[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)", _aliases, text, flags=re.MULTILINE
        )
        inside = ", ".join(f"{name!r}: globals().get({name!r})" for name in names)
        text = re.sub(
            rf"^([ \t]*)import[ \t]+{module}(?:[ \t]+as[ \t]+(\w+))?[ \t]*$",
            lambda found, module=module, inside=inside: (  # type: ignore[misc]
                f"{found[1]}{found[2] or module} = __import__('types').SimpleNamespace(**{{{inside}}})"
            ),
            text,
            flags=re.MULTILINE,
        )
    return text


def _aliases(found: re.Match[str]) -> str:
    """Return the assignments that an import of names needs where the names are there already: those with another name."""
    pairs = re.findall(r"(\w+)[ \t]+as[ \t]+(\w+)", found[2])
    assigned = "; ".join(f"{new} = {old}" for old, new in pairs if old != new)
    return f"{found[1]}{assigned or 'pass'}" + "\n" * found[0].count("\n")


@lru_cache(512)
def _remembered(text: str) -> str:
    """Return what `_without_magics` gives; most cells of a class are the released ones."""
    return _without_magics(text)


def _without_magics(text: str) -> str:
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return text
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        if magic.group(1) not in _WRAPPING and not _WRITTEN.match(lines[first]):
            return "\n" * (len(lines) - 1)
        lines[first] = ""
    return "\n".join(_blanked(lines))


def _blanked(lines: list[str]) -> Iterator[str]:
    state = _Position()
    in_magic = False
    for line in lines:
        starts = state.at_statement_start
        if in_magic or (starts and _is_magic(line)):
            timed = None if in_magic else _TIMED.match(line)
            if timed is not None:
                line = timed.group(1) + line[timed.end() :]
            else:
                indent = "" if in_magic else line[: len(line) - len(line.lstrip())]
                in_magic = line.endswith("\\")
                yield indent + "pass" if indent else ""
                continue
        state.read(line)
        yield line


def _is_magic(line: str) -> bool:
    code = line.strip()
    return code[:1] in ("!", "?", "%") or (len(code) < 500 and _LINE_MAGIC.match(code) is not None)


class _Position:
    """Whether the next line starts a statement: outside strings and brackets, not after a backslash."""

    def __init__(self) -> None:
        self.quote: str | None = None
        self.depth = 0
        self.continued = False

    @property
    def at_statement_start(self) -> bool:
        return self.quote is None and self.depth == 0 and not self.continued

    def read(self, line: str) -> None:
        place = 0
        comment = False
        while True:
            if self.quote is not None:
                closing = _CLOSING[self.quote].match(line, place)
                if closing is None:
                    break
                self.quote, place = None, closing.end()
            token = _TOKEN.search(line, place)
            if token is None:
                break
            place = token.end()
            comment = token.group().startswith("#")
            if token.group() in _CLOSING:
                self.quote = token.group()
            elif token.group() in "([{":
                self.depth += 1
            elif token.group() in ")]}":
                self.depth = max(0, self.depth - 1)
        self.continued = self.quote is None and not comment and line.endswith("\\")
