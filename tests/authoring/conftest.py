"""A tiny chapter: one code task in two cells, one that only trains, one written question."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Chapter, load_chapter

CHAPTER = """\
title: {zh: 小章, en: Tiny}
data: mnist
accuracy: {minimum: 0.9, constant: 0.1, task: training}
tasks:
  - id: add_one
    title: {zh: 加一, en: Add one}
    names: [add_one]
    points: 3
    checks:
      - {id: value, points: 3}
  - id: training
    title: {zh: 训练, en: Training}
    names: [add_one]
    points: 2
    checks:
      - {id: accuracy, points: 2}
  - id: why
    title: {zh: 为什么, en: Why}
    kind: written
    points: 5
    question_guide: {zh: 因为一加一等于二, en: because one and one make two}
"""

NOTEBOOK = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="zh"
# # 小章

# %% [markdown] lang="en"
# # Tiny

# %% setup=true
import os
from pathlib import (
    Path,
    PurePath,
)

print("ready")
from autograder import open_chapter

check = open_chapter("tiny")

# %% task="add_one"
def add_one(number):
    # zh: TODO：加一
    # en: TODO: add one
    ### BEGIN SOLUTION
    result_of_sum = number + 1
    return result_of_sum
    ### END SOLUTION

# %% task="add_one"
### BEGIN SOLUTION
secret_constant = "a string with \\"quotes\\""
### END SOLUTION

# %% check="add_one"
check("add_one")

# %%
print(add_one(1))

# %% training=true
weights = add_one(2)

# %% check="training"
check("training")

# %% [markdown] written="why" lang="zh"
# 为什么是二？
#
# ### BEGIN SOLUTION
# 一个加一个，数一数
# ### END SOLUTION

# %% [markdown] written="why" lang="en"
# Why is it two?
#
# ### BEGIN SOLUTION
# Count them: one and then two
# ### END SOLUTION
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "source" / "tiny"
    folder.mkdir(parents=True)
    (folder / "chapter.yml").write_text(CHAPTER, "utf-8")
    (folder / "notebook.py").write_text(NOTEBOOK, "utf-8")
    (tmp_path / "course.yml").write_text("id: tiny-2026\ndatasets: {mnist: mnist:Mnist}\n", "utf-8")
    return tmp_path


@pytest.fixture
def chapter(course: Path) -> Chapter:
    return load_chapter(course / "source" / "tiny")


@pytest.fixture
def source() -> str:
    return NOTEBOOK
