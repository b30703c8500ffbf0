"""The course's two data sets for tests, as the engine itself imports them: `from tests.data_sets import training_images`."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import load_course
from autograder.course.sets import GENERATED_FOLDER, found_set
from autograder.data import DataSet, open_set

ROOT = Path(__file__).parents[1]
SETS = load_course(ROOT).sets
PALM = type(open_set(ROOT, SETS, "palm", ROOT)).__module__
MNIST = type(open_set(ROOT, SETS, "mnist", ROOT)).__module__
MODULES = {
    PALM: (
        *("completeness", "decoded", "drawn", "duplicates", "folders", "fundus", "inspection", "labels", "likeness"),
        *("originals", "photographs", "preparing", "reader", "shown"),
    ),
    MNIST: ("idx", "drawn", "digits", "preparing"),
}

DRAWN = ROOT / ".autograder" / "tests"  # drawn once in a checkout
PHOTOGRAPHS = 30  # in each part, where they are drawn; a quick run looks at six

SETS_OF_COURSE = "datasets: {palm: palm:Palm, mnist: mnist:Mnist}\n"  # for the course.yml of a small course


def with_sets(root: Path) -> Path:
    """Give a small course, whose course.yml has `SETS_OF_COURSE`, the classes of the two data sets."""
    shutil.copytree(ROOT / "source" / "datasets", root / "source" / "datasets", dirs_exist_ok=True)
    return root


def set_in(name: str, folder: Path, cache: Path | None = None) -> DataSet:
    """Return the course's data set of that name, its data in `folder`."""
    return type(open_set(ROOT, SETS, name, ROOT))(folder, cache or folder.parent / "cache")


def data_of_course() -> Path:
    """Return the folder that holds both sets of this course: the real ones, or drawn ones, few of them photographs."""
    folders = {found_set(ROOT, name).folder.parent for name in SETS}
    assert len(folders) == 1, f"one of the sets is real and one drawn: {folders}"
    folder = folders.pop()
    if folder != ROOT / GENERATED_FOLDER:
        return folder
    set_in("mnist", DRAWN / "mnist").generate()
    part_of(PALM, "drawn").generate_palm(DRAWN, training=PHOTOGRAPHS, validation=PHOTOGRAPHS)
    return DRAWN


def palm_in(folders: Any, cache: Path | None = None) -> Any:
    """Return the data set of PALM in some folders."""
    return set_in("palm", folders.root, cache)


def part_of(package: str, module: str) -> ModuleType:
    """Return a module of a data set's package, `PALM` or `MNIST`."""
    return importlib.import_module(f"{package}.{module}")


def __getattr__(name: str) -> Any:
    for package, modules in MODULES.items():
        for module in modules:
            if not name.startswith("_") and hasattr(part_of(package, module), name):
                return getattr(part_of(package, module), name)
    raise AttributeError(name)
