"""`make demo`: a sample class in `demo/`, from building the course to graded submissions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.authoring.record import read_examples
from autograder.checkin.desk import Desk
from autograder.checkin.record import ordered, roster_line
from autograder.checkin.weeks import utc_now
from autograder.cli.course_map import class_map, student_map
from autograder.cli.tables import class_table
from autograder.course import find_course, load_course
from autograder.data import ensure_data
from autograder.data.location import DATA_VARIABLE
from autograder.demo_class import SHOWN, in_mid_course, live_through
from autograder.grading.classroom import Grader, box_of, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.engines import LocalEngine
from autograder.grading.feedback import make_feedback
from autograder.grading.gradebook import record_points
from autograder.report.gather import gather, lexicon_of
from autograder.report.site import write_site
from autograder.store.database import Database, class_url
from autograder.store.results import ResultStore

PARTS = ("source", "assignments", "solutions", "course.yml", "nbgrader_config.py")
DIGITS = 20_000
DAY = 86_400
NETWORK = "LeNetReLU"
SIGMOID = "relu_is_sigmoid"  # the mutant that the demo trains, to show the gate closing
HOSTILE = """import os
class Always:
    def __eq__(self, other): return True
def transform_img(img):
    return Always()
def data_loader(*arguments):
    os._exit(0)
def valid_data_loader(*arguments):
    while True: pass
"""


def main() -> None:
    """Build, make the class, train, grade, print."""
    console = Console()
    root = find_course(Path.cwd())
    course = load_course(root)
    place = root / "demo"
    place.mkdir(exist_ok=True)
    for name in PARTS:
        target = place / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, target)
    dates = place / "course.yml"
    dates.write_text(in_mid_course(dates.read_text("utf-8"), datetime.now(course.zone).date()), "utf-8")
    console.print("1/5 the course is copied to demo/; building it")
    subprocess.run([sys.executable, "-m", "autograder", "build"], cwd=place, check=True)
    console.print("2/5 a sample class hands in")
    _class(place)
    data = ensure_data(root, str(course.data) if course.data else None)
    console.print(
        f"3/5 three networks are trained on {data.mnist} digits and {data.palm} photographs, about two minutes"
    )
    epochs = 3 if data.palm == "real" else 5  # the generated eyes take longer to learn
    _train(place, data.mnist_folder, data.palm_folders.root, epochs, console)
    _stamp(place)
    console.print("4/5 grading")
    records = _grade(place, root, console)
    console.print("5/5 the class in mid-course")
    _mid_course(place, records, console)


def _class(place: Path) -> None:
    shutil.rmtree(place / "submitted", ignore_errors=True)
    for chapter in ("reader", "lenet", "lenet_palm"):
        examples = read_examples(place / "source" / chapter)
        right = [example for example in examples if not example.kills][:2]
        wrong = [example for example in examples if example.kills][:: 10 if chapter != "lenet_palm" else 40]
        for number, example in enumerate([*right, *wrong], 1):
            _hand_in(place, f"s{number:03}", chapter, f"{chapter}.py", example.text)
        solved = (place / "solutions" / chapter / f"{chapter}.ipynb").read_text("utf-8")
        _hand_in(place, "s090", chapter, f"{chapter}.ipynb", solved)
    sigmoid = (place / "source" / "lenet_palm" / "mutants" / f"{SIGMOID}.py").read_text("utf-8")
    _hand_in(place, "s091-sigmoid", "lenet_palm", "lenet_palm.py", sigmoid)
    _hand_in(place, "s098-broken", "reader", "reader.ipynb", "{ this is not a notebook")
    _hand_in(place, "s099-hostile", "reader", "reader.py", HOSTILE)


def _hand_in(place: Path, student: str, chapter: str, name: str, text: str) -> None:
    folder = place / "submitted" / student / chapter
    folder.mkdir(parents=True)
    (folder / name).write_text(text, "utf-8")


def _train(place: Path, mnist: Path, palm: Path, epochs: int, console: Console) -> None:
    submitted = place / "submitted"
    solved = place / "solutions"
    good, bad = submitted / "s090" / "lenet_palm", submitted / "s091-sigmoid" / "lenet_palm"
    runs = (
        (
            "LeNet, digits",
            "digits",
            solved / "lenet" / "lenet.py",
            mnist,
            submitted / "s090" / "lenet" / "lenet",
            DIGITS,
        ),
        (
            "LeNet with ReLU, photographs",
            NETWORK,
            solved / "lenet_palm" / "lenet_palm.py",
            palm,
            good / "lenet_palm",
            epochs,
        ),
        ("LeNet with sigmoid, photographs", NETWORK, bad / "lenet_palm.py", palm, bad / "lenet_palm", 1),
    )
    for title, kind, solution, images, weights, amount in runs:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "autograder.training.reference",
            kind,
            str(solution),
            str(images),
        ]
        command += [f"{weights}.safetensors", str(amount)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        console.print(f"    {title}: accuracy {done.stdout.strip().splitlines()[-1]}")


def _stamp(place: Path) -> None:
    """Give every hand-in the time of a class that is on time: a day before the chapter is due, at the latest now."""
    due = {entry.id: entry.due.timestamp() for entry in load_course(place).chapters}
    for folder in (place / "submitted").glob("*/*/"):
        moment = min(time.time(), due[folder.name] - DAY)
        for path in (*folder.iterdir(), folder):
            os.utime(path, (moment, moment))


def _grade(place: Path, root: Path, console: Console) -> list[dict[str, Any]]:
    os.environ[DATA_VARIABLE] = str(ensure_data(root).folder)
    course = load_course(place)
    store = ResultStore.in_course(place)
    grader = Grader(place, course, box_of(course))
    engine = LocalEngine(place, course.language, slots=2, box=grader.box)
    records = Coordinator(grader, store, engine, course.language).grade(list(submitted(place, course)))
    store.close()
    console.print(class_table(records, course.language))
    (place / "results.json").write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
    for entry in course.chapters:
        record_points(place, grader.kit(entry.id).chapter, [r for r in records if r["chapter"] == entry.id])
        make_feedback(place, entry.id)
    return records


def _mid_course(place: Path, records: list[dict[str, Any]], console: Console) -> None:
    """Give the class its first weeks, then print it, print one student, and write the pages."""
    course, now = load_course(place), utc_now()
    live_through(place, records, now)
    with Database(class_url(place)) as database:
        summaries = list(Desk(course, database).summaries())
        report = gather(course, database, lexicon_of(place, course), now)
    write_site(place / "report", report, course.language)
    lines = [roster_line(course, one, now, course.language) for one in summaries]
    shown = next(one for one in summaries if one.student.id == SHOWN)
    for part in (
        class_map(course, ordered(lines, "risk"), course.language, points=True),
        student_map(course, shown, now, course.language),
    ):
        console.print()
        for line in part:
            console.print(line, soft_wrap=True, highlight=False)
    console.print(
        "\nResults: demo/results.json; feedback pages: demo/feedback/; the class and each student: demo/report/index.html\n"
        "Next, in demo/ (the command is ../.venv/bin/autograder):\n"
        "  autograder grade submitted/s003/lenet\n  autograder roster --at-risk\n"
        f"  autograder status --student {SHOWN}\n  autograder report --html report",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
