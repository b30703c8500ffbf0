"""Leases of jobs, on both kinds of database."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from autograder.store.database import Database
from autograder.store.jobs import LEASE, Job, JobTable, holder_name, is_gone
from autograder.store.tables import jobs

ELSEWHERE = "another-machine/1"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 9, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(database: Database, clock: Clock) -> JobTable:
    return JobTable(database, clock)


def received(table: JobTable, count: int = 3) -> list[int]:
    return [job.id for job in table.receive([(f"s{n}", "reader", "k1") for n in range(count)])]


def settle(table: JobTable, job: Job, state: str, *, failed: bool = False) -> None:
    with table.database.writing() as connection:
        table.settle(connection, job, state, failed=failed)  # type: ignore[arg-type]


def test_the_same_submission_is_one_job(table: JobTable) -> None:
    assert received(table) == received(table)


def test_a_newer_submission_takes_the_place_of_one_that_waits(table: JobTable) -> None:
    received(table, 1)
    table.receive([("s0", "reader", "k2")])
    with table.database.reading() as connection:
        assert connection.execute(select(jobs.c.key)).scalars().all() == ["k2"]


def test_a_lease_is_held_by_one_until_it_runs_out(table: JobTable, clock: Clock) -> None:
    places = received(table)
    other = JobTable(table.database, clock, ELSEWHERE)
    assert [job.id for job in table.lease(places, 2)] == places[:2]
    assert [job.id for job in other.lease(places, 3)] == places[2:]
    clock.now += LEASE * 0.9
    table.renew()
    clock.now += LEASE * 0.2
    assert other.lease(places, 3) == []
    assert [job.id for job in table.lease(places, 3)] == places[2:]
    clock.now += LEASE
    taken = other.lease(places, 3)
    assert [(job.id, job.attempts) for job in taken] == list(zip(places, (2, 2, 3), strict=True))


def test_two_at_once_never_get_the_same_job(table: JobTable, clock: Clock) -> None:
    places = received(table, 20)
    both = [JobTable(table.database, clock, f"machine-{n}/1") for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(lambda one: [j.id for _ in range(12) for j in one.lease(places, 1)], both))
    rest = [job.id for job in both[0].lease(places, 20)]  # in PostgreSQL one passes by what the other looks at
    assert sorted(taken[0] + taken[1] + rest) == places


def test_the_lease_of_a_process_that_has_ended_is_free_at_once(table: JobTable, clock: Clock) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = holder_name().rpartition("/")[0] + f"/{ended.pid}"
    assert is_gone(dead)
    assert not is_gone(holder_name())
    assert not is_gone(ELSEWHERE)
    places = received(table)
    JobTable(table.database, clock, dead).lease(places, 3)
    assert len(table.lease(places, 3)) == 3


@pytest.mark.parametrize("leap", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_leaps_blocks_no_job(table: JobTable, clock: Clock, leap: timedelta) -> None:
    places = received(table)
    clock.now += leap
    JobTable(table.database, clock, ELSEWHERE).lease(places, 3)
    clock.now -= leap
    assert len(table.lease(places, 3)) == 3


def test_only_the_holder_may_settle(table: JobTable, clock: Clock) -> None:
    places = received(table, 1)
    (job,) = table.lease(places, 1)
    clock.now += 2 * LEASE
    other = JobTable(table.database, clock, ELSEWHERE)
    (theirs,) = other.lease(places, 1)
    with table.database.writing() as connection:
        assert not table.is_held(connection, job)
        assert other.is_held(connection, theirs)


def test_what_is_given_back_counts_as_no_failure(table: JobTable) -> None:
    places = received(table, 1)
    table.lease(places, 1)
    table.give_back()
    job = table.job(places[0])
    assert (job.state, job.failures, job.holder) == ("received", 0, None)


def test_a_failed_job_waits_for_the_next_command_and_one_set_aside_for_a_regrade(table: JobTable) -> None:
    places = received(table, 1)
    (job,) = table.lease(places, 1)
    settle(table, job, "failed", failed=True)
    assert table.lease(places, 1) == []
    received(table, 1)
    (job,) = table.lease(places, 1)
    assert (job.failures, job.attempts) == (1, 2)
    settle(table, job, "set_aside", failed=True)
    received(table, 1)
    assert table.lease(places, 1) == []
    (job,) = table.receive([("s0", "reader", "k1")], again=True)
    assert (job.state, job.failures, job.again) == ("received", 0, True)


def test_what_is_put_back_is_free_with_what_it_has_spent_until_it_is_settled_or_asked_for_again(
    table: JobTable,
) -> None:
    first, second, _ = received(table)
    (job,) = table.lease([first], 1)
    assert table.others_wait(job)
    table.put_back(job, 12.5, alone=True)
    (again,) = table.lease([first], 1)
    assert (again.spent, again.alone, again.attempts) == (12.5, True, 2)
    settle(table, again, "done")
    done = table.job(first)
    assert (done.spent, done.alone) == (0.0, False)
    (job,) = table.lease([second], 1)
    table.put_back(job, 3.0, alone=False)
    table.receive([("s1", "reader", "k1")], again=True)
    assert (table.job(second).spent, table.job(second).alone) == (0.0, False)


def test_only_what_has_not_had_its_turn_is_waited_for(table: JobTable) -> None:
    places = received(table, 2)
    jobs_of = table.lease(places, 2)
    assert not table.others_wait(jobs_of[0])
    table.put_back(jobs_of[1], 5.0, alone=False)
    assert not table.others_wait(jobs_of[0])


def test_another_s_job_is_not_put_back(table: JobTable, clock: Clock) -> None:
    (place,) = received(table, 1)
    (job,) = JobTable(table.database, clock, ELSEWHERE).lease([place], 1)
    table.put_back(job, 5.0, alone=False)
    assert (table.job(place).state, table.job(place).spent) == ("leased", 0.0)
