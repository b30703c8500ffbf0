"""The box: what student code can and cannot do in it. Real processes, real bubblewrap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import box as boxes
from autograder.sandbox.box import Box, BoxLimits, BoxSession, open_bubblewrap_box
from autograder.sandbox.ready import ReadyValues
from autograder.sandbox.session import BoxDied, StudentError


@pytest.fixture(scope="module", params=["warm", "cold"])
def box(request: pytest.FixtureRequest) -> Box:
    return open_bubblewrap_box(BoxLimits(memory_mib=3000, cpu_seconds=30), warm=request.param == "warm")


@pytest.fixture
def session(box: Box) -> Iterator[BoxSession]:
    with box.session() as opened:
        yield opened


@pytest.fixture(scope="module")
def kept(box: Box) -> Iterator[BoxSession]:
    """A session for tests that leave their child as it was: a cold one takes half a second to start."""
    with box.session() as opened:
        yield opened


def load(session: BoxSession, text: str) -> list[dict[str, object]]:
    errors = session.ask("load", statements=[["answer.py", 1, text]])["errors"]
    assert isinstance(errors, list)
    return errors


def test_a_function_is_called_and_its_result_comes_back(kept: BoxSession) -> None:
    assert load(kept, "def double(x):\n    return [2 * x, None]") == []
    assert kept.ask("call", target="double", arguments=[21]) == [42, None]


def test_an_error_names_the_students_own_line(kept: BoxSession) -> None:
    load(kept, "def broken():\n    return {}['no']")
    with pytest.raises(StudentError) as caught:
        kept.ask("call", target="broken", arguments=[])
    assert caught.value.type == "KeyError"
    assert caught.value.where == "answer.py, line 2: return {}['no']"


def test_one_failing_statement_does_not_cost_the_others(kept: BoxSession) -> None:
    errors = kept.ask("load", statements=[["a.py", 1, "1 / 0"], ["a.py", 2, "def f():\n    return 1"]])["errors"]
    assert [error["type"] for error in errors] == ["ZeroDivisionError"]
    assert kept.ask("call", target="f", arguments=[]) == 1


def test_there_is_no_network_and_no_file_of_the_grader(kept: BoxSession) -> None:
    here = str(Path(__file__).resolve().parents[2] / "solutions")
    load(kept, f"import os, socket\ndef see():\n    return [os.path.exists({here!r}), sorted(os.listdir('/tmp'))]")
    load(kept, "def call_out():\n    socket.create_connection(('127.0.0.1', 9), 1)")
    assert kept.ask("call", target="see", arguments=[])[0] is False
    with pytest.raises(StudentError) as caught:
        kept.ask("call", target="call_out", arguments=[])
    assert "OSError" in caught.value.bases
    assert "not permitted" in caught.value.message


def test_the_environment_of_the_grader_stays_outside(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_SECRET", "s3cret")
    with box.session() as session:
        load(session, "import os\ndef environment():\n    return sorted(os.environ)")
        assert "PLANTED_SECRET" not in session.ask("call", target="environment", arguments=[])


def test_an_endless_loop_ends_at_its_limit(session: BoxSession) -> None:
    load(
        session,
        "def spin():\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    )
    session.limit(0.5)
    with pytest.raises(BoxDied) as caught:
        session.ask("call", target="spin", arguments=[])
    assert caught.value.status == "timeout"


def test_leaving_the_process_is_no_result(session: BoxSession) -> None:
    load(session, "import os\ndef leave():\n    os._exit(0)")
    with pytest.raises(BoxDied) as caught:
        session.ask("call", target="leave", arguments=[])
    assert caught.value.status == "crashed"


def test_memory_is_bounded(kept: BoxSession) -> None:
    load(kept, "def take():\n    return len(bytearray(8 << 30))")
    with pytest.raises(StudentError) as caught:
        kept.ask("call", target="take", arguments=[])
    assert caught.value.type == "MemoryError"


def test_memory_that_was_freed_is_used_again_without_a_fault_for_each_page(session: BoxSession) -> None:
    load(
        session,
        "import resource\nimport paddle\n"
        "def take(mebibytes):\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    paddle.ones([mebibytes << 18])\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before",
    )
    # The second is smaller: a little of what the first gave back may meanwhile hold something else.
    first, second = (session.ask("call", target="take", arguments=[mebibytes]) for mebibytes in (128, 96))
    assert first > 10_000  # 128 MiB in pages of 4 KiB
    assert second < 1000


NETWORK = (
    "import resource\nimport paddle\nfrom paddle import nn\n"
    "class Net(nn.Layer):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.fc = nn.Linear(8192, 4096)\n"
    "    def forward(self, x):\n"
    "        return self.fc(x)\n"
    "def own():\n"
    "    status = open('/proc/self/status').read()\n"
    "    return int(status.split('RssAnon:')[1].split()[0]) >> 10"
)


@pytest.fixture
def room_for_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests of this process had made may take up all the room there is."""
    monkeypatch.setattr(boxes, "VALUES", ReadyValues())


