"""What errors in networks tell beyond their words: where shapes stopped fitting, which method has a misspelt name, what came back in
place of a tensor. See `errors`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from types import FrameType
from typing import Any

import paddle
from paddle import nn
from paddle.nn.layer.conv import _ConvNd
from paddle.nn.layer.norm import _BatchNormBase

from .. import errors
from ..errors import Slip, frames_of, is_own

Tree = Any
MISSPELT = ("init", "_init", "__init", "init_", "init__")  # too short to look alike


def note_on(error: BaseException) -> Tree:
    """Return what is known of an exception beyond its words, None where nothing is."""
    if isinstance(error, AttributeError) and (note := _of_attributes(error)):
        return note
    if isinstance(error, Slip) or error.__traceback__ is None:
        return errors.note_on(error)
    try:
        frames = frames_of(error)
        if isinstance(error, NotImplementedError):
            return _unfinished(error, frames)
        return next((note for frame in reversed(frames) if (note := _misfit(frame, frames))), None)
    except BaseException:  # what the student's objects answer is their own
        return None


def _unfinished(error: BaseException, frames: list[FrameType]) -> Tree:
    """Tell of a network without `forward`, and of a function that is not written."""
    network = frames[-1].f_locals.get("self")
    if is_own(frames[-1].f_code.co_filename) or not isinstance(network, nn.Layer):
        return errors.unfinished(error)
    if frames[-1].f_code.co_name != "forward":
        return None
    return {"kind": "no_forward", "class": type(network).__name__[:100], "found": like(type(network), "forward")}


def _of_attributes(error: AttributeError) -> Tree:
    """Tell of a class whose layers are made in a method that Python does not know."""
    owner = type(getattr(error, "obj", None))
    return misspelt(owner) if issubclass(owner, nn.Layer) else None


def misspelt(made: Any) -> Tree:
    """Return a note on a network without `__init__` that has a method with nearly that name; None for any other."""
    if not isinstance(made, type) or any("__init__" in vars(base) for base in own_classes(made)):
        return None
    found = like(made, "__init__")
    return {"kind": "misspelt", "class": made.__name__[:100], "found": found, "wanted": "__init__"} if found else None


def own_classes(made: type) -> Iterator[type]:
    """Yield the classes of an answer that a class is made of, from itself to the first that is not the student's."""
    for base in made.__mro__:
        if base.__module__.partition(".")[0] in ("paddle", "builtins"):
            return
        yield base


def like(made: type, wanted: str) -> str:
    """Return the name of a method of the student's that looks like a misspelt `wanted`, empty where there is none."""
    names = [
        name.removeprefix(f"_{base.__name__.lstrip('_')}") if name.startswith("_") and "__" in name[1:] else name
        for base in own_classes(made)
        for name, value in vars(base).items()
        if callable(value)
    ]
    known = {name for name in dir(nn.Layer) if name != wanted}
    names = [name for name in names if name not in known]
    near = difflib.get_close_matches(wanted, names, 1, 0.75)
    if not near and wanted == "__init__":
        near = [name for name in names if name in MISSPELT]
    return str(near[0])[:100] if near else ""


def _misfit(frame: FrameType, frames: list[FrameType]) -> Tree:
    """Return what did not fit in a frame of Paddle's: a layer and its input, or the tensors of a function."""
    if not str(frame.f_globals.get("__name__", "")).startswith("paddle."):
        return None
    here, name = frame.f_locals, frame.f_code.co_name
    layer = here.get("self")
    if name == "forward" and isinstance(layer, nn.Layer):
        given = here.get("input", here.get("x"))
        wanted = _wanted(layer, given) if isinstance(given, paddle.Tensor) else None
        if wanted is not None:
            note = {"kind": "misfit", "of": type(layer).__name__[:100], "layer": _path(layer, frames)}
            return note | {"got": _shape(given), "expects": wanted}
    if name == "linear" and all(isinstance(here.get(key), paddle.Tensor) for key in ("x", "weight")):
        x, weight = here["x"], here["weight"]
        if _shape(x)[-1] != _shape(weight)[0] and not any(
            isinstance(f.f_locals.get("self"), nn.Linear) for f in frames
        ):
            return {"kind": "misfit", "of": "linear", "layer": "", "got": _shape(x), "expects": _shape(weight)[0]}
    if name == "concat":
        return {"kind": "join", "axis": int(here.get("axis", 0)), "got": [_shape(x) for x in here["x"]][:8]}
    return None


def _wanted(layer: nn.Layer, given: Any) -> int | None:
    """Return how many inputs or channels a layer takes, where it does not get as many."""
    shape = _shape(given)
    if isinstance(layer, nn.Linear):
        wanted, got = _shape(layer.weight)[0], shape[-1] if shape else None
    elif isinstance(layer, _ConvNd):
        wanted, got = int(layer._in_channels), shape[1] if len(shape) == 4 else None
    elif isinstance(layer, _BatchNormBase):
        wanted, got = int(layer._num_features), shape[1] if len(shape) > 1 else None
    else:
        return None
    return wanted if wanted != got else None


def _path(layer: nn.Layer, frames: list[FrameType]) -> str:
    """Return what the outermost of the student's networks calls a layer."""
    for frame in frames:
        network = frame.f_locals.get("self")
        if isinstance(network, nn.Layer) and network is not layer:
            for path, found in network.named_sublayers():
                if found is layer:
                    return str(path)[:100]
    return ""


def _shape(tensor: Any) -> list[int]:
    return [int(size) for size in tensor.shape][:8]


def tensor_in(output: Any) -> Any:
    """Return what a network gave where it is a tensor or an array.

    Raises:
        Slip: For anything else.
    """
    if isinstance(output, paddle.Tensor) or type(output).__module__ == "numpy":
        return output
    count = len(output) if isinstance(output, (tuple, list, dict)) else None
    raise Slip({"kind": "returned", "what": type(output).__name__[:100], "count": count})
