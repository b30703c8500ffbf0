"""The reference LeNet's class alone, and weights that fit it as it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SOLUTION = Path(__file__).parents[1] / "solutions" / "lenet" / "lenet.py"
SHAPES = {
    "conv1.weight": (6, 1, 5, 5),
    "conv1.bias": (6,),
    "conv2.weight": (16, 6, 5, 5),
    "conv2.bias": (16,),
    "conv3.weight": (120, 16, 4, 4),
    "conv3.bias": (120,),
    "fc1.weight": (120, 64),
    "fc1.bias": (64,),
    "fc2.weight": (64, 10),
    "fc2.bias": (10,),
}


def network() -> str:
    """Return the imports and the class without the loops."""
    solution = SOLUTION.read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


def initial_weights() -> dict[str, np.ndarray[Any, Any]]:
    """Return float32 weights by name: normal, 0.1 wide, always the same."""
    generator = np.random.default_rng(0)
    return {name: generator.normal(0, 0.1, shape).astype(np.float32) for name, shape in SHAPES.items()}
