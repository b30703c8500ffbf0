"""What the grader can ask of the student's code. Every answer is plain data; nothing here judges, and nothing knows a framework.

Each operation takes and returns trees (see `wire`); objects stay here and are named by handles, `{"$handle": n}`.
"""

from __future__ import annotations

import linecache
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from . import calls, replacements
from .errors import bound_by, describe_error, note_on
from .wire import DTYPES

Tree = Any
Namespace = dict[str, Any]
"""The names of Python code, and what they are bound to."""
LIMIT = 10_000  # items taken from an iterator of the student's


class Operations:
    """Holds the student's namespace and the objects made from it."""

    def __init__(self, namespace: Namespace | None = None, layers: list[str] | None = None) -> None:
        self.layers = layers or []
        self.namespace: Namespace = {"__name__": "submission"} if namespace is None else namespace
        self.objects: list[Any] = []
        self.replaced: Namespace = {}  # the student's functions that others have taken the place of
        self.files: list[int] = []  # descriptors that came with the question

    def described_error(self, error: BaseException) -> Tree:
        """Return what is told of an exception."""
        return describe_error(error, note_on)

    def run(self, operation: str, arguments: Mapping[str, Tree]) -> Tree:
        """Run one operation: `{"value": tree}`, or `{"error": ...}` for whatever the student's code raised."""
        try:
            method: Callable[..., Tree] = getattr(self, "do_" + operation)
            return {"value": method(**arguments)}
        except BaseException as error:
            return {"error": self.described_error(error)}

    def do_layers(self) -> Tree:
        """Return the layers of protection that hold here; asked before any of the student's code is loaded."""
        return self.layers

    def do_load(self, statements: list[list[Any]]) -> Tree:
        """Execute `[filename, line, text]` one by one; a failing one is reported and the rest goes on."""
        import __future__

        flags = 0
        errors = []
        for filename, line, text in statements:
            code = None
            try:
                source = "\n" * (line - 1) + text + "\n"
                linecache.cache[filename + f"#{line}"] = (len(source), None, source.splitlines(True), filename)
                code = compile(source, filename + f"#{line}", "exec", flags=flags, dont_inherit=True)
                flags |= code.co_flags & __future__.annotations.compiler_flag
                exec(code, self.namespace)
            except BaseException as error:
                errors.append(self.described_error(error) | {"binds": bound_by(code) if code else []})
        return {"errors": errors}

    def do_defined(self, names: list[list[str]]) -> Tree:
        """Tell which names stand for something that can be called; of each group the first stands for all."""
        found = []
        for first, *others in names:
            for name in (first, *others):
                if callable(self.namespace.get(name)):
                    self.namespace[first] = self.namespace[name]
                    found.append(first)
                    break
        return found

    def do_borrowed(self) -> Tree:
        """Return what of a framework's ready-made networks was constructed or called so far."""
        return []

    def do_threads(self, count: int) -> Tree:
        """Let the framework use so many threads from now on."""

    def do_seed(self, seed: int) -> Tree:
        """Seed every random number generator the student's code may use."""
        random.seed(seed)
        np.random.seed(seed)

    def do_stage(self, files: Mapping[str, Tree]) -> Tree:
        """Write files (uint8 arrays) into a new folder, in the given order, and return its path."""
        folder = Path(tempfile.mkdtemp())
        for name, content in files.items():
            (folder / name).write_bytes(np.asarray(content, dtype=np.uint8).tobytes())
        return str(folder)

    def do_replace(self, name: str, stand_in: str) -> Tree:
        """Put a function of ours in place of the student's function `name`, until `restore`."""
        self.replaced.setdefault(name, self.namespace.get(name))
        self.namespace[name] = replacements.FUNCTIONS[stand_in]

    def do_restore(self, name: str) -> Tree:
        """Give the student's own function its name back."""
        own = self.replaced.pop(name, None)
        if own is None:
            self.namespace.pop(name, None)
        else:
            self.namespace[name] = own

    def do_call(self, target: Any, arguments: list[Any], handle: bool = False) -> Tree:
        """Call a name or a handle with positional arguments; with `handle` keep the result here."""
        function = self.namespace[target] if isinstance(target, str) else self._object(target)
        result = function(*[self._argument(argument) for argument in arguments])
        return self._keep(result) if handle else plain(result)

    def do_observe(self, target: str, arguments: list[Any], named: Mapping[str, Tree], steps: list[list[Any]]) -> Tree:
        """Call a name and do some steps with what came back; see `calls.observed`."""
        return calls.observed(self.namespace, target, arguments, named, steps)

    def do_augment(self, target: str, images: Any, seed: int, times: int = 1) -> Tree:
        """Call `target(image, generator)` `times` times for each image, with one generator from `seed` for all of them.

        Returns `{"results": [tree, ...], "inputs_kept": bool}`.
        """
        function, generator = self.namespace[target], np.random.default_rng(seed)
        results, kept = [], True
        for image in (image for image in images for _ in range(times)):
            given = np.array(image)
            results.append(plain(function(given, generator)))
            kept = kept and np.array_equal(given, image)
        return {"results": results, "inputs_kept": kept}

    def do_drain(self, target: Any) -> Tree:
        """Iterate over a handle: per batch shapes, dtypes, labels and mean colour of the left half of each image, float64 [B, 3]."""
        batches = []
        for batch in islice(iter(self._object(target)), LIMIT):
            images, labels = batch
            images, labels = as_array(images), as_array(labels)
            left = images[..., : max(1, images.shape[3] // 2)] if images.ndim == 4 else images
            mean = left.mean(axis=(2, 3)) if images.ndim == 4 else np.zeros(0)
            batches.append(
                {
                    "image_shape": list(images.shape),
                    "image_dtype": str(images.dtype),
                    "label_shape": list(labels.shape),
                    "label_dtype": str(labels.dtype),
                    "labels": labels.astype(np.float64).reshape(-1),
                    "colours": mean.astype(np.float64),
                }
            )
        return batches

    def _argument(self, argument: Any) -> Any:
        if isinstance(argument, dict):
            if "$path" in argument:
                return StagedPath(argument["$path"])
            if "$handle" in argument:
                return self._object(argument)
            if "$pairs" in argument:
                pairs = [(np.array(x), np.array(y)) for x, y in argument["$pairs"]]
                return one_shot(pairs) if argument.get("once") else pairs
        if isinstance(argument, list):
            return tuple(self._argument(part) for part in argument)
        return argument.copy() if isinstance(argument, np.ndarray) else argument

    def _object(self, handle: Any) -> Any:
        return self.objects[handle["$handle"]]

    def _keep(self, thing: Any) -> Tree:
        self.objects.append(thing)
        return {"$handle": len(self.objects) - 1}


class StagedPath(type(Path())):  # type: ignore[misc]
    """A path as notebooks have them, that can do what a text can, too: `+`, an index, `endswith`."""

    def __add__(self, other: Any) -> str:
        return str(self) + other  # type: ignore[no-any-return]

    def __radd__(self, other: Any) -> str:
        return other + str(self)  # type: ignore[no-any-return]

    def __getitem__(self, place: Any) -> str:
        return str(self)[place]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what pathlib sets on first use
            raise AttributeError(name)
        return getattr(str(self), name)


def one_shot(pairs: list[Any]) -> Iterator[Any]:
    """Yield the pairs once, as a generator does."""
    yield from pairs


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Return a tensor or array as a NumPy array of a dtype the wire carries."""
    array = calls.array_of(value)
    array = np.asarray(value) if array is None else array
    return np.array(array) if str(array.dtype) in DTYPES else np.array(array, dtype=np.float64)


def plain(value: Any) -> Tree:
    """Return what a student's function returned as a tree; an object of another kind is named by its type."""
    if value is None or type(value) in (bool, int, str, float):
        return value
    if calls.array_of(value) is not None:
        return as_array(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value[:LIMIT]]
    return {"type": type(value).__name__}
