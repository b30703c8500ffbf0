"""Where an interrupted run goes on: a folder with progress.json and one state file that it names.

The state is written first under a new name, then progress.json is replaced: whenever the process dies, progress.json
names a whole state file. Nothing is pickled.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.course.drawn import unguessable
from autograder.errors import TrainingError
from autograder.text import Text
from autograder.training.failures import NO_CHECKPOINT, failed
from autograder.training.history import Epoch
from autograder.training.weights import Arrays, load_arrays
from autograder.writing import write_atomically

FORMAT = 1
PROGRESS_FILE = "progress.json"
INTERVAL = 30.0  # seconds between two checkpoints within an epoch
PATIENCE = 20.0  # writing takes at most about one part in 20 of the time

UNREADABLE = Text(zh="读不出来（{error}）", en="it cannot be read ({error})")
OTHER_VERSION = Text(zh="它是本程序的另一版本写的", en="another version of this program wrote it")
OTHER_RUN = Text(zh="它属于另一次训练（{difference}）", en="it belongs to another run ({difference})")


class Unusable(TrainingError):
    """A checkpoint that this run cannot go on from.

    Attributes:
        reason: Why, in both languages.
    """

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Position:
    """How far a run is: epochs done, and batches done of the next one with their loss, images and seconds."""

    epochs: tuple[Epoch, ...] = ()
    batch: int = 0
    loss: float = 0.0  # summed over images
    images: int = 0
    seconds: float = 0.0

    def to_record(self) -> dict[str, Any]:
        """Return the position as JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Position:
        """Return the position that `to_record` gave."""
        return cls(**{**record, "epochs": tuple(Epoch.from_record(entry) for entry in record["epochs"])})


class Checkpoint:
    """The checkpoint of one run.

    Attributes:
        identity: JSON values of all that decides the outcome; another one is set aside.
    """

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder = folder
        self.nonce = unguessable()  # of the run: the same where it goes on
        self._identity = json.loads(json.dumps(identity))
        self._written = time.monotonic()
        self._cost = 0.0

    def read(self) -> Position | None:
        """Return how far the run is, None at its beginning.

        Raises:
            Unusable: For a checkpoint of another run.
        """
        try:
            record = json.loads((self.folder / PROGRESS_FILE).read_text("utf-8"))
            if record["format"] != FORMAT:
                raise Unusable(OTHER_VERSION)
            if difference := _difference(record["identity"], self._identity):
                raise Unusable(OTHER_RUN.format(difference=difference))
            position = Position.from_record(record["position"])
            self.nonce = str(record.get("nonce") or self.nonce)
            return position
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unusable(UNREADABLE.format(error=f"{type(error).__name__}: {error}")) from error

    def state(self) -> tuple[Arrays, Arrays]:
        """Return the state of the network and of the optimizer.

        Raises:
            Unusable: When they cannot be read.
        """
        try:
            record = json.loads((self.folder / PROGRESS_FILE).read_text("utf-8"))
            arrays = load_arrays(self.folder / record["state"])
        except (OSError, ValueError, KeyError, TypeError, TrainingError) as error:
            raise Unusable(UNREADABLE.format(error=f"{type(error).__name__}: {error}")) from error
        parts: dict[str, Arrays] = {"model": {}, "optimizer": {}}
        for name, value in arrays.items():
            part, _, rest = name.partition(":")
            parts[part][rest] = value
        return parts["model"], parts["optimizer"]

    def due(self) -> bool:
        """Return True if it is time to write again within an epoch."""
        return time.monotonic() - self._written >= max(INTERVAL, PATIENCE * self._cost)

    def write(self, position: Position, state: Callable[[], tuple[Arrays, Arrays]] | None) -> None:
        """Replace the checkpoint; without `state` only the position and the history are kept."""
        from safetensors import SafetensorError

        began = time.monotonic()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = self._write_state(position, *state()) if state else None
            record = {"format": FORMAT, "identity": self._identity, "position": position.to_record(), "state": name}
            record["nonce"] = self.nonce
            write_atomically(self.folder / PROGRESS_FILE, json.dumps(record, indent=1) + "\n")
            for entry in self.folder.iterdir():
                if entry.name not in (PROGRESS_FILE, name):
                    entry.unlink()
        except (OSError, SafetensorError) as error:
            raise failed(NO_CHECKPOINT.format(path=self.folder, error=error)) from error
        self._written = time.monotonic()
        self._cost = self._written - began

    def _write_state(self, position: Position, model: Arrays, optimizer: Arrays) -> str:
        from safetensors.numpy import save_file

        name = f"state-{len(position.epochs)}-{position.batch}.safetensors"
        arrays = {f"model:{key}": value for key, value in model.items()}
        arrays |= {f"optimizer:{key}": value for key, value in optimizer.items()}
        save_file(arrays, self.folder / name)  # written under another name first, then renamed
        return name

    def set_aside(self) -> Path:
        """Rename the folder, in place of what was set aside before; return its new place."""
        aside = self.folder.with_name(f"{self.folder.name}.aside")
        if aside.exists():
            shutil.rmtree(aside)
        self.folder.rename(aside)
        self.nonce = unguessable()
        return aside


def _difference(found: dict[str, Any], wanted: dict[str, Any], place: str = "") -> str:
    """Name the first value in which two identities differ; empty when they are equal."""
    for key in sorted({*found, *wanted}):
        before, now = found.get(key), wanted.get(key)
        if before == now:
            continue
        if isinstance(before, dict) and isinstance(now, dict):
            return _difference(before, now, f"{place}{key} ")
        short = all(len(str(value)) <= 24 for value in (before, now))
        return f"{place}{key} was {before}, now {now}" if short else f"{place}{key} has changed"
    return ""
