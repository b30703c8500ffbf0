"""Values that parameters are filled with."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import paddle
import pytest
from paddle import nn

from autograder.sandbox import ready
from autograder.sandbox.child import values
from autograder.sandbox.child.on_paddle import fill, memory
from autograder.sandbox.child.on_paddle.stand_ins import no_initial_values
from autograder.sandbox.ready import KINDS, ReadyValues, made

SHAPES = [
    ("matrix", (44_944, 3)),
    ("matrix", (3, 70_000)),
    ("matrix", (1, 70_000)),
    ("matrix", (2048, 100)),
    ("filter", (3, 70_000, 1, 1)),
    ("filter", (70_000, 1, 1, 1)),
    ("filter", (128, 64, 3, 3)),
]


@pytest.mark.parametrize(("kind", "shape"), SHAPES)
def test_weights_are_a_repeated_tile_that_sums_to_zero_for_each_output(kind: str, shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng([5, zlib.crc32(f"{kind}{shape}".encode())])
    tile = generator.standard_normal(min(int(np.prod(shape)), values.TILE), dtype=np.float32)
    rows: Any = np.resize(tile, shape).reshape(shape[0], -1).astype(np.float64)
    axis = 1 if kind == "filter" else 0
    fan_in = rows.shape[axis]
    wanted = (rows - rows.mean(axis=axis, keepdims=True) if fan_in > 1 else rows) * np.sqrt(2 / fan_in)
    written = values.values(kind, shape, 5).reshape(shape[0], -1)
    assert np.abs(written - wanted).max() <= 1e-6 * np.abs(wanted).max()


class Network(nn.Layer):
    """A large matrix that a second name stands for, and filters of which two have the same shape."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(1024, 512)
        self.seen = self.fc.weight.detach()
        self.convs = nn.LayerList([nn.Conv2D(256, 128, 3), nn.Conv2D(256, 128, 3), nn.Conv2D(3, 4, 3)])
        self.norm = nn.BatchNorm2D(4)


MATRIX = (1024, 512)


@pytest.fixture
def file() -> Iterator[int]:
    file = made("values", 5, "matrix", MATRIX)
    yield file
    os.close(file)


def blank() -> Network:
    with no_initial_values():
        return Network()


def test_ready_values_are_those_that_are_made_in_place(file: int) -> None:
    plain, mapped = Network(), blank()
    assert all(float(parameter.abs().max()) == 0 for parameter in (mapped.fc.weight, mapped.convs[0].weight))
    fill.fill(plain, 5)
    fill.fill(mapped, 5, {("matrix", MATRIX): file})
    for name, parameter in plain.state_dict().items():
        assert np.array_equal(parameter.numpy(), mapped.state_dict()[name].numpy()), name
    assert np.array_equal(mapped.seen.numpy(), mapped.fc.weight.numpy())  # one memory, whatever it is called by
    assert np.array_equal(plain.convs[0].weight.numpy(), plain.convs[1].weight.numpy())


def test_what_is_written_to_ready_values_stays_with_the_network(file: int) -> None:
    first, second = blank(), blank()
    for network in (first, second):
        fill.fill(network, 5, {("matrix", MATRIX): file})
    network, wanted = first.fc, values.values("matrix", MATRIX, 5)
    loss = network(paddle.ones([2, MATRIX[0]])).sum()
    loss.backward()
    paddle.optimizer.SGD(0.1, parameters=network.parameters()).step()
    assert np.array_equal(network.weight.numpy(), wanted - np.float32(0.1) * np.float32(2))
    assert np.array_equal(second.fc.weight.numpy(), wanted)
    fill.fill(first, 6)  # and can be filled anew
    assert np.array_equal(network.weight.numpy(), values.values("matrix", MATRIX, 6))


def test_memory_of_their_own_gets_no_file_laid_over_it(file: int) -> None:
    network = blank()
    own = nn.Linear(*MATRIX)
    network.fc.weight = own.weight
    assert not memory.map_over(network.fc.weight, file)
    moved = blank().fc
    moved.weight.get_tensor()._share_data_with(own.weight.get_tensor())
    assert not memory.map_over(moved.weight, file)
    fill.fill(network, 5, {("matrix", MATRIX): file})
    assert np.array_equal(own.weight.numpy(), values.values("matrix", MATRIX, 5))


def test_neither_many_zeros_nor_ready_values_are_written() -> None:
    shape = (4096, 4096)
    file = made("values", 1, "matrix", shape)
    try:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        with no_initial_values():
            layer = nn.Linear(*shape)
        fill.fill(layer, 1, {("matrix", shape): file})
        assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 2000  # 64 MiB have 16,384 pages
    finally:
        os.close(file)


