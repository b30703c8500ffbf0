"""Chinese paragraphs become one line each; nothing else is touched."""

from __future__ import annotations

import pytest

from autograder.authoring.prose import unwrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("卷积提取\n特征", "卷积提取特征"),
        ("用\n`fit` 训练", "用 `fit` 训练"),
        ("写 `fit`\n再训练", "写 `fit` 再训练"),
        ("先看，\n`fit` 再说", "先看，`fit` 再说"),
        ("写 `fit`\n（训练）", "写 `fit`（训练）"),
        ("**重要**\n的事", "**重要**的事"),
        ("a b\nc d", "a b c d"),
        ("- 第一条，\n  接着写\n- 第二条", "- 第一条，接着写\n- 第二条"),
        ("1. 一\n   二\n2. 三", "1. 一二\n2. 三"),
        ("# 标题\n正文", "# 标题\n正文"),
        ("一段\n\n另一段", "一段\n\n另一段"),
        ("| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |", "| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |"),
        ("前\n```\na\nb\n```\n后", "前\n```\na\nb\n```\n后"),
        ("前\n$$\nx\n+ y\n$$\n后", "前\n$$\nx\n+ y\n$$\n后"),
        ("问题\n### BEGIN SOLUTION\n答案，\n接着\n### END SOLUTION", "问题\n### BEGIN SOLUTION\n答案，接着\n### END SOLUTION"),
        ("{{figure:LeNet}}\n后面", "{{figure:LeNet}}\n后面"),
        ("一共\n{{parameters:LeNet}} 个", "一共\n{{parameters:LeNet}} 个"),
    ],
)  # fmt: skip
def test_lines_are_joined_as_a_chinese_reader_expects(text: str, expected: str) -> None:
    assert unwrapped(text) == expected
