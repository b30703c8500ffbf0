"""Backdated notes: every one is marked; where marks count nothing the weeks stay missed, and each can be taken back."""

from pathlib import Path

from autograder.checkin.decisions import StaffDecisions
from autograder.checkin.evidence import from_text
from autograder.checkin.status import DONE
from tests.attacks.class_service import class_service, line, put, stub


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Forge the weeks that are over by a filler and by sentences, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    for name, policies in (("counts", {}), ("nothing", {"checkin": {"evidence": {"marked": "nothing"}}})):
        with class_service(place / name, **policies) as service:
            service.note("alice", "Read the fourth chapter to its end today.")  # the class knows its rules from here on
            path = put(place / name, "mallory", [line(1, "a" * 20), line(2, "a" * 20)])
            assert len(service.import_record("mallory", path).new) == 2
            summary = service.summary("mallory")
            assert all(from_text(one.marks) for one in summary.ledger.checkins)
            done = [one.week for one in summary.weeks if one.status in DONE]
            assert done == ([1, 2] if name == "counts" else [])
            StaffDecisions(service.course, service.database, "ta").void("mallory", [1, 2], "forged", revoke=False)
            assert not any(one.status in DONE for one in service.summary("mallory").weeks)
            assert service.import_record("mallory", path).new == ()  # the same file brings nothing back
            assert not any(one.status in DONE for one in service.summary("mallory").weeks)
    return stub(folder)
