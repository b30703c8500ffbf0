"""Verbs for TAs: grade, feedback, export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder.cli.common import (
    LanguageOption,
    UsageError,
    chosen_backend,
    class_here,
    import_notes,
    name_strangers,
    progress,
    said_by_hand,
    say,
    say_text,
    tell_new_rules,
    tell_overwritten,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grading.pipeline import Means, Run, Wanted
    from autograder.sandbox.box import Backend

SMALL_CLASS = 5  # so many results are seen at one glance
EARLIER = Text(zh="另评了 {count} 份被新提交替换的答案", en="{count} answers that newer ones replaced were graded, too")
REHEARSED = Text(
    zh="试评了 {graded} 份，什么也没有写：{up} 人会加分，{down} 人会减分；去掉 --dry-run 才生效",
    en="{graded} graded for a preview, nothing was written: {up} would gain, {down} would lose; without --dry-run it applies",
)
OF_THE_CLASS = Text(
    zh="--only-failed 看的是全班的结果；请去掉文件",
    en="--only-failed is about the class's results; leave the files out",
)
WITH_REGRADE = Text(
    zh="--dry-run 与 --regrade 一起用，而且是全班、在这台机器上",
    en="--dry-run goes with --regrade, for the class on this machine",
)
NO_ENGINE = Text(
    zh="--engine 是 local 或 dask://HOST:PORT，不是 {engine!r}",
    en="--engine is local or dask://HOST:PORT, not {engine!r}",
)
NO_DASK = Text(
    zh="--engine 要用 Dask，这里没有：pip install 'palm-autograder[cluster]'",
    en="--engine needs Dask, which is missing: pip install 'palm-autograder[cluster]'",
)
UNPROTECTED = Text(
    zh="--box none：没有沙箱时，提交的代码有你的一切权限，你能读、能改的它都能；读过它，或者是你自己写的，再加 --i-trust-this-code",
    en="--box none: without a box, what was handed in runs with all your rights and can read and change everything you can; "
    "where you have read it, or it is yours, add --i-trust-this-code",
)
INTERRUPTED = Text(
    zh="autograder: 已中断；做完的都保留着，再运行 `autograder grade` 会接着做",
    en="autograder: interrupted; what is done is kept, `autograder grade` goes on from there",
)
SLOWEST = Text(zh="最慢的：{named}", en="slowest: {named}")
PUT_BACK = Text(
    zh="{count} 份里有 {late} 份超过 {seconds:g} 秒 (course.yml 的 limits.first_seconds)，排到其他之后继续评",
    en="{late} of {count} took more than {seconds:g} s (limits.first_seconds in course.yml) and went on after the others",
)
ASKED_ONCE = Text(
    zh="{count} 份里有 {same} 份在每项检查看来都与另一份相同：只运行一次 (--json 里的 `asked_for`)",
    en="{same} of {count} are the same as another to every check: asked once (`asked_for` in --json)",
)
SPENT = Text(
    zh="autograder: 时间用完了，{total} 份里有 {left} 份没有开始；再运行同一条命令会接着做",
    en="autograder: the budget is spent, {left} of {total} not begun; the same command goes on",
)
EXPORTED = Text(zh="{file}: {rows} 行，其中 {count} 个有结果", en="{file}: {rows} rows, {count} results")
OLDER = Text(
    zh="{count} 个结果由旧版本的评分程序得出，照样算数：{named}；autograder grade --regrade 用现在的版本重新评分",
    en="{count} results were judged by an older version of the grader and still count: {named}; autograder grade "
    "--regrade grades them by the present one",
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
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --regrade: only list whose points would change, by how much and why."),
    ] = False,
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
    if paths and only_failed:
        raise UsageError(OF_THE_CLASS)
    if dry_run and (not regrade or paths or only_failed or engine != "local"):
        raise UsageError(WITH_REGRADE)
    backend = _backend(box, trusted)
    from datetime import UTC
    from functools import partial

    from autograder.cli.building import refuse_stale
    from autograder.cli.tables import grading_progress
    from autograder.grading.pipeline import Means, Wanted, run
    from autograder.sandbox.written_with import kits_around, written_with

    cluster = _dask_address(engine)
    root, course, language = class_here(lang)
    known = [entry.id for entry in course.chapters]
    refuse_stale(root, [chapter] if chapter in known else known, language, allowed=use_stale)
    wanted = Wanted(
        paths=paths or (),
        chapter=chapter,
        again=regrade,
        only_failed=only_failed,
        since=since.replace(tzinfo=course.zone).astimezone(UTC) if since else None,
        seconds=None if budget is None else 60 * budget,
    )
    means = Means(backend, written_with(kits_around()), jobs, cluster, lambda line: progress(f"! {line}"))
    if dry_run:
        _rehearse(root, course, wanted, means, json_file, language)
    if not paths:
        _take_in(root, course)
    try:
        found = run(root, course, wanted, means, partial(grading_progress, language))
    except KeyboardInterrupt:
        progress(INTERRUPTED.to(language))
        raise typer.Exit(130) from None
    for problem in found.problems:
        progress(f"! {problem.to(language)}")
    misplaced = not paths and _tell_class(root, course, found, language)
    _print_results(found, wanted, json_file, language)
    _print_notes(course, found, language)
    bad = found.left or found.problems or misplaced or any(one.result.failed for one in found.graded)
    raise typer.Exit(1 if bad else 0)


def _rehearse(
    root: Path, course: Course, wanted: Wanted, means: Means, json_file: str | None, language: Language
) -> NoReturn:
    """List what a regrade would change. Nothing is written; exit code 1 where something could not be graded."""
    from functools import partial

    from autograder.cli.tables import grading_progress
    from autograder.grading.rehearsal import rehearse
    from autograder.untrusted.outside import json_text

    found = rehearse(root, course, wanted, means, partial(grading_progress, language))
    text = json_text([change.record(language) for change in found.changes])
    if json_file:
        say_text(text) if json_file == "-" else Path(json_file).write_text(text + "\n", "utf-8")
    if json_file != "-":
        for one in found.changes:
            why = Text.joined(one.why, "; ").to(language)
            say(f"{one.student} {one.chapter}  {one.before:g} -> {one.after:g}  {why}")
        up = sum(one.after > one.before for one in found.changes)
        down = sum(one.after < one.before for one in found.changes)
        say(REHEARSED.format(graded=found.graded, up=up, down=down).to(language))
    raise typer.Exit(1 if found.left or any(one.after == one.before for one in found.changes) else 0)


def _take_in(root: Path, course: Course) -> None:
    """Keep what newer answers replaced where it is graded, too."""
    from autograder.handin.placing import Shelf
    from autograder.store.audit import actor_name
    from autograder.store.opening import class_database

    with class_database(root) as database:
        Shelf(root, course, database, actor_name()).take_in_earlier()


def _tell_class(root: Path, course: Course, found: Run, language: Language) -> bool:
    """Tell what else a class's folder holds that is new: rules, what nobody grades, ids, notes.

    No note may keep points from the gradebook. True where something lies in a place that grading does not see.
    """
    from autograder.grading.ignored import ignored
    from autograder.store.opening import class_database
    from autograder.store.roster import class_list

    with class_database(root) as database:
        tell_new_rules(course, database, found.grader.clock(), language)
        tell_overwritten(database, found.grader.clock(), language)
        with database.reading() as connection:
            lines = ignored(root, [entry.id for entry in course.chapters], class_list(connection))
        for line in lines:
            progress(f"! {line.to(language)}")
        name_strangers(database, found.students, language)
        import_notes(root, course, database, language)
    return bool(lines)


def _print_results(found: Run, wanted: Wanted, json_file: str | None, language: Language) -> None:
    from rich.console import Console

    from autograder.cli.tables import class_table

    if json_file:
        text = found.to_json(language)
        say_text(text) if json_file == "-" else Path(json_file).write_text(text + "\n", "utf-8")
    elif wanted.paths:
        _print_findings(found, language)
    else:
        Console().print(class_table(found.graded, found.grader.renderer, language))


def _print_notes(course: Course, found: Run, language: Language) -> None:
    from autograder.grading.batch import slowest

    count = len(found.graded)
    results = [one.result for one in found.graded]
    if count > SMALL_CLASS:
        named = [f"{r.student or r.submission} {r.chapter} {r.seconds:.1f} s" for r in slowest(results)]
        progress(SLOWEST.format(named="; ".join(named)).to(language))
    if found.kept:
        progress(EARLIER.format(count=found.kept).to(language))
    if found.put_back:
        seconds = course.limits.first_seconds
        progress(PUT_BACK.format(late=found.put_back, count=count, seconds=seconds).to(language))
    if same := sum(bool(one.asked_for) for one in results):
        progress(ASKED_ONCE.format(same=same, count=count).to(language))
    if older := [f"{one.result.student} {one.result.chapter}" for one in found.older]:
        progress(f"! {OLDER.format(count=len(older), named=', '.join(older)).to(language)}")
    if found.left:
        progress(SPENT.format(left=found.left, total=count + found.left).to(language))


def _dask_address(engine: str) -> str | None:
    """Return HOST:PORT of a Dask cluster, None for this machine; what grading there needs is imported meanwhile."""
    if engine == "local":
        return None
    if not engine.startswith("dask://"):
        raise UsageError(NO_ENGINE.format(engine=engine))
    try:
        import autograder.grading.cluster  # noqa: F401
    except ModuleNotFoundError:
        raise UsageError(NO_DASK) from None
    return engine.removeprefix("dask://")


def _backend(box: str, trusted: bool) -> Backend:
    backend = chosen_backend(box, unprotected=True)
    if backend == "none" and not trusted:
        raise UsageError(UNPROTECTED)
    return backend


def _print_findings(found: Run, language: Language) -> None:
    from autograder.grading.render import text_of

    for one in found.graded:
        result = one.result
        reason = text_of(result.reason).to(language)
        say(f"{result.submission}: {result.score:g}/{result.max_score:g} {reason}")
        for f, words in zip(result.findings, found.grader.renderer.words(result), strict=True):
            first, *quoted = words.message.to(language).split("\n")
            say(f"  {f.status:8} {f.check:32} {f.points:g}/{f.max_points:g}  {first}")
            say(*(f"             {line}" for line in quoted))  # the student's own lines never begin a line here
            if hint := words.hint.to(language):
                say(f"           → {hint}")


def feedback(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="For this student only; may be repeated.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Make a feedback page for the attempt that counts of everybody, in feedback/<student>/<chapter>/."""
    from autograder.checkin.answering import asked
    from autograder.checkin.requests import appeals_said
    from autograder.checkin.weeks import utc_now
    from autograder.grading.attempt_choice import class_results
    from autograder.grading.attempts import kept_path, show_choice
    from autograder.grading.came_said import came_said
    from autograder.grading.exchange import ready_for_release
    from autograder.grading.feedback import PagesMissing, make_feedback
    from autograder.grading.points import sync_pending
    from autograder.grading.render import Renderer
    from autograder.store.alone import alone
    from autograder.store.results import ResultStore

    problems: list[Text] = []
    root, course, language = class_here(lang)
    of_notebooks = () if said_by_hand(lang) else course.languages
    wanted = chapters or [entry.id for entry in course.chapters]
    store, renderer = ResultStore.in_course(root), Renderer.of_course(root)
    problems += sync_pending(root, course, store, renderer)
    with store.database.reading() as connection:
        appeals = [one for one in asked(connection) if one.wish == "appeal"]
    digests: dict[tuple[str, str], list[str]] = {}
    for one in class_results(course, store):  # a deadline moved since may let another one count
        who, about, key = str(one.result.student), one.result.chapter, one.result.key
        digests[who, about] = [each.attempt.digest for each in one.choice.attempts] if one.choice else []
        of_interest = about in wanted and (student is None or who in student)
        if of_interest and kept_path(root, who, about, key).is_file():
            with alone(f"{who} {about}", problems.append):
                came = came_said(course, store, one)
                said = [*([came] if came else []), *appeals_said(appeals, who, about)]
                show_choice(root, store, one, renderer, language, utc_now(), said, of_notebooks)
    store.close()
    for name in wanted:
        try:
            made = make_feedback(root, name, student)
        except PagesMissing as missing:
            made = list(missing.made)
            problems += missing.problems
        for page in made:
            who = page.parents[1].name
            with alone(f"{who} {name}", problems.append):
                ready_for_release(root, who, name, digests.get((who, name), ()))
        say(*(str(page.relative_to(root.resolve())) for page in made))
    for problem in problems:
        progress(f"! {problem.to(language)}")
    raise typer.Exit(1 if problems else 0)


def export(
    file: Annotated[Path, typer.Argument(help="The file to write: CSV, or .xlsx where it ends so.")] = Path(
        "grades.csv"
    ),
    lang: LanguageOption = None,
) -> None:
    """Write the class's points: one row per student and chapter, with the attempt that counts, also who handed in nothing."""
    from autograder.checkin.weeks import utc_now
    from autograder.grading.attempt_choice import audit_points
    from autograder.grading.class_table import class_lines, write_lines
    from autograder.store.marks import log_marks
    from autograder.store.results import ResultStore

    root, course, language = class_here(lang)
    store = ResultStore.in_course(root)
    log_marks(store.database, utc_now())
    tell_overwritten(store.database, utc_now(), language)
    audit_points(course, store)
    lines = class_lines(course, store, utc_now())
    store.close()
    write_lines(file, lines)
    count = sum(line.graded is not None for line in lines)
    say(EXPORTED.format(file=file, rows=len(lines), count=count).to(language))
