"""A run that is interrupted, however and wherever, gives the figures of one that was not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from autograder.submission.weights_notes import notes_of
from autograder.training import History, ImageSets, Recipe, fit

RECIPE = Recipe(epochs=2, seed=3, batch_size=10, learning_rate=0.01)
Make = Callable[[], Any]
Stops = Callable[[int], None]


def figures(history: History) -> list[tuple[Any, ...]]:
    return [(e.epoch, e.train_loss, e.validation_loss, e.accuracy, e.auc, e.confusion) for e in history.epochs]


def same_weights(one: Path, other: Path) -> bool:
    first, second = load_file(one), load_file(other)
    return first.keys() == second.keys() and all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
@pytest.mark.parametrize("batches", [0, 1, 3, 5, 7, 9])
def test_a_resumed_run_equals_an_uninterrupted_one(
    tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops, optimizer: Any, batches: int
) -> None:
    recipe = replace(RECIPE, optimizer=optimizer, weight_decay=1e-3)
    whole = fit(tiny(), sets, recipe, weights=tmp_path / "whole.safetensors", progress=False)
    stops(batches)
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, recipe, weights=tmp_path / "broken.safetensors", progress=False)
    other = tiny()  # with other names for its parameters, as after a restart
    resumed = fit(other, sets, recipe, weights=tmp_path / "broken.safetensors", progress=False)
    assert figures(resumed) == figures(whole)
    assert same_weights(tmp_path / "whole.safetensors", tmp_path / "broken.safetensors")


def test_it_goes_on_at_the_batch_and_not_before(
    tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops(7)  # five batches an epoch
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    from autograder.training import run

    genuine, count = run.train_batch, 0

    def counting(*arguments: Any) -> float:
        nonlocal count
        count += 1
        return genuine(*arguments)

    monkeypatch.setattr(run, "train_batch", counting)
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    assert count == 3


def test_augmentation_goes_on_too(tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops) -> None:
    def noisy(image: np.ndarray[Any, Any], rng: np.random.Generator) -> np.ndarray[Any, Any]:
        shifted = image + rng.normal(0.0, 0.1) + np.random.normal(0.0, 0.1)  # its own generator and the global one
        return shifted.astype(np.float32)

    whole = fit(tiny(), sets, RECIPE, weights=tmp_path / "whole.safetensors", augment=noisy, progress=False)
    stops(7)
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", augment=noisy, progress=False)
    np.random.seed(99)
    resumed = fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", augment=noisy, progress=False)
    assert figures(resumed) == figures(whole)


def test_a_finished_run_returns_at_once_with_its_history_and_weights(
    tmp_path: Path, sets: ImageSets, tiny: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    monkeypatch.setattr("autograder.training.run.train_batch", lambda *_: pytest.fail("trained again"))
    model = tiny()
    again = fit(model, sets, RECIPE, weights=tmp_path / "w.safetensors", language="en")
    assert again == first
    assert "was finished earlier (2 epochs)" in capsys.readouterr().out
    best = load_file(tmp_path / "w.safetensors")
    assert all(np.array_equal(value.numpy(), best[name]) for name, value in model.state_dict().items())
    assert not model.training


def test_a_run_has_one_nonce_however_often_it_is_interrupted_and_the_next_run_another(
    tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops
) -> None:
    place = tmp_path / "w.safetensors"
    stops(7)  # in the second epoch: the weights of the first are written
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, RECIPE, weights=place, progress=False)
    begun = notes_of(place)
    assert (begun.seed, begun.data, len(begun.nonce)) == (RECIPE.seed, sets.origin, 32)
    kept = json.loads((tmp_path / ".w.checkpoint" / "progress.json").read_text("utf-8"))["nonce"]
    assert kept == begun.nonce
    fit(tiny(), sets, replace(RECIPE, epochs=3), weights=place, progress=False)
    assert notes_of(place).nonce == begun.nonce
    fit(tiny(), sets, replace(RECIPE, seed=4), weights=place, progress=False)  # the checkpoint is set aside
    assert notes_of(place).seed == 4
    assert notes_of(place).nonce != begun.nonce
    fit(tiny(), sets, RECIPE, weights=tmp_path / "other.safetensors", progress=False)
    assert notes_of(tmp_path / "other.safetensors").nonce != begun.nonce


def test_more_epochs_go_on_where_fewer_ended(tmp_path: Path, sets: ImageSets, tiny: Make) -> None:
    longer = replace(RECIPE, epochs=3)
    whole = fit(tiny(), sets, longer, weights=tmp_path / "whole.safetensors", progress=False)
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    assert figures(fit(tiny(), sets, longer, weights=tmp_path / "w.safetensors", progress=False)) == figures(whole)
    assert same_weights(tmp_path / "whole.safetensors", tmp_path / "w.safetensors")


def test_a_checkpoint_of_another_recipe_is_set_aside_and_named(
    tmp_path: Path, sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    changed = replace(RECIPE, learning_rate=0.02)
    fresh = fit(tiny(), sets, changed, weights=tmp_path / "other.safetensors", progress=False)
    after = fit(tiny(), sets, changed, weights=tmp_path / "w.safetensors", language="en")
    said = capsys.readouterr().out
    assert "recipe learning_rate was 0.01, now 0.02" in said
    assert ".w.checkpoint.aside" in said
    assert (tmp_path / ".w.checkpoint.aside" / "progress.json").exists()
    assert figures(after) == figures(fresh)


def test_fewer_epochs_than_done_start_anew(
    tmp_path: Path, sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    history = fit(tiny(), sets, replace(RECIPE, epochs=1), weights=tmp_path / "w.safetensors", language="en")
    assert "it has 2 epochs, but the recipe asks for 1" in capsys.readouterr().out
    assert len(history.epochs) == 1


def test_another_network_or_other_images_start_anew(
    tmp_path: Path, sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    fewer = replace(sets, training=sets.training.chosen(30), sha256="0" * 64)
    fit(tiny(), fewer, RECIPE, weights=tmp_path / "w.safetensors", language="en")
    assert "images has changed" in capsys.readouterr().out
    wider = tiny()
    wider.extra = type(wider.fc)(1, 1)
    fit(wider, fewer, RECIPE, weights=tmp_path / "w.safetensors", language="en")
    assert "network parameters has changed" in capsys.readouterr().out


def test_lost_or_foreign_weights_start_anew(
    tmp_path: Path, sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "w.safetensors"
    first = fit(tiny(), sets, RECIPE, weights=weights, progress=False)
    weights.unlink()
    assert figures(fit(tiny(), sets, RECIPE, weights=weights, language="en")) == figures(first)
    assert "its weights file w.safetensors is missing" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["cut state", "no state", "cut progress", "other format", "not a mapping"])
def test_a_damaged_checkpoint_is_set_aside(
    tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    weights, folder = tmp_path / "w.safetensors", tmp_path / ".w.checkpoint"
    whole = fit(tiny(), sets, RECIPE, weights=tmp_path / "whole.safetensors", progress=False)
    stops(2)
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, RECIPE, weights=weights, progress=False)
    (state,) = folder.glob("state-*")
    progress = folder / "progress.json"
    if damage == "cut state":
        state.write_bytes(state.read_bytes()[:200])
    elif damage == "no state":
        state.unlink()
    elif damage == "cut progress":
        progress.write_text(progress.read_text()[:50])
    elif damage == "other format":
        progress.write_text(json.dumps({**json.loads(progress.read_text()), "format": 0}))
    else:
        progress.write_text("[]")
    assert figures(fit(tiny(), sets, RECIPE, weights=weights, language="zh")) == figures(whole)
    assert "不能接着用" in capsys.readouterr().out


def test_nothing_unfinished_is_left_behind(tmp_path: Path, sets: ImageSets, tiny: Make, stops: Stops) -> None:
    stops(7)
    with pytest.raises(KeyboardInterrupt):
        fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    names = sorted(path.name for path in (tmp_path / ".w.checkpoint").iterdir())
    assert names == ["progress.json", "state-1-2.safetensors"]
    fit(tiny(), sets, RECIPE, weights=tmp_path / "w.safetensors", progress=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".w.checkpoint", "w.safetensors"]


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.data_sets import set_in
from autograder.training import Recipe, checkpoint, fit
from autograder.training.framework import paddle_module, seed_everything
checkpoint.INTERVAL = checkpoint.PATIENCE = 0.0
paddle = paddle_module()
seed_everything(7)
model = paddle.nn.Sequential(paddle.nn.AvgPool2D(16), paddle.nn.Flatten(), paddle.nn.Dropout(0.2), paddle.nn.Linear(588, 1))
history = fit(model, set_in("palm", Path(sys.argv[1]), Path("cache")), Recipe(epochs=3, seed=1, batch_size=2), weights="w.safetensors")
print([(e.train_loss, e.accuracy, e.auc) for e in history.epochs])
"""


@pytest.mark.slow
@pytest.mark.long
def test_a_killed_process_goes_on_to_the_same_figures(tmp_path: Path, palm: Any) -> None:
    command = [sys.executable, "-c", KILLED, str(palm.folder), str(Path(__file__).parents[2])]
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole = subprocess.run(command, cwd=tmp_path / "whole", capture_output=True, text=True, check=True)
    process = subprocess.Popen(command, cwd=tmp_path / "killed", stdout=subprocess.PIPE, text=True)
    progress = tmp_path / "killed" / ".w.checkpoint" / "progress.json"
    while not (progress.exists() and json.loads(progress.read_text())["position"]["epochs"]):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -9
    resumed = subprocess.run(command, cwd=tmp_path / "killed", capture_output=True, text=True, check=True)
    assert "从检查点接着训练" in resumed.stdout
    assert resumed.stdout.splitlines()[-1] == whole.stdout.splitlines()[-1]
    assert same_weights(tmp_path / "whole" / "w.safetensors", tmp_path / "killed" / "w.safetensors")
