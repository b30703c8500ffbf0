"""Read one submission safely: a notebook, a script, a folder or an archive of a folder.

Nothing here runs, imports or unpickles what a student wrote, and nothing is written to disk.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from autograder.identity import hand_in_digest, hash_of_bytes
from autograder.submission import files, rejection
from autograder.submission.archives import Archive, Member, open_archive
from autograder.submission.cells import Notebook, parse_notebook
from autograder.submission.encoding import decoded
from autograder.submission.files import ARCHIVE_SUFFIXES, WEIGHTS_SUFFIXES, Folder, Place
from autograder.submission.rejection import Rejected, shown
from autograder.text import Text
from autograder.untrusted.limited import TIME_ALONE, WITHIN, Limits, OverLimit, Plain, limited

Kind = Literal["notebook", "script"]
_KINDS: dict[str, Kind] = {".ipynb": "notebook", ".py": "script"}


@dataclass(frozen=True)
class RawSubmission:
    """What a student handed in, read but not yet understood.

    Attributes:
        path: the file that was read (for an archive, the archive).
        name: name of the notebook or script, for messages.
        content: its bytes, whatever they are; `read_submission` makes sure of more.
        weights: the bytes of the weights file.
        weights_name: name of the weights file; the suffix tells its format.
        weights_refused: why there is a weights file, but not its bytes.
        notes: what the student should know, such as weights that were ignored.
        hashes: of notebook or script and of the weights, where they are known from reading.
        archive: name and hash of the archive that it came out of.
    """

    path: Path
    kind: Kind
    name: str
    content: bytes
    weights: bytes | None = None
    weights_name: str | None = None
    weights_refused: Text | None = None
    notes: tuple[Text, ...] = ()
    hashes: tuple[str, str] | None = None
    archive: tuple[str, str] | None = None

    @property
    def digest(self) -> str:
        """The digest of the hand-in: the same answer has the same, however it is graded."""
        content, weights = self.hashes or (hash_of_bytes(self.content), hash_of_bytes(self.weights or b""))
        return hand_in_digest(content, weights)

    @property
    def weights_hash(self) -> str:
        """The hash of the weights file, of nothing where there is none."""
        return self.hashes[1] if self.hashes else hash_of_bytes(self.weights or b"")

    @property
    def identity(self) -> tuple[str, ...]:
        """All of it that a result depends on: an archive as it came, else the digest, and names of files and what is told."""
        if self.archive is not None:
            return self.archive
        refused = self.weights_refused.en if self.weights_refused else ""
        names = (self.kind, self.name, self.weights_name or "", refused)
        return (self.digest, *names, *(note.en for note in self.notes))

    def text(self) -> str:
        """Return the content as text, without a byte order mark.

        Raises:
            Rejected: Where it is none.
        """
        return decoded(self.content, self.name)

    def notebook(self) -> Notebook:
        """Return the notebook as plain JSON data.

        Raises:
            Rejected: For a script.
        """
        return parse_notebook(self.content, self.name)


def read_submission(
    path: Path, chapter: str, *, limit_mib: int = 20, weights_limit_mib: int = 600, limits: Limits = TIME_ALONE
) -> RawSubmission:
    """Read the submission at `path` for `chapter`, as `take` does, and make sure that it is text or a notebook.

    limits: of the process in which that is looked at; on a student's own machine, time alone.

    Raises:
        Rejected: with the reason in every language of the course.
    """
    raw = take(Place.of(path), chapter, limit_mib=limit_mib, weights_limit_mib=weights_limit_mib, limits=limits)
    within(limits, _checked, {"content": raw.content, "name": raw.name}, raw.name)
    return raw


def take(
    place: Place, chapter: str, *, limit_mib: int = 20, weights_limit_mib: int = 600, limits: Limits = WITHIN
) -> RawSubmission:
    """Take the bytes that lie at `place` for `chapter`; what they say is looked at for an archive alone.

    Args:
        place: of an .ipynb or .py file, a folder with `<chapter>.ipynb` or `<chapter>.py` (or just one notebook, or just
            one script), or a .zip, .tar or .tar.gz of such a folder.
        chapter: chapter id.
        limit_mib: largest notebook or script, MiB.
        weights_limit_mib: largest weights file, MiB.
        limits: of the process that reads an archive.

    Raises:
        Rejected: with the reason in every language of the course.
    """
    if files.is_folder(place):
        with files.open_folder(place) as folder:
            return take_from(folder, place.path, chapter, limit_mib, weights_limit_mib, limits=limits)
    name = place.parts[-1]
    with files.open_folder(Place(place.base, place.parts[:-1])) as folder:
        if name.lower().endswith(ARCHIVE_SUFFIXES):
            return _from_file(folder, place.path.parent, name, chapter, limit_mib, weights_limit_mib, limits)
        if _suffix(name) not in _KINDS:
            raise Rejected(rejection.WRONG_KIND.format(name=shown(name)))
        return take_from(folder, place.path.parent, chapter, limit_mib, weights_limit_mib, name)


def take_from(
    folder: Folder,
    path: Path,
    chapter: str,
    limit_mib: int,
    weights_limit_mib: int,
    name: str = "",
    limits: Limits = WITHIN,
) -> RawSubmission:
    """Take an answer and its weights from an open folder.

    Args:
        path: Its path, as results name it.
        name: Of the answer, by default what `chapter` calls for, also in the only archive that lies there.
        limits: Of what reads that.
    """
    notes: list[Text] = []
    if not name:
        name = _choose(folder.names, chapter, folder.name)
        notes += _left_out(folder.names, name)
    _check_name(name, chapter)
    if name.lower().endswith(ARCHIVE_SUFFIXES):
        return _from_file(folder, path, name, chapter, limit_mib, weights_limit_mib, limits)
    content = folder.read(name, limit_mib)
    raw = RawSubmission(
        path / name, _KINDS[_suffix(name)], name, content, hashes=(folder.hash(name), hash_of_bytes(b""))
    )
    for weights in _weights_names(Path(name).stem, chapter):
        status = folder.status(weights)
        if status is None:
            continue
        if not stat.S_ISREG(status.st_mode):
            notes.append(_ignored(weights, Text(zh="它不是普通文件", en="it is not a regular file")))
            continue
        if status.st_size > weights_limit_mib * files.MIB:
            refused = _weights_too_large(weights, status.st_size, weights_limit_mib)
            return replace(raw, weights_name=weights, weights_refused=refused, notes=tuple(notes))
        try:
            content = folder.read(weights, weights_limit_mib)
        except Rejected as rejected:
            return replace(raw, weights_name=weights, weights_refused=rejected.reason, notes=tuple(notes))
        hashes = (folder.hash(name), folder.hash(weights))
        return replace(raw, weights_name=weights, weights=content, notes=tuple(notes), hashes=hashes)
    return replace(raw, notes=(*notes, *_other_weights(folder.names, Path(name).stem, chapter)))


def _from_file(
    folder: Folder, path: Path, name: str, chapter: str, limit_mib: int, weights_limit_mib: int, limits: Limits
) -> RawSubmission:
    """Take an answer out of an archive; where contents are not kept, it stays packed, and its identity is known."""
    content = folder.read(name, limit_mib + weights_limit_mib)
    folder.archive = (name, folder.hash(name))
    if not folder.keep:
        return RawSubmission(path / name, "script", name, b"", archive=folder.archive)
    raw = _unpacked(content, path / name, chapter, limit_mib, weights_limit_mib, limits)
    return replace(raw, archive=folder.archive)


def within(limits: Limits, function: Callable[[Any], Plain], given: Mapping[str, object], name: str) -> Plain:
    """Return what `function` makes of something handed in, in a process with limits of its own; see `asked_of`."""
    return asked_of(lambda given: limited(function, given, limits), given, name)


def asked_of(ask: Callable[[Any], Plain], given: Mapping[str, object], name: str) -> Plain:
    """Return what a process with limits makes of something handed in; raises `Rejected`, also where it takes too much.

    Args:
        ask: Has a function work that gives `{"rejected": [zh, en]}` for what it refuses, see `refusing`.
        name: Of what was handed in.
    """
    try:
        value, contents = ask(given)
    except OverLimit as error:
        raise Rejected(rejection.TOO_MUCH.format(name=shown(name), limit=error.limit)) from error
    if "rejected" in value:
        raise Rejected(Text(*value["rejected"]))
    return value, contents


def refusing(function: Callable[[Any], Plain]) -> Callable[[Any], Plain]:
    """Return a function for `within`: what it raises as `Rejected` becomes a value."""

    @wraps(function)
    def asked(given: Any) -> Plain:
        try:
            return function(given)
        except Rejected as rejected:
            return {"rejected": [rejected.reason.zh, rejected.reason.en]}, ()

    return asked


def _check_name(name: str, chapter: str) -> None:
    """Refuse a name that is no text (GBK bytes, for example): results and databases could not hold it."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Rejected(rejection.NAME_NOT_TEXT.format(name=shown(name), chapter=chapter)) from error


