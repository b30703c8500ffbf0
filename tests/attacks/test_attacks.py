"""Every attack, through the real grader, in the real box, against the real kits; then an honest answer.

ATTACKS=all takes all of them, ATTACKS=name,name some, otherwise those marked `ci: true`. ATTACK_REPORT=FILE appends one
line of JSON for each. ATTACK_DATABASE=postgresql keeps the class in PostgreSQL.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.attempts import FeedbackError, autograded_path
from autograder.grading.class_table import Line, write_lines
from autograder.grading.feedback import make_feedback
from autograder.grading.gradebook import record_points
from autograder.store.records import Student
from tests.attacks import arena as arenas
from tests.attacks.arena import Arena, processes_left, unboxed, watched, with_images
from tests.attacks.browser import CHROMIUM, scripts_run_by
from tests.attacks.catalogue import ROWS, Attack, all_attacks, chosen_attacks, hand_in

pytestmark = pytest.mark.slow
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LOADED = 4  # how many times slower than quiet the machine may be


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Arena]:
    url = None
    if os.environ.get("ATTACK_DATABASE") == "postgresql":
        url = request.getfixturevalue("postgres_server").format(name="postgres")
    with arenas.opened(tmp_path_factory.mktemp("arena"), url) as opened:
        yield opened


def cases() -> list[Any]:
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.xfail(strict=True, reason=attack.open)] if attack.open else [],
        )
        for attack in chosen_attacks()
    ]


@pytest.mark.parametrize("attack", cases())
def test_attack(arena: Arena, attack: Attack) -> None:
    """Grade the attack in each of its forms, look at everything, then grade an honest answer."""
    outcome: dict[str, Any] = {"name": attack.name, "seconds": 0.0, "outcome": "lost", "score": [], "max_mib": 0.0}
    try:
        for form in attack.forms:
            for turn in range(2 if attack.repeat else 1):
                _one(arena, attack, form, attack.student or f"attack-{attack.name}-{form}-{turn}", outcome)
        assert arena.grade_honest() == arena.honest, "the next, honest answer"
        outcome["outcome"] = "held"
    finally:
        _report(outcome)


def _one(arena: Arena, attack: Attack, form: str, student: str, outcome: dict[str, Any]) -> None:
    path = hand_in(attack, form, arena.root / "submitted" / student / attack.chapter, arena.knowledge)
    before = arena.files(student)
    grader = with_images(arena) if attack.images else arena.grader
    fighting = Arena(arena.root, grader, arena.store, arena.secret, arena.knowledge)
    with watched() as took:
        record = fighting.grade(path, attack, student)
    arena.graded |= fighting.graded
    outcome["seconds"] = round(max(outcome["seconds"], took.seconds), 1)
    outcome["max_mib"] = round(max(outcome["max_mib"], took.grader_mib + took.boxes_mib))
    outcome["score"].append(record["score"])
    _look_at_record(attack, record)
    if attack.outputs and record["status"] == "graded":
        _make_outputs(arena, attack, record)
    produced = dict(arena.produced(student))
    assert produced or record["status"] == "rejected"
    for name, text in {"record": json.dumps(record, ensure_ascii=False), **produced}.items():
        assert arena.secret not in text, f"a secret in {name}"
    assert arena.files(student) == before, "files outside the box"
    assert not processes_left(arena.grader, grader, before=arena.before)
    assert not arena.touched, "the network"
    assert not list(Path(arena.knowledge["TMP"]).iterdir()), "temporary files"
    assert took.seconds <= LOADED * attack.seconds
    assert took.grader_mib <= attack.memory_mib
    assert took.boxes_mib <= arena.grader.box.limits.memory_mib + 2 * arena.grader.box.limits.files_mib
    _remove(arena.root / "submitted" / student)


def _remove(folder: Path) -> None:
    """Remove a folder in which somebody may still be writing, for at most ten seconds."""
    if folder.is_symlink():
        folder.unlink()
    end = time.monotonic() + 10
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)


def _look_at_record(attack: Attack, record: dict[str, Any]) -> None:
    assert attack.status in ("either", record["status"]), record.get("reason")
    assert record["score"] == attack.points, {f["check"]: f["points"] for f in record["findings"] if f["points"]}
    assert record["status"] == "graded" or record["reason"]
    if attack.check_statuses:
        seen = {f["staff"]["status"] for f in record["findings"] if f["kind"] != "written"} - {"skipped"}
        told = {f["check"]: (f["staff"]["status"], f["message"]) for f in record["findings"]}
        assert attack.check_statuses[0] in seen, told
        assert seen <= set(attack.check_statuses), told
    text = json.dumps(record, ensure_ascii=False)
    assert attack.says in text, text[:3000]
    assert len(text) < 100_000
    text.encode("utf-8")
    messages = [part for f in record["findings"] for part in (f["message"], f["hint"])]
    for message in [*messages, *record["repairs"], record.get("reason", "")]:
        assert not HARMFUL.search(message), repr(message)
        said = message.partition("\n")[0]  # what follows is the student's own line, quoted
        assert not attack.never or attack.never not in said, said[:2000]


def _make_outputs(arena: Arena, attack: Attack, record: dict[str, Any]) -> None:
    """Put the points into the gradebook, make the feedback page and the table."""
    graded = arena.graded[record["student"]]
    record_points(arena.root, arena.grader.suite(attack.chapter).chapter, [graded])
    try:
        (page,) = make_feedback(arena.root, attack.chapter, [record["student"]])
    except FeedbackError as refused:
        if not attack.page_may_fail or not any(words in str(refused) for words in ("within its limits", "rename it")):
            raise
        return
    exports = arena.root / "exports" / record["student"]
    exports.mkdir(parents=True, exist_ok=True)
    line = Line(Student(record["student"]), attack.chapter, graded)
    write_lines(exports / "grades.csv", [line])
    for row in csv.reader((exports / "grades.csv").read_text("utf-8-sig").splitlines()):
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row)
    keep = os.environ.get("ATTACK_PAGES")
    if keep:
        shutil.copy(page, Path(keep) / f"{attack.name}.html")
    pages = [page]
    if attack.chapter == "reader":
        pages.append(exports / "formgrader.html")
        pages[1].write_text(formgrader_page(autograded_path(arena.root, record["student"], attack.chapter)), "utf-8")
    ran = scripts_run_by(*pages) or [[]]
    assert ran[0] == [], "the page runs the student's scripts or calls out"
    assert not [what for each in ran[1:] for what in each if "x.png" not in what], "the assistant's page runs scripts"


def formgrader_page(notebook: Path) -> str:
    """Return the page on which nbgrader's formgrader shows a graded notebook to an assistant."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.HTMLExporter.sanitize_html = True
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name")
    resources = {**dict.fromkeys(names, "x"), "index": 0, "total": 1, "notebook_path": "x"}
    html, _ = HTMLExporter(config=config).from_filename(str(notebook), resources=resources)
    return str(html)


