"""Read one submission safely: a notebook, a script, a folder or an archive of a folder.

Nothing here runs, imports or unpickles what a student wrote, and nothing is written to disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from autograder.submission import files, rejection
from autograder.submission.archives import Archive, Member, open_archive
from autograder.submission.rejection import Rejected, shown
from autograder.text import Text

Kind = Literal["notebook", "script"]
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
WEIGHTS_SUFFIXES = (".safetensors", ".pdparams")
DEEPEST_JSON = 100
_KINDS: dict[str, Kind] = {".ipynb": "notebook", ".py": "script"}


@dataclass(frozen=True)
class RawSubmission:
    """What a student handed in, read but not yet understood.

    Attributes:
        path: the file that was read (for an archive, the archive).
        name: name of the notebook or script, for messages.
        content: its bytes; checked to be UTF-8 and, for a notebook, JSON of notebook format 4.
        weights: the weights file on disk, not opened (open it with `files.open_regular`).
        weights_content: the weights file of an archive.
        weights_name: name of the weights file; the suffix tells its format.
        notes: what the student should know, such as weights that were ignored.
    """

    path: Path
    kind: Kind
    name: str
    content: bytes
    weights: Path | None = None
    weights_content: bytes | None = None
    weights_name: str | None = None
    notes: tuple[Text, ...] = ()

    def text(self) -> str:
        """Return the content as text, without a byte order mark."""
        return self.content.decode("utf-8-sig")

    def notebook(self) -> dict[str, Any]:
        """Return the notebook as plain JSON data; raises `Rejected` for a script."""
        return parse_notebook(self.content, self.name)


def read_submission(path: Path, chapter: str, *, limit_mib: int = 20, weights_limit_mib: int = 600) -> RawSubmission:
    """Read the submission at `path` for `chapter`.

    Args:
        path: an .ipynb or .py file, a folder with `<chapter>.ipynb` or `<chapter>.py` (or just one notebook, or just
            one script), or a .zip, .tar or .tar.gz of such a folder.
        chapter: chapter id.
        limit_mib: largest notebook or script, MiB.
        weights_limit_mib: largest weights file inside an archive, MiB.

    Raises:
        Rejected: with the reason in every language of the course.
    """
    if not files.exists(path):
        raise Rejected(rejection.MISSING.format(name=shown(path.name or str(path))))
    if path.is_symlink():
        raise Rejected(rejection.NOT_REGULAR.format(name=shown(path.name)))
    if path.is_dir():
        return _from_folder(path, chapter, limit_mib)
    if path.name.lower().endswith(ARCHIVE_SUFFIXES):
        with open_archive(path, limit_mib + weights_limit_mib) as archive:
            return _from_archive(archive, path, chapter, limit_mib, weights_limit_mib)
    if path.suffix.lower() not in _KINDS:
        raise Rejected(rejection.WRONG_KIND.format(name=shown(path.name)))
    _check_name(path.name, chapter)
    content = files.read_regular(path, limit_mib)
    return _with_weights_on_disk(path, chapter, content)


def parse_notebook(content: bytes, name: str) -> dict[str, Any]:
    """Return the JSON of a format 4 notebook; cells may still be mangled, `repair` sees to that. Raises `Rejected`."""
    text = _decode(content, name)
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        raise Rejected(rejection.TOO_DEEP.format(name=shown(name))) from error
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Rejected(rejection.NOT_JSON.format(name=shown(name), line=line)) from error
    if _deeper_than(notebook, DEEPEST_JSON):
        raise Rejected(rejection.TOO_DEEP.format(name=shown(name)))
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise Rejected(rejection.NOT_NOTEBOOK.format(name=shown(name)))
    if version != 4:
        raise Rejected(rejection.WRONG_VERSION.format(name=shown(name), version=shown(str(version), 8)))
    if not isinstance(notebook.get("cells"), list):
        raise Rejected(rejection.NOT_NOTEBOOK.format(name=shown(name)))
    return dict(notebook)


def _decode(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(rejection.NOT_UTF8.format(name=shown(name), byte=error.start + 1)) from error
    if not text.strip():
        raise Rejected(rejection.EMPTY.format(name=shown(name)))
    return text


def _deeper_than(value: object, depth: int) -> bool:
    """Tell whether lists and objects are nested more than `depth` times, without recursion."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(depth):
        children = (child for item in level for child in (item.values() if isinstance(item, dict) else item))
        level = [child for child in children if isinstance(child, (dict, list))]
    return bool(level)


