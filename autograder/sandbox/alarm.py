"""End code that runs in this very process once its time is over, and tell that from an interrupt by hand."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

AGAIN = 0.5  # seconds until the next try, where code caught the last one: an `except:` in an endless loop does


class TimeUp(BaseException):
    """Raised in the middle of code that took too long."""


class Alarm:
    """Interrupts the main thread after so many seconds.

    Only code in the main thread can be interrupted; elsewhere nothing is limited. A call into compiled code ends first.

    Attributes:
        expired: Whether it did.
        by_hand: Whether somebody else did.
        look: Makes, of the frame that is interrupted when the time is over, what `seen` then is.
    """

    def __init__(self, seconds: float, look: Callable[[FrameType | None], Any]) -> None:
        self._seconds = min(seconds, threading.TIMEOUT_MAX)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._wait, daemon=True)
        self._before: Any = None
        self._look, self.seen = look, None
        self.expired = self.by_hand = False

    def run(self, work: Callable[[], Any]) -> Any:
        """Return what `work` gives, None where it was interrupted."""
        if threading.current_thread() is not threading.main_thread():
            return work()
        try:
            try:
                self._before = signal.signal(signal.SIGINT, self._interrupted)
                self._watch.start()
                return work()
            finally:
                self._stop()
        except (TimeUp, KeyboardInterrupt):  # outside of `work`, which may well catch them itself
            self._stop()
            return None

    def _stop(self) -> None:
        self._over.set()
        if self._watch.is_alive():
            self._watch.join()
        signal.signal(signal.SIGINT, signal.default_int_handler if self._before is None else self._before)

    def _wait(self) -> None:
        wait = self._seconds
        while not self._over.wait(wait):
            self.expired, wait = True, AGAIN
            if sys.platform == "win32":
                signal.raise_signal(signal.SIGINT)  # wakes a sleeping main thread there, too
            else:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._over.is_set():
            return
        if self.expired:
            with contextlib.suppress(Exception):  # whatever the student's code has changed
                self.seen = self.seen or self._look(frame)
            raise TimeUp
        self.by_hand = True
        raise KeyboardInterrupt
