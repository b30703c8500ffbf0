"""Why LeNet stays at 0.5275: the runs behind the chapter lenet_palm, `python benchmarks/diagnosis.py [--minutes N]`.

Each run trains LeNet on PALM with one activation, one side of the photographs, one optimizer and one seed, and notes accuracy and AUC
of every epoch, and what happens inside its first fc. What has been run stands in docs/results/diagnosis.json and is not run again:
interrupt it and start it anew as you like. The build takes the figures of chapters and pages from that file. One thread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT

from autograder.course.sets import data_set
from autograder.measures import accuracy_of, auc, confusion
from autograder.training.framework import paddle_module, seed_everything
from autograder.training.images import Batches, ImageSet, ImageSets, sets_of, shuffled
from autograder.training.loops import make_optimizer, train_batch, validate
from autograder.training.metrics import versions
from autograder.training.recipe import Recipe
from autograder.writing import write_atomically

RECORDS = ROOT / "docs" / "results" / "diagnosis.json"
STEPS = (0, 1, 10, 40, 200)  # where the first fc is looked at
LIMITS = {"sigmoid": 4.0, "tanh": 2.0}  # where the slope is 7 % of its largest: beyond, a unit counts as saturated
LOOKED_AT = 50  # validation photographs
SECONDS = {28: 6, 56: 30, 112: 120, 224: 420}  # about what a run takes
ACTIVATIONS = ("sigmoid", "tanh", "relu")
MNIST_EVALUATED = (200, 400, 800, 1200, 1600, 1875)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run. data: palm or mnist; side: of the photographs, in pixels."""

    activation: str
    side: int
    optimizer: str = "momentum"
    learning_rate: float = 0.001
    seed: int = 1
    data: str = "palm"


def all_runs() -> Iterator[Wanted]:
    """Yield what is to be run: what takes seconds first."""
    for side in (28, 56, 112):
        for seed in (1, 2, 3):
            yield from (Wanted(activation=name, side=side, seed=seed) for name in ACTIVATIONS)
            if side == 28:
                adam = {"optimizer": "adam", "learning_rate": 0.002}
                yield from (Wanted(activation=name, side=side, seed=seed, **adam) for name in ACTIVATIONS)  # type: ignore[arg-type]
        if side == 28:
            for optimizer, rate in (("adam", 0.002), ("momentum", 0.001)):
                yield Wanted(activation="sigmoid", side=28, optimizer=optimizer, learning_rate=rate, data="mnist")
    yield Wanted(activation="tanh", side=224)
    yield Wanted(activation="tanh", side=224, learning_rate=0.00001)
    yield Wanted(activation="sigmoid", side=224)
    yield Wanted(activation="relu", side=224)
    yield Wanted(activation="tanh", side=224, learning_rate=0.0001)
    sigmoid_arms = (("adam", 0.0002), ("adam", 0.00001), ("momentum", 0.00001))
    for optimizer, rate in sigmoid_arms:
        yield Wanted(activation="sigmoid", side=224, optimizer=optimizer, learning_rate=rate)
    for seed in (2, 3):
        yield from (Wanted(activation=name, side=224, seed=seed) for name in ("tanh", "sigmoid", "relu"))
    for seed in (2, 3):
        yield from (Wanted(activation="tanh", side=224, learning_rate=rate, seed=seed) for rate in (0.00001, 0.0001))
    for seed in (2, 3):
        for optimizer, rate in sigmoid_arms:
            yield Wanted(activation="sigmoid", side=224, optimizer=optimizer, learning_rate=rate, seed=seed)


