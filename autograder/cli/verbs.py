"""Every verb of the command line."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from autograder.cli.data import data_app
from autograder.cli.facts import facts
from autograder.cli.new import new
from autograder.cli.train import train
from autograder.text import Language

if TYPE_CHECKING:
    from autograder.checks.kit import Kit

app = typer.Typer(
    name="autograder",
    help="Auto-graded exercises: check and hand in (students), grade (TAs), build and verify (authors).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(data_app)
LanguageOption = Annotated[str | None, typer.Option("--lang", help="zh or en; the course's language by default.")]


def _language(given: str | None, default: str) -> Language:
    chosen = given or os.environ.get("AUTOGRADER_LANG") or default
    if chosen not in ("zh", "en"):
        raise typer.BadParameter(f"the language is zh or en, not {chosen!r}")
    return cast("Language", chosen)


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@app.command()
def check(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    file: Annotated[
        Path | None, typer.Argument(help="Notebook or .py; assignments/CHAPTER/CHAPTER.ipynb by default.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file is saved; Ctrl-C ends (exit code 0).")
    ] = False,
    lang: LanguageOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check your own answer by the public checks; exit code 1 while something fails."""
    from autograder.checks.kit import public_kit
    from autograder.course import find_course

    root = find_course(Path.cwd())
    kit = public_kit(root, chapter)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    language = _language(lang, kit.language)
    if not watch:
        raise typer.Exit(0 if _check_once(kit, path, language, as_json) else 1)
    with contextlib.suppress(KeyboardInterrupt):
        for _ in _saves(path):
            _check_once(kit, path, language, as_json)
            print(flush=True)


def _check_once(kit: Kit, path: Path, language: Language, as_json: bool) -> bool:
    from autograder.grading.examine import shown_lines
    from autograder.grading.grade import grade
    from autograder.sandbox.box import Box, default_box
    from autograder.sandbox.session import BoxError
    from autograder.submission import Rejected, read_submission

    box = Box("none")  # one's own code on one's own machine; the box only where it is there
    with contextlib.suppress(BoxError):
        box = default_box()
    try:
        result = grade(kit, read_submission(path, kit.chapter.id), box)
    except Rejected as rejection:
        print(f"{path}: {rejection.reason.to(language)}", file=sys.stderr)
        return False
    if as_json:
        print(json.dumps([result.to_record(language)], ensure_ascii=False, indent=1))
    else:
        for text in result.repairs:
            print(f"! {text.to(language)}")
        for line in shown_lines(result.findings, language):
            print(line)
    return not result.failed


