"""Warm children: forked from one warmed process, and as closed, as fresh and as dead at the end as cold ones."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.sandbox import bubblewrap, warm
from autograder.sandbox.box import Box, BoxLimits, BoxSession, open_bubblewrap_box, pool_uid
from autograder.sandbox.session import BoxDied, BoxError, BoxKilled, StudentError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(BoxLimits(memory_mib=3000, cpu_seconds=30))
    assert made.zygote is not None, made.why_cold
    yield made
    made.zygote.close()


def run(session: BoxSession, text: str) -> Any:
    """Define a function `f` in the child and return what it returns."""
    session.ask("load", statements=[["answer.py", 1, text]])
    return session.ask("call", target="f", arguments=[])


def warmed(box: Box) -> psutil.Process:
    """Return the warmed process itself: below bubblewrap and its process 1."""
    assert box.zygote is not None
    (first,) = psutil.Process(box.zygote.pid).children()
    (process,) = first.children()
    return process


def test_no_layer_is_lost_by_a_warm_start(box: Box) -> None:
    assert box.layers == open_bubblewrap_box(warm=False).layers


def test_nothing_of_one_child_is_there_in_the_next(box: Box) -> None:
    leave = """
import os, sys, numpy, paddle, builtins
def f():
    for place in ('/tmp/left', '/dev/shm/left'):
        open(place, 'w').write('x')
    os.environ['LEFT'] = 'x'
    paddle.nn.Linear = numpy.allclose = None
    sys.modules['left'] = builtins.left = sys
    return 'left'
"""
    look = """
import os, sys, numpy, paddle, builtins
def f():
    return [os.listdir('/tmp'), os.listdir('/dev/shm'), 'LEFT' in os.environ, paddle.nn.Linear is None,
            numpy.allclose is None, 'left' in sys.modules, hasattr(builtins, 'left')]
"""
    shown = sorted({Path(place).parts[2] for place in (sys.prefix, sys.base_prefix) if place.startswith("/tmp/")})
    with box.session() as session:
        assert run(session, leave) == "left"
        with box.session() as beside:
            assert run(beside, look) == [shown, [], False, False, False, False, False]
    with box.session() as session:
        assert run(session, look) == [shown, [], False, False, False, False, False]


def test_ready_values_carry_nothing_from_one_child_to_the_next(box: Box) -> None:
    """Position and flags belong to an open file, mode and moments to the file: none of it may be the next child's, too."""
    network = """
import fcntl, os, paddle
class Net(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.fc = paddle.nn.Linear(1024, 1024)
    def sublayers(self, *given, **more):
        if (found := seen()) != "[]":
            raise RuntimeError(found)
        return super().sublayers(*given, **more)
def seen():
    files = [f for f in range(3, 64) if os.path.exists(f"/proc/self/fd/{f}") and "memfd" in os.readlink(f"/proc/self/fd/{f}")]
    found = []
    for file in files:
        status = os.fstat(file)
        found.append((os.lseek(file, 0, os.SEEK_CUR), fcntl.fcntl(file, fcntl.F_GETFL), status.st_mode, status.st_mtime_ns,
                      status.st_atime_ns))
        os.lseek(file, 123456789, os.SEEK_SET)
        fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
        os.fchmod(file, 0o000)
        os.pread(file, 1000, 0)
        try:
            os.utime(file)
        except PermissionError:
            pass
    return repr(found)
"""
    told = []
    for _ in range(2):
        with box.session(shapes={"Net": [(1024, 1024)]}) as session:
            session.ask("load", statements=[["answer.py", 1, network]])
            session.ask("make", target="Net", arguments=[], blank=True)
            with pytest.raises(StudentError) as error:
                session.ask("fill", target={"$handle": -1}, seed=5)
            told.append(error.value.message)
    assert told[0] == told[1]


def test_many_threads_of_one_child_leave_others_their_processor(box: Box) -> None:
    """The kernel shares processors out among sessions first (autogroup): each child must be one of its own."""
    group = """
import os
def f():
    return [os.getsid(0), os.getpid()]
"""
    with box.session() as session:
        assert run(session, group) == [1, 1]


def test_copying_files_with_their_modes_works_in_a_child(box: Box) -> None:
    copy = """
import os, pathlib, shutil
def f():
    os.chdir('/tmp')
    pathlib.Path('a').write_text('x')
    pathlib.Path('a').touch()
    pathlib.Path('c').touch()
    shutil.copy('a', 'b')
    return sorted(path.name for path in pathlib.Path('.').iterdir() if path.is_file())
"""
    with box.session() as session:
        assert run(session, copy) == ["a", "b", "c"]


