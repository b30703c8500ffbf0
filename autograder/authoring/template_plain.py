"""The files of a new chapter without Paddle and without data: one function in NumPy that builds, verifies and grades at once.

`@CHAPTER@` is the chapter's id and `@CLASS@` the name of its function.
"""

from __future__ import annotations

CHAPTER = """\
title: {zh: "@CLASS@：把分数变成概率", en: "@CLASS@: from scores to probabilities"}
data: none
framework: python  # answers need no Paddle; leave this line out where they do
tasks:
  - id: probabilities
    title: {zh: 写出 @CLASS@, en: Write @CLASS@}
    names: [@CLASS@]
    points: 40
    hint:
      zh: 先用两三个数手算一遍，再和函数的结果比较。
      en: Work two or three numbers out by hand and compare them with what the function returns.
    checks:
      - id: values
        points: 15
        hint:
          zh: 每一行分别计算：指数除以这一行指数的和。
          en: Each row by itself, the exponentials divided by the sum of that row's exponentials.
      - id: one_row
        points: 5
        hint: {zh: 只有一行也要返回二维数组。, en: One row alone gives an array of two dimensions as well.}
      - id: large
        points: 10
        hidden: true
        hint:
          zh: 先从每一行减去这一行的最大值，指数就不会溢出。
          en: Subtract each row's largest score first, and no exponential overflows.
        announced: {zh: 分数可以很大, en: scores may be large}
      - id: unchanged
        points: 10
        hidden: true
        hint: {zh: 不要用 -= 或 /= 改动参数本身。, en: Do not change the argument itself by -= or /=.}
        announced: {zh: 不改动参数, en: stays as it was}
  - id: why_rows
    title: {zh: 为什么按行, en: Why rows}
    kind: written
    points: 10
    question_guide:
      zh: 一行是一个样本的分数（5 分）；概率在一个样本的各类之间和为 1，不同样本互不影响（5 分）。
      en: One row holds the scores of one sample (5); probabilities add up to 1 over the classes of a sample, and samples do not affect one another (5).
"""

CHECKS = '''\
"""The checks of this chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Call, case
from autograder.checks.arguments import normal

CHECKS = {
    "probabilities.values": Call(name="@CLASS@", cases=tuple(case(normal(n, 5)) for n in (2, 4)), seed=1),
    "probabilities.one_row": Call(name="@CLASS@", cases=(case(normal(1, 3)),), seed=2),
    "probabilities.large": Call(name="@CLASS@", cases=(case(normal(3, 4, std=2000.0)),), seed=4711),
    "probabilities.unchanged": Call(name="@CLASS@", cases=(case(normal(3, 4)),), seed=4712, changes="none"),
}
'''

NOTEBOOK = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="zh"
# # @CLASS@
#
# **目标**：把一行分数变成一行概率，并且算得稳。
#
# 第 i 类的概率是 $p_i = e^{s_i} / \\sum_j e^{s_j}$：每个概率都大于 0，一行的概率加起来是 1，分数最大的类概率也最大。

# %% [markdown] lang="en"
# # @CLASS@
#
# **Goals**: turn a row of scores into a row of probabilities, without an overflow.
#
# The probability of class i is $p_i = e^{s_i} / \\sum_j e^{s_j}$: each is above 0, those of a row add up to 1, and the class
# with the largest score has the largest probability.

# %% setup=true
import numpy as np

from autograder import open_chapter

check = open_chapter("@CHAPTER@")

# %% [markdown] lang="zh"
# ## 任务一：@CLASS@（40 分）
#
# - 参数 `scores` 是 `float64 [N, C]`：N 行，每行是一个样本在 C 个类上的分数；N 和 C 可以是任意正整数；
# - 返回同样形状的数组，每一行是这一行的概率；
# - 分数可以很大（几千），结果里不能有 `nan` 或 `inf`；
# - 不改动参数：调用之后 `scores` 和之前一样。

