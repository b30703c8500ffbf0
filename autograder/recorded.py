"""Figures of recorded runs, as texts and pages quote them: `docs/results/diagnosis.json` and `solutions/*/metrics.json`.

No figure that was measured is typed: the build takes it from the record of the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.text import Language, Text

DIAGNOSIS = Path("docs") / "results" / "diagnosis.json"
HOW = "run `python benchmarks/diagnosis.py`"
SIDES = (28, 56, 112, 224)
OPTIMIZERS: dict[str, tuple[str, float]] = {
    "sgd": ("momentum", 0.001),
    "sgd_tenth": ("momentum", 0.0001),
    "sgd_hundredth": ("momentum", 0.00001),
    "adam": ("adam", 0.002),
    "adam_tenth": ("adam", 0.0002),
    "adam_small": ("adam", 0.00001),
}
SHOWN = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
ROWS = (
    ("sigmoid", "sgd"),
    ("tanh", "sgd"),
    ("relu", "sgd"),
    ("tanh", "sgd_tenth"),
    ("tanh", "sgd_hundredth"),
    ("sigmoid", "sgd_hundredth"),
    ("sigmoid", "adam_tenth"),
    ("sigmoid", "adam_small"),
    ("sigmoid", "adam"),
    ("tanh", "adam"),
    ("relu", "adam"),
)
INSIDE = (("tanh", 224, "sgd"), ("tanh", 224, "sgd_hundredth"), ("sigmoid", 224, "sgd"), ("tanh", 28, "sgd"))
GIVEN = (("sigmoid", "sgd"), ("tanh", "sgd"), ("relu", "sgd"), ("tanh", "sgd_hundredth"))
ARM = Text(zh="激活函数，优化器", en="activation, optimizer")
STEP, EPOCH = Text(zh="步", en="step"), Text(zh="轮", en="epoch")
PIXELS = Text(zh="{side} 像素", en="{side} px")
BEST = Text(zh="准确率 {value}", en="accuracy {value}")
IMAGES = Text(zh="见过的图像", en="images seen")

Run = dict[str, Any]


class NotRecorded(AutograderError):
    """A figure that no recorded run has."""


def _accuracy(run: Run) -> float:
    return max(float(epoch["accuracy"]) for epoch in run["epochs"])


def _at(step: int, name: str) -> Callable[[Run], float]:
    return lambda run: next(float(entry[name]) for entry in run["inside"] if entry["step"] == step)


FIGURES: dict[str, tuple[Callable[[Run], float], str]] = {
    "accuracy": (_accuracy, ".4f"),  # of the best epoch
    "auc": (lambda run: float(run["epochs"][-1]["auc"]), ".3f"),  # after the last epoch
    "logits": (lambda run: float(run["epochs"][-1]["logit_range"]), ".1g"),  # largest minus smallest
    "seconds": (lambda run: float(run["seconds"]), ".0f"),
    "differences": (_at(0, "differences"), ".1g"),
    "gradient": (_at(0, "conv1_gradient"), ".0e"),
    **{f"saturated_{step}": (_at(step, "saturated"), ".0%") for step in (0, 1, 10, 40, 200)},
    **{f"size_{step}": (_at(step, "mean_abs"), ".2g") for step in (0, 1, 10, 40, 200)},
}


@dataclass(frozen=True)
class Recorded:
    """The recorded runs of a course folder."""

    root: Path

    @cached_property
    def _record(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.root / DIAGNOSIS).read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise NotRecorded(f"{self.root / DIAGNOSIS} cannot be read ({error}); {HOW}") from error

    @property
    def exists(self) -> bool:
        """Whether there is a record of the diagnosis."""
        return (self.root / DIAGNOSIS).is_file()

    @property
    def runs(self) -> list[Run]:
        """All runs of the diagnosis. Raises NotRecorded where there is no record."""
        return list(self._record.get("runs", []))

    def baseline(self, name: str) -> str:
        """Return `accuracy.SIDE` or `auc.SIDE` of ridge regression on thumbnails of that side; side 1: the mean colours."""
        figure, _, side = name.partition(".")
        for entry in self._record.get("baselines", []):
            if str(entry["side"]) == side and figure in ("accuracy", "auc"):
                return _plain(f"{entry[figure]:{'.4f' if figure == 'accuracy' else '.3f'}}")
        raise NotRecorded(f"baseline:{name}: write accuracy.SIDE or auc.SIDE, SIDE 1, 8 or 32; {HOW}")

    def found(self, activation: str, side: int, optimizer: str = "sgd", data: str = "palm") -> list[Run]:
        """Return the runs of one arm, by seed; none where it was not run."""
        name, rate = OPTIMIZERS[optimizer]
        wanted = {"activation": activation, "side": side, "optimizer": name, "learning_rate": rate, "data": data}
        return [run for run in self.runs if all(run[key] == value for key, value in wanted.items())]

    def figure(self, name: str, language: Language) -> str:
        """Return `FIGURE.ACTIVATION.SIDE[.OPTIMIZER]`, such as `accuracy.tanh.28`: a number, or the range over the seeds."""
        words = name.split(".")
        if len(words) not in (3, 4) or words[0] not in FIGURES or not words[2].isdigit():
            raise NotRecorded(f"run:{name}: write FIGURE.ACTIVATION.SIDE, FIGURE one of {', '.join(FIGURES)}")
        if words[3:] and words[3] not in OPTIMIZERS:
            raise NotRecorded(f"run:{name}: the optimizer is one of {', '.join(OPTIMIZERS)}")
        found = self.found(words[1], int(words[2]), *words[3:])
        if not found:
            raise NotRecorded(f"run:{name}: no such run in {DIAGNOSIS}; {HOW}")
        value, form = FIGURES[words[0]]
        return spread([value(run) for run in found], form, language)

    def reference(self, name: str, chapter: str, language: Language) -> str:
        """Return `accuracy`, `auc` (of the best epochs, over the seeds) or `seconds` (of the fastest epoch) of a reference.

        `chapter.accuracy` is that of another chapter. Raises NotRecorded where it was not trained.
        """
        other, _, figure = name.rpartition(".")
        path = self.root / "solutions" / (other or chapter) / "metrics.json"
        try:
            runs = json.loads(path.read_text("utf-8"))["runs"]
            if figure == "seconds":
                return f"{min(epoch['seconds'] for run in runs for epoch in run['epochs']):.0f}"
            return spread([float(run["best"][figure]) for run in runs], ".4f", language)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotRecorded(f"reference:{name}: {path} has no such figure ({error})") from error

    def table(self, language: Language) -> str:
        """Return accuracy and AUC of all arms by side, as Markdown."""
        head = [ARM.to(language), *(PIXELS.format(side=side).to(language) for side in SIDES)]
        rows = []
        for activation, optimizer in ROWS:
            cells = [self._cell(activation, side, optimizer, language) for side in SIDES]
            if any(cells):
                rows.append([f"{SHOWN[activation]}, {_rule(optimizer)}", *(cell or "–" for cell in cells)])
        return _markdown(head, rows)

    def _cell(self, activation: str, side: int, optimizer: str, language: Language) -> str:
        found = self.found(activation, side, optimizer)
        if not found:
            return ""
        accuracy = spread([_accuracy(run) for run in found], ".4f", language)
        return f"{accuracy}; AUC {spread([FIGURES['auc'][0](run) for run in found], '.2f', language)}"

    def inside(self, language: Language) -> str:
        """Return size and saturated share of the first fc's outputs, step by step, as Markdown."""
        arms = [(self.found(*arm), arm) for arm in INSIDE]
        arms = [(runs, arm) for runs, arm in arms if runs]
        titles = [f"{SHOWN[name]}, {side} px, {_rule(optimizer)}" for _, (name, side, optimizer) in arms]
        rows = []
        for step in (0, 1, 10, 40, 200):
            size, share = _at(step, "mean_abs"), _at(step, "saturated")
            rows.append([str(step), *(f"{_mean(size, runs):.2g}; {_mean(share, runs):.0%}" for runs, _ in arms)])
        return _markdown([STEP.to(language), *titles], rows)

    def given(self, language: Language) -> str:
        """Return accuracy and AUC of the runs at 224 pixels, epoch by epoch, as Markdown."""
        arms = [(runs[0], arm) for arm in GIVEN if (runs := self.found(arm[0], 224, arm[1]))]
        rows = [
            [str(k + 1), *(f"{run['epochs'][k]['accuracy']:.4f}; {run['epochs'][k]['auc']:.3f}" for run, _ in arms)]
            for k in range(5)
        ]
        return _markdown([EPOCH.to(language), *(f"{SHOWN[name]}, {_rule(rule)}" for _, (name, rule) in arms)], rows)

    def digits(self, language: Language) -> str:
        """Return the accuracy of LeNet with sigmoid on MNIST by steps, with Adam and with SGD, as Markdown."""
        arms = [(rule, self.found("sigmoid", 28, rule, "mnist")) for rule in ("adam", "sgd")]
        if not all(runs for _, runs in arms):
            raise NotRecorded(f"{DIAGNOSIS} has no runs on MNIST; {HOW}")
        rows = [
            [str(epoch["step"]), f"{32 * epoch['step']:,}", *(f"{runs[0]['epochs'][k]['accuracy']:.4f}" for _, runs in arms)]
            for k, epoch in enumerate(arms[0][1][0]["epochs"])
        ]  # fmt: skip
        return _markdown([STEP.to(language), IMAGES.to(language), *(_rule(rule) for rule, _ in arms)], rows)


TABLES: dict[str, Callable[[Recorded, Language], str]] = {
    "table": Recorded.table,
    "inside": Recorded.inside,
    "given": Recorded.given,
    "digits": Recorded.digits,
}


def spread(values: Sequence[float], form: str, language: Language) -> str:
    """Return one number, or the smallest and the largest where they differ as shown."""
    low, high = (_plain(f"{value:{form}}") for value in (min(values), max(values)))
    if low == high:
        return low
    return f"{low} 到 {high}" if language == "zh" else f"{low} to {high}"


def _plain(text: str) -> str:
    """Return 0.915 for 0.9150; 7e-04 as 0.0007."""
    if "e" in text:
        text = f"{float(text):.10f}".rstrip("0")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rule(optimizer: str) -> str:
    name, rate = OPTIMIZERS[optimizer]
    return f"{'SGD' if name == 'momentum' else 'Adam'} {_plain(f'{rate:.6f}')}"


def _mean(value: Callable[[Run], float], runs: Sequence[Run]) -> float:
    return sum(map(value, runs)) / len(runs)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from (f"| {' | '.join(row)} |" for row in rows)

    return "\n".join(lines())
