"""Train a network for real, so that it can be interrupted at any time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from autograder.data import DataSet
from autograder.text import Language
from autograder.training.checkpoint import Checkpoint
from autograder.training.history import History
from autograder.training.identity import identity_of
from autograder.training.images import REHEARSAL_BATCH, Augment, ImageSets, is_rehearsal, sets_of
from autograder.training.recipe import Recipe
from autograder.training.run import Run
from autograder.training.weights import note_of
from autograder.training.wording import chosen_language


def fit(
    model: Any,
    images: DataSet | ImageSets,
    recipe: Recipe,
    *,
    weights: Path | str,
    checkpoint: Path | str | None = None,
    augment: Augment | None = None,
    train_one_epoch: Callable[[Any, Any, Any], Any] | None = None,
    evaluate: Callable[[Any, Any], Any] | None = None,
    progress: bool | TextIO = True,
    language: Language | None = None,
    rehearsal: bool | None = None,
) -> History:
    """Train `model` on images or other samples, keep the best epoch's weights in `weights`, and return the history.

    Args:
        model: a Paddle network, [B, 3, H, W] → one logit [B, 1]. Make it, seeded, in the same cell: a run that
            goes on takes the parameters from the checkpoint, a new one those of `model`.
        images: a data set of the course, or image sets: those of a learner's own reader, smaller ones (`ImageSets.shrunk`).
        weights: safetensors file, float16 with `recipe.half`. `model` holds these weights at the end, in eval mode.
        checkpoint: folder to go on from, `.<name of weights>.checkpoint` beside `weights` by default. It is written
            at each epoch's end, and about every 30 seconds; that of another run is set aside.
        augment: `augment(image, rng)` for each training image, float32 [3, 224, 224] in [-1, 1].
        train_one_epoch, evaluate: a learner's own `(model, loader, optimizer)` → loss and `(model, loader)` →
            `(accuracy, loss)`, run instead of our loops. When a checkpoint is due, `train_one_epoch` gets no further
            batch; it is called again for the rest of the epoch.
        progress: a bar in a notebook or on a terminal, lines elsewhere; False for nothing, or a stream.
        language: of what is printed; AUTOGRADER_LANG by default.
        rehearsal: few images and one epoch; by default whether AUTOGRADER_QUICK is 1.

    The order of the images, `augment` and dropout follow from the recipe's seed, so an interrupted run gives the
    figures of one that was not. Raises TrainingError, and DataError for images that cannot be read.
    """
    weights = Path(weights)
    rehearsed = is_rehearsal() if rehearsal is None else rehearsal
    sets = sets_of(images, rehearsed=rehearsed)
    folder = Path(checkpoint) if checkpoint else weights.with_name(f".{weights.stem}.checkpoint")
    if rehearsed:
        recipe = replace(recipe, epochs=1, batch_size=min(recipe.batch_size, REHEARSAL_BATCH))
        folder = folder.with_name(f"{folder.name}.rehearsal")
        weights = _rehearsal_weights(weights)
    functions = {"augment": augment, "train_one_epoch": train_one_epoch, "evaluate": evaluate}
    identity = identity_of(model, sets, recipe, functions)
    run = Run(
        model=model,
        sets=sets,
        recipe=recipe,
        weights=weights,
        checkpoint=Checkpoint(folder, identity),
        id=hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16],
        augment=augment,
        train_one_epoch=train_one_epoch,
        evaluate=evaluate,
        progress=progress,
        language=chosen_language(language),
        rehearsed=rehearsed,
    )
    return run.finish()


def _rehearsal_weights(weights: Path) -> Path:
    """Return where a rehearsal may write: never over the weights of a real run."""
    replaceable = not weights.exists() or note_of(weights).get("rehearsal") == "yes"
    return weights if replaceable else weights.with_name(f"{weights.stem}.rehearsal{weights.suffix}")
