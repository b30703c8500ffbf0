"""Entry point inside the box: `python -m child` with the JSON of `Orders` as its only argument."""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any


def limit(memory_mib: int, cpu_seconds: int, file_mib: int) -> None:
    """Set the hard limits that hold from here on."""
    for kind, amount in (
        (resource.RLIMIT_AS, memory_mib << 20),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_mib << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (amount, amount))


def main() -> None:
    """Answer requests until the grader closes the wire.

    The argument: {"wire": descriptor, "memory_mib", "cpu_seconds", "file_mib", "lock": null or {"readable": [...],
    "writable": [...], "uid": null or int, "processes": int}}.
    """
    orders: dict[str, Any] = json.loads(sys.argv[1])
    limit(orders["memory_mib"], orders["cpu_seconds"], orders["file_mib"])
    from . import wire
    from .lockdown import lock_down
    from .operations import Operations

    layers = lock_down(**orders["lock"]) if orders["lock"] else []
    operations = Operations(layers=layers)
    descriptor = orders["wire"]
    while True:
        try:
            identifier, request = wire.receive(descriptor)
        except wire.WireClosed:
            os._exit(0)
        answer = operations.run(request["operation"], request["arguments"])
        try:
            frame = wire.pack(identifier, answer)
        except wire.WireError as error:
            frame = wire.pack(
                identifier, {"error": {"type": "WireError", "bases": [], "message": str(error), "frames": []}}
            )
        wire.send(descriptor, frame)


main()
