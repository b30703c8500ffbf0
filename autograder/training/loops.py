"""One pass of training and one of validation: our own loops, and a view into a learner's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.training.failures import CLASSES, DIVERGED, EVALUATED, LOGITS, NO_BATCH, ONE_LOGIT, TRAINED, failed
from autograder.training.framework import paddle_module
from autograder.training.images import Batch, Batches
from autograder.training.progress import Report
from autograder.training.recipe import Recipe


class Judged(NamedTuple):
    """What validation gave.

    Attributes:
        logits: Float [N, C] in the order of the set, None when they could not be seen.
    """

    accuracy: float | None
    loss: float
    logits: NDArray[Any] | None


class Watched:
    """Batches as a learner's own loop gets them; each one taken moves the bar on.

    Attributes:
        before: Called with the number of batches already taken, before each one.
        enough: Whether to end after a batch, although more are left.
        taken, images: What the last pass gave.
    """

    def __init__(
        self,
        batches: Batches,
        report: Report,
        before: Callable[[int], None] = lambda _: None,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._batches, self._report, self._before, self._enough = batches, report, before, enough
        self.taken = self.images = 0

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Batch]:
        self.taken = self.images = 0
        for images, labels in self._batches:
            self._before(self.taken)
            self.taken, self.images = self.taken + 1, self.images + len(images)
            yield images, labels
            self._report.step(None)
            if self._enough():
                return


def make_optimizer(model: Any, recipe: Recipe) -> Any:
    """Return the optimizer of a recipe for the parameters of `model`."""
    optimizers = paddle_module().optimizer
    common = {"parameters": model.parameters(), "weight_decay": recipe.weight_decay or None}
    if recipe.optimizer == "adam":
        return optimizers.Adam(recipe.learning_rate, beta1=recipe.momentum, **common)
    return optimizers.Momentum(recipe.learning_rate, recipe.momentum, **common)


def train_batch(model: Any, optimizer: Any, images: NDArray[np.float32], labels: NDArray[Any]) -> float:
    """Do one step; return the mean loss of the batch before it."""
    paddle = paddle_module()
    loss = _loss(model, model(paddle.to_tensor(images)), labels)
    value = float(loss.item())
    if not math.isfinite(value):
        raise failed(DIVERGED.format(value=value))
    loss.backward()
    optimizer.step()
    optimizer.clear_grad()
    return value


def validate(model: Any, batches: Batches, step: Callable[[], None]) -> Judged:
    """Run the network over a set in eval mode, without gradients."""
    paddle = paddle_module()
    found: list[NDArray[Any]] = []
    total, count = 0.0, 0
    model.eval()
    with paddle.no_grad():
        for images, labels in batches:
            logits = model(paddle.to_tensor(images))
            total += float(_loss(model, logits, labels).item()) * len(images)
            count += len(images)
            found.append(logits.numpy())
            step()
    return Judged(None, total / count, np.concatenate(found))


def validate_by(evaluate: Callable[[Any, Any], Any], model: Any, batches: Batches, report: Report) -> Judged:
    """Run a learner's own `evaluate(model, loader)`; the logits are seen as they leave the network."""
    found: list[NDArray[Any]] = []

    def note(_layer: Any, _inputs: Any, output: Any) -> None:
        if getattr(output, "ndim", 0) == 2:
            found.append(output.detach().numpy())

    hook = model.register_forward_post_hook(note)
    try:
        answer = evaluate(model, Watched(batches, report))
    finally:
        hook.remove()
    try:
        accuracy, loss = (float(value) for value in answer)
    except (TypeError, ValueError):
        raise failed(EVALUATED.format(answer=_shown(answer))) from None
    rows = sum(len(part) for part in found)
    return Judged(accuracy, loss, np.concatenate(found) if found and rows == batches.images else None)


def train_by(train_one_epoch: Callable[[Any, Any, Any], Any], model: Any, optimizer: Any, loader: Watched) -> float:
    """Run a learner's own `train_one_epoch(model, loader, optimizer)`; return the loss that it returns."""
    answer = train_one_epoch(model, loader, optimizer)
    try:
        loss = float(answer)
    except (TypeError, ValueError):
        raise failed(TRAINED.format(answer=_shown(answer))) from None
    if not loader.taken:
        raise failed(NO_BATCH)
    return loss


def _loss(model: Any, logits: Any, labels: NDArray[Any]) -> Any:
    """Return the mean loss: with float labels of one logit per image, with whole ones of one logit per class."""
    paddle = paddle_module()
    shape = list(getattr(logits, "shape", ()))
    one_logit = labels.dtype.kind == "f"
    if len(shape) != 2 or shape[0] != len(labels) or (one_logit and shape[1] != 1):
        expected = (ONE_LOGIT if one_logit else CLASSES).format(count=len(labels))
        what = f"{shape}" if shape else type(logits).__name__
        raise failed(LOGITS.format(name=type(model).__name__, what=what, count=len(labels), expected=expected))
    target = paddle.to_tensor(labels)
    if one_logit:
        return paddle.nn.functional.binary_cross_entropy_with_logits(logits, target)
    return paddle.nn.functional.cross_entropy(logits, target)


def _shown(answer: object) -> str:
    return repr(answer)[:80]
