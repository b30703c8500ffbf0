"""Figures of recorded runs come from the files that the runs wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.prose import Declarations, filled
from autograder.errors import AuthoringError
from autograder.facts import FactsError
from autograder.facts.record_code import record_code
from autograder.facts.recorded import NotRecorded
from autograder.training.recorded import pictures, recorded_runs, sections

ROOT = Path(__file__).parents[2]
EPOCH = {"epoch": 1, "train_loss": 0.7, "validation_loss": 0.6, "accuracy": 0.5, "auc": 0.9, "seconds": 30.0}
METRICS: dict[str, Any] = {
    "network": "Tiny",
    "recipe": {"epochs": 5},
    "best": {"accuracy": 0.93, "auc": 0.97},
    "runs": [
        {
            "seed": 1,
            "best": {"accuracy": 0.93, "auc": 0.97},
            "epochs": [EPOCH, {**EPOCH, "epoch": 2, "accuracy": 0.93, "seconds": 24.0}],
            "confusion": [[180, 9], [19, 192]],
        },
        {
            "seed": 2,
            "best": {"accuracy": 0.91, "auc": 0.96},
            "epochs": [{**EPOCH, "seconds": 40.0}],
            "confusion": [[1, 2], [3, 4]],
        },
    ],
}


SWEEP = """
from autograder.facts import FactsError
from autograder.facts.chart import Chart, Curve, Panel
from autograder.text import Text


def figure(record, name, language):
    what, _, rate = name.partition(".")
    if what != "best":
        raise FactsError(f"sweep.py: no figure {name}")
    value = record["rates"][rate]
    return f"{rate} 时 {value}" if language == "zh" else f"{value} at {rate}"


def chart(record):
    points = tuple((float(rate), value) for rate, value in record["rates"].items())
    curve = Curve(Text(zh="准确率", en="accuracy"), points, 0)
    return Chart(Text(zh="学习率", en="Rates"), Text(zh="率", en="rate"), Text(zh="值", en="value"), (Panel(Text(zh="甲", en="a"), (curve,)),))


def section(record):
    yield "## Rates"
    yield f"{len(record['rates'])} of them"


