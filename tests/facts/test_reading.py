"""Reading architecture.py: what it may hold, and what is said when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.facts import FactsError, course_networks, read_networks

GOOD = """\
from autograder.facts import Conv, Network
from autograder.text import Text

NETWORKS = {"Net": Network("Net", (1, 8, 8), (Conv(2, 3),), Text(zh="网络", en="net"))}
"""


def chapter(root: Path, text: str, name: str = "tiny") -> Path:
    folder = root / "source" / name
    folder.mkdir(parents=True)
    (folder / "architecture.py").write_text(text, "utf-8")
    return folder


def test_a_chapter_without_declaration_has_no_networks(tmp_path: Path) -> None:
    assert read_networks(tmp_path) == {}
    assert course_networks(tmp_path) == {}


def test_chapters_are_sorted_by_name(tmp_path: Path) -> None:
    for name in ("later", "earlier"):
        chapter(tmp_path, GOOD, name)
    assert list(course_networks(tmp_path)) == ["earlier", "later"]
    assert list(course_networks(tmp_path)["later"]) == ["Net"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("NETWORKS =", "NETS =", "needs NETWORKS"),
        ('{"Net": Network(', '{"Net": dict(', "TypeError"),
        ('{"Net":', '{"Other":', "NETWORKS['Other'] is the network 'Net'"),
        ("Conv(2, 3)", "Conv(2, 30)", "Net: Conv: a window of 30 does not fit"),
        ("import Conv,", "import Convolution,", "ImportError"),
        ("NETWORKS = {", "NETWORKS = {{", "architecture.py:4: cannot be imported: SyntaxError"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = chapter(tmp_path, GOOD.replace(old, new))
    with pytest.raises(FactsError) as caught:
        read_networks(folder)
    assert message in str(caught.value)
    assert "architecture.py" in str(caught.value)
