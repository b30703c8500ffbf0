"""`autograder train`: train the references, and write down what they reach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import LanguageOption, UsageError, chosen_language, progress, say, say_json
from autograder.text import Language, Text

NOTHING_NAMED = Text(
    zh="请写一章，或者加 --write-docs 或 --check", en="name a chapter, or give --write-docs or --check"
)
ALONE = Text(zh="--check 什么也不写；请单独用", en="--check writes nothing; give it alone")
NO_PAGE = Text(
    zh="没有一章写了训练方法 (chapter.yml 的 `training:`)，docs/results/ 里也没有记录：没有可写的页",
    en="no chapter has a recipe (`training:` in chapter.yml), and docs/results/ has no record: there is no page to write",
)
INTERRUPTED = Text(
    zh="autograder: 已中断；再运行同一条命令，会从最后的存档接着训练",
    en="autograder: interrupted; the same command goes on from the last checkpoint",
)
RUN = Text(
    zh="种子 {seed}：第 {epoch} 轮，准确率 {accuracy:.4f}{area}",
    en="seed {seed}: epoch {epoch}, accuracy {accuracy:.4f}{area}",
)
AREA = Text(zh="，AUC {auc:.4f}", en=", AUC {auc:.4f}")
MINIMUM = Text(
    zh="按 docs/results.zh.md 的规则，最低准确率是 {minimum:g}",
    en="minimum accuracy by the rule of docs/results.md: {minimum:g}",
)


def train(
    chapter: Annotated[str | None, typer.Argument(help="The chapter.")] = None,
    seed: Annotated[
        list[int] | None, typer.Option(help="Seed; may be repeated. Those of chapter.yml by default.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs instead of those of chapter.yml.")] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with a folder for each data set; the course's by default.", file_okay=False, exists=True
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the metrics as JSON.")] = False,
    write_docs: Annotated[
        bool, typer.Option("--write-docs", help="Make docs/results.md and its twin from all metrics.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Fail if docs/results.md is out of date; write nothing.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Train a chapter's reference and write its metrics; Ctrl-C or kill, then the same command goes on from there."""
    from autograder.cli.building import file_said
    from autograder.course import find_course, load_course
    from autograder.training.results import PAGE, write_pages

    if chapter is None and not (write_docs or check):
        raise UsageError(NOTHING_NAMED)
    if check and (chapter or write_docs):
        raise UsageError(ALONE)
    root = find_course(Path.cwd())
    language = chosen_language(lang, load_course(root).language)
    if chapter is not None:
        _train(root, chapter, seed, epochs, data, as_json, language)
    if write_docs or check:
        if not (changed := write_pages(root, check=check)) and not (root / PAGE).is_file():
            progress(NO_PAGE.to(language))
        for name in changed:
            progress(file_said(name, language, differs=check))
        raise typer.Exit(1 if check and changed else 0)


def _train(
    root: Path,
    chapter: str,
    seeds: list[int] | None,
    epochs: int | None,
    data: Path | None,
    as_json: bool,
    language: Language,
) -> None:
    from autograder.cli.building import file_said
    from autograder.training.metrics import suggested_minimum
    from autograder.training.reference import train_references

    try:
        path, metrics = train_references(root, chapter, seeds, epochs, data, sys.stderr, language)
    except KeyboardInterrupt:
        progress(INTERRUPTED.to(language))
        raise typer.Exit(130) from None
    minimum = suggested_minimum(metrics)
    if as_json:
        say_json({**metrics, "suggested_minimum": minimum})
        return
    for run in metrics["runs"]:
        best = run["best"]
        area = "" if best["auc"] is None else AREA.format(auc=best["auc"])
        told = RUN.format(seed=run["seed"], epoch=best["epoch"], accuracy=best["accuracy"], area=area)
        say(told.to(language))
    say(MINIMUM.format(minimum=minimum).to(language))
    say(file_said(str(path.relative_to(root)), language))
