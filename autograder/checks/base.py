"""A check asks the student's code through a session, and judges what came back against what the reference gave.

What a check sees is an observation: a small tree of JSON values. The reference's observations are recorded when the
course is built, and so are those of known mistakes, so judging is a pure function of two trees.
"""

from __future__ import annotations

import math
import zlib
from abc import abstractmethod
from collections.abc import Callable, Hashable
from functools import lru_cache
from itertools import repeat
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from autograder.checks.raised import Called, record_of
from autograder.portable.light import BaseModel, ConfigDict
from autograder.sandbox.session import BoxDied, BoxError, Session, StudentError
from autograder.text import Json, Message, Text

Tree = Any
Observation = dict[str, Any]
"""What a check sees of an answer: one of `{"seen": tree}`, `{"raised": {...}}`, `{"died": status}`, `{"unreadable": str}`."""
STEPS = "layer_steps"  # what an observation has of a network's layers, for messages alone: see `network.Step`
OF_THE_CODE = ("where", "layer", "function", "class", STEPS)  # what tells of one answer alone: its lines, names, layers
SKETCH = 16
# More than any right answer has, and little enough to be read in no time: an answer may be 32 MiB large.
MAX_NUMBERS, MAX_ROWS, MAX_SKETCHED = 1000, 10_000, 500_000
TOO_MANY = 1e300  # no expected number is so large


OF_SHAPE = Message("base.of_shape", zh="形状为 {shape} 的数组", en="an array of shape {shape}")
OF_TYPE = Message("base.of_type", zh="类型为 {type} 的值", en="a value of type {type}")


class Check(BaseModel):
    """One question. `seconds`: what each single call may take; `tolerance`: relative to the largest expected value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    forward: ClassVar[bool] = True  # runs what it is about, and does not only make it
    judging: ClassVar[frozenset[str]] = frozenset()  # settings that have no say in what is asked of an answer
    leads: ClassVar[bool] = False  # asked before others of the same subject: what it runs need not run for them again
    seconds: float = 10.0
    tolerance: float = 1e-3

    @property
    def subject(self) -> Hashable:
        """What is asked about; checks of the same subject are asked one after the other and share what was made."""
        return id(self)

    @property
    def called(self) -> str | None:
        """The class or function that is run: where that takes too long once, it is not run again; None: not known."""
        return getattr(self, "name", None)

    @property
    def calling(self) -> Called | None:
        """What is called, for messages; None: not known."""
        return Called(f"{self.called}(…)", self.called) if self.called else None

    @abstractmethod
    def ask(self, session: Session) -> Tree:
        """Return the observation: JSON values only."""

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        """Return what is wrong, None when it is right."""
        if agrees(seen, expected, self.tolerance):
            return None
        return self.complaint(seen, expected)

    def asks_like(self, other: Check) -> bool:
        """Return True if what one check saw of an answer can be judged by the other."""
        mine, theirs = (
            {key: value for key, value in one.model_dump(mode="json").items() if key not in self.judging}
            for one in (self, other)
        )
        return type(self) is type(other) and mine == theirs

    def with_other_inputs(self, check_id: str) -> Check:
        """Return the same question about other random inputs, if it has any; always the same ones for one `check_id`."""
        if "seed" not in type(self).model_fields:
            return self
        return self.model_copy(update={"seed": zlib.crc32(f"{check_id}, graded".encode()) % 1_000_000})

    def measured(self, seen: Tree) -> dict[str, Json]:
        """Return what was measured of an answer, by name: of what was seen alone, nothing that was expected."""
        return {}

    @abstractmethod
    def complaint(self, seen: Tree, expected: Tree) -> Text:
        """Say what was called, what came back and what was expected."""


_answers: WeakKeyDictionary[Session, dict[Hashable, Tree]] = WeakKeyDictionary()


def asked_once(session: Session, question: Hashable, ask: Callable[[], Tree]) -> Tree:
    """Return what `ask` gives; several checks that ask one session the same get the answer that the first of them got.

    Args:
        session: Whom they ask. What it answered goes with it.
        question: All that the answer depends on beside the session.
        ask: Asks. What it raises is raised, and asked for again by the next check.
    """
    answers = _answers.setdefault(session, {})
    if question not in answers:
        answers[question] = ask()
    return answers[question]


def agrees(seen: Tree, expected: Tree, tolerance: float) -> bool:
    """Return True if two observations are the same, numbers within `tolerance` of the largest expected one."""
    if isinstance(expected, dict):
        same = isinstance(seen, dict) and seen.keys() == expected.keys()
        return same and all(agrees(seen[key], expected[key], tolerance) for key in expected)
    if isinstance(expected, list):
        if not isinstance(seen, list) or len(seen) != len(expected):
            return False
        numbers = [*expected, *seen]
        if expected and all(type(item) in (int, float) for item in numbers):
            size = max(abs(item) for item in expected)
            return all(map(_near, seen, expected, repeat(tolerance * max(size, 1e-6))))
        return all(map(agrees, seen, expected, repeat(tolerance)))
    if type(expected) is float and type(seen) in (int, float):
        return _near(seen, expected, tolerance * max(abs(expected), 1e-6))
    return type(seen) is type(expected) and bool(seen == expected)


def _near(a: float, b: float, within: float) -> bool:
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= within)


@lru_cache(maxsize=16)
def smooth_images(seed: int, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return smooth random images, float32 [N, C, H, W] in about [-1, 1]; white noise would average out in a network.

    Sequences [N, C, T] and volumes [N, C, D, H, W] are smooth, too; rows of a table [N, F] are normal numbers. Every
    answer to a chapter is asked with the same ones, so they are kept, and nobody can write to them.
    """
    images = _drawn(seed, shape)
    images.flags.writeable = False
    return images


