"""What lies in a hand-in's folder in an unexpected way is read where that is safe, and named where it is not taken."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from autograder.submission import RawSubmission, Rejected, take
from autograder.submission.files import Place

from .released import release

NOTEBOOK = json.dumps(release()).encode()
SCRIPT = b"class LeNet: ...\n"


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_py", ".py"), content)
    return buffer.getvalue()


def taken(folder: Path, **files: bytes) -> RawSubmission:
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return take(Place.of(folder), "lenet")


def said(raw: RawSubmission) -> str:
    return " ".join(note.en for note in raw.notes)


@pytest.mark.parametrize("inside", [{"lenet_py": SCRIPT}, {"作业__lenet_py": SCRIPT}])
def test_the_only_archive_is_read_as_the_same_archive_given_by_path(tmp_path: Path, inside: dict[str, bytes]) -> None:
    archive = tmp_path / "作业.zip"
    archive.write_bytes(packed(**inside))
    in_folder, by_path = take(Place.of(tmp_path), "lenet"), take(Place.of(archive), "lenet")
    assert in_folder == by_path
    assert in_folder.content == SCRIPT


def test_beside_an_answer_an_archive_is_named_and_not_looked_at(tmp_path: Path) -> None:
    raw = taken(tmp_path, lenet__ipynb=NOTEBOOK, old__zip=packed(lenet_py=SCRIPT))
    assert (raw.name, "old.zip is in the same place" in said(raw)) == ("lenet.ipynb", True)


def test_two_archives_leave_open_which_is_meant(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"a\.zip, b\.zip"):
        taken(tmp_path, a__zip=packed(lenet_py=SCRIPT), b__zip=packed(lenet_py=SCRIPT))


def test_an_archive_in_an_archive_is_not_unpacked_without_end(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="holds no lenet"):
        taken(tmp_path, a__zip=packed(inner=packed(lenet_py=SCRIPT)))


def test_of_two_versions_the_other_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "lenet(1).ipynb").write_bytes(NOTEBOOK)
    raw = taken(tmp_path, lenet__ipynb=NOTEBOOK)
    assert said(raw).startswith("lenet.ipynb was graded; lenet(1).ipynb is in the same place")


def test_weights_under_another_name_are_named_with_the_right_one(tmp_path: Path) -> None:
    raw = taken(tmp_path, lenet__ipynb=NOTEBOOK, best_model__pdparams=b"w")
    assert "named best_model.pdparams, not lenet.pdparams" in said(raw)
    assert raw.weights is None
    assert said(taken(tmp_path, lenet__ipynb=NOTEBOOK, lenet__pdparams=b"w")) == ""


def test_both_hold_in_an_archive_too(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for name, content in (("lenet.ipynb", NOTEBOOK), ("lenet(1).ipynb", NOTEBOOK), ("best.safetensors", b"w")):
            made.writestr(name, content)
    raw = take(Place.of(archive), "lenet")
    assert "lenet(1).ipynb is in the same place" in said(raw)
    assert "named best.safetensors" in said(raw)