def lenet(wanted: Wanted) -> Any:
    """Return LeNet with an activation, for square photographs of one side or for digits."""
    paddle = paddle_module()
    nn, functional = paddle.nn, paddle.nn.functional
    activate = {"sigmoid": functional.sigmoid, "tanh": functional.tanh, "relu": functional.relu}[wanted.activation]
    channels, classes = (3, 1) if wanted.data == "palm" else (1, 10)
    side = ((wanted.side - 4) // 2 - 4) // 2 - 3

    class LeNet(nn.Layer):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.conv2, self.conv3 = (
                nn.Conv2D(channels, 6, 5),
                nn.Conv2D(6, 16, 5),
                nn.Conv2D(16, 120, 4),
            )
            self.pool1, self.pool2 = nn.MaxPool2D(2, 2), nn.MaxPool2D(2, 2)
            self.fc1, self.fc2 = nn.Linear(120 * side * side, 64), nn.Linear(64, classes)

        def forward(self, x: Any) -> Any:
            x = self.pool1(activate(self.conv1(x)))
            x = self.pool2(activate(self.conv2(x)))
            x = paddle.flatten(activate(self.conv3(x)), 1)
            return self.fc2(activate(self.fc1(x)))

    return LeNet()


def resized(part: ImageSet, side: int) -> ImageSet:
    """Return the photographs as float32 [N, 3, side, side] in [-1, 1], made smaller by averaging areas."""
    import cv2

    small = (
        image if side == image.shape[0] else cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        for image in part.images
    )
    return ImageSet(np.stack([image.transpose(2, 0, 1) for image in small]).astype(np.float32) / 127.5 - 1, part.labels)


def inside(model: Any, wanted: Wanted, looked_at: Any, batch: Any) -> dict[str, float]:
    """Return what the first fc gives for photographs, before its activation, and the gradients of a batch.

    mean_abs: mean size of its outputs z; saturated: share beyond the limit; silent: share of units that give a ReLU
    nothing for any photograph; differences: standard deviation of z over photographs, averaged over units;
    conv1_gradient, fc1_gradient: root mean square over the weights.
    """
    paddle = paddle_module()
    seen: list[Any] = []
    hook = model.fc1.register_forward_post_hook(lambda _layer, _inputs, output: seen.append(output.numpy()))
    model.eval()
    with paddle.no_grad():
        logits = model(paddle.to_tensor(looked_at)).numpy()
    hook.remove()
    z = seen[0].astype(np.float64)
    images, labels = batch
    model.train()
    target = paddle.to_tensor(labels)
    outputs = model(paddle.to_tensor(images))
    functional = paddle.nn.functional
    loss = (
        functional.binary_cross_entropy_with_logits(outputs, target)
        if labels.dtype.kind == "f"
        else functional.cross_entropy(outputs, target)
    )
    loss.backward()
    gradients = {
        f"{name}_gradient": float(np.sqrt((getattr(model, name).weight.grad.numpy() ** 2).mean()))
        for name in ("conv1", "fc1")
    }
    model.clear_gradients()
    limit = LIMITS.get(wanted.activation, np.inf)
    return {
        "mean_abs": float(np.abs(z).mean()),
        "saturated": float((np.abs(z) > limit).mean()),
        "silent": float((z <= 0).all(axis=0).mean()),
        "differences": float(z.std(axis=0).mean()),
        "logit_range": float(np.ptp(logits[:, 0])),
        **gradients,
    }


def run(wanted: Wanted, sets: ImageSets) -> dict[str, Any]:
    """Train once; return the record."""
    mnist = wanted.data == "mnist"
    recipe = Recipe(
        epochs=1 if mnist else 5,
        seed=wanted.seed,
        batch_size=32 if mnist else 10,
        learning_rate=wanted.learning_rate,
        optimizer=wanted.optimizer,  # type: ignore[arg-type]
    )
    seed_everything(wanted.seed)
    model = lenet(wanted)
    optimizer = make_optimizer(model, recipe)
    looked_at = np.stack([sets.validation.chosen(LOOKED_AT).prepared(k) for k in range(LOOKED_AT)])
    first = next(iter(Batches(sets.training, recipe.batch_size, shuffled(sets.training, recipe.seed, 1))))
    steps = [{"step": 0, **inside(model, wanted, looked_at, first)}]
    epochs, done, seconds, began = [], 0, 0.0, time.monotonic()
    for number in range(1, recipe.epochs + 1):
        loss = count = 0.0
        for images, labels in Batches(sets.training, recipe.batch_size, shuffled(sets.training, recipe.seed, number)):
            model.train()
            loss += train_batch(model, optimizer, images, labels) * len(images)
            count, done = count + len(images), done + 1
            if done in STEPS:
                seconds += time.monotonic() - began
                steps.append({"step": done, **inside(model, wanted, looked_at, first)})
                began = time.monotonic()
            if mnist and done in MNIST_EVALUATED:
                epochs.append({"step": done, **judged(model, sets, loss / count)})
        if not mnist:
            epochs.append({"epoch": number, **judged(model, sets, loss / count)})
    seconds += time.monotonic() - began
    return {**asdict(wanted), "seconds": round(seconds, 1), "epochs": epochs, "inside": steps}


def judged(model: Any, sets: ImageSets, loss: float) -> dict[str, Any]:
    """Return accuracy, AUC and the range of the logits on the validation images."""
    found = validate(model, Batches(sets.validation, 50), lambda: None)
    assert found.logits is not None
    labels = sets.validation.labels
    one_logit = found.logits.shape[1] == 1
    return {
        "train_loss": loss,
        "validation_loss": found.loss,
        "accuracy": accuracy_of(confusion(found.logits, labels)),
        "auc": auc(found.logits, labels) if one_logit else None,
        "logit_range": float(np.ptp(found.logits[:, 0])) if one_logit else None,
    }


def rounded(value: Any) -> Any:
    """Return JSON values with six digits."""
    if isinstance(value, dict):
        return {name: rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def images_of(wanted: Wanted, data: Path, kept: dict[Any, ImageSets]) -> ImageSets:
    """Return the images of a run; those of the last one are kept."""
    key = (wanted.data, wanted.side)
    if key not in kept:
        kept.clear()
        if wanted.data == "mnist":
            kept[key] = sets_of(data_set(ROOT, "mnist", place=data))
        else:
            whole = sets_of(data_set(ROOT, "palm", place=data))
            parts = (resized(part, wanted.side) for part in (whole.training, whole.validation))
            kept[key] = ImageSets(*parts, whole.sha256, whole.origin, whole.left_out)
    if kept[key].origin != "real":
        raise SystemExit("these are generated images; name the folder of the real ones with --data")
    return kept[key]


def noted() -> dict[str, Any]:
    """Return what has been recorded so far."""
    return dict(json.loads(RECORDS.read_text("utf-8"))) if RECORDS.exists() else {"runs": []}


def note(change: dict[str, Any]) -> None:
    """Write the record with some entries changed."""
    RECORDS.parent.mkdir(parents=True, exist_ok=True)
    record = {**noted(), **change}
    head = {"note": "generated by benchmarks/diagnosis.py, do not edit", "versions": versions()}
    write_atomically(RECORDS, json.dumps({**head, **record, **of_the_chapter(record["runs"])}, indent=1) + "\n")


def of_the_chapter(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the entries by which pages find the LeNet that the chapter asks for: sigmoid, 224 pixels, SGD; none before its run."""
    arm = {"activation": "sigmoid", "side": 224, "optimizer": "momentum", "learning_rate": 0.001, "data": "palm"}
    for entry in runs:
        if arm.items() <= entry.items():
            best = max(entry["epochs"], key=lambda epoch: float(epoch["accuracy"]))
            shown = {"seed": entry["seed"], **{name: best[name] for name in ("epoch", "accuracy", "auc")}}
            return {"chapter": "lenet_palm", "network": "LeNet", "best": shown}
    return {}


def main() -> None:
    """Do the runs that are missing, as many as fit into the time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no run that would end later than that")
    parser.add_argument("--data", type=Path, required=True, help="folder with palm/ and mnist/, the real ones")
    words = parser.parse_args()
    began = time.monotonic()
    kept: dict[Any, ImageSets] = {}
    for wanted in all_runs():
        if any(all(entry[name] == value for name, value in asdict(wanted).items()) for entry in noted()["runs"]):
            continue
        if time.monotonic() - began + SECONDS[wanted.side] > words.minutes * 60:
            print("more is to be run: start this again")
            raise SystemExit(3)
        sets = images_of(wanted, words.data, kept)
        record = rounded(run(wanted, sets))
        note({"runs": [*noted()["runs"], record]})
        last = record["epochs"][-1]
        best = max(entry["accuracy"] for entry in record["epochs"])
        print(f"{asdict(wanted)}: best {best:.4f}, AUC at the end {last['auc']}, {record['seconds']} s", flush=True)


if __name__ == "__main__":
    main()