def _drawn(seed: int, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    generator = np.random.default_rng(seed)
    if len(shape) != 4:
        other = _smooth(generator, shape) if len(shape) > 2 else generator.standard_normal(shape)
        return other.astype(np.float32)
    n, c, h, w = shape
    y, x = np.linspace(0, 1, h)[:, None], np.linspace(0, 1, w)[None, :]
    images = np.zeros(shape, np.float64)
    for _ in range(6):
        frequency = generator.uniform(0.5, 4, (2, n, c, 1, 1))
        phase = generator.uniform(0, 2 * np.pi, (n, c, 1, 1))
        amplitude = generator.normal(0, 0.4, (n, c, 1, 1))
        images += amplitude * np.sin(2 * np.pi * (frequency[0] * y + frequency[1] * x) + phase)
    return np.tanh(images).astype(np.float32)


def _smooth(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return waves along all axes after the first two, float64."""
    n, c, *sides = shape
    ones = (1,) * len(sides)
    axes = [
        np.linspace(0, 1, side).reshape([-1 if k == axis else 1 for k in range(len(sides))])
        for axis, side in enumerate(sides)
    ]
    values = np.zeros(shape)
    for _ in range(6):
        frequency = generator.uniform(0.5, 4, (len(sides), n, c, *ones))
        phase, amplitude = generator.uniform(0, 2 * np.pi, (n, c, *ones)), generator.normal(0, 0.4, (n, c, *ones))
        values += amplitude * np.sin(2 * np.pi * sum(f * axis for f, axis in zip(frequency, axes)) + phase)
    return np.tanh(values)


def sketch(array: Any) -> Tree:
    """Return shape and values of an array as JSON; of a large one, `SKETCH` fixed random projections.

    Above `MAX_SKETCHED` values one stands for all that no right answer agrees with.
    """
    if np.size(array) > MAX_SKETCHED:
        return {"shape": list(np.shape(array)), "values": [TOO_MANY]}
    values = np.asarray(array, np.float64).reshape(-1)
    if values.size > 64:
        values = _directions(np.shape(array)) @ values
        values /= math.sqrt(max(1, int(np.prod(np.shape(array)))))
    return {"shape": list(np.shape(array)), "values": numbers(values)}


@lru_cache(maxsize=4)  # of the largest shape 61 MiB each
def _directions(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return the random directions that arrays of a shape are projected on, float64 [SKETCH, values]."""
    generator = np.random.default_rng(zlib.crc32(str(shape).encode()))
    return generator.standard_normal((SKETCH, math.prod(shape)))


def numbers(values: Any) -> list[float]:
    """Return floats with seven digits; what is not finite becomes a huge number that nothing agrees with.

    Of more than `MAX_NUMBERS` the first are returned, and that huge number.
    """
    flat = np.asarray(values).reshape(-1)
    first = flat[:MAX_NUMBERS].astype(np.float64).tolist()
    found = [float(f"{value:.7g}") if math.isfinite(value) else TOO_MANY for value in first]
    return found if flat.size <= MAX_NUMBERS else [*found, TOO_MANY]


def number(value: Any) -> float | str:
    """Return a scalar result as a float, or the name of what came instead."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, dict)):
        return f"type {type(value).__name__}"
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiu":
        return f"shape {list(array.shape)}"
    return numbers(array)[0]


def in_words(value: float | str) -> float | Text:
    """Return what `number` gave for a message: a number, or what came in place of one."""
    what, _, detail = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if what == "shape":
        return OF_SHAPE(shape=detail)
    if detail == "NoneType":
        return Text(zh="None", en="None")
    return OF_TYPE(type=detail) if what else value  # type: ignore[return-value]


def observe(check: Check, session: Session, unreadable: Callable[[Exception], None] = lambda _: None) -> Observation:
    """Ask one check; the end of the box is not an observation and goes up.

    Args:
        unreadable: Called with what the check's own code raised.
    """
    if limit := getattr(session, "limit", None):
        limit(check.seconds)
    try:
        return {"seen": check.ask(session)}
    except StudentError as error:
        return {"raised": record_of(error)}
    except (BoxDied, BoxError):
        raise
    except Exception as error:
        # The answer had another form than the operation gives: only code that meddles with the wire does that, or an own
        # type that takes what the student's code returned to be what it should be.
        unreadable(error)
        return {"unreadable": type(error).__name__}


def of_the_reference(observation: Observation) -> Observation:
    """Return what is recorded of the reference: its layers without their names, which are no answer's business."""
    seen = observation.get("seen")
    if not isinstance(seen, dict) or STEPS not in seen:
        return observation
    nameless = [[kind, "", *rest] for kind, _, *rest in seen[STEPS]]
    return {**observation, "seen": {**seen, STEPS: nameless}}


def of_a_mistake(observation: Observation) -> Observation:
    """Return what is recorded of a known mistake: nothing of its layers."""
    seen = observation.get("seen")
    if not isinstance(seen, dict) or STEPS not in seen:
        return observation
    return {**observation, "seen": {key: value for key, value in seen.items() if key != STEPS}}


def same_mistake(check: Check, seen: Observation, known: Observation) -> bool:
    """Return True if an answer shows exactly what a known mistake shows."""
    if "seen" in seen and "seen" in known:
        return agrees(without_code(seen["seen"]), without_code(known["seen"]), check.tolerance)
    if "raised" in seen and "raised" in known:
        a, b = without_code(seen["raised"]), without_code(known["raised"])
        return bool(a["type"] != "NotImplementedError" and a == b)
    return False


def without_code(tree: Tree) -> Tree:
    """Return a tree without what an error in it tells of the code that raised it: lines, names of layers."""
    if isinstance(tree, dict):
        return {key: without_code(value) for key, value in tree.items() if key not in OF_THE_CODE}
    if isinstance(tree, list) and any(isinstance(item, dict) for item in tree):
        return [without_code(item) for item in tree]
    return tree
