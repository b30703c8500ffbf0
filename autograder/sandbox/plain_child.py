"""Entry point of a plain process: `child.plain`, which here says where the student's code stands when its time is over.

It runs on a student's own machine only, on every system; in a box a signal of the system does this, see `child.late`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def main() -> None:
    """Answer as `child.plain` does; a request ends after its "seconds" by {"late": [file, line, text]}."""
    sys.path[0] = ""  # this folder stood there, and its names are for nobody's `import`
    sys.path.append(str(Path(__file__).parent))
    from alarm import Alarm  # type: ignore[import-not-found]
    from child import late, plain, serve, wire  # type: ignore[import-not-found]

    frame_of = serve.frame_for

    def frame_for(operations: Any, identifier: int, request: Any) -> Any:
        alarm = Alarm(request["seconds"], late.line_of)
        found = alarm.run(lambda: operations.run(request["operation"], request["arguments"]))
        if alarm.expired or found is None:
            return wire.pack(identifier, {"late": alarm.seen})
        return frame_of(SimpleNamespace(run=lambda *_: found, files=operations.files), identifier, request)

    serve.frame_for = frame_for  # `plain.main` takes it from there
    plain.main()


if __name__ == "__main__":
    main()
