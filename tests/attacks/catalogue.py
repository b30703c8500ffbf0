"""The attacks: one folder each, described by its attack.yml, made into what a student would hand in."""

from __future__ import annotations

import importlib.util
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

ROWS = {
    1: ("读取评分方的文件", "read tests, references, others' work, the database"),
    2: ("改写比较和框架", "monkeypatch comparisons and frameworks"),
    3: ("会说谎的对象", "objects that lie"),
    4: ("伪造参数个数", "fake parameter counts"),
    5: ("带代码的权重和序列化文件", "weights and pickles that run code"),
    6: ("偷用标签和权重", "labels and weights taken from elsewhere"),
    7: ("提前退出和崩溃", "leaving and crashing"),
    8: ("拖延时间", "loops, sleep, patched clocks"),
    9: ("耗尽资源", "processes, memory, disk, output, files"),
    10: ("留下东西", "leftovers for the next"),
    11: ("联网", "network"),
    12: ("压缩包和链接", "archives and links"),
    13: ("伪造结果", "forged results"),
    14: ("篡改笔记本", "tampered notebooks"),
    15: ("把评分当神谕", "the grader as an oracle"),
    16: ("输出里的代码", "code in outputs"),
    17: ("路径里的学生名", "names that are paths"),
}


@dataclass(frozen=True)
class Attack:
    """One attack and what must hold.

    points: exactly what it may earn; seconds: wall time of one grading on a quiet machine, enforced four times over;
    says: must stand in the record; never: must stand in no message; check_statuses: what the
    findings that are not skipped may be, the first of them at least once; status: graded, rejected, or either; repeat: graded twice, the second must find nothing of the
    first; outputs: gradebook, feedback page and CSV are made, too; page_may_fail: its page may be refused, in words; unboxed: it succeeds where there is no box (a leak,
    or `points`); student: a name in place of ours; open: a hole that is known and not closed, with the reason (the test
    then expects the failure).
    """

    name: str
    title: dict[str, str]
    row: int
    chapter: str = "reader"
    points: float = 0.0
    status: str = "graded"
    says: str = ""
    never: str = ""
    check_statuses: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("script", "notebook")
    seconds: float = 30.0
    memory_mib: int = 1024
    repeat: bool = False
    images: bool = False
    outputs: bool = False
    page_may_fail: bool = False
    unboxed: str = ""
    student: str = ""
    ci: bool = False
    open: str = ""

    @property
    def folder(self) -> Path:
        """Where the attack lies."""
        return HERE / self.name


@cache
def all_attacks() -> list[Attack]:
    """Return every attack, sorted by row and name."""
    attacks = []
    for path in sorted(HERE.glob("*/attack.yml")):
        record = YAML(typ="safe").load(path.read_text("utf-8"))
        for key in ("forms", "check_statuses"):
            if key in record:
                record[key] = tuple(record[key])
        record["unboxed"] = str(record.get("unboxed", ""))
        if (path.parent / "make.py").exists():
            record.setdefault("forms", ("container",))
        attacks.append(Attack(path.parent.name, **record))
    return sorted(attacks, key=lambda attack: (attack.row, attack.name))


def chosen_attacks() -> list[Attack]:
    """Return all attacks where the variable ATTACKS is `all`, else those marked `ci: true`; or those it names."""
    wanted = os.environ.get("ATTACKS", "ci")
    if wanted == "all":
        return all_attacks()
    if wanted == "ci":
        return [attack for attack in all_attacks() if attack.ci]
    return [attack for attack in all_attacks() if attack.name in wanted.split(",")]


def hand_in(attack: Attack, form: str, folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what the student hands in below `folder`, and return its path.

    knowledge: what the attacker is assumed to know, put in place of `@NAME@`.
    """
    folder.mkdir(parents=True)
    if form == "container":
        return _made(attack, folder, knowledge)
    text = known((attack.folder / "attack.py").read_text("utf-8"), knowledge)
    if form == "script":
        path = folder / f"{attack.chapter}.py"
        path.write_text(text, "utf-8")
        return path
    path = folder / f"{attack.chapter}.ipynb"
    path.write_text(json.dumps(notebook_with(attack.chapter, text)), "utf-8")
    return path


def known(text: str, knowledge: dict[str, str]) -> str:
    """Return `text` with every `@NAME@` replaced."""
    for name, value in knowledge.items():
        text = text.replace(f"@{name}@", value)
    return text


def released(chapter: str) -> dict[str, Any]:
    """Return the student's notebook as it is handed out."""
    notebook: dict[str, Any] = json.loads((ROOT / "assignments" / chapter / f"{chapter}.ipynb").read_text("utf-8"))
    return notebook


def code_cell(text: str, cell_id: str) -> dict[str, Any]:
    """Return a code cell as Jupyter saves it."""
    return {"cell_type": "code", "id": cell_id, "metadata": {}, "source": text, "outputs": [], "execution_count": None}


def notebook_with(chapter: str, text: str) -> dict[str, Any]:
    """Return the released notebook with one more code cell at its end."""
    notebook = released(chapter)
    notebook["cells"].append(code_cell(text, "mine"))
    return notebook


def _made(attack: Attack, folder: Path, knowledge: dict[str, str]) -> Path:
    spec = importlib.util.spec_from_file_location(f"make_{attack.name}", attack.folder / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = module.make(folder, knowledge)
    assert isinstance(path, Path)
    return path
