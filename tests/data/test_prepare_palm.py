from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.data.errors import PreparationError
from autograder.data.location import is_generated
from tests.data.official import (
    FEW,
    label_rows,
    picture,
    training_members,
    training_zip,
    validation_members,
    workbook,
    write_archives,
    write_labels_zip,
    zipped,
)
from tests.data_sets import (
    PALM,
    PREPARING_FOLDER,
    PalmFolders,
    Prepared,
    find_palm,
    generate_palm,
    prepare_palm,
    read_image,
    training_images,
    validation_images,
)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    return write_archives(tmp_path / "downloads")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def prepare(downloads: Path, data: Path, size: int | None = 32) -> Prepared:
    return prepare_palm(downloads, data, size, FEW)


def refused(downloads: Path, data: Path) -> str:
    """Return the English reason, after checking that nothing looks like a finished set and both languages speak."""
    with pytest.raises(PreparationError) as caught:
        prepare(downloads, data)
    assert not (data / "palm").exists()
    assert caught.value.reason.zh != caught.value.reason.en
    return caught.value.reason.en


def test_the_official_archives_become_the_layout_of_the_course(downloads: Path, data: Path) -> None:
    done = prepare(downloads, data)
    assert (done.written, done.kept, done.done_before) == (10, 0, False)
    folders = find_palm(data)
    assert folders is not None
    assert [image.path.name for image in training_images(folders)] == [
        *("H0001.jpg", "N0001.jpg", "N0002.jpg", "P0001.jpg", "P0002.jpg", "P0003.jpg")
    ]
    labelled = [(image.path.name, image.label) for image in validation_images(folders)]
    assert labelled == [("V0001.jpg", 1), ("V0002.jpg", 1), ("V0003.jpg", 0), ("V0004.jpg", 0)]
    assert folders.labels.read_text().splitlines()[:2] == [
        "ID,imgName,Label,Fovea_X,Fovea_Y",
        "1,V0001.jpg,1,1001.50,990.00",
    ]
    assert not is_generated(folders.root)
    assert sorted(path.name for path in data.iterdir()) == ["palm"]


def test_photographs_are_reduced(downloads: Path, data: Path) -> None:
    folders = PalmFolders(prepare(downloads, data, 32).folder)
    assert read_image(folders.training / "P0001.jpg").shape == (32, 32, 3)


def test_a_photograph_of_the_wanted_size_keeps_its_bytes(downloads: Path, data: Path) -> None:
    members = training_members() | {"P0002.jpg": picture(7, height=32, width=32)}
    (downloads / "training.zip").write_bytes(training_zip(members))
    folders = PalmFolders(prepare(downloads, data, 32).folder)
    assert (folders.training / "P0002.jpg").read_bytes() == members["P0002.jpg"]


def test_original_files_can_be_kept(downloads: Path, data: Path) -> None:
    folders = PalmFolders(prepare(downloads, data, None).folder)
    for name, content in training_members().items():
        assert (folders.training / name).read_bytes() == content


@pytest.mark.parametrize("which", ["all", "training", "labels"])
def test_unpacked_folders_are_as_good(downloads: Path, data: Path, which: str) -> None:
    for name in {"all": ("training", "validation", "valid_gt"), "training": ("training",), "labels": ("valid_gt",)}[
        which
    ]:
        archive = downloads / f"{name}.zip"
        with zipfile.ZipFile(archive) as content:
            content.extractall(downloads)
        archive.unlink()
    inner = downloads / "PALM-Training400" / "PALM-Training400.zip"
    if which == "all":
        with zipfile.ZipFile(inner) as content:
            content.extractall(inner.parent)
    assert prepare(downloads, data).written == 10


def test_labels_may_come_as_csv(downloads: Path, data: Path) -> None:
    (downloads / "valid_gt.zip").unlink()
    rows = "\r\n".join(",".join(map(str, row)) for row in label_rows())
    (downloads / "labels.csv").write_text(f"\ufeffID,imgName,Label,Fovea_X,Fovea_Y\r\n{rows}\r\n,,,,\r\n", "utf-8")
    assert len(validation_images(PalmFolders(prepare(downloads, data).folder))) == 4


def test_a_second_run_does_nothing(downloads: Path, data: Path) -> None:
    prepare(downloads, data)
    shutil.rmtree(downloads)
    done = prepare(downloads, data)
    assert (done.written, done.done_before) == (0, True)


def test_an_interrupted_run_goes_on_where_it_stopped(downloads: Path, data: Path) -> None:
    def stop(done: int, total: int, name: str) -> None:
        assert (total, bool(name)) == (10, True)
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_palm(downloads, data, 32, FEW, stop)
    assert find_palm(data) is None
    half = sorted((data / PREPARING_FOLDER).rglob("*.jpg"))
    assert len(half) == 6
    half[0].write_bytes(half[0].read_bytes()[:-40])  # cut short by a power failure
    shown: list[int] = []
    done = prepare_palm(downloads, data, 32, FEW, lambda done, _total, _name: shown.append(done))
    assert (done.written, done.kept) == (5, 5)
    assert shown == list(range(1, 11))
    assert sorted(path.name for path in data.iterdir()) == ["palm"]


