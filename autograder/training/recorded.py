"""Runs beside the references, in `docs/results/*.json`: their sections of `docs/results.md`, and their pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.facts.chart import chart
from autograder.facts.curves import recorded_chart
from autograder.training.errors import TrainingError

FOLDER = Path("docs") / "results"
Record = dict[str, Any]


def recorded_runs(root: Path) -> dict[str, Record]:
    """Return the records by name; raises TrainingError for a damaged one."""
    found: dict[str, Record] = {}
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            found[path.stem] = dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise TrainingError(f"{path} cannot be read ({error}); run again what wrote it") from error
    return found


def sections(runs: dict[str, Record]) -> Iterator[str]:
    """Yield the sections of the records that this page knows how to show."""
    for name, record in runs.items():
        if "ridge_8" in record:
            yield "\n".join(_baselines(record)) + "\n"
        elif "setting" in record:
            yield "\n".join(_depths(name, record)) + "\n"
        elif "recipe" in record:
            yield "\n".join(_network(name, record)) + "\n"


def pictures(runs: dict[str, Record]) -> dict[Path, str]:
    """Return the pictures of the records that have curves, by path below the course folder."""
    return {
        FOLDER / f"{name}.svg": chart(recorded_chart(name, record), "en")
        for name, record in runs.items()
        if "ridge_8" not in record
    }


def _baselines(record: Record) -> Iterator[str]:
    yield "## Without a network"
    yield ""
    yield "`python benchmarks/baselines.py`: ridge regression on the same training photographs. Lambda is chosen by the"
    yield "leave-one-out error on the training set; the last column has what a choice on the validation set would report."
    yield ""
    yield "| features | number | lambda | accuracy | AUC | lambda chosen on validation |"
    yield "| --- | --- | --- | --- | --- | --- |"
    names = {"mean_colours": "mean colours", "ridge_8": "8 x 8 pixels", "ridge_32": "32 x 32 pixels"}
    for key, title in names.items():
        entry = record[key]
        best = entry["chosen_on_validation"]
        yield (
            f"| {title} | {entry['features']:,} | {entry['lambda']:g} | {entry['accuracy']:.4f} | {entry['auc']:.4f} | "
            f"{best['accuracy']:.4f} (AUC {best['auc']:.4f}) |"
        )


def _depths(name: str, record: Record) -> Iterator[str]:
    setting = record["setting"]
    yield "## Depth with and without shortcuts"
    yield ""
    yield f"`python benchmarks/degradation.py`: {setting['digits']:,} MNIST digits, {setting['channels']} channels, 14 x 14, SGD with"
    yield f"learning rate {setting['learning_rate']:g}, batches of {setting['batch_size']}, {setting['epochs']} epochs, one thread."
    yield ""
    yield "| depth | shortcuts | seed | parameters | training loss, last epoch | test error | CPU seconds |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for run in record["runs"]:
        kind = "yes" if run["residual"] else "no"
        cells = run["depth"], kind, run["seed"], f"{run['parameters']:,}", f"{run['last_epoch_loss']:.3f}"
        yield f"| {' | '.join(map(str, cells))} | {run['test_error']:.3f} | {run['cpu_seconds']:.0f} |"
    yield ""
    yield f"![training loss of plain and residual networks](results/{name}.svg)"


def _network(name: str, record: Record) -> Iterator[str]:
    yield f"## {record['network']}, recorded"
    yield ""
    yield f"A run of a network that no chapter trains (`docs/results/{name}.json`): {record['recipe']['epochs']} epochs."
    yield ""
    yield "| seed | best epoch | accuracy | AUC | s / epoch | on |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for run in record["runs"]:
        best, seconds = run["best"], min(epoch["seconds"] for epoch in run["epochs"])
        yield (
            f"| {run['seed']} | {best['epoch']} of {len(run['epochs'])} | {best['accuracy']:.4f} | {best['auc']:.4f} | "
            f"{seconds:.0f} | {run['device']} |"
        )
    yield ""
    yield f"![losses, accuracy and AUC by epoch](results/{name}.svg)"
