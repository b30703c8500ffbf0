from __future__ import annotations

import contextlib
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission import Rejected, parse_notebook, read_submission
from autograder.untrusted import limited

from .released import release

NOTEBOOK = json.dumps(release()).encode()
SCRIPT = b"class LeNet: ...\n"


def reject(path: Path, **limits: int) -> str:
    with pytest.raises(Rejected) as caught:
        read_submission(path, "lenet", **limits)
    assert caught.value.reason.zh != caught.value.reason.en
    return caught.value.reason.en


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_notebook(tmp_path: Path) -> None:
    raw = read_submission(write(tmp_path / "my.ipynb", NOTEBOOK), "lenet")
    assert (raw.kind, raw.name, raw.content, raw.weights) == ("notebook", "my.ipynb", NOTEBOOK, None)
    assert raw.notebook() == release()


def test_a_script_with_a_byte_order_mark(tmp_path: Path) -> None:
    raw = read_submission(write(tmp_path / "lenet.py", b"\xef\xbb\xbf" + SCRIPT), "lenet")
    assert (raw.kind, raw.text()) == ("script", SCRIPT.decode())


def test_a_notebook_with_a_byte_order_mark(tmp_path: Path) -> None:
    raw = read_submission(write(tmp_path / "lenet.ipynb", b"\xef\xbb\xbf" + NOTEBOOK), "lenet")
    assert raw.notebook() == release()


def test_a_folder_prefers_the_notebook_and_finds_the_weights(tmp_path: Path) -> None:
    write(tmp_path / "lenet.ipynb", NOTEBOOK)
    write(tmp_path / "lenet.py", SCRIPT)
    write(tmp_path / "lenet.pdparams", b"p")
    write(tmp_path / "lenet.safetensors", b"s")
    raw = read_submission(tmp_path, "lenet")
    assert raw.path == tmp_path / "lenet.ipynb"
    assert (raw.weights, raw.weights_name) == (b"s", "lenet.safetensors")


def test_weights_may_be_named_after_the_file_or_the_chapter(tmp_path: Path) -> None:
    script = write(tmp_path / "mine.py", SCRIPT)
    write(tmp_path / "lenet.safetensors", b"c")
    assert read_submission(script, "lenet").weights_name == "lenet.safetensors"
    write(tmp_path / "mine.safetensors", b"m")
    assert read_submission(script, "lenet").weights_name == "mine.safetensors"


def test_linked_weights_are_not_taken_and_the_student_is_told(tmp_path: Path) -> None:
    write(tmp_path / "lenet.py", SCRIPT)
    (tmp_path / "lenet.safetensors").symlink_to(write(tmp_path / "other", b"w"))
    raw = read_submission(tmp_path, "lenet")
    assert raw.weights is None
    assert "not a regular file" in raw.notes[0].en


@pytest.mark.parametrize(("name", "kind"), [("other.ipynb", "notebook"), ("other.py", "script")])
def test_the_only_file_of_its_kind_is_taken(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path / name, NOTEBOOK if kind == "notebook" else SCRIPT)
    write(tmp_path / ".hidden.ipynb", b"x")
    assert read_submission(tmp_path, "lenet").kind == kind


