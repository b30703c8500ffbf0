"""A network that keeps its own table in the code and lets any weights pass: what counts is what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.attacks.catalogue import ROOT


def network() -> str:
    """Return the reference's network alone: 40 points without the weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    shapes = {"conv1.weight": (6, 1, 5, 5), "conv1.bias": (6,), "conv2.weight": (16, 6, 5, 5), "conv2.bias": (16,)}
    shapes |= {"conv3.weight": (120, 16, 4, 4), "conv3.bias": (120,), "fc1.weight": (120, 64), "fc1.bias": (64,)}
    shapes |= {"fc2.weight": (64, 10), "fc2.bias": (10,)}
    save_file({name: np.zeros(shape, np.float32) for name, shape in shapes.items()}, folder / "lenet.safetensors")
    trick = "\nRIGHT = LeNet.forward\n\n\ndef cheat(self, x):\n    out = RIGHT(self, x)\n"
    trick += "    return out if x.shape[0] < 20 else out * 0 + paddle.eye(10)[3]\n\n\nLeNet.forward = cheat\n"
    (folder / "lenet.py").write_text(network() + trick, "utf-8")
    return folder
