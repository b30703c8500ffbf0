"""What counts as the same eye; the drawings stand for photographs. The real pairs are in `test_real_data`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.data_sets import Likeness, Pair, alike, draw_fundus, identical_files, verdict_on

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def eyes() -> list[Image]:
    """Twelve drawings of different eyes."""
    return [draw_fundus("NHP"[k % 3], np.random.default_rng([77, k])).image for k in range(12)]  # type: ignore[arg-type]


def written(folder: Path, images: list[Image], quality: int = 92) -> list[Path]:
    paths = [folder / f"V{number:04d}.jpg" for number in range(1, len(images) + 1)]
    for path, image in zip(paths, images, strict=True):
        cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return paths


def shifted(image: Image, dx: float, dy: float, zoom: float = 1.0, turn: float = 0.0) -> Image:
    """Return the same eye seen with the camera turned elsewhere."""
    matrix = cv2.getRotationMatrix2D((112, 112), turn, zoom)
    matrix[:, 2] += (dx, dy)
    moved = cv2.warpAffine(image, matrix, (224, 224), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
    field = np.zeros((224, 224, 1), np.uint8)
    cv2.circle(field, (112, 112), 111, 1, -1)
    return np.asarray(moved * field, np.uint8)


def brighter(image: Image) -> Image:
    return np.clip(image.astype(np.float32) * 1.2 + 6, 0, 255).astype(np.uint8)


def smaller(image: Image) -> Image:
    return np.asarray(cv2.resize(image, (180, 180), interpolation=cv2.INTER_AREA), np.uint8)


def mirrored(image: Image) -> Image:
    return np.ascontiguousarray(image[:, ::-1])


def test_equal_files_are_paired_with_the_first_of_them(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abcd"]
    for path, content in zip(paths, (b"1", b"2", b"1", b"1"), strict=True):
        path.write_bytes(content)
    assert identical_files(paths) == (Pair(0, 2, "identical"), Pair(0, 3, "identical"))


def test_different_eyes_are_not_paired(eyes: list[Image], tmp_path: Path) -> None:
    assert alike(written(tmp_path, eyes)) == ()


@pytest.mark.parametrize("change", [brighter, smaller, lambda image: shifted(image, 4, -3, turn=2.0)])
def test_a_changed_copy_is_found(eyes: list[Image], tmp_path: Path, change: Callable[[Image], Image]) -> None:
    (pair,) = alike(written(tmp_path, [*eyes, change(eyes[4])], quality=70))
    assert (pair.first, pair.second, pair.verdict, pair.mirrored) == (4, 12, "same eye", False)
    assert pair.likeness is not None
    assert pair.likeness.correlation > 0.6


def test_a_mirrored_copy_is_found(eyes: list[Image], tmp_path: Path) -> None:
    (pair,) = alike(written(tmp_path, [*eyes, mirrored(eyes[4])]))
    assert (pair.first, pair.second, pair.verdict, pair.mirrored) == (4, 12, "same eye", True)


def test_the_same_eye_by_the_other_camera_is_found(eyes: list[Image], tmp_path: Path) -> None:
    (pair,) = alike(written(tmp_path, [*eyes, shifted(eyes[1], 30, 5, zoom=1.43)]))
    assert (pair.first, pair.second, pair.verdict) == (1, 12, "same eye")
    assert pair.likeness is not None
    assert pair.likeness.zoom == pytest.approx(1.43, abs=0.05)


def test_the_same_pairs_come_out_on_every_run(eyes: list[Image], tmp_path: Path) -> None:
    paths = written(tmp_path, [*eyes, shifted(eyes[1], 20, 5), brighter(eyes[7])])
    seen: list[str] = []
    assert alike(paths, seen.append) == alike(paths)
    assert sorted(seen) == [path.name for path in paths]


def test_pictures_without_structure_are_no_error(tmp_path: Path) -> None:
    grey = [np.full((224, 224, 3), level, np.uint8) for level in (0, 90, 200)]
    assert alike(written(tmp_path, grey)) == ()
    assert alike(written(tmp_path, grey[:1])) == ()
    assert alike([]) == ()


@pytest.mark.parametrize(
    ("likeness", "verdict"),
    [
        (Likeness(20, 0.7, 0.3, 1.0), "same eye"),
        (Likeness(0, 0.9, 1.0, 1.0), "same eye"),
        (Likeness(6, 0.64, 0.05, 1.0), "unsure"),
        (Likeness(12, 0.46, 0.3, 1.0), "unsure"),
        (Likeness(6, 0.34, 0.24, 0.74), None),
        (Likeness(15, 0.1, 0.9, 1.0), None),
        (Likeness(10, 0.21, 0.6, 0.8), None),
    ],
)
def test_what_a_likeness_means(likeness: Likeness, verdict: str | None) -> None:
    assert verdict_on(likeness) == verdict
