"""Import the Python files of a course; what cannot be imported is named with its line."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from autograder.errors import AutograderError, said_of
from autograder.text import Text

RAISED = Text(zh="{kind}: {said}", en="{kind}: {said}")
NOT_IMPORTED = Text(zh="{place}: 不能导入：{raised}", en="{place}: cannot be imported: {raised}")


class ImportFailed(AutograderError):
    """A file of a course that cannot be imported: the message says where, and what it raised."""


def import_file(file: Path, name: str) -> ModuleType:
    """Import a file, or the package that begins with it (`__init__.py`), as the module `name`.

    What it raises is raised as ImportFailed, except errors of ours, which say what to do themselves.
    """
    package = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=package)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where annotations are looked up, and modules of the package find each other
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        for part in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[part]
        if isinstance(error, AutograderError) or not isinstance(error, (Exception, SystemExit)):
            raise
        raise ImportFailed(NOT_IMPORTED.format(place=place_of(error, file), raised=raised(error))) from error
    return module


def place_of(error: BaseException, file: Path) -> str:
    """Return `file:line` of what was raised, the last line of a file in its folder; the file alone where none is known."""
    folder = file.parent if file.name == "__init__.py" else None
    if isinstance(error, SyntaxError) and error.filename and _is_of(error.filename, file, folder):
        return f"{error.filename}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of(frame.filename, file, folder)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(file)


def raised(error: BaseException) -> Text:
    """Return an exception as `Type: message`."""
    kind, said = type(error).__name__, error.msg if isinstance(error, SyntaxError) else said_of(error)
    return RAISED.format(kind=kind, said=said) if str(error) else Text(zh=kind, en=kind)


def _is_of(name: str, file: Path, folder: Path | None) -> bool:
    return name == str(file) or (folder is not None and Path(name).is_relative_to(folder))
