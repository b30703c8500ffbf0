"""Turn a check and a session into an observation that can be recorded and compared, whatever the code did."""

from __future__ import annotations

from typing import Any

from autograder.checks.base import Check, Tree, agrees
from autograder.checks.raised import record_of
from autograder.sandbox.session import BoxDied, BoxError, Session, StudentError

Observation = dict[str, Any]
"""One of `{"seen": tree}`, `{"raised": {...}}`, `{"died": status}`, `{"unreadable": str}`."""
OF_THE_CODE = ("where", "layer", "function", "class")  # what an error tells of one answer alone: its lines and names


def observe(check: Check, session: Session) -> Observation:
    """Ask one check; the end of the box is not an observation and goes up."""
    if limit := getattr(session, "limit", None):
        limit(check.seconds)
    try:
        return {"seen": check.ask(session)}
    except StudentError as error:
        return {"raised": record_of(error)}
    except (BoxDied, BoxError):
        raise
    except Exception as error:
        # The answer had another form than the operation gives: only code that meddles with the wire does that.
        return {"unreadable": type(error).__name__}


def same_mistake(check: Check, seen: Observation, known: Observation) -> bool:
    """Tell whether an answer shows exactly what a known mistake shows."""
    if "seen" in seen and "seen" in known:
        return agrees(without_code(seen["seen"]), without_code(known["seen"]), check.tolerance)
    if "raised" in seen and "raised" in known:
        a, b = without_code(seen["raised"]), without_code(known["raised"])
        return bool(a["type"] != "NotImplementedError" and a == b)
    return False


def without_code(tree: Tree) -> Tree:
    """Return a tree without what an error in it tells of the code that raised it: lines, names of layers."""
    if isinstance(tree, dict):
        return {key: without_code(value) for key, value in tree.items() if key not in OF_THE_CODE}
    if isinstance(tree, list) and any(isinstance(item, dict) for item in tree):
        return [without_code(item) for item in tree]
    return tree
