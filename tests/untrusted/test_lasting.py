"""Work in a limited process that lasts: one text has no hold on the next, and every limit is as in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.untrusted import limited as module
from autograder.untrusted.limited import WITHIN, Lasting, Limits, OverLimit, Plain, WorkDied, WorkFailed

SMALL = Limits(cpu_seconds=1, memory_mib=64, wall_seconds=30, answer_mib=1)
KEPT: list[Any] = []


def obey(given: Any) -> Plain:
    """Do what is asked for, and tell which process did it and how often it was asked before."""
    KEPT.append(None)
    what = given["do"]
    if what == "spin":
        while True:
            pass
    if what == "take":
        len(bytearray(given["mib"] << 20))
    if what == "keep":
        KEPT.append(bytearray(given["mib"] << 20))
    if what == "work":
        end = time.process_time() + given["seconds"]
        while time.process_time() < end:
            pass
    if what == "sleep":
        time.sleep(given["seconds"])
    if what == "die":
        os.kill(os.getpid(), given["by"])
    if what == "refuse":
        raise KeyError("x")
    if what == "fail unless new" and len(KEPT) > 1:
        raise RuntimeError
    if what == "files":
        return os.getpid(), (b"", given["file"], b"\0" * 3_000_000)
    if what == "answer":
        return "x" * (given["mib"] << 20), ()
    if what == "descriptors":
        return sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()), ()
    return [os.getpid(), len(KEPT)], ()


def ask(reader: Lasting, what: str = "tell", **more: Any) -> Any:
    return reader({"do": what, **more})[0]


def test_one_process_does_the_work_of_many_and_values_come_back_whole() -> None:
    reader = Lasting(obey, WITHIN)
    pid, _ = ask(reader)
    assert pid != os.getpid()
    value, files = reader({"do": "files", "file": b"text"})
    assert (value, files) == (pid, [b"", b"text", b"\0" * 3_000_000])
    assert ask(reader) == [pid, 3]
    assert reader.pids == {pid}
    assert KEPT == []
    reader.close()
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize(
    ("order", "error", "said"),
    [
        ({"do": "spin"}, OverLimit, "1 s CPU"),
        ({"do": "take", "mib": 1024}, OverLimit, "64 MiB"),
        ({"do": "answer", "mib": 2}, OverLimit, "1 MiB"),
        ({"do": "die", "by": int(signal.SIGSEGV)}, WorkDied, "SIGSEGV"),
        ({"do": "refuse"}, WorkFailed, "KeyError: 'x'"),
    ],
)
def test_each_limit_holds_in_a_process_that_has_worked_before(order: Any, error: Any, said: str) -> None:
    reader = Lasting(obey, SMALL)
    pid, _ = ask(reader)
    with pytest.raises(error, match=said):
        reader(order)
    assert not psutil.pid_exists(pid)
    assert reader.pids == set()
    assert ask(reader)[1] == 1


def test_the_clock_ends_what_sleeps() -> None:
    reader = Lasting(obey, replace(WITHIN, wall_seconds=0.2))
    with pytest.raises(WorkDied, match=r"no end after 0\.2 s"):
        ask(reader, "sleep", seconds=60)


def test_what_dies_or_fails_is_tried_in_a_new_process_before_it_counts() -> None:
    reader = Lasting(obey, WITHIN)
    pid, _ = ask(reader)
    again, times = ask(reader, "fail unless new")
    assert again != pid
    assert times == 1
    os.kill(again, signal.SIGKILL)  # between two texts
    assert ask(reader)[1] == 1


def test_a_process_is_replaced_after_many_texts_and_after_one_that_took_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PIECES", 3)
    reader = Lasting(obey, WITHIN)
    pids = [ask(reader)[0] for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]
    first, _ = ask(reader, "take", mib=200)  # and given back: its peak tells
    assert ask(reader)[0] != first


def test_each_text_may_take_the_same_whatever_the_one_before_kept() -> None:
    reader = Lasting(obey, replace(SMALL, cpu_seconds=2))
    pid, _ = ask(reader, "keep", mib=50)
    assert ask(reader, "keep", mib=50)[0] == pid
    assert ask(reader, "work", seconds=0.7)[0] == pid
    assert ask(reader, "work", seconds=0.7)[0] == pid
    assert ask(reader, "work", seconds=0.7)[0] == pid
    with pytest.raises(OverLimit):
        ask(reader, "take", mib=1000)  # far more than the heap of this process may have free


def test_an_answer_that_nobody_waited_for_is_nobodys() -> None:
    class Stopped(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    reader = Lasting(obey, WITHIN)
    pid, _ = ask(reader)
    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Stopped):
            ask(reader, "sleep", seconds=30)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not psutil.pid_exists(pid)
    assert ask(reader)[1] == 1


def test_threads_ask_side_by_side_and_each_gets_its_own_answer() -> None:
    reader = Lasting(obey, WITHIN)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: reader({"do": "files", "file": b"%d" % n})[1][1], range(40)))
    assert found == [b"%d" % n for n in range(40)]
    assert 1 <= len(reader.pids) <= 4
    reader.close()


def test_a_copy_of_the_owner_asks_processes_of_its_own() -> None:
    reader = Lasting(obey, WITHIN)
    pid, _ = ask(reader)
    child = os.fork()
    if child == 0:
        same = ask(reader)[0] == pid
        del reader
        os._exit(int(same))
    assert os.waitpid(child, 0)[1] == 0
    assert ask(reader) == [pid, 2]


def test_no_descriptor_goes_along_and_a_ctrl_c_is_not_for_it(tmp_path: Path) -> None:
    secret = (tmp_path / "secret").open("w+")
    os.set_inheritable(secret.fileno(), True)
    reader = Lasting(obey, WITHIN)
    descriptors = ask(reader, "descriptors")
    assert secret.fileno() not in descriptors
    assert len([number for number in descriptors if number > 2]) <= 2  # the line, and the folder that is listed
    assert ask(reader, "die", by=int(signal.SIGINT))
    secret.close()


OWNER = """
import sys, time
from autograder.untrusted.limited import Lasting
from autograder.untrusted.limited import WITHIN
from tests.untrusted.test_lasting import obey
reader = Lasting(obey, WITHIN)
print(reader({"do": "tell"})[0][0], flush=True)
if sys.argv[1] == "stay":
    time.sleep(60)
"""


@pytest.mark.parametrize("how", ["stay", "leave"])
def test_it_ends_with_its_owner(how: str) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, how], cwd=root, env={**os.environ, "PYTHONPATH": "."}, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        if how == "stay":
            owner.kill()
    with suppress(psutil.NoSuchProcess):  # ended already
        process = psutil.Process(pid)
        psutil.wait_procs([process], timeout=30)
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
