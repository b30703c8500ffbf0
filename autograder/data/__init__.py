"""What a course's data sets must have, where their data lies, and helpers for their classes. Needs NumPy only, pictures OpenCV."""

from __future__ import annotations

from autograder.data.dataset import DataSet, open_set
from autograder.data.errors import DataError
from autograder.data.location import data_folder

__all__ = ["DataError", "DataSet", "data_folder", "open_set"]
