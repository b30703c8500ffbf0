"""Drawings that look like fundus photographs, for when the real ones are not at hand.

Every function draws onto a float32 picture [224, 224, 3], BGR, in [0, 1]; masks are float32 [224, 224] in [0, 1].
Nothing here is medicine: the drawings only share the look of the three groups of PALM, so that a network has
something to learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from autograder.data.palm import IMAGE_SIZE

Group = Literal["N", "H", "P"]
Picture = NDArray[np.float32]
Point = tuple[float, float]

SUBPIXEL_BITS = 4  # cv2 draws at 1/16 pixel
FIELD_RADIUS = 111.0
ORANGE = (0.16, 0.42, 0.82)  # BGR of the choroid between its vessels
PALE = (0.50, 0.76, 0.92)  # BGR of bare sclera seen through an atrophic patch


@dataclass(frozen=True)
class Fundus:
    """A drawn photograph: `image` uint8 [224, 224, 3] BGR in [0, 255], `fovea` (x, y) in pixels of it."""

    image: NDArray[np.uint8]
    fovea: Point


@dataclass(frozen=True)
class _Eye:
    """Where things are: centre of the disc, its radius, the fovea (pixels), and the side of the macula (1 right)."""

    disc: Point
    radius: float
    fovea: Point
    side: int


def draw_fundus(group: Group, rng: np.random.Generator) -> Fundus:
    """Return one drawing: `N` normal, `H` tessellated, `P` with pale atrophy beside the disc or in the macula."""
    eye = _eye(rng)
    picture = _background(rng)
    _shade_macula(picture, eye, rng)
    tessellation = {"N": rng.uniform(0.0, 0.25), "H": rng.uniform(0.5, 1.0), "P": rng.uniform(0.25, 1.0)}[group]
    _tessellate(picture, eye, tessellation, rng)
    if group == "P":
        _draw_atrophy(picture, eye, rng)
    elif rng.random() < 0.3:
        _draw_crescent(picture, eye, rng.uniform(1.15, 1.45), rng)
    _draw_disc(picture, eye, rng)
    _draw_vessels(picture, eye, rng)
    return Fundus(_photographed(picture, rng), eye.fovea)


def _eye(rng: np.random.Generator) -> _Eye:
    side = 1 if rng.random() < 0.5 else -1
    disc_x = 112.0 - side * rng.uniform(20.0, 75.0)
    disc_y = 112.0 + rng.uniform(-14.0, 14.0)
    distance = rng.uniform(66.0, 80.0)
    return _Eye(
        (disc_x, disc_y), rng.uniform(12.0, 16.0), (disc_x + side * distance, disc_y + rng.uniform(2, 12)), side
    )


def _smooth_noise(rng: np.random.Generator, cells: int) -> Picture:
    """Return noise of about `cells` bumps along each side: float32 [224, 224], mean 0, roughly in [-1, 1]."""
    coarse = rng.uniform(-1.0, 1.0, (cells + 3, cells + 3)).astype(np.float32)
    resized = cv2.resize(coarse, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_CUBIC)
    return cast(Picture, resized)


def _distance(centre: Point, squeeze: float = 1.0) -> Picture:
    """Return each pixel's distance from `centre`: float32 [224, 224], pixels; y counts `squeeze` times."""
    rows, columns = np.mgrid[0:IMAGE_SIZE, 0:IMAGE_SIZE].astype(np.float32)
    return cast(Picture, np.hypot(columns - centre[0], (rows - centre[1]) * squeeze).astype(np.float32))


def _blob(centre: Point, radius: float, roughness: float, softness: float, rng: np.random.Generator) -> Picture:
    """Return the mask of an irregular patch: 1 inside, falling to 0 over `softness` pixels at its ragged edge."""
    distance = _distance(centre, rng.uniform(0.8, 1.25))
    edge = radius * (1.0 + roughness * (_smooth_noise(rng, 6) + 0.5 * _smooth_noise(rng, 14)))
    return cast(Picture, np.clip((edge - distance) / softness + 0.5, 0.0, 1.0).astype(np.float32))


def _blend(picture: Picture, mask: Picture, colour: Point | tuple[float, float, float] | Picture) -> None:
    """Mix `colour` (BGR, or a picture) into `picture` where `mask` is above 0."""
    picture += mask[..., np.newaxis] * (np.asarray(colour, dtype=np.float32) - picture)


