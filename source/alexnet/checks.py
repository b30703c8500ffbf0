"""The checks of the AlexNet chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Augment, Behaviour, DropoutRate, OutputShape, Parameters
from autograder.constants import constants

ONE, TWO = (1, 3, 224, 224), (2, 3, 224, 224)
NETWORK, AUGMENT = "AlexNet", "augment"
AREAS = constants()["CROP_LEAST"], constants()["CROP_MOST"]
# Variants lie so far apart that draws must come near both ends; by the paper's range a narrower one within it is right, too.
REACH = None if AREAS == (0.8, 1.0) else 0.035
PATIENCE = 30.0  # seconds for one call: making the network takes over one on an idle machine

# Checks in a row with the same arguments share one network.
# Far outside the range of photographs: there relu6 and its like are no ReLU.
FAR = 1e6

# Room for near-ties in max-pools, which other processors decide otherwise: see `gradient_tolerance`.
NEAR_TIES = 0.05

CHECKS = {
    "network.shape": OutputShape(
        name=NETWORK, arguments=(1,), named=("num_classes",), inputs=(ONE, TWO), seconds=PATIENCE
    ),
    "network.parameters": Parameters(name=NETWORK, arguments=(1,), named=("num_classes",), seconds=PATIENCE),
    "network.behaviour": Behaviour(
        name=NETWORK, arguments=(1,), named=("num_classes",), inputs=(TWO,), stretch=FAR, seed=11, seconds=PATIENCE
    ),
    "network.gradients": Behaviour(
        name=NETWORK,
        arguments=(1,),
        named=("num_classes",),
        inputs=(TWO, ONE),
        seed=4712,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
        seconds=PATIENCE,
    ),
    "network.dropout": DropoutRate(
        name=NETWORK, arguments=(64,), named=("num_classes",), inputs=(ONE,), seed=738, seconds=PATIENCE
    ),
    "network.classes": OutputShape(
        name=NETWORK, arguments=(64,), named=("num_classes",), inputs=(ONE,), seconds=PATIENCE
    ),
    "augment.form": Augment(name=AUGMENT, seed=41, look_at=("form",)),
    "augment.random": Augment(name=AUGMENT, seed=42, look_at=("random",)),
    # These three look at the same draws, which are made once for them.
    "augment.flip": Augment(name=AUGMENT, seed=55, look_at=("flip",)),
    "augment.crop": Augment(name=AUGMENT, seed=55, look_at=("crop",), areas=AREAS, reach=REACH),
    "augment.brightness": Augment(name=AUGMENT, seed=55, look_at=("brightness",)),
    # A batch costs 0.07 s to read the fc weights, however many images are in it.
    "training.accuracy": Accuracy(name=NETWORK, arguments=(1,), named=("num_classes",), seconds=120, batch=80),
}

# Of these images some have a logit below zero, so that a ReLU after the last layer shows.
GRADED = {
    name: CHECKS[name].model_copy(update={"seed": seed})
    for name, seed in (
        ("network.behaviour", 21),
        ("network.dropout", 737),
        ("augment.flip", 945),
        ("augment.crop", 945),
        ("augment.brightness", 945),
    )
}
