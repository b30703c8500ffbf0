"""`make demo`: a sample class in `demo/`, from building the course to graded submissions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console

from autograder.checkin.record import ordered, roster_line
from autograder.checkin.service import CheckInService
from autograder.checkin.weeks import utc_now
from autograder.cli.common import chosen_language
from autograder.cli.course_map import class_map, student_map
from autograder.cli.tables import class_table
from autograder.course import find_course, load_course
from autograder.data.location import DATA_VARIABLE, data_folder
from autograder.demo.sample import FILE, read_demo, write_class
from autograder.demo.sample_class import SHOWN, in_language, in_mid_course, live_through
from autograder.demo.training import DemoError, Training
from autograder.grading.attempt_choice import Graded
from autograder.grading.feedback import make_feedback
from autograder.grading.pipeline import Done, Means, Run, Wanted, run
from autograder.grading.render import Renderer
from autograder.report.gather import gather, lexicon_of
from autograder.report.site import write_site
from autograder.store.database import Database, class_url
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.text import Language, Text
from autograder.untrusted.outside import plain_text

PARTS = ("source", "assignments", "solutions", "docs/results", "course.yml", "nbgrader_config.py")  # prose quotes runs
MADE = (
    "submitted",
    "autograded",
    "feedback",
    "report",
    "results.json",
    "gradebook.db",
    "gradebook.db-wal",
    "gradebook.db-shm",
)
DAY = 86_400
STEPS = {
    "class": Text(
        zh="把课程复制到 demo/，一个示例班级交作业", en="the course is copied to demo/, a sample class hands in"
    ),
    "grade": Text(
        zh="批改，同时在后台训练 {count} 个网络；每份的结果马上显示：",
        en="grading, while {count} networks are trained beside it; each verdict as it comes:",
    ),
    "grade_alone": Text(zh="批改；每份的结果马上显示：", en="grading; each verdict as it comes:"),
    "build": Text(zh="由 source/ 重新生成课程", en="the course is built from source/"),
    "feedback": Text(zh="生成反馈页", en="feedback pages are made"),
    "train": Text(zh="等网络训练完", en="waiting for the networks"),
    "course": Text(zh="学期中的班级", en="the class in mid-course"),
}
GATE = Text(zh="    再批改带权重的 {count} 份：", en="    now the {count} with weights:")
END = Text(zh="完成", en="done")
NO_FILE = Text(
    zh="    没有 {file}：每章都参加，不训练网络；文件怎么写，见 docs/authoring.zh.md",
    en="    there is no {file}: every chapter takes part, no network is trained; docs/authoring.md says how to write it",
)
NOT_BUILT = "{chapter} is not built, so there is nothing to grade with: run `autograder build`, then the demo again"
NEXT = Text(
    zh="\n结果：demo/results.json；反馈页：demo/feedback/；班级和每个学生：demo/report/index.html\n"
    "接下来可以在 demo/ 里试 (命令是 {command}):\n"
    "  autograder grade submitted/{graded}\n  autograder roster --at-risk\n"
    "  autograder status --student {shown}\n  autograder report --html report",
    en="\nResults: demo/results.json; feedback pages: demo/feedback/; the class and each student: demo/report/index.html\n"
    "Next, in demo/ (the command is {command}):\n"
    "  autograder grade submitted/{graded}\n  autograder roster --at-risk\n"
    "  autograder status --student {shown}\n  autograder report --html report",
)


class Telling:
    """Prints what the demo does, with the seconds since its start and in the course's language."""

    def __init__(self, language: Language, place: Path) -> None:
        self.renderer = Renderer.of_course(place)
        self.language, self.console, self._start = language, Console(), time.monotonic()
        self.steps, self._done = len(STEPS) - 1, 0

    def __call__(self, text: Text | str, **values: object) -> None:
        """Print a line."""
        line = text if isinstance(text, str) else text.to(self.language).format(**values)
        seconds = time.monotonic() - self._start
        self.console.print(f"{seconds:4.0f} s  {line}", soft_wrap=True, highlight=False, markup=False)

    def step(self, name: str, **values: object) -> None:
        """Print which step begins, with its number."""
        self._done += 1
        self(f"{self._done}/{self.steps} {STEPS[name].to(self.language).format(**values)}")

    def verdict(self, result: Result) -> None:
        """Print a result as soon as it is there."""
        why = self.renderer.first_trouble(result, self.language)
        points = f"{result.score:g}/{result.max_score:g}"
        self(f"   {result.student} {result.chapter} {points}  {plain_text(why)[:80]}")