def test_no_two_children_draw_the_same_numbers(box: Box) -> None:
    code = "import random, numpy, paddle\ndef f():\n    return [random.random(), numpy.random.rand(), paddle.rand([1]).item()]"
    drawn = []
    for _ in range(2):
        with box.session() as session:
            drawn.append(run(session, code))
    assert all(one != other for one, other in zip(*drawn, strict=True))


def descriptors(process: psutil.Process) -> list[str]:
    """Return what each descriptor of a process stands for, in order."""
    named = Path(f"/proc/{process.pid}/fd").iterdir()
    return [str(entry.readlink()).partition("[")[0] for entry in sorted(named, key=lambda entry: int(entry.name))]


def test_the_warmed_process_holds_nothing_and_its_children_have_no_rights(box: Box) -> None:
    process = warmed(box)
    files = ["/dev/null", "pipe:", "pipe:"]
    psutil.wait_procs(process.children(), 10)
    with box.session() as session:
        assert run(session, "def f():\n    return 1") == 1
        assert sorted(descriptors(process)) == sorted([*files, "anon_inode:", "pid:", "socket:", "socket:"])
        assert process.num_threads() == 1
        (child,) = process.children()
        lines = Path(f"/proc/{child.pid}/status").read_text("ascii").splitlines()
        sets = {line.split(":\t")[0]: int(line.split(":\t")[1], 16) for line in lines if line.startswith("Cap")}
        assert set(sets.values()) == {0}
        for name in ("pid", "mnt", "ipc", "net", "uts", "cgroup"):
            assert Path(f"/proc/{child.pid}/ns/{name}").readlink() != Path(f"/proc/{process.pid}/ns/{name}").readlink()
        assert descriptors(child) == [*files, "socket:"]
        with box.session() as beside:  # forked while the warmed process held what belongs to the first
            assert run(beside, "def f():\n    return 1") == 1
            (other,) = (one for one in process.children() if one.pid != child.pid)
            assert descriptors(other) == [*files, "socket:"]
            assert Path(f"/proc/{child.pid}/ns/pid").readlink() != Path(f"/proc/{other.pid}/ns/pid").readlink()


def test_a_child_sees_only_itself_and_can_touch_nothing_else(box: Box) -> None:
    pid = warmed(box).pid
    code = f"""
import ctypes, os, socket
def tried(attempt):
    try:
        return bool(attempt())
    except OSError:
        return False
libc = ctypes.CDLL(None)
def f():
    attempts = {{
        'list': lambda: os.listdir('/proc'),
        'kill': lambda: os.kill(1, 9) is None or os.kill({pid}, 9) is None,
        'all': lambda: os.kill(-1, 9) is None,
        'trace': lambda: any(libc.ptrace(16, number, 0, 0) == 0 for number in (1, {pid})),
        'memory': lambda: open('/proc/1/mem', 'rb').read(1),
        'zygote': lambda: open('/proc/{pid}/environ', 'rb').read(),
        'join': lambda: libc.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0) == 0,
        'mount': lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0,
        'unshare': lambda: any(libc.unshare(kind) == 0 for kind in (0x20000, 0x10000000, 0x20000000)),
        'root': lambda: os.setuid(0) is None,
        'ask': lambda: socket.send_fds(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET), [b'x'], [0]),
        'sockets': lambda: [n for n in range(256) if tried(lambda: os.fstat(n)) and
                            os.readlink('/proc/self/fd/%d' % n)[:6] == 'socket'][1:],
    }}
    return [name for name, attempt in attempts.items() if tried(attempt)]
"""
    with box.session() as session:
        assert run(session, code) == []
        assert session.ask("call", target="f", arguments=[]) == []  # and it is still there to answer
    assert warmed(box).pid == pid


def test_a_death_is_told_apart_as_in_a_cold_child(box: Box) -> None:
    cases = {
        "import os\ndef f():\n    os._exit(7)": ("crashed", "exit status 7"),
        "import ctypes\ndef f():\n    ctypes.string_at(0)": ("crashed", "exit status -11"),
        "import os\ndef f():\n    os.abort()": ("crashed", "exit status -6"),
    }
    for code, (status, detail) in cases.items():
        with box.session() as session, pytest.raises(BoxDied) as caught:
            run(session, code)
        assert caught.value.status == status
        assert detail in caught.value.detail