# %% [markdown] lang="en"
# ## Task 1: @CLASS@ (40 points)
#
# - the argument `scores` is `float64 [N, C]`: N rows, each the scores of one sample for C classes; N and C are any
#   positive numbers;
# - the result has the same shape, each row the probabilities of that row;
# - scores may be large (some thousands), and no `nan` or `inf` may come of it;
# - the argument stays as it was: after the call `scores` is what it was before.


# %% task="probabilities"
def @CLASS@(scores):
    """scores: float64 [N, C]; returns probabilities: float64 [N, C], each row adds up to 1."""
    # zh: TODO：每一行减去最大值，取指数，再除以这一行的和
    # en: TODO: subtract each row's maximum, take exponentials, divide by the sum of the row
    ### BEGIN SOLUTION
    shifted = scores - scores.max(axis=1, keepdims=True)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="probabilities"
check("probabilities")

# %%
print(@CLASS@(np.array([[0.0, 1.0, 2.0], [5.0, 5.0, 5.0]])))

# %% [markdown] written="why_rows" lang="zh"
# ## 问答（10 分）
#
# 为什么每一行分别归一，而不是整个数组一起？
#
# ### BEGIN SOLUTION
# 一行是一个样本的分数，概率说的是这个样本属于各类的可能，所以在一行之内和为 1；别的样本的分数不应该影响它。
# ### END SOLUTION

# %% [markdown] written="why_rows" lang="en"
# ## Written question (10 points)
#
# Why is each row divided by its own sum, and not the whole array by one?
#
# ### BEGIN SOLUTION
# A row holds the scores of one sample. Its probabilities say to which class this sample belongs, so they add up to 1 within
# the row, and the scores of other samples must not change them.
# ### END SOLUTION
'''

MISTAKES = """\
# Wrong answers that learners hand in, as changes of the solution: `from` stands once in the task, `to` is written instead.
# kills: the checks that must fail. `autograder mistakes @CHAPTER@ ID --diff` shows one.
mistakes:
  - id: argument_changed
    kills: [probabilities.unchanged]
    cause:
      zh: -= 改动了调用者的数组；写成 shifted = scores - ...。
      en: The -= changes the caller's array; write shifted = scores - ... instead.
    changes:
      - from: shifted = scores - scores.max(axis=1, keepdims=True)
        to: |
          scores -= scores.max(axis=1, keepdims=True)
          shifted = scores

  - id: columns
    kills: [probabilities.values]
    cause:
      zh: 和是按列求的；一个样本是一行，所以 axis=1。
      en: The sum goes down the columns; a sample is a row, so axis=1.
    changes:
      - from: weights.sum(axis=1, keepdims=True)
        to: weights.sum(axis=0, keepdims=True)

  - id: no_maximum
    kills: [probabilities.large]
    cause:
      zh: 没有减去最大值，大的分数让指数溢出成 inf。
      en: Without the maximum subtracted, the exponential of a large score overflows to inf.
    changes:
      - from: shifted = scores - scores.max(axis=1, keepdims=True)
        to: shifted = scores

  - id: whole_array
    kills: [probabilities.values]
    cause:
      zh: 除以了整个数组的和；每一行只除以自己的和。
      en: You divide by the sum of the whole array; each row is divided by its own.
    changes:
      - from: weights.sum(axis=1, keepdims=True)
        to: weights.sum()
"""

RIGHT = """\
# right: row by row, with a list
import numpy as np


def @CLASS@(values):
    rows = []
    for row in values:
        powers = np.exp(row - max(row))
        rows.append(powers / powers.sum())
    return np.array(rows)
"""

FILES = {
    "chapter.yml": CHAPTER,
    "notebook.py": NOTEBOOK,
    "checks.py": CHECKS,
    "mistakes.yml": MISTAKES,
    "right/row_by_row.py": RIGHT,
}


def sample_answers(name: str) -> tuple[str, ...]:
    """Return what three students of a sample class hand in: a right answer and two mistakes."""
    right = "\n".join(RIGHT.split("\n")[1:]).replace("@CLASS@", name)
    return right, right.replace("row - max(row)", "row"), right.replace("powers.sum()", "np.exp(values).sum()")
