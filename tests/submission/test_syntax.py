"""A syntax error is told with its place, its line and its cause, in both languages."""

from __future__ import annotations

import re

import pytest

from autograder.submission import Source, pieces_of_notebook, pieces_of_script, slice_names


def problem_in(text: str) -> tuple[str, str]:
    (problem,) = slice_names(pieces_of_script(text, "lenet.py"), ["LeNet"]).problems
    return problem.sentence.en, problem.sentence.zh


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("def f(x)：\n    return x\n", 'the full-width character "：" is not allowed in code', "全角字符“：”"),
        ("x = f(1，2)\n", 'the full-width character "，"', "全角字符“，”"),
        ("x\u3000= 1\n", "an invisible character, U+3000", "看不见的字符 U+3000"),
        ("print x\n", "print is a function: write print(...)", "print 是函数"),
        ("x = [1, 2\n", "the bracket [ is never closed", "括号 [ 没有闭合"),
        ("x = 1)\n", "one bracket ) too many", "多了一个括号 )"),
        ("x = 'a\n", "the closing quotation mark of a string is missing", "后一半引号"),
        ("for x in y\n    pass\n", "the colon at the end of the line is missing", "缺少冒号"),
        ("if x:\n    y\n      z\n", "the indentation does not fit", "缩进与前面对不上"),
        ("for x in y:\nz = 1\n", "indented code is missing", "缺少缩进的代码"),
        ("if x = 1:\n    pass\n", "write a comparison with ==", "比较要写 =="),
        ("return 1\n", "return is outside a function", "return 不在函数里"),
    ],
)
def test_the_cause_stands_in_words_of_the_course(text: str, en: str, zh: str) -> None:
    said_en, said_zh = problem_in(text)
    assert en in said_en
    assert zh in said_zh
    assert re.match(r"lenet\.py, line \d+, `.+`: syntax error: ", said_en)
    assert re.match(r"lenet\.py 第 \d+ 行 `.+` 有语法错误：", said_zh)


def test_a_notebook_is_told_by_its_cell() -> None:
    cells = [
        {"cell_type": "markdown", "source": "#"},
        {"cell_type": "code", "source": "x = 1\n\nclass LeNet：\n    pass"},
    ]
    (problem,) = slice_names(pieces_of_notebook({"cells": cells}, "a.ipynb"), ["LeNet"]).problems
    assert problem.sentence.en.startswith("a.ipynb, cell 2, line 3, `class LeNet：`: syntax error: ")
    assert problem.sentence.zh.startswith("a.ipynb 第 2 个单元 第 3 行 `class LeNet：`")


def test_what_it_would_have_defined_is_known() -> None:
    text = "y = 2\n\nclass LeNet(nn.Layer):\n    size = 3\n    def forward(self, x):\n        return x(\n\nz = 1\n"
    sliced = slice_names([Source("a.py", 1, text)], ["LeNet", "z"])
    assert sliced.found == ("z",)
    assert {"LeNet", "forward"} <= set(sliced.problems[0].names)