def test_an_interrupted_run_at_another_size_starts_anew(downloads: Path, data: Path) -> None:
    def stop(done: int, total: int, name: str) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_palm(downloads, data, 16, FEW, stop)
    assert prepare(downloads, data, 32).kept == 0


def test_generated_images_make_way_and_real_ones_do_not(downloads: Path, data: Path) -> None:
    generate_palm(data, training=3, validation=3)
    folders = PalmFolders(prepare(downloads, data).folder)
    assert not is_generated(folders.root)
    (folders.training / "P0001.jpg").unlink()
    with pytest.raises(PreparationError, match=r"is not the whole set: .*Missing: P0001\. Move it away"):
        prepare(downloads, data)
    assert len(list(folders.training.iterdir())) == 5


def test_another_size_than_the_one_in_place_is_refused(downloads: Path, data: Path) -> None:
    prepare(downloads, data, 32)
    with pytest.raises(PreparationError, match=r"already prepared at 32 x 32, and original was asked for"):
        prepare(downloads, data, None)


def test_two_runs_at_once_are_refused(downloads: Path, data: Path) -> None:
    def again(done: int, total: int, name: str) -> None:  # noqa: ARG001
        with pytest.raises(PreparationError, match="another data prepare is writing"):
            prepare(downloads, data)

    assert prepare_palm(downloads, data, 32, FEW, again).written == 10


@pytest.mark.parametrize("name", ["training.zip", "validation.zip", "valid_gt.zip"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_an_archive_that_is_cut_short_is_named(downloads: Path, data: Path, name: str, share: float) -> None:
    whole = (downloads / name).read_bytes()
    (downloads / name).write_bytes(whole[: int(share * len(whole))])
    assert refused(downloads, data).startswith(
        f"{name} is cut short or not a zip archive ({int(share * len(whole))} bytes"
    )


def test_an_archive_inside_that_is_cut_short_is_named(downloads: Path, data: Path) -> None:
    (downloads / "training.zip").write_bytes(zipped([("PALM-Training400/PALM-Training400.zip", b"PK\3\4 half")]))
    assert "training.zip > PALM-Training400/PALM-Training400.zip is cut short" in refused(downloads, data)


def test_a_damaged_archive_does_not_matter_when_everything_is_there_unpacked(downloads: Path, data: Path) -> None:
    for name in ("training.zip", "validation.zip", "valid_gt.zip"):
        with zipfile.ZipFile(downloads / name) as content:
            content.extractall(downloads)
        (downloads / name).write_bytes(b"half")
    inner = downloads / "PALM-Training400" / "PALM-Training400.zip"
    with zipfile.ZipFile(inner) as content:
        content.extractall(inner.parent)
    assert prepare(downloads, data).written == 10


def test_a_flipped_bit_is_found_by_the_check_sum(downloads: Path, data: Path) -> None:
    archive = downloads / "validation.zip"
    content = bytearray(archive.read_bytes())
    content[content.find(b"V0001.jpg") + 200] ^= 0x55
    archive.write_bytes(content)
    assert "validation.zip > PALM-Validation400/V0001.jpg is damaged" in refused(downloads, data)


def test_a_protected_archive_is_said_to_be_one(downloads: Path, data: Path) -> None:
    archive = downloads / "validation.zip"
    content = bytearray(archive.read_bytes())
    for start, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the flag stands in both headers
        at = content.find(start)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(start, at + 4)
    archive.write_bytes(content)
    assert "protected by a password" in refused(downloads, data)


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        ("training.zip", r"holds no training photographs"),
        ("validation.zip", r"holds no validation photographs"),
        ("valid_gt.zip", r"holds no validation labels"),
    ],
)
def test_a_missing_archive_is_asked_for(downloads: Path, data: Path, archive: str, reason: str) -> None:
    (downloads / archive).unlink()
    told = refused(downloads, data)
    assert reason in told
    assert f"put {archive} there" in told


def test_missing_and_unexpected_pictures_are_listed(downloads: Path, data: Path) -> None:
    members = training_members()
    del members["P0002.jpg"]
    (downloads / "training.zip").write_bytes(training_zip(members | {"N0009.jpg": picture(3), "T0001.jpg": picture(4)}))
    told = refused(downloads, data)
    assert "expected 6 training photographs" in told
    assert "found 6. Missing: P0002. Unexpected: N0009." in told


def test_a_wrong_count_of_validation_pictures_is_told(downloads: Path, data: Path) -> None:
    members = list(validation_members().items())[:3]
    (downloads / "validation.zip").write_bytes(zipped((f"PALM-Validation400/{n}", c) for n, c in members))
    assert "expected 4 validation photographs (V0001.jpg and so on), found 3. Missing: V0004." in refused(
        downloads, data
    )


