"""The glossary pins one Chinese word for each term, and the chapters keep to it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NONE = "—"
TEXTS = sorted(path for kind in ("py", "yml") for path in (ROOT / "source").glob(f"*/*.{kind}"))

# What else users read: messages, reports, the pages in Chinese.
OTHERS = sorted(
    [path for kind in ("py", "html", "js") for path in (ROOT / "autograder").rglob(f"*.{kind}")]
    + [ROOT / "README.zh.md", ROOT / "course.yml", *(ROOT / "docs").glob("*.zh.md")]
)
# Words that mean something else there: a cell of a table, a filter of system calls, a batch file.
OTHER_MEANINGS = {
    "class_file.py": {"单元格"},
    "checkin.zh.md": {"单元格"},
    "security.zh.md": {"单元格", "过滤器"},
}

# British -ise words, and American words whose British form the course writes; `cmap` and the like are code, not prose.
OTHER_SPELLING = re.compile(
    r"\b(?:(?:recogn|normal|optim|local|regular|initial|organ|general|visual|minim|maxim|memor|util)"
    r"is(?:e|ed|es|er|ers|ing|ation|ations)|colors?|gray|centers?|behavior|learnt)\b(?!=)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    english: str
    chinese: str
    meanings: tuple[str, str]
    variants: tuple[str, ...]


def read_glossary() -> list[Term]:
    terms = []
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines():
        if line.startswith("|") and not line.startswith(("| English", "| ---")):
            english, chinese, meaning, sense, variants = (cell.strip() for cell in line.strip("|").split("|"))
            known = () if variants == NONE else tuple(variants.split("、"))
            terms.append(Term(english, chinese, (meaning, sense), known))
    return terms


TERMS = read_glossary()


def test_every_term_stands_in_both_languages() -> None:
    assert len(TERMS) >= 60
    for term in TERMS:
        assert all((term.english, term.chinese, *term.meanings, *term.variants)), term


def test_no_term_is_there_twice_and_no_variant_is_a_term() -> None:
    for words in ([term.english for term in TERMS], [term.chinese for term in TERMS]):
        assert not [word for word, count in Counter(words).items() if count > 1]
    pinned = {term.chinese for term in TERMS}
    variants = [variant for term in TERMS for variant in term.variants]
    assert not pinned & set(variants)
    assert len(variants) == len(set(variants))
    assert not [(word, variant) for word in pinned for variant in variants if variant in word]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT / "source")))
def test_a_chapter_uses_the_words_of_the_glossary(path: Path) -> None:
    text = path.read_text("utf-8")
    found = [f"{variant} (write {term.chinese})" for term in TERMS for variant in term.variants if variant in text]
    assert not found


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_and_pages_use_the_words_of_the_glossary(path: Path) -> None:
    text = path.read_text("utf-8")
    others = OTHER_MEANINGS.get(path.name, set())
    found = [f"{variant} (write {term.chinese})" for term in TERMS for variant in term.variants if variant in text]
    assert not [word for word in found if word.split(" ")[0] not in others]


def test_every_exception_is_needed() -> None:
    texts = {path.name: path.read_text("utf-8") for path in OTHERS}
    assert not [(name, word) for name, words in OTHER_MEANINGS.items() for word in words if word not in texts[name]]


def test_the_terms_are_those_that_the_course_uses() -> None:
    used = "".join(path.read_text("utf-8") for path in TEXTS)
    assert sum(term.chinese in used for term in TERMS) >= 50


@pytest.mark.parametrize("word", ["阈值", "热力图", "级", "块", "分支", "准确率"])
def test_a_word_that_had_rivals_is_pinned(word: str) -> None:
    assert [term.english for term in TERMS if term.chinese == word]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT / "source")))
def test_english_has_one_spelling(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    prose = lines if path.suffix == ".yml" else [line for line in lines if line.lstrip().startswith("# ")]
    assert not OTHER_SPELLING.findall("\n".join(prose))


def test_english_messages_have_the_same_spelling() -> None:
    texts = {path: said(path) for path in (ROOT / "autograder").rglob("*.py")}
    assert sum(map(len, texts.values())) > 1000
    assert not {path: found for path, text in texts.items() if (found := OTHER_SPELLING.findall("\n".join(text)))}


def said(path: Path) -> list[str]:
    """Return the English texts that a module says: what is handed over as `en`."""
    given = [
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "en"
    ]
    constants = [node.value for value in given for node in ast.walk(value) if isinstance(node, ast.Constant)]
    return [text for text in constants if isinstance(text, str)]


def test_the_other_spelling_is_seen() -> None:
    text = "Recognised, normalisation, optimisers, learnt and color; recognized, learned, optimizer, colour; advise, noise, otherwise"
    assert OTHER_SPELLING.findall(text) == ["Recognised", "normalisation", "optimisers", "learnt", "color"]
