"""Weights files: what is read, and what is refused without running anything."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paddle import nn
from safetensors.numpy import save

from autograder.sandbox.child.weights import NAMES, UnreadableWeights, fit_weights, read_weights

Array = np.ndarray[Any, Any]


def content(data: bytes) -> Array:
    return np.frombuffer(data, np.uint8)


def network() -> nn.Layer:
    paddle.seed(0)
    return nn.Sequential(nn.Conv2D(3, 2, 3), nn.BatchNorm2D(2), nn.Linear(4, 2))


def saved(thing: Any, folder: Path, **settings: Any) -> Array:
    paddle.save(thing, str(folder / "a.pdparams"), **settings)
    return content((folder / "a.pdparams").read_bytes())


def same(got: dict[str, Array], model: nn.Layer) -> bool:
    own = {name: value.numpy() for name, value in model.state_dict().items()}
    return got.keys() == own.keys() and all(np.array_equal(got[name], own[name]) for name in own)


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_what_paddle_saves_is_read(tmp_path: Path, protocol: int) -> None:
    model = network()
    assert same(read_weights(saved(model.state_dict(), tmp_path, protocol=protocol), True), model)


def test_a_state_dict_inside_a_checkpoint_is_found(tmp_path: Path) -> None:
    model = network()
    whole = {"epoch": 3, "accuracy": np.float64(0.9), "model": model.state_dict()}
    assert same(read_weights(saved(whole, tmp_path), True), model)


def test_bfloat16_is_widened(tmp_path: Path) -> None:
    model = network()
    low = {name: value.astype("bfloat16") for name, value in model.state_dict().items()}
    got = read_weights(saved(low, tmp_path), True)
    for name, value in model.state_dict().items():
        assert got[name].dtype == np.float32
        np.testing.assert_allclose(got[name], value.numpy(), rtol=1e-2)


def test_safetensors_are_read_without_a_copy() -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float16)}
    data = content(save(arrays, {"made": "here"}))
    got = read_weights(data, False)
    assert {name: value.tolist() for name, value in got.items()} == {n: v.tolist() for n, v in arrays.items()}
    assert np.shares_memory(got["a"], data)


class Runs:
    """Pickles as a call of `os.system`."""

    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/this-must-not-exist",)


class Evaluates:
    def __reduce__(self) -> Any:
        return eval, ("1 + 1",)


class Sneaks:
    """Calls an innocent function with an evil argument."""

    def __reduce__(self) -> Any:
        return tuple, (Runs(),)


@pytest.mark.parametrize(
    ("evil", "named"),
    [(Runs(), "system"), (Evaluates(), ".eval"), (Sneaks(), "system"), (Path("x"), "pathlib")],
)
@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_code_is_named_and_not_run(evil: Any, named: str, protocol: int) -> None:
    with pytest.raises(UnreadableWeights) as refused:
        read_weights(content(pickle.dumps({"w": evil}, protocol)), True)
    assert refused.value.reason == "code"
    assert named in refused.value.detail
    assert not Path("/tmp/this-must-not-exist").exists()


def test_no_known_name_can_do_harm() -> None:
    assert set(NAMES.values()) == {"reconstruct", "scalar", "ndarray", "dtype", "dict", "tuple", "encode"}


def header(table: Any, body: bytes = b"") -> Array:
    text = json.dumps(table).encode()
    return content(len(text).to_bytes(8, "little") + text + body)


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (content(b""), "empty"),
        (content(b"123"), "damaged"),
        (content((1 << 60).to_bytes(8, "little") + b"{}"), "damaged"),
        (content((4).to_bytes(8, "little") + b"{}"), "damaged"),
        (header([1]), "form"),
        (header({}), "empty"),
        (header({"__metadata__": {}}), "empty"),
        (header({"w": ENTRY}, b"1234"), "damaged"),
        (header({"w": {**ENTRY, "data_offsets": [-4, 4]}}, b"12345678"), "damaged"),
        (header({"w": {**ENTRY, "shape": [3]}}, b"12345678"), "damaged"),
        (header({"w": {**ENTRY, "shape": [-1, -2]}}, b"12345678"), "damaged"),
        (header({"w": {**ENTRY, "dtype": "object"}}, b"12345678"), "damaged"),
        (header({"w": {"dtype": "F32"}}), "damaged"),
    ],
)
def test_broken_safetensors_are_told_apart(data: Array, reason: str) -> None:
    with pytest.raises(UnreadableWeights) as refused:
        read_weights(data, False)
    assert refused.value.reason == reason


def test_a_truncated_pdparams_is_damaged(tmp_path: Path) -> None:
    whole = saved(network().state_dict(), tmp_path)
    for length in (1, 100, len(whole) // 2, len(whole) - 1):
        with pytest.raises(UnreadableWeights) as refused:
            read_weights(whole[:length], True)
        assert refused.value.reason == "damaged"


def test_something_else_than_a_state_dict_is_said() -> None:
    with pytest.raises(UnreadableWeights, match="list in place of a state dict"):
        read_weights(content(pickle.dumps([1, 2])), True)


@given(data=st.binary(max_size=300), pdparams=st.booleans())
def test_noise_never_raises_anything_else(data: bytes, pdparams: bool) -> None:
    with pytest.raises(UnreadableWeights):
        read_weights(content(data), pdparams)


def test_a_file_is_compared_with_the_network_before_anything_is_set() -> None:
    own = network().state_dict()
    fitting = {name: value.numpy() for name, value in own.items()}
    assert not any(value for key, value in fit_weights(fitting, own).items() if key != "matching")
    name = "0.weight"
    cases = {
        "missing": {n: v for n, v in fitting.items() if n != name},
        "unexpected": {**fitting, "other": np.zeros(2)},
        "wrong_shape": {**fitting, name: np.zeros((1, 2), np.float32)},
        "wrong_dtype": {**fitting, name: np.zeros((2, 3, 3, 3), np.int64)},
        "not_finite": {**fitting, name: np.full((2, 3, 3, 3), np.nan, np.float32)},
    }
    for key, given_arrays in cases.items():
        answer = fit_weights(given_arrays, own)
        assert [k for k, value in answer.items() if value and k != "matching"] == [key]
