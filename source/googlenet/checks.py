"""The checks of the GoogLeNet chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Behaviour, OutputShape, Parameters

# in_channels, c1, c2, c3, c4: small, and all different, so that no two layers of a block are filled alike.
BLOCK = (7, 5, (3, 9), (2, 11), 4)
OTHER_BLOCK = (5, 8, (4, 3), (6, 2), 7)
ONE, TWO = (1, 3, 224, 224), (2, 3, 224, 224)

# Far outside the range of photographs: there relu6 and its like are no ReLU.
FAR = 1e6

# Room for near-ties in max-pools, which other processors decide otherwise: see `gradient_tolerance`.
NEAR_TIES = 0.05

CHECKS = {
    "inception.shape": OutputShape(name="Inception", arguments=BLOCK, inputs=((2, 7, 14, 14),)),
    "inception.parameters": Parameters(name="Inception", arguments=BLOCK),
    "inception.behaviour": Behaviour(
        name="Inception", arguments=BLOCK, inputs=((2, 7, 14, 14),), stretch=FAR, seed=51, in_training=True
    ),
    "inception.sizes": OutputShape(name="Inception", arguments=OTHER_BLOCK, inputs=((1, 5, 9, 13), (3, 5, 28, 11))),
    "inception.gradients": Behaviour(
        name="Inception", arguments=OTHER_BLOCK, inputs=((3, 5, 11, 17), (1, 5, 8, 8)), seed=5117, gradients=True
    ),
    "network.shape": OutputShape(
        name="GoogLeNet", arguments=(1,), named=("num_classes",), inputs=(ONE, TWO), smaller=(64, 96), seconds=30
    ),
    "network.parameters": Parameters(name="GoogLeNet", arguments=(1,), named=("num_classes",)),
    "network.behaviour": Behaviour(
        name="GoogLeNet", arguments=(1,), named=("num_classes",), inputs=(ONE,), seed=69, seconds=30
    ),
    "network.classes": OutputShape(
        name="GoogLeNet",
        arguments=(5,),
        named=("num_classes",),
        inputs=(ONE,),
        default=(1,),
        may_lack=True,
        seconds=30,
    ),
    "network.gradients": Behaviour(
        name="GoogLeNet",
        arguments=(3,),
        named=("num_classes",),
        inputs=(ONE,),
        stretch=FAR,
        seed=5223,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
        seconds=30,
    ),
    "training.accuracy": Accuracy(name="GoogLeNet", arguments=(1,), named=("num_classes",)),
}

# As with the image that students have, the logit is well below zero with all numbers, so that a ReLU after the last layer shows.
GRADED = {"network.behaviour": CHECKS["network.behaviour"].model_copy(update={"seed": 2028})}
