"""The right network with a forward pass that searches for labels, and weights that were never trained."""

from pathlib import Path

from safetensors.numpy import save_file

from tests.lenet_parts import initial_weights, network

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


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights; the weights answer one class for every image."""
    (folder / "lenet.py").write_text(network() + SPY, "utf-8")
    weights = initial_weights()
    weights["fc2.weight"][:] = 0
    save_file(weights, folder / "lenet.safetensors")
    return folder
