"""`docs/results.md` and its Chinese page: what the references reached, made from every chapter's metrics.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Chapter, load_chapter, load_course
from autograder.course.document import read_document
from autograder.course.wording import VALID_KEYS, meant
from autograder.errors import TrainingError
from autograder.facts.recorded import Records, quoted
from autograder.portable.older import paired
from autograder.text import Language, Text
from autograder.training.learning_curves import curves_svg
from autograder.training.metrics import METRICS_FILE, Metrics, constant_answer, read_metrics, suggested_minimum
from autograder.training.recorded import Record, pictures, recorded_runs, sections
from autograder.training.results_wording import (
    BEFORE,
    BEST,
    CONFUSION,
    CORNER,
    CURVES,
    HEAD,
    IN_CHINESE,
    NOT_RUN,
    NOT_RUN_YET,
    RECIPE,
    TABLE,
    VERSIONS,
)
from autograder.writing import write_changed

PAGE = Path("docs") / "results.md"
OTHERS: Mapping[Language, Path] = {"zh": Path("docs") / "results.zh.md"}  # where the course has texts in the language
PICTURES = Path("docs") / "results"
WORDS = Path("source") / "results.yml"  # what the course says on the page beside the figures
NOTHING = Text(zh="–", en="–")
Forms = tuple[type, ...]
BY_LANGUAGE: Forms = (str, dict)
KEYS: Mapping[str, Forms] = {  # of source/results.yml
    "printed": (dict,),
    "classes": (list,),
    "before": BY_LANGUAGE,
    "after": BY_LANGUAGE,
}
FORMS: Mapping[Forms, Text] = {
    (dict,): Text(zh="各章的映射", en="a mapping of chapters"),
    (list,): Text(zh="名字的列表", en="a list of names"),
    BY_LANGUAGE: Text(zh="文字，或者从语言到文字的映射", en="a text, or a mapping of languages to texts"),
}
MUST_BE = Text(zh="{file}: {key} 必须是{form}", en="{file}: {key} must be {form}")
UNKNOWN_KEY = Text(zh="{file}: 没有 {key} 这样的键{advice}", en="{file}: unknown key {key}{advice}")


@dataclass(frozen=True)
class Entry:
    """A chapter that trains a network, and its metrics, None before a run.

    Attributes:
        printed: What others printed for it.
    """

    chapter: Chapter
    metrics: Metrics | None
    printed: Text = NOTHING


def words_of(root: Path) -> Mapping[str, Any]:
    """Return what `source/results.yml` says: printed, classes, and the texts before and after the table of all
    chapters.

    Raises:
        TrainingError: For a key that is none of these.
    """
    values = read_document(root / WORDS, str(WORDS)).values if (root / WORDS).is_file() else {}
    for key, form in KEYS.items():
        if not isinstance(values.get(key, form[0]()), form):
            raise TrainingError(MUST_BE.format(file=WORDS, key=key, form=FORMS[form]))
    for key in values.keys() - KEYS.keys():
        raise TrainingError(UNKNOWN_KEY.format(file=WORDS, key=key, advice=meant(key, KEYS, VALID_KEYS)))
    return values


def entries(root: Path) -> list[Entry]:
    """Return the chapters with a recipe or a printed figure: first in the order of the course, then by name."""
    order = [dates.id for dates in load_course(root).chapters]
    names = sorted(path.parent.name for path in (root / "source").glob("*/chapter.yml"))
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    found = [load_chapter(root / "source" / name) for name in names]
    printed = words_of(root).get("printed", {})
    return [
        Entry(
            chapter, read_metrics(root / "solutions" / chapter.id / METRICS_FILE), _text(printed.get(chapter.id, "–"))
        )
        for chapter in found
        if chapter.training or chapter.id in printed
    ]


def pages(root: Path) -> dict[Path, str]:
    """Return the texts of the pages and of their pictures, by path below the course folder; none where nothing is trained."""
    listed, runs = entries(root), recorded_runs(root)
    if not listed and not runs:
        return {}
    others = {language: page for language, page in OTHERS.items() if language in load_course(root).languages}
    texts = {page: _page(root, listed, runs, language) for language, page in others.items()}
    texts = {PAGE: _page(root, listed, runs, "en", IN_CHINESE if others else ""), **texts, **pictures(root, runs)}
    for entry in listed:
        if entry.metrics:
            texts[PICTURES / f"{entry.chapter.id}.svg"] = curves_svg(entry.metrics)
    return texts


def _page(root: Path, listed: Sequence[Entry], runs: dict[str, Record], language: Language, link: str = "") -> str:
    records, words = Records(root), words_of(root)
    before = _text(words["before"]) if "before" in words else BEFORE
    head = HEAD.to(language) + link + quoted(before.to(language), records, language)
    parts = [head, "\n".join(_table(listed, language)) + "\n"]
    if after := words.get("after"):
        parts.append(quoted(_text(after).to(language), records, language))
    classes = words.get("classes", ())
    parts += ["\n".join(_section(one, classes, language)) + "\n" for one in listed if one.chapter.training]
    parts += sections(root, runs, language)
    return "\n".join(parts)


def _text(given: object) -> Text:
    """Return what stands in `source/results.yml` as a text: one of all languages, or one of each."""
    written = given if isinstance(given, dict) else {"en": given}
    return Text.of({str(language): str(text) for language, text in written.items()})


def write_pages(root: Path, *, check: bool = False) -> list[str]:
    """Write the page and its pictures; return those that changed (with `check`: that differ, nothing is written)."""
    texts = pages(root)
    written = write_changed({root / path: text for path, text in texts.items()}, check=check)
    changed = [file.relative_to(root).as_posix() for file in written]
    for file in sorted((root / PICTURES).glob("*.svg")):
        if file.relative_to(root) not in texts:
            changed.append(file.relative_to(root).as_posix())
            if not check:
                file.unlink()
    return changed


def _table(listed: Sequence[Entry], language: Language) -> Iterator[str]:
    yield TABLE.to(language)
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for entry in listed:
        chapter = entry.chapter
        minimum = f"{chapter.accuracy.minimum:g}" if chapter.accuracy else "–"
        name = chapter.training.network if chapter.training else "–"
        printed = entry.printed.to(language)
        if not entry.metrics:
            yield f"| {chapter.id} | {name} | {NOT_RUN.to(language)} | – | – | – | {printed} | {minimum} | – | – | – |"
            continue
        rule = f"{suggested_minimum(entry.metrics):g}"
        for run in entry.metrics["runs"]:
            best, seconds = run["best"], min(epoch["seconds"] for epoch in run["epochs"])
            which = BEST.format(epoch=best["epoch"], epochs=len(run["epochs"])).to(language)
            cells = (chapter.id, entry.metrics["network"], run["seed"], which)
            figures = (f"{best['accuracy']:.4f}", _area(best["auc"]), printed, minimum, rule, f"{seconds:.0f}")
            yield f"| {' | '.join(map(str, (*cells, *figures, run['device'])))} |"


def _section(entry: Entry, classes: Sequence[str], language: Language) -> Iterator[str]:
    training = entry.chapter.training
    assert training is not None
    yield f"## {entry.chapter.id}: {training.network}"
    yield ""
    yield f"```sh\nautograder train {entry.chapter.id}\n```"
    yield ""
    if not entry.metrics:
        yield NOT_RUN_YET.to(language)
        return
    recipe, versions = (
        ", ".join(f"{name} {value}" for name, value in entry.metrics[key].items()) for key in ("recipe", "versions")
    )
    yield RECIPE.format(recipe=recipe).to(language)
    yield VERSIONS.format(versions=versions, images=entry.metrics["data_sha256"][:12]).to(language)
    yield ""
    yield CURVES.format(name=entry.chapter.id).to(language)
    for run in entry.metrics["runs"]:
        yield ""
        yield from _confusion(run, classes, language)


def _confusion(run: Metrics, classes: Sequence[str], language: Language) -> Iterator[str]:
    """Yield the confusion matrix of a run as Markdown; of more than two classes the rows only."""
    table: list[list[int]] = run["confusion"]
    names = list(classes) if len(table) == len(classes) else [str(k) for k in range(len(table))]
    about = {"seed": run["seed"], "epoch": run["best"]["epoch"], "constant": constant_answer(table)}
    yield CONFUSION.format(**about).to(language)
    yield ""
    yield f"| {CORNER.to(language)} | {' | '.join(names)} |"
    yield f"| --- |{' --- |' * len(names)}"
    for name, row in paired(names, table):
        yield f"| {name} | {' | '.join(map(str, row))} |"


def _area(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
