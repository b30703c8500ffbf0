"""Backdated notes: every one is marked; where marks count nothing the weeks stay missed, and each can be taken back."""

from pathlib import Path

from autograder.checkin.evidence import from_text
from autograder.checkin.office import Office
from autograder.checkin.status import DONE
from tests.attacks.class_desk import class_desk, line, put, stub


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Forge the weeks that are over by a filler and by sentences, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    for name, policies in (("counts", {}), ("nothing", {"checkin": {"evidence": {"marked": "nothing"}}})):
        with class_desk(place / name, **policies) as desk:
            desk.note("alice", "Read the fourth chapter to its end today.")  # the class knows its rules from here on
            path = put(place / name, "mallory", [line(1, "a" * 20), line(2, "a" * 20)])
            assert len(desk.import_record("mallory", path).new) == 2
            summary = desk.summary("mallory")
            assert all(from_text(one.marks) for one in summary.ledger.checkins)
            done = [one.week for one in summary.weeks if one.status in DONE]
            assert done == ([1, 2] if name == "counts" else [])
            Office(desk.course, desk.database, "ta").void("mallory", [1, 2], "forged", revoke=False)
            assert not any(one.status in DONE for one in desk.summary("mallory").weeks)
            assert desk.import_record("mallory", path).new == ()  # the same file brings nothing back
            assert not any(one.status in DONE for one in desk.summary("mallory").weeks)
    return stub(folder)
