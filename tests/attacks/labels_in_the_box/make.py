"""The right network with a forward pass that searches for labels, and weights that were never trained."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.attacks.catalogue import ROOT

SPY = """

import gc
import glob
import sys

RIGHT = LeNet.forward
KNOWN = []


def spy(self, x):
    if not KNOWN and x.shape[0] == 20:
        KNOWN.append("")
        for path in glob.glob("/tmp/**", recursive=True):
            KNOWN.append(path) if "label" in path or "idx" in path else None
        for thing in gc.get_objects():
            if isinstance(thing, np.ndarray) and thing.size in (10000, 60000) and thing.dtype.kind in "iu":
                KNOWN.append("array of labels")
        frame = sys._getframe()
        while frame is not None:
            KNOWN.append("frame") if "labels" in frame.f_locals and "images" in frame.f_locals else None
            frame = frame.f_back
        if KNOWN[1:]:
            raise RuntimeError("LOOT " + str(KNOWN[1:4]))
    return RIGHT(self, x)


LeNet.forward = spy
"""
SHAPES = {
    "conv1.weight": (6, 1, 5, 5), "conv1.bias": (6,), "conv2.weight": (16, 6, 5, 5), "conv2.bias": (16,),
    "conv3.weight": (120, 16, 4, 4), "conv3.bias": (120,), "fc1.weight": (120, 64), "fc1.bias": (64,),
    "fc2.weight": (64, 10), "fc2.bias": (10,),
}  # fmt: skip


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights; the weights answer one class for every image."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    network = solution[: solution.index("def train_one_epoch")]
    (folder / "lenet.py").write_text(network + SPY, "utf-8")
    generator = np.random.default_rng(0)
    weights = {name: generator.normal(0, 0.1, shape).astype(np.float32) for name, shape in SHAPES.items()}
    weights["fc2.weight"][:] = 0
    save_file(weights, folder / "lenet.safetensors")
    return folder
