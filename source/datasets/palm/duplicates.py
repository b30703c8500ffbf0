"""Photographs that are there twice: the same file, the same picture, or the same eye photographed again."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from .likeness import Features, Likeness, features_of, hash_distance, likeness, likeness_in_place
from .photographs import load_images

Verdict = Literal["identical", "same eye", "unsure"]

NEIGHBOURS = 12  # pairs looked at more closely, per photograph
NEAREST_POINTS = 10
LIKE_HASHES = 16  # of 256 bits; a copy that was stored anew differs in a few, one pair of eyes in a thousand in 16
# Measured on all pairs of PALM: pairs that show one eye reach 0.59 or more, others 0.35 at most; drawings reach 0.42.
SURE_CORRELATION, UNSURE_CORRELATION = 0.5, 0.43
MIN_AGREEING, MIN_OVERLAP = 6, 0.12
WHOLE_OVERLAP = 0.98  # laid on each other without moving


@dataclass(frozen=True)
class Pair:
    """Two photographs by their place in the list, and what they have in common; `likeness` is None for equal files."""

    first: int
    second: int
    verdict: Verdict
    likeness: Likeness | None = None
    mirrored: bool = False


def identical_files(paths: Sequence[Path]) -> tuple[Pair, ...]:
    """Return the pairs of equal files; of three equal ones the first is paired with each other one."""
    same: dict[bytes, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        same[hashlib.sha256(path.read_bytes()).digest()].append(index)
    return tuple(Pair(group[0], other, "identical") for group in same.values() for other in group[1:])


def alike(paths: Sequence[Path], step: Callable[[str], None] | None = None) -> tuple[Pair, ...]:
    """Return the pairs that show the same eye, and those where that is not sure, but for equal files.

    `paths`: photographs that can be decoded, each content once. `step` is called with the name of each one that was read.
    """

    def read(path: Path) -> Features:
        features = features_of(load_images([path])[0])
        if step:
            step(path.name)
        return features

    if len(paths) < 2:
        return ()
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        features = list(threads.map(read, paths))
        candidates = sorted(_sharing_points(features) | _like_hashes(features))
        found = list(threads.map(lambda pair: _compared(features, *pair), candidates))
    return tuple(pair for pair in found if pair is not None)


def _sharing_points(features: Sequence[Features]) -> set[tuple[int, int]]:
    """Return for each photograph the pairs with those that hold most of the points nearest to its own."""
    counts = [len(one.points) for one in features]
    if sum(counts) < 2 * NEAREST_POINTS:
        return set()
    every = np.concatenate([one.descriptors for one in features])
    owner = np.repeat(np.arange(len(features)), counts)
    cv2.setRNGSeed(0)  # the same trees on every run
    trees = cv2.flann.Index(every, {"algorithm": 1, "trees": 4})
    nearest, _ = trees.knnSearch(every, NEAREST_POINTS, params={"checks": 32})
    votes = np.zeros((len(features), len(features)), dtype=np.int64)
    for rank in range(1, NEAREST_POINTS):
        np.add.at(votes, (owner, owner[nearest[:, rank]]), 1)
    votes += votes.T
    np.fill_diagonal(votes, -1)
    best = np.argsort(-votes, axis=1, kind="stable")[:, :NEIGHBOURS]
    return {_ordered(row, int(other)) for row, others in enumerate(best) for other in others if votes[row, other] > 0}


def _like_hashes(features: Sequence[Features]) -> set[tuple[int, int]]:
    """Return for each photograph the pairs with its nearest ones by hash, also mirrored, when they are near."""
    bits = np.array([one.bits for one in features], np.float32) * 2 - 1
    mirrored = np.array([one.mirrored_bits for one in features], np.float32) * 2 - 1
    pairs: set[tuple[int, int]] = set()
    for others in (bits, mirrored):
        distance = (bits.shape[1] - bits @ others.T) / 2  # float32 [N, N], bits that differ
        np.fill_diagonal(distance, np.inf)
        best = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
        pairs |= {
            _ordered(row, int(other))
            for row, near in enumerate(best)
            for other in near
            if distance[row, other] <= LIKE_HASHES
        }
    return pairs


def _ordered(first: int, second: int) -> tuple[int, int]:
    return min(first, second), max(first, second)


def _compared(features: Sequence[Features], first: int, second: int) -> Pair | None:
    one, other = features[first], features[second]
    ways = [(likeness(one, other), False)]
    if hash_distance(one.bits, other.bits) <= LIKE_HASHES:
        ways.append((likeness_in_place(one, other), False))
    if hash_distance(one.mirrored_bits, other.bits) <= LIKE_HASHES:
        ways.append((likeness_in_place(one, other, mirrored=True), True))
    pairs = [
        Pair(first, second, verdict, found, mirrored)
        for found, mirrored in ways
        if found is not None and (verdict := verdict_on(found))
    ]
    return max(pairs, key=lambda pair: pair.likeness.correlation if pair.likeness else 0.0, default=None)


def verdict_on(found: Likeness) -> Verdict | None:
    """Return what a likeness means: the same eye, not sure, or None for two eyes."""
    coincide = found.correlation >= SURE_CORRELATION and found.overlap >= MIN_OVERLAP
    if coincide and (found.agreeing >= MIN_AGREEING or found.overlap > WHOLE_OVERLAP):
        return "same eye"
    return "unsure" if found.correlation >= UNSURE_CORRELATION else None
