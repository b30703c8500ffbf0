"""A data set of a course: what such a class must have and may have, and how the one that course.yml names is found.

`datasets: {letters: letters:Letters}` in course.yml names the class `Letters` in `source/datasets/letters.py`, or in the
package `source/datasets/letters/`; chapters say `data: letters`. A bundle has the same files in `datasets/`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.data import wording
from autograder.data.errors import DataError
from autograder.data.inspection import Count, Fault, Prepared, Progress, silent
from autograder.data.location import GENERATED, is_generated
from autograder.data.pictures import spread
from autograder.errors import AutograderError, said_of
from autograder.identity import folder_digest
from autograder.importing import ImportFailed, import_file, place_of, raised
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.data.sheet import SheetClass

PREFIX = "autograder_datasets_"  # how a course's files are called here; the digest of their text follows
FOLDERS = ("source/datasets", "datasets")  # of a course, of a bundle
MEMBERS = ("splits", "load", "prepare", "digest")

Origin = Literal["real", "generated"]


class DataSet:
    """Samples with labels, in splits. A course's own class derives from it; the first three members are what it must
    say.

    Attributes:
        splits: Their names; networks are trained on the first and graded on the last, or on the one that `test_set`
            names.
        few: So many samples of a split are enough for a rehearsal (AUTOGRADER_QUICK).
        classes: What label 0, 1, … is called, where a picture shows it; without them the number is shown.
        kinds, grouped: Of the faults that `inspect` returns: what a kind of the class's own is called; and of pairs
            that do no harm and are too many for a line each, what is said of all of one folder, with {count} and
            {folder}.
    """

    splits: ClassVar[tuple[str, ...]] = ("training", "validation")
    few: ClassVar[int] = 2000
    classes: ClassVar[tuple[Text, ...]] = ()
    kinds: ClassVar[Mapping[str, Text]] = {}
    grouped: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, folder: Path, cache: Path) -> None:
        """folder: where the data lies, `<data folder>/<name>`; cache: a folder for what is made of it."""
        self.folder, self.cache = folder, cache

    def load(self, split: str) -> tuple[Any, NDArray[Any]]:
        """Return the samples of a split, [N, ...] of any form that an array of places can index, and the labels, [N]."""
        raise NotImplementedError

    def prepare(self, chosen: Any) -> NDArray[Any]:
        """Return some samples as a network is fed, [B, ...], float32 or int64."""
        return np.asarray(chosen, np.float32)

    def digest(self) -> str:
        """Return a hash that changes with the data; results that depend on it are then made again."""
        return folder_digest(self.folder)

    # What a class may say beside it.

    @property
    def name(self) -> str:
        """The set's name, that of its folder."""
        return self.folder.name

    @property
    def origin(self) -> Origin:
        """Whether the data was generated."""
        return "generated" if is_generated(self.folder) else "real"

    def warn(self, language: Language) -> None:
        """Print a line where the data is generated: for notebooks, where figures are believed."""
        if self.origin == "generated":
            print(GENERATED.format(name=self.name).to(language), flush=True)

    def require(self) -> None:
        """Raise DataError where a part of the data is missing from its folder, which is there."""

    def generate(self) -> None:
        """Write similar data into the folder, where the real data is not at hand.

        Raises:
            DataError: Where there is no such way.
        """
        raise DataError(wording.NO_DATA.format(name=self.name))

    def targets(self, labels: NDArray[Any]) -> NDArray[Any]:
        """Return labels as a training loop gets them, [B, 1]: of their own dtype, or float32 for a network of one logit."""
        return np.asarray(labels).reshape(len(labels), -1)

    def names(self, split: str) -> tuple[str, ...]:
        """Return the file name of each sample of a split, none where samples are no files."""
        return ()

    def some(self, split: str, count: int) -> tuple[Any, NDArray[Any], tuple[str, ...]]:
        """Return `count` samples spread over a split with labels and names; a class may save itself loading the others."""
        samples, labels = samples_of(self, split)
        places, names = spread(len(labels), count), self.names(split)
        return samples[places], labels[places], tuple(names[place] for place in places) if names else ()

    def left_out(self) -> tuple[str, ...]:
        """Return the names of samples that are left out of training, as they lie in another split too."""
        return ()

    def sha256(self) -> str:
        """Return a hash of all that a network is trained on, the same on every machine; it stands beside trained weights."""
        return hashlib.sha256(self.digest().encode()).hexdigest()

    def counts(self) -> tuple[Count, ...]:
        """Return how many samples there are, as `autograder data where` says it."""
        return tuple(Count(split, Text(zh=split, en=split), len(samples_of(self, split)[1])) for split in self.splits)

    def inspect(self, progress: Progress = silent) -> tuple[Fault, ...]:
        """Return what is wrong with the data, as `autograder data check` says it: here, what cannot be loaded, fed or hashed."""
        faults = []
        for split in self.splits:
            try:
                samples, _ = samples_of(self, split)
                prepared_of(self, samples[np.arange(min(2, len(samples)))])
            except (AutograderError, OSError, ValueError) as error:
                faults.append(Fault("unreadable", True, (split,), said_of(error)))
        try:
            digest_of(self)
        except AutograderError as error:
            faults.append(Fault("unreadable", True, ("digest",), error.said))
        return tuple(faults)

    def prepare_from(self, source: Path, size: int | None, progress: Progress = silent) -> Prepared:
        """Make the set's folder from a download below `source`, as `autograder data prepare` asks.

        Args:
            size: Side in pixels that pictures are reduced to, None to keep them. Raises PreparationError, and DataError
                where the class makes nothing of a download.
        """
        raise DataError(wording.NO_DOWNLOAD.format(name=type(self).__name__, folder=self.folder))

    def sheet(self, split: str, each: int) -> tuple[SheetClass, ...]:
        """Return the pictures of each class for a contact sheet, at most `each` (0: all).

        Raises:
            DataError: Where there are none.
        """
        raise DataError(wording.NO_PICTURES.format(name=self.name))


