"""Which attempt counts, with what taken off: shown in the result, and a check-in for the week it falls in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from autograder.checkin.late import AttemptChoice, ScoredAttempt, choose_chapter_attempt
from autograder.course import Course
from autograder.portable.older import UTC
from autograder.store.audit import actor_name, add_audit, newest_audited
from autograder.store.checkins import actions_for
from autograder.store.ledgers import by_hand_rows, for_everybody, ledgers
from autograder.store.marked import by_hand, marked_rows
from autograder.store.records import Action, AuditEntry, ByHand, Ledger
from autograder.store.result import Result
from autograder.store.results import ResultStore, attempt_rows, newest_results
from autograder.text import Json, Language, Text

COUNTS = Text(zh="第 {number} 次提交算数（共 {of} 次）：{why}。", en="Attempt {number} of {of} counts: {why}.")
OFF = Text(
    zh="迟交扣 {percent:g}%：{raw:g} 分计 {points:g} 分。",
    en="Late: {percent:g} % are taken off, so {raw:g} points count as {points:g}.",
)
NOTHING = Text(zh="{of} 次提交都不算数。", en="None of the {of} attempts counts.")

AUDITED_AS = "counts"  # what the audit log calls a change of the points that count


class Graded(NamedTuple):
    """The newest result of a student in a chapter, and which of their attempts counts; None for what is no attempt."""

    result: Result
    choice: AttemptChoice | None = None


def choice_for(course: Course, store: ResultStore, student: str, chapter: str) -> AttemptChoice:
    """Return which attempt of a student in a chapter counts."""
    with store.database.reading() as connection:
        actions = sorted(actions_for(connection, student), key=lambda action: action.student is not None)
        attempts = [attempt for _, attempt in newest_results(attempt_rows(connection, student, chapter))]
        live = [(name, float(points)) for _, name, points in by_hand_rows(connection, student)]
        found = dict(by_hand(live, marked_rows(connection, student)))
    return choose_chapter_attempt(course, chapter, attempts, actions, found.get(chapter, 0.0))


def _choice_in(course: Course, ledger: Ledger, for_all: Sequence[Action], chapter: str) -> AttemptChoice:
    attempts = [attempt for attempt in ledger.attempts if attempt.chapter == chapter]
    given = dict(ledger.by_hand).get(chapter, 0.0)
    return choose_chapter_attempt(course, chapter, attempts, (*for_all, *ledger.actions), given)


def with_choice(course: Course, store: ResultStore, result: Result) -> Graded:
    """Return a stored result with which attempt counts."""
    found = choice_for(course, store, str(result.student), result.chapter)
    return Graded(result, found if found.attempts else None)


def attempt_choices(course: Course, store: ResultStore) -> dict[tuple[str, str], AttemptChoice]:
    """Return which attempt counts, by student and chapter."""
    blocks: dict[tuple[str, str], AttemptChoice] = {}
    with store.database.reading() as connection:
        for_all = for_everybody(connection)
        for ledger in ledgers(connection):
            for chapter in {attempt.chapter for attempt in ledger.attempts}:
                blocks[ledger.student.id, chapter] = _choice_in(course, ledger, for_all, chapter)
    return blocks


def class_results(course: Course, store: ResultStore) -> list[Graded]:
    """Return the newest result of every student in every chapter, each with which attempt counts."""
    blocks = attempt_choices(course, store)
    return [Graded(result, blocks.get((str(result.student), result.chapter))) for result in store.all_current()]


def audit_points(course: Course, store: ResultStore) -> int:
    """Write a line into the audit log for each student and chapter whose points that count are not as last written.

    They change without a new result where a deadline moves, the late policy of course.yml changes, another attempt
    counts, or somebody marks by hand. Returns how many changed.
    """
    with store.database.writing() as connection:
        before, for_all = newest_audited(connection, AUDITED_AS), for_everybody(connection)
        entries = []
        for ledger in ledgers(connection):
            for chapter in sorted({attempt.chapter for attempt in ledger.attempts}):
                found = _choice_in(course, ledger, for_all, chapter)
                old, new = (
                    before.get((ledger.student.id, chapter), ""),
                    _shown(found, dict(ledger.by_hand).get(chapter)),
                )
                if old != new:
                    key = found.chosen.attempt.key if found.chosen else ""
                    who, now = (actor_name(), ledger.student.id), datetime.now(UTC)
                    entries.append(AuditEntry(now, who[0], AUDITED_AS, who[1], chapter, old, new, found.why.en, key))
        add_audit(connection, entries)
    return len(entries)


def _shown(found: AttemptChoice, given: ByHand | None) -> str:
    chosen = found.chosen
    if given is not None and not isinstance(given, float):
        given = given.get(chosen.attempt.key, 0.0) if chosen else 0.0
    parts = [f"attempt {chosen.attempt.number}" if chosen else "no attempt counts"]
    if chosen and chosen.percent:
        parts.append(f"{chosen.percent:g} % off")
    if given:
        parts.append(f"{given:+g} by hand")
    return f"{round(found.points, 6):g} ({', '.join(parts)})"


def chosen_result(store: ResultStore, graded: Graded) -> Result:
    """Return the result of the attempt that counts, the newest where none does."""
    result, found = graded
    key = found.chosen.attempt.key if found and found.chosen else result.key
    if key == result.key:
        return result
    return store.with_key(key, str(result.student), result.chapter) or result


def chosen_results(store: ResultStore, given: Sequence[Graded]) -> list[Graded]:
    """Return, for each student and chapter, the result of the attempt that counts."""
    return [Graded(chosen_result(store, one), one.choice) for one in given]


def choice_said(found: AttemptChoice) -> Text | None:
    """Return which attempt counts, why, what is taken off, and what is excused; None for one attempt from which nothing is
    taken, where nothing is excused."""
    which = _which_said(found)
    lines = [*([which] if which else []), *found.excused_said]
    return Text(zh="".join(f"{one.zh}" for one in lines), en=" ".join(one.en for one in lines)) if lines else None


def _which_said(found: AttemptChoice) -> Text | None:
    chosen, of = found.chosen, len(found.attempts)
    if chosen is None:
        return NOTHING.format(of=of)
    if of == 1 and not chosen.percent:
        return None
    said = Text(
        zh=COUNTS.zh.format(number=chosen.attempt.number, of=of, why=found.why.zh),
        en=COUNTS.en.format(number=chosen.attempt.number, of=of, why=found.why.en),
    )
    if not chosen.percent:
        return said
    off = OFF.format(percent=chosen.percent, raw=chosen.attempt.points, points=round(chosen.points, 6))
    return Text(zh=said.zh + off.zh, en=f"{said.en} {off.en}")


def choice_json(found: AttemptChoice, language: Language) -> dict[str, Json]:
    """Return the block `counting` of a result: raw points, penalty, points that count, which attempt and why."""
    chosen = found.chosen
    return {
        "attempt": chosen.attempt.number if chosen else None,
        "of": len(found.attempts),
        "key": chosen.attempt.key if chosen else None,
        "raw_points": chosen.attempt.points if chosen else 0.0,
        "penalty_percent": chosen.percent if chosen else 0.0,
        "excused": ", ".join(found.excused),
        "days_late": chosen.days_late if chosen else 0,
        "points": round(found.points, 6),
        "why": found.why.to(language),
        "said": text.to(language) if (text := choice_said(found)) else "",
        "attempts": [_line(one, language) for one in found.attempts],
    }


def _line(one: ScoredAttempt, language: Language) -> dict[str, Json]:
    return {
        "attempt": one.attempt.number,
        "received_at": one.attempt.at.isoformat(timespec="seconds"),
        "raw_points": one.attempt.points,
        "penalty_percent": one.percent,
        "points": round(one.points, 6),
        "refused": one.refused.to(language) if one.refused else "",
    }
