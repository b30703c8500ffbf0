"""OpenCV, imported when something of it is used: a student's machine need not have it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from autograder.data.errors import DataError
from autograder.text import Text

NO_OPENCV = Text(
    zh="这一步要用 OpenCV，这个 Python 里没有：pip install opencv-python-headless",
    en="this step needs OpenCV, which this Python does not have: pip install opencv-python-headless",
)


class _Later:
    """Stands for the module `cv2`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(importlib.import_module("cv2"), name)
        except ModuleNotFoundError as error:
            raise DataError(NO_OPENCV) from error


if TYPE_CHECKING:
    import cv2
else:
    cv2 = _Later()

__all__ = ["cv2"]
