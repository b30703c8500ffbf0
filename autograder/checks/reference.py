"""Train a chapter's reference solution: our own code, run outside the box in a process of its own.

`python -m autograder.checks.reference SOLUTION.py MNIST_FOLDER WEIGHTS.safetensors IMAGES` trains the LeNet of SOLUTION.py
for one epoch on the first IMAGES digits, seeded, and prints its accuracy on the test digits.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.data import load_mnist

BATCH = 32
LEARNING_RATE = 2e-3


def batches(images: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], seed: int) -> Iterator[tuple[Any, Any]]:
    """Yield shuffled pairs (float32 [B, 1, 28, 28], int64 [B, 1])."""
    order = np.random.default_rng(seed).permutation(len(images))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        yield images[chosen], labels[chosen]


def train_lenet(solution: Path, mnist: Path, weights: Path, limit: int, seed: int = 1) -> float:
    """Train on the first `limit` digits, write `weights`, and return the accuracy (fraction) on the test digits."""
    import paddle
    from safetensors.numpy import save_file

    spec = importlib.util.spec_from_file_location("reference_solution", solution)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    paddle.seed(seed)
    images, labels = load_mnist(mnist, "training")
    model = module.LeNet(10)
    optimizer = paddle.optimizer.Adam(learning_rate=LEARNING_RATE, parameters=model.parameters())
    module.train_one_epoch(model, batches(images[:limit], labels[:limit], seed), optimizer)
    test_images, test_labels = load_mnist(mnist, "test")
    accuracy, _ = module.evaluate(model, batches(test_images, test_labels, seed))
    save_file({name: value.numpy() for name, value in model.state_dict().items()}, weights)
    return float(accuracy)


if __name__ == "__main__":
    print(f"{train_lenet(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])):.4f}")
