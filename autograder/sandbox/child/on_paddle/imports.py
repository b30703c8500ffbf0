"""Import Paddle without what no answer needs: a fifth of its imports. Whoever does use one of those modules gets it then."""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType
from typing import Any

# To fetch files, and to build operators in C++ (with setuptools): the box has neither network nor processes.
DEFERRED = ("httpx", "paddle.utils.cpp_extension")
_loading = threading.RLock()
_now: set[str] = set()  # what the thread that holds the lock is loading


class Deferred(ModuleType):
    """A module that is loaded when it is asked for something it does not have yet.

    Its name, place and path it has: whoever walks over all modules (`inspect.getmodule`) loads nothing.
    """

    def __getattr__(self, name: str) -> Any:
        with _loading:  # which other threads wait for
            if self.__name__ in _now:  # its own code asks for what is not there yet
                raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
            if type(self) is Deferred:
                _now.add(self.__name__)
                try:
                    _real_loader(self).exec_module(self)
                    self.__class__ = ModuleType  # type: ignore[assignment]
                finally:
                    _now.remove(self.__name__)
        return getattr(self, name)


class _Later(Loader):
    """Makes a `Deferred` of a new module."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:  # noqa: ARG002
        return None  # an ordinary one

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self.loader
        module.__class__ = Deferred


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in DEFERRED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


def _real_loader(module: ModuleType) -> Loader:
    assert module.__spec__ is not None
    assert module.__spec__.loader is not None
    return module.__spec__.loader


def import_paddle() -> None:
    """Import NumPy, OpenCV and Paddle."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module("numpy")
        with contextlib.suppress(ModuleNotFoundError):  # a student's machine need not have it
            importlib.import_module("cv2")
        importlib.import_module("paddle")
    finally:
        sys.meta_path.remove(finder)
