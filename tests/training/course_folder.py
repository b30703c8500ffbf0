"""A course folder with one chapter that trains a small network."""

from __future__ import annotations

from pathlib import Path

from tests.data_sets import with_sets

COURSE = """\
id: demo-2026
title: {zh: 示例, en: Demo}
timezone: Asia/Shanghai
language: en
datasets: {palm: palm:Palm}
chapters:
  - {id: tiny, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}
"""
CHAPTER = """\
title: {zh: 小, en: Tiny}
data: palm
accuracy: {minimum: 0.6, constant: 0.5275, task: network}
training: {network: Tiny, epochs: 2, batch_size: 4, learning_rate: 0.01, seeds: [1, 2]}
tasks:
  - id: network
    title: {zh: 网络, en: Network}
    points: 1
    names: [Tiny]
    checks: [{id: accuracy, points: 1}]
"""
SOLUTION = """\
import paddle
from paddle import nn


class Tiny(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.pool = nn.AvgPool2D(16)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(3 * 14 * 14, num_classes)

    def forward(self, x):
        return self.fc(self.drop(paddle.flatten(self.pool(x), 1)))
"""


def make_course(root: Path) -> Path:
    """Write the course into `root` and return it."""
    for folder in ("source/tiny", "solutions/tiny"):
        (root / folder).mkdir(parents=True)
    (root / "course.yml").write_text(COURSE, "utf-8")
    (root / "source/tiny/chapter.yml").write_text(CHAPTER, "utf-8")
    (root / "solutions/tiny/tiny.py").write_text(SOLUTION, "utf-8")
    return with_sets(root)
