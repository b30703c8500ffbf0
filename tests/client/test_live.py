"""Checks inside a real kernel: what a notebook is sent, what ends an endless loop, what nbgrader makes of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from autograder.checks.suite import read_kit
from autograder.client.live import Points

ROOT = Path(__file__).parents[2]
RIGHT = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
CONVOLUTION = "x = F.sigmoid(self.conv1(x))"
pytestmark = pytest.mark.slow


class Kernel:
    """A kernel in the folder of the lenet chapter."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager, self.client = manager, client

    def run(self, code: str, *, interrupted_at: str = "") -> list[dict[str, Any]]:
        """Return the content of each output of a cell; interrupt it once where it has printed a text."""
        outputs: list[dict[str, Any]] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "execute_result", "display_data", "error"):
                outputs.append({"type": message["msg_type"], **message["content"]})
                if interrupted_at and interrupted_at in message["content"].get("text", ""):
                    self.manager.interrupt_kernel()

        self.client.execute_interactive(code, output_hook=hook, timeout=60)
        return outputs

    def card(self, code: str) -> tuple[float, str]:
        """Return the number and the card that a cell ends in, its only output."""
        (output,) = self.run(code)
        assert output["type"] == "execute_result"
        return float(output["data"]["text/plain"]), output["data"]["text/html"]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    home = tmp_path_factory.mktemp("home") / "lenet"
    shutil.copytree(ROOT / "assignments/lenet", home)
    manager, client = start_new_kernel(cwd=str(home), env={**os.environ, "AUTOGRADER_LANG": "en"})
    made = Kernel(manager, client)
    made.run("from autograder import open_chapter\ncheck = open_chapter('lenet')")
    made.run(RIGHT)
    yield made
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_right_answer_is_a_number_and_a_card_with_the_points_that_wait(kernel: Kernel) -> None:
    kernel.run(RIGHT)
    points, card = kernel.card("check('network')")
    assert points == 24.0
    assert "24 of 24 points here, 16 more after handing in" in card
    assert "Build LeNet" in card
    assert "✗" not in card
    assert not re.search(r"https?:|<script|<style|<link", card)


def test_a_wrong_size_is_shown_beside_the_right_one_and_its_place_marked(kernel: Kernel) -> None:
    kernel.run(RIGHT.replace("nn.Conv2D(6, 16, 5)", "nn.Conv2D(6, 16, 5, padding=1)"))
    points, card = kernel.card("check('network')")
    assert points == 8.0
    (marked,) = [row for row in card.split("<tr") if "the first difference" in row]
    assert "10x10: conv 16" in marked
    assert "8x8: conv 16" in marked


def test_without_a_name_all_tasks_are_checked(kernel: Kernel) -> None:
    kernel.run(RIGHT)
    points, card = kernel.card("check()")
    suite = read_kit(ROOT / "assignments/lenet/checks.json").public()
    asked = [entry.points for task, entry in suite.chapter.checks() if not entry.hidden and task.id != "training"]
    assert points == sum(asked)
    total = f"{points:g} of {points:g} points here, {suite.chapter.points - points:g} more"
    assert card.index("Build LeNet") < card.index("Train one epoch") < card.index(total)


def test_the_accuracy_that_training_noted_counts_here(kernel: Kernel) -> None:
    save = "from safetensors.numpy import save_file; import numpy as np; save_file({{'a': np.zeros(1)}}, 'lenet.safetensors', {})"
    kernel.run(save.format({"accuracy": "0.9612", "data": "real"}))
    points, card = kernel.card("check('training')")
    assert points == 10.0
    assert "0.9612" in card
    kernel.run(save.format({"accuracy": "0.9612", "rehearsal": "yes"}))
    assert kernel.card("check('training')")[0] == 0.0
    kernel.run(save.format({"accuracy": "0.5", "data": "generated"}))
    points, card = kernel.card("check('training')")
    assert points == 4.0
    assert "generated images" in card
    kernel.run(save.format({"accuracy": "0.9612", "data": "generated"}))
    points, card = kernel.card("check('training')")
    assert points == 10.0
    assert "but on generated images" in card
    assert "train again on the real data" in card
    kernel.run("import os; os.remove('lenet.safetensors')")
    assert "10 points after handing in" in kernel.card("check('training')")[1]


