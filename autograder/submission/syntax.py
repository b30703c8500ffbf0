"""What is told of code that Python cannot parse: place, line and cause, in the course's languages."""

from __future__ import annotations

import re

from autograder.submission.rejection import shown
from autograder.text import Text

PLACE = Text(zh="{file} 第 {line} 行", en="{file}, line {line}")
SENTENCE = Text(zh="{place} `{text}` {message}", en="{place}, `{text}`: {message}.")
NOT_READ = Text(zh="没有读到 {name}：{said}", en="{name} was not read: {said}")
_CELL = re.compile(r"(.*), cell (\d+)")
_NAMES = re.compile(r"^[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+(\w+)|^(\w+)[ \t]*=[^=]", re.MULTILINE)
_CAUSES = (
    (
        r"invalid character '(?P<sign>.)'",
        Text(
            zh="代码里有全角字符“{sign}”，请换成半角的。",
            en='the full-width character "{sign}" is not allowed in code; type the half-width one',
        ),
    ),
    (
        r"invalid non-printable character U\+(?P<sign>\w+)",
        Text(
            zh="代码里有看不见的字符 U+{sign}(例如全角空格)，请删掉或换成普通空格。",
            en="an invisible character, U+{sign}, such as a full-width space; delete it or type an ordinary space",
        ),
    ),
    (
        r"Missing parentheses in call to '(?P<sign>\w+)'",
        Text(zh="{sign} 是函数，要写成 {sign}(...)。", en="{sign} is a function: write {sign}(...)"),
    ),
    (r"'(?P<sign>.)' was never closed", Text(zh="括号 {sign} 没有闭合。", en="the bracket {sign} is never closed")),
    (r"unmatched '(?P<sign>.)'", Text(zh="多了一个括号 {sign}。", en="there is one bracket {sign} too many")),
    (r"does not match opening", Text(zh="前后括号不成对。", en="the brackets do not match")),
    (
        r"unterminated .*string",
        Text(zh="字符串缺少后一半引号。", en="the closing quotation mark of a string is missing"),
    ),
    (r"expected ':'", Text(zh="这一行末尾缺少冒号。", en="the colon at the end of the line is missing")),
    (
        r"inconsistent use of tabs",
        Text(
            zh="缩进里混用了制表符和空格，请只用空格。",
            en="tabs and spaces are mixed in the indentation; use spaces only",
        ),
    ),
    (
        r"unexpected indent|unindent does not match",
        Text(zh="这一行的缩进与前面对不上。", en="the indentation does not fit that of the lines above"),
    ),
    (
        r"expected an indented block",
        Text(zh="上一行的冒号之后缺少缩进的代码。", en="indented code is missing after the colon of the line above"),
    ),
    (r"forgot a comma", Text(zh="可能漏了逗号。", en="a comma may be missing")),
    (
        r"Maybe you meant '=='",
        Text(zh="比较要写 ==，一个等号是赋值。", en="write a comparison with ==; a single = assigns a value"),
    ),
    (r"invalid syntax", Text(zh="这不是合法的 Python。", en="this is not valid Python")),
    (
        r"'return' outside function",
        Text(zh="return 不在函数里，请检查缩进。", en="return is outside a function: check the indentation"),
    ),
)
_OTHER = Text(zh="Python 的说明：{said}", en="{said}")


def cause_of(message: str) -> Text:
    """Return Python's message on a syntax error in words of the course."""
    for pattern, text in _CAUSES:
        if found := re.search(pattern, message):
            return text.format(**{key: shown(value, 20) for key, value in found.groupdict().items()})
    return _OTHER.format(said=shown(message, 200))


def place_of(filename: str, line: int) -> Text:
    """Return a place in a script or, for a file name that ends in `, cell N`, in a notebook."""
    if cell := _CELL.fullmatch(filename):
        file = Text(zh=f"{shown(cell[1])} 第 {cell[2]} 个单元", en=f"{shown(cell[1])}, cell {cell[2]}")
    else:
        file = Text(zh=shown(filename), en=shown(filename))
    return PLACE.format(file=file, line=line)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names that code which cannot be parsed seems to define."""
    return tuple(dict.fromkeys(name for pair in _NAMES.findall(text) for name in pair if name))[:100]