def _report(outcome: dict[str, Any]) -> None:
    if place := os.environ.get("ATTACK_REPORT"):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome) + "\n")


@pytest.mark.parametrize("attack", [a for a in chosen_attacks() if a.unboxed and a.ci], ids=lambda attack: attack.name)
def test_the_attack_succeeds_where_no_box_stops_it(arena: Arena, attack: Attack) -> None:
    student = f"attack-{attack.name}-unboxed"
    path = hand_in(attack, "script", arena.root / "submitted" / student / attack.chapter, arena.knowledge)
    grader = unboxed(arena)
    record = Arena(arena.root, grader, arena.store, arena.secret, arena.knowledge).grade(path, attack, student)
    assert arena.secret in json.dumps(record) if attack.unboxed != "points" else record["score"] > attack.points


@pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install chromium, or pages are not tried in a real one")
def test_the_browser_sees_what_a_page_does(tmp_path: Path) -> None:
    evil = ("<script>window.PWNED=1</script>", "<img src=x onerror=window.PWNED=1>", "<iframe srcdoc=x></iframe>")
    pages = [tmp_path / f"{number}.html" for number in range(4)]
    for page, body in zip(pages, (*evil, "<a href='#x'>a page</a>"), strict=True):
        page.write_text(f"<html><body>{body}</body></html>", "utf-8")
    found = scripts_run_by(*pages)
    assert found is not None
    assert [bool(each) for each in found] == [True, True, True, False], found


def test_there_are_attacks_for_every_row() -> None:
    attacks = all_attacks()
    assert len(attacks) >= 60
    assert {attack.row for attack in attacks} == set(ROWS)
    assert len({attack.title["en"] for attack in attacks}) == len({attack.title["zh"] for attack in attacks})
    assert all(any(attack.ci for attack in attacks if attack.row == row) for row in ROWS)
