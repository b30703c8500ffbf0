"""Data sets: what a course's own must have; PALM and MNIST, real or generated, prepared and cached. Needs NumPy and OpenCV only."""

from __future__ import annotations

from autograder.data.cache import cached_images
from autograder.data.dataset import DataSet, open_set
from autograder.data.ensure import DataSource, ensure_data
from autograder.data.errors import DataError
from autograder.data.generated import generate_mnist, generate_palm
from autograder.data.location import PalmFolders, data_folder, find_mnist, find_palm
from autograder.data.mnist import differing_files, load_mnist
from autograder.data.palm import (
    LabelledImage,
    Split,
    load_images,
    prepare_image,
    read_image,
    scaled,
    training_images,
    validation_images,
)

__all__ = [
    "DataError",
    "DataSet",
    "DataSource",
    "LabelledImage",
    "PalmFolders",
    "Split",
    "cached_images",
    "data_folder",
    "differing_files",
    "ensure_data",
    "find_mnist",
    "find_palm",
    "generate_mnist",
    "generate_palm",
    "load_images",
    "load_mnist",
    "open_set",
    "prepare_image",
    "read_image",
    "scaled",
    "training_images",
    "validation_images",
]
