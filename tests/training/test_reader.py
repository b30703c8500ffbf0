"""A learner's own reader feeds the training; a wrong one is named and replaced."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from autograder.training import ImageSets, Recipe, fit
from autograder.training.images import REHEARSAL_IMAGES, REHEARSAL_VARIABLE, sets_of
from tests.data_sets import PalmFolders, palm_in

Batches = Callable[[], Iterator[Any]]


def transform(path: Path) -> Any:
    image = cv2.resize(cv2.imread(str(path)), (224, 224))
    return image.transpose(2, 0, 1).astype("float32") / 127.5 - 1


def batches_of(pairs: list[tuple[Path, float]], batch_size: int, change: Callable[[Any], Any]) -> Batches:
    def reader() -> Iterator[Any]:
        for start in range(0, len(pairs), batch_size):
            part = pairs[start : start + batch_size]
            yield change(np.stack([transform(path) for path, _ in part])), np.array([[y] for _, y in part], "float32")

    return reader


def loader(change: Callable[[Any], Any] = lambda images: images, drop: int = 0, flip: bool = False) -> Any:
    def data_loader(datadir: str, batch_size: int = 10, mode: str = "train") -> Batches:
        assert mode != "train"  # the order must follow from the names
        paths = sorted(Path(datadir).iterdir())[drop:]
        return batches_of([(p, float((p.name[0] == "P") != flip)) for p in paths], batch_size, change)

    return data_loader


def valid_data_loader(datadir: str, csvfile: str, batch_size: int = 10, mode: str = "valid") -> Batches:
    assert mode == "valid"
    with Path(csvfile).open(encoding="utf-8-sig", newline="") as table:
        rows = [(Path(datadir) / row["imgName"], float(row["Label"])) for row in csv.DictReader(table)]
    return batches_of(rows, batch_size, lambda images: images)


def same(one: ImageSets, other: ImageSets) -> bool:
    return all(
        a.names == b.names
        and np.array_equal(a.labels, b.labels)
        and all(np.array_equal(a.prepared(k), b.prepared(k)) for k in range(len(a)))
        for a, b in ((one.training, other.training), (one.validation, other.validation))
    )


def test_a_right_reader_gives_the_course_s_images_bit_for_bit(palm: Any, sets: ImageSets) -> None:
    own = palm.reader_sets(loader(), valid_data_loader)
    assert own.training.images is not sets.training.images
    assert own.training.images.dtype == np.uint8
    assert same(own, sets)


def test_a_leaked_photograph_is_left_out_of_a_learner_s_set_too(palm: Any, tmp_path: Path) -> None:
    folder = tmp_path / "palm"
    shutil.copytree(palm.folder, folder)
    folders = PalmFolders(folder)
    shutil.copy(next(folders.validation.iterdir()), folders.training / "P9999.jpg")
    leaky = palm_in(folders)
    own, course = leaky.reader_sets(loader(), valid_data_loader), sets_of(leaky)
    assert own.left_out == ("P9999.jpg",)
    assert same(own, course)


def test_values_between_two_bytes_are_kept_and_trained_on(palm: Any, tiny: Callable[[], Any]) -> None:
    own = palm.reader_sets(loader(lambda images: images * np.float32(0.99)), valid_data_loader)
    assert own.training.images.dtype == np.float32
    assert own.training.picture(0).shape == (224, 224, 3)
    recipe = Recipe(epochs=1, batch_size=8, learning_rate=0.05, seed=3)
    assert len(fit(tiny(), own, recipe, weights=Path("own.safetensors"), progress=False).epochs) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (loader(lambda images: images[:, ::-1]), "the numbers of .* off"),
        (loader(lambda images: (images + 1) / 2), "the numbers of .* off"),
        (loader(drop=1), "47 images, and the folder has 48"),
        (loader(flip=True), "the label of .* is .*, and should be"),
        (loader(lambda images: images[:, :, :100]), r"are float32 \[48, 3, 100, 224\]"),
        (lambda *_: None, "it raised TypeError"),
    ],
)
def test_a_wrong_reader_is_named_and_the_course_s_takes_its_place(
    palm: Any, sets: ImageSets, capsys: pytest.CaptureFixture[str], wrong: Any, said: str
) -> None:
    own = palm.reader_sets(wrong, valid_data_loader, language="en")
    printed = capsys.readouterr().out
    assert printed.startswith("data_loader does not give the photographs: ")
    assert len(printed.splitlines()) == 1
    assert re.search(said, printed)
    assert same(own, sets)


def test_without_a_reader_the_course_s_is_used(palm: Any, sets: ImageSets) -> None:
    assert same(palm.reader_sets(None, None), sets)


def test_a_rehearsal_has_the_reader_read_only_what_it_uses(
    palm: Any, sets: ImageSets, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(REHEARSAL_VARIABLE, "1")
    own = palm.reader_sets(loader(), valid_data_loader, language="en")
    assert same(own, sets.rehearsal())
    assert "gave 6 training and 6 validation" in capsys.readouterr().out
    wrong = palm.reader_sets(loader(drop=1), valid_data_loader, language="en")
    assert same(wrong, sets.rehearsal())
    assert "5 images, and the folder has 6" in capsys.readouterr().out


def test_shrunk_photographs_are_trained_on_at_their_size(sets: ImageSets) -> None:
    small = sets.shrunk(28)
    assert small.training.prepared(0).shape == (3, 28, 28)
    whole = sets.training.prepared(0).reshape(3, 28, 8, 28, 8).mean(axis=(2, 4))
    assert np.abs(small.training.prepared(0) - whole).max() < 0.5 / 127.5 + 1e-5
    assert small.sha256 != sets.sha256
    assert len(small.rehearsal().training) == REHEARSAL_IMAGES