def _background(rng: np.random.Generator) -> Picture:
    """Return the plain retina: red to brown, unevenly lit, sometimes with a greenish haze at one side."""
    red = rng.uniform(0.42, 0.72)
    colour = np.array([red * rng.uniform(0.14, 0.34), red * rng.uniform(0.36, 0.55), red], dtype=np.float32)
    light = 1.0 + 0.18 * _smooth_noise(rng, 2) + 0.05 * _smooth_noise(rng, 9)
    picture = (light[..., np.newaxis] * colour).astype(np.float32)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    hazy_side = (112.0 + 125.0 * np.cos(angle), 112.0 + 125.0 * np.sin(angle))
    haze = np.clip(1.0 - _distance(hazy_side) / rng.uniform(60.0, 150.0), 0.0, 1.0) * rng.uniform(0.0, 0.6)
    _blend(picture, haze.astype(np.float32), (0.35, 0.45, 0.40))
    return picture


def _shade_macula(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    spot = np.exp(-np.square(_distance(eye.fovea) / rng.uniform(12.0, 20.0)))
    picture *= 1.0 - rng.uniform(0.2, 0.5) * spot[..., np.newaxis].astype(np.float32)


def _tessellate(picture: Picture, eye: _Eye, strength: float, rng: np.random.Generator) -> None:
    """Let the vessels of the choroid shine through: ridged streaks of orange between dark, away from the fovea."""
    rows, columns = np.mgrid[0:IMAGE_SIZE, 0:IMAGE_SIZE].astype(np.float32)
    bent = (columns + 18.0 * _smooth_noise(rng, 5), rows + 18.0 * _smooth_noise(rng, 5))
    noise = cv2.remap(_smooth_noise(rng, 18), *bent, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    streaks = np.clip(1.0 - 4.0 * np.abs(noise), -0.7, 1.0)
    spread = np.clip(_distance(eye.fovea) / 60.0, 0.3, 1.0) * np.clip(0.6 + _smooth_noise(rng, 3), 0.0, 1.0)
    amount = (strength * spread).astype(np.float32)
    picture *= 1.0 - 0.35 * (amount * np.clip(-streaks, 0.0, 1.0))[..., np.newaxis]
    _blend(picture, (0.4 * amount * np.clip(streaks, 0.0, 1.0)).astype(np.float32), ORANGE)


def _draw_disc(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    squeeze = rng.uniform(0.82, 1.0)
    rim = np.clip((eye.radius - _distance(eye.disc, squeeze)) / 3.0 + 0.5, 0.0, 1.0)
    _blend(picture, rim.astype(np.float32) * 0.9, (0.25, rng.uniform(0.45, 0.62), rng.uniform(0.82, 0.98)))
    cup_radius = eye.radius * rng.uniform(0.35, 0.6)
    cup_centre = (eye.disc[0] + eye.side * rng.uniform(0.0, 3.0), eye.disc[1] + rng.uniform(-2.0, 2.0))
    cup = np.clip((cup_radius - _distance(cup_centre, squeeze)) / 5.0 + 0.5, 0.0, 1.0)
    _blend(picture, cup.astype(np.float32) * 0.8, (0.62, 0.88, 1.0))


def _draw_crescent(picture: Picture, eye: _Eye, reach: float, rng: np.random.Generator) -> None:
    """Draw the pale ring segment beside the disc, out to `reach` disc radii; harmless when it is narrow."""
    centre = (eye.disc[0] + eye.side * eye.radius * (reach - 1.0) * 0.7, eye.disc[1] + rng.uniform(-4.0, 4.0))
    mask = _blob(centre, eye.radius * reach, 0.1, 5.0, rng)
    _blend(picture, mask * rng.uniform(0.6, 0.85), _sclera(rng))


def _sclera(rng: np.random.Generator) -> Picture:
    """Return the pale ground of a patch, mottled by what is left of the choroid: float32 [224, 224, 3] BGR."""
    mottle = np.clip(1.0 - 0.22 * np.clip(1.0 - 3.0 * np.abs(_smooth_noise(rng, 30)), 0.0, 1.0), 0.0, 1.0)
    tint = np.array(PALE, dtype=np.float32) * np.array([rng.uniform(0.75, 1.05), rng.uniform(0.92, 1.04), 1.0])
    return cast(Picture, (mottle[..., np.newaxis] * tint).astype(np.float32))


def _draw_atrophy(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    """Draw a wide crescent, patches around the macula, or both, with specks of pigment."""
    kind = rng.random()
    if kind < 0.8:
        _draw_crescent(picture, eye, rng.uniform(1.9, 3.0), rng)
    if kind > 0.4:
        for _ in range(int(rng.integers(1, 5))):
            near = (eye.fovea[0] + rng.normal(0.0, 16.0), eye.fovea[1] + rng.normal(0.0, 16.0))
            mask = _blob(near, rng.uniform(9.0, 24.0), 0.35, 7.0, rng)
            _blend(picture, mask * rng.uniform(0.6, 0.9), _sclera(rng))
        for _ in range(int(rng.integers(0, 5))):
            near = (eye.fovea[0] + rng.normal(0.0, 18.0), eye.fovea[1] + rng.normal(0.0, 18.0))
            _blend(picture, _blob(near, rng.uniform(1.5, 4.0), 0.4, 2.0, rng) * 0.7, (0.06, 0.08, 0.12))


def _vessel_path(
    start: Point, heading: float, bend: float, steps: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the points of a wandering vessel: float64 [steps, 2], pixels; `bend` is its turn per step in radians."""
    turns = heading + np.cumsum(bend + rng.normal(0.0, 0.07, steps))
    strides = 3.5 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return cast(NDArray[np.float64], np.asarray(start) + np.cumsum(strides, axis=0))


def _stroke(mask: NDArray[np.uint8], path: NDArray[np.float64], width: float, strength: int) -> None:
    """Draw `path` into `mask`, thinning from `width` pixels to a hair."""
    points = np.round(path * (1 << SUBPIXEL_BITS)).astype(np.int32)
    for index in range(0, len(points) - 1, 4):
        thickness = max(1, round(width * (1.0 - index / len(points))))
        part = points[index : index + 5]
        cv2.polylines(mask, [part], False, strength, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _draw_vessels(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    """Draw the four arcades out of the disc, each an artery and a vein, with branches."""
    mask = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    towards = 0.0 if eye.side > 0 else np.pi  # heading of the macula
    for up in (-1, 1):
        for temporal in (True, False):
            for width in (rng.uniform(2.2, 3.4), rng.uniform(1.2, 2.2)):
                # the temporal arcades rise steeply and bow around the macula, the nasal ones run straight out
                lean = rng.uniform(0.9, 1.5) if temporal else rng.uniform(2.0, 2.7)
                turn = up * eye.side
                bend = -turn * (rng.uniform(0.015, 0.04) if temporal else rng.uniform(-0.01, 0.01))
                path = _vessel_path(eye.disc, towards + turn * lean, bend, 44, rng)
                _stroke(mask, path, width, 255)
                for begin in rng.integers(6, 34, int(rng.integers(2, 5))):
                    heading = np.arctan2(*(path[begin] - path[begin - 1])[::-1]) + rng.choice([-1, 1]) * 0.6
                    branch = _vessel_path(tuple(path[begin]), heading, rng.normal(0.0, 0.02), 22, rng)
                    _stroke(mask, branch, width * 0.5, 170)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.7).astype(np.float32) / np.float32(255.0)
    picture *= 1.0 - soft[..., np.newaxis] * np.array([0.6, 0.6, 0.35], dtype=np.float32) * rng.uniform(0.6, 1.0)


def _photographed(picture: Picture, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the picture through the camera: blur, exposure, darker rim, grain, black outside the round field."""
    blur = rng.uniform(0.3, 1.0) if rng.random() < 0.85 else rng.uniform(1.5, 3.0)
    seen = cv2.GaussianBlur(picture, (0, 0), blur)
    distance = _distance((111.5 + rng.uniform(-0.7, 0.7), 111.5 + rng.uniform(-3.0, 3.0)))
    rim = 1.0 - rng.uniform(0.15, 0.5) * np.square(distance / FIELD_RADIUS)
    field = np.clip(FIELD_RADIUS - distance + 0.5, 0.0, 1.0)
    exposed = seen * rng.uniform(0.75, 1.15) * rim[..., np.newaxis]
    grain = rng.normal(0.0, 0.012, (IMAGE_SIZE, IMAGE_SIZE, 1)).astype(np.float32)
    levels = np.clip((exposed + grain) * field[..., np.newaxis], 0.0, 1.0) * 255.0
    return cast(NDArray[np.uint8], np.round(levels).astype(np.uint8))
