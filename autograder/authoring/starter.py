"""The files that a new course begins with, beside its first chapter.

`@ID@`, `@LANGUAGE@`, `@CHAPTER@`, `@VERSION@` and moments such as `@OPENS@` are filled in by `init`.
"""

from __future__ import annotations

from autograder.text import Text

COURSE = """\
# One run of the course. Times carry their zone offset; `autograder doctor` checks this file.

# Short name of this run: small letters, digits, hyphens. Results of another id never mix with this one's.
id: @ID@

# The languages that the course's texts stand in, each of them in every one; the first below is that of assignments and feedback.
languages: [@LANGUAGES@]
language: @LANGUAGE@
title: @TITLE@

# IANA zone in which dates are shown.
timezone: Asia/Shanghai

# From this and their id each student's own seed and numbers are drawn; not secret, new with each rollover. Without it all
# students have the same ones.
salt: "@SALT@"

# One line per chapter; the id is the name of a folder in source/. `autograder new CHAPTER` adds one.
# opens, due: first and last moment of the regular time; weight: share of the course grade, relative to the others.
chapters:
  - {id: @CHAPTER@, opens: @OPENS@, due: @DUE@, weight: 1}

# Check-in weeks: one short check-in is due in each; chapter is optional. Leave the list out for a course without them.
checkins:
  - {week: 1, opens: @OPENS@, due: @MIDDLE@, chapter: @CHAPTER@}
  - {week: 2, opens: @NEXT@, due: @DUE@, chapter: @CHAPTER@}

# Late work: minutes of grace, then percent taken off for each day, up to a cap. Leave it out to take all work alike.
# days: local: a day ends at the same time of day, also where clocks change. A chapter may have a `late:` of its own.
late: {grace_minutes: 15, percent_per_day: 10, cap_percent: 50, days: local}
"""
NBGRADER = '''\
"""How nbgrader's folders map onto this course's: the filled notebooks in solutions/ are nbgrader's source."""

import os
import re
from pathlib import Path

c = get_config()  # noqa: F821

root = Path(__file__).parent if "__file__" in globals() else Path.cwd()
found = re.search(r"(?m)^id:\\s*(\\S+)", (root / "course.yml").read_text("utf-8"))
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = found[1] if found else "course"
if os.environ.get("AUTOGRADER_DB"):  # the class's database where it is not gradebook.db
    c.CourseDirectory.db_url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", os.environ["AUTOGRADER_DB"])
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
# The solution module, the hidden checks and the reference's figures must never be copied beside an assignment.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.py", "hidden.json", "metrics.json", ".*.checkpoint*", "*.safetensors", "*.pdparams"]
exchange = root / ".autograder" / "exchange"
exchange.mkdir(parents=True, exist_ok=True)  # nbgrader makes no parents, and warns while the folder is missing
c.Exchange.root = str(exchange)
c.HTMLExporter.sanitize_html = True
# nbgrader's feedback template shows Markdown unsanitised; this exporter cleans it.
c.GenerateFeedback.exporter_class = "autograder.grading.feedback.SafeHTMLExporter"
# Its own autograde runs what was handed in outside the box and writes over points: `autograder grade` takes its place.
if not os.environ.get("AUTOGRADER_NBGRADER_AUTOGRADE"):
    c.Autograde.exporter_class = "autograder.grading.refusal.RefusedAutograde"
c.ExecutePreprocessor.timeout = 60
'''
GITIGNORE = """\
.venv*/
__pycache__/
.ipynb_checkpoints/
# a course in use: submissions, grades, results, data and caches never enter the repository
/submitted/
/autograded/
/feedback/
/exports/
/certificates/
/exchange/
/gradebook.db*
/data/
/.autograder/
.*.checkpoint*/
*.safetensors
*.pdparams
/*.zip
"""
WORKFLOW = """\
# What a change of the course must pass: the files are built from the source, and every check proves itself.
name: course
on: [push, pull_request]
jobs:
  course:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install --find-links wheels "palm-autograder[staff]==@VERSION@"
      # The box needs user namespaces, which this system keeps from ordinary programs.
      - run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
      - run: autograder build --check
      - run: autograder verify --quiet
"""
README = Text(
    zh="""# @TITLE@

这个文件夹是一门自动评分的课程，由 palm-autograder @VERSION@ 生成。它含有答案：仓库不要公开。

## 第一次

`submitted/` 里有一个三人的示例班。下面的命令生成作业，证明每项检查，给示例班评分，写反馈：

```sh
autograder doctor
autograder build
@VERIFY@
autograder grade
autograder roster
autograder feedback
```

@INSTALLED@作业在 `assignments/`，答案在 `solutions/`，反馈在 `feedback/`。

## 发给学生

```sh
autograder bundle
```

写出一个 zip：作业、公开检查、软件和说明，没有答案。

## 自己的一章

```sh
autograder new @SECOND@ --template @KIND@
autograder build @SECOND@
autograder verify @SECOND@
```

先运行这些命令，再改 `source/@SECOND@/` 里的文件，然后再次运行后两条命令。

| 文件 | 内容 |
| --- | --- |
| `notebook.py` | 课文和答案；`### BEGIN SOLUTION` 到 `### END SOLUTION` 之间的代码不发给学生 |
| `chapter.yml` | 任务、分数、提示，哪些检查隐藏 |
| `checks.py` | 每项检查问什么，编号与 `chapter.yml` 相同 |
| `mistakes.yml` | 常见错误：答案怎样改写，哪项检查必须发现它，告诉学生什么原因 |
| `right/`, `wrong/` | 写法不同的正确答案；不能由答案改写而来的错误 |
| `architecture.py` | 只有网络才有：各层的声明，用来画图和列表 |

`autograder build` 会指出哪个文件缺什么。

@MORE@## 开课之前

@NEW_SALT@改 `course.yml` 里的标题、时区和日期，删掉示例班：

```sh
rm -r submitted feedback autograded gradebook.db
autograder doctor
```
""",
    en="""# @TITLE@

This folder is an auto-graded course, made by palm-autograder @VERSION@. It holds solutions: keep its repository private.

## The first time

A sample class of three lies in `submitted/`. These commands make the assignments, prove every check, grade the sample
class and write its feedback:

```sh
autograder doctor
autograder build
@VERIFY@
autograder grade
autograder roster
autograder feedback
```

@INSTALLED@Assignments are in `assignments/`, solutions in `solutions/`, feedback in `feedback/`.

## For the students

```sh
autograder bundle
```

writes one zip: assignments, public checks, the software and a README, without solutions.

## A chapter of your own

```sh
autograder new @SECOND@ --template @KIND@
autograder build @SECOND@
autograder verify @SECOND@
```

Run these commands first, then edit the files in `source/@SECOND@/` and run the last two commands again.

| file | what it holds |
| --- | --- |
| `notebook.py` | the text and the answer; students do not get the code from `### BEGIN SOLUTION` to `### END SOLUTION` |
| `chapter.yml` | tasks, points, hints, and which checks are hidden |
| `checks.py` | what each check asks, by the ids of `chapter.yml` |
| `mistakes.yml` | known mistakes: how the answer is changed, which check must find it, which cause students are told |
| `right/`, `wrong/` | right answers in other forms; wrong ones that are no change of the answer |
| `architecture.py` | of a network only: its layers, for figures and tables |

`autograder build` says what is missing in which file.

@MORE@## Before the class starts

@NEW_SALT@Correct title, zone and dates in `course.yml`, and remove the sample class:

```sh
rm -r submitted feedback autograded gradebook.db
autograder doctor
```
""",
)
