"""The drawings carry what the course is about: LeNet learns them with ReLU, and does not with the sigmoid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.data_sets import LabelledImage, generate_palm, load_images, training_images, validation_images

QUARTER = 4  # every fourth pixel, so that the test takes seconds
FLAT = 120 * 8 * 8  # 56 - 52 - 26 - 22 - 11 - 8
EPOCHS, BATCH = 6, 10

Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Arrays, Arrays]:
    """Training: images float32 [160, 3, 56, 56] in [-1, 1], labels float32 [160, 1]; validation: 60 of them."""
    folders = generate_palm(tmp_path_factory.mktemp("learning"), training=160, validation=60)
    return as_arrays(training_images(folders)), as_arrays(validation_images(folders))


def as_arrays(images: Sequence[LabelledImage]) -> Arrays:
    pixels = load_images([image.path for image in images])[:, ::QUARTER, ::QUARTER].transpose(0, 3, 1, 2)
    labels = np.array([[image.label] for image in images], np.float32)
    return pixels.astype(np.float32) / np.float32(127.5) - np.float32(1.0), labels


def trained_lenet(activation: str, training: Arrays, validation: Arrays) -> tuple[list[float], NDArray[np.float32]]:
    """Train as the course does (momentum 0.9, rate 1e-3): the accuracy after each epoch, and the last logits."""
    import paddle
    from paddle.nn import Conv2D, Flatten, Linear, MaxPool2D, ReLU, Sequential, Sigmoid
    from paddle.nn.functional import binary_cross_entropy_with_logits

    paddle.seed(4)
    shuffler = np.random.default_rng(4)
    act = {"relu": ReLU, "sigmoid": Sigmoid}[activation]
    features = (Conv2D(3, 6, 5), act(), MaxPool2D(2, 2), Conv2D(6, 16, 5), act(), MaxPool2D(2, 2))
    network = Sequential(*features, Conv2D(16, 120, 4), act(), Flatten(), Linear(FLAT, 64), act(), Linear(64, 1))
    optimizer = paddle.optimizer.Momentum(1e-3, 0.9, parameters=network.parameters())
    images, labels = training
    accuracies: list[float] = []
    for _ in range(EPOCHS):
        order = shuffler.permutation(len(images))
        for batch in np.split(order, len(order) // BATCH):
            logits = network(paddle.to_tensor(images[batch]))
            binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels[batch])).backward()
            optimizer.step()
            optimizer.clear_grad()
        with paddle.no_grad():
            logits = network(paddle.to_tensor(validation[0])).numpy()
        accuracies.append(float(np.mean((logits > 0) == validation[1])))
    return accuracies, logits


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # paddle looks for ccache
def test_a_lenet_learns_the_drawings_with_relu_and_not_with_the_sigmoid(drawings: tuple[Arrays, Arrays]) -> None:
    share = float(drawings[1][1].mean())
    constant = max(share, 1.0 - share)
    accuracies, logits = trained_lenet("relu", *drawings)
    assert max(accuracies) > constant + 0.2
    assert logits.std() > 0.3
    accuracies, logits = trained_lenet("sigmoid", *drawings)
    assert max(accuracies) <= constant  # the same answer for every eye
    assert logits.std() < 0.05
