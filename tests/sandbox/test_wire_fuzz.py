"""The grader's side of the wire against a hostile other side: a finding at the end, never an exception, never too much."""

from __future__ import annotations

import json
import os
import resource
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checks.suite import CheckSuite, read_kit
from autograder.grading.examine import Examiner
from autograder.sandbox.box import ANSWER_MIB, Box, BoxLimits
from autograder.sandbox.child import wire
from autograder.sandbox.session import MAX_TEXT_LENGTH, BoxDied, StudentError, harmless, value_of

ROOT = Path(__file__).parents[2]
STATUSES = {"pass", "fail", "error", "timeout", "memory", "crashed", "skipped"}

numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 1e308, -0.0, 2**63, 2**31])
leaves = st.none() | st.booleans() | numbers | st.text(max_size=8) | st.sampled_from(["float32", "conv", "\ud800"])
trees = st.recursive(
    leaves, lambda t: st.lists(t, max_size=4) | st.dictionaries(st.text(max_size=6), t, max_size=4), max_leaves=12
)
sizes = st.lists(st.integers(-2, 2**40) | st.integers(0, 4), max_size=9)
described = st.lists(
    st.tuples(st.sampled_from([*wire.DTYPES, "object", "V8", "<U9", "O", 7]), sizes).map(list), max_size=4
)
references = st.integers(-1, 4).map(lambda index: {"$array": index}) | st.sampled_from(
    [{"$float": "nan"}, {"$float": 1}]
)


@given(st.integers() | trees, trees | references | st.lists(references, max_size=4), described, st.binary(max_size=64))
@settings(max_examples=300)
def test_any_frame_is_an_answer_or_a_wire_error(number: Any, tree: Any, arrays: Any, body: bytes) -> None:
    header = json.dumps({"id": number, "tree": tree, "arrays": arrays}).encode()
    try:
        _, answer = wire.unpack(header, body)
    except wire.WireError:
        return
    assert sum(array.nbytes for array in arrays_in(answer)) <= len(body)
    assert not any(abs(value) > wire.MAX_INT for value in leaves_in(answer) if type(value) is int)


@given(st.data())
@settings(max_examples=200)
def test_a_bent_frame_is_the_same_frame_or_a_wire_error(data: st.DataObject) -> None:
    frame = bytearray(
        b"".join(wire.pack(7, {"value": [1.5, {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}, "text", None]}))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(frame) - 1))
        change = data.draw(st.sampled_from(["set", "cut", "insert", "double"]))
        if change == "set":
            frame[place] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del frame[place:]
            frame += b"\0"
        elif change == "insert":
            frame[place:place] = data.draw(st.binary(max_size=20))
        else:
            frame += frame[:place]
    with stream(bytes(frame)) as descriptor:
        try:
            wire.receive(descriptor, time.monotonic() + 5, 1 << 20)
        except wire.WireError:
            return


def arrays_in(tree: Any) -> Iterator[np.ndarray[Any, Any]]:
    yield from (leaf for leaf in leaves_in(tree) if isinstance(leaf, np.ndarray))


def leaves_in(tree: Any) -> Iterator[Any]:
    if isinstance(tree, (list, dict)):
        for item in tree if isinstance(tree, list) else tree.values():
            yield from leaves_in(item)
    else:
        yield tree


