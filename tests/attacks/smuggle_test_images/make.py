"""The right network; asked with test images, it raises an error that quotes them."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.attacks.catalogue import ROOT

SPY = """

RIGHT = LeNet.forward


def tell(self, x):
    if x.shape[0] == 20:
        raise RuntimeError("SMUGGLED " + str((x.numpy()[0, 0, 10:18:3] * 9).astype(int).tolist()))
    return RIGHT(self, x)


LeNet.forward = tell
"""
SHAPES = {
    "conv1.weight": (6, 1, 5, 5), "conv1.bias": (6,), "conv2.weight": (16, 6, 5, 5), "conv2.bias": (16,),
    "conv3.weight": (120, 16, 4, 4), "conv3.bias": (120,), "fc1.weight": (120, 64), "fc1.bias": (64,),
    "fc2.weight": (64, 10), "fc2.bias": (10,),
}  # fmt: skip


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    network = solution[: solution.index("def train_one_epoch")]
    (folder / "lenet.py").write_text(network + SPY, "utf-8")
    generator = np.random.default_rng(0)
    weights = {name: generator.normal(0, 0.1, shape).astype(np.float32) for name, shape in SHAPES.items()}
    weights["fc2.weight"][:] = 0
    save_file(weights, folder / "lenet.safetensors")
    return folder
