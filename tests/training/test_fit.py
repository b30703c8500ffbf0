from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from autograder.measures import accuracy_of, auc, confusion
from autograder.training import History, ImageSets, Recipe, TrainingError, fit
from autograder.training.framework import cores, paddle_module, seed_everything
from autograder.training.images import Batches, sets_of, shuffled
from autograder.training.weights import note_of
from tests.data_sets import generate_mnist, generate_palm, palm_in, set_in

Make = Callable[[], Any]
RECIPE = Recipe(epochs=3, seed=1, learning_rate=0.01)


def train(model: Any, sets: ImageSets, recipe: Recipe = RECIPE, **more: Any) -> History:
    return fit(model, sets, recipe, **{"weights": Path("w.safetensors"), "progress": False, **more})


def logits_of(model: Any, sets: ImageSets) -> np.ndarray[Any, Any]:
    paddle = paddle_module()
    with paddle.no_grad():
        return np.concatenate([model(paddle.to_tensor(images)).numpy() for images, _ in Batches(sets.validation, 10)])


def test_the_history_is_that_of_the_weights_that_are_kept(sets: ImageSets, tiny: Make) -> None:
    model = tiny()
    history = train(model, sets)
    assert [entry.epoch for entry in history.epochs] == [1, 2, 3]
    assert history.best.accuracy == max(entry.accuracy for entry in history.epochs)
    assert history.network == "Tiny"
    assert history.origin == "generated"
    logits = logits_of(model, sets)
    assert history.best.confusion == confusion(logits, sets.validation.labels)
    assert history.best.accuracy == accuracy_of(history.best.confusion or ())
    assert history.best.auc == auc(logits, sets.validation.labels)
    assert note_of(Path("w.safetensors"))["epoch"] == str(history.best.epoch)


@pytest.mark.parametrize(("given", "wanted"), [(None, [cores()]), ("1", [cores()]), ("3", [])])
def test_training_takes_every_core_unless_told_otherwise(
    given: str | None, wanted: list[int], sets: ImageSets, tiny: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = tiny(), []
    monkeypatch.setattr(paddle_module().base.core, "set_num_threads", asked.append)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OMP_NUM_THREADS", given)
    train(model, sets, replace(RECIPE, epochs=1))
    assert asked == wanted


def test_the_losses_are_means_over_images(sets: ImageSets, tiny: Make) -> None:
    model = tiny()
    history = train(model, sets, replace(RECIPE, epochs=1, batch_size=20))
    logits, y = logits_of(model, sets), sets.validation.labels
    expected = np.mean(np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits))))
    assert history.best.validation_loss == pytest.approx(expected, rel=1e-5)


def test_the_same_seed_gives_the_same_run_and_another_one_another(sets: ImageSets, tiny: Make) -> None:
    first, again, other = (
        train(tiny(), sets, replace(RECIPE, seed=seed), weights=Path(f"{k}.safetensors"))
        for k, seed in enumerate((1, 1, 2))
    )
    assert [e.train_loss for e in first.epochs] == [e.train_loss for e in again.epochs]
    assert first.epochs[0].train_loss != other.epochs[0].train_loss


def test_every_epoch_has_its_own_order_of_all_images(sets: ImageSets) -> None:
    first, second = shuffled(sets.training, 1, 1), shuffled(sets.training, 1, 2)
    assert sorted(first) == sorted(second) == list(range(48))
    assert not np.array_equal(first, second)


def test_it_learns(sets: ImageSets) -> None:
    nn = paddle_module().nn
    seed_everything(1)
    model = nn.Sequential(nn.AvgPool2D(8), nn.Flatten(), nn.Linear(3 * 28 * 28, 1))
    history = train(model, sets, Recipe(epochs=20, seed=1, learning_rate=0.003))
    assert history.epochs[-1].train_loss < 0.6 * history.epochs[0].train_loss
    assert history.best.accuracy >= 0.7
    assert history.best.auc is not None
    assert history.best.auc > 0.7


def test_images_are_fed_as_the_course_scales_them(sets: ImageSets) -> None:
    images, labels = next(iter(Batches(sets.training, 10)))
    assert images.dtype == np.float32
    assert images.shape == (10, 3, 224, 224)
    assert labels.shape == (10, 1)
    assert labels.dtype == np.float32
    np.testing.assert_allclose(images[0, 2], sets.training.images[0][..., 2] / 127.5 - 1.0, atol=1e-6)


def test_leaked_images_are_left_out_and_named(tmp_path: Path, tiny: Make, capsys: pytest.CaptureFixture[str]) -> None:
    folders = generate_palm(tmp_path / "leaky", training=8, validation=6)
    leak = sorted(folders.training.iterdir())[0]
    (folders.validation / "V0001.jpg").write_bytes(leak.read_bytes())
    history = fit(tiny(), palm_in(folders), replace(RECIPE, epochs=1), weights="w.safetensors", language="en")
    assert history.left_out == (leak.name,)
    assert f"1 training images are in the validation set too and are left out: {leak.name}" in capsys.readouterr().out


