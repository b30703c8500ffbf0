"""MNIST from four idx files, packed or not, checked byte for byte against the original."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from autograder.data import wording as general
from autograder.data.errors import PreparationError
from autograder.data.location import is_generated

from . import wording
from .idx import MNIST_FILES, RAW_BYTES, RAW_SHA256, differing_files

# The names met: train-images-idx3-ubyte.gz (original), train-images.idx3-ubyte (unpacked by other tools)
IDX_NAME = re.compile(r"(train|t10k)-(images|labels)[.-](idx[13])-ubyte(\.gz)?", re.IGNORECASE)
DEEPEST_FOLDER = 4
MAX_FILES = 20_000


def prepare_mnist(source: Path, data_folder: Path, name: str = "mnist") -> tuple[Path, bool]:
    """Make `data_folder/<name>` from the idx files below `source`; return it, and whether it was whole before.

    Packed files are copied byte for byte, others are packed. Generated digits are replaced, other files never.
    Raises PreparationError when a file is missing, damaged, or not the original one.
    """
    target = data_folder / name
    if target.is_dir() and not differing_files(target):
        return target, True
    if target.exists() and not is_generated(target) and any(target.iterdir()):
        missing = general.listed(differing_files(target))
        raise PreparationError(
            general.filled(general.TARGET_TAKEN, place=target, cause=general.MISSING.format(names=missing))
        )
    if not source.is_dir():
        raise PreparationError(general.NO_FOLDER.format(place=source))
    found = _found(source, target)
    absent = [name for name in MNIST_FILES if name not in found]
    if absent:
        raise PreparationError(wording.NO_DIGITS.format(place=source, names=general.listed(absent)))
    try:
        data_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".mnist-", dir=data_folder) as scratch:
            fresh = Path(scratch) / name
            fresh.mkdir()
            for file, path in sorted(found.items()):
                (fresh / file).write_bytes(_original_bytes(file, path))
            if target.exists():
                target.rename(Path(scratch) / "replaced")
            fresh.rename(target)
    except OSError as error:
        cause = error.strerror or str(error)
        raise PreparationError(general.NOT_WRITABLE.format(place=data_folder, cause=cause)) from error
    return target, False


def _found(source: Path, target: Path) -> dict[str, Path]:
    """Return the first file of each kind below `source`, under its official name; packed ones come first."""
    found: dict[str, Path] = {}
    for path in sorted(_files(source, target), key=lambda path: (path.suffix.lower() != ".gz", path)):
        if match := IDX_NAME.fullmatch(path.name):
            found.setdefault(f"{match[1]}-{match[2]}-{match[3]}-ubyte.gz".lower(), path)
    return found


def _files(source: Path, target: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(source):
        here = Path(place)
        depth = len(here.relative_to(source).parts)
        folders[:] = [name for name in folders if depth < DEEPEST_FOLDER and here / name != target]
        count += len(names)
        if count > MAX_FILES:
            raise PreparationError(general.TOO_MANY_FILES.format(place=source, limit=MAX_FILES))
        yield from (here / name for name in names if (here / name).is_file())


def _original_bytes(name: str, path: Path) -> bytes:
    """Return the archive to store under `name`; raises PreparationError when it is not the original content."""
    packed = path.suffix.lower() == ".gz"
    limit = RAW_BYTES[name] + 1
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(limit)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PreparationError(wording.BAD_GZIP.format(place=path, cause=error)) from error
    if hashlib.sha256(content).hexdigest() != RAW_SHA256[name]:
        size = f"{len(content)}" if len(content) < limit else f"> {RAW_BYTES[name]}"
        raise PreparationError(wording.NOT_THE_ORIGINAL.format(place=path, found=size, expected=RAW_BYTES[name]))
    return path.read_bytes() if packed else gzip.compress(content, compresslevel=6, mtime=0)
