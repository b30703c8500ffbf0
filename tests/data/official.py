"""Small archives in the structure of the official ones: zips in a zip, masks and other tables beside, labels as .xlsx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import openpyxl

from tests.data_sets import Counts

FEW = Counts(pathologic=3, normal=2, high_myopia=1, validation=4, validation_pathologic=2)
HEADER = ("ID", "imgName", "Label", "Fovea_X", "Fovea_Y")


def picture(number: int, suffix: str = ".jpg", height: int = 40, width: int = 48) -> bytes:
    """Return an encoded picture of its own."""
    pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return bytes(cv2.imencode(suffix, cv2.GaussianBlur(pixels, (0, 0), 3.0))[1].tobytes())


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip archive of the members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


def workbook(rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> bytes:
    """Return an .xlsx with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def label_rows(counts: Counts = FEW) -> list[list[object]]:
    """Return the rows of the label table; the first photographs have label 1."""
    ones = counts.validation_pathologic or 0
    return [
        [number, f"V{number:04d}.jpg", int(number <= ones), 1000.5 + number, 990.0]
        for number in range(1, counts.validation + 1)
    ]


def training_members(counts: Counts = FEW) -> dict[str, bytes]:
    """Return the training pictures by name."""
    return {f"{key}.jpg": picture(number) for number, key in enumerate(counts.keys(training=True))}


def validation_members(counts: Counts = FEW) -> dict[str, bytes]:
    """Return the validation pictures by name."""
    return {f"{key}.jpg": picture(1000 + number) for number, key in enumerate(counts.keys(training=False))}


def training_zip(pictures: dict[str, bytes]) -> bytes:
    """Return training.zip: the pictures are in an archive inside, beside the archives of the annotations."""
    inside = zipped((f"PALM-Training400/{name}", content) for name, content in pictures.items())
    fovea = workbook([[1, "H0001.jpg", 3, 4]], ("ID", "imgName", "Fovea_X", "Fovea_Y"))
    annotations = zipped([("Disc_Masks/P0001.bmp", b"mask"), ("Fovea_Location.xlsx", fovea)])
    return zipped(
        [
            ("PALM-Training400/PALM-Training400.zip", inside),
            ("PALM-Training400/PALM-Training400-Annotation-D&F.zip", annotations),
            ("PALM-Training400/PALM-Training400-Annotation-Lession.zip", b"not looked at"),
        ]
    )


def write_archives(folder: Path, counts: Counts = FEW) -> Path:
    """Write the three archives into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "training.zip").write_bytes(training_zip(training_members(counts)))
    validation = validation_members(counts).items()
    (folder / "validation.zip").write_bytes(zipped((f"PALM-Validation400/{name}", data) for name, data in validation))
    write_labels_zip(folder, workbook(label_rows(counts)))
    return folder


def write_labels_zip(folder: Path, table: bytes) -> None:
    """Write valid_gt.zip with this .xlsx, and a mask that bears the name of a photograph."""
    members = [
        ("PALM-Validation-GT/PM_Label_and_Fovea_Location.xlsx", table),
        ("PALM-Validation-GT/Disc_Masks/V0001.png", picture(1, ".png")),
        ("__MACOSX/PALM-Validation-GT/._PM_Label_and_Fovea_Location.xlsx", b"resource fork"),
    ]
    (folder / "valid_gt.zip").write_bytes(zipped(members))
