"""What a chapter's recordings are made from, as digests: code without comments and wordings, points, data.

Texts are in no digest. So a corrected sentence makes nothing stale, and what does is named: points, checks, solution,
mistakes, data.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.authoring.examples import RIGHT_FOLDER, WRONG_FOLDER
from autograder.authoring.mistakes import MISTAKES_FILE
from autograder.course import Chapter, load_chapter, load_course
from autograder.course.document import read_document
from autograder.errors import AuthoringError, AutograderError
from autograder.text import Text

PARTS: Mapping[str, Text] = {
    "points": Text(zh="分数与要求", en="points and requirements"),
    "checks": Text(zh="检查", en="checks"),
    "solution": Text(zh="参考答案", en="solution"),
    "mistakes": Text(zh="已知错误", en="known mistakes"),
    "data": Text(zh="数据", en="data"),
}
STALE = Text(
    zh="{chapter}: source/ 改过而没有重新生成({parts})：请运行 autograder build {chapter}",
    en="{chapter}: source/ changed and was not built since ({parts}): run autograder build {chapter}",
)
UNREADABLE = Text(
    zh="{chapter}: source/ 读不出来，无法与已生成的比较：{why}",
    en="{chapter}: source/ cannot be read, so it is not compared with what was built: {why}",
)
NUMBERS = Text(
    zh="学生各自的数值：course.yml 的 salt 或 chapter.yml 的 variants 变了",
    en="the students' own numbers: salt in course.yml or variants in chapter.yml changed",
)
CELL = re.compile(r"^# %%(?P<head>.*)$", re.MULTILINE)
ANSWER = re.compile(r"\b(task|setup)=")
CHECK_TYPES = "check_types.py"
WORDINGS = ("Text", "Message")
TELLING = frozenset(
    ("complaint", "measured")
)  # functions of a check that have no say in what it sees or whether that is right


class _Plain(ast.NodeTransformer):
    """Takes out docstrings, and of our own code the wordings of texts and messages."""

    def __init__(self, *, ours: bool) -> None:
        self._ours = ours

    def visit(self, node: ast.AST) -> Any:
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
            node.body = [one for place, one in enumerate(node.body) if not self._is_text(one, first=place == 0)]
        return super().visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Constant(None) if self._is_wording(node) else self.generic_visit(node)

    def _is_text(self, statement: ast.stmt, *, first: bool) -> bool:
        value = getattr(statement, "value", None)
        if self._ours and isinstance(statement, ast.FunctionDef) and statement.name in TELLING:
            return True
        if self._ours and isinstance(statement, ast.ImportFrom) and statement.module == "autograder.text":
            return True
        if isinstance(statement, ast.Expr):
            return first and isinstance(value, ast.Constant) and isinstance(value.value, str)
        return isinstance(statement, ast.Assign | ast.AnnAssign) and self._is_wording(value)

    def _is_wording(self, node: object) -> bool:
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDINGS
        return self._ours and named


def code_of(text: str, *, ours: bool = False) -> str:
    """Return what Python code does, without comments, docstrings and places; of `ours` without wordings, too.

    Raises SyntaxError.
    """
    return _written(_Plain(ours=ours).visit(ast.parse(text)))


def _written(node: object) -> str:
    """Return what `ast.dump` of Python 3.11 does, in every Python: recordings are older nowhere because another one looks.

    3.12 has a new field, `type_params`, and an empty text behind what stands in the format of an f-string; 3.13 leaves out
    all empty lists.
    """
    if isinstance(node, list):
        return f"[{', '.join(map(_written, node))}]"
    if isinstance(node, ast.JoinedStr):
        node = ast.JoinedStr([one for one in node.values if getattr(one, "value", None) != ""])
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [
        f"{name}={_written(value)}"
        for name, value in ast.iter_fields(node)
        if not (value is None and getattr(type(node), name, ...) is None) and not (name == "type_params" and not value)
    ]
    return f"{type(node).__name__}({', '.join(fields)})"


def _mistakes(folder: Path) -> list[object]:
    """Return the changes of `mistakes.yml` by id, without causes and checks, and the code of `wrong/` and `right/`."""
    path = folder / MISTAKES_FILE
    entries = read_document(path, path.name).values.get("mistakes", []) if path.exists() else []
    changes = sorted(json.dumps([entry.get(key) for key in ("id", "task", "changes")]) for entry in entries)
    files = sorted(file for kind in (WRONG_FOLDER, RIGHT_FOLDER) for file in (folder / kind).glob("*.py"))
    return [changes, [[file.parent.name, file.stem, code_of(file.read_text("utf-8"))] for file in files]]


def parts_of(root: Path, chapter_id: str) -> dict[str, str]:
    """Return the digest of each of `PARTS` of `source/<chapter>/`.

    Raises:
        AuthoringError: Where it cannot be read.
    """
    folder = root / "source" / chapter_id
    chapter = load_chapter(folder)
    try:
        found: dict[str, object] = {
            "points": [*_points(chapter), *drawn_from(root, chapter)[:1]],
            "checks": list(_checks(folder, chapter)),
            "solution": list(_answers((folder / "notebook.py").read_text("utf-8"))),
            "mistakes": _mistakes(folder),
            "data": [chapter.data, chapter.accuracy.test_set if chapter.accuracy else None, *_framework(chapter)],
        }
    except (OSError, SyntaxError, ValueError) as error:
        raise AuthoringError(f"source/{chapter_id}: {error}") from error
    return {name: hashlib.sha256(json.dumps(found[name]).encode()).hexdigest()[:16] for name in PARTS}


def _checks(folder: Path, chapter: Chapter) -> Iterator[str]:
    """Yield the code of a chapter's checks, those in chapter.yml, and the course's own types of check where it has some."""
    written = [[task.full_id(entry), entry.check] for task, entry in chapter.checks() if entry.check is not None]
    if (folder / "checks.py").is_file() or not written:
        yield code_of((folder / "checks.py").read_text("utf-8"), ours=True)
    if written:
        yield json.dumps(written)
    types = folder.parent / CHECK_TYPES
    if types.is_file():
        yield code_of(types.read_text("utf-8"), ours=True)


def drawn_from(root: Path, chapter: Chapter) -> list[object]:
    """Return what the variants of a chapter follow from beside its checks, nothing where it has none.

    That is the bank which the course's salt draws, and where numbers stand in solution and mistakes: in the code with the
    paper's numbers that is not seen.
    """
    if chapter.variants is None:
        return []
    folder = root / "source" / chapter.id
    bank = chapter.variants.bank(load_course(root).salt, chapter.id)
    return [bank, list(_answers((folder / "notebook.py").read_text("utf-8"))), _mistakes(folder)]


def _framework(chapter: Chapter) -> list[object]:
    return [] if chapter.framework == "paddle" else [chapter.framework]


def _points(chapter: Chapter) -> list[object]:
    tasks = [
        [task.id, task.kind, task.points, task.name_groups(), [[one.id, one.points, one.hidden] for one in task.checks]]
        for task in chapter.tasks
    ]
    gate = chapter.accuracy
    return [tasks, gate.model_dump(mode="json", exclude={"test_set"}) if gate else None]


def _answers(notebook: str) -> Iterator[str]:
    """Yield the code of each cell of a notebook in percent format that the reference is made of."""
    heads = [*CELL.finditer(notebook)]
    ends = [head.start() for head in heads[1:]] + [len(notebook)]
    for head, end in zip(heads, ends, strict=True):
        if "[markdown]" not in head["head"] and ANSWER.search(head["head"]):
            yield code_of(notebook[head.end() : end])


def _bank_of(kit: Mapping[str, Any]) -> list[object]:
    """Return the numbers of the variants that were recorded."""
    return [one["values"] for one in (kit.get("variants") or {}).get("bank", ())]


def _drawn_bank(root: Path, chapter_id: str) -> list[object]:
    """Return the numbers of the variants that the course draws now, as JSON has them."""
    variants = load_chapter(root / "source" / chapter_id).variants
    found: list[object] = []
    if variants is not None:
        found = json.loads(json.dumps(variants.bank(load_course(root).salt, chapter_id)))
    return found


def stale(root: Path, chapter_id: str) -> Text | None:
    """Say what changed in `source/<chapter>/` since it was built, None where nothing did or there is no source."""
    if not (root / "source" / chapter_id / "chapter.yml").is_file():
        return None
    try:
        kit = json.loads((root / "solutions" / chapter_id / "hidden.json").read_text("utf-8"))
        built = kit.get("sources", {})
    except (OSError, ValueError):
        return None  # nothing was built, or it is damaged: whoever needs it says so
    try:
        now = parts_of(root, chapter_id)
    except AutograderError as error:
        return UNREADABLE.format(chapter=chapter_id, why=error.said)
    changed = [text for name, text in PARTS.items() if built.get(name) != now[name]]
    if PARTS["points"] in changed and _bank_of(kit) != _drawn_bank(root, chapter_id):
        changed[changed.index(PARTS["points"])] = NUMBERS  # the bank is in the digest of the points
    return STALE.format(chapter=chapter_id, parts=Text.joined(changed, ", ")) if changed else None