def _check_name(name: str, chapter: str) -> None:
    """Refuse a name that is no text (GBK bytes, for example): results and databases could not hold it."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Rejected(rejection.NAME_NOT_TEXT.format(name=shown(name), chapter=chapter)) from error


def _check(content: bytes, name: str) -> Kind:
    kind = _KINDS[PurePosixPath(name).suffix.lower()]
    if kind == "notebook":
        parse_notebook(content, name)
    else:
        _decode(content, name)
    return kind


def _from_folder(path: Path, chapter: str, limit_mib: int) -> RawSubmission:
    with files.open_folder(path) as folder:
        name = _choose(files.names_in(folder, path.name), chapter, path.name)
        _check_name(name, chapter)
        content = files.read_regular(Path(name), limit_mib, folder)
    return _with_weights_on_disk(path / name, chapter, content)


def _with_weights_on_disk(path: Path, chapter: str, content: bytes) -> RawSubmission:
    kind = _check(content, path.name)
    notes: list[Text] = []
    for name in _weights_names(path.stem, chapter):
        weights = path.with_name(name)
        if files.is_regular(weights):
            return RawSubmission(path, kind, path.name, content, weights=weights, weights_name=name, notes=tuple(notes))
        if files.exists(weights):
            notes.append(_ignored(name, Text(zh="它不是普通文件", en="it is not a regular file")))
    return RawSubmission(path, kind, path.name, content, notes=tuple(notes))


def _from_archive(archive: Archive, path: Path, chapter: str, limit_mib: int, weights_limit_mib: int) -> RawSubmission:
    members = [member for member in archive.members() if not _is_clutter(member.name)]
    depth = min((member.name.count("/") for member in members if _suffix(member.name) in _KINDS), default=0)
    level = [member for member in members if member.name.count("/") == depth] or members
    member = _pick(level, _choose([item.name for item in level], chapter, path.name), path.name)
    content = archive.read(member, limit_mib)
    kind = _check(content, member.name)
    place = PurePosixPath(member.name)
    notes: list[Text] = []
    for name in _weights_names(place.stem, chapter):
        wanted = str(place.with_name(name))
        if not any(item.name == wanted for item in level):
            continue
        try:
            weights = archive.read(_pick(level, wanted, path.name), weights_limit_mib)
        except Rejected as rejected:
            notes.append(_ignored(name, rejected.reason))
            continue
        return RawSubmission(
            path, kind, place.name, content, weights_content=weights, weights_name=name, notes=tuple(notes)
        )
    return RawSubmission(path, kind, place.name, content, notes=tuple(notes))


def _pick(members: list[Member], name: str, archive_name: str) -> Member:
    """Return the member of this name; a twin, also one that differs in case only, leaves open which is meant."""
    found = [member for member in members if member.name.casefold() == name.casefold()]
    if len(found) != 1:
        raise Rejected(rejection.TWINS.format(name=shown(archive_name), member=shown(name)))
    if not found[0].regular:
        raise Rejected(rejection.NOT_REGULAR.format(name=shown(name)))
    return found[0]


def _choose(names: list[str], chapter: str, place: str) -> str:
    """Return the name to grade: the chapter's notebook, its script, the only notebook, or the only script."""
    names = sorted({name for name in names if not _is_clutter(name)})
    notebooks = [name for name in names if _suffix(name) == ".ipynb"]
    scripts = [name for name in names if _suffix(name) == ".py"]
    for wanted in (f"{chapter}.ipynb", f"{chapter}.py"):
        found = [name for name in names if PurePosixPath(name).name == wanted]
        if found:
            break
    else:
        found = notebooks or scripts
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


def _ignored(name: str, cause: Text) -> Text:
    return rejection.WEIGHTS_IGNORED.format(
        name=shown(name), cause_zh=cause.zh.rstrip("。"), cause_en=cause.en.rstrip(".")
    )
