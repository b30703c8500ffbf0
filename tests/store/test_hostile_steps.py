"""What the steps after grading make of hostile ids, names, addresses, messages and notebooks, on SQLite and on PostgreSQL.

In every class there is an honest student, whose points, page, mail, row and certificate must come out whatever the others are.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checkin.diploma import certificate_pdf
from autograder.checkin.monday import monday, public_text
from autograder.checkin.reminders import due_reminders, mail_server, monday_reminders, send_all
from autograder.checkin.service import CheckInService
from autograder.checkin.weeks import utc_now
from autograder.cli.common import json_text
from autograder.course import Chapter, Course, load_course
from autograder.grading.attempt_choice import Graded
from autograder.grading.attempts import FeedbackError, keep_notebook, kept_notebook, show_choice
from autograder.grading.class_table import Line, write_lines
from autograder.grading.feedback import PagesMissing, make_feedback
from autograder.grading.gradebook import opened_gradebook, record_points
from autograder.grading.render import Renderer
from autograder.store.alone import alone
from autograder.store.database import VARIABLE, Database
from autograder.store.ledgers import for_everybody
from autograder.store.records import Certificate, Student
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.submission import repair
from tests import results as made
from tests.cli.class_folder import Verbs, course_text
from tests.store.test_hostile_records import NUMBERS, TEXTS

ROOT = Path(__file__).parents[2]
HONEST = "anna"
FEW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings.default.max_examples // 8,
    deadline=None,
)
IDS = st.one_of(TEXTS, st.sampled_from(["", ".", "..", "a/b", "*", "[x]", HONEST.upper(), "a" * 300, "-rf", "s1\n"]))
TITLE = {"zh": "加", "en": "add"}
# Steps that take seconds: points on PostgreSQL, mail and records have quick tests of their own here.
POSTGRES_LATER = pytest.mark.parametrize(
    "url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)


@pytest.fixture
def tiny(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one small chapter, whose gradebook is in the database."""
    monkeypatch.setenv(VARIABLE, database.engine.url.render_as_string(hide_password=False))
    place = tmp_path / "assignments" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.ipynb").write_text(json.dumps(RELEASE), "utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "course.yml").write_text(course_text(), "utf-8")
    return tmp_path


def cell(kind: str, name: str, source: str, **grading: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **grading}} if grading else {}
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source, **code}


RELEASE = {
    "cells": [
        cell("code", "add", "def add(a, b): ...", grade=False, locked=False, solution=True),
        cell("code", "check-add", 'check("add")', grade=True, locked=True, solution=False, points=5),
        cell("markdown", "why", "Your answer", grade=True, locked=False, solution=True, points=3),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
CHAPTER = Chapter.model_validate(
    {
        "id": "tiny",
        "title": TITLE,
        "tasks": [
            {"id": "add", "title": TITLE, "points": 5, "names": ["add"], "checks": [{"id": "sum", "points": 5}]},
            {"id": "why", "title": TITLE, "kind": "written", "points": 3, "question_guide": TITLE},
        ],
    }
)


def result(student: Any, points: Any = 2.0, message: str = "m", key: str = "sha256:1") -> Graded:
    finding = {"task": "add", "check": "add.sum", "status": "fail", "message": message, "points": points}
    known = {"student": student, "submission": f"p/{student}", "key": key, "chapter": "tiny"}
    return Graded(made.result(**known, score=points, max_score=8.0, findings=[{**finding, "max_points": 5.0}]))


@FEW
@given(found=st.lists(st.tuples(IDS, st.one_of(st.floats(0, 5), NUMBERS), TEXTS), max_size=4))
def test_the_gradebook_and_the_table_have_the_points_of_the_honest(tiny: Path, found: list[tuple[Any, ...]]) -> None:
    records = [result(*one) for one in found if one[0] != HONEST] + [result(HONEST, 4.0)]
    failed = record_points(tiny, CHAPTER, records)
    assert HONEST not in failed
    for why in failed.values():
        assert why.isprintable() or "\n" in why
    with opened_gradebook(tiny) as book:
        assert book.find_grade("check-add", "tiny", "tiny", HONEST).auto_score == 4.0
    lines = [Line(Student(str(one.result.student)), "tiny", one) for one in records]
    write_lines(tiny / "grades.csv", lines)
    rows = list(csv.reader(io.StringIO((tiny / "grades.csv").read_text("utf-8-sig"))))
    assert len(rows) == 1 + len(records)
    assert len({len(row) for row in rows}) == 1
    assert rows[-1][0] == HONEST
    for value in (value for row in rows for value in row[:5]):
        assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert "\n" not in value


CELLS = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "x"]),
        "source": st.one_of(TEXTS, st.lists(TEXTS), NUMBERS),
    },
    optional={
        "id": TEXTS,
        "metadata": st.one_of(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2)),
        "attachments": TEXTS,
    },
)


