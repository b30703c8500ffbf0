"""A rehearsal reads the photographs that it uses, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.data import DataError, PalmFolders, training_images, validation_images
from autograder.training import ImageSets, palm_sets
from autograder.training.images import REHEARSAL_IMAGES, REHEARSAL_VARIABLE, sets_of, validation_part


@pytest.fixture
def few_sound(palm: PalmFolders, tmp_path: Path, sets: ImageSets) -> PalmFolders:
    """The photographs, of which only those of a rehearsal can be decoded."""
    folders = PalmFolders(Path(shutil.copytree(palm.root, tmp_path / "palm")))
    used = {name for part in (sets.rehearsal().training, sets.rehearsal().validation) for name in part.names}
    for image in (*training_images(folders), *validation_images(folders)):
        if image.path.name not in used:
            image.path.write_bytes(b"no photograph " + image.path.name.encode())
    return folders


def test_a_rehearsal_decodes_no_photograph_that_it_does_not_use(
    few_sound: PalmFolders, sets: ImageSets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError):
        palm_sets(few_sound, tmp_path / "cache")
    chosen, wanted = sets_of(few_sound, rehearsed=True), sets.rehearsal()
    for one, other in ((chosen.training, wanted.training), (chosen.validation, wanted.validation)):
        assert len(one) == REHEARSAL_IMAGES
        assert one.names == other.names
        np.testing.assert_array_equal(one.images, other.images)
        np.testing.assert_array_equal(one.labels, other.labels)
    assert chosen.sha256 != sets.sha256
    monkeypatch.setenv(REHEARSAL_VARIABLE, "1")
    np.testing.assert_array_equal(validation_part(few_sound, 5).images, wanted.validation.chosen(5).images)


def test_image_sets_are_rehearsed_as_they_are(sets: ImageSets) -> None:
    assert sets_of(sets) is sets
    assert sets_of(sets, rehearsed=True).sha256 == sets.rehearsal().sha256
