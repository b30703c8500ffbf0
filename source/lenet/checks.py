"""The checks of the LeNet chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Accuracy, Behaviour, Evaluate, OutputShape, Parameters, TrainEpoch

ONE, THREE = (1, 1, 28, 28), (3, 1, 28, 28)
EPOCH, EVALUATE = "train_one_epoch", "evaluate"
# Checks that look at parts of one run have the same settings, so that it runs once for them; these seeds are graded. With
# the second, accuracy is neither one half nor the mean over classes nor that of one batch.
TRAINED, EVALUATED = 354766, 206083

CHECKS = {
    "network.shape": OutputShape(name="LeNet", arguments=(10,), named=("num_classes",), inputs=(ONE, THREE)),
    "network.parameters": Parameters(name="LeNet", arguments=(10,), named=("num_classes",)),
    "network.behaviour": Behaviour(
        name="LeNet", arguments=(10,), named=("num_classes",), inputs=(THREE,), seed=11, in_training=True
    ),
    "network.classes": OutputShape(name="LeNet", arguments=(7,), named=("num_classes",), inputs=(THREE,)),
    "network.batches": Behaviour(
        name="LeNet", arguments=(10,), named=("num_classes",), inputs=(THREE, ONE), seed=4711, gradients=True
    ),
    "train_one_epoch.loss": TrainEpoch(name=EPOCH, batches=(6, 6), seed=21, look_at=("loss",)),
    "train_one_epoch.update": TrainEpoch(name=EPOCH, batches=(6, 6), seed=21, look_at=("update",), tolerance=1e-4),
    "train_one_epoch.unequal": TrainEpoch(
        name=EPOCH, batches=(6, 5, 1), seed=24, num_classes=4, once=True, starts_in_training=False
    ),
    "evaluate.values": Evaluate(name=EVALUATE, batches=(8, 8), seed=31, num_classes=3),
    "evaluate.unequal": Evaluate(name=EVALUATE, batches=(8, 5, 1), seed=36, num_classes=3, once=True),
    "evaluate.mode": Evaluate(name=EVALUATE, batches=(8, 8), seed=31, num_classes=3, look_at=("mode",)),
    "evaluate.no_grad": Evaluate(name=EVALUATE, batches=(8, 8), seed=EVALUATED, num_classes=3, look_at=("no_grad",)),
    "training.accuracy": Accuracy(name="LeNet", arguments=(10,), named=("num_classes",)),
}
# Graded with batches of other sizes than those in the students' own checks.
GRADED = {
    "train_one_epoch.loss": CHECKS["train_one_epoch.loss"].model_copy(update={"seed": TRAINED}),
    "train_one_epoch.update": CHECKS["train_one_epoch.update"].model_copy(update={"seed": TRAINED}),
    "evaluate.values": CHECKS["evaluate.values"].model_copy(update={"seed": EVALUATED}),
    "train_one_epoch.unequal": CHECKS["train_one_epoch.unequal"].model_copy(update={"batches": (7, 5, 1), "seed": 823}),
    "evaluate.unequal": CHECKS["evaluate.unequal"].model_copy(update={"batches": (9, 4, 1), "seed": 932}),
    "evaluate.mode": CHECKS["evaluate.mode"].model_copy(update={"seed": EVALUATED}),
}
