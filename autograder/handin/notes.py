"""Check-ins that came in the file which `submit` makes: they join those that the class has in `submitted/<student>/`."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from autograder.checkin.arrivals import OF_ANOTHER
from autograder.checkin.travelling import (
    RECORD_NAME,
    TravellingRecord,
    TravellingRecordError,
    locked,
    parsed_record,
    read_record,
    record_content,
)
from autograder.errors import said_of
from autograder.handin.placing import held_folder
from autograder.text import Text
from autograder.untrusted.folders import NotOpened
from autograder.writing import write_atomically

NOT_TAKEN = Text(zh="打卡没有收：{why}", en="its check-ins are not taken: {why}")


def take_notes(submitted: Path, student: str, content: bytes, moment: datetime | None) -> Text | None:
    """Add what a record says to `submitted/<student>/checkins.json`; return why it is not taken, None where it is.

    Nothing that lies there is lost, and the same record once more changes nothing.

    Args:
        moment: When it came, which is when its notes arrived; None: now.
    """
    path = submitted / student / RECORD_NAME
    try:
        came = parsed_record(path, content)
        if came.student not in (None, student):
            raise TravellingRecordError(OF_ANOTHER.format(owner=came.student, student=student))
        path.parent.mkdir(parents=True, exist_ok=True)
        with held_folder(submitted, [student]), locked(path.parent):  # a student's folder is no link
            there = read_record(path) if os.path.lexists(path) else TravellingRecord()
            if there.student not in (None, student):
                raise TravellingRecordError(OF_ANOTHER.format(owner=there.student, student=student))
            joined = _joined(there, came, student)
            if os.path.lexists(path) and joined == _joined(there, TravellingRecord(), student):
                return None
            before = path.stat().st_mtime if there.checkins or there.requests else 0.0
            write_atomically(path, json.dumps(joined, ensure_ascii=False, indent=1) + "\n")
            if moment is not None:
                os.utime(path, (max(before, moment.timestamp()),) * 2)
    except (TravellingRecordError, NotOpened, OSError) as error:
        return NOT_TAKEN.format(why=said_of(error))
    return None


def _joined(there: TravellingRecord, came: TravellingRecord, student: str) -> dict[str, object]:
    """Return two records as one: of equal notes the earlier, of two pseudonyms the one that came."""
    notes = sorted((*there.checkins, *came.checkins), key=lambda one: one.at, reverse=True)
    extra = {**(there.model_extra or {}), **(came.model_extra or {})}
    content = record_content(extra, student, notes, (*there.wishes, *came.wishes))
    for record in (there, came):
        if "board" in record.model_fields_set:
            content["board"] = record.board
    return content
