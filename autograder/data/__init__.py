"""What a course's data sets must have, where their data lies, and helpers for their classes. Needs NumPy only, pictures OpenCV."""

from __future__ import annotations

from typing import NoReturn

from autograder.data.dataset import DataSet, open_set
from autograder.data.errors import DataError
from autograder.data.location import data_folder

__all__ = ["DataError", "DataSet", "data_folder", "open_set"]

_OF_EARLIER_NOTEBOOKS = frozenset(
    ("ensure_data", "prepare_image", "read_image", "training_images", "validation_images")
)
_EARLIER_NOTEBOOK = (
    "这个 notebook 是较早的版本：{name} 已改为 open_data。请把新 notebook（新课程包解压后在旧文件旁边的 *.new.ipynb）的导入单元和读数据的单元"
    "抄过来，自己写的代码不用改。 / This notebook is of an earlier edition: open_data took the place of {name}. Copy the cell of imports and the "
    "cells that read data from the new notebook (*.new.ipynb beside it, once a new bundle was unpacked); the code that you wrote stays."
)


def __getattr__(name: str) -> NoReturn:
    """Say what to do where a notebook of an earlier edition imports what is not here any more."""
    if name in _OF_EARLIER_NOTEBOOKS:
        raise ImportError(_EARLIER_NOTEBOOK.format(name=name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
