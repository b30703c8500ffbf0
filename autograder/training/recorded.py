"""Runs beside the references, in `docs/results/*.json`: their sections of `docs/results.md` and its Chinese page, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.facts.chart import chart
from autograder.facts.curves import has_epochs
from autograder.facts.record_code import record_code
from autograder.facts.recorded import RESULTS, Records
from autograder.text import Language
from autograder.training.results_wording import BEST, RECORDED, RECORDED_CURVES, RECORDED_RUN, RECORDED_TABLE

Record = dict[str, Any]


def recorded_runs(root: Path) -> dict[str, Record]:
    """Return the records by name.

    Raises:
        NotRecorded: For a damaged one.
    """
    records = Records(root)
    names = sorted(path.stem for path in (root / RESULTS).glob("*.json"))
    return {name: record for name in names if (record := records.record(name)) is not None}


def sections(root: Path, runs: dict[str, Record], language: Language) -> Iterator[str]:
    """Yield the sections of the records of which the course's `source/records/` says something, or that have epochs."""
    for name, record in runs.items():
        code = record_code(root, name)
        if code is not None and (own := code.section(record, language)) is not None:
            yield own
        elif has_epochs(record):
            yield "\n".join(_network(name, record, language)) + "\n"


def pictures(root: Path, runs: dict[str, Record]) -> dict[Path, str]:
    """Return the pictures of the records that have curves, by path below the course folder."""
    records = Records(root)
    drawn = {name: records.chart(name) for name in runs if has_epochs(runs[name]) or records.draws(name)}
    return {RESULTS / f"{name}.svg": chart(one, "en") for name, one in drawn.items() if one is not None}


def _network(name: str, record: Record, language: Language) -> Iterator[str]:
    yield RECORDED.format(network=record["network"]).to(language)
    yield ""
    yield RECORDED_RUN.format(name=name, epochs=record["recipe"]["epochs"]).to(language)
    yield ""
    yield RECORDED_TABLE.to(language)
    yield "| --- | --- | --- | --- | --- | --- |"
    for run in record["runs"]:
        best, seconds = run["best"], min(epoch["seconds"] for epoch in run["epochs"])
        which = BEST.format(epoch=best["epoch"], epochs=len(run["epochs"])).to(language)
        yield (
            f"| {run['seed']} | {which} | {best['accuracy']:.4f} | {best['auc']:.4f} | {seconds:.0f} | {run['device']} |"
        )
    yield ""
    yield RECORDED_CURVES.format(name=name).to(language)