def main() -> None:
    """Make the class, grade it while its networks are trained, and show it in mid-course."""
    root = find_course(Path.cwd())
    course = load_course(root)
    place = root / "demo"
    if names := [one.id for one in course.chapters if not (root / "solutions" / one.id / "hidden.json").is_file()]:
        raise DemoError(NOT_BUILT.format(chapter=names[0]))
    demo = read_demo(root, course)
    trained = demo.trained
    with_weights = {(one.student, one.chapter) for one in trained}
    tell = Telling(chosen_language(None, course.language, course.languages), place)
    tell.steps -= 0 if trained else 1  # nobody waits for networks
    tell.step("class")
    if not (root / FILE).is_file():
        tell(NO_FILE, file=FILE)
    _copy(root, place)
    file = place / "course.yml"
    text = in_mid_course(file.read_text("utf-8"), course, datetime.now(course.zone).date())
    file.write_text(in_language(text, tell.language if tell.language in course.languages else course.language), "utf-8")
    write_class(place, demo)
    _stamp(place)
    _use_images(root)
    with Training(place, trained, tell, tell.language) as training:
        tell.step("grade" if trained else "grade_alone", count=len(trained))
        first = _grade(place, tell, without=with_weights)
        tell.step("build")
        subprocess.run([sys.executable, "-m", "autograder", "build"], cwd=place, check=True)
        tell.step("feedback")  # beside the training; the pages of who hands in weights follow it
        for name in dict.fromkeys(one.result.chapter for one in first.graded):
            make_feedback(place, name)
        if trained:
            tell.step("train")
            training.finish()
    _stamp(place)
    if trained:
        tell(GATE, count=len(trained))
    found = _grade(place, tell)
    tell.console.print(class_table(found.graded, tell.renderer, tell.language))
    (place / "results.json").write_text(found.to_json(tell.language), "utf-8")
    for student, name in sorted(with_weights):
        make_feedback(place, name, [student])
    tell.step("course")
    _mid_course(place, [one.result for one in found.graded], tell)
    tell(END)


def _use_images(root: Path) -> None:
    """Name the course's own images to all that follows, from the first verdict on: results depend on what they are.

    Where there are none, those that are drawn lie in the demo, as in any other course.
    """
    course = load_course(root)
    folder = data_folder(root, str(course.data) if course.data else None).absolute()
    if any((folder / name).is_dir() for name in course.sets):
        os.environ[DATA_VARIABLE] = str(folder)
    else:
        os.environ.pop(DATA_VARIABLE, None)


def _copy(root: Path, place: Path) -> None:
    """Copy the course into the folder of the class, without what an earlier demo left there."""
    place.mkdir(exist_ok=True)
    for name in (*PARTS, *MADE):
        shutil.rmtree(place / name) if (place / name).is_dir() else (place / name).unlink(missing_ok=True)
    for name in filter(lambda part: (root / part).exists(), PARTS):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, place / name)


def _stamp(place: Path) -> None:
    """Give every hand-in the time of a class that is on time: a day before the chapter is due, at the latest now."""
    due = {entry.id: entry.due.timestamp() for entry in load_course(place).chapters}
    for folder in (place / "submitted").glob("*/*/"):
        moment = min(time.time(), due[folder.name] - DAY)
        for path in (*folder.iterdir(), folder):
            os.utime(path, (moment, moment))


def _grade(place: Path, tell: Telling, without: Container[tuple[str | None, str]] = ()) -> Run:
    """Grade what is handed in and has no result yet. without: (student, chapter) to leave for later."""
    course = load_course(place)
    with closing(ResultStore.in_course(place)) as store:
        known = {(result.student, result.chapter) for result in store.all_current()}

    @contextmanager
    def watching(_: int) -> Iterator[Done]:
        def done(one: Graded) -> None:
            if (one.result.student, one.result.chapter) not in known:
                tell.verdict(one.result)

        yield done

    found = run(place, course, Wanted(leave_out=without), Means(slots=2), watching)
    for problem in found.problems:
        tell(problem)
    return found


def _mid_course(place: Path, results: list[Result], tell: Telling) -> None:
    """Give the class its first weeks, then print it, print one student, and write the pages."""
    course, now = load_course(place), utc_now()
    live_through(place, results, now)
    with Database(class_url(place)) as database:
        summaries = list(CheckInService(course, database).summaries())
        report = gather(course, database, lexicon_of(place, course), now)
    write_site(place / "report", report, course.language)
    lines = [roster_line(course, one, now, course.language) for one in summaries]
    shown = next(one for one in summaries if one.student.id == SHOWN)
    for part in (
        class_map(course, ordered(lines, "risk"), tell.language, points=True),
        student_map(course, shown, now, tell.language),
    ):
        tell.console.print()
        for line in part:
            tell.console.print(line, soft_wrap=True, highlight=False)
    graded = next((one for one in results if 0 < one.score < one.max_score), results[0])
    command = "../.venv/bin/autograder" if (place.parent / ".venv" / "bin" / "autograder").is_file() else "autograder"
    values = {"shown": SHOWN, "graded": f"{graded.student}/{graded.chapter}", "command": command}
    tell.console.print(NEXT.to(tell.language).format(**values), soft_wrap=True, highlight=False, markup=False)
