"""Findings hold data in place of words. What was told before keeps its words and their language, and has no cause."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _unprotect

revision = "0008"
down_revision = "0007"
TABLE = "autograder_result"
AT_ONCE = 500
EARLIER = "earlier"
CHINESE = re.compile(r"[\u3400-\u9fff]")
# How an accuracy finding began, whatever followed; figures are data now.
ACCURACY = re.compile(
    r"(?:准确率 |Accuracy |网络对每张图的回答都一样 \(准确率 |The network answers the same for every image \(accuracy )"
    r"([01]\.\d{4})"
)


def upgrade() -> None:
    """Put words of before into data that says what they are; results get the version of the engine, which is unknown."""
    _each(_raised)


def downgrade() -> None:
    """Give what was told before its words back; of what is newer, show key and values, and keep the data beside them."""
    _each(_lowered)


def _each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    _unprotect(TABLE)
    rows = sa.table(TABLE, sa.column("id", sa.Integer), sa.column("record", sa.Text))
    connection = op.get_bind()
    for part in _parts(connection.execute(sa.select(rows.c.id).order_by(rows.c.id)).scalars().all()):
        found = connection.execute(sa.select(rows.c.id, rows.c.record).where(rows.c.id.in_(part))).all()
        for identifier, record in found:
            before = json.loads(record)
            if isinstance(before, dict) and "findings" in before:
                after = json.dumps(change(before), ensure_ascii=False)
                connection.execute(rows.update().where(rows.c.id == identifier).values(record=after))
    _protect(TABLE)


def _parts(identifiers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(identifiers), AT_ONCE):
        yield identifiers[start : start + AT_ONCE]


def _raised(record: dict[str, Any]) -> dict[str, Any]:
    kept = record.pop("data", None)  # of a result that came down from here
    if kept is not None:
        return dict(kept)
    reason = record.get("reason")
    return {
        **record,
        "findings": [_finding(one) for one in record["findings"]],
        "repairs": [_earlier(words) for words in record.get("repairs", [])],
        "reason": _earlier(reason) if reason else None,
        "flags": [_earlier(words) for words in record.get("flags", [])],
        "engine": None,
    }


def _finding(given: dict[str, Any]) -> dict[str, Any]:
    finding = dict(given)
    message, hint = finding.pop("message", ""), finding.pop("hint", "")
    measured = ACCURACY.match(message) if finding.get("kind") == "accuracy" else None
    values = {"accuracy": float(measured[1])} if measured else {}
    return {**finding, "said": _earlier(message, hint), "values": values}


def _earlier(message: str, hint: str = "") -> dict[str, Any]:
    language = "zh" if CHINESE.search(message + hint) else "en"
    return {"key": EARLIER, "values": {"message": message, "hint": hint, "language": language}}


def _lowered(record: dict[str, Any]) -> dict[str, Any]:
    lowered = {
        **record,
        "findings": [_words_of(one) for one in record["findings"]],
        "repairs": [_words(one)["message"] for one in record.get("repairs", [])],
    }
    lowered.pop("engine", None)
    flags = lowered.pop("flags", [])
    if flags:
        lowered["flags"] = [_words(one)["message"] for one in flags]
    reason = lowered.pop("reason", None)
    if reason is not None:
        lowered["reason"] = _words(reason)["message"]
    told = [one["said"] for one in record["findings"]] + record.get("repairs", []) + [reason, *flags]
    if any(one is not None and one["key"] != EARLIER for one in told) or record.get("engine") is not None:
        lowered["data"] = record
    return lowered


def _words_of(given: dict[str, Any]) -> dict[str, Any]:
    finding = {
        name: value
        for name, value in given.items()
        if name not in ("said", "found", "causes", "hinted", "advice", "values")
    }
    return {**finding, **_words(given["said"])}


def _words(said: dict[str, Any] | None) -> dict[str, str]:
    if said is None:
        return {"message": "", "hint": ""}
    values = said["values"]
    if said["key"] == EARLIER:
        return {"message": values["message"], "hint": values["hint"]}
    if said["key"] == "text":
        return {"message": values["en"], "hint": ""}
    return {"message": f"{said['key']} {json.dumps(values, ensure_ascii=False)}", "hint": ""}