TABLES = {"rates": lambda record, language: "| rate |"}
"""


@pytest.fixture
def declarations(tmp_path: Path) -> Declarations:
    for folder in ("docs/results", "solutions/tiny", "source/tiny"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "solutions/tiny/metrics.json").write_text(json.dumps(METRICS), "utf-8")
    (tmp_path / "docs/results/other.json").write_text(json.dumps(METRICS), "utf-8")
    (tmp_path / "docs/results/sweep.json").write_text(json.dumps({"rates": {"0.1": 0.9, "0.01": 0.8}}), "utf-8")
    (tmp_path / "docs/results/later.json").write_text("{}", "utf-8")
    (tmp_path / "source/records").mkdir()
    (tmp_path / "source/records/sweep.py").write_text(SWEEP, "utf-8")
    (tmp_path / "source/records/planned.py").write_text(
        "def figure(record, name, language): ...\n", "utf-8"
    )  # of what was not run yet
    (tmp_path / "source/records/later.py").write_text("TABLES = {}\n", "utf-8")
    return Declarations(tmp_path / "source", "tiny")


@pytest.mark.parametrize(
    ("placeholder", "zh", "en"),
    [
        ("recorded:tiny.best.accuracy", "0.93", "0.93"),
        ("recorded:tiny.runs.0.confusion.1.0", "19", "19"),
        ("recorded:other.runs.0.epochs.0.auc", "0.9", "0.9"),
        ("recorded:tiny.runs.each.best.accuracy", "0.91 到 0.93", "0.91 to 0.93"),
        ("recorded:tiny.runs.each.best.auc", "0.96 到 0.97", "0.96 to 0.97"),
        ("time:tiny.epoch", "24 秒", "24 seconds"),
        ("time:tiny.training", "2 分钟", "2 minutes"),
        ("interval:tiny", "0.025", "0.025"),
        ("recorded:absent.best.accuracy", "（尚未测量）", "(not measured yet)"),
        ("time:absent.epoch", "（尚未测量）", "(not measured yet)"),
        ("interval:0.93.400", "0.025", "0.025"),
        ("interval:0.97.10000", "0.003", "0.003"),
        ("interval:absent", "（尚未测量）", "(not measured yet)"),
        ("run:sweep.best.0.1", "0.1 时 0.9", "0.9 at 0.1"),
        ("run:planned.best", "（尚未测量）", "(not measured yet)"),
    ],
)
def test_a_figure_is_looked_up(declarations: Declarations, placeholder: str, zh: str, en: str) -> None:
    assert filled(f"a {{{{{placeholder}}}}} b", "zh", declarations) == f"a {zh} b"
    assert filled(f"a {{{{{placeholder}}}}} b", "en", declarations) == f"a {en} b"


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("recorded:tiny.best.acuracy", "no 'acuracy'"),
        ("recorded:tiny.runs.7", "no '7'"),
        ("recorded:tiny.best", "no single value"),
        ("recorded:tiny.runs.each.confusion.0.0", "name one of them"),
        ("recorded:tiny.best.each.accuracy", "no 'each'"),
        (
            "runs:beauty",
            r"runs:beauty: write RECORD\.NAME, where source/records/RECORD\.py .*; there is later, planned, sweep",
        ),
        ("runs:sweep.beauty", r"sweep\.py: TABLES has no 'beauty'; there is rates"),
        ("run:sweep.worst", r"sweep\.py: no figure worst"),
        ("run:later.best", r"later\.py has no figure; write def figure\(record, name, language\)"),
        ("time:tiny.week", "time:tiny.epoch or time:tiny.training"),
    ],
)
def test_a_wrong_name_is_refused(declarations: Declarations, placeholder: str, said: str) -> None:
    with pytest.raises((NotRecorded, FactsError), match=said):
        filled(f"{{{{{placeholder}}}}}", "en", declarations)


def test_a_damaged_record_is_refused(declarations: Declarations, tmp_path: Path) -> None:
    (tmp_path / "docs/results/other.json").write_text("{", "utf-8")
    with pytest.raises(NotRecorded, match=r"other\.json cannot be read"):
        filled("{{recorded:other.best.auc}}", "en", declarations)


def test_curves_are_a_picture_with_words(declarations: Declarations) -> None:
    text = filled("before\n\n{{curves:other}}\n\nafter", "en", declarations)
    assert "![Tiny by epoch: curves, AUC, validation 0.9 → 0.9, accuracy, validation 0.5 → 0.93" in text
    assert "[figure-other-curves]: data:image/svg+xml;base64," in text
    with pytest.raises(AuthoringError, match="a line of its own"):
        filled("see {{curves:other}}", "en", declarations)


def test_a_course_draws_and_tells_its_own_records(declarations: Declarations, tmp_path: Path) -> None:
    record = {**METRICS, "runs": [{**METRICS["runs"][0], "best": {"epoch": 2, **METRICS["best"]}, "device": "cpu"}]}
    (tmp_path / "docs/results/other.json").write_text(json.dumps(record), "utf-8")
    text = filled("before\n\n{{curves:sweep}}\n\nafter", "en", declarations)
    assert "![Rates: curves, accuracy" in text
    runs = recorded_runs(tmp_path)
    assert list(pictures(tmp_path, runs)) == [Path("docs/results/other.svg"), Path("docs/results/sweep.svg")]
    told = list(sections(tmp_path, runs, "en"))
    assert told[1] == "## Rates\n2 of them\n"
    assert told[0].startswith("## Tiny, recorded")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("chart = 3\n", r"sweep\.py: chart must be a function, not int"),
        ("TABLES = []\n", r"sweep\.py: TABLES must be a dict of functions, not list"),
        ("def charts(record): ...\n", r"sweep\.py has none of figure, TABLES, chart, section; see docs/authoring\.md"),
        ("import nothing_of_this_name\n", r"sweep\.py:1: cannot be imported: ModuleNotFoundError"),
        ("def chart(record)\n", r"sweep\.py:1: cannot be imported: SyntaxError"),
        ("def chart(record):\n    return record['rate']\n", r"sweep\.py:2: chart raised KeyError: 'rate'"),
        ("def chart():\n    return 1\n", r"sweep\.py: chart raised TypeError: chart\(\) takes 0 positional"),
        (
            "def chart(record):\n    return 1\n",
            r"sweep\.py: chart returned int; return an autograder\.facts\.chart\.Chart",
        ),
    ],
)
def test_code_of_a_record_that_fails_is_named(declarations: Declarations, tmp_path: Path, code: str, said: str) -> None:
    (tmp_path / "source/records/sweep.py").write_text(code, "utf-8")
    with pytest.raises(FactsError, match=said):
        filled("{{curves:sweep}}", "en", declarations)


def test_the_interface_says_what_fails_in_a_figure_and_a_section(tmp_path: Path) -> None:
    (tmp_path / "source/records").mkdir(parents=True)
    (tmp_path / "source/records/sweep.py").write_text(
        "def figure(record, name, language):\n    return 3\n\n\ndef section(record):\n    yield 1 / 0\n"
    )
    told = record_code(tmp_path, "sweep")
    assert told is not None
    with pytest.raises(FactsError, match=r"sweep\.py: figure returned int; return a str"):
        told.figure({}, "x", "en")
    with pytest.raises(FactsError, match=r"sweep\.py:6: section raised ZeroDivisionError"):
        told.section({}, "en")
    assert record_code(tmp_path, "other") is None


def test_the_example_of_the_docs_is_a_file_of_a_course(tmp_path: Path) -> None:
    page = (ROOT / "docs/authoring.md").read_text("utf-8")
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "source/records/sweep.py" in block
    )
    (tmp_path / "source/records").mkdir(parents=True)
    (tmp_path / "source/records/sweep.py").write_text(code, "utf-8")
    told, record = record_code(tmp_path, "sweep"), {"rates": {"0.1": 0.82, "0.01": 0.94}}
    assert told is not None
    assert told.figure(record, "best", "en") == "0.94"
    assert told.table(record, "all", "zh").endswith("| 0.1 | 0.82 |\n| 0.01 | 0.94 |")
    assert (told.section(record, "en") or "").startswith("## Learning rates\n\n| rate |")
    assert (told.section(record, "zh") or "").startswith("## 学习率\n\n| rate |")
    assert told.chart(record) is not None
