"""Encoded pictures: are they whole, how large are they, and how are they reduced."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.opencv import cv2

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
JPEG_QUALITY = 95  # at 224 pixels about 14 kB a photograph


def ends_early(content: bytes) -> bool:
    """Return True if a JPEG or PNG lacks its end mark; decoders fill the missing part of such a file with grey."""
    tail = content.rstrip(b"\0")[-64:]
    if content.startswith(JPEG_START):
        return JPEG_END not in tail
    return content.startswith(PNG_START) and PNG_END not in tail


def decoded(content: bytes) -> NDArray[np.uint8] | None:
    """Return the picture as uint8 [H, W, 3], BGR, in [0, 255], or None when OpenCV cannot decode it."""
    if not content:
        return None
    try:
        image = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # larger than OpenCV allows
        return None
    return cast("NDArray[np.uint8] | None", image)


def reduced(image: NDArray[np.uint8], size: int) -> bytes:
    """Return `image` squeezed to `size` x `size` pixels, as JPEG: each new pixel is the mean of those it covers."""
    shrinks = min(image.shape[:2]) >= size
    scaled = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    done, content = cv2.imencode(".jpg", scaled, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError(f"OpenCV could not encode a picture of {size} x {size} pixels")
    return bytes(content.tobytes())
