"""What is told of code whose time is over: the student's own loop, wherever it was interrupted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

import pytest

from autograder.sandbox.box import Box, BoxLimits, BoxSession, open_bubblewrap_box
from autograder.sandbox.child.late import line_of
from autograder.sandbox.child.operations import Operations
from autograder.sandbox.session import BoxDied

ENDLESS = """\
def step(n):
    return n + 1

def spin(n):
    for _ in range(3):
        while n:
            n = step(n)

def count():
    for n in range(10 ** 12):
        n = n + 1

def stubborn():
    while True:
        try:
            sum([1])
        except BaseException: pass

def inside():
    import signal
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)
    while True: pass

def asleep():
    import time
    for _ in range(2):
        wait(time)

def wait(time):
    time.sleep(1000)

def compiled():
    return sum(range(10 ** 12))
"""


@pytest.fixture(scope="module", params=["warm", "cold"])
def box(request: pytest.FixtureRequest) -> Box:
    limits = BoxLimits(memory_mib=3000, cpu_seconds=30)
    return open_bubblewrap_box(limits, warm=request.param == "warm", framework="python")


@pytest.fixture
def session(box: Box) -> Iterator[BoxSession]:
    with box.session() as opened:
        opened.ask("load", statements=[["answer.py", 11, ENDLESS]])
        yield opened


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("spin", (16, "while n:")),
        ("count", (20, "for n in range(10 ** 12):")),
        ("stubborn", (24, "while True:")),
        ("asleep", (41, "time.sleep(1000)")),
    ],
)
def test_a_loop_without_end_is_told_with_its_first_line(session: BoxSession, name: str, where: tuple[int, str]) -> None:
    session.limit(0.3)
    with pytest.raises(BoxDied) as caught:
        session.ask("call", target=name, arguments=[1] if name == "spin" else [])
    assert (caught.value.status, caught.value.seconds) == ("timeout", 0.3)
    assert caught.value.where == ("answer.py", *where)


@pytest.mark.parametrize("name", ["inside", "compiled"])
def test_code_that_cannot_be_interrupted_is_late_without_a_line(session: BoxSession, name: str) -> None:
    session.limit(0.3)
    with pytest.raises(BoxDied) as caught:
        session.ask("call", target=name, arguments=[])
    assert (caught.value.status, caught.value.where) == ("timeout", None)


def test_the_time_of_one_question_is_not_that_of_the_next(session: BoxSession) -> None:
    session.limit(1)
    for _ in range(3):
        session.ask("load", statements=[["b.py", 1, "import time; time.sleep(0.5)"]])
    assert session.ask("call", target="step", arguments=[1]) == 2


def test_what_is_further_out_than_the_question_is_not_the_students() -> None:
    seen: list[object] = []

    def look() -> None:
        frame: FrameType | None = sys._getframe()
        seen.append(line_of(frame))

    def asked() -> None:
        Operations({"look": look}).run("call", {"target": "look", "arguments": []})

    code = compile("while True:\n    asked()\n    break", "cell.ipynb#1", "exec")
    exec(code, {"asked": asked})
    look_at = compile("look()", "cell.ipynb#1", "exec")
    exec(look_at, {"look": look})
    assert seen == [None, ["cell.ipynb", 1, ""]]
