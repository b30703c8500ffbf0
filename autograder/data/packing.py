"""gzip, also where Python's own zlib must not be called.

Paddle 2 for Linux brings a zlib whose functions take the place of the system's: a Python that uses that one ends with a
segmentation fault at its first `gzip.compress` or `gzip.decompress` after `import paddle`. A fresh process has none of it.
"""

from __future__ import annotations

import gzip
import subprocess
import sys

LEVEL = 6
PACK = (
    f"import gzip, sys; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read(), compresslevel={LEVEL}, mtime=0))"
)
UNPACK = "import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))"


def packed(content: bytes) -> bytes:
    """Return a gzip archive without a time stamp: the same content gives the same bytes."""
    if _is_zlib_replaced():
        return _elsewhere(PACK, content)
    return gzip.compress(content, compresslevel=LEVEL, mtime=0)


def unpacked(archive: bytes) -> bytes:
    """Return the content of a gzip archive; raises OSError, EOFError or zlib.error where it is none or cut short."""
    return _elsewhere(UNPACK, archive) if _is_zlib_replaced() else gzip.decompress(archive)


def _is_zlib_replaced() -> bool:
    # Not asked: which system this is. Elsewhere a fresh process costs a tenth of a second and does no harm.
    return str(getattr(sys.modules.get("paddle"), "__version__", "")).startswith("2.")


def _elsewhere(code: str, content: bytes) -> bytes:
    done = subprocess.run([sys.executable, "-I", "-c", code], input=content, capture_output=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    return done.stdout
