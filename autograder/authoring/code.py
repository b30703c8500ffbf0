"""The code of a chapter's source, looked at before anything is built: it is Python, and it defines what chapter.yml asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec

from autograder.course import Chapter
from autograder.course.wording import DID_YOU_MEAN
from autograder.errors import AuthoringError
from autograder.submission import pieces_of_script, slice_names
from autograder.text import Text

MAGIC = ("%", "!")

NO_MODULE = Text(
    zh="{file}:{line}: 这里没有模块 {name!r}；请装进这个环境，学习者也可能没有时，请在 `try:` 里导入",
    en="{file}:{line}: there is no module {name!r} here; install it in this environment, or import it in a `try:` "
    "where learners may lack it, too",
)
NOT_DEFINED = Text(
    zh="{file}: chapter.yml 的任务 {task!r} 要有 {name!r}，参考答案里没有定义{advice}",
    en="{file}: chapter.yml asks for {name!r} in task {task!r}, which the solution does not define{advice}",
)
NO_PYTHON = Text(
    zh="{file}:{line}: 这不是 Python：{why} ({shown})", en="{file}:{line}: this is no Python: {why} ({shown})"
)


def check_code(source: str, module: str, chapter: Chapter) -> None:
    """Look at the code of a chapter.

    Args:
        source: The text of notebook.py.
        module: The solution that is made of it.
        chapter: Its tasks have the names that are asked for.

    Raises:
        AuthoringError: It is no Python, imports what is not installed, or lacks a name; with the line.
    """
    file = f"source/{chapter.id}/notebook.py"
    for line, name in missing_modules(parsed(source, file)):
        raise AuthoringError(NO_MODULE.format(file=file, line=line, name=name))
    for task in chapter.tasks:
        sliced = slice_names(pieces_of_script(module, f"{chapter.id}.py"), task.name_groups())
        for name, nearest in sliced.missing.items():
            advice = DID_YOU_MEAN.format(likely=repr(nearest)) if nearest else ""
            raise AuthoringError(NOT_DEFINED.format(file=file, name=name, task=task.id, advice=advice))


def parsed(source: str, file: str) -> ast.Module:
    """Return the syntax tree of notebook.py: its prose is comments, and lines for IPython count as such."""
    lines = source.splitlines()
    plain = ["#" + line if line.startswith(MAGIC) else line for line in lines]
    try:
        return ast.parse("\n".join(plain) + "\n")
    except SyntaxError as error:
        number = error.lineno or 1
        shown = lines[number - 1].strip() if number <= len(lines) else ""
        raise AuthoringError(NO_PYTHON.format(file=file, line=number, why=error.msg, shown=shown)) from None


def missing_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of each imported package that is not installed; what stands in a `try:` may be missing."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Try):
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            if not _is_installed(name.partition(".")[0]):
                yield node.lineno, name.partition(".")[0]  # type: ignore[attr-defined]
        waiting += ast.iter_child_nodes(node)


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # a module that stands for nothing on the disk
        return True
