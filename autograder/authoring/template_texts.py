"""A template's chapter in the languages of a course: templates are written in Chinese and English, a course may have others.

In any other language a text stands in English first, for its author to translate.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from autograder.text import LANGUAGES, Language

CELL = re.compile(r"^(?=# %%)", re.MULTILINE)
SPOKEN = re.compile(r'^# %% .*\blang="(?P<lang>\w+)"')
COMMENT = re.compile(r"^(?P<before>\s*# )(?P<lang>zh|en)(?P<after>: .*)$")
LINE = 140  # characters of a YAML line that is not broken


def in_languages(file: str, text: str, languages: Sequence[Language]) -> str:
    """Return a file of a template with the texts of some languages alone. file: its name."""
    if set(languages) == set(LANGUAGES):
        return text
    if file.endswith(".yml"):
        return _yaml(text, languages)
    return _notebook(text, languages) if file == "notebook.py" else text


def written_in(language: Language) -> Language:
    """Return the language in which a template has the texts of a course's language."""
    return language if language in LANGUAGES else "en"


def _yaml(text: str, languages: Sequence[Language]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_translated(yaml.load(text), languages), written)
    return written.getvalue()


def _translated(node: Any, languages: Sequence[Language]) -> Any:
    """Change a tree of YAML: each text by language becomes one in these languages; as it is, where there is but one."""
    if isinstance(node, CommentedMap) and set(node) == set(LANGUAGES):
        if len(languages) == 1:
            return node[written_in(languages[0])]
        texts = CommentedMap((language, node[written_in(language)]) for language in languages)
        if node.fa.flow_style():
            texts.fa.set_flow_style()
        return texts
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        node[key] = _translated(value, languages)
    return node


def _notebook(text: str, languages: Sequence[Language]) -> str:
    """Return percent-format text: cells and comments of the languages, one after the other as the template has them."""
    cells: list[str] = []
    for cell in CELL.split(text):
        found = SPOKEN.match(cell)
        if found is None:
            cells.append("".join(_comments(cell, languages)))
        else:
            mine = [one for one in languages if written_in(one) == found["lang"]]
            cells += [cell.replace(f'lang="{found["lang"]}"', f'lang="{one}"', 1) for one in mine]
    return "".join(cells)


def _comments(cell: str, languages: Sequence[Language]) -> Iterator[str]:
    for line in cell.splitlines(keepends=True):
        found = COMMENT.match(line.rstrip("\n"))
        if found is None:
            yield line
            continue
        for one in languages:
            if written_in(one) == found["lang"]:
                yield f"{found['before']}{one}{found['after']}\n"