@pytest.mark.slow
@POSTGRES_LATER
@settings(FEW, max_examples=max(3, settings.default.max_examples // 25))
@given(student=IDS, message=TEXTS, cells=st.lists(CELLS, max_size=4))
def test_a_page_is_made_for_the_honest(tiny: Path, student: str, message: str, cells: list[Any]) -> None:
    problems: list[Any] = []
    listed = [(student, message, cells)] if student.casefold() != HONEST else []
    for who, said, own in [*listed, (HONEST, "fine", [])]:
        rebuilt = repair({"cells": own, "nbformat": 4}, RELEASE).notebook
        with alone(who, problems.append):  # as the verb does
            keep_notebook(tiny, result(who, message=said).result, kept_notebook(rebuilt, RELEASE))
            show_choice(
                tiny, cast("ResultStore", None), result(who, message=said), Renderer(lambda _: None), "en", utc_now()
            )
    record_points(tiny, CHAPTER, [result(who, message=said) for who, said, _ in [*listed, (HONEST, "fine", [])]])
    try:
        pages, missing = make_feedback(tiny, "tiny"), 0
    except PagesMissing as error:
        pages, missing = list(error.made), len(error.problems)
    assert missing <= 1
    assert tiny / f"feedback/{HONEST}/tiny/tiny.html" in pages
    page = (tiny / f"feedback/{HONEST}/tiny/tiny.html").read_text("utf-8")
    assert "points: 2 / 8" in page
    for folder in ("autograded", "feedback", ".autograder/attempts"):
        shutil.rmtree(tiny / folder, ignore_errors=True)
    with pytest.raises(FeedbackError):
        make_feedback(tiny, "tiny", ["nobody"])


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[list[Any], str]]:
    mails: list[Any] = []

    class Handler:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    yield mails, f"smtp://127.0.0.1:{port}"
    controller.stop()


ADDRESSES = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            "a@b\nBcc: all@x.org",
            "x@y.org, all@x.org",
            '"<script>"@x.org',
            "李@x.org",
            "a@李.org",
            "<>",
            "@",
            "a@" + "x" * 300,
        ]
    ),
)
PEOPLE = st.lists(st.builds(Student, TEXTS.filter(bool), TEXTS, ADDRESSES, TEXTS), max_size=3)


def list_class(database: Database, people: list[Student]) -> list[Any]:
    """Put each on the class list who can be, and return what kept the others."""
    failed: list[Any] = []
    for one in [*people, Student(HONEST, "Anna", "anna@x.org")]:
        with alone(one.id, failed.append), database.writing() as connection:
            change_class_list(connection, [one], datetime.now(UTC), "ta")
    return failed


@FEW
@given(people=PEOPLE, hours=st.integers(1, 10**6))
def test_everybody_else_gets_their_mail(
    people: list[Student], hours: int, inbox: tuple[list[Any], str], database: Database, tmp_path: Path
) -> None:
    (tmp_path / "course.yml").write_text(course_text(begun=1), "utf-8")
    course = load_course(tmp_path)
    list_class(database, people)
    now = datetime.now(UTC)
    service = CheckInService(course, database, lambda: now)
    with database.reading() as connection:
        for_all = for_everybody(connection)
    ended = monday(course, service.summaries(), now, for_all)
    json_text([one.sentence.en for one in ended.lacking]).encode()
    assert HONEST not in public_text(course, ended, now).en
    due = due_reminders(course, service.summaries(), now, for_all)
    assert due is not None
    mails, server = inbox
    forgotten = f"again {hours}"  # nobody was written to before
    for reminders in (list(monday_reminders(course, ended)), list(due.reminders)):
        anew = course.model_copy(update={"id": f"{course.id} {forgotten} {len(mails)}"})
        mails.clear()
        sent = list(
            send_all(anew, database, reminders, partial(mail_server, server), "ta@x.org", "ta", "zh", service.clock)
        )
        assert [one.reminder for one in sent] == reminders
        outcomes = {one.reminder.student.id: one.outcome for one in sent}
        assert outcomes[HONEST] in ("sent", "before")
        for recipients, mail in mails:
            assert len(recipients) == 1
            assert "all@x.org" not in recipients
            assert mail["Bcc"] is None
            assert "Auto-Submitted" in mail
        json_text([one.detail for one in sent]).encode()