@pytest.mark.parametrize(
    "signals",
    ["[signal.SIGKILL]", "[signal.SIGSTOP]", "set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGABRT}"],
)
def test_a_child_that_sends_itself_signals_goes_on_or_has_crashed(box: Box, signals: str) -> None:
    code = f"""
import signal
def f():
    for number in {signals}:
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    return 1
"""
    with box.session() as session:
        assert run(session, code) == 1


def test_the_limit_on_cpu_time_ends_a_child_however_it_handles_signals(box: Box) -> None:
    code = """
import signal
def f():
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass
"""
    with box.session(cpu_seconds=1) as session:
        session.limit(20)
        with pytest.raises(BoxDied) as caught:
            run(session, code)
    assert caught.value.status == "timeout"
    assert "CPU" in caught.value.detail


def test_the_end_of_a_session_ends_the_child(box: Box) -> None:
    session = box.session()
    (child,) = warmed(box).children()
    session.ask(
        "load",
        statements=[["a.py", 1, "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()"]],
    )
    session.close()
    assert not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE
    psutil.wait_procs([child], 10)
    assert not child.is_running()  # buried, too


def test_a_child_whose_grader_is_gone_ends_and_the_others_do_not(box: Box) -> None:
    assert box.zygote is not None
    with box.session() as session:
        orphan = box.zygote.child(box._orders())
        child = max(warmed(box).children(), key=lambda one: one.pid)
        orphan._status.shutdown(socket.SHUT_RDWR)  # as when its grader is killed; the wire stays open
        psutil.wait_procs([child], 10)
        assert not child.is_running()
        assert run(session, "def f():\n    return 1") == 1
        assert len(warmed(box).children()) == 1
        orphan.kill()
        orphan.wire.close()
        orphan.output.close()


def test_a_warmed_process_that_dies_is_replaced(box: Box) -> None:
    before = warmed(box)
    before.kill()
    before.wait(10)
    assert box.zygote is not None
    with box.session() as session:
        assert run(session, "def f():\n    return 1") == 1
    assert warmed(box).pid != before.pid


def test_a_fresh_process_takes_over_while_the_old_ones_children_go_on(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "CHILDREN", 0)
    with box.session() as first:
        old = warmed(box)
        with box.session() as second:
            assert warmed(box).pid != old.pid
            assert old.is_running()
            assert [run(each, "def f():\n    return 1") for each in (first, second)] == [1, 1]
    psutil.wait_procs([old], 10)
    assert not old.is_running()


def test_a_grader_that_is_killed_leaves_nothing() -> None:
    code = (
        "import os, time; from autograder.sandbox.box import open_bubblewrap_box\n"
        "box = open_bubblewrap_box(); session = box.session(); print('ready', flush=True); time.sleep(60)"
    )
    grader = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert grader.stdout is not None
    assert grader.stdout.readline() == b"ready\n"
    family = psutil.Process(grader.pid).children(recursive=True)
    assert len(family) == 4  # two of bubblewrap, the warmed process and a child
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    grader.stdout.close()
    gone, alive = psutil.wait_procs(family, 10)
    assert not alive
    assert len(gone) == 4


def test_where_no_child_can_be_warm_it_starts_cold_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    words = bubblewrap.bubblewrap_words

    def without_rights(files_mib: int, *, makes_children: bool) -> list[str]:
        assert makes_children in (True, False)
        return words(files_mib, makes_children=False)

    monkeypatch.setattr(warm, "bubblewrap_words", without_rights)
    box = open_bubblewrap_box()
    assert box.zygote is None
    assert "unshare" in box.why_cold
    with box.session() as session:
        assert run(session, "def f():\n    return 1") == 1
    with pytest.raises(BoxError, match="unshare"):
        Box("bubblewrap", zygote=warm.Zygote()).session()


