"""A YAML file as plain values, with the line of every key."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from autograder.course.errors import CourseError, KeyPath, Problem
from autograder.text import Text

MAX_NUMBER = 2**63
TAG = "tag:yaml.org,2002:"

NOT_READ = Text(zh="读不了 {path} ({why})", en="cannot read {path}: {why}")
NOT_UTF8 = Text(
    zh="字节 0x{byte:02x} 不是 UTF-8；请把文件存成 UTF-8", en="byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"
)
SYNTAX = Text(zh="YAML 语法：{words}", en="YAML syntax: {words}")
CHARACTER = Text(zh="不能有字符 U+{code:04X}", en="the character U+{code:04X} is not allowed")
NO_MAPPING = Text(zh="必须是由键组成的映射（`id: ...`）", en="must be a mapping of keys (`id: ...`)")
ITSELF = Text(zh="引用了自己", en="refers to itself")
NO_WORD = Text(zh="键必须是一个词，不能是列表或映射", en="a key must be one word, not a list or a mapping")
REPEATED = Text(zh="这个键在第 {line} 行已经有了", en="this key is already there, on line {line}")
HALF = Text(zh="只有代理对的一半；请直接写这个字符", en="holds half of a surrogate pair; write the character itself")

Mapped = dict[str, Any]
"""A mapping of YAML: its values are whatever the author wrote, and the models look at them."""


@dataclass(frozen=True)
class Document:
    """What a YAML file says.

    Attributes:
        values: The root mapping, made of dict, list and scalars; dates stay text, so that their zone is not lost.
        lines: The 1-based line of every key and list entry.
        problems: What YAML allows but a course file does not.
    """

    file: str
    values: Mapped
    lines: dict[KeyPath, int]
    problems: tuple[Problem, ...]

    def line(self, key: KeyPath) -> int:
        """Return the line of a key or, when it is not there, of the innermost mapping that lacks it."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines[key]


def read_document(path: Path, file: str) -> Document:
    """Read a YAML file that errors will call `file`; raise CourseError when it has no root mapping."""
    root = _root_node(_text(path, file), file)
    walk = _Walk(YAML(typ="safe", pure=True), file)
    walk.lines[()] = root.start_mark.line + 1
    values = walk.mapping(root, ())
    return Document(file, values, walk.lines, tuple(walk.problems))


def _text(path: Path, file: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError([Problem(file, None, (), NOT_READ.format(path=path, why=error.strerror))]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = NOT_UTF8.format(byte=error.object[error.start])
        raise CourseError([Problem(file, line, (), message)]) from error


@lru_cache(maxsize=32)  # course.yml is read with each of its chapters
def _root_node(text: str, file: str) -> MappingNode:
    """Return the root of the only document in `text`; nobody changes it."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        words = ", ".join(part for part in (error.context, error.problem) if part)
        raise CourseError([Problem(file, line, (), SYNTAX.format(words=words))]) from error
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        message = SYNTAX.format(words=CHARACTER.format(code=error.character))
        raise CourseError([Problem(file, line, (), message)]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        message = SYNTAX.format(words=f"{type(error).__name__}: {error}")
        raise CourseError([Problem(file, 1, (), message)]) from error
    if not isinstance(root, MappingNode):
        line = root.start_mark.line + 1 if root else 1
        raise CourseError([Problem(file, line, (), NO_MAPPING)])
    return root


@dataclass
class _Walk:
    """Turns YAML nodes into plain values and notes where they stand."""

    yaml: YAML
    file: str
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    open_nodes: list[Node] = field(default_factory=list)

    def value(self, node: Node, key: KeyPath) -> Any:
        if any(node is outer for outer in self.open_nodes):
            self.complain(key, node, ITSELF)
            return None
        if isinstance(node, ScalarNode):
            return self.scalar(node, key)
        self.open_nodes.append(node)
        try:
            if isinstance(node, MappingNode):
                return self.mapping(node, key)
            return self.sequence(node, key) if isinstance(node, SequenceNode) else None
        finally:
            self.open_nodes.pop()

    def mapping(self, node: MappingNode, key: KeyPath) -> Mapped:
        values: Mapped = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, ScalarNode):
                self.complain(key, name_node, NO_WORD)
                continue
            name = self.text(name_node, key)
            if name in values:
                self.complain((*key, name), name_node, REPEATED.format(line=self.lines[(*key, name)]))
                continue
            self.lines[(*key, name)] = name_node.start_mark.line + 1
            values[name] = self.value(value_node, (*key, name))
        return values

    def sequence(self, node: SequenceNode, key: KeyPath) -> list[Any]:
        values = []
        for position, entry in enumerate(node.value):
            self.lines[(*key, position)] = entry.start_mark.line + 1
            values.append(self.value(entry, (*key, position)))
        return values

    def scalar(self, node: ScalarNode, key: KeyPath) -> str | int | float | bool | None:
        """Return the value of a scalar; what is no usable number stays text, and the model refuses it."""
        constructor = self.yaml.constructor
        kind = str(node.tag).removeprefix(TAG)
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return bool(constructor.construct_yaml_bool(node))
            if kind == "int":
                number = int(constructor.construct_yaml_int(node))
                return number if abs(number) < MAX_NUMBER else self.text(node, key)
            if kind == "float":
                return float(constructor.construct_yaml_float(node))
        except (ValueError, LookupError):
            pass
        return self.text(node, key)

    def text(self, node: ScalarNode, key: KeyPath) -> str:
        """Return the text of a scalar, which an escape such as "\\ud800" must not make impossible to print."""
        text = str(node.value)
        printable = text.encode(errors="replace").decode()
        if printable != text:
            self.complain(key, node, HALF)
        return printable

    def complain(self, key: KeyPath, node: Node, message: Text) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, key, message))
