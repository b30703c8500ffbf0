"""What `doctor` says of a student's machine, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.client.machine import Machine, advice, this_machine

WELL = Machine("/py", (3, 12, 1), "Windows", "AMD64", paddle=True, imported=True, said="3.3.1")
MISSING = replace(WELL, paddle=False, imported=False, said="")


@pytest.mark.parametrize(
    ("machine", "wanted"),
    [
        (replace(MISSING, version=(3, 14, 0)), "Python 3.14.0: Paddle has no package for it yet"),
        (replace(MISSING, system="Darwin", processor="x86_64"), "paddlepaddle==3.0.0"),
        (replace(MISSING, system="Linux", processor="aarch64"), "paddlepaddle==3.2.2"),
        (MISSING, '"/py" -m pip install "paddlepaddle>=2.6,<3.4"'),
        (replace(MISSING, system="Darwin", processor="arm64"), '-m pip install "paddlepaddle>=2.6,<3.4"'),
        (
            replace(WELL, imported=False, said="ImportError: DLL load failed while importing libpaddle"),
            "Redistributable",
        ),
        (replace(WELL, imported=False, said="ImportError: libGL.so.1: cannot open"), "opencv-python-headless"),
        (
            replace(WELL, imported=False, said="ModuleNotFoundError: No module named 'setuptools'"),
            '"/py" -m pip install setuptools',
        ),
        (replace(WELL, imported=False, said="ImportError: no such symbol"), "no such symbol"),
        (replace(WELL, kernel="/other/python"), "-m ipykernel install --user --name python3"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(machine: Machine, wanted: str) -> None:
    wrong = [text for good, text in advice(machine) if not good]
    assert len(wrong) == 1
    assert wanted in wrong[0].en
    assert wrong[0].zh != wrong[0].en


def test_a_machine_on_which_all_is_well() -> None:
    assert [(good, text.en) for good, text in advice(WELL)] == [(True, "Paddle 3.3.1")]


def test_a_kernel_of_another_environment_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "kernels" / "python3" / "kernel.json"
    place.parent.mkdir(parents=True)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("autograder.client.machine._import_of_paddle", lambda: (True, "3.3.1"))
    place.write_text(json.dumps({"argv": ["/elsewhere/bin/python", "-m", "ipykernel_launcher"]}), "utf-8")
    assert this_machine().kernel == str(Path("/elsewhere/bin/python"))
    place.write_text(json.dumps({"argv": [sys.executable, "-m", "ipykernel_launcher"]}), "utf-8")
    assert this_machine().kernel is None
