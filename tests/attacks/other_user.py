"""An ordinary user, and a Python and a checkout that they may read; all of it is gone at the end, however the end comes.

A process of its own waits for the end of a pipe that the kernel closes for us even after SIGKILL, and cleans up then:
`python other_user.py USER FOLDER`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
CHECKOUT = ("autograder", "assignments", "solutions", "source", "tests", "course.yml", "nbgrader_config.py")
BESIDE_THE_PROGRAM = b"$ORIGIN/../lib"
# Of pyproject.toml only this: that warnings are errors is asked for where the tests run as root.
SETTINGS = (
    "[pytest]\naddopts = -q -p no:cacheprovider\nmarkers =\n slow: takes more than five seconds\n long: takes long\n"
)


@contextmanager
def ordinary_user() -> Iterator[tuple[str, Path]]:
    """Make a user without a home, and a folder in a place that everybody may read; both are removed at the end."""
    name = f"box{uuid.uuid4().hex[:8]}"
    place = Path("/var/tmp") / name
    guard = subprocess.Popen([sys.executable, __file__, name, place], stdin=subprocess.PIPE, start_new_session=True)
    try:
        place.mkdir()
        subprocess.run(["useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)
        yield name, place
    finally:
        guard.communicate()


def clean_up(user: str, place: Path) -> None:
    """End what the user runs, and remove them and the folder."""
    with suppress(KeyError):
        uid = pwd.getpwnam(user).pw_uid
        for process in psutil.process_iter(["uids"]):
            if process.info["uids"] and process.info["uids"].real == uid:
                with suppress(psutil.Error):
                    process.kill()
                    process.wait(5)
        subprocess.run(["userdel", "--force", user], check=False, capture_output=True)
    shutil.rmtree(place, ignore_errors=True)


def copied_python(place: Path) -> Path:
    """Copy this Python and its packages below `place` (hard links where that works), and return the program."""
    base, mine = Path(sys.base_prefix).resolve(), Path(sys.prefix)
    _copy(base, place / "base")
    program = next((place / "base" / "bin").glob(f"python3.{sys.version_info.minor}"))
    _find_library_beside(program)
    environment = place / "venv"
    subprocess.run([program, "-m", "venv", "--without-pip", environment], check=True)
    packages = Path("lib") / f"python3.{sys.version_info.minor}" / "site-packages"
    shutil.rmtree(environment / packages)
    _copy(mine / packages, environment / packages)
    if (mine / "share").is_dir():  # where nbconvert has its templates
        _copy(mine / "share", environment / "share")
    for pointer in (environment / packages).glob("__editable__*palm_autograder*"):
        pointer.unlink()  # it points into this checkout, which may lie where nobody else may look
    _copy(ROOT / "autograder", environment / packages / "autograder")
    return environment / "bin" / "python"


def _find_library_beside(program: Path) -> None:
    """Let a Python with a shared library look for it beside itself in place of where it was installed.

    A variable would not do: the box starts its Python without any. The path is overwritten in the program, so it cannot
    get longer; one that is shorter than ours is no home of anybody's and stays.
    """
    installed = str(sysconfig.get_config_var("LIBDIR")).encode()
    content = program.read_bytes()
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and len(BESIDE_THE_PROGRAM) <= len(installed):
        assert content.count(installed + b"\0") == 1
        content = content.replace(installed + b"\0", BESIDE_THE_PROGRAM.ljust(len(installed) + 1, b"\0"))
    mode = program.stat().st_mode
    program.unlink()  # it may be a hard link
    program.write_bytes(content)
    program.chmod(mode)


def copied_checkout(user: str, place: Path) -> Path:
    """Copy this checkout below `place` for the user, with a home and a folder for temporary files."""
    checkout = place / "checkout"
    checkout.mkdir()
    for name in CHECKOUT:
        subprocess.run(["cp", "-a", ROOT / name, checkout / name], check=True)
    for name in ("home", "tmp"):
        (checkout / name).mkdir()
    (checkout / "pytest.ini").write_text(SETTINGS)
    subprocess.run(["chown", "-R", f"{user}:", checkout], check=True)
    return checkout


def run_as(user: str, words: list[Any], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as the user, with no variables but these and a PATH."""
    entry = pwd.getpwnam(user)
    return subprocess.run(
        words,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _copy(source: Path, target: Path) -> None:
    linked = subprocess.run(["cp", "-al", source, target], check=False, capture_output=True)
    if linked.returncode:
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", source, target], check=True)


if __name__ == "__main__":
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.read(0, 1)
    clean_up(sys.argv[1], Path(sys.argv[2]))
