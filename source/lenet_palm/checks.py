"""The checks of the LeNet chapter on photographs. Points, hints and which are hidden: chapter.yml."""

import numpy as np

from autograder.checks import Behaviour, Evaluate, OutputShape, Parameters, ResizedAccuracy, Returns, TrainEpoch
from autograder.constants import constants

PHOTO_SIDE = constants()["PHOTO_SIDE"]
# Far outside the range of photographs: there relu6 and its like are no ReLU.
FAR = 1e6

# Room for near-ties in max-pools, which other processors decide otherwise: see `gradient_tolerance`.
NEAR_TIES = 0.05
# Checks that look at parts of one run have the same settings, so that it runs once for them; these seeds are graded.
TRAINED, EVALUATED = 354766, 980913
EPOCH, EVALUATE, WITH = "train_one_epoch", "evaluate", "LeNetWith"


def square(side: int, count: int = 3) -> tuple[int, int, int, int]:
    """Return the shape of a batch of photographs of one side."""
    return count, 3, side, side


def scores(seed: int, count: int, steps: int, shift: float = 0.0) -> tuple[list[float], list[float]]:
    """Return scores, float [count], some of them equal where `steps` is small, and labels 0 or 1 that go with them a little."""
    generator = np.random.default_rng(seed)
    labels = (generator.random(count) < 0.6).astype(float)
    labels[:2] = 0, 1
    raw = generator.normal(size=count) + 0.8 * labels
    return (np.round(raw * steps) / steps + shift).tolist(), labels.tolist()


def tiny(case: tuple[list[float], list[float]]) -> tuple[list[float], list[float]]:
    """Return scores a billion times smaller, in the same order, with their labels."""
    return [score * 1e-9 for score in case[0]], case[1]


def outputs(seed: int, rows: int, spread: float) -> list[list[float]]:
    """Return z of a layer, float [rows, 8], of both signs, none of them near 2 or 4."""
    z = np.random.default_rng(seed).normal(0.3, spread, (rows, 8))
    near = np.abs(np.abs(z)[..., None] - [2, 4]).min(axis=-1) < 0.05
    return np.where(near, z * 1.1, z).round(3).tolist()  # type: ignore[no-any-return]


