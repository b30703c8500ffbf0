"""All types of check, and how one is read from JSON."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from autograder.checks.accuracy import Accuracy
from autograder.checks.augment import Augment
from autograder.checks.base import Check
from autograder.checks.function import Loader, Transform
from autograder.checks.loop import Evaluate, TrainEpoch
from autograder.checks.mode import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.network import Behaviour, OutputShape, Parameters
from autograder.checks.returns import Returns

AnyCheck = Annotated[
    OutputShape
    | Parameters
    | Behaviour
    | TrainMode
    | DropoutRate
    | Initial
    | Raises
    | Transform
    | Augment
    | Loader
    | Returns
    | TrainEpoch
    | Evaluate
    | Accuracy,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCheck)


def check_from(record: object) -> Check:
    """Return the check that `record`, a JSON object with a `type`, describes."""
    check: Check = _ADAPTER.validate_python(record, strict=False)
    return check
