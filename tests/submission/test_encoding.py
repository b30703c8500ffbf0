"""Text in the encodings that editors write."""

from __future__ import annotations

import pytest

from autograder.submission.encoding import decoded, decoded_as
from autograder.submission.rejection import Rejected

CODE = "# 你好，“世界”\nx = 1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_what_editors_write_is_read(encoding: str) -> None:
    assert decoded(CODE.encode(encoding), "lenet.py") == CODE


def test_a_big_endian_file_with_a_mark_is_read() -> None:
    assert decoded(b"\xfe\xff" + CODE.encode("utf-16-be"), "lenet.py") == CODE


def test_a_file_that_names_its_encoding_is_read_as_that() -> None:
    assert decoded_as("# coding: latin-1\n# caf\xe9\n".encode("latin-1"), "a.py") == (
        "# coding: latin-1\n# caf\xe9\n",
        "latin-1",
    )


@pytest.mark.parametrize(
    "content",
    [
        "# caf\xe9 d'\xe9t\xe9\n".encode("latin-1"),
        b"# coding: rot13\nk = 1\n\xff",
        b"# coding: zlib\n\xff\xfe\xfd",
        bytes(range(128, 256)),
        b"x = 1\n\xc4",
    ],
)
def test_what_is_uncertain_is_refused_with_the_byte(content: bytes) -> None:
    with pytest.raises(Rejected, match="byte"):
        decoded(content, "lenet.py")


@pytest.mark.parametrize("content", [b"", b" \n", "\n".encode("utf-16")])
def test_an_empty_file_is_named_as_empty(content: bytes) -> None:
    with pytest.raises(Rejected, match="empty"):
        decoded(content, "lenet.py")
