"""The student's half where Python lacks what Windows lacks, on consoles that cannot show every character."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from autograder.checks.suite import public_kit
from tests.anywhere.machines import NOT_A_STUDENTS, PYDANTIC, around_now, run

ROOT = Path(__file__).parents[2]
NOTE = "本周把 LeNet 的三个任务写完了，还看懂了为什么要展平特征图。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder whose path has a space and Chinese characters."""
    place = tmp_path_factory.mktemp("users") / "张 三"
    shutil.copytree(ROOT / "assignments", place / "assignments")
    course = yaml.safe_load((ROOT / "course.yml").read_text("utf-8"))
    around_now(course)
    (place / "course.yml").write_text(yaml.safe_dump(course, allow_unicode=True), "utf-8")
    shutil.copytree(ROOT / "source/datasets", place / "source/datasets")
    shutil.copy(ROOT / "solutions/lenet/lenet.py", place / "答案.py")
    return place


def said(done: subprocess.CompletedProcess[bytes], encoding: str = "utf-8") -> str:
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode(encoding)


def test_the_machine_of_these_tests_is_like_windows(home: Path) -> None:
    code = "import os, sys; exec('import os, sys\\ntry:\\n import fcntl\\nexcept ImportError: print(sys.platform, hasattr(os, \"fork\"))', {'__name__': 'autograder.probe'})"
    assert said(run(home, code=code)).split() == ["win32", "False"]


def test_check_runs_the_answer_in_a_plain_process(home: Path) -> None:
    done = run(home, "check", "lenet", "答案.py", "--json")
    assert '"box": "none"' in said(done)
    assert done.returncode == 0
    assert run(home, "check", "lenet").returncode == 1


def test_what_has_no_end_is_ended_and_the_next_process_answers(home: Path) -> None:
    code = (
        "from autograder.sandbox.plain import PlainBox\nfrom autograder.sandbox.session import BoxDied\n"
        "session = PlainBox().session()\nsession.limit(1)\n"
        "try: session.ask('load', statements=[['a.py', 1, 'while True: pass']])\n"
        "except BoxDied as death: print(death.status, death.detail, death.where)\n"
        "print(PlainBox().session().ask('load', statements=[['a.py', 1, 'print(1)']]))"
    )
    assert said(run(home, code=code)).splitlines() == [
        "timeout no answer within 1 s ('a.py', 1, 'while True: pass')",
        "{'errors': []}",
    ]


def test_a_loop_without_end_is_named_with_its_line(home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home, tmp_path / "李 四")
    kit = home / "assignments/lenet/checks.json"
    kit.write_text(kit.read_text("utf-8").replace('"seconds": 10.0', '"seconds": 2.0'), "utf-8")
    loop = "    def forward(self, x):\n        while True:\n            pass\n"
    text = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    head, _, tail = text.partition("    def forward(self")
    (home / "loop.py").write_text(f"{head}{loop}\n    def unused(self{tail}", "utf-8")
    wanted = 1 + text[: len(head)].count("\n")
    done = said(run(home, "check", "lenet", "loop.py", "--lang", "en"))
    assert re.search(rf"stopped at line ({wanted + 1}|{wanted + 2}), `(while True:|pass)`", done.replace("\n", " ")), (
        done
    )


def test_hand_in_check_in_and_status_work(home: Path) -> None:
    said(run(home, "submit", "lenet", "答案.py", "--student", "2023张三"))
    assert (home / "submitted/2023张三/lenet/lenet.py").read_bytes() == (home / "答案.py").read_bytes()
    said(run(home, "checkin", "-m", NOTE))
    assert "lenet" in said(run(home, "status"))
    assert NOTE in (home / "submitted/2023张三/checkins.json").read_text("utf-8")


def test_a_notebook_checks_its_live_names(home: Path) -> None:
    code = "exec(open('答案.py', encoding='utf-8').read()); from autograder import open_chapter; print(open_chapter('lenet')('evaluate'))"
    task = public_kit(ROOT, "lenet").chapter.task("evaluate")
    assert task is not None
    assert float(said(run(home, code=code)).splitlines()[-1]) == sum(
        entry.points for entry in task.checks if not entry.hidden
    )


def test_data_and_help_of_training_are_shown(home: Path) -> None:
    assert "data" in said(run(home, "data", "where", "--lang", "en"))
    assert run(home, "train", "--help").returncode == 0


def test_without_pydantic_an_answer_is_judged_by_the_same_kit(home: Path) -> None:
    code = (
        "from pathlib import Path\nfrom autograder.checks.suite import public_kit\nfrom autograder.grading.grade import grade\n"
        "from autograder.sandbox.plain import PlainBox\nfrom autograder.submission import RawSubmission\n"
        "kit = public_kit(Path().absolute(), 'lenet')\n"
        "raw = RawSubmission(Path('答案.py'), 'script', '答案.py', Path('答案.py').read_bytes())\n"
        "print(kit.digest, grade(kit, raw, PlainBox()).failed)"
    )
    digest, failed = said(run(home, code=code, lacking=(*PYDANTIC, *NOT_A_STUDENTS))).split()
    assert digest == public_kit(ROOT, "lenet").digest
    assert failed == "False"


TYPED = (
    ("hint", "lenet", "--lang", "zh"),
    ("hint", "lenet"),
    ("check", "nosuch"),
    ("doctor",),
    ("submit", "lenet", "答案.py", "--student", "2023张三"),
    ("status",),
)
# One process types all: each would import the same anew.
ON_A_CONSOLE = f"""
import sys
from autograder import open_chapter
from autograder.cli import main

open_chapter("lenet")("network")
for words in {TYPED!r}:
    print("\\x1e", end="", flush=True)
    sys.argv = ["autograder", *words]
    try:
        main()
    except SystemExit:
        pass
"""


@pytest.mark.parametrize("encoding", ["gbk", pytest.param("cp1252", marks=pytest.mark.long), "ascii"])
def test_a_poor_console_shows_marks_of_its_own(home: Path, encoding: str) -> None:
    done = run(home, code=ON_A_CONSOLE, PYTHONIOENCODING=encoding, COLUMNS="80", NO_COLOR="1")
    checked, in_chinese, hinted, _, told, shown, status = said(done, encoding).split("\x1e")
    assert ("运行它的单元" if encoding == "gbk" else "run its cell") in checked
    assert ("展平" in in_chinese) == (encoding == "gbk")
    assert ("展平" if encoding == "gbk" else "Follow the table") in hinted
    assert ("没有" if encoding == "gbk" else "has no chapter") in done.stderr.decode(encoding)
    assert ("cannot show Chinese" in told) == (encoding != "gbk")
    assert [line for line in shown.splitlines() if line.startswith("[x] ")]
    assert status.strip()
    assert "\x1b" not in status


def test_no_reference_opens_a_picture_by_its_name() -> None:
    """There `cv2.imread` cannot open a path with other letters than those of the code page, and returns None."""
    for notebook in sorted(ROOT.glob("source/*/notebook.py")):
        code = [line for line in notebook.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
        assert not [line for line in code if "imread(" in line], notebook
