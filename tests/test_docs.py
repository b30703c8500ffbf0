"""What README, CONTRIBUTING and docs/ say exists: files behind links, verbs and options of commands, decisions in their list."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer.main
import yaml

from autograder.cli.verbs import app
from autograder.course.variants import Variants

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if path.name != "kills.md")])
OTHERS_VERBS = frozenset({"autograde"})  # nbgrader's


def links(text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "")).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page.read_text("utf-8")):
        name, _, anchor = unquote(target).partition("#")
        path = (page.parent / name) if name else page
        assert path.exists(), f"{target} is not there"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path.read_text("utf-8")), f"{target}: no such heading"


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"\]\(([^)]+)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def commands(text: str) -> Iterator[str]:
    """Yield what follows `autograder` wherever a page shows a command as code."""
    for code in re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.S):
        for line in code.strip("`").splitlines():
            found = re.match(r"(?:sh\b)?\s*(?:\$ )?(?:\S*/)?autograder ([a-z][^#|&;<>]*)", line)
            if found:
                yield found[1]


def test_every_command_in_the_docs_exists() -> None:
    verbs: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    wrong = []
    for page in PAGES:
        if page.name == "CHANGELOG.md":  # tells of earlier commands, too
            continue
        for line in commands(page.read_text("utf-8")):
            words = line.split()
            command = verbs.get(words[0])
            if command is None:
                wrong += [f"{page.name}: autograder {line}"] if words[0] not in OTHERS_VERBS else []
                continue
            for word in words[1:3]:  # `autograder data prepare palm`
                command = getattr(command, "commands", {}).get(word, command)
            known = {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
            options = {word.strip("[]…,.").split("=")[0] for word in words if word.strip("[").startswith("--")}
            wrong += [f"{page.name}: autograder {words[0]} has no {option}" for option in options - known - {"--help"}]
    assert not wrong


@pytest.mark.parametrize("page", ["own.md", "own.zh.md"])
def test_the_example_of_variants_is_one_that_a_build_accepts(page: str) -> None:
    found = re.search(r"```yaml\n(variants:.*?)```", (ROOT / "docs" / page).read_text("utf-8"), flags=re.S)
    assert found is not None
    assert list(Variants.contradictions(yaml.safe_load(found[1])["variants"])) == []
