"""Where a student's own code runs on their own machine: in a box where there is one, else in a plain process."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.sandbox.plain import PlainBox
from autograder.sandbox.session import BoxError, Framework

if TYPE_CHECKING:
    from autograder.sandbox.box import Box


def box_for_own_code(framework: Framework) -> Box | PlainBox:
    """Return a box where there is one; one's own code on one's own machine needs none, and may have all its cores.

    Args:
        framework: With which answers are written.
    """
    if sys.platform != "linux":
        return PlainBox(framework=framework)
    from autograder.sandbox.box import open_bubblewrap_box

    try:
        box = open_bubblewrap_box(framework=framework)
    except BoxError:
        return PlainBox(framework=framework)
    return replace(box, threads=os.cpu_count() or 1)
