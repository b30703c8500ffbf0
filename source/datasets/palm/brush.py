"""Strokes, patches and noise for the drawings of `fundus`.

A picture is float32 [224, 224, 3], BGR, in [0, 1]; a mask is float32 [224, 224] in [0, 1]; points are (x, y) in pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.opencv import cv2

from .photographs import IMAGE_SIZE

Picture = NDArray[np.float32]
Path = NDArray[np.float64]
Point = tuple[float, float]
Colour = tuple[float, float, float]

FINER = 2  # strokes are drawn on a canvas this much finer, so that a hair can be half a pixel wide
SUBPIXEL_BITS = 4  # cv2 draws at 1/16 pixel
STRIDE = 3.0  # pixels between the points of a path


def noise(rng: np.random.Generator, cells: int) -> Picture:
    """Return smooth noise of about `cells` bumps along each side: float32 [224, 224], mean 0, roughly in [-1, 1]."""
    coarse = rng.uniform(-1.0, 1.0, (cells + 3, cells + 3)).astype(np.float32)
    return cast(Picture, cv2.resize(coarse, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_CUBIC))


def distance_to(centre: Point, squeeze: float = 1.0) -> Picture:
    """Return each pixel's distance from `centre`: float32 [224, 224], pixels; y counts `squeeze` times."""
    across, down = _offsets(centre)
    return cast(Picture, np.sqrt(np.square(across) + np.square(down * np.float32(squeeze))))


def direction_from(centre: Point) -> Picture:
    """Return each pixel's direction from `centre`: float32 [224, 224], radians, 0 to the right, growing downwards."""
    across, down = _offsets(centre)
    return cast(Picture, np.arctan2(down, across))


def _offsets(centre: Point) -> tuple[Picture, Picture]:
    """Return how far right and how far below `centre` the columns and rows are: float32 [1, 224] and [224, 1]."""
    along = np.arange(IMAGE_SIZE, dtype=np.float32)
    return along[np.newaxis] - np.float32(centre[0]), (along - np.float32(centre[1]))[:, np.newaxis]


def soft_step(inside: Picture, softness: float) -> Picture:
    """Return a mask that rises from 0 to 1 over `softness` pixels where `inside` (pixels to the edge) is about 0."""
    return cast(Picture, np.clip(inside / softness + 0.5, 0.0, 1.0).astype(np.float32))


def patch(centre: Point, radius: float, roughness: float, softness: float, rng: np.random.Generator) -> Picture:
    """Return the mask of a patch with a ragged edge, bumps upon bumps."""
    bumps = noise(rng, 6) + np.float32(0.6) * noise(rng, 16)
    edge = np.float32(radius) * (1 + np.float32(roughness) * bumps)
    return soft_step(cast(Picture, edge - distance_to(centre, rng.uniform(0.75, 1.3))), softness)


def blend(picture: Picture, mask: Picture, colour: Colour | Picture) -> None:
    """Mix `colour` (BGR, or a picture) into `picture` where `mask` is above 0."""
    change = np.asarray(colour, dtype=np.float32) - picture
    change *= mask[..., np.newaxis]
    picture += change


def wander(start: Point, heading: float, bends: float | Path, steps: int, rng: np.random.Generator) -> Path:
    """Return the points of a wandering line: float64 [steps, 2]; `bends` are its turns per step in radians."""
    turns = heading + np.cumsum(bends + rng.normal(0.0, 0.05, steps))
    return _walked(np.asarray(start), turns)


def wander_together(starts: Path, headings: Path, bends: Path) -> Path:
    """Return many lines at once: `starts` [L, 2], `headings` [L], `bends` [L, steps] → float64 [L, steps, 2]."""
    return _walked(starts[:, np.newaxis], headings[:, np.newaxis] + np.cumsum(bends, axis=1))


def _walked(start: Path, turns: Path) -> Path:
    strides = STRIDE * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    return start + np.cumsum(strides, axis=-2)


def heading_at(path: Path, index: int) -> float:
    """Return the direction of `path` at its point `index` (1 or more), in radians."""
    step = path[index] - path[index - 1]
    return float(np.arctan2(step[1], step[0]))


def strokes(lines: Iterable[tuple[Path, float, float, float]], blur: float) -> Picture:
    """Return the mask of lines, each a path with its width at begin and end in pixels and its strength in [0, 1]."""
    canvas = np.zeros((IMAGE_SIZE * FINER, IMAGE_SIZE * FINER), dtype=np.uint8)
    for path, begin, end, strength in sorted(lines, key=lambda line: line[3]):  # the strongest on top
        points = np.round(path * FINER * (1 << SUBPIXEL_BITS)).astype(np.int32)
        first, last = max(1, round(begin * FINER)), max(1, round(end * FINER))
        pieces = abs(first - last) + 1  # one for each thickness that cv2 can draw
        for piece in range(pieces):
            part = points[piece * len(points) // pieces : (piece + 1) * len(points) // pieces + 1]
            thickness = first - piece if first > last else first + piece
            cv2.polylines(canvas, [part], False, round(255 * strength), thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    reduced = cv2.resize(canvas, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return cast(Picture, cv2.GaussianBlur(reduced, (0, 0), blur) / np.float32(255.0))
