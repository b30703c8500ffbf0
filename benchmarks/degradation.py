"""Plain against residual layers, shallow against deep: `python benchmarks/degradation.py [--seeds 1,2,3]`.

The experiment of He et al. 2016, figures 1 and 6, at a size that a laptop can do: 4,000 MNIST digits, 16 channels,
14x14, SGD with learning rate .05, batches of 20, 3 epochs. A network of depth d is one convolution that halves the
size, (d - 2) / 2 blocks of two 3x3 convolutions with batch norm, a global average pool and one fc layer. A residual
block adds its input before its last ReLU; the plain one does not, and is equal in all else.

Each run is written to docs/results/degradation.json when it ends; a run that stands there is not done again. `autograder
train --write-docs` draws the curves.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

from autograder.course.sets import data_set
from autograder.training.framework import seed_everything
from autograder.writing import write_atomically

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "results" / "degradation.json"
DIGITS, TEST_DIGITS, CHANNELS, EPOCHS, BATCH, LEARNING_RATE = 4000, 2000, 16, 3, 20, 0.05
EVERY = 50  # steps to one point of the curve
DEPTHS = (8, 40)


class Block(nn.Layer):
    """Two 3x3 convolutions with batch norm; with `residual` the input is added before the last ReLU."""

    def __init__(self, residual: bool) -> None:
        super().__init__()
        self.convs = nn.LayerList([nn.Conv2D(CHANNELS, CHANNELS, 3, padding=1, bias_attr=False) for _ in range(2)])
        self.norms = nn.LayerList([nn.BatchNorm2D(CHANNELS) for _ in range(2)])
        self.residual = residual

    def forward(self, x: Any) -> Any:
        """x: float32 [N, 16, 14, 14]; the result has the same shape."""
        y = F.relu(self.norms[0](self.convs[0](x)))
        y = self.norms[1](self.convs[1](y))
        return F.relu(y + x if self.residual else y)


def network(depth: int, residual: bool) -> Any:
    """Return a network with `depth` layers with weights: [N, 1, 28, 28] → logits [N, 10]."""
    first = (nn.Conv2D(1, CHANNELS, 3, stride=2, padding=1, bias_attr=False), nn.BatchNorm2D(CHANNELS), nn.ReLU())
    blocks = (Block(residual) for _ in range((depth - 2) // 2))
    return nn.Sequential(*first, *blocks, nn.AdaptiveAvgPool2D(1), nn.Flatten(), nn.Linear(CHANNELS, 10))


def run(depth: int, residual: bool, seed: int, digits: tuple[Any, Any], unseen: tuple[Any, Any]) -> dict[str, Any]:
    """Train one network; return its losses, its error on unseen digits, and its seconds of CPU."""
    seed_everything(seed)
    model = network(depth, residual)
    optimizer = paddle.optimizer.SGD(LEARNING_RATE, parameters=model.parameters())
    began, losses = time.process_time(), []
    for epoch in range(EPOCHS):
        order = np.random.default_rng([seed, epoch]).permutation(DIGITS)
        for start in range(0, DIGITS, BATCH):
            chosen = order[start : start + BATCH]
            loss = F.cross_entropy(model(paddle.to_tensor(digits[0][chosen])), paddle.to_tensor(digits[1][chosen]))
            loss.backward()
            optimizer.step()
            optimizer.clear_grad()
            losses.append(loss.item())
    model.eval()
    with paddle.no_grad():
        found = np.concatenate([model(paddle.to_tensor(part)).numpy().argmax(1) for part in np.split(unseen[0], 10)])
    per_epoch = DIGITS // BATCH
    return {
        "depth": depth,
        "residual": residual,
        "seed": seed,
        "parameters": sum(p.size for p in model.parameters() if not p.stop_gradient),
        "training_loss": [round(float(np.mean(losses[k : k + EVERY])), 4) for k in range(0, len(losses), EVERY)],
        "last_epoch_loss": round(float(np.mean(losses[-per_epoch:])), 4),
        "test_error": round(float((found != unseen[1].ravel()).mean()), 4),
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def last_epoch_losses(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Return the mean training loss of the last epoch by network, such as `plain_40`, over the seeds that all of them have."""
    arms: dict[str, dict[int, float]] = {}
    for entry in runs:
        name = f"{'residual' if entry['residual'] else 'plain'}_{entry['depth']}"
        arms.setdefault(name, {})[entry["seed"]] = entry["last_epoch_loss"]
    shared = set.intersection(*(set(losses) for losses in arms.values()))
    return {name: round(sum(losses[s] for s in shared) / len(shared), 4) for name, losses in arms.items() if shared}


def main() -> None:
    """Do the runs that are missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1", help="with commas; 1 by default")
    seeds = [int(seed) for seed in parser.parse_args().seeds.split(",")]
    mnist = data_set(ROOT, "mnist")
    images, labels = mnist.load("training")
    unseen = tuple(part[:TEST_DIGITS] for part in mnist.load("test"))
    record = (
        json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {"note": NOTE, "setting": SETTING, "runs": []}
    )
    done = {(entry["depth"], entry["residual"], entry["seed"]) for entry in record["runs"]}
    for seed in seeds:
        for depth in DEPTHS:
            for residual in (False, True):
                if (depth, residual, seed) in done:
                    continue
                entry = run(depth, residual, seed, (images[:DIGITS], labels[:DIGITS]), unseen)
                record["runs"] = sorted([*record["runs"], entry], key=lambda e: (e["depth"], e["residual"], e["seed"]))
                record["last_epoch_loss"] = last_epoch_losses(record["runs"])
                write_atomically(RECORD, json.dumps(record, indent=1) + "\n")
                print({name: value for name, value in entry.items() if name != "training_loss"}, flush=True)


NOTE = "generated by benchmarks/degradation.py, do not edit"
SETTING = {
    "digits": DIGITS,
    "test_digits": TEST_DIGITS,
    "channels": CHANNELS,
    "epochs": EPOCHS,
    "batch_size": BATCH,
    "learning_rate": LEARNING_RATE,
    "steps_per_point": EVERY,
}

if __name__ == "__main__":
    main()
