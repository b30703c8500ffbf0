"""What the class keeps beside check-ins: refused notes, the rules with their moment, requests and their answers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from autograder.store.audit import add_audit
from autograder.store.records import Answer, AuditEntry, Refusal, Request, RulesSince, names_of
from autograder.store.tables import answers, checkins, refusals, requests, rules
from autograder.text import Text


def add_refusal(connection: Connection, refusal: Refusal) -> bool:
    """Keep a refused note; False where the same note of that week was refused before."""
    row = {name: getattr(refusal, name) for name in ("student", "week", "proof", "note", "at", "received_at")}
    try:
        with connection.begin_nested():
            connection.execute(refusals.insert().values(**row, why_zh=refusal.why.zh, why_en=refusal.why.en))
    except IntegrityError:
        return False
    return True


def refused_proofs(connection: Connection, student: str) -> set[tuple[int, str]]:
    """Return week and proof of each note of a student that was refused."""
    query = select(refusals.c.week, refusals.c.proof).where(refusals.c.student == student)
    return {(week, proof) for week, proof in connection.execute(query)}


def refusals_of(connection: Connection, student: str | None = None) -> tuple[Refusal, ...]:
    """Return the refused notes of a student, or of everybody by student; without those that counted later after all."""
    counted = (
        select(checkins.c.id)
        .where(
            checkins.c.student == refusals.c.student,
            checkins.c.week == refusals.c.week,
            checkins.c.proof == refusals.c.proof,
        )
        .exists()
    )
    columns = ("student", "week", "proof", "note", "at", "received_at", "why_zh", "why_en")
    query = select(*(refusals.c[name] for name in columns)).where(~counted).order_by(refusals.c.student, refusals.c.id)
    if student is not None:
        query = query.where(refusals.c.student == student)
    return tuple(
        Refusal(who, week, proof, note, at, received_at, Text(zh=zh, en=en))
        for who, week, proof, note, at, received_at, zh, en in connection.execute(query)
    )


def rules_since(connection: Connection) -> tuple[RulesSince, ...]:
    """Return the rules that the class has known, oldest first."""
    query = select(rules.c.since, rules.c.rules).order_by(rules.c.id)
    return tuple(RulesSince(since, text) for since, text in connection.execute(query))


def add_rules(connection: Connection, known: RulesSince, actor: str, changed: str) -> None:
    """Keep the rules that hold from now on, with a line in the audit log that says what changed."""
    connection.execute(rules.insert().values(since=known.since, actor=actor, rules=known.rules))
    add_audit(connection, [AuditEntry(known.since, actor, "rules", new=changed)])


REQUEST_COLUMNS = names_of(Request)


def add_request(connection: Connection, request: Request) -> bool:
    """Keep what a student asks for; False where the same request is there already."""
    row = {name: getattr(request, name) for name in REQUEST_COLUMNS if name != "id"}
    try:
        with connection.begin_nested():
            connection.execute(requests.insert().values(**row))
    except IntegrityError:
        return False
    return True


def open_requests(connection: Connection, student: str | None = None) -> tuple[Request, ...]:
    """Return the requests without an answer, oldest first."""
    query = (
        select(*(requests.c[name] for name in REQUEST_COLUMNS))
        .where(requests.c.id.not_in(select(answers.c.request)))
        .order_by(requests.c.id)
    )
    if student is not None:
        query = query.where(requests.c.student == student)
    return tuple(Request(*row) for row in connection.execute(query))


def add_answers(connection: Connection, given: Iterable[Answer]) -> int:
    """Keep what a TA answered; return how many are new. A request that has an answer keeps it."""
    new = 0
    for answer in given:
        row = {name: getattr(answer, name) for name in names_of(Answer)}
        try:
            with connection.begin_nested():
                connection.execute(answers.insert().values(**row))
        except IntegrityError:
            continue
        new += 1
    return new


def answers_of(connection: Connection, student: str | None = None) -> tuple[tuple[Request, Answer], ...]:
    """Return the requests of a student, or of everybody, that were answered, each with its answer, oldest first."""
    asked = [requests.c[name] for name in REQUEST_COLUMNS]
    given = [answers.c[name] for name in names_of(Answer)]
    query = select(*asked, *given).join(answers, answers.c.request == requests.c.id).order_by(requests.c.id)
    if student is not None:
        query = query.where(requests.c.student == student)
    end = len(REQUEST_COLUMNS)
    return tuple((Request(*row[:end]), Answer(*row[end:])) for row in connection.execute(query))
