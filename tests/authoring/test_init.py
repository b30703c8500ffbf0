"""A course of one's own: what `init` writes, what it refuses, and that every command of its README works."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from autograder.authoring.build import build_chapter
from autograder.authoring.course_wheel import course_wheel, installed_courses
from autograder.authoring.init import chosen_languages, new_course
from autograder.authoring.new import new_chapter
from autograder.authoring.notebooks import instructor_notebook
from autograder.authoring.pages import pages
from autograder.authoring.prose import Declarations
from autograder.authoring.record import read_checks
from autograder.authoring.sources import stale
from autograder.authoring.starter import NBGRADER, README, WORKFLOW
from autograder.authoring.wheel import wheel
from autograder.checkin.summary import Summariser
from autograder.course import check_course, load_chapter, load_course
from autograder.errors import AuthoringError, AutograderError
from autograder.sandbox.box import Box
from autograder.store.records import Ledger, Student
from tests import test_docs
from tests.cli.class_folder import Verbs

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 9, 9)  # a Wednesday
NOW = datetime(2026, 9, 9, tzinfo=UTC)
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FAILS = {"autograder grade"}  # for the mistakes of the sample class
AS_PROCESSES = {"autograder build", "autograder verify"}  # `grade` and `doctor` are started by tests of their own


def commands(readme: str) -> list[str]:
    """Return the commands that a README shows, in their order."""
    return [line for block in COMMANDS.findall(readme) for line in block.splitlines()]


def run_all(place: Path, told: list[str], python: str = sys.executable) -> None:
    """Run commands in a folder; each must end as the README says."""
    for command in told:
        words = shlex.split(command)
        words = [python, "-m", *words] if words[0] == "autograder" else words
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if command in FAILS else 0), f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr


def type_all(place: Path, verb: Verbs, processes: set[str]) -> None:
    """Type the commands of a course's README, some in processes and the others in this one."""
    for command in commands((place / "README.md").read_text("utf-8")):
        program, *words = shlex.split(command)
        if program != "autograder" or command in processes:
            run_all(place, [command])
            continue
        outcome = verb(*words)
        assert outcome.code == (1 if command in FAILS else 0), f"{command}\n{outcome.out}\n{outcome.err}"
        assert "Traceback" not in outcome.err


def test_a_course_has_all_that_it_needs(tmp_path: Path) -> None:
    place = tmp_path / "Meine Übung 2026"
    written = new_course(place, "paddle", ("en", "zh"), TODAY)
    course = load_course(place)
    assert (course.id, course.language, course.languages) == ("meine-bung-2026", "en", ("en", "zh"))
    assert check_course(course, place)
    assert course.chapters[0].opens.astimezone(course.zone).date() == date(2026, 9, 7)
    assert course.salt  # so that variants differ from student to student
    new_course(tmp_path / "other", "paddle", ("en", "zh"), TODAY)
    assert course.salt != load_course(tmp_path / "other").salt
    assert [week.due for week in course.checkins][-1] == course.chapters[0].due
    assert {"README.md", ".gitignore", "nbgrader_config.py", ".github/workflows/course.yml"} <= set(written)
    assert len([name for name in written if name.startswith("submitted/")]) == 3
    texts = {name: (place / name).read_text("utf-8") for name in written if not name.endswith(".whl")}
    assert not [name for name, text in texts.items() if re.search(r"@[A-Z_]+@", text)]
    assert {file.name for file in (place / "source" / "first_network").iterdir()} <= set(
        re.findall(r"[\w.]+", texts["README.md"])
    )  # what each is for
    assert (place / "wheels" / wheel()[0]).is_file()


def test_the_same_nbgrader_maps_the_folders_of_every_course() -> None:
    assert (ROOT / "nbgrader_config.py").read_text("utf-8") == NBGRADER


def test_both_readmes_show_the_same_commands() -> None:
    assert commands(README.zh) == commands(README.en)
    assert len(commands(README.en)) > 8


def test_the_workflow_builds_and_proves(tmp_path: Path) -> None:
    new_course(tmp_path / "own", "paddle", ("zh",), TODAY)
    steps = YAML(typ="safe").load(WORKFLOW)["jobs"]["course"]["steps"]
    told = [step["run"] for step in steps if "run" in step]
    assert told[-2:] == ["autograder build --check", "autograder verify --quiet"]
    text = (tmp_path / "own" / ".github/workflows/course.yml").read_text("utf-8")
    assert f"palm-autograder[staff]=={wheel()[0].split('-')[1]}" in text


