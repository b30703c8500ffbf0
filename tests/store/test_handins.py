"""The moment of a hand-in is stored once, with its source; only a better word about the same answer replaces it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from autograder.store.audit import audit_entries
from autograder.store.database import Database
from autograder.store.handins import Received, keep_moment, moments
from autograder.store.results import ResultStore
from tests.results import result

DAY = timedelta(days=1)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
BY_FILE = Received("s1", "c1", "sha256:a", OCTOBER, "file", OCTOBER + 5 * DAY, "ta")


def kept(database: Database, *given: Received) -> tuple[datetime | None, str]:
    with database.writing() as connection:
        for one in given:
            held = keep_moment(connection, one)
        known = moments(connection, "s1", "c1")["s1", "c1", "sha256:a"]
    assert held == known
    return known.moment, known.source


def test_the_first_moment_holds_whatever_the_file_says_later(database: Database) -> None:
    assert kept(database, BY_FILE) == (OCTOBER, "file")
    for later in (OCTOBER + 3 * DAY, OCTOBER + 9 * DAY):
        assert kept(database, replace(BY_FILE, moment=later, at=OCTOBER + 9 * DAY)) == (OCTOBER, "file")
    with database.reading() as connection:
        assert list(audit_entries(connection, "s1")) == []


def test_a_more_trusted_word_replaces_a_less_trusted_one(database: Database) -> None:
    by_status = replace(BY_FILE, moment=OCTOBER + DAY, source="status", at=OCTOBER + 6 * DAY)
    assert kept(database, BY_FILE, by_status) == (OCTOBER + DAY, "status")
    assert kept(database, replace(BY_FILE, moment=OCTOBER - DAY)) == (OCTOBER + DAY, "status")
    with database.reading() as connection:
        (line,) = audit_entries(connection, "s1", "received")
    assert (line.old[:10], line.new[-8:], line.actor) == ("2026-10-01", "(status)", "ta")


def test_the_same_answer_handed_in_again_after_the_deadline_keeps_its_moment(database: Database) -> None:
    """nbgrader#1171: what the class had at `at` cannot have come after it."""
    again = replace(BY_FILE, moment=OCTOBER + 8 * DAY, source="status", at=OCTOBER + 9 * DAY)
    assert kept(database, BY_FILE, again) == (OCTOBER, "file")


def test_of_two_equally_trusted_words_the_earlier_one_holds(database: Database) -> None:
    first = replace(BY_FILE, source="zip")
    assert kept(database, first, replace(first, moment=OCTOBER - DAY)) == (OCTOBER - DAY, "zip")


def test_a_correction_holds_and_a_later_one_too(database: Database) -> None:
    corrected = replace(BY_FILE, moment=OCTOBER + 8 * DAY, source="correction", reason="came by mail")
    assert kept(database, BY_FILE, corrected) == (OCTOBER + 8 * DAY, "correction")
    assert kept(database, replace(BY_FILE, moment=OCTOBER - DAY, source="option")) == (OCTOBER + 8 * DAY, "correction")
    assert kept(database, replace(corrected, moment=OCTOBER)) == (OCTOBER, "correction")


def test_an_unknown_moment_gives_way_to_a_known_one_and_not_back(database: Database) -> None:
    unknown = replace(BY_FILE, moment=None, source="unknown")
    assert kept(database, unknown) == (None, "unknown")
    assert kept(database, BY_FILE) == (None, "unknown")  # that is when a TA wrote the file
    by_zip = replace(BY_FILE, source="zip")
    assert kept(database, by_zip) == (OCTOBER, "zip")
    assert kept(database, replace(unknown, source="status")) == (OCTOBER, "zip")


def test_an_attempt_has_the_moment_that_is_known_now(url: str) -> None:
    store = ResultStore(url)
    record = result(score=5.0, max_score=10.0)
    store.add("s1", "c1", "k1", record, submission="sha256:a", received_at=OCTOBER + 8 * DAY)
    store.add("s1", "c1", "k2", record, submission="sha256:b", received_at=OCTOBER + 8 * DAY)
    with store.database.writing() as connection:
        keep_moment(connection, replace(BY_FILE, source="correction"))
        keep_moment(connection, replace(BY_FILE, digest="sha256:b", moment=None, source="unknown"))
    assert [attempt.at for attempt in store.attempts("s1", "c1")] == [OCTOBER, OCTOBER + 8 * DAY]
    store.close()
