"""A copied record counts for nobody: as it is, with another name in it, or under an id that is not on the list."""

from pathlib import Path

from tests.attacks.class_service import WEEKS, class_service, line, put, stub


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Copy Alice's record in each way, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    notes = [line(WEEKS)]
    with class_service(place) as service:
        assert len(service.import_record("alice", put(place, "alice", notes)).new) == 1
        for student, owner in (("mallory", "alice"), ("mallory", "mallory"), ("99999999", "99999999")):
            path = put(place, student, notes, student=owner)
            assert service.import_record(student, path).new == ()
            assert service.summary(student).ledger.checkins == ()
        assert len(service.summary("alice").ledger.checkins) == 1
    return stub(folder)
