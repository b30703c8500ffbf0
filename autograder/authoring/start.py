"""First run of a course's bundle: `python start.py` installs what is in it, and lays out the notebooks.

It needs the standard library alone and runs again after a new bundle: a notebook that was worked on is never replaced.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOO_OLD = "Python {} is too old, take 3.9 to 3.13 / Python {} 太旧，请用 3.9 到 3.13"
NOT_INSTALLED = "pip failed, see above / pip 没有装好，见上文"
NO_PADDLE = "Paddle was not installed, see above; what to do: python -m autograder doctor / Paddle 没有装好，见上文"
NO_NOTEBOOK = "! Jupyter was not installed; checks work without it / 没有装好 Jupyter，检查照样能用：pip install jupyter matplotlib"
NOT_WRITTEN = (
    "{}: cannot be written ({}); close it elsewhere, or unpack the zip where you may write / "
    "写不了；请在别的程序里关掉它，或者解压到可以写的位置"
)
KEPT = "! {own}: yours is kept, the new one is {new} / 保留了你的，新的是 {new}"


def main(words: list[str], here: Path = HERE) -> None:
    """Install, lay out, say what comes next.

    Args:
        words: --light, without Paddle and Jupyter; --no-install.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.version_info < (3, 9):  # noqa: UP036  # whoever unpacked the bundle may have any
        raise SystemExit(TOO_OLD.format(platform.python_version(), platform.python_version()))
    wheels = sorted(here.glob("*.whl"))
    if wheels and "--no-install" not in words:
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
        # What checks need comes first and alone: where there is no Paddle for this machine, `doctor` can say so.
        if subprocess.call([*pip, str(wheels[-1]), *beside_paddle()]) or subprocess.call(
            [*pip, "--force-reinstall", "--no-deps", str(wheels[-1])]
        ):
            raise SystemExit(NOT_INSTALLED)
        paddle = "--light" not in words and needs_paddle(here)
        if paddle and subprocess.call([*pip, f"{wheels[-1]}[paddle]", *beside_paddle()]):
            raise SystemExit(NO_PADDLE)
        # Checks work without Jupyter, whose many packages an old pip takes minutes to choose.
        if "--light" not in words and subprocess.call([*pip, f"{wheels[-1]}[notebook]", *beside_paddle()]):
            print(NO_NOTEBOOK)
    try:
        lay_out(here)
    except OSError as error:
        raise SystemExit(NOT_WRITTEN.format(error.filename, error.strerror)) from None
    chapter = json.loads((here / "course.yml").read_text("utf-8"))["chapters"][0]["id"]
    python = "py" if sys.platform == "win32" else Path(sys.executable).name
    print(f"{python} -m autograder doctor\n{python} -m autograder check {chapter}")


def needs_paddle(here: Path) -> bool:
    """Return True if a chapter is written with Paddle: one in plain Python says so in its kit."""
    suites = [file.read_bytes() for file in here.glob("assignments/*/checks.json")]
    return not suites or any(b'"framework": "python"' not in suite for suite in suites)


def beside_paddle() -> list[str]:
    """Return what an installed Paddle needs beside it and does not say: Paddle 2 ends with NumPy 1."""
    from importlib.metadata import PackageNotFoundError, version

    for name in ("paddlepaddle", "paddlepaddle-gpu"):
        try:
            if version(name).startswith("2."):
                return ["numpy<2"]
        except PackageNotFoundError:
            continue
    return []


def lay_out(here: Path) -> None:
    """Copy each notebook to where it is worked on; beside one that was changed there, as `CHAPTER.new.ipynb`."""
    note = here / ".autograder" / "laid-out.json"
    try:
        known = dict(json.loads(note.read_text("utf-8"))) if note.exists() else {}
    except (ValueError, TypeError):  # cut short: every notebook then counts as worked on, and is kept
        known = {}
    for original in sorted((here / "originals").glob("*/*.ipynb")):
        chapter, new = original.stem, original.read_bytes()
        digest = hashlib.sha256(new).hexdigest()
        place = here / "assignments" / chapter / original.name
        if place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() not in (known.get(chapter), digest):
            if known.get(chapter) == digest:
                continue
            beside = place.with_suffix(".new.ipynb")
            print(KEPT.format(own=place.relative_to(here).as_posix(), new=beside.name))
            place = beside
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(new)
        known[chapter] = digest
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