@contextmanager
def stream(content: bytes, pause: float = 0.0) -> Iterator[int]:
    """Give a descriptor on which `content` arrives, byte by byte with pauses, and then the end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def write() -> None:
        pieces = [content[n : n + 1] for n in range(len(content))] if pause else [content]
        try:
            for piece in pieces:
                while piece:
                    piece = piece[os.write(writing, piece) :]
                time.sleep(pause)
        except OSError:
            return
        finally:
            os.close(writing)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield reading
    finally:
        os.close(reading)
        thread.join()


def frame(header: bytes, body: bytes = b"", header_length: int | None = None, body_length: int | None = None) -> bytes:
    lengths = (
        len(header) if header_length is None else header_length,
        len(body) if body_length is None else body_length,
    )
    return wire.PREFIX.pack(*lengths) + header + body


PLAIN = b'{"id": 1, "tree": 1, "arrays": []}'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        frame(PLAIN, header_length=2**32 - 1),
        frame(PLAIN, body_length=2**64 - 1),
        frame(PLAIN, header_length=len(PLAIN) + 5),
        frame(PLAIN, header_length=len(PLAIN) - 1),
        frame(PLAIN, b"x" * 9),
        frame(b"[" * 4_000_000),
        frame(b'{"a":' * 700_000),
        frame(b'{"id": 1, "tree": ' + b"9" * 100_000 + b', "arrays": []}'),
        frame(b'{"id": 1, "tree": 1e999, "arrays": []}'),
        frame(b'{"id": 1, "tree": -Infinity, "arrays": []}'),
        frame(b'{"id": 1, "tree": [NaN], "arrays": []}'),
        frame(b'{"id": 1, "tree": 1, "arrays": [["float32", [0, 1073741824, 1073741824, 1073741824]]]}'),
        frame(b'{"id": 1, "tree": 1, "arrays": [["float32", [-1, -4]]]}', bytes(16)),
        frame(b'{"id": 1, "tree": 1, "arrays": [["float32", [1.0]]]}', bytes(4)),
        frame(b'{"id": 1, "tree": 1, "arrays": [["float32", [true]]]}', bytes(4)),
        frame(b'{"id": 1, "tree": 1, "arrays": [["object", [1]]]}', bytes(8)),
        frame(b'{"id": 1, "tree": [{"$array": 0}, {"$array": 0}], "arrays": [["uint8", [4]]]}', bytes(4)),
        frame(b'{"id": 1, "tree": {"$array": true}, "arrays": [["uint8", [4]]]}', bytes(4)),
        frame(b'{"id": 1, "tree": {"$array": 0}, "arrays": [["uint8", [1048576]]]}', bytes(1 << 20)),
    ],
)
def test_every_lie_is_a_wire_error(content: bytes) -> None:
    with stream(content) as descriptor, pytest.raises(wire.WireError):
        wire.receive(descriptor, time.monotonic() + 20, 2 << 20, 1 << 19)


def test_a_slow_drip_ends_at_the_deadline_of_the_whole_answer() -> None:
    began = time.monotonic()
    with stream(frame(PLAIN), pause=0.05) as descriptor, pytest.raises(wire.WireTimeout):
        wire.receive(descriptor, began + 0.5)
    assert time.monotonic() - began < 5


def test_an_announcement_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for header, body in ((2**32 - 1, 0), (0, 2**63), (wire.MAX_HEADER + 1, 0), (0, (ANSWER_MIB << 20) + 1)):
        with stream(wire.PREFIX.pack(header, body) + bytes(1 << 16)) as descriptor, pytest.raises(wire.WireTooLarge):
            wire.receive(descriptor, time.monotonic() + 5, ANSWER_MIB << 20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 << 10


def test_the_worst_frame_takes_what_is_stated() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    room = ANSWER_MIB << 20
    count = (wire.MAX_HEADER - 200) // 3
    head = b'{"id": 1, "tree": [' + b"[]," * count + b'{"$array": 0}], "arrays": [["float32", [%d]]]}' % (room // 4)
    with stream(frame(head, bytes(room))) as descriptor:
        wire.receive(descriptor, time.monotonic() + 60, room, room // 4)
    # The two copies of the frame that are written from here count, too.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < (4 * room + 80 * wire.MAX_HEADER) >> 10


@given(trees)
def test_texts_from_the_box_are_fit_for_files_and_terminals(tree: Any) -> None:
    text = json.dumps(harmless(tree), ensure_ascii=False, allow_nan=True)
    text.encode("utf-8")
    assert "\x1b" not in text


def test_terminal_codes_and_length_are_cut() -> None:
    shown = harmless(
        ["\x1b[31mred\x1b[0m\x1b]0;title\x07 \u202eabc\u2066\x00\x9b1m", "x" * 10_000, {"\ud800k": "\r\n\t"}]
    )
    assert shown == ["red abc", "x" * MAX_TEXT_LENGTH, {"k": "\n\t"}]


@given(
    trees
    | st.fixed_dictionaries({"error": trees})
    | st.fixed_dictionaries(
        {"error": st.fixed_dictionaries({"frames": trees, "bases": trees, "type": trees, "message": trees})}
    )
)
def test_any_answer_is_a_value_or_one_of_two_exceptions(answer: Any) -> None:
    try:
        value_of(harmless(answer))
    except StudentError as error:
        caught = error
    except BoxDied:
        return
    else:
        return
    assert len(caught.message) <= 2000
    assert isinstance(caught.where, str)


def kit_of(chapter: str) -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / "hidden.json")


class Liar:
    """A session and the box that makes it: every answer went over the real wire, and is whatever `answer` invents."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self.answer = answer

    def of(self, framework: str) -> Liar:
        """Return itself, whatever answers are written with."""
        assert framework == "paddle"
        return self

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: object = None) -> Liar:
        assert (cpu_seconds, files_mib) == (None, 0)
        assert shapes is not None
        return self

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        if operation == "load":
            return {"errors": self.answer(operation)}
        if operation == "defined":
            return [group[0] for group in arguments["names"]]
        header = json.dumps({"id": 1, "tree": {"value": self.answer(operation)}, "arrays": []}).encode()
        try:
            return value_of(harmless(wire.unpack(header, b"")[1]))
        except wire.WireError as error:
            raise BoxDied("crashed", str(error)) from None

    def limit(self, seconds: float) -> None:
        pass

    def close(self) -> None:
        pass


