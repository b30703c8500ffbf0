"""The command line: verbs only, no logic."""

from __future__ import annotations

import atexit
import gc
import io
import sys

OBJECTS = 100_000  # that are made between two searches for garbage: imports make a million and leave none


def main() -> None:
    """Run `autograder`. Exit codes: 0 done, 1 something failed, 2 usage or a bad course file."""
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)  # what is left goes with the process: Python would look through all of it several times
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a character shows `?`
    from autograder.cli.common import progress
    from autograder.cli.verbs import app
    from autograder.errors import AutograderError

    try:
        app()
    except (AutograderError, OSError) as error:
        from autograder.cli.failures import said

        if (message := said(error, sys.argv)) is None:
            raise
        progress(f"autograder: {message}")
        raise SystemExit(2) from None
