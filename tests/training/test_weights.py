from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.training import TrainingError
from autograder.training.framework import paddle_module
from autograder.training.weights import (
    load_arrays,
    note_of,
    optimizer_state,
    restore_optimizer,
    save_weights,
    state_of,
    write_weights,
)


def test_weights_and_note_survive_the_file(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array(3, dtype=np.int64)}
    write_weights(tmp_path / "deep" / "w.safetensors", arrays, half=False, note={"run": "x"})
    back = load_arrays(tmp_path / "deep" / "w.safetensors")
    assert all(np.array_equal(back[name], value) and back[name].dtype == value.dtype for name, value in arrays.items())
    assert back["b"].shape == ()
    assert note_of(tmp_path / "deep" / "w.safetensors") == {"run": "x"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["w.safetensors"]


KINDS = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


def test_the_same_content_is_the_same_bytes_as_the_library_reads_them(tmp_path: Path) -> None:
    arrays = {kind: np.arange(3).astype(kind) for kind in KINDS}
    arrays |= {"名": np.zeros((2, 0), np.float32), "one": np.array(7.0, np.float32)}
    note = {"seed": "1", "data": "real", "nonce": "ab", "名": "字"}
    for name, order in (("a", list(arrays)), ("b", sorted(arrays, reverse=True))):
        given = {key: arrays[key] for key in order}
        write_weights(tmp_path / name, given, half=False, note=dict(sorted(note.items(), reverse=name == "b")))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    back = load_arrays(tmp_path / "a")
    assert back.keys() == arrays.keys()
    for name, value in arrays.items():
        assert (back[name].dtype, back[name].shape) == (value.dtype, value.shape)
        assert np.array_equal(back[name], value)
    assert note_of(tmp_path / "a") == note


@pytest.mark.usefixtures("in_english")
def test_numbers_that_have_no_place_in_a_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="phase: numbers of type complex128"):
        write_weights(tmp_path / "w.safetensors", {"phase": np.zeros(1, complex)}, half=False, note={})


def test_a_learner_s_own_run_is_noted(tmp_path: Path, tiny: Callable[[], Any]) -> None:
    model = tiny()
    for name in ("a", "b"):
        save_weights(model, tmp_path / name, seed=17, data="generated", accuracy=0.5)
    first, second = (note_of(tmp_path / name) for name in ("a", "b"))
    assert (first["seed"], first["data"]) == ("17", "generated")
    assert len(first["nonce"]) == 32
    assert first["nonce"] != second["nonce"]
    assert all(np.array_equal(value, state_of(model)[name]) for name, value in load_arrays(tmp_path / "a").items())


def test_others_may_read_the_file(tmp_path: Path) -> None:
    write_weights(tmp_path / "w.safetensors", {"a": np.zeros(1, np.float32)}, half=False, note={})
    assert (tmp_path / "w.safetensors").stat().st_mode & 0o444 == 0o444


def test_half_keeps_what_would_overflow(tmp_path: Path) -> None:
    arrays = {
        "variance": np.array([70000.0], np.float32),
        "weight": np.array([1.5], np.float32),
        "count": np.array([7], np.int64),
        "empty": np.zeros(0, np.float32),
    }
    write_weights(tmp_path / "w.safetensors", arrays, half=True, note={})
    back = load_arrays(tmp_path / "w.safetensors")
    assert back["variance"].dtype == np.float32
    assert back["variance"][0] == 70000.0
    assert back["weight"].dtype == back["empty"].dtype == np.float16
    assert back["count"].dtype == np.int64


@pytest.mark.usefixtures("in_english")
def test_a_file_that_is_not_one_has_no_note_and_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"not a weights file")
    assert note_of(tmp_path / "w.safetensors") == {}
    assert note_of(tmp_path / "missing") == {}
    with pytest.raises(TrainingError, match="cannot be read"):
        load_arrays(tmp_path / "w.safetensors")


@pytest.mark.usefixtures("in_english")
def test_a_full_disk_is_an_error_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TrainingError, match="free some disk space"):
        write_weights(tmp_path / "file" / "w.safetensors", {"a": np.zeros(1, np.float32)}, half=False, note={})


@pytest.mark.parametrize("kind", ["Momentum", "Adam"])
def test_an_optimizer_s_memory_is_kept_by_place_not_by_name(tiny: Callable[[], Any], kind: str) -> None:
    paddle = paddle_module()
    first, second = tiny(), tiny()  # two sets of Paddle's names
    assert [p.name for p in first.parameters()] != [p.name for p in second.parameters()]
    before = getattr(paddle.optimizer, kind)(0.01, parameters=first.parameters())
    first.eval()
    first(paddle.ones([2, 3, 224, 224])).sum().backward()
    before.step()
    after = getattr(paddle.optimizer, kind)(0.01, parameters=second.parameters())
    kept = optimizer_state(before, first)
    assert kept
    restore_optimizer(after, second, kept)
    found = optimizer_state(after, second)
    assert found.keys() == kept.keys()
    assert all(np.array_equal(found[key], kept[key]) for key in kept)


def test_the_state_of_a_network_has_running_statistics(tiny: Callable[[], Any]) -> None:
    assert {"norm._mean", "norm._variance", "conv.weight", "fc.bias"} <= state_of(tiny()).keys()


def test_what_is_wrong_with_a_file_is_said_in_the_notebooks_language(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_text("no weights")
    with pytest.raises(TrainingError, match=r"w\.safetensors 读不了 .*；请把它删掉，再训练一次") as caught:
        load_arrays(tmp_path / "w.safetensors")
    assert caught.value.said.en.endswith("; remove it and train again")
