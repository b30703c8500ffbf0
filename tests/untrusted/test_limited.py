"""Work in a copy of the process: what it gives back, and what each limit does."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.untrusted.limited import WITHIN, Limits, OverLimit, Plain, WorkDied, WorkFailed, deadline, limited

SMALL = Limits(cpu_seconds=1, memory_mib=64, wall_seconds=30, answer_mib=1)


def test_values_and_files_come_back_whole() -> None:
    def work(given: Any) -> Plain:
        return {"given": given["file"].decode(), "lone": "\ud800", "none": None}, (b"", b"\0" * 3_000_000)

    value, files = limited(work, {"file": b"text"}, WITHIN)
    assert value == {"given": "text", "lone": "\ud800", "none": None}
    assert files == [b"", b"\0" * 3_000_000]


def test_what_the_work_changes_stays_with_it() -> None:
    kept: list[int] = []

    def work(_: None) -> Plain:
        kept.append(os.getpid())
        return kept, ()

    (pid,), _ = limited(work, None, WITHIN)
    assert kept == []
    assert pid != os.getpid()


def spin(_: Any) -> Plain:
    while True:
        pass


def test_cpu_time_is_limited() -> None:
    with pytest.raises(OverLimit, match="1 s CPU") as caught:
        limited(spin, None, SMALL)
    assert caught.value.reached == "cpu"


@pytest.mark.parametrize("work", [lambda _: (len(bytearray(1 << 30)), ()), lambda _: ("x" * (1 << 30), ())])
def test_memory_is_limited_on_top_of_what_the_process_has(work: Any) -> None:
    with pytest.raises(OverLimit, match="64 MiB") as caught:
        limited(work, None, SMALL)
    assert caught.value.reached == "memory"


def test_recursion_without_end_is_a_limit_too() -> None:
    def work(given: Any) -> Plain:
        return work(given)

    with pytest.raises(OverLimit):
        limited(work, None, SMALL)


def test_the_answer_is_limited() -> None:
    with pytest.raises(OverLimit, match="1 MiB"):
        limited(lambda _: (None, (b"x" * (2 << 20),)), None, SMALL)
    with pytest.raises(OverLimit, match="1 MiB"):
        limited(lambda _: ("x" * (2 << 20), ()), None, SMALL)


def test_the_clock_ends_what_sleeps() -> None:
    began = time.monotonic()
    with pytest.raises(WorkDied, match="no end"):
        limited(lambda _: (time.sleep(60), ()), None, replace(WITHIN, wall_seconds=0.2))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_death_is_told_by_its_signal(number: signal.Signals) -> None:
    def work(_: None) -> Plain:
        os.kill(os.getpid(), number)
        return None, ()

    with pytest.raises(WorkDied, match=number.name):
        limited(work, None, WITHIN)


def test_leaving_without_an_answer_is_a_death_and_raising_is_a_fault_of_ours() -> None:
    with pytest.raises(WorkDied, match="status 3"):
        limited(lambda _: os._exit(3), None, WITHIN)
    with pytest.raises(WorkFailed, match="KeyError: 'x'"):
        limited(lambda _: ({}["x"], ()), None, WITHIN)
    with pytest.raises(WorkFailed, match="TypeError"):
        limited(lambda _: (object(), ()), None, WITHIN)


def test_no_descriptor_goes_along_and_none_and_nobody_is_left(tmp_path: Path) -> None:
    secret = (tmp_path / "secret").open("w+")
    os.set_inheritable(secret.fileno(), True)

    def work(_: None) -> Plain:
        return sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()), ()

    children = psutil.Process().children()
    before = len(list(Path("/proc/self/fd").iterdir()))
    descriptors, _ = limited(work, None, WITHIN)
    with pytest.raises(OverLimit):
        limited(lambda _: (None, (b"x" * (2 << 20),)), None, SMALL)
    assert secret.fileno() not in descriptors
    assert len([number for number in descriptors if number > 2]) <= 2  # the pipe, and the folder that is listed
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert psutil.Process().children() == children
    secret.close()


def test_a_ctrl_c_for_the_whole_group_does_not_end_the_work() -> None:
    def work(_: None) -> Plain:
        os.kill(os.getpid(), signal.SIGINT)
        return "done", ()

    assert limited(work, None, WITHIN)[0] == "done"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_threads_ask_side_by_side() -> None:
    def ask(number: int) -> Any:
        return limited(lambda given: (given * 2, ()), number, WITHIN)[0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(24))) == [2 * number for number in range(24)]


def test_a_deadline_ends_the_process_even_where_python_cannot_act() -> None:
    def late(_: None) -> Plain:
        with deadline(wall_seconds=0.2, cpu_seconds=60):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            while True:
                sum(range(10**8))
        return None, ()

    def in_time(_: None) -> Plain:
        with deadline(wall_seconds=0.3, cpu_seconds=1):
            pass
        time.sleep(0.5)
        return "done", ()

    def busy(_: None) -> Plain:
        with deadline(wall_seconds=60, cpu_seconds=1):
            return spin(None)

    with pytest.raises(WorkDied, match="SIGALRM"):
        limited(late, None, WITHIN)
    assert limited(in_time, None, WITHIN)[0] == "done"
    with pytest.raises(OverLimit):
        limited(busy, None, WITHIN)
