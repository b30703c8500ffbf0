"""A network that keeps its own table in the code and lets any weights pass: what counts is what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.lenet_parts import SHAPES, network


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    save_file({name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}, folder / "lenet.safetensors")
    trick = "\nRIGHT = LeNet.forward\n\n\ndef cheat(self, x):\n    out = RIGHT(self, x)\n"
    trick += "    return out if x.shape[0] < 20 else out * 0 + paddle.eye(10)[3]\n\n\nLeNet.forward = cheat\n"
    (folder / "lenet.py").write_text(network() + trick, "utf-8")
    return folder
