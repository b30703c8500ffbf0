"""A course as a distribution of its own: what teachers install to begin with it, sources, solutions and mistakes included.

`autograder init --template NAME` finds it by its entry point. Students get the other wheel, which holds none of it.
"""

from __future__ import annotations

import re
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import autograder
from autograder.authoring.wheel import installed_kit, packed_wheel
from autograder.course import load_course
from autograder.errors import AuthoringError
from autograder.text import Text

GROUP = "autograder.courses"
FOLDER = "course"  # in the distribution's package
PARTS = ("course.yml", "nbgrader_config.py", "source", "assignments", "solutions", "marking", "docs/results")
LEFT_OUT = frozenset(("__pycache__", ".ipynb_checkpoints"))
WEIGHTS = (".safetensors", ".pdparams", ".pyc")
METADATA = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
Summary: {title}: sources, solutions and known mistakes, for teachers
Requires-Python: >=3.11
Requires-Dist: palm-autograder[staff]=={version}
"""
NO_CHAPTER = Text(
    zh="{root}/source: 没有可以放进发行包的章节",
    en="{root}/source: there is no chapter to put into the distribution",
)
MODULE = '"""{title}: sources, solutions and known mistakes, for teachers. Not for students."""\n'


def course_wheel(root: Path, template: str) -> tuple[str, bytes]:
    """Return the name and the content of the wheel of a course, which `init` then knows as a template by that name."""
    course = load_course(root)
    name, version = f"{template}-course", installed_kit().version
    package = re.sub("[-.]+", "_", name)
    files = {f"{package}/__init__.py": MODULE.format(title=course.title.en).encode()}
    files |= {f"{package}/{FOLDER}/{place}": path.read_bytes() for place, path in _files(root)}
    if f"{package}/{FOLDER}/source" not in {"/".join(key.split("/")[:3]) for key in files}:
        raise AuthoringError(NO_CHAPTER.format(root=root))
    texts = {
        "METADATA": METADATA.format(name=name, version=version, title=course.title.en),
        "entry_points.txt": f"[{GROUP}]\n{template} = {package}\n",
    }
    return packed_wheel(name, version, files, texts)


def _files(root: Path) -> list[tuple[str, Path]]:
    found = []
    for part in PARTS:
        place = root / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.parts) and path.suffix not in WEIGHTS:
                found.append((path.relative_to(root).as_posix(), path))
    return found


def installed_courses() -> dict[str, Path]:
    """Return the folders of the courses that are installed, by the name of their template."""
    found: dict[str, Path] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if (folder := _folder(entry)) is not None:
            found[entry.name] = folder
    return found


def _folder(entry: EntryPoint) -> Path | None:
    spec = find_spec(entry.module)
    folder = Path(spec.origin).parent / FOLDER if spec and spec.origin else None
    return folder if folder and (folder / "course.yml").is_file() else None


def main(target: Path, template: str) -> None:
    """Write both distributions of this repository to a folder: the kit, and the course beside it, by the name of its template."""
    from autograder.authoring.wheel import wheel

    root = Path(autograder.__file__).parents[1]
    target.mkdir(parents=True, exist_ok=True)
    for name, content in (wheel(of_staff=True), course_wheel(root, template)):
        (target / name).write_bytes(content)
        print(f"{target / name}: {len(content) / 1e6:.2f} MB")


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]), sys.argv[2])
