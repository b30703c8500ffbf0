"""Verbs for TAs: grade, feedback, export."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograder.cli.common import (
    LanguageOption,
    chosen_backend,
    import_notes,
    json_text,
    name_strangers,
    progress,
    say,
    say_json,
    staff_here,
    tell_new_rules,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grading.classroom import Grader
    from autograder.grading.engines import Engine
    from autograder.grading.template import Template
    from autograder.sandbox.box import Backend
    from autograder.store.results import ResultStore

SMALL_CLASS = 5  # so many results are seen at one glance
EARLIER = Text(zh="另评了 {count} 份被新提交替换的答案", en="{count} answers that newer ones replaced were graded, too")
UNWRITTEN = Text(
    zh="{student} {chapter}: 已评分, 但分数没能写进成绩册:{why}",
    en="{student} {chapter}: graded, but the points are not in the gradebook: {why}",
)


def grade(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders, archives; all of submitted/ by default.")
    ] = None,
    chapter: Annotated[str | None, typer.Option(help="The chapter's id.")] = None,
    jobs: Annotated[int, typer.Option(help="How many at a time; one per core by default.")] = 0,
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write results as JSON; - is standard output.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="local, or dask://HOST:PORT: a Dask cluster that shares this folder and the database.")
    ] = "local",
    box: Annotated[
        str, typer.Option(help="bubblewrap, podman or docker; or none: no protection at all.")
    ] = "bubblewrap",
    trusted: Annotated[
        bool, typer.Option("--i-trust-this-code", help="Needed for --box none: the code may do what you may do.")
    ] = False,
    regrade: Annotated[bool, typer.Option(help="Grade again what was graded before.")] = False,
    only_failed: Annotated[
        bool, typer.Option(help="Only those whose newest result is not all right, once more; of the class.")
    ] = False,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only what came then or later.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(min=0, help="Minutes after which nothing new is begun; what is left is named.")
    ] = None,
    use_stale: Annotated[
        bool, typer.Option("--stale", help="Grade by what was built, though source/ has changed since.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Grade one submission or the class; exit code 1 when a check failed or something was not graded."""
    from autograder.sandbox.box import begun_zygote

    if paths and only_failed:
        raise typer.BadParameter("--only-failed is about the class's results; leave the files out")
    backend = _backend(box, trusted)
    begun = begun_zygote(backend)  # it warms up while this process imports
    import time
    from datetime import UTC
    from functools import partial

    from rich.console import Console

    from autograder.cli.building import refuse_stale
    from autograder.cli.tables import class_table, grading_progress
    from autograder.grading.attempts import show_counting
    from autograder.grading.batch import came_since, failed, slowest, that_failed, within
    from autograder.grading.classroom import Grader, box_of, hand_in_of, kit_of, submitted
    from autograder.grading.coordinator import Coordinator
    from autograder.grading.counting import audit_counting, that_count
    from autograder.grading.engines import serve
    from autograder.grading.gradebook import record_points
    from autograder.grading.marking import settle_marks, suggestions_said
    from autograder.grading.template import Template
    from autograder.store.marks import log_marks
    from autograder.store.results import ResultStore

    cluster = _dask_address(engine)
    root, course, language = staff_here(lang)
    hand_ins = (
        [hand_in_of(path, chapter, course, root) for path in paths] if paths else submitted(root, course, chapter)
    )
    chapters = sorted({hand_in.chapter for hand_in in hand_ins})
    refuse_stale(root, chapters, language, allowed=use_stale)
    for name in chapters:
        kit_of(root, name).digest  # noqa: B018  # read and hashed once, for workers, too
    # Before there is another thread or a database: a copy of this process holds none.
    template = Template.forked(partial(serve, course=course)) if cluster is None and not paths else None
    grader = Grader(root, course, box_of(course, backend, begun))
    slots = jobs or os.cpu_count() or 1
    store = None if paths else ResultStore.in_course(root)
    if since:
        hand_ins = came_since(hand_ins, since.replace(tzinfo=course.zone).astimezone(UTC), grader.clock())
    if only_failed and store:
        hand_ins = that_failed(hand_ins, store.all_current())
    put_back = earlier = 0
    may_begin = within(None if budget is None else 60 * budget, time.monotonic)
    try:
        with grading_progress(len(hand_ins)) as done:
            if store:
                earlier = _grade_kept(grader, store, chapter, regrade, may_begin, cluster, language, slots)
                chosen = _engine(cluster, language, min(slots, len(hand_ins)), grader, store, template)
                coordinator = Coordinator(grader, store, chosen, language, done, may_begin)
                records = coordinator.grade(hand_ins, again=regrade or only_failed)
                put_back = coordinator.put_back
            else:
                records = grader.grade_files(hand_ins, language, jobs=slots, done=done, may_begin=may_begin)
    except KeyboardInterrupt:
        progress("autograder: interrupted; what is done is kept, `autograder grade` goes on from there")
        raise typer.Exit(130) from None
    unwritten, misplaced = 0, False
    if store:
        log_marks(store.database, grader.clock())
        for name in dict.fromkeys(record["chapter"] for record in records):
            whose = [record["student"] for record in records if record["chapter"] == name]
            settle_marks(root, store, grader.kit(name).chapter, whose, grader.clock())
        records = [_counted_again(root, course, store, record, language) for record in records]
        counting = that_count(store, records)
        for name in dict.fromkeys(record["chapter"] for record in records):
            points = record_points(root, grader.kit(name).chapter, [r for r in counting if r["chapter"] == name])
            for student, why in points.items():
                progress(f"! {UNWRITTEN.format(student=student, chapter=name, why=why).to(language)}")
            unwritten += len(points)
        for record in counting:
            if said := suggestions_said(record.get("suggestions") or {}):
                show_counting(root, record, [one.to(language) for one in said])
        tell_new_rules(course, store.database, grader.clock())
        misplaced = _name_ignored(root, course, store, language)
        name_strangers(store.database, (hand_in.student for hand_in in hand_ins if hand_in.student), language)
        import_notes(
            root, course, store.database, language
        )  # after the points, which no note may keep from the gradebook
        audit_counting(course, store)
        store.close()
    if json_file:
        say_json(records) if json_file == "-" else Path(json_file).write_text(json_text(records) + "\n", "utf-8")
    elif paths:
        _print_findings(records)
    else:
        Console().print(class_table(records, language))
    for record in records:
        for flag in record.get("flags", ()):
            progress(f"! {record['student'] or record['submission']} {record['chapter']}: {flag}")
    if len(records) > SMALL_CLASS:
        named = [
            f"{r['student'] or r['submission']} {r['chapter']} {r.get('seconds') or 0:.1f} s" for r in slowest(records)
        ]
        progress("slowest: " + "; ".join(named))
    if earlier:
        progress(EARLIER.format(count=earlier).to(language))
    if put_back:
        first = f"{course.limits.first_seconds:g} s (limits.first_seconds in course.yml)"
        progress(f"{put_back} of {len(records)} took more than {first} and went on after the others")
    if same := sum("asked_for" in record for record in records):
        progress(f"{same} of {len(records)} are the same as another to every check: asked once (`asked_for` in --json)")
    if left := len(hand_ins) - len(records):
        progress(f"autograder: the budget is spent, {left} of {len(hand_ins)} not begun; the same command goes on")
    raise typer.Exit(1 if left or unwritten or misplaced or any(map(failed, records)) else 0)