# Seeds of LeNetReLU, for students and for grading. With both, the first two photographs of every side have a logit well below
# zero, so that a ReLU after the last layer shows.
SHOWN, JUDGED = 335, 282
ONE, TWO, THREE = square(PHOTO_SIDE, 1), square(PHOTO_SIDE, 2), square(PHOTO_SIDE)
# Seeds of the networks: outputs that differ between photographs and, with ReLU, have both signs.
# The seeds of the evaluations are chosen so that logits fall on both sides of 0 and of 0.5: a threshold on the wrong
# scale, argmax of one column and every constant answer count differently there, and the mean of the two classes' shares is another
# number in the graded one.
CHECKS = {
    "network.shape": OutputShape(name="LeNet", arguments=(1,), named=("num_classes",), inputs=(ONE, TWO)),
    "network.parameters": Parameters(name="LeNet", arguments=(1,), named=("num_classes",)),
    "network.behaviour": Behaviour(
        name="LeNet", arguments=(1,), named=("num_classes",), inputs=(THREE,), seed=4712, in_training=True
    ),
    "network.classes": OutputShape(name="LeNet", arguments=(5,), named=("num_classes",), inputs=(TWO,), default=(1,)),
    "network.batches": Behaviour(
        name="LeNet",
        arguments=(1,),
        named=("num_classes",),
        inputs=(THREE, ONE),
        seed=4722,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
    ),
    "train_one_epoch.loss": TrainEpoch(name=EPOCH, batches=(6, 6), seed=21, binary=True, look_at=("loss",)),
    # A penalty on the weights of 0.001 moves the update by 2e-4 of it; right ones differ by less than 1e-5.
    "train_one_epoch.update": TrainEpoch(
        name=EPOCH, batches=(6, 6), seed=21, binary=True, look_at=("update",), tolerance=1e-4
    ),
    "train_one_epoch.unequal": TrainEpoch(
        name=EPOCH, batches=(6, 5, 1), seed=24, binary=True, once=True, starts_in_training=False
    ),
    "evaluate.values": Evaluate(name=EVALUATE, batches=(8, 8), seed=42, binary=True),
    "evaluate.unequal": Evaluate(name=EVALUATE, batches=(8, 5, 1), seed=53, binary=True, once=True),
    "evaluate.mode": Evaluate(name=EVALUATE, batches=(8, 8), seed=42, binary=True, look_at=("mode",)),
    "evaluate.no_grad": Evaluate(name=EVALUATE, batches=(8, 8), seed=EVALUATED, binary=True, look_at=("no_grad",)),
    "auc.order": Returns(name="auc", cases=(scores(1, 12, 1000), scores(2, 30, 1000))),
    "auc.ties": Returns(name="auc", cases=(scores(13, 30, 1), ([0.47] * 5, [1, 0, 1, 0, 0]), scores(14, 20, 2))),
    "auc.threshold": Returns(name="auc", cases=(scores(5, 30, 1000, shift=-40), scores(6, 9, 1000, shift=40))),
    "arms.shape": OutputShape(name=WITH, arguments=("tanh", 56), inputs=(square(56, 1), square(56))),
    "arms.parameters": Parameters(name=WITH, arguments=("tanh", 56)),
    "arms.tanh": Behaviour(name=WITH, arguments=("tanh", 56), inputs=(square(56),), seed=51, in_training=True),
    "arms.relu": Behaviour(
        name=WITH, arguments=("relu", 28), inputs=(square(28), square(28, 1)), stretch=FAR, seed=52, gradients=True
    ),
    "arms.sigmoid": Behaviour(
        name=WITH,
        arguments=("sigmoid", 66, 3),  # the side 27 is halved to 13; round() gives 14
        named=("num_classes",),
        inputs=(square(66), square(66, 1)),
        seed=54,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
    ),
    "saturation.share": Returns(name="saturation", cases=((outputs(1, 5, 3), 2.0), (outputs(2, 3, 5), 4.0))),
    "saturation.limits": Returns(
        name="saturation", cases=((outputs(3, 7, 3), 1e9), ([[5.0, -5.0, 9.0]], 4.0), (outputs(4, 50, 6), 4.0))
    ),
    "relu.parameters": Parameters(name="LeNetReLU", arguments=(1,), named=("num_classes",)),
    "relu.behaviour": Behaviour(
        name="LeNetReLU",
        arguments=(1,),
        named=("num_classes",),
        inputs=(THREE,),
        stretch=FAR,
        seed=SHOWN,
        in_training=True,
    ),
    "relu.batches": Behaviour(
        name="LeNetReLU",
        arguments=(4,),
        named=("num_classes",),
        inputs=(THREE, ONE),
        seed=4719,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
    ),
    "training.accuracy": ResizedAccuracy(name="LeNetReLU", arguments=(), batch=50, side=PHOTO_SIDE),
}

GRADED = {
    "relu.behaviour": CHECKS["relu.behaviour"].model_copy(update={"seed": JUDGED}),
    # Scores as near to each other as those of the last case are no ties.
    "auc.order": Returns(name="auc", cases=(scores(11, 15, 1000), scores(12, 28, 1000), tiny(scores(15, 20, 1000)))),
    "train_one_epoch.loss": CHECKS["train_one_epoch.loss"].model_copy(update={"seed": TRAINED}),
    "train_one_epoch.update": CHECKS["train_one_epoch.update"].model_copy(update={"seed": TRAINED}),
    "train_one_epoch.unequal": CHECKS["train_one_epoch.unequal"].model_copy(update={"batches": (7, 5, 1), "seed": 823}),
    "evaluate.unequal": CHECKS["evaluate.unequal"].model_copy(update={"batches": (9, 4, 1), "seed": 952}),
    "evaluate.values": CHECKS["evaluate.values"].model_copy(update={"seed": EVALUATED}),
    "evaluate.mode": CHECKS["evaluate.mode"].model_copy(update={"seed": EVALUATED}),
    "auc.ties": Returns(name="auc", cases=(scores(3, 40, 1), ([0.53] * 6, [1, 1, 1, 0, 0, 0]), scores(4, 25, 2))),
    "arms.sigmoid": CHECKS["arms.sigmoid"].model_copy(update={"seed": 53}),
    "saturation.share": Returns(name="saturation", cases=((outputs(11, 4, 3), 2.0), (outputs(12, 6, 5), 4.0))),
}
