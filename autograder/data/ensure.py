"""Images to work with, whatever is at hand: the real sets where they are, generated ones elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.data.generated import generate_mnist, generate_palm
from autograder.data.location import GENERATED, PalmFolders, data_folder, find_mnist, find_palm, is_generated
from autograder.text import spoken

Origin = Literal["real", "generated"]

GENERATED_FOLDER = Path(".autograder") / "data"


@dataclass(frozen=True)
class DataSource:
    """Where the images of a course come from.

    `folder` is the data folder when it holds at least one of the sets, else the folder of the generated ones.
    The sets may lie in different folders: read them from `palm_folders` and `mnist_folder`.
    """

    folder: Path
    palm: Origin
    mnist: Origin
    palm_folders: PalmFolders
    mnist_folder: Path

    def warn(self, *names: str) -> None:
        """Print a line for each set, `palm` or `mnist`, that is generated: for notebooks, where figures are believed."""
        language = spoken(os.environ.get("AUTOGRADER_LANG", "zh"))
        for name in names:
            if getattr(self, name) == "generated":
                print(GENERATED.format(name=name).to(language), flush=True)


def ensure_data(course_root: Path, configured: str | None = None) -> DataSource:
    """Return the images of the course, generating into `course_root/.autograder/data` what the data folder lacks.

    Generating takes about ten seconds, once. Raises DataError when a set is there but incomplete, and when
    AUTOGRADER_DATA names no folder: neither is replaced by generated images in silence.
    """
    folder = data_folder(course_root, configured)
    spare = course_root / GENERATED_FOLDER
    found_palm, found_mnist = find_palm(folder), find_mnist(folder)
    palm = found_palm or generate_palm(spare)
    mnist = found_mnist or generate_mnist(spare)
    return DataSource(
        folder=folder if found_palm or found_mnist else spare,
        palm=_origin(palm.root),
        mnist=_origin(mnist),
        palm_folders=palm,
        mnist_folder=mnist,
    )


def _origin(root: Path) -> Origin:
    return "generated" if is_generated(root) else "real"
