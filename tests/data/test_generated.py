from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.data import DataError
from tests.data_sets import (
    MNIST,
    PALM,
    TRAINING_SHARES,
    VALIDATION_SHARES,
    PalmFolders,
    draw_fundus,
    generate_mnist,
    generate_palm,
    group_counts,
    load_images,
    load_mnist,
    part_of,
    training_images,
    validation_images,
)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_files(small_palm: PalmFolders, small_mnist: Path, tmp_path: Path) -> None:
    assert contents(generate_palm(tmp_path, training=8, validation=6).root) == contents(small_palm.root)
    assert contents(generate_mnist(tmp_path, train=40, test=20)) == contents(small_mnist)


def test_another_seed_gives_other_images_and_replaces_the_old_ones(tmp_path: Path) -> None:
    first = contents(generate_palm(tmp_path, seed=1, training=3, validation=3).root)
    second = contents(generate_palm(tmp_path, seed=2, training=3, validation=3).root)
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)
    first_digits = contents(generate_mnist(tmp_path, seed=1, train=10, test=10))
    assert first_digits != contents(generate_mnist(tmp_path, seed=2, train=10, test=10))


def test_fewer_images_after_more_leave_none_of_the_old(tmp_path: Path) -> None:
    generate_palm(tmp_path, training=6, validation=3)
    assert len(training_images(generate_palm(tmp_path, training=3, validation=3))) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["palm"]


def test_no_two_images_are_the_same(small_palm: PalmFolders) -> None:
    images = [content for name, content in contents(small_palm.root).items() if name.endswith(".jpg")]
    assert len(set(images)) == len(images) == 14


def test_the_layout_is_that_of_the_real_set(small_palm: PalmFolders) -> None:
    training, validation = training_images(small_palm), validation_images(small_palm)
    assert [image.path.name for image in training] == [
        *("H0001.jpg", "N0001.jpg", "N0002.jpg", "N0003.jpg"),
        *("P0001.jpg", "P0002.jpg", "P0003.jpg", "P0004.jpg"),
    ]
    assert [image.path.name for image in validation] == [f"V000{number}.jpg" for number in range(1, 7)]
    assert sum(image.label for image in validation) == 3
    images = load_images([image.path for image in (*training, *validation)])
    assert images.shape == (14, 224, 224, 3)
    with small_palm.labels.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["ID", "imgName", "Label", "Fovea_X", "Fovea_Y"]
    assert all(0 < float(row["Fovea_X"]) < 2124 and 0 < float(row["Fovea_Y"]) < 2056 for row in rows)


def test_the_groups_have_the_published_sizes() -> None:
    assert group_counts(TRAINING_SHARES, 400) == {"N": 161, "H": 26, "P": 213}
    assert group_counts(VALIDATION_SHARES, 400)["P"] == 211


@given(total=st.integers(3, 1000))
def test_the_groups_add_up_at_any_size(total: int) -> None:
    counts = group_counts(TRAINING_SHARES, total)
    assert sum(counts.values()) == total
    assert min(counts.values()) >= 1
    assert abs(counts["P"] - total * 213 / 400) <= 1


def test_the_field_is_round_on_black_and_red_leads() -> None:
    image = draw_fundus("N", np.random.default_rng(0)).image
    assert image.shape == (224, 224, 3)
    assert image.dtype == np.uint8
    assert image[:20, :20].max() == 0
    inside = image[60:160, 60:160].mean(axis=(0, 1))
    assert inside[2] > inside[1] > inside[0]


def test_pathologic_eyes_show_more_pale_ground() -> None:
    def pale_share(group: str) -> float:
        pictures = [draw_fundus(group, np.random.default_rng(seed)).image for seed in range(20)]  # type: ignore[arg-type]
        return float(np.mean([(picture[..., 1] > 0.7 * picture[..., 2].astype(float)).mean() for picture in pictures]))

    # outside the field both channels are 0, so the black surround counts for none
    assert pale_share("P") > 1.5 * pale_share("N")


def test_digits_of_every_class_are_balanced(small_mnist: Path) -> None:
    for split, each in (("training", 4), ("test", 2)):
        labels = load_mnist(small_mnist, split)[1]  # type: ignore[arg-type]
        assert np.bincount(labels[:, 0], minlength=10).tolist() == [each] * 10


def test_a_complete_set_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate_palm(tmp_path, training=3, validation=3)
    generate_mnist(tmp_path, train=10, test=10)
    monkeypatch.setattr(f"{PALM}.drawn.draw_fundus", lambda *_: pytest.fail("drawn again"))
    monkeypatch.setattr(f"{MNIST}.drawn.draw_digit", lambda *_: pytest.fail("drawn again"))
    generate_palm(tmp_path, training=3, validation=3)
    generate_mnist(tmp_path, train=10, test=10)


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{PALM}.drawn.draw_fundus", interrupt)
    with pytest.raises(KeyboardInterrupt):
        generate_palm(tmp_path, training=3, validation=3)
    assert list(tmp_path.iterdir()) == []


def test_another_process_that_finished_first_is_as_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = part_of(PALM, "drawn")
    real = drawn._write_training

    def slower(folders: PalmFolders, seed: int, total: int) -> None:
        monkeypatch.setattr(drawn, "_write_training", real)
        generate_palm(tmp_path, seed, total, 3)
        real(folders, seed, total)

    monkeypatch.setattr(drawn, "_write_training", slower)
    folders = generate_palm(tmp_path, training=3, validation=3)
    assert len(training_images(folders)) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["palm"]


def test_real_photographs_are_never_replaced(made_palm: PalmFolders) -> None:
    before = contents(made_palm.root)
    with pytest.raises(DataError, match="was not generated; it is left as it is"):
        generate_palm(made_palm.root.parent, training=3, validation=3)
    assert contents(made_palm.root) == before


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be written"):
        generate_mnist(tmp_path / "file", train=10, test=10)


def test_too_few_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 3 images"):
        generate_palm(tmp_path, training=2)
    with pytest.raises(ValueError, match="at least 10 digits"):
        generate_mnist(tmp_path, test=9)
