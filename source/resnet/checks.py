"""The checks of the ResNet chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Behaviour, Initial, OutputShape, Parameters, Raises, TrainMode

LAYER, BLOCK, NETWORK = "ConvBNLayer", "BottleneckBlock", "ResNet"
ONE, TWO = (1, 3, 224, 224), (2, 3, 224, 224)

# Arguments: ConvBNLayer(in_channels, out_channels, kernel_size, stride, groups, act),
# BottleneckBlock(in_channels, out_channels, stride, shortcut), ResNet(layers, num_classes).
# Far outside the range of photographs: there relu6 and its like are no ReLU.
FAR = 1e6

# Room for near-ties in max-pools, which other processors decide otherwise: see `gradient_tolerance`.
NEAR_TIES = 0.05

# Room for a variance that is divided by n - 1, as `x.var()` does: half a percent with 100 numbers, a tenth with 405.
OTHER_VARIANCE = 0.01

CHECKS = {
    "conv_bn.shape": OutputShape(name=LAYER, arguments=(3, 5, 7, 2), inputs=((1, 3, 17, 17), (3, 3, 12, 14))),
    "conv_bn.parameters": Parameters(name=LAYER, arguments=(5, 7, 3)),
    "conv_bn.relu": Behaviour(
        name=LAYER, arguments=(3, 5, 7, 2, 1, "relu"), inputs=((2, 3, 12, 12),), stretch=FAR, seed=11
    ),
    "conv_bn.linear": Behaviour(
        name=LAYER, arguments=(5, 3, 1, 2), inputs=((3, 5, 9, 9), (1, 5, 8, 6)), seed=1201, gradients=True
    ),
    "conv_bn.groups": Behaviour(name=LAYER, arguments=(6, 9, 5, 3, 3, "relu"), inputs=((2, 6, 13, 13),), seed=13),
    # With this seed five of six channels have a shift above 0, so that their running means can be told, see `averages_kept`.
    "conv_bn.mode": TrainMode(
        name=LAYER,
        arguments=(4, 6, 3, 1, 1, "relu"),
        inputs=((5, 4, 9, 9),),
        seed=1417,
        averages=True,
        one_norm=True,
        tolerance=OTHER_VARIANCE / 2,
    ),
    "bottleneck.shape": OutputShape(name=BLOCK, arguments=(7, 5, 2, False), inputs=((1, 7, 9, 9), (3, 7, 8, 6))),
    "bottleneck.parameters": Parameters(name=BLOCK, arguments=(7, 5, 2, False)),
    "bottleneck.identity": Behaviour(
        name=BLOCK, arguments=(12, 3, 1, True), inputs=((2, 12, 7, 7),), stretch=FAR, seed=21, gradients=True
    ),
    "bottleneck.projection": Behaviour(name=BLOCK, arguments=(7, 3, 2, False), inputs=((2, 7, 8, 8),), seed=22),
    "bottleneck.stride": Behaviour(
        name=BLOCK, arguments=(5, 3, 3, False), inputs=((3, 5, 11, 11), (1, 5, 10, 7)), seed=2303, gradients=True
    ),
    "bottleneck.flag": Behaviour(
        name=BLOCK, arguments=(12, 3, 1, False), inputs=((2, 12, 6, 6),), seed=24, gradients=True
    ),
    "bottleneck.mode": TrainMode(
        name=BLOCK, arguments=(6, 5, 2, False), inputs=((4, 6, 9, 9),), seed=25, averages=True, tolerance=OTHER_VARIANCE
    ),
    "network.shape": OutputShape(
        name=NETWORK,
        arguments=(50, 1),
        named=("layers", "num_classes"),
        inputs=(ONE, TWO),
        smaller=(64, 96),
        seconds=30,
    ),
    "network.parameters": Parameters(name=NETWORK, arguments=(50, 1), named=("layers", "num_classes"), seconds=30),
    "network.behaviour": Behaviour(
        name=NETWORK, arguments=(50, 1), named=("layers", "num_classes"), inputs=(ONE,), seed=31, seconds=30
    ),
    "network.classes": OutputShape(
        name=NETWORK,
        arguments=(50, 3),
        named=("layers", "num_classes"),
        inputs=(ONE,),
        default=(50, 1),
        may_lack=True,
        seconds=30,
    ),
    "network.gradients": Behaviour(
        name=NETWORK,
        arguments=(50, 3),
        named=("layers", "num_classes"),
        inputs=(ONE,),
        stretch=FAR,
        seed=3203,
        gradients=True,
        gradient_tolerance=NEAR_TIES,
        seconds=30,
    ),
    "network.mode": TrainMode(
        name=NETWORK,
        arguments=(50, 3),
        named=("layers", "num_classes"),
        inputs=(TWO,),
        seed=3307,
        tolerance=OTHER_VARIANCE,
        seconds=30,
    ),
    "network.initial": Initial(name=NETWORK, arguments=(50, 3), named=("layers", "num_classes"), seconds=30),
    "network.depth_101": Parameters(name=NETWORK, arguments=(101, 1), named=("layers", "num_classes"), seconds=30),
    "network.depth_152": Parameters(name=NETWORK, arguments=(152, 1), named=("layers", "num_classes"), seconds=30),
    "network.other_depth": Raises(name=NETWORK, arguments=(18, 1), named=("layers", "num_classes"), seconds=30),
    "training.accuracy": Accuracy(name=NETWORK, arguments=(50, 1), named=("layers", "num_classes")),
}
# Graded with other inputs than those in the students' own checks.
GRADED = {
    "conv_bn.groups": CHECKS["conv_bn.groups"].model_copy(update={"seed": 1307}),
    "bottleneck.flag": CHECKS["bottleneck.flag"].model_copy(update={"seed": 2411}),
    "bottleneck.mode": CHECKS["bottleneck.mode"].model_copy(update={"seed": 2503}),
    "network.other_depth": CHECKS["network.other_depth"].model_copy(update={"arguments": (34, 1), "also": ((77, 1),)}),
}
