"""Reading `source/<chapter>/architecture.py`, the declaration of a chapter's networks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.facts.arithmetic import FactsError, measure
from autograder.facts.layers import Network
from autograder.importing import ImportFailed, import_file
from autograder.text import Text

DECLARATION = "architecture.py"
ABOUT = Text(zh="{path}: {said}", en="{path}: {said}")
NO_NETWORKS = Text(
    zh="{path}: 要有 NETWORKS，即从名字到 Network 的映射",
    en="{path}: needs NETWORKS, a mapping from a name to a Network",
)
OTHER_NAME = Text(
    zh="{path}: NETWORKS[{key!r}] 是网络 {name!r}；请只用一个名字",
    en="{path}: NETWORKS[{key!r}] is the network {name!r}; use one name",
)


def read_networks(folder: Path) -> dict[str, Network]:
    """Return the networks of the chapter in `folder`, by name, in the order of the file; none without a declaration.

    Raises:
        FactsError: Where the file does not run, declares something else, or its sizes do not fit together.
    """
    path = folder / DECLARATION
    if not path.is_file():
        return {}
    try:
        module = import_file(path, f"_architecture_{folder.name}")
    except ImportFailed as error:
        raise FactsError(error.said) from error
    except FactsError as error:  # of a layer that cannot be meant
        raise FactsError(ABOUT.format(path=path, said=error.said)) from error
    networks = getattr(module, "NETWORKS", None)
    if not isinstance(networks, Mapping) or not all(isinstance(entry, Network) for entry in networks.values()):
        raise FactsError(NO_NETWORKS.format(path=path))
    for name, network in networks.items():
        if name != network.name:
            raise FactsError(OTHER_NAME.format(path=path, key=name, name=network.name))
        try:
            measure(network)
        except FactsError as error:
            raise FactsError(ABOUT.format(path=path, said=error.said)) from error
    return dict(networks)


def course_networks(root: Path) -> dict[str, dict[str, Network]]:
    """Return the networks of every chapter that declares some, chapters sorted by name; `root`: the course folder."""
    folders = sorted(path.parent for path in (root / "source").glob(f"*/{DECLARATION}"))
    return {folder.name: networks for folder in folders if (networks := read_networks(folder))}
