"""The documentation for teachers: it comes with the wheel for staff, and `init` puts it into docs/ of a new course."""

from __future__ import annotations

import re
from pathlib import Path

import autograder

FOLDER = "pages"  # in the package autograder.authoring of the wheel
NAMES = ("authoring", "checks", "data", "own", "collecting", "checkin", "scale")
LANGUAGES = {"en": ".md", "zh": ".zh.md"}
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")


def pages() -> dict[str, str]:
    """Return the pages by their names, links to what is not among them as plain words; empty where they are not installed.

    They lie beside this module in a wheel, and in docs/ where the package is used from its repository.
    """
    names = [f"{name}{ending}" for name in NAMES for ending in LANGUAGES.values()]
    for folder in (Path(__file__).parent / FOLDER, Path(autograder.__file__).parents[1] / "docs"):
        if (folder / names[0]).is_file():
            return {name: _alone((folder / name).read_text("utf-8"), names) for name in names}
    return {}


def _alone(text: str, names: list[str]) -> str:
    """Return a page whose links lead nowhere but to these pages and to the web."""

    def said(link: re.Match[str]) -> str:
        place = link[2].partition("#")[0]
        return link[0] if not place or place in names or re.match(r"[a-z]+:", place) else link[1]

    return _LINK.sub(said, text)