def _grade_kept(
    grader: Grader,
    store: ResultStore,
    chapter: str | None,
    again: bool,
    may_begin: Callable[[], bool],
    cluster: str | None,
    language: Language,
    slots: int,
) -> int:
    """Grade answers that were replaced before they were graded, before those that replaced them; return how many."""
    from autograder.grading.coordinator import Coordinator
    from autograder.grading.kept import kept_hand_ins
    from autograder.handin.placing import Shelf
    from autograder.store.audit import actor_name

    Shelf(grader.root, grader.course, store.database, actor_name()).take_in_earlier()
    with store.database.reading() as connection:
        kept = kept_hand_ins(grader.root, grader.course, connection, chapter, graded=again)
    if kept:
        engine = _engine(cluster, language, min(slots, len(kept)), grader, store, None)
        Coordinator(grader, store, engine, language, may_begin=may_begin).grade(kept, again=again)
    return len(kept)


def _counted_again(
    root: Path, course: Course, store: ResultStore, record: dict[str, Any], language: Language
) -> dict[str, Any]:
    """Return a result with the attempt that counts once all marks are where they belong, and show that one."""
    from autograder.grading.attempts import show_counting
    from autograder.grading.counting import with_counting

    if not record.get("counting"):
        return record
    again = with_counting(course, store, record, language)
    if again["counting"] != record["counting"] and again["status"] == "graded":
        show_counting(root, again)
    return again


