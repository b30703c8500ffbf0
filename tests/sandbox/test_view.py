"""What a box shows: this Python and the machine's libraries, and nothing of the course, wherever either of them lies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader, private_places
from autograder.sandbox import bubblewrap
from autograder.sandbox.box import Box
from autograder.sandbox.bubblewrap import Shown, refuse_to_show, shown
from autograder.sandbox.session import BoxError

ROOT = Path(__file__).parents[2]
LOOK = """
import json, sys
from pathlib import Path
from autograder.sandbox.box import open_bubblewrap_box
course = Path(sys.argv[1])
code = f'''
import os
def look():
    found = []
    for folder, folders, files in os.walk({str(course)!r}):
        found += [os.path.join(folder, name) for name in files if "site-packages" not in folder]
    names = ["solutions/answer.py", "submitted/anna/lenet.py", "gradebook.db", "course.yml", "lib/notes.txt"]
    return found + [name for name in names if os.path.lexists({str(course)!r} + "/" + name)]
'''
with open_bubblewrap_box().session() as session:
    session.ask("load", statements=[["a.py", 1, code]])
    print(json.dumps(session.ask("call", target="look", arguments=[])))
"""


def test_a_virtual_environment_that_is_the_course_shows_its_packages_only(tmp_path: Path) -> None:
    course = tmp_path / "course"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course], check=True)
    packages = next((course / "lib").glob("python3*")) / "site-packages"
    packages.rmdir()
    packages.symlink_to(next(Path(place) for place in sys.path if place.endswith("site-packages")))
    for name in ("solutions/answer.py", "submitted/anna/lenet.py", "gradebook.db", "course.yml", "lib/notes.txt"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("secret")
    words = [course / "bin" / "python", "-W", "ignore", "-c", LOOK, course]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert {Path(name).name for name in found} <= {
        "pyvenv.cfg",
        "python",
        "python3",
        f"python3.{sys.version_info.minor}",
    }


def test_of_usr_only_programs_and_libraries_are_shown() -> None:
    assert not {"/usr", "/usr/share", "/usr/local", sys.prefix, sys.base_prefix} & set(shown().places)


@pytest.mark.parametrize("below", ["", "courses/palm", "data"])
def test_a_course_below_what_has_to_be_shown_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.setattr(bubblewrap, "shown", lambda: Shown((str(tmp_path),), ()))
    with pytest.raises(BoxError, match="move the course"):
        refuse_to_show([tmp_path / below])
    refuse_to_show([tmp_path.parent / "elsewhere"])


def test_a_link_into_what_has_to_be_shown_is_seen_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library" / "images").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "library" / "images")
    monkeypatch.setattr(bubblewrap, "shown", lambda: Shown((str(tmp_path / "library"),), ()))
    with pytest.raises(BoxError):
        refuse_to_show([tmp_path / "data"])


def test_a_python_in_a_folder_of_the_course_s_own_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "shown", lambda: Shown((str(tmp_path / "submitted" / "venv" / "lib"),), ()))
    with pytest.raises(BoxError, match="move this Python"):
        refuse_to_show([tmp_path], tmp_path)
    monkeypatch.setattr(bubblewrap, "shown", lambda: Shown((str(tmp_path / ".venv" / "lib"),), ()))
    refuse_to_show([tmp_path], tmp_path)


def test_no_class_is_graded_where_the_box_would_show_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    course = load_course(ROOT)
    monkeypatch.setenv("AUTOGRADER_DB", f"sqlite:///{tmp_path}/class.db")
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "images"))
    assert {tmp_path / "class.db", tmp_path / "images"} <= set(private_places(ROOT, course))
    monkeypatch.setattr(bubblewrap, "shown", lambda: Shown((str(tmp_path),), ()))
    with pytest.raises(BoxError):
        Grader(ROOT, course, Box("bubblewrap"))
    Grader(ROOT, course, Box("none"))
