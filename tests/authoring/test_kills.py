"""The kill table shows every mistake, and what each kind of check adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.examples import read_examples
from autograder.authoring.kills import kill_page
from autograder.course import load_course

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters]


@pytest.fixture(scope="module")
def page() -> str:
    """The page of all chapters."""
    return kill_page(ROOT, CHAPTERS)


def test_every_wrong_answer_stands_in_the_table_with_a_check_it_names(page: str) -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| ")}
    for chapter in CHAPTERS:
        for example in read_examples(ROOT, chapter):
            if example.kills:
                assert "**" in rows[example.id]


def test_each_kind_of_check_adds_to_the_one_before(page: str) -> None:
    total = next(line for line in page.splitlines() if line.startswith("| **all**"))
    counts = [int(cell.split()[0]) for cell in total.split("|")[3:-1]]
    assert counts == sorted(counts)
    assert counts[-1] == int(total.split("|")[2])
