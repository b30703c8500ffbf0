"""`autograder data`: prepare, check, show and locate the images of the course."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, chosen_language, progress, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.data.inspection import Fault
    from autograder.data.overview import SetOverview

data_app = typer.Typer(name="data", help="The images: prepare, check, show, where.", no_args_is_help=True)
FromOption = Annotated[Path, typer.Option("--from", help="The folder with what you downloaded.")]
ToOption = Annotated[
    Optional[Path], typer.Option("--to", help="The data folder; AUTOGRADER_DATA or the course's by default.")
]

PREPARED = Text(
    zh="✓ {place}：{total} 张图片（新写 {written} 张，已有 {kept} 张）",
    en="✓ {place}: {total} photographs ({written} written, {kept} there before)",
)
DONE_BEFORE = Text(zh="✓ {place} 已经完整，没有要做的。", en="✓ {place} is whole already; nothing to do.")
DIGITS_READY = Text(zh="✓ {place}：与原版 MNIST 一致", en="✓ {place}: the original MNIST")
INTERRUPTED = Text(
    zh="已中断。做完的都保留着，再运行同一条命令会接着做。",
    en="interrupted; what is done is kept, and the same command goes on from there",
)
NEXT = Text(zh="接下来：autograder data check", en="Next: autograder data check")
HEADINGS = (Text(zh="问题", en="what"), Text(zh="文件", en="files"), Text(zh="说明", en="about it"))
KINDS = {
    "unreadable": Text(zh="读不出来", en="unreadable"),
    "incomplete": Text(zh="不完整", en="incomplete"),
    "conflict": Text(zh="标签冲突", en="label conflict"),
    "name": Text(zh="文件名", en="name"),
    "leak": Text(zh="泄漏", en="leak"),
    "size": Text(zh="尺寸", en="size"),
    "identical": Text(zh="重复", en="duplicate"),
    "same eye": Text(zh="同一只眼", en="same eye"),
    "unsure": Text(zh="请看一看", en="look at these"),
    "digits": Text(zh="不是原版", en="not the original"),
}
GROUPED = {  # pairs inside one part: no harm to grading, and too many for a line each
    "identical": Text(zh="{folder} 里有 {count} 对完全相同的文件", en="{count} pairs of equal files in {folder}"),
    "same eye": Text(
        zh="{folder} 里有 {count} 对照片来自同一只眼睛；若要重新划分训练集，请把它们分在一起",
        en="{count} pairs in {folder} show one eye each; keep them together if you split the set anew",
    ),
}
CHECKED = Text(
    zh="{place}（{state}）：{count} 处发现，其中 {spoils} 处会影响评分。",
    en="{place} ({state}): {count} things found, {spoils} of them spoil grading.",
)
ABSENT = Text(
    zh="没有数据。首次使用时会在 {place} 生成；真实数据请用 autograder data prepare。",
    en="nothing here yet; similar images are generated in {place} at first use. For the real ones: autograder data prepare.",
)
STATES = {
    "real": Text(zh="真实", en="real"),
    "generated": Text(zh="生成", en="generated"),
    "absent": Text(zh="没有", en="absent"),
}
COUNTS = {
    "training": Text(zh="训练", en="training"),
    "training P": Text(zh="其中病理性近视", en="of these pathologic myopia"),
    "training N": Text(zh="其中正常", en="of these normal"),
    "training H": Text(zh="其中高度近视", en="of these high myopia"),
    "left out": Text(zh="其中因泄漏去掉", en="of these left out as leaked"),
    "validation": Text(zh="验证", en="validation"),
    "validation 1": Text(zh="其中标签 1", en="of these label 1"),
    "validation 0": Text(zh="其中标签 0", en="of these label 0"),
    "test": Text(zh="测试", en="test"),
}
PLAIN_STEP = 100  # a line for so many pictures where there is no terminal


@dataclass(frozen=True)
class _Course:
    """The course around the current folder; where there is none, the current folder and the defaults."""

    root: Path
    configured: str | None
    language: Language

    def target(self) -> Path:
        """Return the folder to prepare data in, which need not be there yet."""
        from autograder.data.location import DATA_VARIABLE, data_folder

        named = os.environ.get(DATA_VARIABLE)
        return Path(named).expanduser().absolute() if named else data_folder(self.root, self.configured)


def _course(lang: str | None) -> _Course:
    from autograder.course import find_course, load_course
    from autograder.course.loading import COURSE_FILE

    here = Path.cwd()
    if not any((folder / COURSE_FILE).is_file() for folder in (here, *here.parents)):
        return _Course(here, None, chosen_language(lang, "zh"))
    root = find_course(here)
    course = load_course(root)
    return _Course(
        root, str(course.data) if course.data else None, chosen_language(lang, course.language, course.languages)
    )


prepare_app = typer.Typer(
    name="prepare", help="Make the layout of the course from what you downloaded.", no_args_is_help=True
)
data_app.add_typer(prepare_app)


@prepare_app.command()
def palm(
    source: FromOption,
    to: ToOption = None,
    size: Annotated[
        str, typer.Option(help="Reduce to so many pixels a side, or `original` to keep every file as it is.")
    ] = "224",
    lang: LanguageOption = None,
) -> None:
    """PALM from training.zip, validation.zip and valid_gt.zip, packed or unpacked; goes on after an interruption."""
    from autograder.data.errors import PreparationError
    from autograder.data.prepare_palm import prepare_palm

    course = _course(lang)
    if size != "original" and not (size.isdecimal() and 32 <= int(size) <= 4096):
        raise typer.BadParameter("--size is a number of pixels from 32 to 4096, or original")
    target = to or course.target()
    try:
        with _progress() as shown:
            done = prepare_palm(source, target, None if size == "original" else int(size), progress=shown)
    except PreparationError as error:
        _fail(error.reason, course.language)
    except KeyboardInterrupt:
        progress(f"autograder: {INTERRUPTED.to(course.language)}")
        raise typer.Exit(130) from None
    told = DONE_BEFORE if done.done_before else PREPARED
    total = done.written + done.kept
    place = done.folders.root
    say(told.format(place=place, total=total, written=done.written, kept=done.kept).to(course.language))
    say(NEXT.to(course.language))


@prepare_app.command()
def mnist(source: FromOption, to: ToOption = None, lang: LanguageOption = None) -> None:
    """MNIST from its four idx files, as .gz or unpacked; each is compared with the original."""
    from autograder.data.errors import PreparationError
    from autograder.data.prepare_mnist import prepare_mnist

    course = _course(lang)
    try:
        place, before = prepare_mnist(source, to or course.target())
    except PreparationError as error:
        _fail(error.reason, course.language)
    say((DONE_BEFORE if before else DIGITS_READY).format(place=place).to(course.language))


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
    from autograder.data.errors import DataError

    course = _course(lang)
    sets: list[dict[str, Any]] = []
    for inspected in (_inspected_palm, _inspected_mnist):
        try:
            place, state, faults = inspected(course)
        except DataError as error:
            _fail(Text(zh=str(error), en=str(error)), course.language)
        sets.append({"set": place.name, "state": state, "folder": str(place), "faults": faults})
    spoiled = any(fault.spoils for one in sets for fault in one["faults"])
    if as_json:
        for one in sets:
            one["faults"] = [_record(fault, course.language) for fault in one["faults"]]
        say_json({"spoiled": spoiled, "sets": sets})
    else:
        for one in sets:
            _print_faults(one, course.language)
    raise typer.Exit(1 if spoiled else 0)


def _inspected_palm(course: _Course) -> tuple[Path, str, tuple[Fault, ...]]:
    from autograder.data.completeness import OFFICIAL
    from autograder.data.ensure import GENERATED_FOLDER
    from autograder.data.inspection import inspect_palm
    from autograder.data.location import data_folder, find_palm, is_generated

    spare = course.root / GENERATED_FOLDER
    folders = find_palm(data_folder(course.root, course.configured)) or find_palm(spare)
    if folders is None:
        return spare / "palm", "absent", ()
    generated = is_generated(folders.root)
    total = sum(len(list(folder.iterdir())) for folder in (folders.training, folders.validation))
    with _progress() as shown:
        count = 0

        def step(name: str) -> None:
            nonlocal count
            count += 1
            shown(count, total, name)

        faults = inspect_palm(folders, None if generated else OFFICIAL, step)
    return folders.root, "generated" if generated else "real", faults


def _inspected_mnist(course: _Course) -> tuple[Path, str, tuple[Fault, ...]]:
    from autograder.data.ensure import GENERATED_FOLDER
    from autograder.data.inspection import inspect_mnist
    from autograder.data.location import data_folder, find_mnist, is_generated

    spare = course.root / GENERATED_FOLDER
    folder = find_mnist(data_folder(course.root, course.configured)) or find_mnist(spare)
    if folder is None:
        return spare / "mnist", "absent", ()
    return folder, "generated" if is_generated(folder) else "real", inspect_mnist(folder)


def _record(fault: Fault, language: Language) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "spoils": fault.spoils,
        "files": list(fault.files),
        "text": fault.text.to(language),
        "correlation": fault.correlation,
    }


def _print_faults(one: dict[str, Any], language: Language) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    faults: tuple[Fault, ...] = one["faults"]
    if one["state"] == "absent":
        say(f"{one['set']}: {ABSENT.format(place=one['folder']).to(language)}")
        return
    if faults:
        table = Table(show_lines=True)
        for heading in HEADINGS:
            table.add_column(heading.to(language), overflow="fold")  # Chinese has no spaces to break at
        for fault in faults:
            if fault.kind not in GROUPED:
                sign = "✗" if fault.spoils else "·"
                what = Plain(f"{sign} {KINDS[fault.kind].to(language)}", "red" if fault.spoils else "")
                table.add_row(what, Plain("\n".join(fault.files)), Plain(fault.text.to(language)))
        for (kind, folder), pairs in _grouped(faults).items():
            names = " ".join(pairs)
            about = GROUPED[kind].format(count=len(pairs), folder=folder).to(language)
            table.add_row(Plain(f"· {KINDS[kind].to(language)}"), Plain(names), Plain(about))
        Console().print(table)
    spoils = sum(fault.spoils for fault in faults)
    state = STATES[one["state"]].to(language)
    say(CHECKED.format(place=one["folder"], state=state, count=len(faults), spoils=spoils).to(language))


def _grouped(faults: tuple[Fault, ...]) -> dict[tuple[str, str], list[str]]:
    """Return the harmless pairs by kind and folder, each as `P0144=P0145`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        if fault.kind in GROUPED:
            places = [Path(name) for name in fault.files]
            folder = str(places[0].parent)
            groups.setdefault((fault.kind, folder), []).append("=".join(place.stem for place in places))
    return groups


