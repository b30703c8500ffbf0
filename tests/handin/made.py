"""Hand-ins as learning platforms and people give them, made anew for each test."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.class_folder import Outcome, Verbs

ROOT = Path(__file__).parents[2]
RELEASED = {
    name: json.loads((ROOT / f"assignments/{name}/{name}.ipynb").read_text("utf-8")) for name in ("lenet", "reader")
}
CLASS = [
    ("20230001", "张三", "zhangsan@x.edu"),
    ("20230002", "李四", "lisi@x.edu"),
    ("20230003", "王小五", "w5@x.edu"),
    ("20230004", "陈龙", "cl@x.edu"),
    ("20230005", "陈龙", "cl2@x.edu"),
    ("20230006", "Zhang San", "zs@x.edu"),
    ("20230007", "Anna Maria Rossi", "amr@x.edu"),
]
EARLY = (2026, 10, 1, 12, 0, 0)  # local, before lenet's deadline; 04:00 UTC


def notebook(mark: str, chapter: str = "lenet") -> bytes:
    """A notebook of a chapter with a student's own mark in an answer."""
    made = json.loads(json.dumps(RELEASED[chapter]))
    made["cells"][-1]["source"] = f"# {mark}"
    return json.dumps(made, ensure_ascii=False).encode()


def zipped(files: Mapping[str, bytes], moment: tuple[int, ...] = EARLY) -> bytes:
    """A zip with names in UTF-8."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, moment), content, zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
    return buffer.getvalue()


def gbk_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip as Windows in Chinese makes it: names in GBK, and no bit that says so."""
    body = central = b""
    for text, content in files.items():
        name = text.encode("gbk")
        fields = (
            20,
            0,
            0,
            (12 << 11),
            ((2026 - 1980) << 9 | 10 << 5 | 1),
            zlib.crc32(content),
            len(content),
            len(content),
        )
        central += (
            struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, *fields, len(name), 0, 0, 0, 0, 0, len(body)) + name
        )
        body += struct.pack("<4sHHHHHLLLHH", b"PK\3\4", *fields, len(name), 0) + name + content
    return (
        body + central + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, len(files), len(files), len(central), len(body), 0)
    )


@dataclass
class Collected(Outcome):
    """What `collect` did, with what it told of each thing."""

    items: list[dict[str, Any]]

    def of(self, student: str) -> dict[str, Any]:
        (found,) = [item for item in self.items if item["student"] == student]
        return found

    def states(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for item in self.items:
            counts[item["state"]] = counts.get(item["state"], 0) + 1
        return counts


class Classroom(Verbs):
    """A class's folder and the commands a TA types in it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(root, monkeypatch, capsys)
        monkeypatch.setattr("sys.stdin", io.StringIO())

    def open(self) -> None:
        """Put the course and the class list into an empty folder."""
        for name in RELEASED:
            shutil.copytree(ROOT / "assignments" / name, self.root / "assignments" / name)
        shutil.copy(ROOT / "course.yml", self.root)
        self.list_class(CLASS)

    def list_class(self, students: list[tuple[str, str, str]]) -> None:
        lines = ["学号,姓名,邮箱", *(",".join(one) for one in students)]
        (self.root / "list.csv").write_text("\n".join(lines) + "\n", "utf-8")
        assert self("import-roster", "list.csv", "--yes").code == 0

    def collect(self, *words: str | Path, yes: bool = True) -> Collected:
        told = self.root / "told.json"
        told.unlink(missing_ok=True)
        extra = ["--yes"] if yes else []
        done = self("collect", *map(str, words), "--chapter", "lenet", "--json", str(told), "--lang", "en", *extra)
        return Collected(**vars(done), items=json.loads(told.read_text("utf-8")) if told.exists() else [])

    def file(self, name: str, content: bytes) -> Path:
        path = self.root / "came" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def answer(self, student: str) -> bytes:
        return (self.root / f"submitted/{student}/lenet/lenet.ipynb").read_bytes()
