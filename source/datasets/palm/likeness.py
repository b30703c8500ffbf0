"""Do two fundus photographs show the same eye? Points that match, and vessels that coincide once laid on each other.

All fundus photographs look alike, so neither a perceptual hash nor matching points alone decide: the vessels (the fine
structure of the green channel) must correlate where the two photographs overlap. Photographs of one eye reach 0.59 to
1.0 there, those of different eyes 0.35 at most.
Points: Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 60(2), 2004; here upright, because
fundus cameras stand upright, with the descriptor of Arandjelovic and Zisserman (CVPR 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .photographs import IMAGE_SIZE

MAX_POINTS = 160
POINT_SIDE = 176  # pixels; a smaller picture gives the same pairs in two thirds of the time
HASH_SIDE = 16  # 256 bits
FIELD_RADIUS = 100  # pixels; the rim of the photograph is no structure of the eye
SCALES = (0.55, 1.8)  # the two cameras differ by a factor of 1.44
MAX_TURN = 10.0  # degrees
CLEARER_BY = 0.85  # a match must be that much nearer than the second best
ON_THE_SPOT = 3.0  # pixels
MIN_AGREEING = 5
IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True)
class Features:
    """Of one photograph: `points` float32 [K, 2] pixels, `sizes` float32 [K], `descriptors` float32 [K, 128] of length 1,
    `fine` float32 [224, 224] the vessels, about -3 to 3, `bits` bool [256] its hash and `mirrored_bits` that of its mirror
    image.
    """

    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    descriptors: NDArray[np.float32]
    fine: NDArray[np.float32]
    bits: NDArray[np.bool_]
    mirrored_bits: NDArray[np.bool_]


@dataclass(frozen=True)
class Likeness:
    """How well one photograph lies on another: points that agree, correlation -1..1, overlap 0..1, zoom (ratio)."""

    agreeing: int
    correlation: float
    overlap: float
    zoom: float


def features_of(image: NDArray[np.uint8]) -> Features:
    """Return what is compared of `image`: uint8 [224, 224, 3], BGR, in [0, 255]."""
    green = cv2.createCLAHE(4.0, (8, 8)).apply(np.ascontiguousarray(image[..., 1])).astype(np.uint8, copy=False)
    points, sizes, descriptors = _points(green)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return Features(points, sizes, descriptors, _fine(green), _hash(grey), _hash(np.ascontiguousarray(grey[:, ::-1])))


def likeness(first: Features, second: Features) -> Likeness | None:
    """Return how `first` lies on `second` once moved by what the matching points say, or None when they say nothing."""
    start, end = _matches(first, second)
    if len(start) < MIN_AGREEING:
        return None
    moved, inliers = cv2.estimateAffinePartial2D(start, end, ransacReprojThreshold=ON_THE_SPOT, maxIters=2000)
    if moved is None or int(inliers.sum()) < MIN_AGREEING:
        return None
    zoom, turn = float(np.hypot(moved[0, 0], moved[1, 0])), float(np.degrees(np.arctan2(moved[1, 0], moved[0, 0])))
    if not SCALES[0] < zoom < SCALES[1] or abs(turn) > MAX_TURN:
        return None
    return _laid_over(first.fine, second.fine, np.asarray(moved, np.float64), int(inliers.sum()))


def likeness_in_place(first: Features, second: Features, mirrored: bool = False) -> Likeness:
    """Return how `first`, or its mirror image, lies on `second` without being moved."""
    fine = np.ascontiguousarray(first.fine[:, ::-1]) if mirrored else first.fine
    return _laid_over(fine, second.fine, IDENTITY, 0)


def hash_distance(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> int:
    """Return in how many of the 256 bits two hashes differ."""
    return int(np.count_nonzero(first != second))


def _field() -> NDArray[np.uint8]:
    mask = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    cv2.circle(mask, (IMAGE_SIZE // 2, IMAGE_SIZE // 2), FIELD_RADIUS, 255, -1)
    return mask


def _points(green: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the strongest points with upright descriptors."""
    side = (POINT_SIDE, POINT_SIDE)
    small = cv2.resize(green, side, interpolation=cv2.INTER_AREA)
    field = cv2.resize(_field(), side, interpolation=cv2.INTER_NEAREST)
    sift = cv2.SIFT_create(contrastThreshold=0.01)  # type: ignore[attr-defined]  # missing from the stubs
    strongest: dict[tuple[int, int, float], cv2.KeyPoint] = {}
    for point in sift.detect(small, field):
        place = (round(point.pt[0]), round(point.pt[1]), round(point.size, 1))  # the same in several directions
        if place not in strongest or strongest[place].response < point.response:
            strongest[place] = point
    chosen = sorted(strongest.values(), key=lambda point: (-point.response, point.pt))[:MAX_POINTS]
    for point in chosen:
        point.angle = 0.0
    chosen, found = sift.compute(small, chosen)
    descriptors = np.zeros((0, 128), np.float32) if found is None else np.asarray(found, np.float32)
    rooted = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))
    points = np.array([point.pt for point in chosen], np.float32).reshape(-1, 2)
    points *= np.float32(IMAGE_SIZE / POINT_SIDE)
    return points, np.array([point.size for point in chosen], np.float32), rooted.astype(np.float32)


def _fine(green: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return vessels and other fine structure, of equal strength everywhere: float32 [224, 224], mean about 0."""
    smooth = cv2.GaussianBlur(green.astype(np.float32), (0, 0), 1.0)
    structure = smooth - cv2.GaussianBlur(smooth, (0, 0), 6.0)
    strength = np.sqrt(cv2.GaussianBlur(structure * structure, (0, 0), 12.0)) + 3.0
    return cast(NDArray[np.float32], (structure / strength).astype(np.float32))


def _hash(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return the difference hash: is each of 16 x 16 cells brighter than its left neighbour."""
    small = cv2.resize(grey, (HASH_SIDE + 1, HASH_SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    return cast(NDArray[np.bool_], (small[:, 1:] > small[:, :-1]).ravel())


def _matches(first: Features, second: Features) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the points of `first` and where they are in `second`: two float32 [M, 2]."""
    empty = np.zeros((0, 2), np.float32)
    if len(first.points) < 2 or len(second.points) < 2:
        return empty, empty
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(first.descriptors, second.descriptors, k=2)
    clear = [
        (best.queryIdx, best.trainIdx)
        for best, next_best in pairs
        if best.distance < CLEARER_BY * next_best.distance
        and SCALES[0] < second.sizes[best.trainIdx] / first.sizes[best.queryIdx] < SCALES[1]
    ]
    if not clear:
        return empty, empty
    start, end = np.array(clear).T
    return first.points[start], second.points[end]


def _laid_over(
    first: NDArray[np.float32], second: NDArray[np.float32], moved: NDArray[np.float64], agreeing: int
) -> Likeness:
    field = _field()
    size = (IMAGE_SIZE, IMAGE_SIZE)
    inside = (cv2.warpAffine(field, moved, size) > 0) & (field > 0)
    overlap = float(inside.sum() / np.count_nonzero(field))
    zoom = float(np.hypot(moved[0, 0], moved[1, 0]))
    if overlap < 0.02:
        return Likeness(agreeing, 0.0, overlap, zoom)
    here, there = cv2.warpAffine(first, moved, size)[inside], second[inside]
    if min(float(here.std()), float(there.std())) < 1e-6:
        return Likeness(agreeing, 0.0, overlap, zoom)
    return Likeness(agreeing, float(np.corrcoef(here, there)[0, 1]), overlap, zoom)
