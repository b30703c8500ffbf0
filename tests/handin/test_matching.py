"""Whose a file is: rarest value first, never a guess between two."""

from __future__ import annotations

import pytest

from autograder.handin.claims import compiled_pattern
from autograder.handin.matching import ClassList
from autograder.store.records import Student

STUDENTS = ClassList(
    [
        Student("s001", "张三", "zs@x.edu"),
        Student("s002", "张三丰"),
        Student("s003", "欧阳 娜娜"),
        Student("s004", "Li Na"),
        Student("s005", "Müller Jörg"),
        Student("S-006", "李 雷"),
        Student("s007", "李雷"),
    ]
)


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("s001", "s001"),
        ("Ｓ００２", "s002"),
        ("作业_s003_最终版.ipynb", "s003"),
        ("张三丰的作业", "s002"),
        ("张三-作业", "s001"),
        ("欧阳娜娜.ipynb", "s003"),
        ("歐陽娜娜.ipynb", "s003"),
        ("na_li lab3.ipynb", "s004"),
        ("LiNa.ipynb", "s004"),
        ("jörg müller.ipynb", "s005"),
        ("JO\u0308RG MU\u0308LLER", "s005"),
        ("s-006 李雷", "S-006"),
        ("mail zs@x.edu", "s001"),
        ("李雷.ipynb", None),
        ("s001 s002", None),
        ("linalool.ipynb", None),
        ("sOO1", None),
        ("", None),
    ],
)
def test_whose(text: str, student: str | None) -> None:
    assert STUDENTS.match([text]).student == student


def test_questions_name_who_may_be_meant() -> None:
    assert "s001 张三" in STUDENTS.match(["sOO1.ipynb"]).why.en
    assert STUDENTS.match(["sOO1.ipynb"]).question
    assert "S-006 李 雷, s007 李雷" in STUDENTS.match(["李雷"]).why.zh
    assert not STUDENTS.match(["lenet.ipynb"]).question


def test_an_account_is_taken_as_a_whole() -> None:
    assert STUDENTS.match(["s001"], exact=True).student == "s001"
    assert STUDENTS.match(["s0010"], exact=True).student is None
    assert STUDENTS.match(["zs"], exact=True).student == "s001"


@pytest.mark.parametrize("text", ["{x}", "a*", "(?P<student_id>["])
def test_patterns_that_say_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compiled_pattern(text)
