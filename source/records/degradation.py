"""Depth with and without shortcuts, which `benchmarks/degradation.py` records in docs/results/degradation.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.facts.chart import Chart, Curve, Panel
from autograder.portable.older import paired
from autograder.text import Language, Text

EPOCH = Text(zh="轮", en="epoch")
HEAD = Text(
    zh="""\
## 有捷径与没有捷径时的深度

`python benchmarks/degradation.py`：{digits:,} 个 MNIST 数字，{channels} 个通道，特征图 14 x 14，SGD，学习率 {learning_rate:g}，批大小 {batch_size}，{epochs} 轮，一个线程。

| 深度 | 捷径 | 种子 | 参数 | 训练损失，最后一轮 | 测试错误率 | CPU 秒 |
| --- | --- | --- | --- | --- | --- | --- |""",
    en="""\
## Depth with and without shortcuts

`python benchmarks/degradation.py`: {digits:,} MNIST digits, {channels} channels, maps of 14 x 14, SGD with
learning rate {learning_rate:g}, batches of {batch_size}, {epochs} epochs, one thread.

| depth | shortcuts | seed | parameters | training loss, last epoch | test error | CPU seconds |
| --- | --- | --- | --- | --- | --- | --- |""",
)
YES, NO = Text(zh="有", en="yes"), Text(zh="没有", en="no")
PICTURE = Text(
    zh="![普通网络和残差网络的训练损失](results/degradation.svg)",
    en="![training loss of plain and residual networks](results/degradation.svg)",
)


def chart(record: dict[str, Any]) -> Chart:
    """Return the training losses of plain and of residual networks, the mean over the seeds that all have."""
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


def section(record: dict[str, Any], language: Language) -> Iterator[str]:
    """Yield the lines of the record's section of docs/results.md and its Chinese page."""
    yield from HEAD.format(**record["setting"]).to(language).splitlines()
    for run in record["runs"]:
        kind = (YES if run["residual"] else NO).to(language)
        cells = run["depth"], kind, run["seed"], f"{run['parameters']:,}", f"{run['last_epoch_loss']:.3f}"
        yield f"| {' | '.join(map(str, cells))} | {run['test_error']:.3f} | {run['cpu_seconds']:.0f} |"
    yield ""
    yield PICTURE.to(language)