def samples_of(found: DataSet, split: str) -> tuple[Any, NDArray[Any]]:
    """Return samples and labels of a split, as the class's `load` gives them; raises DataError for what it fails at or lacks."""
    loaded, where = _asked(found, "load", split), _where(found, "load")
    if not isinstance(loaded, (tuple, list)) or len(loaded) != 2:
        raise DataError(wording.NO_PAIR.format(where=where, split=split, got=type(loaded).__name__))
    samples, labels = loaded
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "biuf" or not hasattr(samples, "__getitem__"):
        raise DataError(wording.NO_LABELS.format(where=where, split=split))
    if len(samples) != len(labels) or not len(labels):
        counts = {"samples": len(samples), "labels": len(labels)}
        raise DataError(wording.COUNTS_DIFFER.format(where=where, split=split, **counts))
    return samples, labels


def prepared_of(found: DataSet, chosen: Any) -> NDArray[Any]:
    """Return some samples as the class's `prepare` feeds them; raises DataError for what no network takes."""
    fed = _asked(found, "prepare", chosen)
    if not isinstance(fed, np.ndarray) or fed.dtype not in (np.float32, np.int64) or len(fed) != len(chosen):
        form = f"{fed.dtype} {list(fed.shape)}" if isinstance(fed, np.ndarray) else type(fed).__name__
        raise DataError(wording.NOT_FED.format(where=_where(found, "prepare"), form=form, count=len(chosen)))
    return fed


def digest_of(found: DataSet) -> str:
    """Return the class's digest; raises DataError for one that is no text, or another each time it is asked."""
    first, again = _asked(found, "digest"), _asked(found, "digest")
    if not isinstance(first, str) or not first:
        raise DataError(wording.NO_DIGEST.format(where=_where(found, "digest"), got=type(first).__name__))
    if first != again:
        raise DataError(wording.TWO_DIGESTS.format(where=_where(found, "digest")))
    return first


def _asked(found: DataSet, member: str, *arguments: object) -> Any:
    """Call a member of a course's class; what it raises becomes a DataError that says where."""
    try:
        return getattr(found, member)(*arguments)
    except (AutograderError, MemoryError):
        raise
    except NotImplementedError:
        raise DataError(wording.NOT_THERE.format(where=_where(found, member))) from None
    except Exception as error:
        lacking = [one for one in arguments if isinstance(one, str) and one not in found.splits]
        advice = wording.SPLITS_ARE.format(splits=", ".join(found.splits), split=lacking[0]) if lacking else ""
        given = ", ".join(repr(one) for one in arguments if isinstance(one, str))
        about = {"place": place_of(error, _file_of(type(found))), "call": f"{type(found).__name__}.{member}({given})"}
        raise DataError(wording.RAISED.format(**about, raised=raised(error), advice=advice)) from error


def _where(found: DataSet, member: str) -> str:
    return f"{_file_of(type(found))}: {type(found).__name__}.{member}"


def _file_of(kind: type) -> Path:
    return Path(getattr(sys.modules.get(kind.__module__), "__file__", None) or kind.__module__)


def open_set(root: Path, sets: Mapping[str, str], name: str, data: Path) -> DataSet:
    """Return a data set of a course.

    Args:
        root: The course's folder, or that of a bundle.
        sets: What `datasets` in course.yml says, `Course.sets`.
        name: Which one.
        data: The folder that holds a folder for each data set.

    Raises:
        DataError: There is no such file or class, it cannot be imported, or lacks a member; with what to do.
    """
    if name not in sets:
        raise DataError(wording.NO_SUCH_SET.format(name=name, known=", ".join(sorted(sets)) or wording.NONE))
    stem, _, class_name = sets[name].partition(":")
    files = files_of(root, stem)
    if not files:
        place = root / FOLDERS[0] / f"{stem}.py"
        raise DataError(wording.NO_FILE.format(place=place, name=name))
    made, about = getattr(_module_of(files), class_name, None), {"place": files[0], "kind": class_name}
    if not isinstance(made, type):
        raise DataError(wording.NO_CLASS.format(**about, name=name))
    if lacking := [member for member in MEMBERS if not hasattr(made, member)]:
        raise DataError(wording.LACKS.format(**about, members=", ".join(lacking)))
    if not issubclass(made, DataSet):
        raise DataError(wording.NOT_DERIVED.format(**about))
    if lacking := [member for member in ("load",) if getattr(made, member) is getattr(DataSet, member)]:
        raise DataError(wording.NO_MEMBER.format(**about, member=lacking[0]))
    splits = made.splits
    if isinstance(splits, str) or not splits or not all(isinstance(one, str) and one for one in splits):
        raise DataError(wording.SPLITS.format(**about, got=splits))
    return made(data / name, root / ".autograder" / "cache")


def files_of(root: Path, stem: str) -> list[Path]:
    """Return the files of `source/datasets/<stem>.py`, or of the package of that name, `__init__.py` first; none where there is none."""
    for folder in FOLDERS if stem else ():
        if (file := root / folder / f"{stem}.py").is_file():
            return [file]
        if (first := root / folder / stem / "__init__.py").is_file():
            return [first, *sorted(path for path in first.parent.rglob("*.py") if path != first)]
    return []


def _module_of(files: list[Path]) -> ModuleType:
    """Import a file or a package of a course, once for each of its texts."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(files[0].parent).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    name = PREFIX + digest.hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    try:
        return import_file(files[0], name)
    except ImportFailed as error:
        raise DataError(error.said) from error
