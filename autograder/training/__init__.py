"""Training for real: recipes, resumable runs, curves, predictions and heat maps. Paddle is imported when a run starts."""

from __future__ import annotations

from autograder.errors import TrainingError
from autograder.training.curves import show_curves
from autograder.training.drawing import caption, show_figure
from autograder.training.fit import fit
from autograder.training.heatmap import show_heatmap
from autograder.training.history import Epoch, History
from autograder.training.images import ImageSet, ImageSets
from autograder.training.predictions import show_predictions
from autograder.training.preregistration import preregister
from autograder.training.recipe import Recipe
from autograder.training.weights import save_weights

__all__ = [
    "Epoch",
    "History",
    "ImageSet",
    "ImageSets",
    "Recipe",
    "TrainingError",
    "caption",
    "fit",
    "preregister",
    "save_weights",
    "show_curves",
    "show_figure",
    "show_heatmap",
    "show_predictions",
]
