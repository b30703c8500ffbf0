"""`autograder data`: prepare, check, show and locate the data sets of the course."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, chosen_language, progress, say, say_json
from autograder.text import Json, Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.data import DataSet
    from autograder.data.inspection import Count, Fault

data_app = typer.Typer(name="data", help="The data sets: prepare, check, show, where.", no_args_is_help=True)
FromOption = Annotated[Path, typer.Option("--from", help="The folder with what you downloaded.")]
ToOption = Annotated[
    Optional[Path], typer.Option("--to", help="The data folder; AUTOGRADER_DATA or the course's by default.")
]

PREPARED = Text(
    zh="✓ {place}：{total} 个（新写 {written} 个，已有 {kept} 个）",
    en="✓ {place}: {total} in all ({written} written, {kept} there before)",
)
DONE_BEFORE = Text(zh="✓ {place} 已经完整，没有要做的。", en="✓ {place} is whole already; nothing to do.")
INTERRUPTED = Text(
    zh="已中断。做完的都保留着，再运行同一条命令会接着做。",
    en="interrupted; what is done is kept, and the same command goes on from there",
)
NO_SIZE = Text(
    zh="--size 是 16 到 4096 的像素数，或者 original", en="--size is a number of pixels from 16 to 4096, or original"
)
NO_SETS = Text(
    zh="这门课程没有数据集；在 course.yml 的 datasets: 里写上。",
    en="the course has no data set; datasets: in course.yml lists them.",
)
NEXT = Text(zh="接下来：autograder data check", en="Next: autograder data check")
HEADINGS = (Text(zh="问题", en="what"), Text(zh="文件", en="files"), Text(zh="说明", en="about it"))
CHECKED = Text(
    zh="{place}（{state}）：{count} 处发现，其中 {spoils} 处会影响评分。",
    en="{place} ({state}): {count} things found, {spoils} of them spoil grading.",
)
ABSENT = Text(
    zh="没有数据。首次使用时会在 {place} 生成 (如果这个数据集会生成)；真实数据请用 autograder data prepare。",
    en="nothing here yet; similar data is generated in {place} at first use, where the set can do that. For the real data: autograder data prepare.",
)
STATES = {
    "real": Text(zh="真实", en="real"),
    "generated": Text(zh="生成", en="generated"),
    "absent": Text(zh="没有", en="absent"),
}
PLAIN_STEP = 100  # a line for so many pictures where there is no terminal


@dataclass(frozen=True)
class _Course:
    """The course around the current folder."""

    root: Path
    course: Course
    language: Language

    def target(self) -> Path:
        """Return the folder to prepare data in, which need not be there yet."""
        from autograder.data.location import DATA_VARIABLE, data_folder

        named = os.environ.get(DATA_VARIABLE)
        configured = str(self.course.data) if self.course.data else None
        return Path(named).expanduser().absolute() if named else data_folder(self.root, configured)

    def found(self, name: str) -> DataSet:
        """Return a data set where its data lies, or would be generated."""
        from autograder.course.sets import found_set

        found = found_set(self.root, name, course=self.course)
        if found.folder.is_dir():
            found.require()
        return found


def _course(lang: str | None) -> _Course:
    from autograder.course import find_course, load_course

    root = find_course(Path.cwd())
    course = load_course(root)
    return _Course(root, course, chosen_language(lang, course.language, course.languages))


@contextmanager
def _told(language: Language) -> Iterator[None]:
    """Say what is wrong with the data, and end with exit code 1."""
    from autograder.data.errors import DataError

    try:
        yield
    except DataError as error:
        _fail(error.said, language)


@data_app.command()
def prepare(
    name: Annotated[str, typer.Argument(help="The data set, as course.yml calls it.")],
    source: FromOption,
    to: ToOption = None,
    size: Annotated[
        str, typer.Option(help="Reduce pictures to so many pixels a side, or `original` to keep every file as it is.")
    ] = "224",
    lang: LanguageOption = None,
) -> None:
    """Make a data set's folder from what you downloaded, packed or unpacked; goes on after an interruption."""
    from autograder.data import open_set

    course = _course(lang)
    if size != "original" and not (size.isdecimal() and 16 <= int(size) <= 4096):
        raise UsageError(NO_SIZE)
    try:
        with _told(course.language), _progress() as shown:
            found = open_set(course.root, course.course.sets, name, to or course.target())
            done = found.prepare_from(source, None if size == "original" else int(size), shown)
    except KeyboardInterrupt:
        progress(f"autograder: {INTERRUPTED.to(course.language)}")
        raise typer.Exit(130) from None
    told = DONE_BEFORE if done.done_before else PREPARED
    total = done.written + done.kept
    say(told.format(place=done.folder, total=total, written=done.written, kept=done.kept).to(course.language))
    say(NEXT.to(course.language))