def test_a_file_of_values_cannot_be_changed(file: int) -> None:
    with pytest.raises(PermissionError):
        os.write(file, b"0000")
    with pytest.raises(PermissionError):
        os.ftruncate(file, 0)


def test_a_process_keeps_no_more_values_than_there_is_room_for() -> None:
    shapes = [(1024, 512), (512, 512), (128, 64, 3, 3), (2048,), (8, 64, 64, 64, 64)]
    kept = ReadyValues(room=3 << 20)
    first = kept.of(1, shapes)
    assert [(each.kind, each.shape) for each in first] == [("matrix", (1024, 512)), ("matrix", (512, 512))]
    assert kept.of(1, shapes[::-1]) == first  # the same files
    assert kept.of(2, shapes) == []
    assert ready.LARGE == memory.LARGE  # below, neither side counts on the other
    assert {fill._kind("weight", paddle.zeros([2] * sizes), False) for sizes in KINDS} == set(KINDS.values())
    for each in first:
        os.close(each.file)


def test_threads_that_ask_for_the_same_values_get_the_same_file() -> None:
    kept, found = ReadyValues(room=3 << 20), []
    threads = [threading.Thread(target=lambda: found.extend(kept.of(1, [MATRIX]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({each.file for each in found}) == 1
    os.close(found[0].file)


def test_what_is_made_ahead_keeps_nobody_waiting_for_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def slow(name: str, seed: int, kind: str, shape: tuple[int, ...]) -> int:
        if seed == 2:
            begun.set()
            goes_on.wait(60)
        return made(name, seed, kind, shape)

    monkeypatch.setattr(ready, "made", slow)
    kept = ReadyValues(room=9 << 20)
    kept.ahead([(1, [MATRIX]), (2, [MATRIX])])
    assert begun.wait(60)
    first = kept.of(1, [MATRIX])  # while the second is being made
    goes_on.set()
    second = kept.of(2, [MATRIX])
    assert len({each.file for each in (*first, *second)}) == 2
    for each in (*first, *second):
        os.close(each.file)


def test_children_of_one_parent_share_what_one_of_them_made() -> None:
    script = (
        "import os, sys\n"
        "from autograder.sandbox.ready import ReadyValues\n"
        "kept = ReadyValues(room=3 << 20)\n"
        "if sys.argv[1] == 'shared': kept.share()\n"
        "for seed in (1, 2):\n"
        "    print([os.fstat(each.file).st_ino for each in kept.of(seed, [(1024, 512)])], flush=True)\n"
        "input()\n"
    )
    children, told = [], []
    for way in ("shared", "shared", "alone"):
        child = subprocess.Popen(
            [sys.executable, "-c", script, way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        children.append(child)
        told.append([child.stdout.readline(), child.stdout.readline()])
    for child in children:
        child.communicate("\n")
    first, second, alone = told
    assert first == second  # one file, and no room for a second one, whoever asks
    assert first[0] != alone[0]
    assert [each[1] for each in told] == ["[]\n"] * 3


def test_a_file_of_another_process_that_is_not_sealed_is_not_taken() -> None:
    script = (
        "import os\n"
        "file = os.memfd_create('values 1 matrix 1024x512', os.MFD_ALLOW_SEALING)\n"
        "os.ftruncate(file, 2 << 20)\n"
        "print(flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        kept = ReadyValues()
        kept.share()
        # This process's children are not its siblings: ask as one of them would.
        with mock.patch.object(os, "getppid", os.getpid):
            (found,) = kept.of(1, [MATRIX])
        child.communicate("\n")
    pages = mmap.mmap(found.file, 4 * MATRIX[0] * MATRIX[1], prot=mmap.PROT_READ)
    assert np.array_equal(np.frombuffer(pages, np.float32).reshape(MATRIX), values.values("matrix", MATRIX, 1))
    os.close(found.file)


def test_where_nothing_can_be_sealed_the_box_is_there_all_the_same() -> None:
    script = (
        "import fcntl, os, sys\n"
        "for name in [name for name in dir(fcntl) if 'SEAL' in name]: delattr(fcntl, name)\n"
        "del os.memfd_create\n"
        "import zoneinfo\n"  # Python itself reads what it was built for
        "sys.platform = 'darwin'\n"
        "from autograder.sandbox.cold import ColdChild\n"
        "import autograder.sandbox.box\n"
        "sys.exit(ColdChild.takes_files)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_machine_without_room_for_values_leaves_them_to_the_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert ReadyValues().of(1, [MATRIX]) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before
