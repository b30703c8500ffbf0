"""Drawings that look like fundus photographs, for when the real ones are not at hand.

Nothing here is medicine: the drawings only share the look of the three groups of PALM, so that a network has something
to learn. Like the real ones they come from two cameras, one that looks at the posterior pole and a narrower one that
looks at the disc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.opencv import cv2
from autograder.portable.older import paired

from .brush import (
    Path,
    Picture,
    Point,
    blend,
    direction_from,
    distance_to,
    heading_at,
    noise,
    patch,
    soft_step,
    strokes,
    wander,
    wander_together,
)
from .photographs import IMAGE_SIZE

Group = Literal["N", "H", "P"]

CENTRE = IMAGE_SIZE / 2
FIELD_RADIUS = 111.0
NARROWER = 1.43  # the second camera shows everything that much larger
CHOROID = (0.10, 0.30, 0.86)  # BGR of the vessels below the retina
PALE = (0.52, 0.82, 0.98)  # BGR of bare sclera seen through an atrophic patch
PIGMENT = (0.04, 0.06, 0.10)
# Of each group: red, then green and blue as shares of red, from and to; as measured on the real photographs.
GROUND: dict[Group, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "N": ((0.38, 0.60), (0.50, 0.68), (0.20, 0.40)),
    "H": ((0.40, 0.66), (0.42, 0.58), (0.15, 0.30)),
    "P": ((0.40, 0.68), (0.34, 0.50), (0.09, 0.20)),
}
VEIN = (0.80, 0.72, 0.40)  # what a vein takes away of blue, green and red
ARTERY = (0.62, 0.55, 0.18)


@dataclass(frozen=True)
class Fundus:
    """A drawn photograph: `image` uint8 [224, 224, 3] BGR in [0, 255], `fovea` (x, y) in pixels of it."""

    image: NDArray[np.uint8]
    fovea: Point


@dataclass(frozen=True)
class _Eye:
    """Where things are: disc and its radius, fovea (pixels), the side of the macula (1 right, -1 left), and the zoom."""

    disc: Point
    radius: float
    fovea: Point
    side: int
    zoom: float

    @property
    def temporal(self) -> float:
        """Heading from the disc to the macula, in radians."""
        return 0.0 if self.side > 0 else float(np.pi)


def draw_fundus(group: Group, rng: np.random.Generator) -> Fundus:
    """Return one drawing: `N` normal, `H` tessellated, `P` with pale atrophy beside the disc or in the macula."""
    eye = _eye(rng)
    picture = _background(group, rng)
    _shade_macula(picture, eye, rng)
    tessellation = {"N": rng.uniform(-0.5, 0.3), "H": rng.uniform(0.4, 1.0), "P": rng.uniform(0.1, 1.0)}[group]
    if tessellation > 0.0:
        _tessellate(picture, eye, tessellation, rng)
    if group == "P":
        _draw_atrophy(picture, eye, rng)
    elif rng.random() < 0.3:
        _draw_crescent(picture, eye, rng.uniform(1.15, 1.4), rng)
    _draw_disc(picture, eye, rng)
    _draw_vessels(picture, eye, rng)
    return Fundus(_photographed(picture, group, rng), eye.fovea)


def _eye(rng: np.random.Generator) -> _Eye:
    side = 1 if rng.random() < 0.7 else -1
    zoom = 1.0 if rng.random() < 0.7 else NARROWER
    disc_x = CENTRE - side * (rng.uniform(52.0, 88.0) if zoom == 1.0 else rng.uniform(-6.0, 24.0))
    disc = (disc_x, CENTRE + rng.uniform(-16.0, 10.0))
    distance = zoom * rng.uniform(68.0, 80.0)
    fovea = (disc_x + side * distance, disc[1] + zoom * rng.uniform(2.0, 12.0))
    return _Eye(disc, zoom * rng.uniform(11.0, 14.5), fovea, side, zoom)


def _background(group: Group, rng: np.random.Generator) -> Picture:
    """Return the plain retina: orange to brown, unevenly lit, often with a greenish haze at one side."""
    red, green, blue = (rng.uniform(*limits) for limits in GROUND[group])
    light = 1 + np.float32(0.16) * noise(rng, 2) + np.float32(0.05) * noise(rng, 9) + np.float32(0.03) * noise(rng, 40)
    picture = cast(Picture, light[..., np.newaxis] * np.array([red * blue, red * green, red], dtype=np.float32))
    angle = rng.uniform(0.0, 2.0 * np.pi)
    hazy_side = (CENTRE + 125.0 * np.cos(angle), CENTRE + 125.0 * np.sin(angle))
    haze = soft_step(cast(Picture, rng.uniform(25.0, 60.0) - distance_to(hazy_side)), rng.uniform(60.0, 120.0))
    blend(picture, haze * np.float32(rng.uniform(0.0, 0.7)), (0.30, 0.36, 0.34))
    return picture


def _shade_macula(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    wide = np.exp(-np.square(distance_to(eye.fovea) / (eye.zoom * rng.uniform(14.0, 24.0))))
    pit = np.exp(-np.square(distance_to(eye.fovea) / (eye.zoom * rng.uniform(4.0, 7.0))))
    shade = np.float32(rng.uniform(0.15, 0.45)) * wide + np.float32(rng.uniform(0.0, 0.25)) * pit
    picture *= 1 - shade[..., np.newaxis]


def _tessellate(picture: Picture, eye: _Eye, strength: float, rng: np.random.Generator) -> None:
    """Let the vessels of the choroid shine through: a net of wide orange bands, running away from the disc."""
    count, steps = int(70 + 80 * strength), 24
    starts = rng.uniform(0.0, IMAGE_SIZE, (count, 2))
    outwards = np.arctan2(starts[:, 1] - eye.disc[1], starts[:, 0] - eye.disc[0]) + rng.normal(0.0, 0.7, count)
    bends = rng.normal(0.0, 0.05, (count, 1)) + rng.normal(0.0, 0.13, (count, steps))
    widths, strengths = eye.zoom * rng.uniform(1.0, 3.0, count), rng.uniform(0.4, 1.0, count)
    paths = wander_together(starts, outwards, bends)
    lines = [(path, width, width, one) for path, width, one in paired(paths, widths, strengths)]
    net = strokes(lines, 0.8)
    place = np.clip(0.65 + 0.9 * noise(rng, 2), 0.0, 1.0) * np.clip(
        distance_to(eye.fovea) / (40.0 * eye.zoom), 0.25, 1.0
    )
    amount = (strength * place).astype(np.float32)
    picture *= 1 - np.float32(0.30) * (amount * (1 - net))[..., np.newaxis]
    light = np.clip(picture[..., 2:] / np.float32(0.6), 0.5, 1.1)  # as brightly lit as the retina around them
    blend(picture, np.float32(0.75) * amount * net, light * np.array(CHOROID, dtype=np.float32))


def _draw_disc(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    squeeze = rng.uniform(0.82, 1.0)
    glow = np.exp(-np.square(distance_to(eye.disc) / (2.2 * eye.radius))).astype(np.float32)
    blend(picture, glow * rng.uniform(0.05, 0.3), (0.20, 0.48, 0.88))
    rim = soft_step(cast(Picture, eye.radius - distance_to(eye.disc, squeeze)), 3.0)
    blend(picture, rim * 0.92, (rng.uniform(0.14, 0.30), rng.uniform(0.42, 0.62), rng.uniform(0.86, 1.0)))
    cup_radius = eye.radius * rng.uniform(0.4, 0.7)
    cup_centre = (eye.disc[0] + eye.side * rng.uniform(0.0, 0.3) * eye.radius, eye.disc[1] + rng.uniform(-2.0, 2.0))
    cup = soft_step(cast(Picture, cup_radius - distance_to(cup_centre, squeeze)), 6.0)
    blend(picture, cup * rng.uniform(0.6, 0.95), (rng.uniform(0.45, 0.75), 0.90, 1.0))


def _sclera(eye: _Eye, rng: np.random.Generator) -> Picture:
    """Return the pale ground of a patch, streaked by what is left of the choroid: float32 [224, 224, 3] BGR."""
    streaks = np.cos(rng.integers(14, 26) * direction_from(eye.disc) + 2.5 * noise(rng, 6)) * noise(rng, 30)
    left = np.clip(0.9 * noise(rng, 28) + 0.7 * streaks + 0.4 * noise(rng, 70) - 0.1, 0.0, 1.0).astype(np.float32)
    tint = np.array(PALE) * np.array([rng.uniform(0.45, 1.0), rng.uniform(0.88, 1.02), rng.uniform(0.95, 1.02)])
    ground = np.broadcast_to(tint.astype(np.float32), (IMAGE_SIZE, IMAGE_SIZE, 3)).copy()
    blend(ground, left * rng.uniform(0.4, 0.9), (0.08, rng.uniform(0.22, 0.42), rng.uniform(0.5, 0.75)))
    return ground


def _draw_crescent(picture: Picture, eye: _Eye, reach: float, rng: np.random.Generator) -> None:
    """Draw the pale ring segment beside the disc, out to `reach` disc radii; harmless when it is narrow."""
    shift = eye.radius * (reach - 1.0) * rng.uniform(0.45, 0.8)
    centre = (eye.disc[0] + eye.side * shift, eye.disc[1] + rng.uniform(-4.0, 6.0))
    mask = patch(centre, eye.radius * reach, 0.10, 3.0, rng)
    rim = np.clip(mask * (1.0 - patch(centre, 0.94 * eye.radius * reach, 0.10, 4.0, rng)), 0.0, 1.0)
    blend(picture, mask * rng.uniform(0.65, 0.95), _sclera(eye, rng))
    blend(picture, (rim * rng.uniform(0.0, 0.6)).astype(np.float32), PIGMENT)


def _draw_atrophy(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    """Draw a yellowish haze over the posterior pole and a wide crescent, patches around the macula, or both."""
    pole = ((eye.disc[0] + eye.fovea[0]) / 2, (eye.disc[1] + eye.fovea[1]) / 2)
    haze = patch(pole, eye.zoom * rng.uniform(40.0, 70.0), 0.25, 30.0, rng)
    blend(picture, haze * rng.uniform(0.0, 0.35), (0.16, 0.46, 0.84))
    kind = rng.random()
    if kind < 0.8:
        _draw_crescent(picture, eye, rng.uniform(1.7, 2.9), rng)
    if kind > 0.4:
        _draw_patches(picture, eye, rng)


def _draw_patches(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    """Draw patches of bare sclera around the macula, with lumps of pigment."""
    spread = 18.0 * eye.zoom
    for _ in range(int(rng.integers(1, 5))):
        near = (eye.fovea[0] + rng.normal(0.0, spread), eye.fovea[1] + rng.normal(0.0, spread))
        mask = patch(near, eye.zoom * rng.uniform(7.0, 22.0), 0.45, 4.0, rng)
        blend(picture, mask * rng.uniform(0.6, 0.95), _sclera(eye, rng))
    pigment = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    for _ in range(int(rng.integers(0, 7))):
        near = (eye.fovea[0] + rng.normal(0.0, spread), eye.fovea[1] + rng.normal(0.0, spread))
        pigment = np.maximum(pigment, patch(near, eye.zoom * rng.uniform(1.0, 4.5), 0.6, 2.0, rng))
    blend(picture, cast(Picture, pigment * np.float32(0.75)), PIGMENT)


def _draw_vessels(picture: Picture, eye: _Eye, rng: np.random.Generator) -> None:
    """Draw the four arcades out of the disc, each an artery and a vein, with branches, and fine ones to the macula."""
    for takes, widest, weight in ((ARTERY, 1.3, rng.uniform(0.45, 0.9)), (VEIN, 1.9, rng.uniform(0.6, 1.0))):
        lines: list[tuple[Path, float, float, float]] = []
        for up in (-1, 1):
            for temporal in (True, False):
                lines += _arcade(eye, up * eye.side, temporal, eye.zoom * widest * rng.uniform(0.75, 1.1), rng)
            start = (eye.disc[0], eye.disc[1] + up * 2.0)
            lean = eye.temporal + up * eye.side * rng.uniform(0.35, 0.8)
            lines.append((wander(start, lean, -up * eye.side * 0.03, 16, rng), 0.9 * eye.zoom, 0.4, 0.6))
        mask = strokes(lines, 0.45)
        picture *= 1 - mask[..., np.newaxis] * (np.float32(weight) * np.array(takes, dtype=np.float32))


def _arcade(
    eye: _Eye, turn: int, temporal: bool, width: float, rng: np.random.Generator
) -> list[tuple[Path, float, float, float]]:
    """Return one vessel with its branches. The temporal ones bow around the macula, the nasal ones run straight out."""
    steps = int(66 * eye.zoom)
    if temporal:
        heading = eye.temporal + turn * rng.uniform(1.2, 1.7)
        early, late = rng.uniform(0.035, 0.06), rng.uniform(-0.005, 0.012)
        bends = -turn * np.linspace(early, late, steps) / eye.zoom
    else:
        heading = eye.temporal + turn * rng.uniform(1.9, 2.8)
        bends = np.full(steps, turn * rng.uniform(-0.012, 0.012))
    path = wander(eye.disc, heading, bends, steps, rng)
    lines = [(path, width, 0.35 * width, 1.0)]
    for begin in rng.integers(5, steps - 6, int(rng.integers(4, 8))):
        away = heading_at(path, int(begin)) + float(rng.choice([-1, 1])) * rng.uniform(0.4, 0.8)
        branch = wander((path[begin][0], path[begin][1]), away, rng.normal(0.0, 0.03), int(rng.integers(10, 24)), rng)
        lines.append((branch, 0.55 * width, 0.3, 0.8))
        twig = wander((branch[5][0], branch[5][1]), away + rng.normal(0.0, 0.6), rng.normal(0.0, 0.04), 9, rng)
        lines.append((twig, 0.3 * width, 0.3, 0.6))
    return lines


def _photographed(picture: Picture, group: Group, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the picture through the camera: blur, exposure, darker rim, grain, black outside the round field."""
    blur = rng.uniform(0.2, 0.8) if rng.random() < 0.88 else rng.uniform(1.2, 2.6)
    seen = cv2.GaussianBlur(picture, (0, 0), blur)
    field_centre = (CENTRE - 0.5 + rng.uniform(-0.7, 0.7), CENTRE - 0.5 + rng.uniform(-2.0, 2.0))
    distance = distance_to(field_centre)
    lit = distance_to((CENTRE + rng.normal(0.0, 18.0), CENTRE + rng.normal(0.0, 12.0)))  # the flash is seldom centred
    darkest = rng.uniform(0.25, 0.75) if group == "P" else rng.uniform(0.1, 0.5)  # a long eye is lit less evenly
    rim = 1 - np.float32(darkest) * np.square(np.minimum(lit / np.float32(FIELD_RADIUS), np.float32(1.15)))
    field = np.clip(FIELD_RADIUS - distance + 0.5, 0.0, 1.0).astype(np.float32)
    seen *= (np.float32(rng.uniform(0.75, 1.15)) * rim)[..., np.newaxis]
    seen += rng.normal(0.0, 0.008, (IMAGE_SIZE, IMAGE_SIZE, 1)).astype(np.float32)
    levels = np.clip(seen * field[..., np.newaxis], 0.0, 1.0) * np.float32(255.0)
    return cast(NDArray[np.uint8], np.round(levels).astype(np.uint8))
