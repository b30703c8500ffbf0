"""Marks typed into nbgrader's own formgrader, in a real browser, while answers change below it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autograder.checkin.weeks import utc_now
from autograder.course import LatePolicy
from autograder.grading.attempt_choice import Graded
from autograder.grading.attempts import kept_path, show_choice
from autograder.grading.render import Renderer
from autograder.store.audit import audit_entries
from autograder.store.marked import marked_of
from autograder.store.overwritten import told_overwritten
from tests.results import result

from ..attacks.browser import CHROMIUM
from .test_marking import NOW, Room, room  # noqa: F401

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
]
ROOT = Path(__file__).parents[2]
PATIENCE = 180_000  # milliseconds; a loaded machine is no failure


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
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Any:
    return page_of_a_ta(browser)


def page_of_a_ta(browser: Any) -> Any:
    """A page of a browser of its own: cookies and cache are nobody else's."""
    page = browser.new_context(extra_http_headers={"Authorization": "token tok"}).new_page()
    page.set_default_timeout(PATIENCE)
    return page


def opened(page: Any, address: str, room: Room) -> Any:  # noqa: F811
    """Open the answer of s1 in formgrader; return the field of the mark of the written question."""
    from autograder.grading.gradebook import opened_gradebook

    with opened_gradebook(room.root) as book:
        number = book.find_submission_notebook("reader", "reader", "s1").id
    page.goto(f"{address}/formgrader/submissions/{number}/?token=tok", wait_until="networkidle")
    field = page.locator("input.score#why_224")
    field.wait_for()
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
    show_choice(room.root, room.store, shown, Renderer(lambda _: None), "en", utc_now())
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


@dataclass
class Sent:
    """What one TA's formgrader sent, and the server took: marks and comments, oldest first; refused: statuses of the rest."""

    marks: list[tuple[str, str]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def watch(self, page: Any) -> Sent:
        page.on("requestfinished", self._take)
        return self

    def _take(self, request: Any) -> None:
        if request.method != "PUT":
            return
        status = request.response().status
        if status != 200:
            self.refused.append(status)
            return
        body = request.post_data_json
        for kind in ("manual_score", "extra_credit", "manual_comment"):
            if body.get(kind) not in (None, ""):
                self.marks.append((kind, _plain(body[kind])))

    @property
    def count(self) -> int:
        return len(self.marks) + len(self.refused)


def _plain(value: object) -> str:
    try:
        return f"{float(str(value)):g}"
    except ValueError:
        return str(value)


def put(page: Any, sent: Sent, selector: str, text: str) -> None:
    """Type into a field, leave it, and wait until the server answered."""
    before = sent.count
    page.locator(selector).fill(text)
    page.locator(selector).blur()
    for _ in range(PATIENCE // 100):
        if sent.count > before:
            return
        page.wait_for_timeout(100)
    raise AssertionError("formgrader sent nothing")


def test_two_tas_at_once_with_fast_navigation_and_a_regrade_lose_nothing_that_was_sent(
    address: str,
    browser: Any,
    room: Room,  # noqa: F811
) -> None:
    """Submitty#10973, #12854, Coursemology#2046: what the server took is what counts, or is told with its value."""
    room.course = room.course.model_copy(update={"late": LatePolicy(percent_per_day=0.0)})
    room.attempt("k1", "Because of the pooling.", "x = 1", 50.0)
    renderer = Renderer(lambda _: None)
    show_choice(
        room.root, room.store, Graded(result(student="s1", chapter="reader", key="k1")), renderer, "en", utc_now()
    )
    wang, li = (page_of_a_ta(browser) for _ in range(2))
    sent = [Sent().watch(one) for one in (wang, li)]
    for one in (wang, li):  # both have the page on which there is no mark yet
        opened(one, address, room)
    put(wang, sent[0], "input.score#why_224", "9")
    put(li, sent[1], "textarea#why_224-comment", "well argued")
    put(li, sent[1], "input.score#why_224", "5")  # over a 9 that Li has not seen
    put(wang, sent[0], "input.extra-credit#why_224_extra_credit", "2")  # Wang's page still has the 9
    # The same answer is graded again, by new checks: the pages that are open go on.
    made = result(
        student="s1",
        chapter="reader",
        key="k1-again",
        findings=[{"task": "transform_img", "points": 52.0, "kind": "function"}],
        score=52.0,
    )
    shutil.copy(kept_path(room.root, "s1", "reader", "k1"), kept_path(room.root, "s1", "reader", "k1-again"))
    room.store.add("s1", "reader", "k1-again", made, submission="k1", received_at=NOW)
    room.grade(made)
    assert room.points() == [52.0 + 9.0 + 2.0]
    put(li, sent[1], "input.score#why_224", "6")
    # Fast: type and go to the list of submissions at once, without waiting for an answer.
    wang.locator("input.score#why_224").fill("7")
    wang.locator("input.score#why_224").blur()
    wang.goto(f"{address}/formgrader/gradebook/reader/reader?token=tok", wait_until="commit")
    assert sent[0].refused == sent[1].refused == []
    # Now another answer comes: what Li's old page sends is refused, and marks nothing that Li did not see.
    room.attempt("k2", "I don't know.", "x = 2", 70.0)  # it counts, so formgrader shows it
    before = room.points()
    put(li, sent[1], "input.score#why_224", "1")
    assert (len(sent[1].refused), room.points()) == (1, before)
    told = " ".join(line.en for line in told_overwritten(room.store.database, utc_now()))
    with room.store.database.reading() as connection:
        lines = list(audit_entries(connection, "s1", "overwritten"))
        kept = marked_of(connection, "s1", "reader").by_key["k1-again"]["why_224"]
    known = {one.old.strip("“”") for one in lines} | {f"{kept.manual:g}", f"{kept.extra:g}", "well argued"}
    lost = [value for _, value in (*sent[0].marks, *sent[1].marks) if value not in known]
    assert lost == []
    assert kept.manual in (6.0, 7.0)  # the 7 where it was sent before the page was gone
    assert "why_224: 9 -> 5 -> 9 -> 6" in told