@pytest.mark.parametrize(
    ("content", "cause"),
    [(b"", "cannot decode"), (b"<html>404</html>", "cannot decode"), (picture(5)[:-30], "ends too early")],
)
def test_a_corrupt_picture_is_named(downloads: Path, data: Path, content: bytes, cause: str) -> None:
    (downloads / "training.zip").write_bytes(training_zip(training_members() | {"N0002.jpg": content}))
    told = refused(downloads, data)
    assert "PALM-Training400/N0002.jpg is not a picture" in told
    assert cause in told


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows[:-1], "Without a label: V0004."),
        (lambda rows: [*rows, [5, "V0005.jpg", 0, 1, 1]], "Labels without a photograph: V0005."),
        (lambda rows: [*rows, rows[0]], "row 6: V0001 stands there twice"),
        (lambda rows: [[1, "V0001.jpg", 2, 0, 0], *rows[1:]], "row 2: the label of V0001.jpg is 2, expected 0 or 1"),
        (lambda rows: [[1, "V0001.jpg", None, 0, 0], *rows[1:]], "row 2: the label of V0001.jpg is ''"),
        (lambda rows: [[1, "V0001.jpg", 0, 0, 0], *rows[1:]], "gives label 1 to 1 photographs, the official set to 2"),
    ],
)
def test_labels_that_do_not_match_are_told(downloads: Path, data: Path, change, reason: str) -> None:  # type: ignore[no-untyped-def]
    write_labels_zip(downloads, workbook(change(label_rows())))
    assert reason in refused(downloads, data)


def test_a_table_that_cannot_be_read_is_named(downloads: Path, data: Path) -> None:
    write_labels_zip(downloads, b"PK\3\4 no workbook")
    assert "PM_Label_and_Fovea_Location.xlsx gives no labels" in refused(downloads, data)


def test_two_tables_that_disagree_are_refused(downloads: Path, data: Path) -> None:
    rows = label_rows()
    rows[0][2], rows[3][2] = 0, 1
    (downloads / "labels.csv").write_text(
        "ID,imgName,Label\n" + "\n".join(f"{n},{name},{one}" for n, name, one, *_ in rows)
    )
    assert "give different labels (V0001, V0004)" in refused(downloads, data)


def test_two_versions_of_a_picture_are_refused(downloads: Path, data: Path) -> None:
    (downloads / "P0001.jpg").write_bytes(picture(99))
    assert "two different pictures P0001: P0001.jpg and training.zip >" in refused(downloads, data)


@pytest.mark.parametrize("name", ["../P0001.jpg", "/etc/P0001.jpg", "C:\\P0001.jpg", "a/../../P0001.jpg"])
def test_a_name_that_leads_out_of_the_archive_is_refused(downloads: Path, data: Path, name: str) -> None:
    (downloads / "training.zip").write_bytes(zipped([(name, picture(1))]))
    assert "leads out of the archive" in refused(downloads, data)
    assert sorted(path.name for path in downloads.iterdir()) == ["training.zip", "valid_gt.zip", "validation.zip"]


def test_links_are_not_followed(downloads: Path, data: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(picture(1))
    (downloads / "training.zip").unlink()
    (downloads / "P0001.jpg").symlink_to(secret)
    assert "holds no training photographs" in refused(downloads, data)


def test_a_picture_far_too_large_is_refused(downloads: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PALM}.originals.MAX_PICTURE_MIB", 1)
    bomb = zipped([("PALM-Training400/P0001.jpg", bytes(2 << 20))])
    members = {name: content for name, content in training_members().items() if name != "P0001.jpg"}
    (downloads / "training.zip").write_bytes(training_zip(members))
    (downloads / "more.zip").write_bytes(bomb)
    assert "P0001.jpg is larger than 1 MiB" in refused(downloads, data)


def test_an_archive_inside_far_too_large_is_refused(
    downloads: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PALM}.originals.MAX_ARCHIVE_MIB", 0)
    assert "PALM-Training400.zip is larger than 0 MiB" in refused(downloads, data)


def test_a_folder_of_everything_is_refused(downloads: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PALM}.originals.MAX_FILES", 2)
    assert "holds more than 2 files" in refused(downloads, data)


def test_a_source_that_is_no_folder_is_refused(downloads: Path, data: Path) -> None:
    assert "is not a folder" in refused(downloads / "training.zip", data)


def test_a_target_that_cannot_be_written_is_an_error(downloads: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PreparationError, match="cannot be written"):
        prepare(downloads, tmp_path / "file")


def test_the_data_folder_may_hold_the_archives(downloads: Path) -> None:
    prepare(downloads, downloads)
    shutil.rmtree(downloads / "palm")
    assert prepare(downloads, downloads).written == 10
    assert isinstance(find_palm(downloads), PalmFolders)


def test_the_size_in_a_zip_header_is_not_believed(downloads: Path, data: Path) -> None:
    archive = downloads / "validation.zip"
    content = bytearray(archive.read_bytes())
    entry = content.find(b"PK\1\2")
    content[entry + 24 : entry + 28] = struct.pack("<I", 3)  # uncompressed size
    archive.write_bytes(content)
    assert "V0001.jpg" in refused(downloads, data)
