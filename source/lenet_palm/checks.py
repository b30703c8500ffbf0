"""The checks of the LeNet chapter on photographs. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Behaviour, Evaluate, OutputShape, Parameters, TrainEpoch

ONE, TWO, THREE = (1, 3, 224, 224), (2, 3, 224, 224), (3, 3, 224, 224)
EPOCH, EVALUATE = "train_one_epoch", "evaluate"

# Seeds of the networks: outputs that differ between photographs and, with ReLU, have both signs.
# The seeds of the evaluations are chosen so that logits fall on both sides of 0 and of 0.5: a threshold on the wrong
# scale, argmax of one column and every constant answer count differently there.
CHECKS = {
    "network.shape": OutputShape(name="LeNet", arguments=(1,), inputs=(ONE, TWO)),
    "network.parameters": Parameters(name="LeNet", arguments=(1,)),
    "network.behaviour": Behaviour(name="LeNet", arguments=(1,), inputs=(THREE,), seed=4712),
    "network.classes": OutputShape(name="LeNet", arguments=(5,), inputs=(TWO,)),
    "network.batches": Behaviour(name="LeNet", arguments=(1,), inputs=(THREE, ONE), seed=4722, gradients=True),
    "train_one_epoch.loss": TrainEpoch(name=EPOCH, batches=(6, 6), seed=21, binary=True, look_at=("loss",)),
    "train_one_epoch.update": TrainEpoch(name=EPOCH, batches=(6, 6), seed=22, binary=True, look_at=("update",)),
    "train_one_epoch.unequal": TrainEpoch(
        name=EPOCH, batches=(7, 5, 2), seed=823, binary=True, once=True, starts_in_training=False
    ),
    "evaluate.values": Evaluate(name=EVALUATE, batches=(8, 8), seed=42, binary=True),
    "evaluate.unequal": Evaluate(name=EVALUATE, batches=(9, 4, 1), seed=952, binary=True, once=True),
    "evaluate.mode": Evaluate(name=EVALUATE, batches=(5, 2), seed=33, binary=True, look_at=("mode",)),
    "evaluate.no_grad": Evaluate(name=EVALUATE, batches=(4,), seed=34, binary=True, look_at=("no_grad",)),
    "relu.parameters": Parameters(name="LeNetReLU", arguments=(1,)),
    "relu.behaviour": Behaviour(name="LeNetReLU", arguments=(1,), inputs=(THREE,), seed=16),
    "relu.batches": Behaviour(name="LeNetReLU", arguments=(4,), inputs=(THREE, ONE), seed=4719, gradients=True),
    "training.accuracy": Accuracy(name="LeNetReLU", arguments=(), batch=50),
}

# Of these images some have a logit below zero, so that a ReLU after the last layer shows.
GRADED = {"relu.behaviour": CHECKS["relu.behaviour"].model_copy(update={"seed": 24})}