def test_nobody_waits_for_one_whose_bubblewrap_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its first fork and before its first word to it, it leaves a child that waits for that for ever."""
    words = ["/bin/sh", "-c", "sleep 600 & exec sleep 600"]
    monkeypatch.setattr(warm, "bubblewrap_words", lambda *_, **__: words)
    before, others = time.monotonic(), psutil.Process().children()
    family: list[psutil.Process] = []

    def kill() -> None:
        while not family:
            starters = [one for one in psutil.Process().children() if one not in others and one.name() == "sleep"]
            family.extend(child for one in starters for child in one.children())
        starters[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(BoxError, match="does not start"):
        Box("bubblewrap", zygote=warm.Zygote()).session()
    killer.join()
    assert time.monotonic() - before < warm.START_SECONDS / 2
    assert psutil.wait_procs(family, 10)[1] == []  # the one that was left, too


def asked_elsewhere(orders: dict[str, Any], control: socket.socket, pipe: Connection) -> None:
    """Ask a child in another process of the grader; then once more whenever the other side says so."""
    box = Box.from_orders(orders, control)
    assert box.zygote is not None
    while True:
        try:
            with box.session() as session:
                answer = run(session, "def f():\n    return 1")
        except BoxKilled:  # asked while it died: whoever grades asks again, see `examine.TRIES`
            continue
        pipe.send((answer, box.zygote.pid))
        pipe.recv()


def test_workers_have_children_from_the_same_warmed_process_and_outlive_it() -> None:
    box = open_bubblewrap_box()
    assert box.zygote is not None
    context = multiprocessing.get_context("spawn")
    ours, theirs = zip(*(context.Pipe() for _ in range(2)), strict=True)
    assert box.zygote.control is not None
    control = socket.socket(fileno=os.dup(box.zygote.control))
    given = (box.to_orders(), control)
    workers = [context.Process(target=asked_elsewhere, args=(*given, pipe), daemon=True) for pipe in theirs]
    try:
        for worker in workers:
            worker.start()
        assert [pipe.recv() for pipe in ours] == [(1, None)] * 2  # none started one of its own
        assert box.zygote.pid is not None
        with box.session() as session:
            assert run(session, "def f():\n    return 1") == 1
        os.kill(box.zygote.pid, signal.SIGKILL)
        for pipe in ours:
            pipe.send("again")
        (first, own), (second, other) = (pipe.recv() for pipe in ours)
        assert first == second == 1
        assert None not in (own, other)
        assert own != other
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
        control.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TRIED: only root gives every child a uid of its own")
def test_every_child_has_a_uid_of_its_own(box: Box) -> None:
    uids = []
    for _ in range(3):
        with box.session() as session:
            uids.append(run(session, "import os\ndef f():\n    return os.getuid()"))
    assert len(set(uids)) == 3
    assert min(uids) >= pool_uid(0)


def test_a_view_keeps_what_lies_below_its_writable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not str(tmp_path).startswith("/tmp/"):
        pytest.skip("NOT TRIED: the folder for tests is not below /tmp")
    tmp_path.chmod(0o755)
    for folder in [tmp_path, *tmp_path.parents]:
        if str(folder) != "/tmp" and str(folder).startswith("/tmp"):
            folder.chmod(0o755)
    (tmp_path / "kept.txt").write_text("kept")
    more = bubblewrap.shown()._replace(places=(*bubblewrap.shown().places, str(tmp_path)))
    for module in (bubblewrap, warm):
        monkeypatch.setattr(module, "shown", lambda: more)
    box = Box("bubblewrap", zygote=warm.Zygote())
    code = f"import os\ndef f():\n    return os.path.exists({str(tmp_path / 'kept.txt')!r}), os.access({str(tmp_path)!r}, os.W_OK), open('/tmp/mine', 'w').write('x')"
    with box.session() as session:
        assert run(session, code) == [True, False, 1]


def test_a_cold_box_is_there_when_it_is_asked_for() -> None:
    assert open_bubblewrap_box(warm=False).zygote is None


def test_a_child_can_do_what_students_do(box: Box) -> None:
    code = """
import cv2, numpy as np, paddle
from paddle import nn
from paddle.io import DataLoader, TensorDataset
def f():
    network = nn.Sequential(nn.Conv2D(3, 4, 3), nn.BatchNorm2D(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(144, 2))
    optimizer = paddle.optimizer.Adam(parameters=network.parameters())
    pictures = cv2.resize(np.zeros((64, 64, 3), np.uint8), (8, 8)).transpose(2, 0, 1).astype('float32')
    pairs = TensorDataset([paddle.to_tensor(np.stack([pictures] * 8)), paddle.zeros([8, 1], 'int64')])
    for x, y in DataLoader(pairs, batch_size=4):
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
        optimizer.clear_grad()
    network.eval()
    static = paddle.jit.to_static(network, input_spec=[paddle.static.InputSpec([None, 3, 8, 8])])
    paddle.save(network.state_dict(), '/tmp/w.pdparams')
    paddle.linalg.svd(paddle.rand([30, 30]))
    return [list(static(paddle.rand([2, 3, 8, 8])).shape), len(paddle.load('/tmp/w.pdparams'))]
"""
    with box.session() as session:
        assert run(session, code) == [[2, 2], 8]