# Answers that look like the right ones, with something hostile in their places.
odd = st.sampled_from(
    [10**400, -(10**400), 1e308, 0, -1, True, None, "x", [], {}, [[]], {"$float": "nan"}, {"$float": "inf"}]
)
lists = st.lists(odd, max_size=4)
answers = {
    "forward": st.fixed_dictionaries({"output": odd | lists}) | st.fixed_dictionaries({"error": odd}),
    "sizes": st.fixed_dictionaries(
        {"output": odd | lists, "error": odd, "stages": odd | st.lists(st.tuples(odd, lists).map(list), max_size=3)}
    ),
    "defaults": st.lists(st.tuples(odd, odd).map(list), max_size=3) | odd,
    "describe_new": st.lists(st.tuples(lists, odd).map(list), max_size=3) | odd,
    "gradients": st.fixed_dictionaries({"input": odd | lists, "without_gradient": odd}),
    "loop": st.fixed_dictionaries(
        {
            "result": odd | lists,
            "passes": st.lists(st.tuples(odd, odd, odd).map(list), max_size=3) | odd,
            "training": odd,
            "parameters": odd | st.dictionaries(st.text(max_size=3), odd | lists, max_size=3),
        }
    ),
    "stage": st.just("/tmp/x") | odd,
    "call": odd | lists,
    "drain": st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(
                ("image_shape", "image_dtype", "label_shape", "label_dtype", "labels", "colours"), odd | lists
            )
        ),
        max_size=3,
    )
    | odd,
}


@pytest.mark.parametrize("chapter", ["reader", "lenet"])
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_hostile_answers_end_as_findings_without_points(chapter: str, data: st.DataObject) -> None:
    def answer(operation: str) -> Any:
        return data.draw(answers.get(operation, odd) | trees)

    suite = kit_of(chapter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        findings = Examiner(suite, lambda _names: no_code(), Liar(answer), None, None).findings()
    assert len(findings) == sum(len(task.checks) or 1 for task in suite.chapter.tasks)
    assert {finding.status for finding in findings} <= STATUSES
    earned = {finding.check for finding in findings if finding.points}
    # Answers of few bits can be hit by chance; values can not.
    assert earned <= {"evaluate.mode", "evaluate.no_grad", "network.shape", "network.classes", "network.parameters"}


def no_code() -> Any:
    from autograder.submission import Slice

    return Slice((), {}, (), ())


@pytest.mark.slow
def test_questions_that_are_each_a_little_slow_end_together() -> None:
    with Box("none", BoxLimits(memory_mib=8000)).session() as session:
        session.ask("load", statements=[["a.py", 1, "import time\ndef nap():\n    time.sleep(0.4)\n    return 1"]])
        session.limit(0.5)
        answered = []
        with pytest.raises(BoxDied) as caught:
            answered.extend(session.ask("call", target="nap", arguments=[]) for _ in range(100))
    assert caught.value.status == "timeout"
    assert len(answered) < 20


def test_descriptors_sent_as_freight_are_dropped() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with ours, theirs:
        socket.send_fds(theirs, [frame(PLAIN)], [0, 1, 2])
        assert wire.receive(ours.fileno(), time.monotonic() + 5) == (1, 1)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