@pytest.mark.parametrize(
    ("template", "there", "message"),
    [
        ("paddle", "mine.txt", "exists and is not empty"),
        ("palm9", "", "there is no template 'palm9'; here: paddle, plain"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, template: str, there: str, message: str
) -> None:
    place = tmp_path / "own"
    place.mkdir()
    if there:
        (place / there).write_text("kept", "utf-8")
    with pytest.raises(AuthoringError, match=message):
        new_course(place, template, ("zh",), TODAY)
    assert [path.name for path in tmp_path.rglob("*")] == ["own", *filter(None, [there])]


def test_languages_are_named_by_their_codes() -> None:
    assert chosen_languages("en, zh") == ("en", "zh")
    assert chosen_languages("fr") == ("fr",)
    for wrong in ("French", "", "zh,zh", "fr;en"):
        with pytest.raises(AuthoringError, match="name each language once by its code, such as zh, en or fr"):
            chosen_languages(wrong)


@pytest.mark.parametrize("languages", [("fr",), ("en",), ("fr", "zh"), ("zh", "en", "fr")])
@pytest.mark.parametrize("kind", ["plain", "paddle"])
def test_a_template_stands_in_the_languages_of_the_course_and_no_other(
    tmp_path: Path, kind: str, languages: tuple[str, ...]
) -> None:
    place = tmp_path / "own"
    new_course(place, kind, languages, TODAY)
    new_chapter(place, "another")
    course = load_course(place)
    assert (course.languages, course.language) == (languages, languages[0])
    for chapter in check_course(course, place).values():
        folder, declared = place / "source" / chapter.id, Declarations(place / "source", chapter.id)
        assert chapter.tasks[0].hint.to(languages[0])
        for language in languages:
            shown = instructor_notebook(
                (folder / "notebook.py").read_text("utf-8"), chapter, language, declared, languages
            )
            text = "\n".join(cell.source for cell in shown.cells)
            assert ("TODO：" in text) is (language == "zh")
            assert ("TODO: " in text) is (language != "zh")
        written = "".join(file.read_text("utf-8") for file in (*folder.glob("*.yml"), folder / "notebook.py"))
        assert bool(re.search("[\u4e00-\u9fff]", written)) is ("zh" in languages)
        assert read_checks(folder, chapter).graded


def test_a_course_of_its_own_language_needs_the_template_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.authoring.init.installed_courses", lambda: {"palm": Path(__file__).parents[2]})
    with pytest.raises(AuthoringError, match="--languages fr: the texts of palm stand in zh, en"):
        new_course(tmp_path / "own", "palm", ("fr",), TODAY)
    assert not (tmp_path / "own").exists()


def test_a_course_may_begin_without_a_chapter(tmp_path: Path) -> None:
    new_course(tmp_path / "own", "paddle", ("zh",), TODAY)
    file = tmp_path / "own" / "course.yml"
    text = re.sub(r"(?ms)^chapters:.*?^$", "chapters: []  # none yet\n", file.read_text("utf-8"))
    text = re.sub(r"(?ms)^checkins:.*?^$", "", text)
    file.write_text(text, "utf-8")
    course = load_course(tmp_path / "own")
    summary = Summariser(course, NOW).summary(Ledger(Student("s1")))
    assert (course.chapters, summary.course_points) == ((), 0.0)
    assert new_chapter(tmp_path / "own", "second")[-1] == "course.yml"
    assert [chapter.id for chapter in load_course(tmp_path / "own").chapters] == ["second"]
    assert "# none yet" in file.read_text("utf-8")


@pytest.mark.parametrize(("template", "framework"), [("plain", "python"), ("paddle", "paddle")])
def test_a_new_chapter_is_of_the_kind_that_the_course_has(tmp_path: Path, template: str, framework: str) -> None:
    new_course(tmp_path / "own", template, ("zh",), TODAY)
    new_chapter(tmp_path / "own", "second")
    assert load_chapter(tmp_path / "own/source/second").framework == framework
    new_chapter(tmp_path / "own", "third", kind="paddle")
    assert load_chapter(tmp_path / "own/source/third").framework == "paddle"


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_the_course_is_a_distribution_of_its_own_and_nothing_of_it_is_in_the_students() -> None:
    own, students = names(course_wheel(ROOT, "palm")[1]), names(wheel()[1])
    for chapter in load_course(ROOT).chapters:
        assert f"palm_course/course/source/{chapter.id}/mistakes.yml" in own
        assert f"palm_course/course/solutions/{chapter.id}/hidden.json" in own
    assert not [name for name in own if name.endswith((".safetensors", ".pdparams", ".pyc", ".jpg"))]
    assert {name.split("/")[0] for name in students} == {
        "autograder",
        *(n.split("/")[0] for n in students if "dist-info" in n),
    }
    assert not [name for name in students if name.endswith((".yml", ".json", ".ipynb", "hidden.json"))]


def test_teachers_can_read_how_to_write_a_course_and_students_get_none_of_it(tmp_path: Path) -> None:
    """Messages name pages such as docs/checks.md: they are there in a course that was begun from the wheel alone."""
    place = tmp_path / "own"
    written = new_course(place, "plain", ("zh",), TODAY)
    came = {name for name in written if name.startswith("docs/")}
    assert {"docs/authoring.md", "docs/authoring.zh.md", "docs/checks.zh.md", "docs/data.md"} <= came
    assert came == {f"docs/{name}" for name in pages()}
    for name in ("README.md", *came):
        test_docs.test_every_link_leads_somewhere(place / name)
    staff, students = (dict.fromkeys(names(wheel(of_staff=of_staff)[1])) for of_staff in (True, False))
    assert sorted(staff.keys() - students.keys()) == sorted(f"autograder/authoring/pages/{name}" for name in pages())
    assert len(wheel(of_staff=True)[1]) - len(wheel()[1]) < 120_000  # bytes
    assert [path.read_bytes() for path in (place / "wheels").iterdir()] == [wheel(of_staff=True)[1]]


def test_an_installed_wheel_has_the_pages_where_it_looks_for_them(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(wheel(of_staff=True)[1])) as archive:
        archive.extractall(tmp_path)
    told = "from autograder.authoring.pages import pages; print(*pages())"
    done = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(pages())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The distribution of the PALM course, as pip lays it out, where Python finds it."""
    place = tmp_path / "site"
    with zipfile.ZipFile(io.BytesIO(course_wheel(ROOT, "palm")[1])) as archive:
        archive.extractall(place)
    monkeypatch.syspath_prepend(place)
    return place


def test_an_installed_course_is_a_template(installed: Path, tmp_path: Path) -> None:
    assert installed_courses()["palm"].is_relative_to(installed)
    written = new_course(tmp_path / "palm-2030", "palm", ("en",), date(2030, 2, 20))
    course, before = load_course(tmp_path / "palm-2030"), load_course(ROOT)
    assert (course.id, course.language) == ("palm-2030", "en")
    assert [chapter.id for chapter in course.chapters] == [chapter.id for chapter in before.chapters]
    assert course.chapters[0].opens.astimezone(course.zone).date() == date(2030, 2, 18)
    assert f"solutions/{course.chapters[0].id}/hidden.json" in written
    # Its numbers are those that were recorded, so nothing has to be run before the first hand-in is graded.
    assert course.salt == before.salt
    assert [stale(tmp_path / "palm-2030", chapter.id) for chapter in course.chapters] == [
        stale(ROOT, chapter.id) for chapter in before.chapters
    ]
    told = (tmp_path / "palm-2030" / "README.md").read_text("utf-8")
    assert "autograder verify reader --sample 8" in commands(told)  # the chapter of the sample class
    assert "autograder verify" not in commands(told)
    assert "Write a new `salt`" in told
    assert not re.search(r"@[A-Z_]+@", told)
    assert len([name for name in written if name.startswith("submitted/")]) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "processes", "second"),
    [("paddle", set(), "second_network"), ("plain", AS_PROCESSES, "second_function")],
)
def test_every_command_of_the_readme_works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    template: str,
    processes: set[str],
    second: str,
) -> None:
    """As processes where each starts soonest, in the course that needs no Paddle."""
    place = tmp_path / "自己的"
    new_course(place, template, ("zh", "en"), date.today())
    assert processes <= set(commands((place / "README.md").read_text("utf-8")))
    type_all(place, Verbs(place, monkeypatch, capsys), processes)
    assert (place / "source" / second).is_dir()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import json\nimport not_there\n",
            "checks.py:2: cannot be imported: ModuleNotFoundError: No module named 'not_there'",
        ),
        ("CHECKS = {\n", "checks.py:1: cannot be imported"),
        ("NOTHING = 1\n", "checks.py: it has no dict CHECKS"),
    ],
)
def test_checks_that_cannot_be_read_name_the_line(text: str, said: str, tmp_path: Path) -> None:
    new_course(tmp_path / "own", "plain", ("en",), TODAY)
    folder = tmp_path / "own" / "source" / "first_function"
    (folder / "checks.py").write_text(text, "utf-8")
    with pytest.raises(AutograderError) as caught:
        read_checks(folder, load_chapter(folder))
    assert said in str(caught.value)


def contents(place: Path) -> dict[str, bytes]:
    """Return every generated file."""
    folders = [place / name for name in ("assignments", "solutions", "marking")]
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_chapter_that_cannot_be_built_changes_no_file_and_says_why(tmp_path: Path, shared_box: Box) -> None:
    new_course(tmp_path / "own", "paddle", ("en",), TODAY)
    place, box = tmp_path / "own", shared_box
    notebook = place / "source" / "first_network" / "notebook.py"
    build_chapter(place, "first_network", "en", box)
    before, text = contents(place), notebook.read_text("utf-8")

    def fails(old: str, new: str) -> str:
        assert text.count(old) == 1
        notebook.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(AutograderError) as caught:
            build_chapter(place, "first_network", "en", box)
        assert contents(place) == before
        return str(caught.value)

    def line(part: str) -> int:
        return 1 + next(n for n, one in enumerate(notebook.read_text("utf-8").splitlines()) if part in one)

    said = fails("        super().__init__()\n", "        super().__init__()\n        import not_there\n")
    assert f"notebook.py:{line('import not_there')}: there is no module 'not_there' here" in said
    said = fails("\nclass FirstNetwork(nn.Layer):", "\nclass FirstNetwork(nn.Missing):")
    assert f"notebook.py:{line('nn.Missing')}: the solution fails at network.shape: AttributeError" in said
