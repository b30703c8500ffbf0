"""Cut source text into its top-level statements; what cannot be parsed is reported and left out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograder.portable.older import paired
from autograder.submission import syntax
from autograder.submission.rejection import shown
from autograder.submission.scopes import (
    Names,
    executed_text,
    has_star_import,
    is_future_import,
    is_main_block,
    names_of,
    together,
)
from autograder.text import Text

# A syntax tree takes about 200 times the memory of its text.
MAX_SOURCE_LENGTH = 512 * 1024
MAX_TOTAL_LENGTH = 2 * 1024 * 1024
MAX_REMEMBERED_LENGTH = 8 * 1024
MAX_PROBLEMS = 20
MAX_STATEMENTS = 10_000
_FAILURES = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
# A new top-level statement begins here: not a comment, a closing bracket, or the next clause of the one above.
_CHUNK_START = re.compile(r"(?!(?:elif|else|except|finally)\b)[^\s#)\]}]")
_SURROGATE = re.compile("[\ud800-\udfff]")

SYNTAX = Text(zh="有语法错误：{cause}", en="syntax error: {cause}")
NULL = Text(zh="含有空字符（NUL），不是合法的 Python", en="holds a null byte, which is not valid Python")
SURROGATE = Text(
    zh="含有不成对的代理字符，不是合法的 Unicode", en="holds a lone surrogate character, which is not valid Unicode"
)
TOO_DEEP = Text(zh="嵌套太深，Python 无法解析", en="is nested too deeply for Python to parse")
TOO_LONG = Text(zh="太长（上限 {limit} KiB），没有读取", en="is too long (the limit is {limit} KiB) and was not read")
TOO_MANY = Text(
    zh="这里以后的语句没有读取（上限 {limit} 条）", en="what follows was not read (the limit is {limit} statements)"
)


@dataclass(frozen=True)
class Source:
    """Text of one notebook cell or one script; `first_line` is the number of its first line."""

    filename: str
    first_line: int
    text: str


@dataclass(frozen=True)
class Statement:
    """One top-level statement, exactly as the student wrote it."""

    filename: str
    line: int
    text: str


@dataclass(frozen=True)
class SyntaxProblem:
    """A part of the submission that Python cannot read, at the student's own line.

    Attributes:
        names: What it would have defined.
        text: The line.
    """

    filename: str
    line: int
    message: Text
    names: tuple[str, ...] = ()
    text: str = ""

    @property
    def sentence(self) -> Text:
        """Place, cause and line together."""
        place = syntax.place_of(self.filename, self.line)
        return syntax.SENTENCE.format(place=place, message=self.message, text=self.text or "…")


@dataclass(frozen=True)
class Parsed:
    """A top-level statement with the names it binds, changes and needs."""

    statement: Statement
    names: Names
    is_future: bool
    has_star: bool
    in_main: bool = False  # it stands below `if __name__ == "__main__":`


def parse_all(sources: Sequence[Source]) -> tuple[list[Parsed], list[SyntaxProblem]]:
    """Return the top-level statements of all sources in order, those in `__main__` blocks one by one, and the problems."""
    statements: list[Parsed] = []
    problems: list[SyntaxProblem] = []
    length = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in the student's text is no concern of ours
        for source in sources:
            length += len(source.text)
            if len(source.text) > MAX_SOURCE_LENGTH or length > MAX_TOTAL_LENGTH:
                limit = TOO_LONG.format(limit=MAX_SOURCE_LENGTH // 1024)
                problems.append(SyntaxProblem(source.filename, source.first_line, limit))
                continue
            for part in _parts(source):
                if isinstance(part, Parsed) and len(statements) == MAX_STATEMENTS:
                    many = TOO_MANY.format(limit=MAX_STATEMENTS)
                    problems.append(SyntaxProblem(source.filename, part.statement.line, many))
                    return statements, problems[-MAX_PROBLEMS:]
                if isinstance(part, Parsed):
                    statements.append(part)
                else:
                    problems.append(part)
    return statements, problems[:MAX_PROBLEMS]


def _parts(source: Source) -> Iterable[Parsed | SyntaxProblem]:
    """Return what `_parsed` gives; most cells of a class are the released ones, at the same place, and remembered."""
    if len(source.text) > MAX_REMEMBERED_LENGTH:
        return _parsed(source)
    try:
        return _remembered(source)
    except _NotRemembered as found:
        return found.parts


class _NotRemembered(Exception):
    """Something in a text could not be read, perhaps for lack of memory that another submission took: others ask anew."""

    def __init__(self, parts: tuple[Parsed | SyntaxProblem, ...]) -> None:
        super().__init__()
        self.parts = parts


@lru_cache(512)
def _remembered(source: Source) -> tuple[Parsed | SyntaxProblem, ...]:
    parts = tuple(_parsed(source))
    if any(isinstance(part, SyntaxProblem) for part in parts):
        raise _NotRemembered(parts)
    return parts


def _parsed(source: Source) -> Iterator[Parsed | SyntaxProblem]:
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(source.filename, source.first_line, text)
    tree = _tree(source)
    if isinstance(tree, ast.Module):
        yield from _statements(source, tree)
        return
    chunks = list(_chunks(source))
    found = False
    for chunk in chunks:
        part = _tree(chunk)
        if isinstance(part, ast.Module):
            yield from _statements(chunk, part)
        else:
            found = True
            yield part
    if not found:
        yield tree


def _tree(source: Source) -> ast.Module | SyntaxProblem:
    """Return the syntax tree of `source`, or what keeps Python from parsing it."""
    try:
        return ast.parse(source.text)
    except _FAILURES as error:
        return _problem(source, error)


def _problem(source: Source, error: BaseException) -> SyntaxProblem:
    line: int | None = None
    position: int | None = None
    if "\0" in source.text:
        message, position = NULL, source.text.index("\0")
    elif (lone := _SURROGATE.search(source.text)) is not None:
        message, position = SURROGATE, lone.start()
    elif isinstance(error, SyntaxError):
        message = SYNTAX.format(cause=syntax.cause_of(error.msg or ""))
        line = error.lineno
    elif isinstance(error, (RecursionError, MemoryError)):
        message = TOO_DEEP
    else:
        message = SYNTAX.format(cause=syntax.cause_of(str(error)))
    if position is not None:
        line = source.text.count("\n", 0, position) + 1
    lines = source.text.split("\n")
    line = min(max(line or 1, 1), len(lines))
    text, names = shown(lines[line - 1].strip(), 120), syntax.names_in(source.text)
    return SyntaxProblem(source.filename, source.first_line - 1 + line, message, names, text)


def _chunks(source: Source) -> Iterator[Source]:
    """Cut at the lines that begin in column 0; decorators stay with what they decorate."""
    lines = source.text.split("\n")
    starts = [0]
    decorated = False
    for place, line in enumerate(lines):
        if _CHUNK_START.match(line):
            if place and not decorated:
                starts.append(place)
            decorated = line.startswith("@")
    for start, end in paired(starts, [*starts[1:], len(lines)]):
        yield Source(source.filename, source.first_line + start, "\n".join(lines[start:end]))


def _statements(source: Source, tree: ast.Module) -> Iterator[Parsed | SyntaxProblem]:
    lines = [line.encode() for line in source.text.split("\n")]
    texts: dict[str, str] = {}  # that a name stands for, in case it is executed
    for node in tree.body:
        if is_main_block(node):
            assert isinstance(node, ast.If)
            for inner in node.body:
                yield _parsed_statement(source, inner, *_inner_segment(inner, lines), texts, in_main=True)
            continue
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            texts.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
        line = _first_line(node, lines)
        yield _parsed_statement(source, node, line, _segment(node, line, lines), texts)


def _parsed_statement(
    source: Source, node: ast.stmt, line: int, text: str, texts: Mapping[str, str], in_main: bool = False
) -> Parsed | SyntaxProblem:
    statement = Statement(source.filename, source.first_line - 1 + line, text)
    try:
        compile(text, "<student>", "exec", dont_inherit=True)
        names = names_of(node, text)
        if (executed := executed_text(node, texts)) is not None:
            inner = ast.parse(executed).body
            names = together([names, *(names_of(part, executed) for part in inner)])
        return Parsed(statement, names, is_future_import(node), has_star_import(node), in_main)
    except _FAILURES as error:
        return _problem(Source(source.filename, statement.line, text), error)


def _inner_segment(node: ast.stmt, lines: list[bytes]) -> tuple[int, str]:
    """Return line and text of a statement in a block, its indentation kept below an `if` of its own."""
    line = _first_line(node, lines)
    if not lines[line - 1][: node.col_offset].strip():
        whole = b"\n".join([b"if True:", *lines[line - 1 : node.end_lineno or node.lineno]])
        return line - 1, whole.decode()
    return line, _segment(node, line, lines)


def _first_line(node: ast.stmt, lines: list[bytes]) -> int:
    """Return the line where `node` begins, its decorators included."""
    line: int = min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", ()))])
    if line != node.lineno:
        while line > 1 and not lines[line - 1].lstrip().startswith(b"@"):
            line -= 1
    return line


def _segment(node: ast.stmt, line: int, lines: list[bytes]) -> str:
    end = node.end_lineno or node.lineno
    part = lines[line - 1 : end]
    part[-1] = part[-1][: node.end_col_offset]
    if line == node.lineno:
        part[0] = part[0][node.col_offset :]
    return b"\n".join(part).decode()
