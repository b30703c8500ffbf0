"""The code of a chapter's source, looked at before anything is built: it is Python, and it defines what chapter.yml asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec

from autograder.course import Chapter
from autograder.errors import AuthoringError
from autograder.submission import pieces_of_script, slice_names

MAGIC = ("%", "!")


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
        raise AuthoringError(
            f"{file}:{line}: there is no module {name!r} here; install it in this environment, or import it in a `try:` "
            "where learners may lack it, too"
        )
    for task in chapter.tasks:
        sliced = slice_names(pieces_of_script(module, f"{chapter.id}.py"), task.name_groups())
        for name, nearest in sliced.missing.items():
            meant = f"; did you mean {nearest!r}?" if nearest else ""
            raise AuthoringError(
                f"{file}: chapter.yml asks for {name!r} in task {task.id!r}, which the solution does not define{meant}"
            )


def parsed(source: str, file: str) -> ast.Module:
    """Return the syntax tree of notebook.py: its prose is comments, and lines for IPython count as such."""
    lines = source.splitlines()
    plain = ["#" + line if line.startswith(MAGIC) else line for line in lines]
    try:
        return ast.parse("\n".join(plain) + "\n")
    except SyntaxError as error:
        number = error.lineno or 1
        shown = lines[number - 1].strip() if number <= len(lines) else ""
        raise AuthoringError(f"{file}:{number}: this is no Python: {error.msg} ({shown})") from None


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