@refusing
def _checked(given: Any) -> Plain:
    _check(given["content"], given["name"])
    return {}, ()


def _check(content: bytes, name: str) -> None:
    if _suffix(name) == ".ipynb":
        parse_notebook(content, name)
    else:
        decoded(content, name)


def _unpacked(
    content: bytes, path: Path, chapter: str, limit_mib: int, weights_limit_mib: int, limits: Limits
) -> RawSubmission:
    given = {"content": content, "name": path.name, "chapter": chapter, "limits": (limit_mib, weights_limit_mib)}
    room = replace(limits, answer_mib=limit_mib + weights_limit_mib + 1)
    if room.memory_mib is not None:  # what is in an archive is in memory twice for a moment
        room = replace(room, memory_mib=room.memory_mib + 2 * (limit_mib + weights_limit_mib))
    value, contents = within(room, _from_archive, given, path.name)
    return RawSubmission(
        path,
        _KINDS[_suffix(value["name"])],
        value["name"],
        contents[0],
        weights=contents[1] if len(contents) > 1 else None,
        weights_name=value["weights_name"],
        notes=tuple(Text(*note) for note in value["notes"]),
    )


@refusing
def _from_archive(given: Any) -> Plain:
    limit_mib, weights_limit_mib = given["limits"]
    with open_archive(given["content"], given["name"], limit_mib + weights_limit_mib) as archive:
        return _from_members(archive, given["name"], given["chapter"], limit_mib, weights_limit_mib)


