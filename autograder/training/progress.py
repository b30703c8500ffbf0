"""How training shows where it is: one bar on a terminal or in a notebook, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
import warnings
from typing import Any, Protocol, TextIO

from autograder.text import Language, Text

LINE_INTERVAL = 30.0  # seconds between two plain lines within an epoch
BATCHES = Text(
    zh="第 {epoch}/{epochs} 轮 {what}，共 {done}/{total} 批{loss}，大约还要 {left}",
    en="epoch {epoch}/{epochs} {what}, {done}/{total} batches in all{loss}, about {left} left",
)
TRAINING, VALIDATION = Text(zh="训练", en="training"), Text(zh="验证", en="validation")
LOSS = Text(zh="，损失 {loss:.4f}", en=", loss {loss:.4f}")


class Report(Protocol):
    """Told of every batch and of every line worth reading."""

    def stage(self, epoch: int, training: bool) -> None:
        """A pass begins."""

    def step(self, loss: float | None) -> None:
        """A batch is done.

        Args:
            loss: Of this batch.
        """

    def line(self, text: str) -> None:
        """Show a line for good."""

    def close(self) -> None:
        """The run is over."""


def report_for(show: bool | TextIO, epochs: int, total: int, done: int, language: Language) -> Report:
    """Return a report on a run of `total` batches of which `done` are done.

    Args:
        show: False for none, or where to write.
    """
    if show is False:
        return _Silence()
    stream = sys.stdout if show is True else show
    if (show is True and in_notebook()) or stream.isatty():
        return _Bar(epochs, total, done, language, stream)
    return _Lines(epochs, total, done, language, stream)


def in_notebook() -> bool:
    """Return True if this runs in the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def duration(seconds: float, language: Language) -> str:
    """Return a time in words: `85 s`, `12 min`, `3 h 05 min`."""
    whole = max(0, round(seconds))
    if whole < 100:
        return Text(zh=f"{whole} 秒", en=f"{whole} s").to(language)
    minutes = round(whole / 60)
    if minutes < 100:
        return Text(zh=f"{minutes} 分钟", en=f"{minutes} min").to(language)
    hours, rest = divmod(minutes, 60)
    return Text(zh=f"{hours} 小时 {rest:02} 分", en=f"{hours} h {rest:02} min").to(language)


class _Silence:
    def stage(self, epoch: int, training: bool) -> None: ...

    def step(self, loss: float | None) -> None: ...

    def line(self, text: str) -> None: ...

    def close(self) -> None: ...


class _Bar:
    """One bar over the whole run, so that the time left is that of the run."""

    def __init__(self, epochs: int, total: int, done: int, language: Language, stream: TextIO) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without ipywidgets gets a plain bar, not a lecture
            from tqdm.auto import tqdm  # type: ignore[import-untyped]

            place: dict[str, Any] = {} if in_notebook() else {"file": stream, "dynamic_ncols": True}
            self._bar = tqdm(total=total, initial=done, smoothing=0.02, leave=False, **place)
        self._epochs, self._language, self._stream = epochs, language, stream

    def stage(self, epoch: int, training: bool) -> None:
        what = (TRAINING if training else VALIDATION).to(self._language)
        self._bar.set_description(f"{epoch}/{self._epochs} {what}", refresh=False)

    def step(self, loss: float | None) -> None:
        if loss is not None:
            self._bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
        self._bar.update()

    def line(self, text: str) -> None:
        self._bar.write(text, file=self._stream)

    def close(self) -> None:
        self._bar.close()


class _Lines:
    """A line at most every 30 seconds, and those that are worth reading."""

    def __init__(self, epochs: int, total: int, done: int, language: Language, stream: TextIO) -> None:
        self._epochs, self._total, self._language, self._stream = epochs, total, language, stream
        self._first = self._done = done
        self._began = self._shown = time.monotonic()
        self._where: tuple[int, bool] = (1, True)

    def stage(self, epoch: int, training: bool) -> None:
        self._where = (epoch, training)

    def step(self, loss: float | None) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._shown < LINE_INTERVAL:
            return
        self._shown = now
        epoch, training = self._where
        left = (now - self._began) / (self._done - self._first) * (self._total - self._done)
        text = BATCHES.to(self._language).format(
            epoch=epoch,
            epochs=self._epochs,
            what=(TRAINING if training else VALIDATION).to(self._language),
            done=self._done,
            total=self._total,
            loss="" if loss is None else LOSS.to(self._language).format(loss=loss),
            left=duration(left, self._language),
        )
        self.line(text)

    def line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def close(self) -> None: ...
