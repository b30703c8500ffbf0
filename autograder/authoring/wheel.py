"""The wheel of this package, put together from the files that are installed: students need no registry that has it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import autograder
from autograder.authoring.pages import FOLDER, pages
from autograder.errors import AuthoringError
from autograder.text import Text

NAME = "palm-autograder"
NO_METADATA = Text(
    zh="{name} 装好了，却没有 METADATA：请在它的文件夹里运行 pip install -e .，然后再试",
    en="{name} is installed without its METADATA: pip install -e . in its folder, then again",
)
NOT_INSTALLED = Text(
    zh="这里没有安装 {name}：请在它的文件夹里运行 pip install -e .，然后再试",
    en="{name} is not installed here: pip install -e . in its folder, then again",
)
MOMENT = (2020, 1, 1, 0, 0, 0)  # of every file: the same content gives the same bytes
FILE_MODE = 0o644 << 16
SUFFIXES = (".py", ".html", ".css", ".js")
WHEEL = "Wheel-Version: 1.0\nGenerator: palm-autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(*, of_staff: bool = False) -> tuple[str, bytes]:
    """Return the name and the content of the kit's wheel.

    Args:
        of_staff: With the documentation for teachers, which students need not get.

    Raises:
        AuthoringError: Where the package is not installed.
    """
    suite = installed_kit()
    package = Path(autograder.__file__).parent
    files = {
        f"autograder/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in path.parts
    }
    if of_staff:
        files |= {f"autograder/authoring/{FOLDER}/{page}": text.encode() for page, text in pages().items()}
    texts = {"METADATA": metadata_of(suite), "entry_points.txt": suite.read_text("entry_points.txt") or ""}
    return packed_wheel(NAME, suite.version, files, texts)


def metadata_of(suite: Distribution) -> str:
    """Return the METADATA of the kit, which `pip install .` leaves as PKG-INFO of an egg-info in the folder."""
    if text := suite.read_text("METADATA") or suite.read_text("PKG-INFO"):
        return text
    raise AuthoringError(NO_METADATA.format(name=NAME))


def installed_kit() -> Distribution:
    """Return the kit as it is installed.

    Raises:
        AuthoringError: Where it is not.
    """
    try:
        return distribution(NAME)
    except PackageNotFoundError as error:
        raise AuthoringError(NOT_INSTALLED.format(name=NAME)) from error


def packed_wheel(name: str, version: str, files: Mapping[str, bytes], texts: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the name and the content of a wheel of pure Python.

    Args:
        texts: Its METADATA and entry_points.txt.
    """
    stem = f"{re.sub('[-.]+', '_', name)}-{version}"
    information = {f"{stem}.dist-info/{key}": text.encode() for key, text in {**texts, "WHEEL": WHEEL}.items()}
    every = {**files, **information}
    record = "".join(f"{key},sha256={_digest(content)},{len(content)}\n" for key, content in every.items())
    own = f"{stem}.dist-info/RECORD"
    return f"{stem}-py3-none-any.whl", zipped({**every, own: f"{record}{own},,\n".encode()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive: the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, each in files.items():
            member = zipfile.ZipInfo(name, MOMENT)
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, FILE_MODE, 3
            archive.writestr(member, each)
    return content.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
