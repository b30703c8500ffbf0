"""How long a box takes to start with Paddle and without: `python benchmarks/boxes.py`. Medians of interleaved runs; look at ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.sandbox.session import Framework

RUNS, CHILDREN = 5, 9
FRAMEWORKS: tuple[Framework, ...] = ("paddle", "python")


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def one_child(box: Box) -> None:
    """Start a child, ask it once, end it."""
    with box.session() as session:
        session.ask("layers")


def first_of_warm(framework: Framework) -> tuple[float, list[float]]:
    """Return what a new warmed process took up to the end of its first child, and each further child."""
    start = time.perf_counter()
    box = open_bubblewrap_box(framework=framework)
    first = time.perf_counter() - start
    further = [seconds(lambda: one_child(box)) for _ in range(CHILDREN)]
    if box.zygote:
        box.zygote.close()
    return first, further


def main() -> None:
    """Print medians, and the ratio of each."""
    taken: dict[tuple[str, Framework], list[float]] = {}
    cold = {name: open_bubblewrap_box(warm=False, framework=name) for name in FRAMEWORKS}
    for _ in range(RUNS):
        for name in FRAMEWORKS:
            taken.setdefault(("starts cold", name), []).append(seconds(lambda name=name: one_child(cold[name])))
            first, further = first_of_warm(name)
            taken.setdefault(("first one of a warmed process", name), []).append(first)
            taken.setdefault(("each further one", name), []).extend(further)
    for what in dict.fromkeys(key for key, _ in taken):
        paddle, plain = (statistics.median(taken[what, name]) for name in FRAMEWORKS)
        print(f"| {what} | {paddle:.3f} s | {plain:.3f} s | {paddle / plain:.1f} |")


if __name__ == "__main__":
    main()
