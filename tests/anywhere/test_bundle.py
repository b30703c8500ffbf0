"""The zip for students: what is in it, what is not, and that a new one over an old folder keeps a student's work."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.answers import solution_lines
from autograder.authoring.bundle import bundle
from autograder.authoring.bundle_readme import README
from autograder.authoring.wheel import metadata_of, zipped
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_course
from autograder.errors import AuthoringError
from tests.anywhere.machines import NOT_A_STUDENTS, PYDANTIC, around_now, run

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
SUM = re.compile(r"合计：此处 (\d+) / \1 分，另有 (\d+) 分交上去以后才检查")
TOO_SHORT = 30  # characters of a line that any program may have: `model.train()`
# Longer ones that every program with Paddle has: the forward pass of an epoch, and the last line of a small network.
USUAL = frozenset(
    ("logits = model(paddle.to_tensor(images))", "return self.fc(paddle.flatten(x, 1))  # [N, num_classes]")
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return bundle(ROOT, COURSE, "zh")


def unpack(files: dict[str, bytes], place: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        archive.extractall(place)
    return place / COURSE.id


def texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield every text that students get, those in the wheel too."""
    for name, content in files.items():
        if not name.endswith(".whl"):
            yield name, content.decode()
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            for member in wheel.namelist():
                yield f"{name}!{member}", wheel.read(member).decode()


def kit_of(chapter: str) -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / "hidden.json")


def hidden_kits() -> Iterator[CheckSuite]:
    for chapter in COURSE.chapters:
        yield kit_of(chapter.id)


def test_the_wheel_has_its_metadata_however_the_kit_was_installed(tmp_path: Path) -> None:
    place = tmp_path / "palm_autograder.egg-info"  # what `pip install .` leaves in the folder
    place.mkdir()
    with pytest.raises(AuthoringError, match="without its METADATA"):
        metadata_of(Distribution.at(place))
    (place / "PKG-INFO").write_text("Metadata-Version: 2.4\nVersion: 0.1.0\n", "utf-8")
    assert "Version: 0.1.0" in metadata_of(Distribution.at(place))


def test_no_trace_of_a_hidden_check_is_in_it(files: dict[str, bytes]) -> None:
    for suite in hidden_kits():
        shipped = files[f"{COURSE.id}/assignments/{suite.chapter.id}/checks.json"].decode()
        record = json.loads(shipped)
        assert suite.public().checks.keys() == record["checks"].keys()
        for task, entry in suite.chapter.checks():
            if entry.hidden:
                assert task.full_id(entry) not in shipped
                assert entry.hint is None or entry.hint.zh not in shipped
        for task in record["chapter"]["tasks"]:
            own = suite.chapter.task(task["id"])
            assert own is not None
            assert task.get("later", 0) == sum(entry.points for entry in own.checks if entry.hidden)


def test_the_public_salt_is_in_it_and_no_database_that_could_hold_the_private_one(files: dict[str, bytes]) -> None:
    course = json.loads(files[f"{COURSE.id}/course.yml"])
    assert course["salt"] == COURSE.salt is not None
    kinds = {name.rpartition(".")[2] for name in files}
    assert kinds == {"md", "yml", "py", "whl", "ipynb", "json"}


def test_no_line_of_a_solution_is_in_it_nor_in_the_wheel(files: dict[str, bytes]) -> None:
    lines = set()
    for chapter in COURSE.chapters:
        lines |= solution_lines(nbformat.read(ROOT / "solutions" / chapter.id / f"{chapter.id}.ipynb", as_version=4))
    lines = {line for line in lines if len(line) > TOO_SHORT} - USUAL
    assert len(lines) > 100
    own = {name: text for name, text in texts(files) if "/originals/" not in name}
    found = [(name, line) for name, text in own.items() for line in text.splitlines() if line.strip() in lines]
    assert found == []
    assert not [name for name, _ in texts(files) if name.endswith("mistakes.yml") or "/source/" in name]


def test_the_same_course_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert zipped(files) == zipped(bundle(ROOT, COURSE, "zh"))


def test_the_wheel_is_light(files: dict[str, bytes]) -> None:
    name, content = next(item for item in files.items() if item[0].endswith(".whl"))
    assert name.endswith("-py3-none-any.whl")
    assert len(content) < 1_000_000


def test_the_readme_has_three_steps_for_each_platform(files: dict[str, bytes]) -> None:
    readme = files[f"{COURSE.id}/README.md"].decode()
    parts = readme.split("\n**")[1:]
    assert [part.split("（")[0].split("**")[0] for part in parts] == ["Windows", "macOS", "Linux", "AI Studio", "Colab"]
    assert all(f"\n{step}. " in part for part in parts for step in (1, 2, 3))
    assert README.en.count("\n3. ") == len(parts)


