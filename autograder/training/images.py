"""The images a network is trained and validated on, and their batches."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data import DataSet
from autograder.data.dataset import samples_of
from autograder.data.pictures import scaled, spread
from autograder.text import Text
from autograder.training.failures import AUGMENTED, failed

Augment = Callable[[NDArray[np.float32], np.random.Generator], Any]
Batch = tuple[NDArray[np.float32], NDArray[Any]]
REHEARSAL_VARIABLE = "AUTOGRADER_QUICK"
REHEARSAL_IMAGES = 6
REHEARSAL_BATCH = 4  # so these are two batches of unequal size
REHEARSAL_SAMPLES = 2000


@dataclass(frozen=True)
class ImageSet:
    """Samples with labels, mostly images.

    Attributes:
        images: uint8 [N, H, W, 3] BGR in [0, 255]; or as a network is fed, float32 [N, C, H, W], or [N, ...] of another
            form.
        labels: float32 [N, 1], 0 or 1, for one logit; int64 [N, 1] for one logit per class.
        names: Of the files, if any.
        classes: What label 0, 1, … is called.
        prepare: Makes what a network is fed of some of them, None for photographs that are only scaled, and for what is
            fed as it is.
    """

    images: NDArray[Any]
    labels: NDArray[Any]
    names: tuple[str, ...] = ()
    classes: tuple[Text, ...] = ()
    prepare: Callable[[Any], NDArray[Any]] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def prepared(self, index: int) -> NDArray[Any]:
        """Return one sample as a network is fed: photographs as float32 [3, H, W], BGR in [-1, 1]."""
        if self.prepare is not None:
            fed: NDArray[Any] = np.asarray(self.prepare(self.images[index : index + 1]))[0]
            return fed
        image = self.images[index]
        return (
            scaled(image)
            if image.dtype == np.uint8
            else np.array(image, np.float32 if image.dtype.kind == "f" else None)
        )

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Return a photograph as it is shown: uint8 [H, W, 3], RGB."""
        image = self.images[index]
        if image.dtype != np.uint8:
            image = np.rint((image.transpose(1, 2, 0) + 1) * 127.5).clip(0, 255).astype(np.uint8)
        return np.ascontiguousarray(image[..., ::-1])

    @property
    def photographs(self) -> bool:
        """Whether a network has one logit for each of these, as for photographs with and without something."""
        return bool(self.labels.dtype.kind == "f")

    def shrunk(self, side: int) -> ImageSet:
        """Return the photographs as squares of `side` pixels; each pixel is the mean of the area that it stands for."""
        import cv2

        def small(image: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA))

        if self.images.dtype == np.uint8:
            return replace(self, images=np.stack([small(image) for image in self.images]), prepare=None)
        fed = [small(image.transpose(1, 2, 0)).transpose(2, 0, 1) for image in self.images]
        return replace(self, images=np.stack(fed))

    def chosen(self, count: int) -> ImageSet:
        """Return `count` images evenly spread over the set, all of them where there are no more."""
        return self.subset(spread(len(self), count))

    def subset(self, places: Sequence[int] | NDArray[np.int64]) -> ImageSet:
        """Return the images at some places, in that order."""
        names = tuple(self.names[k] for k in places) if self.names else ()
        return replace(self, images=self.images[places], labels=self.labels[places], names=names)


@dataclass(frozen=True)
class ImageSets:
    """Training and validation images.

    Attributes:
        sha256: Of their names, labels and bytes.
        origin: "real" or "generated".
        left_out: Names of the training images that lie in the validation folder too.
    """

    training: ImageSet
    validation: ImageSet
    sha256: str
    origin: str
    left_out: tuple[str, ...] = ()

    def rehearsal(self) -> ImageSets:
        """Return a small selection, for trying out that everything runs."""
        count = REHEARSAL_IMAGES if self.training.photographs else REHEARSAL_SAMPLES
        fewer = replace(self, training=self.training.chosen(count), validation=self.validation.chosen(count))
        return replace(fewer, sha256=hashlib.sha256(f"{self.sha256} rehearsal {count}".encode()).hexdigest())

    def first(self, count: int) -> ImageSets:
        """Return the same with the first `count` training images only."""
        digest = hashlib.sha256(f"{self.sha256} first {count}".encode()).hexdigest()
        return replace(self, training=self.training.subset(np.arange(min(count, len(self.training)))), sha256=digest)

    def shrunk(self, side: int) -> ImageSets:
        """Return the same photographs as squares of `side` pixels."""
        digest = hashlib.sha256(f"{self.sha256} side {side}".encode()).hexdigest()
        fewer = replace(self, training=self.training.shrunk(side), validation=self.validation.shrunk(side))
        return replace(fewer, sha256=digest)


def sets_of(images: DataSet | ImageSets, *, rehearsed: bool = False) -> ImageSets:
    """Return image sets as they are, and those of a data set: its first split to train on, its last to validate on.

    Args:
        rehearsed: Their small selections; a data set need not load its other samples.
    """
    if isinstance(images, ImageSets):
        return images.rehearsal() if rehearsed else images
    parts = [_part(images, split, rehearsed) for split in (images.splits[0], images.splits[-1])]
    sets = ImageSets(parts[0], parts[1], images.sha256(), images.origin, images.left_out())
    return sets.rehearsal() if rehearsed else sets


def _part(images: DataSet, split: str, few: bool) -> ImageSet:
    if few:
        samples, labels, names = images.some(split, images.few)
    else:
        (samples, labels), names = samples_of(images, split), images.names(split)
    return ImageSet(samples, images.targets(labels), names, tuple(images.classes), images.prepare)


def validation_part(images: DataSet | ImageSets, limit: int | None) -> ImageSet:
    """Return the validation images, at most `limit` of them, in a rehearsal few."""
    part = sets_of(images, rehearsed=is_rehearsal()).validation
    return part if limit is None else part.chosen(limit)


def is_rehearsal() -> bool:
    """Return True if AUTOGRADER_QUICK asks for few images and one epoch."""
    return os.environ.get(REHEARSAL_VARIABLE) == "1"


class Batches:
    """Pairs (float32 [B, C, H, W], labels [B, 1]) over a set; can be looped over again, and has a length.

    Attributes:
        order: Which images, in which order.
        start: First batch of a pass.
        augment: Changes each image, with a generator that follows from `key` and the image's place in the order.
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

    def _image(self, place: int) -> NDArray[Any]:
        image = self._part.prepared(int(self._order[place]))
        if self._augment is None:
            return image
        changed = np.asarray(self._augment(image, np.random.default_rng([*self._key, place])))
        if changed.shape != image.shape or changed.dtype != np.float32:
            got, wanted = f"{changed.dtype} {list(changed.shape)}", f"float32 {list(image.shape)}"
            raise failed(AUGMENTED.format(got=got, wanted=wanted))
        return changed


def shuffled(part: ImageSet, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return the order of the images in an epoch: it follows from seed and epoch."""
    return np.random.default_rng([seed, epoch]).permutation(len(part))
