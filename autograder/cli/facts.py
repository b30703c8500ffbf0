"""`autograder facts`: the sizes of the networks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, course_here, say, say_json
from autograder.text import Language, Text

NO_NETWORK = Text(
    zh="这门课没有一章声明网络；source/<章>/architecture.py 里可以声明，见 docs/authoring.zh.md",
    en="no chapter of this course declares a network; source/<chapter>/architecture.py is where one does, see docs/authoring.md",
)
NOT_DECLARED = Text(zh="{chapter} 没有声明网络{advice}", en="{chapter} declares no network{advice}")


def facts(
    chapter: Annotated[str | None, typer.Argument(help="The chapter; a comparison of all by default.")] = None,
    layers: Annotated[bool, typer.Option("--layers", help="Show the layers inside blocks, too.")] = False,
    as_json: JsonOption = False,
    write_docs: Annotated[bool, typer.Option("--write-docs", help="Write docs/networks.md and its twin.")] = False,
    only_check: Annotated[
        bool, typer.Option("--check", help="Compare docs/networks.md and its twin; exit code 1 on a difference.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Show a chapter's networks layer by layer: shapes, parameters, multiply-adds, receptive fields."""
    from autograder.facts.comparison import COLUMNS, comparison

    root, course, language = course_here(lang)
    order = [entry.id for entry in course.chapters]
    if write_docs or only_check:
        raise typer.Exit(_pages(root, order, only_check, language))
    if chapter is not None:
        _show_chapter(root, chapter, layers, as_json, language)
        return
    entries = comparison(root, order)
    if not entries:
        raise UsageError(NO_NETWORK)
    if as_json:
        say_json([entry.to_record(language) for entry in entries])
    else:
        _print_table([column.to(language) for column in COLUMNS], [entry.cells(language) for entry in entries], 2)


def _show_chapter(root: Path, chapter: str, layers: bool, as_json: bool, language: Language) -> None:
    from autograder.course.wording import meant
    from autograder.facts import read_networks, totals
    from autograder.facts.tables import DETAILED, TOTAL, detailed, rows

    networks = read_networks(root / "source" / chapter)
    if not networks:
        chapters = sorted(path.parent.name for path in (root / "source").glob("*/architecture.py"))
        raise UsageError(
            NOT_DECLARED.format(chapter=chapter, advice=meant(chapter, chapters)) if chapters else NO_NETWORK
        )
    if as_json:
        records = [
            {
                "network": name,
                "title": network.title.to(language),
                "input_shape": list(network.input_shape),
                "layers": [row.to_record(language) for row in rows(network, inside_blocks=layers)],
                "parameters": totals(network).parameters,
                "multiply_adds": totals(network).multiply_adds,
            }
            for name, network in networks.items()
        ]
        say_json(records)
        return
    for name, network in networks.items():
        sums = totals(network)
        lines = [detailed(row, language) for row in rows(network, inside_blocks=layers)]
        lines.append((TOTAL.to(language), "", "", "", "", f"{sums.parameters:,}", f"{sums.multiply_adds:,}", ""))
        say("", f"{name}  {network.title.to(language)}")
        _print_table([column.to(language) for column in DETAILED], lines, 1)


def _pages(root: Path, order: Sequence[str], only_check: bool, language: Language) -> int:
    """Write or compare the pages; return the exit code."""
    from autograder.cli.building import file_said
    from autograder.facts.comparison import pages
    from autograder.writing import write_changed

    written = pages(root, order)
    if not written:
        raise UsageError(NO_NETWORK)
    changed = write_changed({root / name: text for name, text in written.items()}, check=only_check)
    for path in changed:
        say(file_said(str(path.relative_to(root)), language, differs=only_check))
    return 1 if only_check and changed else 0


def _print_table(headings: Sequence[str], lines: Sequence[Sequence[str]], left: int) -> None:
    """Print a table, its first `left` columns to the left: with rules on a terminal, in plain columns elsewhere."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if console.is_terminal:
        table = Table()
        for number, heading in enumerate(headings):
            table.add_column(heading, justify="left" if number < left else "right", overflow="fold")
        for line in lines:
            table.add_row(*map(escape, line))
        console.print(table)
        return
    widths = [max(map(cell_len, column)) for column in zip(headings, *lines, strict=True)]
    for line in (headings, *lines):
        cells = []
        for number, (cell, width) in enumerate(zip(line, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            cells.append(cell + space if number < left else space + cell)
        say("  ".join(cells).rstrip())