def start(place: Path) -> str:
    done = subprocess.run(
        [sys.executable, "start.py", "--no-install"], cwd=place, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_new_bundle_over_an_old_folder_keeps_what_was_worked_on(files: dict[str, bytes], tmp_path: Path) -> None:
    place = unpack(files, tmp_path / "张 三")
    start(place)
    own, untouched = (place / "assignments" / name / f"{name}.ipynb" for name in ("lenet", "reader"))
    own.write_text("my work", "utf-8")
    assert "kept" not in start(unpack(files, tmp_path / "张 三"))
    newer = {
        name: content.replace(b"{", b"{ ", 1) if "/originals/" in name else content for name, content in files.items()
    }
    assert "assignments/lenet/lenet.ipynb: yours is kept" in start(unpack(newer, tmp_path / "张 三"))
    assert own.read_text("utf-8") == "my work"
    assert own.with_suffix(".new.ipynb").read_bytes() == newer[f"{COURSE.id}/originals/lenet/lenet.ipynb"]
    assert untouched.read_bytes() == newer[f"{COURSE.id}/originals/reader/reader.ipynb"]
    (place / ".autograder/laid-out.json").write_text('{"lenet": ', "utf-8")
    start(unpack(files, tmp_path / "张 三"))
    assert own.read_text("utf-8") == "my work"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(files: dict[str, bytes], tmp_path: Path) -> None:
    place = unpack(files, tmp_path)
    (place / "assignments/lenet/lenet.ipynb").mkdir()  # root, who runs these tests at times, may write anywhere
    done = subprocess.run(
        [sys.executable, "start.py", "--no-install"], cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "lenet.ipynb: cannot be written" in done.stderr


def test_a_course_yml_that_was_emptied_is_said_without_the_packages_of_staff(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    place = unpack(files, tmp_path)
    (place / "course.yml").write_text("", "utf-8")
    done = run(place, "status", lacking=NOT_A_STUDENTS)
    assert done.returncode == 2
    assert b"course.yml is no longer as it came; unpack the course's bundle again" in done.stderr.replace(
        b"yml: is", b"yml is"
    )


def test_a_student_with_the_bundle_alone_checks_and_hands_in(files: dict[str, bytes], tmp_path: Path) -> None:
    place = unpack(files, tmp_path / "张 三")
    start(place)
    lacking = NOT_A_STUDENTS
    first = run(place, "check", "lenet", lacking=lacking, PYTHONIOENCODING="gbk")
    assert first.returncode == 1, first.stderr.decode("gbk")
    answer = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    (place / "lenet.py").write_text(answer, "utf-8")
    fixed = run(place, "check", "lenet", "lenet.py", lacking=lacking, PYTHONIOENCODING="gbk")
    assert fixed.returncode == 0, fixed.stderr.decode("gbk")
    here, later = SUM.findall(fixed.stdout.decode("gbk"))[0]
    assert int(here) + int(later) == kit_of("lenet").chapter.points
    done = run(place, "submit", "lenet", "lenet.py", "--student", "张三", lacking=lacking, PYTHONIOENCODING="gbk")
    assert "\n[x] " in f"\n{done.stdout.decode('gbk')}", done.stderr.decode("gbk")
    assert (place / "submitted" / "张三" / "lenet" / "lenet.py").read_text("utf-8") == answer


def test_a_student_with_the_bundle_alone_keeps_their_own_record(files: dict[str, bytes], tmp_path: Path) -> None:
    """The verbs are called as functions: newer versions of Typer need pydantic to read a command line."""
    place = unpack(files, tmp_path / "张 三")
    start(place)
    (place / "lenet.py").write_text((ROOT / "solutions/lenet/lenet.py").read_text("utf-8"), "utf-8")
    course = json.loads((place / "course.yml").read_text("utf-8"))
    around_now(course)
    for entry in course["checkins"]:
        entry["counts"] = None
    course["checkin"] |= {"proof": "either", "late_days": 0}
    course["board"]["enabled"] = True
    (place / "course.yml").write_text(json.dumps(course), "utf-8")

    def said(code: str) -> str:
        before = (
            "from pathlib import Path\nfrom autograder.cli.checkin import *\nfrom autograder.cli.asking import ask\n"
        )
        before += "from autograder.cli.board import board\nfrom autograder.cli.student import submit\n"
        done = run(place, code=before + code, lacking=(*NOT_A_STUDENTS, *PYDANTIC), windows=True)
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done.stdout.decode() + done.stderr.decode()

    assert "lenet.py" in said("submit('lenet', Path('lenet.py'), student='s042', lang='en')")
    note = "Wrote the three tasks of LeNet and saw why the maps are flattened."
    assert "✓ week 2" in said(f"checkin(message={note!r}, week=2, lang='en')")
    assert "asked for leave in week 3" in said("ask('leave', weeks='3', reason='a wedding', lang='en')")
    assert "Asked for leave in week 3: waiting" in said("status(lang='en')")
    assert "take part as 'Owl'" in said("board(join='Owl', lang='en')")
    assert "chapter" not in said("board(leave=True, lang='en')")
    travels = json.loads((place / "submitted" / "s042" / "checkins.json").read_text("utf-8"))
    assert ([one["note"] for one in travels["checkins"]], travels["board"]) == ([note], None)
    assert [(one["wish"], one["week"]) for one in travels["requests"]] == [("leave", 3)]
    assert "lenet" in said("calendar(lang='en')")


def test_a_notebook_is_checked_without_pydantic(files: dict[str, bytes], tmp_path: Path) -> None:
    place = unpack(files, tmp_path)
    answer = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8").replace("import matplotlib.pyplot as plt\n", "")
    (place / "lenet.py").write_text(answer, "utf-8")
    code = "from lenet import *; from autograder import open_chapter; print(open_chapter('lenet')('evaluate'))"
    done = run(place, code=code, lacking=(*NOT_A_STUDENTS, *PYDANTIC))
    task = kit_of("lenet").chapter.task("evaluate")
    assert task is not None
    told, points = done.stdout.decode().splitlines()[-2:]
    assert float(points) == sum(entry.points for entry in task.checks if not entry.hidden), done.stderr
    assert [float(number) for number in SUM.findall(told)[0]] == [float(points), task.points - float(points)]
