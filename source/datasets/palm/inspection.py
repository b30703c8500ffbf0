"""What is wrong with the photographs that are there: unreadable files, label conflicts, duplicates, leaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.data import wording as general
from autograder.data.errors import PreparationError
from autograder.data.inspection import Fault
from autograder.data.picture_bytes import decoded, ends_early
from autograder.text import Text

from . import wording
from .completeness import Counts, difference
from .duplicates import Pair, alike, identical_files
from .folders import PalmFolders
from .labels import key_of, table_rows
from .likeness import Likeness
from .originals import original_in
from .photographs import IMAGE_SIZE, IMAGE_SUFFIXES, LABEL_OF_LETTER

# Width and height in pixels: the two cameras of the set, and the size of the course.
USUAL_SIZES = frozenset({(2124, 2056), (1444, 1444), (IMAGE_SIZE, IMAGE_SIZE)})


@dataclass(frozen=True)
class _Photograph:
    path: Path
    name: str  # PALM-Training400/P0001.jpg
    training: bool

    @property
    def key(self) -> str:
        return key_of(self.path.name)


def inspect_palm(
    folders: PalmFolders, counts: Counts | None = None, step: Callable[[str], None] | None = None
) -> tuple[Fault, ...]:
    """Return what is wrong with a PALM set, what spoils grading first.

    `counts`: what the set should hold, or None when any number is right (generated images). `step` is called with the
    name of each photograph that was compared.
    """
    every = [*_photographs(folders, training=True), *_photographs(folders, training=False)]
    faults = list(_counted(every, counts)) if counts else []
    unreadable = list(_unreadable(every))
    spoilt = {name for fault in unreadable if fault.spoils for name in fault.files}
    labels, label_faults = _labels(folders, every)
    readable = [photograph for photograph in every if photograph.name not in spoilt]
    faults += [*unreadable, *label_faults, *_twins(readable, labels, step)]
    return tuple(sorted(faults, key=lambda fault: not fault.spoils))


def _photographs(folders: PalmFolders, training: bool) -> Iterator[_Photograph]:
    folder = folders.training if training else folders.validation
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith("."):
            yield _Photograph(path, f"{folder.name}/{path.name}", training)


def _counted(every: list[_Photograph], counts: Counts) -> Iterator[Fault]:
    for training, what in ((True, wording.TRAINING_PICTURES), (False, wording.VALIDATION_PICTURES)):
        keys = [photograph.key for photograph in every if photograph.training is training]
        if problem := difference(keys, counts.keys(training), what):
            yield Fault("incomplete", True, (), problem)


def _unreadable(every: list[_Photograph]) -> Iterator[Fault]:
    for photograph in every:
        here = (photograph.name,)
        if photograph.training and photograph.key[0] not in LABEL_OF_LETTER:
            yield Fault("name", True, here, wording.ODD_NAME)
        try:
            content = photograph.path.read_bytes()
        except OSError as error:
            yield Fault("unreadable", True, here, general.UNREADABLE.format(cause=error.strerror))
            continue
        image = None if ends_early(content) else decoded(content)
        if image is None:
            cause = general.CUT_SHORT if ends_early(content) else general.NOT_DECODED
            yield Fault("unreadable", True, here, general.filled(general.UNREADABLE, cause=cause))
            continue
        height, width = image.shape[:2]
        if min(height, width) < IMAGE_SIZE:
            yield Fault("size", False, here, wording.SMALL.format(width=width, height=height))
        elif (width, height) not in USUAL_SIZES:
            yield Fault("size", False, here, wording.UNUSUAL_SIZE.format(width=width, height=height))


def _labels(folders: PalmFolders, every: list[_Photograph]) -> tuple[dict[str, int], list[Fault]]:
    """Return the label of each photograph by name, where it has one, and what is wrong with the table."""
    here = (folders.labels.name,)
    by_letter = {one.name: LABEL_OF_LETTER[one.key[0]] for one in every if one.key[0] in LABEL_OF_LETTER}
    try:
        rows = table_rows(original_in(folders.root, folders.labels.name))
    except (PreparationError, OSError) as error:
        reason = error.reason if isinstance(error, PreparationError) else general.UNREADABLE.format(cause=error)
        return by_letter, [Fault("unreadable", True, here, reason)]
    if rows is None:
        cause = "imgName, Label"
        return by_letter, [Fault("unreadable", True, here, wording.BAD_TABLE.format(place=here[0], cause=cause))]
    by_table: dict[str, tuple[int, int | None]] = {}  # key to row and label
    faults: list[Fault] = []
    for line, cells in rows:
        key, given = key_of(cells["imgname"]), cells.get("label", "")
        if key in by_table:
            faults.append(Fault("conflict", True, (key,), wording.TWICE_IN_TABLE.format(line=line)))
            continue
        by_table[key] = (line, int(given) if given in ("0", "1") else None)
        if by_table[key][1] is None:
            shown = wording.BAD_LABEL_CELL.format(line=line, label=given or "''")
            faults.append(Fault("conflict", True, (key,), shown))
    return _joined_labels(every, by_letter, by_table, faults)


def _joined_labels(
    every: list[_Photograph],
    by_letter: dict[str, int],
    by_table: dict[str, tuple[int, int | None]],
    faults: list[Fault],
) -> tuple[dict[str, int], list[Fault]]:
    labels = dict(by_letter)
    for photograph in every:
        line, label = by_table.get(photograph.key, (0, None))
        named = by_letter.get(photograph.name)
        if line == 0:
            if not photograph.training:
                faults.append(Fault("conflict", True, (photograph.name,), wording.NOT_LABELLED))
        elif label is None:
            continue  # its row is a fault already
        elif named is not None and named != label:
            text = wording.NAME_AGAINST_TABLE.format(by_name=named, by_table=label, line=line)
            faults.append(Fault("conflict", True, (photograph.name,), text))
        else:
            labels[photograph.name] = label
    known = {photograph.key for photograph in every}
    for key, (line, _) in sorted(by_table.items()):
        if key not in known:
            faults.append(Fault("incomplete", True, (key,), wording.LABEL_ALONE.format(line=line)))
    return labels, faults


def _twins(readable: list[_Photograph], labels: dict[str, int], step: Callable[[str], None] | None) -> Iterator[Fault]:
    equal = identical_files([photograph.path for photograph in readable])
    again = {pair.second for pair in equal}
    once = [photograph for index, photograph in enumerate(readable) if index not in again]
    for pair in equal:
        yield _fault_of_pair(pair, readable, labels)
    for pair in alike([photograph.path for photograph in once], step):
        yield _fault_of_pair(pair, once, labels)


def _fault_of_pair(pair: Pair, photographs: list[_Photograph], labels: dict[str, int]) -> Fault:
    one, other = photographs[pair.first], photographs[pair.second]
    files = (one.name, other.name)
    across = one.training is not other.training
    differ = labels.get(one.name) != labels.get(other.name)
    found = pair.likeness or Likeness(0, 1.0, 1.0, 1.0)
    if pair.verdict == "identical":
        if differ:
            return Fault("conflict", True, files, wording.SAME_FILE_OTHER_LABEL)
        return (
            Fault("leak", False, files, wording.LEAK_LEFT_OUT)
            if across
            else Fault("identical", False, files, wording.SAME_FILE)
        )
    kind = "unsure"
    text = wording.UNSURE
    if pair.verdict == "same eye":
        text, kind = (wording.SAME_EYE_OTHER_LABEL if differ else wording.SAME_EYE), "same eye"
        if across:
            text, kind = wording.LEAK_KEPT, "leak"
    told = text.format(correlation=found.correlation, overlap=found.overlap)
    if pair.mirrored:
        told = Text(zh=told.zh + wording.MIRRORED.zh, en=told.en + wording.MIRRORED.en)
    return Fault(kind, kind == "leak", files, told, round(found.correlation, 3))
