"""The images a network is trained and validated on, and their batches."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import CourseError, find_course
from autograder.data import (
    DataSet,
    LabelledImage,
    PalmFolders,
    Split,
    load_mnist,
    scaled,
    training_images,
    validation_images,
)
from autograder.data.cache import cached_list
from autograder.data.location import MNIST_FILES, is_generated
from autograder.data.palm import chosen_images, spread
from autograder.training.errors import TrainingError

Augment = Callable[[NDArray[np.float32], np.random.Generator], Any]
Batch = tuple[NDArray[np.float32], NDArray[Any]]
REHEARSAL_VARIABLE = "AUTOGRADER_QUICK"
REHEARSAL_IMAGES = 6
REHEARSAL_BATCH = 4  # so these are two batches of unequal size
REHEARSAL_DIGITS = 2000


@dataclass(frozen=True)
class ImageSet:
    """Images with labels.

    images: uint8 [N, H, W, 3] BGR in [0, 255], 224 x 224 unless shrunk; or float32 [N, C, H, W] as a network is fed;
    labels: float32 [N, 1], 0 or 1, for one logit; int64 [N, 1] for one logit per class; names: of the files, if any.
    """

    images: NDArray[Any]
    labels: NDArray[Any]
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.images)

    def prepared(self, index: int) -> NDArray[np.float32]:
        """Return one image as a network is fed: float32 [3, H, W] BGR in [-1, 1], or float32 [1, 28, 28]."""
        image = self.images[index]
        return scaled(image) if image.dtype == np.uint8 else np.array(image, dtype=np.float32)

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Return a photograph as it is shown: uint8 [H, W, 3], RGB."""
        image = self.images[index]
        if image.dtype != np.uint8:
            image = np.rint((image.transpose(1, 2, 0) + 1) * 127.5).clip(0, 255).astype(np.uint8)
        return np.ascontiguousarray(image[..., ::-1])

    @property
    def photographs(self) -> bool:
        """Whether these are photographs of PALM, with one logit for each."""
        return bool(self.labels.dtype.kind == "f")

    def shrunk(self, side: int) -> ImageSet:
        """Return the photographs as squares of `side` pixels; each pixel is the mean of the area that it stands for."""
        import cv2

        def small(image: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA))

        if self.images.dtype == np.uint8:
            return replace(self, images=np.stack([small(image) for image in self.images]))
        fed = [small(image.transpose(1, 2, 0)).transpose(2, 0, 1) for image in self.images]
        return replace(self, images=np.stack(fed))

    def chosen(self, count: int) -> ImageSet:
        """Return `count` images evenly spread over the set, all of them where there are no more."""
        return self.subset(spread(len(self), count))

    def subset(self, places: Sequence[int] | NDArray[np.int64]) -> ImageSet:
        """Return the images at some places, in that order."""
        names = tuple(self.names[k] for k in places) if self.names else ()
        return ImageSet(self.images[places], self.labels[places], names)


@dataclass(frozen=True)
class ImageSets:
    """Training and validation images; sha256: of their names, labels and bytes; origin: "real" or "generated".

    left_out: names of the training images that lie in the validation folder too.
    """

    training: ImageSet
    validation: ImageSet
    sha256: str
    origin: str
    left_out: tuple[str, ...] = ()

    def rehearsal(self) -> ImageSets:
        """Return a small selection, for trying out that everything runs."""
        count = REHEARSAL_IMAGES if self.training.photographs else REHEARSAL_DIGITS
        fewer = replace(self, training=self.training.chosen(count), validation=self.validation.chosen(count))
        return replace(fewer, sha256=hashlib.sha256(f"{self.sha256} rehearsal {count}".encode()).hexdigest())

    def shrunk(self, side: int) -> ImageSets:
        """Return the same photographs as squares of `side` pixels."""
        digest = hashlib.sha256(f"{self.sha256} side {side}".encode()).hexdigest()
        fewer = replace(self, training=self.training.shrunk(side), validation=self.validation.shrunk(side))
        return replace(fewer, sha256=digest)


def palm_sets(folders: PalmFolders, cache_folder: Path, few: int | None = None) -> ImageSets:
    """Return PALM, decoded once into `cache_folder`; training images that leak into validation are left out.

    few: only so many of each part, evenly spread; no other is decoded.
    """
    listed, unseen = training_images(folders), validation_images(folders)
    kept = {image.path for image in listed}
    every = training_images(folders, leave_out_leaks=False)
    listed, unseen = (part if few is None else chosen_images(part, few) for part in (listed, unseen))
    return ImageSets(
        _photographs(listed, "training", cache_folder),
        _photographs(unseen, "validation", cache_folder),
        _sum_of(listed, unseen),
        "generated" if is_generated(folders.root) else "real",
        tuple(image.path.name for image in every if image.path not in kept),
    )