@data_app.command()
def show(
    split: Annotated[str, typer.Option("--set", help="training or validation.")] = "training",
    out: Annotated[Path | None, typer.Option(help="The PNG to write; palm-SET.png by default.")] = None,
    each: Annotated[int, typer.Option(help="Photographs of each class; 0 for all.", min=0)] = 16,
) -> None:
    """Make a contact sheet: photographs of each class with names and labels."""
    from autograder.data.ensure import ensure_data
    from autograder.data.sheet import classes_of, contact_sheet, write_sheet

    course = _course(None)
    if split not in ("training", "validation"):
        raise typer.BadParameter(f"--set is training or validation, not {split!r}")
    classes = classes_of(ensure_data(course.root, course.configured).palm_folders, split, each)  # type: ignore[arg-type]
    file = out or Path(f"palm-{split}.png")
    write_sheet(contact_sheet(classes), file)
    for one in classes:
        say(f"{one.name}: {len(one.shown)} / {one.total}")
    say(f"✓ {file}")


@data_app.command()
def where(as_json: JsonOption = False, lang: LanguageOption = None) -> None:
    """Say which images are used: real or generated, in which folder, how many."""
    from autograder.data.overview import mnist_overview, palm_overview

    course = _course(lang)
    sets = [make(course.root, course.configured) for make in (palm_overview, mnist_overview)]
    if as_json:
        records = [
            {"set": one.name, "state": one.state, "folder": str(one.folder), "counts": one.counts} for one in sets
        ]
        say_json(records)
        return
    for one in sets:
        _print_overview(one, course.language)


def _print_overview(one: SetOverview, language: Language) -> None:
    if one.state == "absent":
        say(f"{one.name}: {ABSENT.format(place=one.folder).to(language)}")
        return
    say(f"{one.name} ({STATES[one.state].to(language)}): {one.folder}")
    for name, count in one.counts.items():
        indent = "  " if name in ("training", "validation", "test") else "    "
        say(f"{indent}{COUNTS[name].to(language)} {count}")
