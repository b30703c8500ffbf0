"""The checks of the VGG chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Behaviour, DropoutRate, OutputShape, Parameters

# Checks in a row with equal arguments share one network. The fc layers, 119 million parameters, are the same in a
# narrow one; its convolutions cost almost nothing.
NARROW = ((1, 8), (2, 8), (1, 16), (3, 16), (1, 512))
# What the notebook trains: an eighth of VGG-16's widths, and one convolution of 512 before the fc layers.
TRAINED = ((2, 8), (2, 16), (3, 32), (3, 64), (1, 512))
PHOTO, TWO_PHOTOS = (1, 3, 224, 224), (2, 3, 224, 224)
SLOW = 40.0

# Far outside the range of photographs: there relu6 and its like are no ReLU.
FAR = 1e6

# Room for near-ties in max-pools, which other processors decide otherwise: see `gradient_tolerance`.
NEAR_TIES = 0.05

CHECKS = {
    "block.shape": OutputShape(name="VGGBlock", arguments=(2, 3, 8), inputs=((2, 3, 32, 32), (1, 3, 10, 14))),
    "block.parameters": Parameters(name="VGGBlock", arguments=(3, 5, 7)),
    "block.behaviour": Behaviour(
        name="VGGBlock", arguments=(2, 3, 6), inputs=((2, 3, 8, 12),), stretch=FAR, seed=51, in_training=True
    ),
    "block.single": Behaviour(name="VGGBlock", arguments=(1, 4, 5), inputs=((3, 4, 10, 6), (1, 4, 8, 8)), seed=1652),
    "block.gradients": Behaviour(
        name="VGGBlock", arguments=(4, 5, 7), inputs=((2, 5, 12, 8), (1, 5, 6, 6)), seed=2753, gradients=True
    ),
    "network.shape": OutputShape(name="VGG", inputs=(PHOTO,), seconds=SLOW),
    "network.parameters": Parameters(name="VGG", seconds=SLOW),
    "network.behaviour": Behaviour(name="VGG", inputs=(PHOTO,), seed=61, seconds=SLOW),
    "network.arch": Parameters(name="VGG", arguments=(NARROW, 1), named=("num_classes",), seconds=SLOW),
    "network.gradients": Behaviour(
        name="VGG",
        arguments=(NARROW, 1),
        named=("num_classes",),
        inputs=(TWO_PHOTOS, PHOTO),
        stretch=FAR,
        seed=4963,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
        seconds=SLOW,
    ),
    "network.dropout": DropoutRate(
        name="VGG", arguments=(NARROW, 64), named=("num_classes",), inputs=(PHOTO,), seed=38, seconds=SLOW
    ),
    "network.classes": OutputShape(
        name="VGG", arguments=(NARROW, 64), named=("num_classes",), inputs=(TWO_PHOTOS,), seconds=SLOW
    ),
    "training.accuracy": Accuracy(name="VGG", arguments=(TRAINED, 1), named=("num_classes",), batch=10, seconds=120.0),
}

# Of these images some have a logit below zero, so that a ReLU after the last layer shows.
GRADED = {
    "network.behaviour": CHECKS["network.behaviour"].model_copy(update={"seed": 25}),
    "network.dropout": CHECKS["network.dropout"].model_copy(update={"seed": 3863}),
}