@pytest.mark.parametrize("loop", ["while True:\n            pass", "import time; time.sleep(1000)"])
def test_an_endless_loop_ends_after_its_time_with_its_line(kernel: Kernel, loop: str) -> None:
    kernel.run("from autograder.client.live import LiveSession; limit = LiveSession.limit")
    kernel.run("LiveSession.limit = lambda session, seconds: limit(session, 1)")
    kernel.run(RIGHT.replace(CONVOLUTION, f"{loop}\n        {CONVOLUTION}"))
    began = time.monotonic()
    points, card = kernel.card("check('network')")
    assert time.monotonic() - began < 8  # one second, once: the second check is not begun
    kernel.run("LiveSession.limit = limit")
    assert points == 8.0
    assert "no result within 1 s" in card
    assert "so this one was not started" in card
    assert "→" not in card  # no advice on a size that nobody looked at
    assert "`while True:`" in card or "`import time; time.sleep(1000)`" in card
    kernel.run(RIGHT)
    assert kernel.card("check('network')")[0] == 24.0


def test_an_answer_that_asks_for_input_does_not_wait_for_somebody_to_type(kernel: Kernel) -> None:
    kernel.run(RIGHT.replace(CONVOLUTION, f"input('side?')\n        {CONVOLUTION}"))
    began = time.monotonic()
    points, card = kernel.card("check('network')")
    assert time.monotonic() - began < 8  # it took the ten seconds of the limit
    assert points == 8.0
    assert "raised EOFError" in card
    assert "input(&#x27;side?&#x27;)" in card
    (left,) = kernel.run("print(input.__name__)")
    assert left["text"].strip() == "raw_input"
    kernel.run(RIGHT)


def test_one_interrupt_ends_a_check_without_lines_of_ours(kernel: Kernel) -> None:
    kernel.run(
        RIGHT.replace(CONVOLUTION, f"print('here', flush=True)\n        while True: pass\n        {CONVOLUTION}")
    )
    outputs = kernel.run("check('network')", interrupted_at="here")
    assert [output["type"] for output in outputs] == ["stream", "error"]
    assert outputs[1]["traceback"] == ["The check was interrupted."]
    kernel.run(RIGHT)
    assert kernel.card("check('network')")[0] == 24.0


def test_what_an_answer_prints_is_shown_and_bounded(kernel: Kernel) -> None:
    kernel.run(RIGHT.replace(CONVOLUTION, f"print('seen\\n' * 30)\n        {CONVOLUTION}"))
    outputs = kernel.run("check('network')")
    printed = "".join(output["text"] for output in outputs if output["type"] == "stream")
    assert 20 < printed.count("seen") <= 40
    assert printed.endswith("…\n")
    assert outputs[-1]["type"] == "execute_result"
    kernel.run(RIGHT)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "LeNet was not found. Write it and run its cell, then run this one again."),
        ("class Lenet5: pass", "LeNet was not found. Is it what you called Lenet5?"),
        ("LeNet = 5", "LeNet is neither a function nor a class."),
    ],
    ids=["cell not run", "another name", "a number"],
)
def test_a_network_that_the_kernel_does_not_know_is_not_called_something_else(
    kernel: Kernel, cell: str, said: str
) -> None:
    kernel.run(f"del LeNet\n{cell}")
    points, card = kernel.card("check('network')")
    assert (points, card.count(said)) == (0.0, 1)
    kernel.run(f"Lenet5 = None\n{RIGHT}")
    assert kernel.card("check('network')")[0] == 24.0


def test_an_unknown_task_names_those_that_there_are(kernel: Kernel) -> None:
    points, card = kernel.card("check('netwrok')")
    assert points == 0.0
    assert "This chapter has no task &#x27;netwrok&#x27;. Its tasks are: network, train_one_epoch, " in card


def test_points_are_a_float() -> None:
    points = Points(6.0, "<p>card</p>")
    assert (points, repr(points), points + 1) == (6.0, "6.0", 7.0)


@pytest.mark.long
def test_nbgrader_says_that_a_right_answer_is_right(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "assignments/reader", tmp_path / "reader")
    written = tmp_path / "reader" / "reader.ipynb"
    released = {cell["id"]: cell for cell in json.loads(written.read_text("utf-8"))["cells"]}
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"] = released[cell["id"]]["metadata"]
    written.write_text(json.dumps(notebook), "utf-8")
    paths = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    words = [sys.executable, "-m", "nbgrader", "validate", "reader.ipynb"]
    done = subprocess.run(
        words, cwd=written.parent, env={**os.environ, "PATH": paths}, capture_output=True, text=True, check=False
    )
    assert "Success! Your notebook passes all the tests." in done.stdout, done.stdout + done.stderr
    text = written.read_text("utf-8").replace("/ 127.5", "/ 100.0").replace("/ 255", "/ 200")
    written.write_text(text, "utf-8")
    done = subprocess.run(
        words, cwd=written.parent, env={**os.environ, "PATH": paths}, capture_output=True, text=True, check=False
    )
    assert "VALIDATION FAILED ON" in done.stdout
