"""What a student's machine lacks, and what to do about it: the part of `autograder doctor` that runs anywhere."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.text import Text

NEWEST = (3, 13)  # that Paddle has wheels for
TOO_NEW = Text(
    zh="Python {version}: Paddle 还没有为它做安装包。装一个 Python 3.12 (可以并存)，用它运行：Windows 上 `py -3.12 start.py`，别处 "
    "`python3.12 start.py`",
    en="Python {version}: Paddle has no package for it yet. Install Python 3.12 beside it and use that: `py -3.12 start.py` on "
    "Windows, `python3.12 start.py` elsewhere",
)
INTEL_MAC = Text(
    zh='Intel 芯片的 Mac: Paddle 到 3.0.0 为止：pip install "paddlepaddle==3.0.0"；或者用 AI Studio、Colab',
    en='a Mac with an Intel chip: the last Paddle for it is 3.0.0: pip install "paddlepaddle==3.0.0"; or use AI '
    "Studio or Colab",
)
ARM_LINUX = Text(
    zh='ARM 上的 Linux: Paddle 到 3.2.2 为止：pip install "paddlepaddle==3.2.2"；或者用 AI Studio、Colab',
    en='Linux on ARM: the last Paddle for it is 3.2.2: pip install "paddlepaddle==3.2.2"; or use AI Studio or Colab',
)
NO_PADDLE = Text(
    zh='这个 Python ({python}) 里没有 Paddle: "{python}" -m pip install "paddlepaddle>=2.6,<3.4"',
    en='this Python ({python}) has no Paddle: "{python}" -m pip install "paddlepaddle>=2.6,<3.4"',
)
RUNTIME = Text(
    zh="Paddle 装了，但缺少 VC++ 运行库 (DLL load failed)：安装 Microsoft Visual C++ Redistributable 2015-2022 x64，再重启",
    en="Paddle is installed, but the VC++ runtime is missing (DLL load failed): install the Microsoft Visual C++ Redistributable "
    "2015-2022 x64, then restart",
)
NO_LIBGL = Text(
    zh="缺少 libGL: pip uninstall opencv-python，再 pip install opencv-python-headless",
    en="libGL is missing: pip uninstall opencv-python, then pip install opencv-python-headless",
)
NOT_IMPORTED = Text(zh="Paddle 装了，但导入失败：{said}", en="Paddle is installed, but its import fails: {said}")
# Paddle before 3.3 needs setuptools without saying so to pip, and environments have none from Python 3.12 on.
PADDLE_LACKS = Text(
    zh='Paddle 装了，但它还需要 {name}: "{python}" -m pip install {name}',
    en='Paddle is installed, but it also needs {name}: "{python}" -m pip install {name}',
)
IMPORTED = Text(zh="Paddle {said}", en="Paddle {said}")
OTHER_KERNEL = Text(
    zh='Jupyter 的内核 {name} 用的是另一个 Python ({other})，那里没有这里装的东西："{python}" -m pip install ipykernel，再 "{python}" -m '
    "ipykernel install --user --name {name}",
    en='Jupyter\'s kernel {name} runs another Python ({other}), which lacks what is installed here: "{python}" -m pip install '
    'ipykernel, then "{python}" -m ipykernel install --user --name {name}',
)
KERNEL = "python3"  # what notebooks of a course name
IMPORT = "import paddle; print(paddle.__version__)"


@dataclass(frozen=True)
class Machine:
    """What is known of a machine.

    Attributes:
        paddle: Whether it is installed, imported: its version or the last line of the error.
        kernel: The program of Jupyter's kernel, where it is no longer this Python.
    """

    python: str = sys.executable
    version: tuple[int, ...] = tuple(sys.version_info[:3])
    system: str = platform.system()
    processor: str = platform.machine()
    paddle: bool = False
    imported: bool = False
    said: str = ""
    kernel: str | None = None


def this_machine() -> Machine:
    """Return what is known of this machine; Paddle is imported in a process of its own, which may die."""
    there = importlib.util.find_spec("paddle") is not None
    imported, said = _import_of_paddle() if there else (False, "")
    return Machine(paddle=there, imported=imported, said=said, kernel=_other_kernel())


def advice(machine: Machine) -> Iterator[tuple[bool, Text]]:
    """Yield what is well and what is not, each with what to do."""
    arm = machine.processor.lower() in ("aarch64", "arm64")
    if machine.version[:2] > NEWEST:
        yield False, TOO_NEW.format(version=".".join(map(str, machine.version)))
    elif machine.imported:
        yield True, IMPORTED.format(said=machine.said)
    elif machine.paddle and "DLL load failed" in machine.said:
        yield False, RUNTIME
    elif machine.paddle and "libGL" in machine.said:
        yield False, NO_LIBGL
    elif machine.paddle and (lacking := re.search(r"No module named '(\w+)'", machine.said)):
        yield False, PADDLE_LACKS.format(name=lacking[1], python=machine.python)
    elif machine.paddle:
        yield False, NOT_IMPORTED.format(said=machine.said)
    elif machine.system == "Darwin" and not arm:
        yield False, INTEL_MAC
    elif machine.system == "Linux" and arm:
        yield False, ARM_LINUX
    else:
        yield False, NO_PADDLE.format(python=machine.python)
    if machine.kernel is not None:
        yield False, OTHER_KERNEL.format(name=KERNEL, other=machine.kernel, python=machine.python)


def _import_of_paddle() -> tuple[bool, str]:
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", IMPORT],
            capture_output=True,
            check=False,
            timeout=300,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
    except (OSError, subprocess.SubprocessError) as error:
        return False, str(error)
    lines = (done.stdout if not done.returncode else done.stderr).decode("utf-8", "replace").strip().splitlines()
    return not done.returncode, lines[-1] if lines else f"exit status {done.returncode}"


def _other_kernel() -> str | None:
    """Return the program of the kernel that Jupyter would start, where that is another Python than this one."""
    homes = [os.environ.get("JUPYTER_DATA_DIR"), os.path.expandvars(r"%APPDATA%\jupyter")]
    with contextlib.suppress(RuntimeError, KeyError):  # without a home folder
        homes += [str(Path.home() / place) for place in (".local/share/jupyter", "Library/Jupyter")]
    for home in [*filter(None, homes), f"{sys.prefix}/share/jupyter"]:
        try:
            words = json.loads((Path(home) / "kernels" / KERNEL / "kernel.json").read_text("utf-8"))["argv"]
            program = Path(words[0])
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            continue
        same = not program.is_absolute() or program.parent.resolve() == Path(sys.executable).parent.resolve()
        return None if same else str(program)
    return None