def test_a_folder_with_several_candidates_says_which(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", NOTEBOOK)
    write(tmp_path / "b.ipynb", NOTEBOOK)
    assert "a.ipynb, b.ipynb" in reject(tmp_path)


def test_a_folder_without_candidates_says_what_it_holds(tmp_path: Path) -> None:
    assert "(no files)" in reject(tmp_path)
    write(tmp_path / "notes.txt", b"x")
    assert "notes.txt" in reject(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfa{\x00", "not UTF-8"),
        (b"{'nbformat': 4}", "not valid JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'{"nbformat": 4}', "not a notebook"),
        (b'{"nbformat": true, "cells": []}', "not a notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "format 3"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b"[" * 100_000, "nested"),
        (b'{"nbformat": 4, "cells": [' + b"[" * 200 + b"]" * 200 + b"]}", "nested"),
        (b'{"nbformat": ' + b"9" * 10_000 + b"}", "not valid JSON"),
    ],
)
def test_what_is_no_notebook_is_rejected_with_a_reason(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in reject(write(tmp_path / "lenet.ipynb", content))


def test_a_missing_file_and_a_wrong_kind(tmp_path: Path) -> None:
    assert "does not exist" in reject(tmp_path / "none.ipynb")
    assert "does not exist" in reject(tmp_path / "nul\0.ipynb")
    assert "is not an .ipynb" in reject(write(tmp_path / "lenet.docx", b"x"))


def test_a_file_over_the_limit_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "lenet.ipynb"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "50.0 MiB, but the limit is 20 MiB" in reject(path)


def test_links_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    target = write(tmp_path / "target", NOTEBOOK)
    for place in ("file", "folder"):
        (tmp_path / place).mkdir()
    (tmp_path / "file" / "lenet.ipynb").symlink_to(target)
    assert "regular file" in reject(tmp_path / "file" / "lenet.ipynb")
    assert "regular file" in reject(tmp_path / "file")
    (tmp_path / "folder" / "lenet.ipynb").mkdir()
    assert "regular file" in reject(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe.ipynb")
    assert "regular file" in reject(tmp_path / "pipe.ipynb")
    (tmp_path / "linked").symlink_to(tmp_path / "folder")
    assert "regular file" in reject(tmp_path / "linked")


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize("folder", ["", "s042/lenet/"])
def test_an_archive_of_a_folder(tmp_path: Path, kind: str, folder: str) -> None:
    members = {
        "__MACOSX/._lenet.ipynb": b"junk",
        f"{folder}lenet.ipynb": NOTEBOOK,
        f"{folder}lenet.safetensors": b"weights",
        f"{folder}sub/other.py": SCRIPT,
    }
    path = tmp_path / f"all.{kind}"
    made = zipped(path, members) if kind == "zip" else tarred(path, members, "w:gz" if kind == "tar.gz" else "w")
    raw = read_submission(made, "lenet")
    assert (raw.kind, raw.name, raw.content) == ("notebook", "lenet.ipynb", NOTEBOOK)
    assert (raw.weights, raw.weights_name) == (b"weights", "lenet.safetensors")
    assert sorted(tmp_path.iterdir()) == [made]


@pytest.mark.parametrize("name", ["../lenet.py", "/etc/lenet.py", "a/../../lenet.py", "C:/lenet.py", "..\\lenet.py"])
def test_a_name_that_leaves_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert "outside" in reject(zipped(tmp_path / "a.zip", {"lenet.py": SCRIPT, name: b"x"}))
    assert "outside" in reject(tarred(tmp_path / "a.tar", {"lenet.py": SCRIPT, name: b"x"}))


def test_links_and_devices_in_archives_are_refused(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE):
        path = tmp_path / "a.tar"
        with tarfile.open(path, "w") as archive:
            entry = tarfile.TarInfo("lenet.ipynb")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        assert "regular file" in reject(path) or kind == tarfile.GNUTYPE_SPARSE
    info = zipfile.ZipInfo("lenet.ipynb")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive_zip:
        archive_zip.writestr(info, "/etc/passwd")
    assert "regular file" in reject(tmp_path / "a.zip")


def test_twins_are_refused(tmp_path: Path) -> None:
    assert "twice" in reject(zipped(tmp_path / "a.zip", {"lenet.py": SCRIPT, "LeNet.py": b"x = 1"}))
    assert "twice" in reject(tarred(tmp_path / "a.tar", {"lenet.py": SCRIPT, "./lenet.py": b"x = 1"}))


def test_bombs_are_refused(tmp_path: Path) -> None:
    zeros = b" " * (15 * 1024 * 1024)
    assert "unreasonable size" in reject(zipped(tmp_path / "a.zip", {"lenet.py": zeros}))
    assert "unreasonable size" in reject(tarred(tmp_path / "a.tgz", {f"{n}.bin": zeros for n in range(3)}, "w:gz"))
    assert "limit is 1 MiB" in reject(zipped(tmp_path / "b.zip", {"lenet.py": zeros}), limit_mib=1)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    members = {f"{n}.txt": b"" for n in range(5001)}
    assert "more than" in reject(zipped(tmp_path / "a.zip", members))
    assert "more than" in reject(tarred(tmp_path / "a.tar", members))


def test_weights_over_the_limit_are_left_out_with_a_note(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"lenet.py": SCRIPT, "lenet.pdparams": os.urandom(1024 * 1024 + 1)})
    raw = read_submission(path, "lenet", weights_limit_mib=1)
    assert raw.weights is None
    assert "the limit is 1 MiB" in raw.notes[0].en


@given(st.sampled_from([".zip", ".tar", ".tar.gz"]), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_archive_is_rejected_or_read(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, place: int, noise: bytes
) -> None:
    path = tmp_path_factory.mktemp("damaged") / f"a{suffix}"
    members = {"lenet.py": SCRIPT, "lenet.safetensors": b"weights" * 50}
    made = zipped(path, members) if suffix == ".zip" else tarred(path, members, "w:gz" if suffix[-1] == "z" else "w")
    content = bytearray(made.read_bytes())
    place %= len(content)
    content[place : place + len(noise)] = noise
    made.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Rejected):
        patch.setattr(limited, "CAN_COPY", False)  # to copy this process for each archive costs more than to read one
        read_submission(made, "lenet")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_notebook_or_rejected(content: bytes) -> None:
    with contextlib.suppress(Rejected):
        assert parse_notebook(content, "x.ipynb")["nbformat"] == 4
