"""Weights files and the state of networks and optimizers, as NumPy arrays in safetensors files."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course.drawn import unguessable
from autograder.training.failures import NO_READING, NO_TYPE, NO_WRITING, failed
from autograder.training.framework import paddle_module

Arrays = dict[str, NDArray[Any]]
MAX_HALF = 65504.0
DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}


def state_of(model: Any) -> Arrays:
    """Return all parameters and buffers of a network by name."""
    return {name: np.array(value.numpy(), order="C") for name, value in model.state_dict().items()}


def restore_model(model: Any, arrays: Arrays) -> None:
    """Put parameters and buffers back, each in the network's own dtype."""
    paddle = paddle_module()
    own = {name: value.numpy().dtype for name, value in model.state_dict().items()}
    model.set_state_dict({name: paddle.to_tensor(arrays[name].astype(dtype)) for name, dtype in own.items()})


def optimizer_state(optimizer: Any, model: Any) -> Arrays:
    """Return what an optimizer remembers, by position of the parameter and kind: `3/velocity`.

    Paddle's own names count the layers made so far in the process, so they differ after a restart.
    """
    state = optimizer.state_dict()
    return {
        key: np.array(state[name].numpy(), order="C")
        for name, key in _places(state, model).items()
        if hasattr(state[name], "numpy")
    }


def restore_optimizer(optimizer: Any, model: Any, arrays: Arrays) -> None:
    """Give a new optimizer what an earlier one remembered. Changes the network: restore that afterwards."""
    if not arrays:
        return
    paddle = paddle_module()
    trainable = [parameter for parameter in model.parameters() if not parameter.stop_gradient]
    sum((parameter * 0.0).sum() for parameter in trainable).backward()
    optimizer.step()  # an optimizer makes room for what it remembers at its first step only
    optimizer.clear_grad()
    state = optimizer.state_dict()
    for name, key in _places(state, model).items():
        if key in arrays:
            state[name] = paddle.to_tensor(arrays[key])
    optimizer.set_state_dict(state)


def _places(state: dict[str, Any], model: Any) -> dict[str, str]:
    """Return Paddle's name → `position/kind` for the entries of an optimizer's state that belong to a parameter."""
    names = {parameter.name: position for position, parameter in enumerate(model.parameters())}
    places: dict[str, str] = {}
    for key in state:
        owner = max((name for name in names if key.startswith(f"{name}_")), key=len, default=None)
        if owner is not None:
            places[key] = f"{names[owner]}/{re.sub(r'_[0-9]+$', '', key[len(owner) + 1 :])}"
    return places


def write_weights(path: Path, arrays: Arrays, *, half: bool, note: dict[str, str]) -> None:
    """Write a weights file so that a reader sees the old or the new one; `note` goes into its header.

    Args:
        half: float32 becomes float16, except where a value lies outside its range.
    """
    # In a folder of its own nothing stays of a killed process.
    scratch = path.with_name(f".{path.name}.unfinished")
    try:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        file = scratch / path.name
        _write(file, {name: _halved(value) for name, value in arrays.items()} if half else arrays, note)
        file.replace(path)
    except OSError as error:
        raise failed(NO_WRITING.format(path=path, error=error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def save_weights(
    model: Any, path: Path | str, *, seed: int, data: str, accuracy: float, rehearsal: bool = False
) -> None:
    """Write the parameters and buffers of a network that a learner trained, with a note of the run.

    Args:
        seed: That the run began with.
        data: "real" or "generated", as `ensure_data` says of its images.
        accuracy: Fraction that the run reached.
        rehearsal: It was a short one, whose figures mean nothing.
    """
    note = {"accuracy": f"{accuracy:.4f}", "rehearsal": "yes" if rehearsal else "no"}
    write_weights(Path(path), state_of(model), half=False, note={**note, **run_note(seed, data, unguessable())})


def run_note(seed: int, data: str, nonce: str) -> dict[str, str]:
    """Return what is noted of a run: its seed, its data, and a number drawn at random, by which copies of its weights are told."""
    return {"data": data, "nonce": nonce, "seed": str(seed)}


def _write(file: Path, arrays: Arrays, note: dict[str, str]) -> None:
    """Write a safetensors file: the same arrays and note give the same bytes, while the library orders notes by chance.

    The widest numbers come first, so that each array begins where its numbers may.
    """
    header: dict[str, Any] = {"__metadata__": dict(sorted(note.items()))}
    parts, place = [], 0
    for name, value in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        if value.dtype.name not in DTYPES:
            raise failed(NO_TYPE.format(name=name, dtype=value.dtype, file=file.name))
        parts.append(np.ascontiguousarray(value, value.dtype.newbyteorder("<")))
        end = place + value.nbytes
        header[name] = {"dtype": DTYPES[value.dtype.name], "shape": list(value.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        for part in parts:
            stream.write(part.data if part.size else b"")


def _halved(value: NDArray[Any]) -> NDArray[Any]:
    fits = value.dtype == np.float32 and (not value.size or float(np.abs(value).max()) <= MAX_HALF)
    return value.astype(np.float16) if fits else value


def note_of(path: Path) -> dict[str, str]:
    """Return what `write_weights` noted in the header of a weights file; empty when there is none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return dict(file.metadata() or {})
    except (OSError, SafetensorError):
        return {}


def load_arrays(path: Path) -> Arrays:
    """Return the arrays of a safetensors file.

    Raises:
        TrainingError: When it cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise failed(NO_READING.format(path=path, error=error)) from error
