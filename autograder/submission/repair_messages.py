"""What is said about each repair of a notebook, in the languages of the course."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.text import Text

NO_CELLS = Text(
    zh="笔记本里没有单元，全部按发布版恢复。",
    en="The notebook has no cells; all cells were restored from the released notebook.",
)
LOST = Text(zh="以下条目不是单元，已略去：{numbers}。", en="These entries are not cells and were left out: {numbers}.")
CUT_OFF = Text(zh="单元太多，只读取前 {limit} 个。", en="There are too many cells; only the first {limit} were read.")
COPIED = Text(
    zh="单元 {number} 是 {name} 的副本，已略去；以第一个为准。",
    en="Cell {number} is a copy of {name} and was left out; the first one counts.",
)
MOVED = Text(
    zh="单元顺序被改动，已放回原位：{names}。", en="Cells had been moved and were put back in their places: {names}."
)
MANGLED = Text(
    zh="以下单元的结构已损坏，尽量修复：{numbers}。",
    en="The structure of these cells was broken and was repaired as well as possible: {numbers}.",
)
DELETED = Text(
    zh="单元 {name} 被删除，已按发布版恢复。",
    en="Cell {name} had been deleted and was restored from the released notebook.",
)
EMPTIED = Text(
    zh="答题单元 {name} 是空的，已恢复发布版的内容。",
    en="The answer cell {name} was empty; its released text was restored.",
)
ELSEWHERE = Text(
    zh="答题单元 {name} 被删除，评的是你写在别的单元里的定义。",
    en="The answer cell {name} had been deleted; what you define in another cell is graded.",
)
LOCKED = Text(
    zh="锁定的单元 {name} 被修改，已恢复原文；请把自己的代码写在答题单元或新单元里。",
    en="The locked cell {name} had been edited, and its released text was restored. Write your own code in the "
    "answer cells or in cells of your own.",
)
RETYPED = Text(
    zh="单元 {name} 的类型被改动，已改回 {cell_type}。",
    en="The type of cell {name} had been changed and was set back to {cell_type}.",
)
FORGED = Text(
    zh="单元 {name} 的评分信息被改动（{keys}），已恢复。",
    en="The grading metadata of cell {name} had been changed ({keys}) and was restored.",
)
METADATA_LOST = Text(
    zh="单元 {name} 的评分信息丢失，已恢复。", en="The grading metadata of cell {name} had been lost and was restored."
)
CLAIMED = Text(
    zh="单元 {number} 自称是评分单元，评分信息已去掉。",
    en="Cell {number} was marked as a graded cell, which it is not; its grading metadata was removed.",
)
ADDED = Text(zh="学生新增的单元已保留：{numbers}。", en="Cells that the student added were kept: {numbers}.")
AND_MORE = Text(zh="还有 {count} 处修复未列出。", en="{count} more repairs are not listed.")


def some(names: Sequence[str], most: int = 20) -> str:
    """Return the first names, joined, with an ellipsis when there are more."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def numbers(found: Sequence[int]) -> str:
    """Return cell numbers, joined."""
    return some([str(number) for number in found])