def digit_sets(folder: Path, limit: int | None = None) -> ImageSets:
    """Return MNIST, its test digits as validation images; `limit`: only so many training digits, the first ones."""
    images, labels = load_mnist(folder, "training")
    unseen, truth = load_mnist(folder, "test")
    digest = hashlib.sha256(f"{limit}".encode())
    for name in MNIST_FILES:
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    origin = "generated" if is_generated(folder) else "real"
    return ImageSets(ImageSet(images[:limit], labels[:limit]), ImageSet(unseen, truth), digest.hexdigest(), origin)


def sets_of_course(found: DataSet) -> ImageSets:
    """Return a data set of the course's own: its first split to train on, its last to validate on."""

    def part(split: str) -> ImageSet:
        samples, labels = found.load(split)
        prepared = np.asarray(found.prepare(samples[np.arange(len(labels))]))
        return ImageSet(prepared, np.asarray(labels).reshape(len(labels), -1))

    digest = hashlib.sha256(found.digest().encode()).hexdigest()
    return ImageSets(part(found.splits[0]), part(found.splits[-1]), digest, "real")


def sets_of(images: PalmFolders | ImageSets, beside: Path | None = None, *, rehearsed: bool = False) -> ImageSets:
    """Return image sets as they are, and those of PALM folders, decoded into `.autograder/cache` of the course.

    Outside a course that folder is made in the folder `beside`, by default the working folder. rehearsed: their small
    selections; of folders no other photograph is decoded.
    """
    if isinstance(images, ImageSets):
        return images.rehearsal() if rehearsed else images
    root = (beside or Path.cwd()).absolute()
    with contextlib.suppress(CourseError):
        root = find_course(Path.cwd())
    cache_folder = root / ".autograder" / "cache"
    return (
        palm_sets(images, cache_folder, REHEARSAL_IMAGES).rehearsal() if rehearsed else palm_sets(images, cache_folder)
    )


def validation_part(images: PalmFolders | ImageSets, limit: int | None) -> ImageSet:
    """Return the validation images, at most `limit` of them, in a rehearsal few."""
    part = sets_of(images, rehearsed=is_rehearsal()).validation
    return part if limit is None else part.chosen(limit)


def is_rehearsal() -> bool:
    """Tell whether AUTOGRADER_QUICK asks for few images and one epoch."""
    return os.environ.get(REHEARSAL_VARIABLE) == "1"


def _photographs(listed: tuple[LabelledImage, ...], split: Split, cache_folder: Path) -> ImageSet:
    images, labels = cached_list(listed, split, cache_folder)
    return ImageSet(images, labels.astype(np.float32)[:, np.newaxis], tuple(image.path.name for image in listed))


def _sum_of(*parts: tuple[LabelledImage, ...]) -> str:
    """Return the hash of names, labels and bytes: the same on every machine that holds the same images."""
    digest = hashlib.sha256()
    for part in parts:
        for image in part:
            content = hashlib.sha256(image.path.read_bytes()).hexdigest()
            digest.update(f"{image.path.name}\0{image.label}\0{content}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


class Batches:
    """Pairs (float32 [B, C, H, W], labels [B, 1]) over a set; can be looped over again, and has a length.

    order: which images, in which order; start: first batch of a pass; augment: changes each image, with a generator
    that follows from `key` and the image's place in the order.
    """

    def __init__(
        self,
        part: ImageSet,
        batch_size: int,
        order: NDArray[np.int64] | None = None,
        *,
        start: int = 0,
        augment: Augment | None = None,
        key: tuple[int, ...] = (),
    ) -> None:
        self._part, self._batch_size, self._start = part, batch_size, start
        self._order = np.arange(len(part)) if order is None else order
        self._augment, self._key = augment, key

    @property
    def images(self) -> int:
        """Number of images of a whole pass."""
        return len(self._order)

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size) - self._start

    def __iter__(self) -> Iterator[Batch]:
        for first in range(self._start * self._batch_size, len(self._order), self._batch_size):
            places = range(first, min(first + self._batch_size, len(self._order)))
            images = np.stack([self._image(place) for place in places])
            yield images, self._part.labels[self._order[places.start : places.stop]]

    def _image(self, place: int) -> NDArray[np.float32]:
        image = self._part.prepared(int(self._order[place]))
        if self._augment is None:
            return image
        changed = np.asarray(self._augment(image, np.random.default_rng([*self._key, place])))
        if changed.shape != image.shape or changed.dtype != np.float32:
            raise TrainingError(
                f"augment returned {changed.dtype} {list(changed.shape)}, expected float32 {list(image.shape)}; "
                "correct it, or train with augment=None"
            )
        return changed


def shuffled(part: ImageSet, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return the order of the images in an epoch: it follows from seed and epoch."""
    return np.random.default_rng([seed, epoch]).permutation(len(part))
