"""NUL, half characters, weeks ahead and moments of the future: what cannot be read is named, the rest is judged."""

from datetime import UTC, datetime
from pathlib import Path

from tests.attacks.class_service import NOTE, WEEKS, class_service, line, put, stub


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Send one record with everything bad and one honest note, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    good = line(WEEKS, NOTE + " \x1b[2J\u202e", at="2999-01-01T00:00:00+00:00")
    bad = [line(1, "a\0b" * 20), line(1, "\ud800" * 20), line(WEEKS + 9), line(-1), {"week": "1"}, [], good]
    with class_service(place) as service:
        arrival = service.import_record("mallory", put(place, "mallory", bad))
        assert len(arrival.problems) == 5, arrival.problems
        assert [one.week for one in arrival.refused] == [WEEKS + 9]
        (piece,) = arrival.new
        assert piece.week == WEEKS
        assert piece.at <= datetime.now(UTC)  # a moment ahead counts as the moment at which it came
    return stub(folder)
