"""Runs beside the references, in `docs/results/*.json`: their sections of `docs/results.md`, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.facts.chart import chart
from autograder.facts.curves import has_epochs
from autograder.facts.record_code import record_code
from autograder.facts.recorded import RESULTS, Records

Record = dict[str, Any]


def recorded_runs(root: Path) -> dict[str, Record]:
    """Return the records by name.

    Raises:
        NotRecorded: For a damaged one.
    """
    records = Records(root)
    names = sorted(path.stem for path in (root / RESULTS).glob("*.json"))
    return {name: record for name in names if (record := records.record(name)) is not None}


def sections(root: Path, runs: dict[str, Record]) -> Iterator[str]:
    """Yield the sections of the records of which the course's `source/records/` says something, or that have epochs."""
    for name, record in runs.items():
        code = record_code(root, name)
        if code is not None and (own := code.section(record)) is not None:
            yield own
        elif has_epochs(record):
            yield "\n".join(_network(name, record)) + "\n"


def pictures(root: Path, runs: dict[str, Record]) -> dict[Path, str]:
    """Return the pictures of the records that have curves, by path below the course folder."""
    records = Records(root)
    drawn = {name: records.chart(name) for name in runs if has_epochs(runs[name]) or records.draws(name)}
    return {RESULTS / f"{name}.svg": chart(one, "en") for name, one in drawn.items() if one is not None}


def _network(name: str, record: Record) -> Iterator[str]:
    yield f"## {record['network']}, recorded"
    yield ""
    yield f"A recorded run of a network that no chapter trains (`docs/results/{name}.json`): {record['recipe']['epochs']} epochs."
    yield ""
    yield "| seed | best epoch | accuracy | AUC | s / epoch | device |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for run in record["runs"]:
        best, seconds = run["best"], min(epoch["seconds"] for epoch in run["epochs"])
        yield (
            f"| {run['seed']} | {best['epoch']} of {len(run['epochs'])} | {best['accuracy']:.4f} | {best['auc']:.4f} | "
            f"{seconds:.0f} | {run['device']} |"
        )
    yield ""
    yield f"![losses, accuracy and AUC by epoch](results/{name}.svg)"
