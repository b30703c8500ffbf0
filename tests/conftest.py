"""What holds for all tests. Property tests try the same examples on every run; `HYPOTHESIS_PROFILE=search` looks for new ones."""

from __future__ import annotations

import gc
import os
import signal
import sys
import zlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from autograder.sandbox.box import Box

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Threads of Paddle that wait for each other keep their cores busy; more processes than cores run here.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is collected becomes garbage: to look through all of it again and again takes a fourth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def tables_by_copy() -> Iterator[None]:
    """Databases that are made in a test's process have the tables of one that was migrated once (`tests/migrated.py`)."""
    from autograder.store import database
    from tests import migrated

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "migrate", migrated.migrate)
        yield


@pytest.fixture(scope="session", autouse=True)
def ended_with_the_tests() -> Iterator[None]:
    """The warmed processes that are kept for commands and answers end with the pytest worker."""
    yield
    if warmed := sys.modules.get("tests.warmed"):
        warmed.KEEPER.end()


@pytest.fixture(scope="session")
def shared_box() -> Box:
    """A box, tried out, with its warmed process: for tests that use one and do not look at it. Other limits: `replace`."""
    from autograder.sandbox.box import open_bubblewrap_box
    from tests.warmed import KEEPER

    return open_bubblewrap_box(zygote=KEEPER())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", metavar="K/N", type=share, help="of the tests marked long only the K-th of N parts, K from 1"
    )


def share(text: str) -> tuple[int, int]:
    """Return K and N of `K/N`."""
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise ValueError
    return int(part), int(parts)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--long K/N`, leave out the long tests of the other parts; a test's part follows from its name."""
    if (chosen := config.getoption("--long")) is None:
        return
    part, parts = chosen
    left_out = [
        item
        for item in items
        if item.get_closest_marker("long") and zlib.crc32(item.nodeid.encode()) % parts != part - 1
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