def _saves(path: Path) -> Iterator[None]:
    """Yield at once, and then each time the file at `path` has been saved, also while the last yield was at work."""
    import time

    def stamp() -> tuple[int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    before: tuple[int, int] | None = (0, 0)
    while True:
        if (now := stamp()) != before:
            before = now
            yield
        time.sleep(0.5)


@app.command()
def hint(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    task: Annotated[str | None, typer.Argument(help="The task; all by default.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Show the hints of a task: what its checks look at, the hidden ones too."""
    from autograder.checks.kit import public_kit
    from autograder.course import find_course

    kit = public_kit(find_course(Path.cwd()), chapter)
    language = _language(lang, kit.language)
    tasks = [entry for entry in kit.chapter.tasks if task in (None, entry.id)]
    if not tasks:
        raise typer.BadParameter(
            f"{chapter} has no task {task!r}; it has: {', '.join(t.id for t in kit.chapter.tasks)}"
        )
    for entry in tasks:
        print(f"{entry.id}  {entry.title.to(language)}  ({entry.points:g})")
        if entry.hint:
            print(f"  {entry.hint.to(language)}")
        for one in entry.checks:
            if one.hint:
                print(f"  {one.id}: {one.hint.to(language)}")


@app.command()
def submit(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    file: Annotated[
        Path | None, typer.Argument(help="Notebook or .py; assignments/CHAPTER/CHAPTER.ipynb by default.")
    ] = None,
    student: Annotated[str, typer.Option(envvar="AUTOGRADER_STUDENT", help="Your student id.")] = "",
    to: Annotated[Path | None, typer.Option(help="The class's folder; submitted/ of this course by default.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Hand in a notebook or .py, with the weights file beside it (CHAPTER.safetensors)."""
    from autograder.course import find_course, load_course
    from autograder.submission import Rejected
    from autograder.submission.handing_in import hand_in

    root = find_course(Path.cwd())
    course = load_course(root)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    if course.chapter(chapter) is None:
        raise typer.BadParameter(
            f"no chapter {chapter!r}; there are: {', '.join(entry.id for entry in course.chapters)}"
        )
    limits = {"limit_mib": int(course.limits.submission_mib), "weights_limit_mib": int(course.limits.weights_mib)}
    try:
        folder = hand_in(path, chapter, student, to or root / "submitted", **limits)
    except Rejected as rejection:
        print(f"{path}: {rejection.reason.to(_language(lang, course.language))}", file=sys.stderr)
        raise typer.Exit(1) from None
    for name in sorted(folder.iterdir()):
        print(f"✓ {name}")


@app.command()
def grade(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders, archives; all of submitted/ by default.")
    ] = None,
    chapter: Annotated[str | None, typer.Option(help="The chapter's id.")] = None,
    jobs: Annotated[int, typer.Option(help="How many at a time; one per core by default.")] = 0,
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write results as JSON; - is standard output.")
    ] = None,
    regrade: Annotated[bool, typer.Option(help="Grade again what was graded before.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Grade one submission or the class; exit code 1 when a check failed or something could not be graded."""
    from rich.console import Console

    from autograder.cli.tables import class_table, grading_progress
    from autograder.course import find_course, load_course
    from autograder.grading.classroom import Grader, hand_in_of, submitted
    from autograder.grading.gradebook import record_points
    from autograder.sandbox.box import BoxLimits, default_box
    from autograder.store.results import ResultStore

    root = find_course(Path.cwd())
    course = load_course(root)
    language = _language(lang, course.language)
    limits = BoxLimits(int(course.limits.memory_mib), int(course.limits.cpu_seconds), int(course.limits.output_kib))
    grader = Grader(root, course, default_box(limits))
    hand_ins = (
        [hand_in_of(path, chapter, course) for path in paths] if paths else list(submitted(root, course, chapter))
    )
    store = None if paths else ResultStore.in_course(root)
    try:
        with grading_progress(len(hand_ins)) as done:
            records = grader.grade_all(
                hand_ins, store, language, jobs=jobs or os.cpu_count() or 1, again=regrade, done=done
            )
    except KeyboardInterrupt:
        _progress("autograder: interrupted; what is done is kept, the same command goes on from there")
        raise typer.Exit(130) from None
    if not paths:
        for name in dict.fromkeys(record["chapter"] for record in records):
            record_points(root, grader.kit(name).chapter, [r for r in records if r["chapter"] == name])
    if json_file:
        text = json.dumps(records, ensure_ascii=False, indent=1)
        print(text) if json_file == "-" else Path(json_file).write_text(text + "\n", "utf-8")
    elif paths:
        _print_findings(records)
    else:
        Console().print(class_table(records, language))
    failed = any(r["status"] == "rejected" or any(_bad(f) for f in r["findings"]) for r in records)
    raise typer.Exit(1 if failed else 0)


def _bad(finding: dict[str, Any]) -> bool:
    return finding["status"] not in ("pass", "skipped")


def _print_findings(records: list[dict[str, Any]]) -> None:
    for record in records:
        print(f"{record['submission']}: {record['score']:g}/{record['max_score']:g} {record.get('reason', '')}")
        for f in record["findings"]:
            print(f"  {f['status']:8} {f['check']:32} {f['points']:g}/{f['max_points']:g}  {f['message']}")
            if f["hint"]:
                print(f"           → {f['hint']}")


@app.command()
def feedback(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="For this student only; may be repeated.")] = None,
) -> None:
    """Make a feedback page for every graded submission, in feedback/<student>/<chapter>/."""
    from autograder.course import find_course, load_course
    from autograder.grading.feedback import make_feedback

    root = find_course(Path.cwd())
    for name in chapters or [entry.id for entry in load_course(root).chapters]:
        for page in make_feedback(root, name, student):
            print(page.relative_to(root.resolve()))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")] = Path("grades.csv"),
) -> None:
    """Write the current results as CSV: one row per student and chapter, one column per task."""
    from autograder.course import find_course
    from autograder.grading.export import write_csv
    from autograder.store.results import ResultStore

    store = ResultStore.in_course(find_course(Path.cwd()))
    records = store.all_current()
    store.close()
    write_csv(file, records)
    print(f"{file}: {len(records)} results")


@app.command()
def build(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    only_check: Annotated[bool, typer.Option("--check", help="Write nothing; fail on any difference.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Make assignments/ and solutions/ from source/."""
    from autograder.authoring.build import build_chapter, build_pages
    from autograder.course import check_course, find_course, load_course
    from autograder.sandbox.box import default_box

    root = find_course(Path.cwd())
    course = load_course(root)
    check_course(course, root)
    language = _language(lang, course.language)
    changed: list[str] = []
    for name in chapters or [entry.id for entry in course.chapters]:
        changed += build_chapter(root, name, language, default_box(), check=only_check, progress=_progress)
    changed += build_pages(root, [entry.id for entry in course.chapters], check=only_check)
    for name in changed:
        print(f"{'differs' if only_check else 'written'}: {name}")
    raise typer.Exit(1 if only_check and changed else 0)


@app.command()
def verify(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress lines.")] = False,
) -> None:
    """Prove the checks: stub 0, solution full marks, every mutant killed where it says, right answers pass."""
    from autograder.authoring.verify import verify_chapter
    from autograder.course import find_course, load_course
    from autograder.sandbox.box import default_box

    root = find_course(Path.cwd())
    problems: list[str] = []
    for name in chapters or [entry.id for entry in load_course(root).chapters]:
        proof = verify_chapter(root, name, default_box(), (lambda _: None) if quiet else _progress)
        for mutant, killers in proof.table.items():
            print(f"{name:12} {mutant:36} {' '.join(killers)}")
        print(f"{name}: {len(proof.table)} mutants, {len(proof.right)} right answers, {len(proof.problems)} problems")
        problems += proof.problems
    for problem in problems:
        print(problem)
    raise typer.Exit(1 if problems else 0)


@app.command()
def doctor() -> None:
    """Say what is installed, what works, and what is missing."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from autograder.course import check_course, find_course, load_course
    from autograder.data import data_folder
    from autograder.errors import AutograderError
    from autograder.sandbox.box import default_box

    ok = True

    def line(good: bool, what: str) -> None:
        nonlocal ok
        ok = ok and good
        print(f"{'✓' if good else '✗'} {what}")

    print(f"Python {platform.python_version()}")
    for package in ("paddlepaddle", "numpy", "opencv-python-headless", "jupyter", "nbgrader"):
        try:
            line(True, f"{package} {version(package)}")
        except PackageNotFoundError:
            line(
                package == "nbgrader",
                f"{package} is not installed" + (" (TAs need it)" if package == "nbgrader" else ""),
            )
    try:
        root = find_course(Path.cwd())
        course = load_course(root)
        if (root / "source").is_dir():
            check_course(course, root)
        line(True, f"course {course.id} in {root}")
        line(True, f"data folder {data_folder(root, str(course.data) if course.data else None)}")
    except AutograderError as error:
        line(False, str(error))
    try:
        line(True, f"box: {default_box().backend}")
    except AutograderError as error:
        line(False, str(error))
    raise typer.Exit(0 if ok else 1)


app.command()(train)
app.command()(facts)
app.command()(new)