@FEW
@given(name=TEXTS, student=TEXTS, points=st.one_of(st.floats(0, 100), st.sampled_from([float("nan"), 1e300])))
def test_a_certificate_is_one_page_whatever_the_name(name: str, student: str, points: float, tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(course_text(), "utf-8")
    course: Course = load_course(tmp_path)
    given_at = datetime.now(UTC) - timedelta(days=1)
    certificate = Certificate("ABCD-EFGH", student, name, course.id, 100.0, points, given_at)
    for language in ("zh", "en"):
        page = certificate_pdf(course, certificate, course.zone, language)  # type: ignore[arg-type]
        assert page.startswith(b"%PDF")
        assert page.count(b"/Type /Page\n") == 1
        assert page.rstrip().endswith(b"%%EOF")


RIGHT = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
CONTENTS = [
    b"",
    b"\0",
    b"\xff\xfe\0\xd8",
    b"x = 1\n# \xe4\xb8",
    b"[" * 5000,
    b"{}",
    b'{"nbformat": 4, "cells": 3}',
    b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["\\ud800"], "id": 7, "metadata": []}, null]}',
    b'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "<script>=1+1</script>", "attachments": {"x": 1}}]}',
    b'raise ValueError("\\x1b[2J\\0\\ud800=1+1")',
]
NAMES = [
    b"bad\xff",
    b"a\nb",
    b"\x1b[31mred",
    b" lead",
    b"=1+1",
    "李;=1".encode(),
    b"x" * 255,
    b".hidden",
    b"-rf",
    b"*",
    b"\xe2\x80\xae",
]


def hand_in(root: Path) -> None:
    """Let everybody hand in: the honest, each bad name with a bad content, and what is no answer at all."""
    top = root / "submitted"
    for number, name in enumerate(NAMES):
        folder = Path(os.fsdecode(os.fsencode(top) + b"/" + name)) / "reader"
        folder.mkdir(parents=True)
        content = CONTENTS[number % len(CONTENTS)]
        (folder / f"reader.{'ipynb' if content[:1] in b'[{' else 'py'}").write_bytes(content)
        (folder.parent / "checkins.json").write_bytes(content)
    for name, text in ((HONEST, RIGHT), ("closed", RIGHT), ("several", RIGHT)):
        (top / name / "reader").mkdir(parents=True)
        (top / name / "reader/reader.py").write_text(text, "utf-8")
    (top / "closed/reader").chmod(0)
    os.mkfifo(top / "several/reader/reader.safetensors")
    (top / "linked").symlink_to(HONEST)
    os.mkfifo(top / "pipe")
    (top / "file").write_text("x")


STEPS = (
    ("grade", "--jobs", "1", "--lang", "en"),
    ("feedback", "reader"),
    ("export", "grades.csv"),
    ("import-notes",),
    ("roster", "--csv", "roster.csv"),
    ("audit",),
)


@pytest.mark.slow
@POSTGRES_LATER
def test_every_verb_goes_on_for_the_honest(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / "reader", tmp_path / folder / "reader")
    for name in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, tmp_path)
    hand_in(tmp_path)
    run = Verbs(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv(VARIABLE, url)
    for words in STEPS:
        done = run(*words)
        said = done.out + done.err
        assert done.code in (0, 1), f"{words}: {said[-3000:]}"
        assert "Traceback" not in said, said
        assert all(character.isprintable() for character in said.replace("\n", "")), words
    table = io.StringIO((tmp_path / "grades.csv").read_text("utf-8-sig"))
    graded = {row["student"]: row for row in csv.DictReader(table) if row["chapter"] == "reader"}
    assert (graded[HONEST]["status"], graded[HONEST]["score"]) == ("graded", "90")
    assert graded["closed"]["status"] == ("graded" if os.geteuid() == 0 else "rejected")
    assert graded["linked"]["status"] == "rejected"
    assert (tmp_path / f"feedback/{HONEST}/reader/reader.html").is_file()
    assert len(graded) >= len(NAMES)
