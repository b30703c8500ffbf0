"""What is asked of an answer, and how it is judged. Nothing here runs student code or imports Paddle."""

from autograder.checks.accuracy import Accuracy, ResizedAccuracy
from autograder.checks.augment import Augment
from autograder.checks.call import Call, Gradient, case, keeps_arguments, read, refuses, repeatable, step
from autograder.checks.function import Loader, Transform
from autograder.checks.loop import Evaluate, TrainEpoch
from autograder.checks.mode import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.network import Behaviour, OutputShape, Parameters, TokenBehaviour
from autograder.checks.returns import Returns

__all__ = [
    "Accuracy",
    "Augment",
    "Behaviour",
    "Call",
    "DropoutRate",
    "Evaluate",
    "Gradient",
    "Initial",
    "Loader",
    "OutputShape",
    "Parameters",
    "Raises",
    "ResizedAccuracy",
    "Returns",
    "TokenBehaviour",
    "TrainEpoch",
    "TrainMode",
    "Transform",
    "case",
    "keeps_arguments",
    "read",
    "refuses",
    "repeatable",
    "step",
]
