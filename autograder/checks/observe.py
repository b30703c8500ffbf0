"""Turn a check and a session into an observation that can be recorded and compared, whatever the code did."""

from __future__ import annotations

from typing import Any

from autograder.checks.base import Check, agrees
from autograder.sandbox.session import BoxDied, BoxError, Session, StudentError

Observation = dict[str, Any]
"""One of `{"seen": tree}`, `{"raised": {...}}`, `{"died": status}`, `{"unreadable": str}`."""


def observe(check: Check, session: Session) -> Observation:
    """Ask one check; the end of the box is not an observation and goes up."""
    if limit := getattr(session, "limit", None):
        limit(check.seconds)
    try:
        return {"seen": check.ask(session)}
    except StudentError as error:
        return {"raised": {"type": error.type, "message": error.message[:300], "where": error.where}}
    except (BoxDied, BoxError):
        raise
    except Exception as error:
        # The answer had another form than the operation gives: only code that meddles with the wire does that.
        return {"unreadable": type(error).__name__}


def same_mistake(check: Check, seen: Observation, known: Observation) -> bool:
    """Tell whether an answer shows exactly what a known mistake shows."""
    if "seen" in seen and "seen" in known:
        return agrees(seen["seen"], known["seen"], check.tolerance)
    if "raised" in seen and "raised" in known:
        a, b = seen["raised"], known["raised"]
        return bool(a["type"] == b["type"] and a["type"] != "NotImplementedError" and a["message"] == b["message"])
    return False
