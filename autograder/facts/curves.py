"""The pictures of recorded runs: a network's epochs, LeNet's diagnosis, and depth with and without shortcuts."""

from __future__ import annotations

from typing import Any

from autograder.facts.arithmetic import FactsError
from autograder.facts.chart import Chart, Curve, Panel
from autograder.facts.diagnosis import Diagnosis
from autograder.portable.older import paired
from autograder.text import Text

Record = dict[str, Any]
EPOCH = Text(zh="轮", en="epoch")


def recorded_chart(name: str, record: Record) -> Chart:
    """Return the chart of a record in docs/results/. Raises FactsError for a record that no chart fits."""
    try:
        if "setting" in record:
            return _depths(record)
        return _arms(record) if "activation" in record["runs"][0] else _epochs(record)
    except (KeyError, TypeError, IndexError, ValueError, ZeroDivisionError) as error:
        raise FactsError(f"docs/results/{name}.json has no curves to draw ({type(error).__name__}: {error})") from error


def _epochs(record: Record) -> Chart:
    """Accuracy, AUC and both losses of the first run, from a metrics.json."""
    epochs = record["runs"][0]["epochs"]
    names = {
        "auc": Text(zh="AUC（验证）", en="AUC, validation"),
        "accuracy": Text(zh="准确率（验证）", en="accuracy, validation"),
        "validation_loss": Text(zh="验证损失", en="validation loss"),
        "train_loss": Text(zh="训练损失", en="training loss"),
    }
    curves = tuple(
        Curve(text, tuple((float(entry["epoch"]), float(entry[key])) for entry in epochs), number)
        for number, (key, text) in enumerate(names.items())
    )
    title = Text(zh=f"{record['network']}，逐轮", en=f"{record['network']} by epoch")
    panel = Panel(Text(zh="种子 {seed}", en="seed {seed}").format(seed=record["runs"][0]["seed"]), curves)
    return Chart(title, EPOCH, Text(zh="损失与指标", en="losses and measures"), (panel,))


def _arms(record: Record) -> Chart:
    """Accuracy and AUC of the networks at 224 pixels, from benchmarks/diagnosis.py."""
    shown = Diagnosis(record["runs"]).given_runs()
    names = {
        "accuracy": Text(zh="准确率", en="accuracy"),
        "auc": Text(zh="AUC", en="AUC"),
    }
    panels = tuple(
        Panel(
            text,
            tuple(
                Curve(
                    Text(zh=name, en=name),
                    tuple((float(entry["epoch"]), float(entry[key])) for entry in run["epochs"]),
                    number,
                    dashed=number == 1,  # it lies on the first one, in accuracy
                )
                for number, (name, run) in enumerate(shown.items())
            ),
        )
        for key, text in names.items()
    )
    seeds = sorted({run["seed"] for run in shown.values()})
    title = Text(
        zh="LeNet，224 像素的照片，逐轮，种子 {seeds}", en="LeNet on photographs of 224 pixels by epoch, seed {seeds}"
    )
    title = title.format(seeds=", ".join(map(str, seeds)))
    return Chart(title, EPOCH, Text(zh="验证照片", en="validation photographs"), panels)


def _depths(record: Record) -> Chart:
    """Training losses of plain and of residual networks, the mean over the seeds that all have, from benchmarks/degradation.py."""
    panels = []
    arms = {(run["depth"], run["residual"]) for run in record["runs"]}
    seeds = [{run["seed"] for run in record["runs"] if (run["depth"], run["residual"]) == arm} for arm in arms]
    shared = set.intersection(*seeds)
    for residual in (False, True):
        runs = [run for run in record["runs"] if run["residual"] is residual and run["seed"] in shared]
        curves = []
        for number, depth in enumerate(sorted({run["depth"] for run in runs})):
            losses = [run["training_loss"] for run in runs if run["depth"] == depth]
            means = [sum(values) / len(values) for values in paired(*losses)]
            share = record["setting"]["epochs"] / len(means)
            points = tuple((round((place + 0.5) * share, 4), round(mean, 4)) for place, mean in enumerate(means))
            curves.append(Curve(Text(zh=f"{depth} 层", en=f"{depth} layers"), points, number, dashed=number == 0))
        kind = Text(zh="残差网络", en="residual") if residual else Text(zh="普通网络", en="plain")
        panels.append(Panel(kind, tuple(curves)))
    title = Text(zh="同样的层，没有捷径与有捷径", en="The same layers, without and with shortcuts")
    return Chart(title, EPOCH, Text(zh="训练损失", en="training loss"), tuple(panels))
