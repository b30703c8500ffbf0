"""What the warmed process does before its first child: all that answers need, once, so that children find it in place.

Whatever a child does first costs it more: imports, the linker's look-ups, memory that is written and so has to be copied.
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from typing import Any

import cv2
import numpy as np
import paddle

from .. import lockdown, wire
from .adaptation import adapt
from .measuring import Measuring

TIMES = 2
ANSWER = """
import paddle
import paddle.nn.functional as F


class Network(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.features = paddle.nn.Sequential(
            paddle.nn.Conv2D(1, 2, 3), paddle.nn.BatchNorm2D(2), paddle.nn.ReLU(), paddle.nn.MaxPool2D(2, 2)
        )
        self.classifier = paddle.nn.Sequential(paddle.nn.Flatten(), paddle.nn.Dropout(0.5), paddle.nn.Linear(18, 2))

    def forward(self, x):
        return self.classifier(F.sigmoid(F.relu(self.features(x))))


def train(model, loader, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        logits = model(images)
        one = F.binary_cross_entropy_with_logits(logits[:, :1], labels.astype("float32"))
        loss = paddle.mean(F.cross_entropy(logits, labels)) + one
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(labels)
    return total


@paddle.no_grad()
def evaluate(model, loader):
    model.eval()
    right = 0
    for images, labels in loader:
        logits = model(paddle.to_tensor(images))
        both = paddle.concat([F.softmax(logits), F.sigmoid(logits)], axis=1).reshape([len(labels), -1])
        right += int((both.numpy().argmax(axis=1) == labels.reshape(-1)).sum())
        right += int((paddle.argmax(logits, axis=1).numpy() == labels.reshape(-1)).sum())
    return right / 2, float(right)
"""


def rehearse() -> None:
    """Answer questions about an answer of our own, take a step of training, and leave nothing of it but what is warm."""
    cv2.setNumThreads(0)
    adapt()
    for _ in range(TIMES):
        with paddle.utils.unique_name.guard():
            _answers()
            _step()
    seed(0)
    _limits()


def seed(number: int) -> None:
    """Seed NumPy's and Paddle's generators.

    Args:
        number: 0 to 2**32 - 1.
    """
    np.random.seed(number)
    paddle.base.core.default_cpu_generator().manual_seed(number)


def _answers() -> None:
    images = np.zeros((2, 1, 8, 8), np.float32)
    network = {"$handle": -1}
    digits = np.zeros((2, 1, 28, 28), np.float32)
    pairs, loader = ({"$pairs": [[x, np.zeros((2, 1), np.int64)]], "once": False} for x in (images, digits))
    probe = {"loader": loader, "num_classes": 2, "dropout": 0.5, "seed": 1, "training": True}
    questions: list[tuple[str, dict[str, Any]]] = [
        ("layers", {}),
        ("load", {"statements": [["rehearsal.py", 1, ANSWER]]}),
        ("defined", {"names": [["Network"]]}),
        ("make", {"target": "Network", "arguments": [], "blank": True}),
        ("describe_new", {"target": "Network", "arguments": [], "blank": True}),
        ("fill", {"target": network, "seed": 1}),
        ("forward", {"target": network, "images": images, "steps": True}),
        ("gradients", {"target": network, "images": images, "seed": 1, "steps": True}),
        ("borrowed", {}),
        ("sizes", {"target": network, "shape": [1, 1, 8, 8]}),
        ("seed", {"seed": 0}),
        ("loop", {"target": "train", **probe, "learning_rate": 0.1, "parameters": True}),
        ("call", {"target": "evaluate", "arguments": [network, pairs]}),
        ("call", {"target": "nothing", "arguments": []}),
    ]
    operations = Measuring(layers=["none"])
    for number, (operation, arguments) in enumerate(questions):
        request = _sent({"operation": operation, "arguments": arguments}, number)
        _sent(operations.run(request["operation"], request["arguments"]), number)


def _sent(tree: Any, number: int) -> Any:
    reading, writing = os.pipe()
    try:
        wire.send(writing, wire.pack(number, tree))
        return wire.receive(reading)[1]
    finally:
        os.close(reading)
        os.close(writing)


def _step() -> None:
    network = paddle.nn.Linear(4, 2)
    optimizer = paddle.optimizer.Adam(parameters=network.parameters())
    logits = network(paddle.to_tensor(np.zeros((2, 4), np.float32)))
    paddle.nn.functional.cross_entropy(logits, paddle.to_tensor([[0], [1]])).backward()
    optimizer.step()


def _limits() -> None:
    """Change no limit and no uid, by the calls that do."""
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, limits)
    with suppress(OSError):
        os.setgroups(os.getgroups())
    os.setresgid(-1, -1, -1)
    os.setresuid(-1, -1, -1)
    lockdown.has_no_capabilities()