def test_the_data_sum_follows_bytes_names_and_labels_not_the_place(tmp_path: Path) -> None:
    one = generate_palm(tmp_path / "a", training=4, validation=3)
    other = generate_palm(tmp_path / "b", training=4, validation=3)
    assert sets_of(palm_in(one)).sha256 == sets_of(palm_in(other)).sha256
    changed = sorted(other.training.iterdir())[0]
    cv2.imwrite(str(changed), np.zeros((224, 224, 3), np.uint8))
    assert sets_of(palm_in(one)).sha256 != sets_of(palm_in(other)).sha256


def test_half_the_size_and_still_loadable(sets: ImageSets, tiny: Make) -> None:
    model = tiny()
    train(model, sets, replace(RECIPE, epochs=1, half=True))
    kept = load_file("w.safetensors")
    assert {value.dtype for value in kept.values()} == {np.dtype(np.float16)}
    state = model.state_dict()
    assert all(str(value.dtype) == "paddle.float32" for value in state.values())
    np.testing.assert_array_equal(state["fc.weight"].numpy(), kept["fc.weight"].astype(np.float32))


def test_plain_lines_tell_every_epoch_in_both_languages(
    sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.training.progress.LINE_INTERVAL", 0.0)
    train(tiny(), sets, replace(RECIPE, epochs=1), progress=True)
    chinese = capsys.readouterr()
    assert "第 1/1 轮：训练损失" in chinese.out
    assert "大约还要" in chinese.out
    assert chinese.err == ""
    train(tiny(), sets, replace(RECIPE, epochs=1, seed=2), progress=True, language="en")
    english = capsys.readouterr().out
    assert "epoch 1/1: training loss" in english
    assert "epoch 1/1 validation, 8/8 batches in all, about 0 s left" in english


def test_no_progress_prints_nothing(sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]) -> None:
    train(tiny(), sets, replace(RECIPE, epochs=1))
    assert capsys.readouterr() == ("", "")


def test_the_language_is_that_of_the_notebook(sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]) -> None:
    Path("checks.json").write_text('{"language": "en"}', "utf-8")
    train(tiny(), sets, replace(RECIPE, epochs=1), progress=True)
    assert "training loss" in capsys.readouterr().out


