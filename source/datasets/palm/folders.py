"""Where the photographs and their labels lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from autograder.data.errors import DataError
from autograder.data.location import refuse_missing

TRAINING_FOLDER = "PALM-Training400"
VALIDATION_FOLDER = "PALM-Validation400"
LABELS_FILE = "labels.csv"


@dataclass(frozen=True)
class PalmFolders:
    """The three parts of PALM: training photographs, validation photographs, validation labels."""

    root: Path
    validation_name: str = VALIDATION_FOLDER
    labels_name: str = LABELS_FILE

    def with_test_set(self, name: str) -> PalmFolders:
        """Return the folders with `root/name` and its own labels.csv in place of the validation set.

        Raises DataError when one of them is missing.
        """
        folders = replace(self, validation_name=name, labels_name=f"{name}/{LABELS_FILE}")
        if not folders.labels.is_file():
            raise DataError(
                f"{folders.labels} does not exist; put the photographs of the test set and their labels.csv into "
                f"{folders.validation}, or take test_set out of chapter.yml"
            )
        return folders

    @property
    def training(self) -> Path:
        """Folder of the training photographs."""
        return self.root / TRAINING_FOLDER

    @property
    def validation(self) -> Path:
        """Folder of the validation photographs."""
        return self.root / self.validation_name

    @property
    def labels(self) -> Path:
        """The csv with the validation labels."""
        return self.root / self.labels_name


def find_palm(folder: Path, name: str = "palm") -> PalmFolders | None:
    """Return the PALM folders under `folder/<name>`, or None when there is no such folder.

    Raises DataError when the folder is there but a part of it is missing.
    """
    root = folder / name
    if not root.is_dir():
        return None
    folders = PalmFolders(root)
    parts = ((folders.training, folders.training.is_dir()), (folders.validation, folders.validation.is_dir()))
    refuse_missing(root, (*parts, (folders.labels, folders.labels.is_file())))
    return folders
