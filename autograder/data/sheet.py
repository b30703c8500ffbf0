"""Contact sheets: the pictures of a set side by side, class by class, with names and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.opencv import cv2
from autograder.data.wording import NO_SHEET, NOT_ENCODED

THUMBNAIL = 144  # pixels
CAPTION, HEADING, GAP = 18, 34, 4
PAPER, INK = 255, 30
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True)
class SheetPicture:
    """A picture of a sheet: its caption, its label, and what reads it, uint8 [H, W, 3], BGR."""

    caption: str
    label: int
    read: Callable[[], NDArray[np.uint8]]


@dataclass(frozen=True)
class SheetClass:
    """The pictures of one class that a sheet shows, and how many there are in all."""

    name: str
    shown: tuple[SheetPicture, ...]
    total: int


def spread_over(pictures: Sequence[SheetPicture], each: int) -> tuple[SheetPicture, ...]:
    """Return `each` pictures evenly spread over some, so that neighbours seldom meet; 0 takes all."""
    if each <= 0 or len(pictures) <= each:
        return tuple(pictures)
    return tuple(pictures[index * len(pictures) // each] for index in range(each))


def contact_sheet(classes: Sequence[SheetClass], columns: int = 8) -> NDArray[np.uint8]:
    """Return the sheet as uint8 [H, W, 3], BGR: a heading and rows of `columns` captioned pictures for each class."""
    width = columns * (THUMBNAIL + GAP) + GAP
    parts: list[NDArray[np.uint8]] = []
    for one in classes:
        if one.shown:
            label = one.shown[0].label
            parts.append(_heading(f"{one.name}, label {label}: {len(one.shown)} of {one.total}", width))
            parts += [_row(one.shown[start : start + columns], width) for start in range(0, len(one.shown), columns)]
    return cast(NDArray[np.uint8], np.concatenate(parts))


def write_sheet(sheet: NDArray[np.uint8], file: Path) -> None:
    """Write a sheet as PNG.

    Raises:
        DataError: When the file cannot be written.
    """
    done, content = cv2.imencode(".png", sheet)
    if not done:
        raise DataError(NOT_ENCODED.format(file=file))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.tobytes())
    except OSError as error:
        raise DataError(NO_SHEET.format(file=file, why=error.strerror)) from error


def _heading(text: str, width: int) -> NDArray[np.uint8]:
    strip = np.full((HEADING, width, 3), PAPER, dtype=np.uint8)
    cv2.putText(strip, text, (GAP, HEADING - 11), FONT, 0.6, (INK, INK, INK), 1, cv2.LINE_AA)
    return strip


def _row(pictures: Sequence[SheetPicture], width: int) -> NDArray[np.uint8]:
    strip = np.full((THUMBNAIL + CAPTION + GAP, width, 3), PAPER, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        left = GAP + place * (THUMBNAIL + GAP)
        small = cv2.resize(picture.read(), (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
        strip[:THUMBNAIL, left : left + THUMBNAIL] = small
        caption = f"{picture.caption}  {picture.label}"
        cv2.putText(strip, caption, (left + 2, THUMBNAIL + 14), FONT, 0.42, (INK, INK, INK), 1, cv2.LINE_AA)
    return strip
