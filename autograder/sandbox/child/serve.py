"""Answer the grader's questions over the wire: what a cold and a warm child do alike."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, NoReturn

from . import wire
from .frameworks import Framework
from .late import last_words
from .operations import Operations


def serve(descriptor: int, layers: list[str], framework: Framework) -> NoReturn:
    """Answer requests that come over `descriptor` until the grader closes it, then end the process."""
    framework.adapt()
    operations = framework.operations(layers=layers)
    while True:
        try:
            identifier, request = wire.receive(descriptor, files=operations.files)
        except wire.WireClosed:
            os._exit(0)
        with last_words(descriptor, identifier, request["seconds"]):
            frame = frame_for(operations, identifier, request)
        wire.send(descriptor, frame)


def frame_for(operations: Operations, identifier: int, request: Any) -> list[wire.Buffer]:
    """Return the frame that answers a request; files that came with it are closed."""
    answer = operations.run(request["operation"], request["arguments"])
    with contextlib.suppress(BaseException):  # what was printed would end with the process, which is killed
        sys.stdout.flush()
    while operations.files:
        os.close(operations.files.pop())
    try:
        return wire.pack(identifier, answer)
    except wire.WireError as error:
        said = {"type": "WireError", "bases": [], "message": str(error), "frames": []}
        return wire.pack(identifier, {"error": said})
