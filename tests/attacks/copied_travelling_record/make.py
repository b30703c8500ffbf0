"""A copied record counts for nobody: as it is, with another name in it, or under an id that is not on the list."""

from pathlib import Path

from tests.attacks.class_desk import WEEKS, class_desk, line, put, stub


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Copy Alice's record in each way, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    notes = [line(WEEKS)]
    with class_desk(place) as desk:
        assert len(desk.import_record("alice", put(place, "alice", notes)).new) == 1
        for student, owner in (("mallory", "alice"), ("mallory", "mallory"), ("99999999", "99999999")):
            path = put(place, student, notes, student=owner)
            assert desk.import_record(student, path).new == ()
            assert desk.summary(student).ledger.checkins == ()
        assert len(desk.summary("alice").ledger.checkins) == 1
    return stub(folder)
