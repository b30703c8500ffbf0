"""The picture of a recorded run in the form of a metrics.json: losses and measures by epoch."""

from __future__ import annotations

from typing import Any

from autograder.facts.arithmetic import FactsError
from autograder.facts.chart import Chart, Curve, Panel
from autograder.text import Text

Record = dict[str, Any]
EPOCH = Text(zh="轮", en="epoch")
NAMES = {
    "auc": Text(zh="AUC（验证）", en="AUC, validation"),
    "accuracy": Text(zh="准确率（验证）", en="accuracy, validation"),
    "validation_loss": Text(zh="验证损失", en="validation loss"),
    "train_loss": Text(zh="训练损失", en="training loss"),
}

NO_EPOCHS = Text(
    zh="docs/results/{name}.json 里没有可画的各轮 ({error})；可以在 source/records/{name}.py 里用 `def chart(record)` 来画",
    en="docs/results/{name}.json has no epochs to draw ({error}); `def chart(record)` in source/records/{name}.py may draw it",
)


def epochs_chart(name: str, record: Record) -> Chart:
    """Return the chart of the first run.

    Args:
        name: Of the record.

    Raises:
        FactsError: For a record of another form.
    """
    try:
        run = record["runs"][0]
        epochs = run["epochs"]
        measured = {key: text for key, text in NAMES.items() if all(entry[key] is not None for entry in epochs)}
        curves = tuple(
            Curve(text, tuple((float(entry["epoch"]), float(entry[key])) for entry in epochs), number)
            for number, (key, text) in enumerate(measured.items())
        )
        title = Text(zh=f"{record['network']}，逐轮", en=f"{record['network']} by epoch")
        panel = Panel(Text(zh="种子 {seed}", en="seed {seed}").format(seed=run["seed"]), curves)
        return Chart(title, EPOCH, Text(zh="损失与指标", en="losses and measures"), (panel,))
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise FactsError(NO_EPOCHS.format(name=name, error=f"{type(error).__name__}: {error}")) from error


def has_epochs(record: Record) -> bool:
    """Return True if a record has the form of a metrics.json."""
    return {"network", "recipe", "runs"} <= record.keys()
