"""Figures, tables and curves of LeNet's diagnosis, which `benchmarks/diagnosis.py` records in docs/results/diagnosis.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.facts.arithmetic import FactsError
from autograder.facts.chart import Chart, Curve, Panel
from autograder.facts.wording import plain, spread
from autograder.text import Language, Text

HOW = "docs/results/diagnosis.json has no such run; run `python benchmarks/diagnosis.py`"
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
LEARNED = 0.8  # accuracy of the best epoch, as the chapter has its readers predict
SEEDS = 3  # fewer are said in the cell
RUNS = Text(zh="（{count} 个种子）", en=" ({count} seeds)")
ONE_RUN = Text(zh="（1 个种子）", en=" (1 seed)")
IMAGES = Text(zh="见过的图像", en="images seen")

Run = dict[str, Any]


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
COUNTS: dict[str, Callable[[list[Run]], int]] = {
    "seeds": len,
    "stays": lambda runs: sum(_accuracy(run) < LEARNED for run in runs),
}


@dataclass(frozen=True)
class Diagnosis:
    """The recorded runs. runs: as `benchmarks/diagnosis.py` writes them."""

    runs: Sequence[Run]

    def found(self, activation: str, side: int, optimizer: str = "sgd", data: str = "palm") -> list[Run]:
        """Return the runs of one arm, by seed; none where it was not run."""
        name, rate = OPTIMIZERS[optimizer]
        wanted = {"activation": activation, "side": side, "optimizer": name, "learning_rate": rate, "data": data}
        return [run for run in self.runs if all(run[key] == value for key, value in wanted.items())]

    def figure(self, name: str, language: Language) -> str:
        """Return `FIGURE.ACTIVATION.SIDE[.OPTIMIZER]`, such as `accuracy.tanh.28`: a number, or the range over the seeds.

        `seeds` is how many seeds were run, `stays` how many of them did not learn.
        """
        words = name.split(".")
        if len(words) not in (3, 4) or words[0] not in (*FIGURES, *COUNTS) or not words[2].isdigit():
            raise FactsError(
                f"run:{name}: write FIGURE.ACTIVATION.SIDE, FIGURE one of {', '.join([*FIGURES, *COUNTS])}"
            )
        if words[3:] and words[3] not in OPTIMIZERS:
            raise FactsError(f"run:{name}: the optimizer is one of {', '.join(OPTIMIZERS)}")
        found = self.found(words[1], int(words[2]), *words[3:])
        if not found:
            raise FactsError(f"run:{name}: {HOW}")
        if count := COUNTS.get(words[0]):
            return str(count(found))
        value, form = FIGURES[words[0]]
        return spread([value(run) for run in found], form, language)

    def table(self, language: Language) -> str:
        """Return accuracy and AUC of all arms by side, as Markdown; a cell of fewer than three seeds says so."""
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
        few = "" if len(found) >= SEEDS else _seeds(len(found), language)
        return f"{accuracy}; AUC {spread([FIGURES['auc'][0](run) for run in found], '.2f', language)}{few}"

    def inside(self, language: Language) -> str:
        """Return size and saturated share of the first fc's outputs, step by step, over the seeds, as Markdown."""
        arms = [(self.found(*arm), arm) for arm in INSIDE]
        arms = [(runs, arm) for runs, arm in arms if runs]
        titles = [f"{SHOWN[name]}, {side} px, {_rule(optimizer)}" for _, (name, side, optimizer) in arms]
        rows = []
        for step in (0, 1, 10, 40, 200):
            figures = (_at(step, "mean_abs"), ".2g"), (_at(step, "saturated"), ".0%")
            cells = (
                "; ".join(spread([*map(value, runs)], form, language) for value, form in figures) for runs, _ in arms
            )
            rows.append([str(step), *cells])
        return _markdown([STEP.to(language), *titles], rows)

    def given(self, language: Language) -> str:
        """Return accuracy and AUC of the runs at 224 pixels, epoch by epoch, as Markdown."""
        shown = self.given_runs()
        rows = [
            [
                str(k + 1),
                *(f"{run['epochs'][k]['accuracy']:.4f}; {run['epochs'][k]['auc']:.3f}" for run in shown.values()),
            ]
            for k in range(5)
        ]
        return _markdown([EPOCH.to(language), *shown], rows)

    def given_runs(self) -> dict[str, Run]:
        """Return a run at 224 pixels of each arm that texts show epoch by epoch, by the arm's name."""
        found = {f"{SHOWN[name]}, {_rule(rule)}": self.found(name, 224, rule) for name, rule in GIVEN}
        return {name: runs[0] for name, runs in found.items() if runs}

    def digits(self, language: Language) -> str:
        """Return the accuracy of LeNet with sigmoid on MNIST by steps, with Adam and with SGD, as Markdown."""
        arms = [(rule, self.found("sigmoid", 28, rule, "mnist")) for rule in ("adam", "sgd")]
        if not all(runs for _, runs in arms):
            raise FactsError(f"runs:digits: {HOW}")
        rows = [
            [str(epoch["step"]), f"{32 * epoch['step']:,}", *(f"{runs[0]['epochs'][k]['accuracy']:.4f}" for _, runs in arms)]
            for k, epoch in enumerate(arms[0][1][0]["epochs"])
        ]  # fmt: skip
        return _markdown([STEP.to(language), IMAGES.to(language), *(_rule(rule) for rule, _ in arms)], rows)


def _rule(optimizer: str) -> str:
    name, rate = OPTIMIZERS[optimizer]
    return f"{'SGD' if name == 'momentum' else 'Adam'} {plain(f'{rate:.6f}')}"


def _seeds(count: int, language: Language) -> str:
    return (ONE_RUN if count == 1 else RUNS.format(count=count)).to(language)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from (f"| {' | '.join(row)} |" for row in rows)

    return "\n".join(lines())


def figure(record: dict[str, Any], name: str, language: Language) -> str:
    """Return `FIGURE.ACTIVATION.SIDE[.OPTIMIZER]`, for `{{run:diagnosis.…}}`."""
    return Diagnosis(record["runs"]).figure(name, language)


TABLES: dict[str, Callable[[dict[str, Any], Language], str]] = {
    "table": lambda record, language: Diagnosis(record["runs"]).table(language),
    "inside": lambda record, language: Diagnosis(record["runs"]).inside(language),
    "given": lambda record, language: Diagnosis(record["runs"]).given(language),
    "digits": lambda record, language: Diagnosis(record["runs"]).digits(language),
}


def chart(record: dict[str, Any]) -> Chart:
    """Return accuracy and AUC of the networks at 224 pixels by epoch."""
    shown = Diagnosis(record["runs"]).given_runs()
    names = {
        "accuracy": Text(zh="准确率", en="accuracy"),
        "auc": Text(zh="AUC", en="AUC"),
    }
    panels = tuple(
        Panel(
            text,
            tuple(
                Curve(
                    Text(zh=name, en=name),
                    tuple((float(entry["epoch"]), float(entry[key])) for entry in run["epochs"]),
                    number,
                    dashed=number == 1,  # it lies on the first one, in accuracy
                )
                for number, (name, run) in enumerate(shown.items())
            ),
        )
        for key, text in names.items()
    )
    seeds = sorted({run["seed"] for run in shown.values()})
    title = Text(
        zh="LeNet，224 像素的照片，逐轮，种子 {seeds}", en="LeNet on photographs of 224 pixels by epoch, seed {seeds}"
    )
    title = title.format(seeds=", ".join(map(str, seeds)))
    return Chart(title, EPOCH, Text(zh="验证照片", en="validation photographs"), panels)
