"""Marks typed into nbgrader's own formgrader, in a real browser, while answers change below it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder.checkin.weeks import utc_now
from autograder.course import LatePolicy
from autograder.grading.attempts import show_counting
from autograder.grading.counting import Graded
from autograder.grading.render import Renderer
from tests.results import result

from ..attacks.browser import CHROMIUM
from .test_marking import Room, room  # noqa: F401

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
]
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def address(room: Room) -> Iterator[str]:  # noqa: F811
    (room.root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text("utf-8"), "utf-8")
    (room.root / "course.yml").write_text((ROOT / "course.yml").read_text("utf-8"), "utf-8")
    port = free_port()
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    words = [
        "-m",
        "jupyter_server",
        f"--port={port}",
        "--port-retries=0",
        "--no-browser",
        "--allow-root",
        "--ServerApp.token=tok",
    ]
    words += [f"--ServerApp.root_dir={room.root}", f"--ServerApp.jpserver_extensions={extensions}"]
    home = {**os.environ, "HOME": str(room.root), "JUPYTER_RUNTIME_DIR": str(room.root / "run")}
    with (room.root / "server.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, *words], cwd=room.root, env=home, stdout=log, stderr=log)
        try:
            found = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{found}/api?token=tok", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, (room.root / "server.log").read_text("utf-8")
                    time.sleep(0.1)
            yield found
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture
def page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_context(extra_http_headers={"Authorization": "token tok"}).new_page()
        browser.close()


def opened(page: Any, address: str, room: Room) -> Any:  # noqa: F811
    """Open the answer of s1 in formgrader; return the field of the mark of the written question."""
    from autograder.grading.gradebook import opened_gradebook

    with opened_gradebook(room.root) as book:
        number = book.find_submission_notebook("reader", "reader", "s1").id
    page.goto(f"{address}/formgrader/submissions/{number}/?token=tok", wait_until="networkidle")
    field = page.locator("input.score#why_224")
    field.wait_for(timeout=30_000)
    return field


def test_a_mark_typed_in_formgrader_stays_with_the_answer_that_was_on_the_page(
    address: str,
    page: Any,
    room: Room,  # noqa: F811
) -> None:
    saved: list[int] = []
    page.on("response", lambda answer: saved.append(answer.status) if answer.request.method == "PUT" else None)

    def typed(field: Any, points: str) -> None:
        before = len(saved)
        field.fill(points)
        field.blur()
        for _ in range(100):
            if len(saved) > before:
                return
            page.wait_for_timeout(100)
        raise AssertionError("formgrader sent nothing")

    room.course = room.course.model_copy(update={"late": LatePolicy(percent_per_day=0.0)})
    room.attempt("k1", "Because of the pooling.", "x = 1", 50.0)
    shown = Graded(result(student="s1", chapter="reader", key="k1"))
    show_counting(room.root, room.store, shown, Renderer(lambda _: None), "en", utc_now())
    field = opened(page, address, room)
    typed(field, "9")
    assert (saved, room.marked()) == ([200], (9.0, False))
    assert room.attempt("k2", "I don't know.", "x = 2", 55.0) == {}  # the marked one counts, with 59
    typed(field, "8")  # the page is still the one of the answer that counts
    assert room.points() == [58.0, 55.0]
    assert room.attempt("k3", "I don't know.", "x = 3", 60.0) == {"why_224": 8.0}
    typed(field, "10")  # an old page: that answer is not shown any more, and formgrader is told
    assert saved[-1] in (404, 500)
    assert room.marked() == (None, True)
    typed(opened(page, address, room), "1")
    assert room.points() == [58.0, 55.0, 61.0]