def _fail(reason: Text, language: Language) -> NoReturn:
    progress(f"✗ {reason.to(language)}")
    raise typer.Exit(1) from None


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """Yield what to call with how many are done, of how many, and a name: a bar on a terminal, a few lines elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:

        def line(done: int, total: int, name: str) -> None:
            if done % PLAIN_STEP == 0 or done == total:
                progress(f"[{done}/{total}] {name}")

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        yield advance


@data_app.command()
def check(as_json: JsonOption = False, lang: LanguageOption = None) -> None:
    """Look for unreadable files, label conflicts, duplicates and leaks; exit code 1 when something spoils grading."""
    course = _course(lang)
    checked = [_checked(course, name) for name in course.course.sets]
    spoiled = any(fault.spoils for _, _, faults in checked for fault in faults)
    if as_json:
        sets = [
            {
                "set": found.name,
                "state": state,
                "folder": str(found.folder),
                "faults": [_record(fault, course.language) for fault in faults],
            }
            for found, state, faults in checked
        ]
        say_json({"spoiled": spoiled, "sets": sets})
    else:
        for found, state, faults in checked:
            _print_faults(found, state, faults, course.language)
        if not checked:
            say(NO_SETS.to(course.language))
    raise typer.Exit(1 if spoiled else 0)


def _checked(course: _Course, name: str) -> tuple[DataSet, str, tuple[Fault, ...]]:
    """Return a data set, what its data is, and what is wrong with it."""
    with _told(course.language):
        found = course.found(name)
        if not found.folder.is_dir():
            return found, "absent", ()
        with _progress() as shown:
            return found, found.origin, found.inspect(shown)


def _record(fault: Fault, language: Language) -> dict[str, Json]:
    return {
        "kind": fault.kind,
        "spoils": fault.spoils,
        "files": list(fault.files),
        "text": fault.text.to(language),
        "correlation": fault.correlation,
    }


def _print_faults(found: DataSet, state: str, faults: tuple[Fault, ...], language: Language) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    from autograder.data.inspection import KINDS

    if state == "absent":
        say(f"{found.name}: {ABSENT.format(place=found.folder).to(language)}")
        return
    kinds = {**KINDS, **found.kinds}
    if faults:
        table = Table(show_lines=True)
        for heading in HEADINGS:
            table.add_column(heading.to(language), overflow="fold")  # Chinese has no spaces to break at
        for fault in faults:
            if fault.kind not in found.grouped:
                sign = "✗" if fault.spoils else "·"
                what = Plain(f"{sign} {kinds[fault.kind].to(language)}", "red" if fault.spoils else "")
                table.add_row(what, Plain("\n".join(fault.files)), Plain(fault.text.to(language)))
        for (kind, folder), pairs in _grouped(faults, found.grouped).items():
            about = found.grouped[kind].format(count=len(pairs), folder=folder).to(language)
            table.add_row(Plain(f"· {kinds[kind].to(language)}"), Plain(" ".join(pairs)), Plain(about))
        Console().print(table)
    spoils = sum(fault.spoils for fault in faults)
    shown = STATES[state].to(language)
    say(CHECKED.format(place=found.folder, state=shown, count=len(faults), spoils=spoils).to(language))


def _grouped(faults: tuple[Fault, ...], grouped: Container[str]) -> dict[tuple[str, str], list[str]]:
    """Return the harmless pairs by kind and folder, each as `P0144=P0145`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        if fault.kind in grouped:
            places = [Path(name) for name in fault.files]
            folder = str(places[0].parent)
            groups.setdefault((fault.kind, folder), []).append("=".join(place.stem for place in places))
    return groups


@data_app.command()
def show(
    name: Annotated[Optional[str], typer.Argument(help="The data set; the course's first by default.")] = None,
    split: Annotated[Optional[str], typer.Option("--set", help="The split; the first by default.")] = None,
    out: Annotated[Path | None, typer.Option(help="The PNG to write; NAME-SPLIT.png by default.")] = None,
    each: Annotated[int, typer.Option(help="Pictures of each class; 0 for all.", min=0)] = 16,
) -> None:
    """Make a contact sheet: pictures of each class with names and labels."""
    from autograder.course.sets import data_set
    from autograder.data.sheet import contact_sheet, write_sheet

    course = _course(None)
    if name is None and not course.course.sets:
        _fail(NO_SETS, course.language)
    with _told(course.language):
        found = data_set(course.root, name or next(iter(course.course.sets)), course=course.course)
        split = split or found.splits[0]
        classes = found.sheet(split, each)
        file = out or Path(f"{found.name}-{split}.png")
        write_sheet(contact_sheet(classes), file)
    for one in classes:
        say(f"{one.name}: {len(one.shown)} / {one.total}")
    say(f"✓ {file}")


@data_app.command()
def where(as_json: JsonOption = False, lang: LanguageOption = None) -> None:
    """Say which data is used: real or generated, in which folder, how much."""
    course = _course(lang)
    records: list[dict[str, Json]] = []
    for name in course.course.sets:
        with _told(course.language):
            found = course.found(name)
            state = found.origin if found.folder.is_dir() else "absent"
            counts = found.counts() if found.folder.is_dir() else ()
        numbers = {count.name: count.number for count in counts}
        records.append({"set": name, "state": state, "folder": str(found.folder), "counts": numbers})
        if not as_json:
            _print_counts(found, state, counts, course.language)
    if as_json:
        say_json(records)
    elif not records:
        say(NO_SETS.to(course.language))


def _print_counts(found: DataSet, state: str, counts: tuple[Count, ...], language: Language) -> None:
    if state == "absent":
        say(f"{found.name}: {ABSENT.format(place=found.folder).to(language)}")
        return
    say(f"{found.name} ({STATES[state].to(language)}): {found.folder}")
    for count in counts:
        say(f"{'    ' if count.part else '  '}{count.text.to(language)} {count.number}")
