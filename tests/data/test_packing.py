"""gzip beside a Paddle that brings a zlib of its own."""

from __future__ import annotations

import gzip
import sys
from types import SimpleNamespace

import pytest

from autograder.data.packing import packed, unpacked

CONTENT = bytes(range(256)) * 500


@pytest.mark.parametrize("paddle", [None, SimpleNamespace(__version__="2.6.2"), SimpleNamespace(__version__="3.3.1")])
def test_the_same_bytes_come_whatever_paddle_is_loaded(paddle: object, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = packed(CONTENT)
    monkeypatch.setitem(sys.modules, "paddle", paddle)
    assert packed(CONTENT) == usual
    assert unpacked(usual) == gzip.decompress(usual) == CONTENT


@pytest.mark.parametrize("platform", ["linux", "win32"])  # a run of tests as on Windows is one on Linux
def test_where_zlib_is_replaced_this_process_does_not_call_it(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = packed(CONTENT)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setitem(sys.modules, "paddle", SimpleNamespace(__version__="2.6.2"))
    for name in ("compress", "decompress"):
        monkeypatch.delattr(gzip, name)
    assert unpacked(packed(CONTENT)) == CONTENT
    with pytest.raises(OSError, match=r"(?i)end-of-stream|eof"):
        unpacked(archive[:-20])
