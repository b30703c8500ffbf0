"""Where the images of the course lie, and which of the two sets are there."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.data.errors import DataError
from autograder.text import Text

DATA_VARIABLE = "AUTOGRADER_DATA"
TRAINING_FOLDER = "PALM-Training400"
VALIDATION_FOLDER = "PALM-Validation400"
LABELS_FILE = "labels.csv"
GENERATED_MARKER = "generated.json"
MNIST_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


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


def data_folder(course_root: Path, configured: str | None = None) -> Path:
    """Return the folder that holds (or may hold) `palm/` and `mnist/`.

    The variable AUTOGRADER_DATA wins over `configured` (the key `data:` of course.yml, relative to `course_root`);
    without either it is `course_root/data`. The folder need not exist, except where the variable names it.
    Raises DataError when AUTOGRADER_DATA names something that is not a folder.
    """
    from_environment = os.environ.get(DATA_VARIABLE)
    if from_environment:
        folder = Path(from_environment).expanduser().absolute()
        if not folder.is_dir():
            raise DataError(
                f"{DATA_VARIABLE} names {folder}, which is not a folder; correct the variable, or unset it to work "
                "with generated images"
            )
        return folder
    return course_root / Path(configured or "data").expanduser()


def find_palm(folder: Path) -> PalmFolders | None:
    """Return the PALM folders under `folder/palm`, or None when there is no `folder/palm`.

    Raises DataError when `folder/palm` is there but a part of it is missing.
    """
    root = folder / "palm"
    if not root.is_dir():
        return None
    folders = PalmFolders(root)
    parts = ((folders.training, folders.training.is_dir()), (folders.validation, folders.validation.is_dir()))
    _refuse_missing(root, (*parts, (folders.labels, folders.labels.is_file())))
    return folders


def find_mnist(folder: Path) -> Path | None:
    """Return `folder/mnist`, or None when there is no such folder.

    Raises DataError when the folder is there but one of the four idx archives is missing.
    """
    root = folder / "mnist"
    if not root.is_dir():
        return None
    _refuse_missing(root, tuple((root / name, (root / name).is_file()) for name in MNIST_FILES))
    return root


GENERATED = Text(
    zh="!!! {name}: 这是程序画出来的假数据，不是真的。这里的准确率说明不了什么，用它训练的权重评分时会很低。真数据：设置 AUTOGRADER_DATA，见 autograder data where",
    en="!!! {name}: these are generated pictures, not the real data. Accuracy on them says nothing, and weights trained on them "
    "will get a low grade. Real data: set AUTOGRADER_DATA, see autograder data where",
)


def is_generated(root: Path) -> bool:
    """Tell whether `root` (a `palm` or `mnist` folder) was written by the generator."""
    return (root / GENERATED_MARKER).is_file()


def _refuse_missing(root: Path, parts: tuple[tuple[Path, bool], ...]) -> None:
    missing = [path.name for path, present in parts if not present]
    if missing:
        raise DataError(
            f"{root} is incomplete: {', '.join(missing)} missing; put the missing part there, or move {root} away to "
            "work with generated images"
        )