def _name_ignored(root: Path, course: Course, store: ResultStore, language: Language) -> bool:
    """Name what lies below submitted/ in a place that grading does not see; True where there is something."""
    from autograder.grading.ignored import ignored
    from autograder.store.roster import class_list

    with store.database.reading() as connection:
        lines = ignored(root, [entry.id for entry in course.chapters], class_list(connection))
    for line in lines:
        progress(f"! {line.to(language)}")
    return bool(lines)


def _dask_address(engine: str) -> str | None:
    """Return HOST:PORT of a Dask cluster, None for this machine; what grading there needs is imported meanwhile."""
    if engine == "local":
        return None
    if not engine.startswith("dask://"):
        raise typer.BadParameter(f"it is local or dask://HOST:PORT, not {engine!r}", param_hint="--engine")
    try:
        import autograder.grading.cluster  # noqa: F401
    except ModuleNotFoundError:
        raise typer.BadParameter(
            "Dask is missing: pip install 'palm-autograder[cluster]'", param_hint="--engine"
        ) from None
    return engine.removeprefix("dask://")


def _engine(
    cluster: str | None, language: Language, slots: int, grader: Grader, store: ResultStore, template: Template | None
) -> Engine:
    if cluster is None:
        from autograder.grading.engines import LocalEngine

        return LocalEngine(grader.root, language, slots, grader.box, template)
    from autograder.grading.cluster import DaskEngine

    root, database = grader.root.resolve(), store.database
    return DaskEngine(cluster, root, language, grader.box, database, lambda line: progress(f"! {line}"))


def _backend(box: str, trusted: bool) -> Backend:
    backend = chosen_backend(box, unprotected=True)
    if backend == "none" and not trusted:
        raise typer.BadParameter(
            "without a box, what was handed in runs with all your rights and can read and change everything you can; "
            "where you have read it, or it is yours, add --i-trust-this-code",
            param_hint="--box none",
        )
    return backend


def _print_findings(records: list[dict[str, Any]]) -> None:
    for record in records:
        say(f"{record['submission']}: {record['score']:g}/{record['max_score']:g} {record.get('reason', '')}")
        for f in record["findings"]:
            first, *quoted = f["message"].split("\n")
            say(f"  {f['status']:8} {f['check']:32} {f['points']:g}/{f['max_points']:g}  {first}")
            say(*(f"             {line}" for line in quoted))  # the student's own lines never begin a line here
            if f["hint"]:
                say(f"           → {f['hint']}")


def feedback(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="For this student only; may be repeated.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Make a feedback page for the attempt that counts of everybody, in feedback/<student>/<chapter>/."""
    from autograder.grading.attempts import kept_path, show_counting
    from autograder.grading.came_said import came_said
    from autograder.grading.counting import class_with_counting
    from autograder.grading.feedback import PagesMissing, make_feedback
    from autograder.store.alone import alone
    from autograder.store.results import ResultStore

    problems: list[Text] = []
    root, course, language = staff_here(lang)
    wanted = chapters or [entry.id for entry in course.chapters]
    store = ResultStore.in_course(root)
    for record in class_with_counting(course, store, language):  # a deadline moved since may let another one count
        of_interest = record["chapter"] in wanted and (student is None or record["student"] in student)
        if of_interest and kept_path(root, record["student"], record["chapter"], record["key"]).is_file():
            with alone(f"{record['student']} {record['chapter']}", problems.append):
                came = came_said(course, store, record)
                show_counting(root, record, [came.to(language)] if came else [])
    store.close()
    for name in wanted:
        try:
            made = make_feedback(root, name, student)
        except PagesMissing as missing:
            made = list(missing.made)
            problems += missing.problems
        say(*(str(page.relative_to(root.resolve())) for page in made))
    for problem in problems:
        progress(f"! {problem.to(language)}")
    raise typer.Exit(1 if problems else 0)


def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")] = Path("grades.csv"),
) -> None:
    """Write the current results as CSV: one row per student and chapter, one column per task."""
    from autograder.checkin.weeks import utc_now
    from autograder.grading.counting import audit_counting, class_with_counting
    from autograder.grading.export import write_csv
    from autograder.store.marks import log_marks
    from autograder.store.results import ResultStore

    root, course, _ = staff_here(None)
    store = ResultStore.in_course(root)
    log_marks(store.database, utc_now())
    audit_counting(course, store)
    records = class_with_counting(course, store, course.language)
    store.close()
    write_csv(file, records)
    say(f"{file}: {len(records)} results")
