"""`autograder train`: train the references, and write down what they reach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import LanguageOption, chosen_language, progress, say, say_json
from autograder.text import Language


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
    write_docs: Annotated[bool, typer.Option("--write-docs", help="Make docs/results.md from all metrics.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Fail if docs/results.md is out of date; write nothing.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Train a chapter's reference and write its metrics; Ctrl-C or kill, then the same command goes on from there."""
    from autograder.course import find_course, load_course
    from autograder.training.results import PAGE, write_pages

    if chapter is None and not (write_docs or check):
        raise typer.BadParameter("name a chapter, or give --write-docs or --check")
    if check and (chapter or write_docs):
        raise typer.BadParameter("--check writes nothing; give it alone")
    root = find_course(Path.cwd())
    if chapter is not None:
        language = chosen_language(lang, load_course(root).language)
        _train(root, chapter, seed, epochs, data, as_json, language)
    if write_docs or check:
        if not (changed := write_pages(root, check=check)) and not (root / PAGE).is_file():
            progress(
                "no chapter has a recipe (`training:` in chapter.yml), and docs/results/ has no record: there is no page to write"
            )
        for name in changed:
            progress(f"{'differs' if check else 'written'}: {name}")
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
    from autograder.training.metrics import suggested_minimum
    from autograder.training.reference import train_references

    try:
        path, metrics = train_references(root, chapter, seeds, epochs, data, sys.stderr, language)
    except KeyboardInterrupt:
        progress("autograder: interrupted; the same command goes on from the last checkpoint")
        raise typer.Exit(130) from None
    minimum = suggested_minimum(metrics)
    if as_json:
        say_json({**metrics, "suggested_minimum": minimum})
        return
    for run in metrics["runs"]:
        area = "" if run["best"]["auc"] is None else f", AUC {run['best']['auc']:.4f}"
        say(f"seed {run['seed']}: epoch {run['best']['epoch']}, accuracy {run['best']['accuracy']:.4f}{area}")
    say(f"minimum accuracy by the rule of docs/results.md: {minimum:g}")
    say(f"written: {path.relative_to(root)}")