@pytest.mark.usefixtures("room_for_values")
def test_large_values_come_ready_made_into_the_box(box: Box) -> None:
    outputs, grown = [], []
    for shapes in (None, {"Net": [(8192, 4096)]}):
        with box.session(shapes=shapes) as session:
            load(session, NETWORK)
            network = session.ask("make", target="Net", arguments=[], blank=True)
            before = session.ask("call", target="own", arguments=[])
            session.ask("fill", target=network, seed=3)
            images = np.linspace(-1, 1, 3 * 8192, dtype=np.float32).reshape(3, 8192)
            outputs.append(session.ask("forward", target=network, images=images)["output"])
            grown.append(session.ask("call", target="own", arguments=[]) - before)
    assert np.array_equal(*outputs)
    assert grown[0] >= 128  # MiB that the matrix takes
    assert grown[1] < 64


SPOILER = """
import ctypes, fcntl, mmap, os
SEEN, SPOILT = [], []

def spoil():
    for name in os.listdir('/proc/self/fd'):
        try:
            if 'memfd:values' not in os.readlink('/proc/self/fd/' + name):
                continue
        except OSError:
            continue
        file = os.dup(int(name))  # and stays open
        SEEN.append(file)
        for way in (
            lambda: os.pwrite(file, b'spoilt', 0),
            lambda: os.ftruncate(file, 0),
            lambda: os.posix_fallocate(file, 0, 1 << 30),
            lambda: mmap.mmap(file, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE),
            lambda: open('/proc/self/fd/%d' % file, 'r+b', buffering=0).write(b'spoilt'),
        ):
            try:
                way()
                SPOILT.append(str(file))
            except (OSError, ValueError):
                pass

class Spoiler(Net):
    def sublayers(self, include_self=False):
        spoil()
        return super().sublayers(include_self=include_self)

def outcome(network):
    ctypes.memset(network.fc.weight.data_ptr(), 255, 4 * 8192 * 4096)
    return [len(SEEN), SPOILT]
"""


@pytest.mark.usefixtures("room_for_values")
def test_ready_values_cannot_be_spoilt_for_others(box: Box) -> None:
    images = np.ones((1, 8192), np.float32)
    outputs = []
    for name in ("Net", "Spoiler", "Net"):
        with box.session(shapes={name: [(8192, 4096)]}) as session:
            load(session, NETWORK)
            load(session, SPOILER)
            network = session.ask("make", target=name, arguments=[], blank=True)
            session.ask("fill", target=network, seed=3)
            outputs.append(session.ask("forward", target=network, images=images)["output"])
            if name == "Spoiler":
                seen, spoilt = session.ask("call", target="outcome", arguments=[network])
                assert seen
                assert spoilt == []
                nothing = session.ask("forward", target=network, images=images)["output"]
                assert not np.array_equal(nothing, outputs[0])
    assert np.array_equal(outputs[0], outputs[2])


def test_output_is_drained_and_never_blocks(kept: BoxSession) -> None:
    load(kept, "def talk():\n    for _ in range(400):\n        print('x' * 100_000)\n    return 1")
    assert kept.ask("call", target="talk", arguments=[]) == 1


def test_bytes_on_the_wire_by_the_student_are_no_answer(session: BoxSession) -> None:
    load(
        session,
        "import os\ndef forge():\n    for fd in range(3, 1024):\n        try: os.write(fd, b'x' * 64)\n        except OSError: pass",
    )
    with pytest.raises(BoxDied):
        session.ask("call", target="forge", arguments=[])
