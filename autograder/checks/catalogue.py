"""All types of check, and how one is read from JSON: the kit's own, a course's, and those of installed packages.

A course's own stand in `source/check_types.py`, which students get with the bundle, or in a chapter's `checks.py`, which
they do not. A package names its classes, or modules that hold some, as entry points of the group `autograder.checks`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.checks.accuracy import Accuracy, ResizedAccuracy
from autograder.checks.augment import Augment
from autograder.checks.base import Check
from autograder.checks.call import Call, Gradient
from autograder.checks.function import Loader, Transform
from autograder.checks.loop import Evaluate, TrainEpoch
from autograder.checks.mode import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.network import Behaviour, OutputShape, Parameters, TokenBehaviour
from autograder.checks.returns import Returns
from autograder.constants import constants
from autograder.errors import AutograderError
from autograder.importing import ImportFailed, import_file
from autograder.text import Text

KINDS: tuple[type[Check], ...] = (
    OutputShape,
    Parameters,
    Behaviour,
    TokenBehaviour,
    TrainMode,
    DropoutRate,
    Initial,
    Raises,
    Transform,
    Augment,
    Loader,
    Returns,
    TrainEpoch,
    Evaluate,
    Accuracy,
    ResizedAccuracy,
    Call,
    Gradient,
)
GROUP = "autograder.checks"
SHARED = "check_types"  # the module of a course that its chapters' checks.py may import
OWN = "autograder_course_"  # how modules of courses are called here; the digest of their text follows

TWINS = Text(
    zh='{file}: 有两个类的 `type` 是 "{name}"：{twins}；请各取一个名字',
    en='{file}: two classes have the `type` "{name}": {twins}; give each its own',
)
ENTRY_POINT = Text(
    zh="{group} 组的入口点 {name} = {value} ({version})",
    en="the entry point {name} = {value} of the group {group} ({version})",
)
NO_VERSION = Text(zh="没有版本", en="no version")
NOT_LOADED = Text(
    zh="{what} 不能载入：{error}；请修好它，或者卸载", en="{what} cannot be loaded: {error}; mend or remove it"
)
NO_SUCH_TYPE = Text(
    zh="没有检查类型 {name!r}，{places} 和已安装的包里也没有",
    en="there is no type of check {name!r}, also not in {places} or an installed package",
)
NO_TYPE = Text(
    zh="{what} 不是检查类型；请写一个有 `type` 的类，或者一个有这种类的模块",
    en="{what} is no type of check; name a class with a `type`, or a module that holds some",
)


class CheckTypeError(AutograderError):
    """A file with types of check that cannot be imported."""


class UnknownType(AutograderError, ValueError):
    """A type of check that neither the kit has, nor the course, nor an installed package."""


def check_from(record: object, near: Path | None = None, chapter: str = "") -> Check:
    """Return the check that `record`, a JSON object with a `type`, describes.

    Args:
        near: A place in the course whose own types may be meant.
        chapter: Whose `checks.py` is looked into, too.
    """
    named = record.get("type") if isinstance(record, Mapping) else None
    for kind in KINDS:
        if type_of(kind) == named:
            return kind.model_validate(record)
    own = {} if near is None else own_types(near, chapter)
    found = own.get(str(named)) or packaged_types().get(str(named))
    if found is None:
        places = f"source/{SHARED}.py, source/{chapter}/checks.py" if chapter else f"source/{SHARED}.py"
        raise UnknownType(NO_SUCH_TYPE.format(name=named, places=places))
    return found.model_validate(record)


def type_of(kind: type[Check]) -> str:
    """Return the name by which a kit calls a type of check, empty for one that is no type itself."""
    field = kind.model_fields.get("type")
    return field.default if field is not None and isinstance(field.default, str) else ""


def own_types(near: Path, chapter: str = "") -> Mapping[str, type[Check]]:
    """Return a course's own types by their names.

    Raises:
        CheckTypeError: Where a file cannot be imported.
    """
    found: dict[str, type[Check]] = {}
    shared, checks = own_files(near, chapter)
    for file in (shared, checks):
        if file is not None:
            found.update(types_in(module_of(file, shared)))
    return found


def own_files(near: Path, chapter: str = "") -> tuple[Path | None, Path | None]:
    """Return `check_types.py` of the course around a place (of a bundle: beside its course.yml), and a chapter's checks.py."""
    for folder in (near, *near.absolute().parents):
        if not (folder / "course.yml").is_file():
            continue
        shared = (folder / "source" / f"{SHARED}.py", folder / f"{SHARED}.py")
        checks = folder / "source" / chapter / "checks.py"
        return next((file for file in shared if file.is_file()), None), checks if chapter and checks.is_file() else None
    return None, None


