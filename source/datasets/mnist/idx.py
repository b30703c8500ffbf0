"""MNIST handwritten digits from the four idx archives.

The data set: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proceedings
of the IEEE 86(11), 1998; file format: a big-endian magic number, one 32-bit size per dimension, then the bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.location import refuse_missing
from autograder.data.packing import unpacked

MnistSplit = Literal["training", "test"]

MNIST_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
DIGIT_SIZE = 28
IMAGES_MAGIC = 0x00000803  # unsigned bytes, three dimensions
LABELS_MAGIC = 0x00000801  # unsigned bytes, one dimension
FILE_PREFIX: dict[MnistSplit, str] = {"training": "train", "test": "t10k"}
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}

# The same of the unpacked files: a mirror may have packed them anew.
RAW_SHA256 = {
    "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
RAW_BYTES = {
    "train-images-idx3-ubyte.gz": 47_040_016,
    "train-labels-idx1-ubyte.gz": 60_008,
    "t10k-images-idx3-ubyte.gz": 7_840_016,
    "t10k-labels-idx1-ubyte.gz": 10_008,
}


def find_mnist(folder: Path, name: str = "mnist") -> Path | None:
    """Return `folder/<name>`, or None when there is no such folder.

    Raises DataError when the folder is there but one of the four idx archives is missing.
    """
    root = folder / name
    if not root.is_dir():
        return None
    refuse_missing(root, tuple((root / name, (root / name).is_file()) for name in MNIST_FILES))
    return root


def load_mnist(folder: Path, split: MnistSplit) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the digits of a split: float32 [N, 1, 28, 28], grey in [0, 1] (byte / 255), and int64 [N, 1] in 0..9.

    Raises DataError for a damaged archive, images of another size, labels above 9, and unequal counts.
    """
    prefix = FILE_PREFIX[split]
    images_file = folder / f"{prefix}-images-idx3-ubyte.gz"
    labels_file = folder / f"{prefix}-labels-idx1-ubyte.gz"
    images, labels = read_idx(images_file, IMAGES_MAGIC), read_idx(labels_file, LABELS_MAGIC)
    if images.shape[1:] != (DIGIT_SIZE, DIGIT_SIZE):
        raise DataError(f"{images_file} holds images of {images.shape[1]} x {images.shape[2]}, expected 28 x 28")
    if len(images) != len(labels):
        raise DataError(
            f"{images_file.name} has {len(images)} images, {labels_file.name} {len(labels)} labels; both must come "
            f"from the same set: copy them into {folder} again"
        )
    if labels.size and int(labels.max()) > 9:
        raise DataError(f"{labels_file} holds the label {labels.max()}, expected 0 to 9; copy it again")
    scaled = images[:, np.newaxis].astype(np.float32) / np.float32(255.0)  # [N, 1, 28, 28]
    return scaled, labels[:, np.newaxis].astype(np.int64)


def read_idx(path: Path, magic: int) -> NDArray[np.uint8]:
    """Return the array of a gzip-packed idx file with that magic number: uint8, one axis per dimension of the file.

    Raises DataError when the archive is damaged, has another magic number, or is shorter or longer than its header
    says.
    """
    content = _unpacked(path)
    dimensions = magic & 0xFF
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise DataError(f"{path} ends inside its header ({len(content)} of {start} bytes); copy it again")
    found, *shape = struct.unpack(f">{1 + dimensions}I", content[:start])
    if found != magic:
        raise DataError(f"{path} begins with the magic number {found:#010x}, expected {magic:#010x}; wrong file?")
    expected = math.prod(shape)
    if len(content) - start != expected:
        raise DataError(
            f"{path} announces {' x '.join(map(str, shape))} = {expected} bytes and holds {len(content) - start}; "
            "copy it again"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def announced(archive: Path) -> int:
    """Return how many images or labels an idx archive announces."""
    try:
        with gzip.open(archive) as file:
            return int(struct.unpack(">2I", file.read(8))[1])
    except (OSError, EOFError, struct.error) as error:
        raise DataError(f"{archive} is cut short or not a gzip archive ({error}); copy it again") from error


def differing_files(folder: Path) -> tuple[str, ...]:
    """Return the names of the archives in `folder` that are missing or differ from the original MNIST, sorted.

    An archive that was packed anew is no different when its content is the original one.
    """
    return tuple(name for name in sorted(SHA256) if not _is_original(folder / name))


def _unpacked(path: Path) -> bytes:
    try:
        return unpacked(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist; put the four MNIST archives there") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is cut short or not a gzip archive ({error}); copy it again") from error


def _is_original(path: Path) -> bool:
    if not path.is_file():
        return False
    if hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]:
        return True
    try:
        with gzip.open(path) as file:
            content = file.read(RAW_BYTES[path.name] + 1)
    except (OSError, EOFError, zlib.error):
        return False
    return hashlib.sha256(content).hexdigest() == RAW_SHA256[path.name]
