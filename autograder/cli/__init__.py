"""The command line: verbs only, no logic."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import TYPE_CHECKING

from autograder.portable.console import any_console

if TYPE_CHECKING:
    from typer.exceptions import TyperException


def main() -> None:
    """Run `autograder`. Exit codes: 0 done, 1 something failed, 2 usage or a bad course file."""
    atexit.register(gc.freeze)  # what is left goes with the process: Python would look through all of it several times
    any_console()
    import typer

    try:
        from typer.exceptions import TyperException
    except ImportError:  # older ones, with click beside them
        from click import ClickException as TyperException  # type: ignore[assignment]

    from autograder.cli.common import progress
    from autograder.cli.verbs import app
    from autograder.errors import AutograderError

    try:
        code = app(prog_name="autograder", standalone_mode=False)
        raise SystemExit(code)  # what a verb ended with, else None
    except typer.Abort:
        _tell_usage(None)
        raise SystemExit(1) from None
    except TyperException as error:
        _tell_usage(error)
        raise SystemExit(error.exit_code) from None
    except ModuleNotFoundError as error:
        from autograder.cli.failures import lacking, spoken_language

        if (needed := lacking(error)) is None:
            raise
        progress(f"autograder: {needed.to(spoken_language(sys.argv))}")
        raise SystemExit(2) from None
    except (AutograderError, OSError) as error:
        from autograder.cli.failures import said

        if (message := said(error, sys.argv)) is None:
            raise
        first, *others = message.splitlines() or [""]
        progress(f"autograder: {first}")
        for line in others:
            progress(f"  {line}")  # indented, so that no text from elsewhere looks like a message of its own
        raise SystemExit(2) from None


def _tell_usage(error: TyperException | None) -> None:
    """Say what was typed wrongly, or that the command was stopped; nothing where the help was shown in its place."""
    from autograder.cli.common import progress
    from autograder.cli.failures import spoken_language
    from autograder.cli.usage import ABORTED, usage_said, verb_of
    from autograder.cli.verbs import app

    message = error.format_message() if error else ""
    said = usage_said(message, verb_of(sys.argv, app)) if error else ABORTED
    if message or not error:
        for line in f"autograder: {said.to(spoken_language(sys.argv))}".splitlines():
            progress(line)