def _from_members(archive: Archive, archive_name: str, chapter: str, limit_mib: int, weights_limit_mib: int) -> Plain:
    members = [member for member in archive.members() if not _is_clutter(member.name)]
    depth = min((member.name.count("/") for member in members if _suffix(member.name) in _KINDS), default=0)
    level = [member for member in members if member.name.count("/") == depth] or members
    member = _pick(level, _choose([item.name for item in level], chapter, archive_name, packed=False), archive_name)
    content = archive.read(member, limit_mib)
    _check(content, member.name)
    place = PurePosixPath(member.name)
    notes = _left_out([item.name for item in level], member.name)
    found: dict[str, bytes] = {}
    for name in _weights_names(place.stem, chapter):
        wanted = str(place.with_name(name))
        if not any(item.name == wanted for item in level):
            continue
        try:
            found[name] = archive.read(_pick(level, wanted, archive_name), weights_limit_mib)
            break
        except Rejected as rejected:
            notes.append(_ignored(name, rejected.reason))
    if not found:
        notes += _other_weights([PurePosixPath(item.name).name for item in level], place.stem, chapter)
    value = {
        "name": place.name,
        "weights_name": next(iter(found), None),
        "notes": [[note.zh, note.en] for note in notes],
    }
    return value, (content, *found.values())


