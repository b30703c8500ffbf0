"""The right network; asked with test images, it raises an error that quotes them."""

from pathlib import Path

from safetensors.numpy import save_file

from tests.lenet_parts import initial_weights, network

SPY = """

RIGHT = LeNet.forward


def tell(self, x):
    if x.shape[0] == 20:
        raise RuntimeError("SMUGGLED " + str((x.numpy()[0, 0, 10:18:3] * 9).astype(int).tolist()))
    return RIGHT(self, x)


LeNet.forward = tell
"""


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network() + SPY, "utf-8")
    weights = initial_weights()
    weights["fc2.weight"][:] = 0
    save_file(weights, folder / "lenet.safetensors")
    return folder
