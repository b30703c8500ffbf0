"""What is asked of an answer, and how it is judged. Nothing here runs student code or imports Paddle."""

from autograder.checks.accuracy import Accuracy
from autograder.checks.augment import Augment
from autograder.checks.function import Loader, Transform
from autograder.checks.loop import Evaluate, TrainEpoch
from autograder.checks.mode import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.network import Behaviour, OutputShape, Parameters
from autograder.checks.returns import Returns

__all__ = [
    "Accuracy",
    "Augment",
    "Behaviour",
    "DropoutRate",
    "Evaluate",
    "Initial",
    "Loader",
    "OutputShape",
    "Parameters",
    "Raises",
    "Returns",
    "TrainEpoch",
    "TrainMode",
    "Transform",
]
