"""The data sets of a course, opened by name: `open_data("letters")` in a notebook, `data_set` everywhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.language import spoken_here
from autograder.course.loading import course_of_notebook, load_course

if TYPE_CHECKING:
    from autograder.course.models import Course
    from autograder.data import DataSet

GENERATED_FOLDER = Path(".autograder") / "data"


def open_data(name: str) -> DataSet:
    """Return a data set of the course around the working folder, or the only one below it; generated data is said to be that.

    For notebooks. Where the data is not at hand, similar data is generated once, if the set's class knows how.
    Raises CourseError outside a course, and DataError for a set that course.yml does not list, that is not whole, or whose data
    is not there and cannot be generated.
    """
    from autograder.data.location import GENERATING

    root = course_of_notebook(Path.cwd())
    course = load_course(root)
    language = spoken_here(course.language)
    if not found_set(root, name, course=course).folder.is_dir():
        print(GENERATING.format(name=name).to(language), flush=True)
    found = data_set(root, name, course=course)
    found.warn(language)
    return found


def data_set(root: Path, name: str, *, place: Path | None = None, course: Course | None = None) -> DataSet:
    """Return a data set of a course with its data: the real one, or a generated one in `.autograder/data`.

    Args:
        place: The folder that holds a folder for each set, and must hold this one; by default that of the course.
            Raises as `open_data`.
    """
    found = found_set(root, name, place=place, course=course)
    if found.folder.is_dir():
        found.require()
    else:
        found.generate()
    return found


def found_set(root: Path, name: str, *, place: Path | None = None, course: Course | None = None) -> DataSet:
    """Return a data set where its data lies, else where it would be generated; nothing is generated. Raises as `open_data`."""
    from autograder.data import DataError, data_folder, open_set
    from autograder.data.wording import NOT_IN_FOLDER

    known = course or load_course(root)
    folder = place or data_folder(root, str(known.data) if known.data else None)
    found = open_set(root, known.sets, name, folder)
    if found.folder.is_dir():
        return found
    if place is not None:
        raise DataError(NOT_IN_FOLDER.format(place=place, name=name))
    return open_set(root, known.sets, name, root / GENERATED_FOLDER)
