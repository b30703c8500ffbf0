"""Entry point inside the box: `python -m child WIRE_FD MEMORY_MIB CPU_SECONDS FILE_MIB`."""

from __future__ import annotations

import os
import resource
import sys


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
    """Answer requests until the grader closes the wire."""
    descriptor, memory_mib, cpu_seconds, file_mib = (int(word) for word in sys.argv[1:5])
    limit(memory_mib, cpu_seconds, file_mib)
    from . import wire
    from .operations import Operations

    operations = Operations()
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
