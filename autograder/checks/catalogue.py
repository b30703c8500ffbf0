"""All types of check, and how one is read from JSON."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.checks.accuracy import Accuracy
from autograder.checks.augment import Augment
from autograder.checks.base import Check
from autograder.checks.call import Call, Gradient
from autograder.checks.function import Loader, Transform
from autograder.checks.loop import Evaluate, TrainEpoch
from autograder.checks.mode import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.network import Behaviour, OutputShape, Parameters
from autograder.checks.returns import Returns

KINDS: tuple[type[Check], ...] = (
    OutputShape,
    Parameters,
    Behaviour,
    TrainMode,
    DropoutRate,
    Initial,
    Raises,
    Transform,
    Augment,
    Loader,
    Returns,
    TrainEpoch,
    Evaluate,
    Accuracy,
    Call,
    Gradient,
)


def check_from(record: object) -> Check:
    """Return the check that `record`, a JSON object with a `type`, describes."""
    named = record.get("type") if isinstance(record, Mapping) else None
    for kind in KINDS:
        if kind.model_fields["type"].default == named:
            return kind.model_validate(record)
    raise ValueError(f"there is no type of check {named!r}")
