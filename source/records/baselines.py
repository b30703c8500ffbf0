"""Ridge regression beside the networks, which `benchmarks/baselines.py` records in docs/results/baselines.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.text import Language, Text

HEAD = Text(
    zh="""\
## 不用网络

`python benchmarks/baselines.py` 在同样的训练照片上做岭回归。lambda 由训练集上的留一误差选出。最后一列是在验证集上选 lambda 会得到的结果。

| 特征 | 个数 | lambda | 准确率 | AUC | 在验证集上选 lambda |
| --- | --- | --- | --- | --- | --- |""",
    en="""\
## Without a network

`python benchmarks/baselines.py` runs ridge regression on the same training photographs. Lambda is chosen by the
leave-one-out error on the training set. The last column shows the result if lambda were chosen on the validation set.

| features | number | lambda | accuracy | AUC | lambda chosen on validation |
| --- | --- | --- | --- | --- | --- |""",
)
NAMES = {
    "mean_colours": Text(zh="颜色的平均值", en="mean colours"),
    "ridge_8": Text(zh="8 x 8 像素", en="8 x 8 pixels"),
    "ridge_32": Text(zh="32 x 32 像素", en="32 x 32 pixels"),
}


def section(record: dict[str, Any], language: Language) -> Iterator[str]:
    """Yield the lines of the record's section of docs/results.md and its Chinese page."""
    yield from HEAD.to(language).splitlines()
    for key, name in NAMES.items():
        title = name.to(language)
        entry = record[key]
        best = entry["chosen_on_validation"]
        yield (
            f"| {title} | {entry['features']:,} | {entry['lambda']:g} | {entry['accuracy']:.4f} | {entry['auc']:.4f} | "
            f"{best['accuracy']:.4f} (AUC {best['auc']:.4f}) |"
        )
