"""Large pages hold what was there before."""

from __future__ import annotations

import subprocess
import sys

from autograder.sandbox.bubblewrap import CHILD
from autograder.sandbox.child import pages

MAPS = """\
55d0c1a00000-55d0c2600000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
7f0000200000-7f0000300000 r--p 00000000 00:00 0
7f0000400000-7f0000500000 rw-s 00000000 00:01 1025                       /dev/zero (deleted)
7f0000600000-7f0000700000 rw-p 00001000 08:01 4711                       /usr/lib/libc.so.6
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
"""


def test_only_heaps_are_touched() -> None:
    assert pages._heaps(MAPS) == [(0x55D0C1A00000, 0x55D0C2600000), (0x7F0000000000, 0x7F0000100000)]


def test_memory_is_the_same_afterwards() -> None:
    code = f"""
import hashlib, sys
sys.path.insert(0, {str(CHILD.parent)!r})
from child.pages import collapse
kept = [bytes([number % 256]) * 5000 for number in range(5000)]
before = hashlib.sha256(b''.join(kept)).digest()
mib = collapse()
assert hashlib.sha256(b''.join(kept)).digest() == before
assert mib >= 0 and mib % 2 == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True)
