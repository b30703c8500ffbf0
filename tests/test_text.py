"""Texts in two languages, and messages that keep their values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from autograder.text import Message, Said, Text

COUNT = Message("test.count", zh="{who} 有 {count:,} 个{more}", en="{who} has {count:,}{more}")


def test_a_message_keeps_its_key_and_values_and_has_words_in_both_languages() -> None:
    said = COUNT(who="LeNet", count=61706, more=Text(zh="!", en=" of them"))
    assert (said.zh, said.en) == ("LeNet 有 61,706 个!", "LeNet has 61,706 of them")
    assert (said.key, said.values["count"]) == ("test.count", 61706)


def test_a_said_message_stands_where_a_text_does() -> None:
    inner = COUNT(who="a", count=1, more="")
    outer = COUNT(who="b", count=2, more=inner)
    assert isinstance(outer, Said)
    assert outer.to("en") == "b has 2a has 1"


NARROW = re.compile(
    r"(?<=[\u4e00-\u9fff)}`A-Za-z]):(?=[\u4e00-\u9fff])|(?<=\}):(?=\{(?!line)[a-z])|(?<=[\u4e00-\u9fff]), ?(?=[\u4e00-\u9fff])"
)
ADDRESSES = re.compile(r"\w+://\S+")


def test_chinese_words_have_no_narrow_colon_or_comma() -> None:
    """A colon with a blank after it, as after a file's name, is no part of a sentence."""
    found = []
    for path in sorted((Path(__file__).parents[1] / "autograder").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.keyword) or node.arg != "zh":
                continue
            for part in ast.walk(node.value):
                said = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
                if re.search("[\u4e00-\u9fff]", said) and NARROW.search(ADDRESSES.sub("", said)):
                    found.append(f"{path.name}:{node.value.lineno}: {said}")
    assert found == []


OF_THE_MACHINE = re.compile(r"autograder( (doctor|build|check))?|course\.yml|Python")
TELLERS = frozenset({"say", "progress", "print", "echo", "BadParameter", "UsageError"})


def test_what_a_verb_prints_stands_in_both_languages() -> None:
    """Words that are printed come from a Text: a literal holds names and signs alone."""
    found = []
    for path in sorted((Path(__file__).parents[1] / "autograder" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or getattr(node.func, "id", getattr(node.func, "attr", "")) not in TELLERS
            ):
                continue
            for given in node.args:
                parts = given.values if isinstance(given, ast.JoinedStr) else [given]
                texts = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                nested = [one.value for one in parts if isinstance(one, ast.FormattedValue)]
                texts += [
                    one.value
                    for part in nested
                    for one in ast.walk(part)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                if words := re.findall(r"[A-Za-z]{3,}", " ".join(OF_THE_MACHINE.sub("", text) for text in texts)):
                    found.append(f"{path.name}:{node.lineno} {' '.join(words)}")
    assert found == []