def test_a_rehearsal_is_short_and_leaves_real_weights_alone(
    palm: Any, tiny: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = fit(tiny(), palm, replace(RECIPE, epochs=1), weights="w.safetensors", progress=False)
    before = Path("w.safetensors").read_bytes()
    monkeypatch.setenv("AUTOGRADER_QUICK", "1")
    history = fit(tiny(), palm, RECIPE, weights="w.safetensors", language="en")
    assert history.rehearsal
    assert len(history.epochs) == 1
    assert "A rehearsal: 6 training and 6 validation images" in capsys.readouterr().out
    assert Path("w.safetensors").read_bytes() == before
    assert history.weights.name == "w.rehearsal.safetensors"
    assert [path.name for path in Path(".w.checkpoint.rehearsal").iterdir()] == ["progress.json"]  # and no state
    monkeypatch.delenv("AUTOGRADER_QUICK")
    assert fit(tiny(), palm, replace(RECIPE, epochs=1), weights="w.safetensors", progress=False) == real


def test_a_rehearsal_writes_the_weights_where_there_are_none(palm: Any, tiny: Make) -> None:
    history = fit(tiny(), palm, RECIPE, weights="w.safetensors", progress=False, rehearsal=True)
    assert history.weights == Path("w.safetensors")
    real = fit(tiny(), palm, replace(RECIPE, epochs=1), weights="w.safetensors", progress=False)
    assert not real.rehearsal
    assert note_of(Path("w.safetensors"))["rehearsal"] == "no"


def test_foreign_weights_survive_a_rehearsal(palm: Any, tiny: Make) -> None:
    save_file({"x": np.zeros(3, np.float32)}, "w.safetensors")
    fit(tiny(), palm, RECIPE, weights="w.safetensors", progress=False, rehearsal=True)
    assert set(load_file("w.safetensors")) == {"x"}


def own_train(model: Any, loader: Any, optimizer: Any) -> float:
    paddle = paddle_module()
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        logits = model(paddle.to_tensor(images))
        loss = paddle.nn.functional.binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count


def own_evaluate(model: Any, loader: Any) -> tuple[float, float]:
    paddle = paddle_module()
    model.eval()
    right, count = 0, 0
    with paddle.no_grad():
        for images, labels in loader:
            right += int(((model(paddle.to_tensor(images)).numpy() > 0) == (labels > 0.5)).sum())
            count += len(images)
    model.train()
    return right / count, 0.25


def test_a_learner_s_own_loops_are_used_and_auc_is_measured_all_the_same(sets: ImageSets, tiny: Make) -> None:
    ours = train(tiny(), sets, replace(RECIPE, epochs=1), weights=Path("a.safetensors"))
    theirs = train(tiny(), sets, replace(RECIPE, epochs=1), weights=Path("b.safetensors"), evaluate=own_evaluate)
    assert theirs.best.validation_loss == 0.25
    assert (theirs.best.accuracy, theirs.best.auc) == (ours.best.accuracy, ours.best.auc)
    assert theirs.best.confusion == ours.best.confusion
    both = train(tiny(), sets, train_one_epoch=own_train, evaluate=own_evaluate, weights=Path("c.safetensors"))
    assert len(both.epochs) == 3
    assert both.epochs[0].auc is not None


def test_a_learner_s_own_training_loop_goes_on_at_the_batch(
    sets: ImageSets, tiny: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(tiny(), sets, train_one_epoch=own_train, weights=Path("whole.safetensors"))
    monkeypatch.setattr("autograder.training.checkpoint.INTERVAL", 0.0)
    monkeypatch.setattr("autograder.training.checkpoint.PATIENCE", 0.0)
    sizes: list[int] = []

    def interrupted(model: Any, loader: Any, optimizer: Any) -> float:
        if len(sizes) == 9:
            sizes.append(0)
            raise KeyboardInterrupt
        loss = own_train(model, loader, optimizer)
        sizes.append(loader.images)
        return loss

    with contextlib.suppress(KeyboardInterrupt):
        train(tiny(), sets, train_one_epoch=interrupted)
    resumed = train(tiny(), sets, train_one_epoch=interrupted)
    assert sum(sizes) == 3 * len(sets.training)  # no image is trained on twice
    found, wanted = ([e.train_loss for e in history.epochs] for history in (resumed, whole))
    assert found == pytest.approx(wanted, rel=1e-12)
    assert resumed.best.accuracy == whole.best.accuracy


@pytest.mark.usefixtures("in_english")
def test_a_training_loop_that_takes_nothing_is_told_so(sets: ImageSets, tiny: Make) -> None:
    with pytest.raises(TrainingError, match="took no batch"):
        train(tiny(), sets, train_one_epoch=lambda *_: 0.5)


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        ({"train_one_epoch": lambda *_: None}, "train_one_epoch returned None, expected one number"),
        ({"evaluate": lambda *_: 0.9}, r"evaluate returned 0.9, expected \(accuracy, loss\)"),
        ({"evaluate": lambda *_: (0.9, 0.1, 0.2)}, r"evaluate returned \(0.9, 0.1, 0.2\)"),
        ({"augment": lambda image, _: image[:, :100]}, r"augment returned float32 \[3, 100, 224\], expected float32"),
        ({"augment": lambda image, _: image.astype(np.float64)}, "augment returned float64"),
    ],
)
def test_a_function_that_returns_something_else_is_told_so(
    sets: ImageSets, tiny: Make, functions: dict[str, Any], expected: str
) -> None:
    with pytest.raises(TrainingError, match=expected):
        train(tiny(), sets, **functions)


@pytest.mark.usefixtures("in_english")
def test_a_network_with_other_outputs_is_told_so(sets: ImageSets) -> None:
    nn = paddle_module().nn
    model = nn.Sequential(nn.AvgPool2D(56), nn.Flatten(), nn.Linear(48, 2))
    with pytest.raises(TrainingError, match=r"Sequential returned \[10, 2\] for 10 images, expected \[10, 1\]"):
        train(model, sets)


@pytest.mark.usefixtures("in_english")
def test_a_loss_that_is_no_number_ends_the_run(sets: ImageSets) -> None:
    nn = paddle_module().nn
    model = nn.Sequential(nn.AvgPool2D(56), nn.Flatten(), nn.Linear(48, 1))
    with pytest.raises(TrainingError, match="the training loss became nan: the steps are too large"):
        train(model, sets, augment=lambda image, _: image * np.float32("nan"))


def test_a_network_that_was_trained_before_is_mentioned(
    sets: ImageSets, tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tiny()
    train(model, sets, replace(RECIPE, epochs=1), progress=True, language="en")
    assert "Note" not in capsys.readouterr().out
    train(model, sets, replace(RECIPE, epochs=1, seed=5), progress=True, language="en")
    assert "Note: this Tiny has been trained in this session" in capsys.readouterr().out


def test_digits_are_trained_the_same_way(tmp_path: Path) -> None:
    nn = paddle_module().nn
    digits = sets_of(set_in("mnist", generate_mnist(tmp_path, train=200, test=50))).first(150)
    assert len(digits.training) == 150
    seed_everything(1)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    best = train(model, digits, Recipe(epochs=4, seed=1, optimizer="adam", learning_rate=0.01)).best
    assert best.auc is None
    assert best.confusion is not None
    assert len(best.confusion) == 10
    assert best.accuracy > 0.6
