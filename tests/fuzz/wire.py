"""Coverage-guided fuzzing of what the box sends: `python -m tests.fuzz.wire [libFuzzer's options] [CORPUS]`.

Every input is a frame. What it unpacks to answers all questions of one check, which is judged as the grader judges.
Anything but a wire error, an error of the student's, or a death of the box is a fault of ours and ends the run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["autograder"]):
    from autograder.checks.accuracy import Accuracy
    from autograder.checks.suite import CheckSuite, read_kit
    from autograder.grading.examine import Examiner
    from autograder.grading.render import text_of
    from autograder.sandbox.child import wire
    from autograder.sandbox.session import BoxDied, StudentError, harmless, value_of
    from autograder.submission import Slice

ROOT = Path(__file__).parents[2]
KITS = [read_kit(ROOT / "solutions" / name / "hidden.json") for name in ("reader", "lenet")]
MAX_NUMBERS = 1 << 16


class Replay:
    """A session whose every answer after loading is the same tree."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        if operation == "load":
            return {"errors": []}
        if operation == "defined":
            return [group[0] for group in arguments["names"]]
        return value_of(self.answer)

    def limit(self, seconds: float) -> None:
        pass

    def close(self) -> None:
        pass


class Replays:
    """A box of such sessions."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def of(self, framework: str) -> Replays:
        """Return itself, whatever answers are written with."""
        assert framework == "paddle"
        return self

    def session(self, *_: object) -> Replay:
        return Replay(self.answer)


def one_input(data: bytes) -> None:
    """Take two bytes that choose a check, two for the length of the header, the header, the body."""
    chosen, length = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    try:
        _, answer = wire.unpack(data[4 : 4 + length], data[4 + length :], MAX_NUMBERS)
    except wire.WireError:
        return
    answer = harmless(answer)
    suite: CheckSuite = KITS[chosen % len(KITS)]
    tasks = [task for task in suite.chapter.tasks if task.checks]
    task = tasks[chosen // len(KITS) % len(tasks)]
    examiner = Examiner(suite, lambda _names: Slice((), {}, (), ()), Replays(answer), None, None)
    try:
        findings = examiner.findings({task.id})
    except (StudentError, BoxDied):
        return
    passed = [one for one in findings if one.points and not isinstance(suite.checks[one.check], Accuracy)]
    # One tree that answers all questions alike may be right for a question of few bits, never for numbers.
    assert not [one for one in passed if one.kind == "behaviour"], passed
    json.dumps([text_of(finding.said).en for finding in findings], ensure_ascii=False).encode("utf-8")


def seeds() -> list[bytes]:
    """Return frames that are right in form: what an honest box sends."""
    import numpy as np

    floats = np.zeros((3, 10), np.float32)
    values: list[Any] = [None, True, 1.5, "text", floats, [1.0, 2.0], {"output": floats, "stages": [["conv", [1, 2]]]}]
    values += [{"passes": [[True, False, 3]], "training": True}, [["filter", [3, 3], True]], {"type": "object"}]
    frames = []
    for number, value in enumerate(values):
        frame = b"".join(wire.pack(1, {"value": value}))
        header, _ = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
        frames.append(number.to_bytes(2, "big") + header.to_bytes(2, "big") + frame[wire.PREFIX.size :])
    return frames


def main() -> None:
    """Put the seeds into the corpus that is named last, and fuzz."""
    corpus = Path(sys.argv[-1])
    if corpus.is_dir():
        for number, seed in enumerate(seeds()):
            (corpus / f"seed{number}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
