"""Entry point of a plain child on a student's own machine, `python -m child.plain`: questions come over standard input.

It runs on every system, without any protection: what it runs is the student's own code.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

from . import wire
from .frameworks import framework


def main() -> None:
    """Answer over what were standard input and output until the first one ends; what is printed goes to standard error."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    with contextlib.suppress(ModuleNotFoundError):  # on Windows, which would change line ends
        set_mode = importlib.import_module("msvcrt").setmode
        for descriptor in (questions, answers):
            set_mode(descriptor, os.O_BINARY)  # type: ignore[attr-defined]
    used = framework(sys.argv[1])
    used.start()
    from .serve import frame_for

    used.adapt()
    operations = used.operations()
    with os.fdopen(questions, "rb") as questioner, os.fdopen(answers, "wb") as answerer:
        while True:
            try:
                identifier, request = wire.frame_in(questioner)
            except wire.WireClosed:
                os._exit(0)
            for piece in frame_for(operations, identifier, request):
                answerer.write(piece)
            answerer.flush()


if __name__ == "__main__":
    main()
