from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.magics import without_magics


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("!pip install paddle \\\n  --quiet\nx = 1", "\n\nx = 1"),
        ("?len\nlen??\nx = 1", "\n\nx = 1"),
        ("files = !ls\nhere = %pwd\nx = 1", "\n\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nrm -rf /\nx = 1", "\n\n"),
        ("%time x = 1", "x = 1"),
        ("if y:\n    !ls\nx = 1", "if y:\n    pass\nx = 1"),
    ],
)
def test_magics_are_blanked_and_lines_keep_their_number(cell: str, code: str) -> None:
    assert without_magics(cell) == code


@pytest.mark.parametrize(
    "code",
    [
        "x = (a\n     % b)",
        "x = a \\\n    % b",
        's = """\n%matplotlib inline\n!ls\n"""',
        "s = '''a ( \"\n?x\n'''",
        "# it's ( open\nx = a != b",
        "x = '%d' % 3",
    ],
)
def test_code_that_looks_like_a_magic_is_kept(code: str) -> None:
    assert without_magics(code) == code


@given(st.text())
def test_any_text_keeps_its_number_of_lines(text: str) -> None:
    assert without_magics(text).count("\n") == text.count("\n")


def test_long_lines_take_no_time() -> None:
    for line in (" " * 1_000_000, "a " * 500_000, "'" * 1_000_001, '"\\' * 500_000, "(" * 1_000_000):
        assert without_magics(line).count("\n") == 0


def test_a_magic_in_a_class_body_leaves_valid_code() -> None:
    ast.parse(without_magics("class A:\n    %time\n    !ls"))
