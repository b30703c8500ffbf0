"""A course with secrets planted in it, one grader, and everything that is looked at before and after an attack."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.checkin.weeks import utc_now
from autograder.course import load_course
from autograder.grading import examine
from autograder.grading.attempt_choice import Graded, with_choice
from autograder.grading.attempts import keep_notebook, show_choice
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.pipeline import json_of
from autograder.sandbox import box as boxes
from autograder.sandbox.box import Box, BoxLimits, open_bubblewrap_box
from autograder.store.database import VARIABLE
from autograder.store.results import ResultStore
from autograder.submission import Rejected
from tests.attacks.catalogue import ROOT, Attack
from tests.data_sets import data_of_course
from tests.results import result

PATIENCE = 3.0  # seconds that one question may take here, in place of 10: the kits are the real ones otherwise
CHAPTERS = ("reader", "lenet")
HONEST = "honest"


@dataclass
class Arena:
    """The planted course and what is known about it. touched: connections that reached a listener of ours; before:
    processes that were there when it was planted, such as the box of other tests."""

    root: Path
    grader: Grader
    store: ResultStore
    secret: str
    knowledge: dict[str, str]
    touched: list[str] = field(default_factory=list)
    honest: dict[str, Any] = field(default_factory=dict)
    graded: dict[str, Graded] = field(default_factory=dict)
    before: list[psutil.Process] = field(default_factory=list)

    def grade(self, path: Path, attack: Attack, student: str) -> dict[str, Any]:
        """Grade one hand-in as `autograder grade` does."""
        hand_in, answer = HandIn(path, attack.chapter, student, self.root / "submitted"), None
        try:
            raw = self.grader.read(hand_in)  # once: it may be another file a moment later
            answer = self.grader.understood(hand_in, raw)
            found = self.grader.examine(hand_in, raw, answer)
        except Rejected as rejection:
            found = self.grader.rejected(hand_in, rejection.reason)
        self.store.add(student, attack.chapter, found.key, found)
        self.graded[student] = with_choice(self.grader.course, self.store, found)
        if answer and found.status == "graded":
            keep_notebook(self.root, found, answer.notebook)
            show_choice(self.root, self.store, self.graded[student], self.grader.renderer, "en", utc_now())
        return json_of(self.graded[student], self.grader.renderer, "en")

    def grade_honest(self) -> dict[str, Any]:
        """Grade the right answer of the reader chapter; what comes out must never change."""
        path = self.root / "submitted" / HONEST / "reader"
        found = self.grader.grade(HandIn(path, "reader", None))
        return {"score": found.score, "statuses": [finding.status for finding in found.findings]}

    def files(self, student: str) -> dict[str, str]:
        """Return a fingerprint of every planted file: content, size, mode, owner, time; the student's own left out."""
        own = (f"submitted/{student}/", f"submitted/{student}", "gradebook.db", ".autograder")
        own += tuple(f"{folder}" for folder in ("autograded", "feedback", "exports"))
        found = {}
        for path in sorted(self.root.rglob("*")):
            place = str(path.relative_to(self.root))
            if place.startswith(own):
                continue
            with suppress(FileNotFoundError):  # what an attack before this one still swaps
                entry = path.lstat()
                content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                found[place] = f"{entry.st_mode:o} {entry.st_uid} {entry.st_size} {entry.st_mtime_ns} {content}"
        return found

    def produced(self, student: str) -> Iterator[tuple[str, str]]:
        """Yield everything that grading this student wrote, as name and text."""
        for folder in ("autograded", "feedback", "exports"):
            for path in sorted((self.root / folder / student).rglob("*")):
                if path.is_file():
                    yield str(path.relative_to(self.root)), path.read_text("utf-8", "replace")


@contextmanager
def opened(folder: Path, url: str | None = None) -> Iterator[Arena]:
    """Plant a course below `folder` and open a grader on it. url: of its database, where that is no SQLite file in it."""
    secret = "PLANTED-" + os.urandom(12).hex()
    before = psutil.Process().children(recursive=True)
    root = folder / "course"
    for chapter in CHAPTERS:
        shutil.copytree(ROOT / "assignments" / chapter, root / "assignments" / chapter)
        shutil.copytree(ROOT / "solutions" / chapter, root / "solutions" / chapter)
        _plant(root / "solutions" / chapter / "hidden.json", secret)
    shutil.copytree(ROOT / "source/datasets", root / "source/datasets")
    for name in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root / name)
    (root / ".autograder").mkdir()
    (root / "secret.txt").write_text(secret + "\n")
    for student in (HONEST, "other"):
        mine = root / "submitted" / student / "reader"
        mine.mkdir(parents=True)
        solution = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
        (mine / "reader.py").write_text(solution + ("" if student == HONEST else f"\n# {secret}\n"), "utf-8")
    store = ResultStore(url or f"sqlite:///{root / 'gradebook.db'}")
    store.add("other", "reader", "key", result(student="other", submission=secret))
    with pytest.MonkeyPatch.context() as patch:
        (folder / "tmp").mkdir()
        patch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        patch.setattr(examine, "LOAD_SECONDS", PATIENCE)
        patch.setenv("PLANTED_SECRET", secret)
        if url:
            patch.setenv(VARIABLE, url)
        with _leaked(root / "secret.txt"), _listening() as (port, touched):
            course = load_course(root)
            grader = Grader(root, course, open_bubblewrap_box(BoxLimits(memory_mib=4096, cpu_seconds=60)))
            knowledge = {
                "ROOT": str(root),
                "REPOSITORY": str(ROOT),
                "PORT": str(port),
                "PID": str(os.getpid()),
                "TMP": str(folder / "tmp"),
            }
            arena = Arena(root, grader, store, secret, knowledge, touched, before=before)
            arena.honest = arena.grade_honest()
            assert arena.honest["score"] == 90.0
            yield arena
    store.close()


