"""Where the data of a course lies, and whether it was generated."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.data.errors import DataError
from autograder.data.wording import INCOMPLETE, NOT_A_FOLDER
from autograder.text import Text

DATA_VARIABLE = "AUTOGRADER_DATA"
GENERATED_MARKER = "generated.json"


def data_folder(course_root: Path, configured: str | None = None) -> Path:
    """Return the folder that holds (or may hold) a folder for each data set.

    The variable AUTOGRADER_DATA wins over `configured` (the key `data:` of course.yml, relative to `course_root`);
    without either it is `course_root/data`. The folder need not exist, except where the variable names it.

    Raises:
        DataError: When AUTOGRADER_DATA names something that is not a folder.
    """
    from_environment = os.environ.get(DATA_VARIABLE)
    if from_environment:
        folder = Path(from_environment).expanduser().absolute()
        if not folder.is_dir():
            raise DataError(NOT_A_FOLDER.format(variable=DATA_VARIABLE, folder=folder))
        return folder
    return course_root / Path(configured or "data").expanduser()


GENERATING = Text(
    zh="{name}: 这里没有真数据，正在生成相似的数据；只有第一次要等，可能要一分钟……",
    en="{name}: the real data is not here, so similar data is generated. This may take a minute, the first time only ...",
)
GENERATED = Text(
    zh="!!! {name}: 这是程序生成的假数据，不是真的。这里的准确率说明不了什么，用它训练的权重评分时会很低。真数据：设置 AUTOGRADER_DATA，见 autograder data where",
    en="!!! {name}: this data is generated, it is not the real data. Accuracy on it says nothing, and weights trained on it "
    "will get a low grade. Real data: set AUTOGRADER_DATA, see autograder data where",
)


def is_generated(root: Path) -> bool:
    """Return True if `root` was written by a generator."""
    return (root / GENERATED_MARKER).is_file()


def refuse_missing(root: Path, parts: tuple[tuple[Path, bool], ...]) -> None:
    """Raise DataError where some of the parts are not there.

    Args:
        parts: Each with whether it is.
    """
    missing = [path.name for path, present in parts if not present]
    if missing:
        raise DataError(INCOMPLETE.format(folder=root, names=", ".join(missing)))
