"""Answer the grader's questions over the wire: what a cold and a warm child do alike."""

from __future__ import annotations

import os
from typing import NoReturn

from . import wire
from .adapted import adapt
from .measuring import Measuring


def serve(descriptor: int, layers: list[str]) -> NoReturn:
    """Answer requests that come over `descriptor` until the grader closes it, then end the process."""
    adapt()
    operations = Measuring(layers=layers)
    while True:
        try:
            identifier, request = wire.receive(descriptor, files=operations.files)
        except wire.WireClosed:
            os._exit(0)
        answer = operations.run(request["operation"], request["arguments"])
        while operations.files:
            os.close(operations.files.pop())
        try:
            frame = wire.pack(identifier, answer)
        except wire.WireError as error:
            frame = wire.pack(
                identifier, {"error": {"type": "WireError", "bases": [], "message": str(error), "frames": []}}
            )
        wire.send(descriptor, frame)
