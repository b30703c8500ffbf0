"""A rehearsal reads the photographs that it uses, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.data import DataError
from autograder.training import ImageSets
from autograder.training.images import REHEARSAL_IMAGES, REHEARSAL_VARIABLE, sets_of, validation_part
from tests.data_sets import PalmFolders, palm_in, training_images, validation_images


@pytest.fixture
def few_sound(palm: Any, tmp_path: Path, sets: ImageSets) -> Any:
    """The photographs, of which only those of a rehearsal can be decoded."""
    folders = PalmFolders(Path(shutil.copytree(palm.folder, tmp_path / "palm")))
    used = {name for part in (sets.rehearsal().training, sets.rehearsal().validation) for name in part.names}
    for image in (*training_images(folders), *validation_images(folders)):
        if image.path.name not in used:
            image.path.write_bytes(b"no photograph " + image.path.name.encode())
    return palm_in(folders)


def test_a_rehearsal_decodes_no_photograph_that_it_does_not_use(
    few_sound: Any, sets: ImageSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError):
        sets_of(few_sound)
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
