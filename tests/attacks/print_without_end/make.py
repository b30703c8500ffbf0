"""The right answer with much talk: talk costs nothing, and is not kept."""

from pathlib import Path

from tests.attacks.catalogue import ROOT

TALK = """

import sys
import warnings

QUIET = transform_img


def transform_img(img):
    for _ in range(40):
        sys.stdout.write("PASS 100/100 " * 80_000)
    sys.stderr.write("x" * 1_000_000)
    warnings.warn("a warning is no mistake")
    return QUIET(img)
"""


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the script."""
    solution = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    (folder / "reader.py").write_text(solution + TALK, "utf-8")
    return folder
