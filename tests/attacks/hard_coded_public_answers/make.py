"""The student's own checks.json holds what the public checks want to see: a table of it is no network."""

import json
from pathlib import Path

from tests.attacks.catalogue import ROOT

CODE = """
import numpy as np
import paddle

OUTPUTS = {outputs!r}
LOSS = {loss!r}
VALUES = {values!r}


class LeNet(paddle.nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.all = self.create_parameter([41806])

    def forward(self, x):
        return paddle.to_tensor(np.array(OUTPUTS, "float32").reshape(-1, 10)[: x.shape[0]])


def train_one_epoch(model, loader, optimizer):
    return LOSS


def evaluate(model, loader):
    return VALUES
"""


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the script from what every student has."""
    suite = json.loads((ROOT / "assignments/lenet/checks.json").read_text("utf-8"))
    seen = {name: found["seen"] for name, found in suite["expected"].items()}
    outputs = seen["network.behaviour"]["outputs"][0]["values"]
    text = CODE.format(
        outputs=outputs, loss=seen["train_one_epoch.loss"]["loss"], values=seen["evaluate.values"]["values"]
    )
    (folder / "lenet.py").write_text(text, "utf-8")
    return folder
