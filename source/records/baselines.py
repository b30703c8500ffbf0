"""Ridge regression beside the networks, which `benchmarks/baselines.py` records in docs/results/baselines.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def section(record: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the record's section of docs/results.md."""
    yield "## Without a network"
    yield ""
    yield "`python benchmarks/baselines.py` runs ridge regression on the same training photographs. Lambda is chosen by the"
    yield "leave-one-out error on the training set. The last column shows the result if lambda were chosen on the validation set."
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