def with_images(arena: Arena) -> Grader:
    """Return the same grader with the course's images."""
    return Grader(arena.root, arena.grader.course.model_copy(update={"data": data_of_course()}), arena.grader.box)


def _plant(suite: Path, secret: str) -> None:
    record = json.loads(suite.read_text("utf-8"))
    record["note"] = f"{record['note']} {secret}"
    for check in record["checks"].values():
        check["seconds"] = min(check["seconds"], PATIENCE) if check["type"] != "accuracy" else check["seconds"]
    for task in record["chapter"]["tasks"]:
        if task.get("question_guide"):
            task["question_guide"] = {"zh": secret, "en": secret}
    suite.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


@contextmanager
def _leaked(path: Path) -> Iterator[None]:
    """Keep a descriptor of a secret open that a careless grader would hand down."""
    descriptor = os.open(path, os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _listening() -> Iterator[tuple[int, list[str]]]:
    """Listen on TCP, UDP and an abstract local socket of this machine, and note who comes."""
    touched: list[str] = []
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))
    local = socket.socket(socket.AF_UNIX)
    local.bind(f"\0planted-{os.getpid()}")
    local.listen()

    def wait(name: str, sock: socket.socket) -> None:
        with suppress(OSError):
            while True:
                sock.recvfrom(10) if sock is udp else sock.accept()[0].close()
                touched.append(name)

    for name, sock in (("tcp", tcp), ("udp", udp), ("local", local)):
        threading.Thread(target=wait, args=(name, sock), daemon=True).start()
    try:
        yield port, touched
    finally:
        for sock in (tcp, udp, local):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


def standing(box: Box) -> set[int]:
    """Return the processes that stay between two children: two of bubblewrap, the warmed one, and what Python itself keeps
    for the rest of a test run that has spawned a process."""
    chain = [box.zygote.pid] if box.zygote and box.zygote.pid else []
    for pid in chain:
        chain += [child.pid for child in psutil.Process(pid).children()] if len(chain) < 3 else []
    tracker = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]
    return {*chain[:3], *([tracker] if tracker else [])}


def processes_left(*graders: Grader, before: Iterable[psutil.Process] = ()) -> list[str]:
    """Return children of this process but those before, and processes of the uids that this process gave out; those that
    read for a grader stay."""
    ours = {boxes.pool_uid(number) for number in range(boxes.UIDS_OF_A_GRADER)}
    stay = {pid for grader in graders for pid in standing(grader.box) | grader.reader.pids}
    children = psutil.Process().children(recursive=True)
    left = [f"child {child.pid} {child.name()}" for child in {*children} - {*before} if child.pid not in stay]
    for process in psutil.process_iter(["pid", "uids", "name"]):
        uids = process.info["uids"]
        if os.geteuid() == 0 and uids and uids.real in ours and uids.real >= boxes.FIRST_POOL_UID:
            left.append(f"uid {uids.real}: {process.info['pid']} {process.info['name']}")
    return left


@dataclass
class Watched:
    """What one grading took. grader_mib: growth of the grader's largest memory; boxes_mib: most that boxes held at once,
    shared memory of the machine included."""

    seconds: float = 0.0
    grader_mib: float = 0.0
    boxes_mib: float = 0.0


@contextmanager
def watched() -> Iterator[Watched]:
    """Measure time and memory of what happens inside."""
    outcome, end = Watched(), threading.Event()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    shared = psutil.virtual_memory().shared
    began = time.monotonic()

    def sample() -> None:
        me = psutil.Process()
        while not end.wait(0.1):
            total = max(0, psutil.virtual_memory().shared - shared)
            for child in me.children(recursive=True):
                with suppress(psutil.Error):
                    total += child.memory_full_info().pss  # warm children share what was there before them
            outcome.boxes_mib = max(outcome.boxes_mib, total / (1 << 20))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield outcome
    finally:
        outcome.seconds = time.monotonic() - began
        end.set()
        thread.join()
        outcome.grader_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def unboxed(arena: Arena) -> Grader:
    """Return the same grader without a box: only to prove that an attack would succeed where nothing stops it."""
    return Grader(arena.root, arena.grader.course, Box("none", BoxLimits(cpu_seconds=60)))
