"""PALM from the official archives into the layout of the course.

The pictures are written one by one into a hidden folder beside the target, which is renamed when the set is whole: a
set that was interrupted never looks complete, and the next run goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from autograder.data import wording as general
from autograder.data.errors import PreparationError
from autograder.data.inspection import Prepared, Progress, silent
from autograder.data.location import is_generated
from autograder.data.picture_bytes import decoded, ends_early, reduced

from . import wording
from .completeness import OFFICIAL, Counts, checked_labels, difference, is_whole
from .folders import PalmFolders
from .labels import LabelRow, write_labels
from .originals import PICTURE_NAME, Original, Originals, open_originals
from .photographs import IMAGE_SIZE

try:
    import fcntl
except ImportError:  # Windows: nobody runs it twice at a time there
    fcntl = None  # type: ignore[assignment]

PREPARED_MARKER = "prepared.json"
PREPARING_FOLDER = ".palm-preparing"
PLAN_FILE = ".plan"
FORMAT = 1  # part of the plan: raise it when the same archives give other files


def prepare_palm(
    source: Path,
    data_folder: Path,
    size: int | None = IMAGE_SIZE,
    counts: Counts = OFFICIAL,
    progress: Progress = silent,
    name: str = "palm",
) -> Prepared:
    """Make `data_folder/<name>` from the archives or unpacked folders below `source`.

    `size`: side in pixels that every photograph is reduced to, or None to keep the files as they are; a photograph that
    has this size already is copied byte for byte. `progress` is called with how many are done, of how many, and the
    name. Generated images in the place of the set are replaced, real ones never.
    Raises PreparationError when something is missing, damaged, or does not fit together.
    """
    target = PalmFolders(data_folder / name)
    with _only_one(data_folder):
        if _already_there(target, size, counts):
            return Prepared(target.root, 0, counts.validation + len(counts.keys(training=True)), done_before=True)
        partial = PalmFolders(data_folder / PREPARING_FOLDER)
        with open_originals(
            source, data_folder, (target.root, partial.root), lambda found: is_whole(found, counts)
        ) as found:
            labels = checked_labels(found, source, counts)
            try:
                written, kept = _write_all(found, labels, partial, size, progress)
                _put_in_place(partial.root, target.root, size, counts)
            except OSError as error:
                cause = error.strerror or str(error)
                raise PreparationError(general.NOT_WRITABLE.format(place=data_folder, cause=cause)) from error
    return Prepared(target.root, written, kept, done_before=False)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; a run that was killed holds nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY) if fcntl else None
    except OSError as error:
        raise PreparationError(general.NOT_WRITABLE.format(place=folder, cause=error.strerror)) from error
    if descriptor is None:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PreparationError(general.BUSY.format(place=folder)) from error
        yield
    finally:
        os.close(descriptor)


def _already_there(target: PalmFolders, size: int | None, counts: Counts) -> bool:
    """Tell whether the whole set is in place; raises PreparationError for a part of a set, or one of another size."""
    root = target.root
    if not root.exists() or is_generated(root) or (root.is_dir() and not any(root.iterdir())):
        return False
    problem = difference(_names_in(target.training), counts.keys(training=True), wording.TRAINING_PICTURES)
    problem = problem or difference(
        _names_in(target.validation), counts.keys(training=False), wording.VALIDATION_PICTURES
    )
    if problem is None and not target.labels.is_file():
        problem = general.MISSING.format(names=target.labels.name)
    if problem:
        raise PreparationError(general.filled(general.TARGET_TAKEN, place=root, cause=problem))
    marked = _size_of_marker(root)
    if marked not in (None, _size_name(size)):
        raise PreparationError(wording.OTHER_SIZE.format(place=root, found=marked, wanted=_size_name(size)))
    return True


def _names_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.stem for path in folder.iterdir() if PICTURE_NAME.fullmatch(path.name))


def _size_name(size: int | None) -> str:
    return "original" if size is None else f"{size} x {size}"


def _size_of_marker(root: Path) -> str | None:
    try:
        found = json.loads((root / PREPARED_MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return str(found.get("size")) if isinstance(found, dict) else None


def _write_all(
    found: Originals, labels: tuple[LabelRow, ...], partial: PalmFolders, size: int | None, progress: Progress
) -> tuple[int, int]:
    """Write the set into `partial`, going on from a run with the same plan; return how many were written and kept."""
    plan = _plan(found, size)
    if _text_of(partial.root / PLAN_FILE) != plan:
        shutil.rmtree(partial.root, ignore_errors=True)
        partial.root.mkdir()
        (partial.root / PLAN_FILE).write_text(plan, encoding="utf-8")
    for folder in (partial.training, partial.validation):
        folder.mkdir(exist_ok=True)
    names: dict[str, str] = {}
    kept = 0
    for index, (key, original) in enumerate(sorted(found.pictures.items()), start=1):
        folder = partial.validation if key.startswith("V") else partial.training
        there = _written_before(folder, key)
        names[key] = there or _write_picture(folder, original, size)
        kept += there is not None
        progress(index, len(found.pictures), names[key])
    write_labels(partial.labels, labels, names)
    return len(names) - kept, kept


def _plan(found: Originals, size: int | None) -> str:
    """Return a text that is the same for the same pictures prepared the same way."""
    digest = hashlib.sha256(f"{FORMAT} {_size_name(size)}".encode())
    for key, original in sorted(found.pictures.items()):
        digest.update(f"\0{key}\0{original.place}\0{original.size}".encode())
    return digest.hexdigest()


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _written_before(folder: Path, key: str) -> str | None:
    """Return the name of the picture that an earlier run wrote, or None; one that cannot be read counts for none."""
    for path in sorted(folder.glob(f"{key}.*")):
        content = path.read_bytes()
        if not ends_early(content) and decoded(content) is not None:
            return path.name
    return None


def _write_picture(folder: Path, original: Original, size: int | None) -> str:
    """Write one picture under its final name, or not at all; return that name."""
    content = original.read()
    image = None if ends_early(content) else decoded(content)
    if image is None:
        cause = general.CUT_SHORT if ends_early(content) else general.NOT_DECODED
        raise PreparationError(general.filled(wording.CORRUPT_PICTURE, place=original.place, cause=cause))
    name = original.key + original.suffix
    if size is not None and image.shape[:2] != (size, size):
        name, content = f"{original.key}.jpg", reduced(image, size)
    temporary = folder / f".{name}.part"
    temporary.write_bytes(content)
    temporary.replace(folder / name)
    return name


def _put_in_place(fresh: Path, target: Path, size: int | None, counts: Counts) -> None:
    """Add the marker and rename the finished folder; generated images or an empty folder make way."""
    marker = {"set": "palm", "size": _size_name(size), "counts": asdict(counts)}
    (fresh / PREPARED_MARKER).write_text(json.dumps(marker, sort_keys=True) + "\n", encoding="utf-8")
    (fresh / PLAN_FILE).unlink(missing_ok=True)
    if target.exists():
        with tempfile.TemporaryDirectory(prefix=".palm-replaced-", dir=target.parent) as old:
            target.rename(Path(old) / target.name)
    fresh.rename(target)