def _pick(members: list[Member], name: str, archive_name: str) -> Member:
    """Return the member of this name; a twin, also one that differs in case only, leaves open which is meant."""
    found = [member for member in members if member.name.casefold() == name.casefold()]
    if len(found) != 1:
        raise Rejected(rejection.TWINS.format(name=shown(archive_name), member=shown(name)))
    if not found[0].regular:
        raise Rejected(rejection.NOT_REGULAR.format(name=shown(name)))
    return found[0]


def _choose(names: list[str], chapter: str, place: str, *, packed: bool = True) -> str:
    """Return the name to grade: the chapter's notebook, its script, the only notebook, script or (`packed`) archive."""
    names = sorted({name for name in names if not _is_clutter(name)})
    notebooks = [name for name in names if _suffix(name) == ".ipynb"]
    scripts = [name for name in names if _suffix(name) == ".py"]
    archives = [name for name in names if name.lower().endswith(ARCHIVE_SUFFIXES)]
    for wanted in (f"{chapter}.ipynb", f"{chapter}.py"):
        found = [name for name in names if PurePosixPath(name).name == wanted]
        if found:
            break
    else:
        found = notebooks or scripts or (archives if packed else [])
    if len(found) == 1:
        return found[0]
    if found:
        raise Rejected(rejection.AMBIGUOUS.format(name=shown(place), chapter=chapter, found=_listed(found)))
    inside = Text(zh=_listed(names), en=_listed(names)) if names else rejection.NOTHING
    reason = Text(
        zh=rejection.NOTHING_FOUND.zh.format(name=shown(place), chapter=chapter, found=inside.zh),
        en=rejection.NOTHING_FOUND.en.format(name=shown(place), chapter=chapter, found=inside.en),
    )
    raise Rejected(reason)


def _listed(names: list[str], most: int = 8) -> str:
    return ", ".join(shown(name) for name in names[:most]) + (", …" if len(names) > most else "")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_clutter(name: str) -> bool:
    """Tell what operating systems and editors add: hidden files, `__MACOSX`, caches."""
    return any(part.startswith((".", "__")) and part != "__init__.py" for part in PurePosixPath(name).parts)


def _weights_names(stem: str, chapter: str) -> list[str]:
    return list(dict.fromkeys(base + suffix for suffix in WEIGHTS_SUFFIXES for base in (stem, chapter)))


def _left_out(names: list[str], taken: str) -> list[Text]:
    """Return a note where other answers, or archives that may hold some, lie beside the one that was taken."""
    others = [
        name
        for name in names
        if name != taken
        and not _is_clutter(name)
        and (_suffix(name) in _KINDS or name.lower().endswith(ARCHIVE_SUFFIXES))
    ]
    if not others:
        return []
    return [rejection.OTHERS.format(taken=shown(PurePosixPath(taken).name), others=_listed(others))]


def _other_weights(names: list[str], stem: str, chapter: str) -> list[Text]:
    """Return a note on weights files that lie there under names which nobody asks for."""
    asked_for = _weights_names(stem, chapter)
    others = [name for name in names if _suffix(name) in WEIGHTS_SUFFIXES and name not in asked_for]
    if not others or _is_clutter(others[0]):
        return []
    return [rejection.WEIGHTS_MISNAMED.format(names=_listed(others), wanted=chapter + _suffix(others[0]))]


def _ignored(name: str, cause: Text) -> Text:
    return rejection.WEIGHTS_IGNORED.format(
        name=shown(name), cause_zh=cause.zh.rstrip("。"), cause_en=cause.en.rstrip(".")
    )


def _weights_too_large(name: str, size: int, limit_mib: int) -> Text:
    return rejection.WEIGHTS_TOO_LARGE.format(name=shown(name), size=f"{size / files.MIB:.1f}", limit=limit_mib)
