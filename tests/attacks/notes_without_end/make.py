"""A thousand notes, and notes of letters that stand for eighteen others, again and again: few are taken, in linear time."""

import time
from pathlib import Path

from tests.attacks.class_service import WEEKS, class_service, line, put, stub

TIMES = 4
SECONDS = 30  # of a processor; it took minutes, and more with each time


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Send records full of new notes again and again, then hand in the stub."""
    del knowledge
    place = folder / "check-ins"
    began = time.process_time()
    with class_service(place) as service:
        for turn in range(TIMES):
            many = [line(WEEKS, f"{turn} {n} Read the reader of fundus photographs, ran it. " * 9) for n in range(900)]
            long = [line(WEEKS, f"{turn} {n} abcdef " + "\ufdfa" * 9000) for n in range(15)]
            for notes in (many, long):
                arrival = service.import_record("mallory", put(place, "mallory", notes))
                assert len(arrival.new) + len(arrival.refused) <= 100
        assert len(service.summary("mallory").ledger.checkins) == 20
        (mine,) = service.import_record("alice", put(place, "alice", [line(WEEKS)])).new
        assert mine.marks == ""
    assert time.process_time() - began < SECONDS
    return stub(folder)