def types_in(module: ModuleType) -> dict[str, type[Check]]:
    """Return the types of check that a module defines, by name.

    Raises:
        CheckTypeError: Where two have the same one.
    """
    found: dict[str, type[Check]] = {}
    for kind in vars(module).values():
        defined = isinstance(kind, type) and issubclass(kind, Check) and kind.__module__ == module.__name__
        if not defined or not (name := type_of(kind)):
            continue
        if found.setdefault(name, kind) is not kind:
            twins = f"{found[name].__name__}, {kind.__name__}"
            raise CheckTypeError(TWINS.format(file=module.__file__, name=name, twins=twins))
    return found


def module_of(file: Path, shared: Path | None = None) -> ModuleType:
    """Import a file of a course, once for each of its texts, and each variant that is at work.

    Raises `CheckTypeError`.

    Args:
        shared: The course's check_types.py, which it may import.
    """
    shared = None if shared == file else shared
    texts = [one.read_bytes() for one in (file, shared) if one is not None]
    values = constants({})
    texts += [repr(sorted(values.items())).encode()] if values else []
    name = OWN + hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    try:
        with _importable(shared):
            module = import_file(file, name)
    except ImportFailed as error:
        raise CheckTypeError(error.said) from error
    return module


@contextmanager
def _importable(shared: Path | None) -> Iterator[None]:
    """Let `import check_types` find a course's own file within the block."""
    before = sys.modules.get(SHARED)
    if shared is not None:
        sys.modules[SHARED] = module_of(shared)
    try:
        yield
    finally:
        if shared is not None:
            sys.modules.pop(SHARED, None)
            if before is not None:
                sys.modules[SHARED] = before


def is_own(kind: type[Check]) -> bool:
    """Return True if a type of check is a course's."""
    return kind.__module__.startswith(OWN)


def own_modules() -> list[ModuleType]:
    """Return the files of courses that were imported so far."""
    return [module for name, module in list(sys.modules.items()) if name.startswith(OWN)]


@cache
def packaged_types() -> Mapping[str, type[Check]]:
    """Return the types of check of installed packages, by name."""
    found: dict[str, type[Check]] = {}
    for point in _entry_points():
        version = _version_of(point) or NO_VERSION
        what = ENTRY_POINT.format(group=GROUP, name=point.name, value=point.value, version=version)
        try:
            loaded = point.load()
        except Exception as error:
            raise CheckTypeError(NOT_LOADED.format(what=what, error=f"{type(error).__name__}: {error}")) from error
        if isinstance(loaded, ModuleType):
            found.update(types_in(loaded))
        elif isinstance(loaded, type) and issubclass(loaded, Check) and type_of(loaded):
            found[type_of(loaded)] = loaded
        else:
            raise CheckTypeError(NO_TYPE.format(what=what))
    return found


def packages() -> list[str]:
    """Return name and version of each package that has types of check."""
    return sorted(f"{point.name} {point.value} {_version_of(point)}" for point in _entry_points())


def package_of(kind: type[Check]) -> str | None:
    """Return the installed package that brings a type of check, as `pip install` takes it; None for the kit's and a course's own."""
    for point in _entry_points():
        module = str(point.value).partition(":")[0]
        if kind.__module__ == module or kind.__module__.startswith(f"{module}."):
            distribution = getattr(point, "dist", None)
            return f"{distribution.name}=={distribution.version}" if distribution is not None else str(point.value)
    return None


def _version_of(point: Any) -> str:
    distribution = getattr(point, "dist", None)
    return str(distribution.version) if distribution is not None else ""


def _entry_points() -> list[Any]:
    every: Any = importlib.metadata.entry_points()
    return list(every.select(group=GROUP) if hasattr(every, "select") else every.get(GROUP, ()))
