"""What keeps the answers of a chapter from being recorded, in both languages."""

from __future__ import annotations

from autograder.text import Text

TWICE = Text(
    zh="{path}: {name} 在 chapter.yml 里也写了自己的 `check:`；请只留一个",
    en="{path}: {name} stands in chapter.yml, too, with its own `check:`; keep one",
)
MISSING = Text(zh="{path}: {place} 里没有 {name}", en="{path}: {name} is missing in {place}")
NOT_PUBLIC = Text(
    zh="{path}: GRADED 里的 {name} 不是公开的检查", en="{path}: GRADED names {name}, which is no public check"
)
NO_CHECKS = Text(
    zh="{path}: 没有字典 CHECKS，它按完整的 id 给出每个检查",
    en="{path}: it has no dict CHECKS, which names each check by its full id",
)
NO_DICT = Text(
    zh="{path}: GRADED 必须是字典，按完整的 id 给公开的检查另外的输入",
    en="{path}: GRADED must be a dict, which gives public checks other inputs by their full ids",
)
ABOUT = Text(zh="{name}: {fault}", en="{name}: {fault}")
NOT_PASSED = Text(
    zh="{chapter}: 参考答案自己不通过 {check}：{complaint}",
    en="{chapter}: the solution itself does not pass {check}: {complaint}",
)
FAILS = Text(
    zh="{place}: 参考答案在 {check} 出错：{error}{advice}", en="{place}: the solution fails at {check}: {error}{advice}"
)
NOT_DEFINED = Text(
    zh="{chapter}: 检查 {check} 要用 {called!r}，参考答案里没有定义",
    en="{chapter}: the check {check} asks for {called!r}, which the solution does not define",
)
INSTALL = Text(
    zh="；请在这个环境里安装这个包，或者不用它：学生的答案也在这里评分",
    en="; install the package in this environment, or leave it out: students' answers are graded here, too",
)
REFUSES = Text(
    zh='；如果答案应该拒绝，请用 `refuses("ValueError", …)` 来问',
    en='; where the answer should refuse, ask with `refuses("ValueError", …)`',
)
