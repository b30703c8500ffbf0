"""Whether the minimum accuracy holds with a student's own numbers and seed: trains a chapter's reference with both.

`python benchmarks/own_training.py lenet_palm 4 7 --write`: variants by their number (`autograder variants lenet_palm`), all of
the bank where none is given. Each is trained by the chapter's recipe with the seed of the first student of a made-up class who
has these numbers. The best epoch counts, so training ends with the first epoch that reaches the minimum, with `--all-epochs`
after the last of the recipe. Ctrl-C and the same command go on. What was measured is kept in docs/results/own_training.json, one entry for each variant; `--write`
renews the tables of docs/own.md and docs/own.zh.md from all of it. `taskset -c 0` before it takes one core alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from measuring import ROOT, write_block

from autograder.authoring.notebooks import solution_text
from autograder.checks.accuracy import Accuracy
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_chapter, load_course
from autograder.course.drawn import seed_of
from autograder.training.fit import fit
from autograder.training.framework import cores, seed_everything
from autograder.training.recipe import Recipe
from autograder.training.reference import FOLDER, images_of_chapter, solution_module

RESULTS = ROOT / "docs" / "results" / "own_training.json"
STUDENTS = [f"2026{number:03}" for number in range(1, 61)]
PAGES = {
    "own.md": (
        "| chapter | own numbers | seed | minimum | accuracy after each epoch |",
        "Each ends with the first epoch that reaches the minimum, or after the recipe's last one.",
    ),
    "own.zh.md": (
        "| 章节 | 自己的数 | 种子 | 最低 | 每轮之后的准确率 |",
        "够到最低准确率的那一轮就停，否则训练到配方的最后一轮。",
    ),
}


@dataclass(frozen=True)
class Trained:
    """One run. accuracies: after each epoch; seconds: CPU of this process, without what an interrupted one took before."""

    chapter: str
    numbers: str
    student: str
    seed: int
    minimum: float
    accuracies: tuple[float, ...]
    cores: int
    seconds: int


def student_with(suite: CheckSuite, number: int, salt: str | None) -> str:
    """Return the first student of the class who has a variant."""
    return next(one for one in STUDENTS if suite.for_student(one, salt).number == number)


def trained(chapter_id: str, number: int, every_epoch: bool) -> Trained:
    """Train the reference with the numbers of a variant, as a student who has them would."""
    course, chapter = load_course(ROOT), load_chapter(ROOT / "source" / chapter_id)
    suite = read_kit(ROOT / "solutions" / chapter_id / "hidden.json")
    plan, gate = chapter.training, chapter.accuracy
    assert suite.bank is not None
    assert course.salt is not None
    assert plan is not None
    assert gate is not None
    variant = suite.bank.variants[number]
    student = student_with(suite, number, course.salt)
    seed = seed_of(course.salt, student, chapter_id)
    sets = images_of_chapter(ROOT, chapter)
    if sets.origin != "real":
        raise SystemExit(
            "generated photographs prove nothing here: name the folder of the real ones in AUTOGRADER_DATA"
        )
    (check,) = (one for one in suite.variant(number).checks.values() if isinstance(one, Accuracy))
    if side := getattr(check, "side", None):  # the networks of this chapter take photographs of the student's own side
        sets = sets.shrunk(side)
    found: tuple[float, ...] = ()
    began = time.process_time()
    folder = ROOT / FOLDER / chapter_id / f"own-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    solution = folder / f"{chapter_id}.py"
    solution.write_text(solution_text(ROOT, chapter, "en", variant.values), "utf-8")
    module = solution_module(solution)
    for epochs in range(1, plan.epochs + 1):  # each call goes on where the one before ended
        seed_everything(seed)
        history = fit(
            getattr(module, plan.network)(*plan.arguments),
            sets,
            Recipe(
                epochs=epochs,
                seed=seed,
                batch_size=plan.batch_size,
                learning_rate=plan.learning_rate,
                momentum=plan.momentum,
                weight_decay=plan.weight_decay,
                optimizer=plan.optimizer,
            ),
            weights=folder / "best.safetensors",
            checkpoint=folder / "checkpoint",
            augment=getattr(module, plan.augment) if plan.augment else None,
            progress=sys.stderr,
            language="en",
            rehearsal=False,
        )
        found = tuple(one.accuracy for one in history.epochs)
        if max(found) >= gate.minimum and not every_epoch:
            break
    seconds = round(time.process_time() - began)
    return Trained(chapter_id, variant.said, student, seed, gate.minimum, found, cores(), seconds)


def table(found: list[dict[str, Any]], heading: str, note: str) -> str:
    """Return all runs as a Markdown table; the accuracy that counts is bold."""
    lines = [note, "", heading, "| --- | --- | --: | --: | --- |"]
    for one in found:
        best = max(one["accuracies"])
        shown = ", ".join(f"**{value:g}**" if value == best else f"{value:g}" for value in one["accuracies"])
        lines.append(f"| {one['chapter']} | {one['numbers']} | {one['seed']} | {one['minimum']:g} | {shown} |")
    return "\n".join(lines)


def kept() -> list[dict[str, Any]]:
    """Return what was measured so far."""
    return json.loads(RESULTS.read_text("utf-8"))["runs"] if RESULTS.exists() else []


def keep(one: Trained) -> None:
    """Add a run to what is kept, in the place of an earlier one of the same variant."""
    mine = (one.chapter, one.numbers)
    runs = [run for run in kept() if (run["chapter"], run["numbers"]) != mine]
    runs = sorted([*runs, vars(one)], key=lambda run: (run["chapter"], run["numbers"]))
    note = "generated by `python benchmarks/own_training.py`, do not edit"
    RESULTS.write_text(json.dumps({"note": note, "runs": runs}, indent=1) + "\n", "utf-8")


def main() -> None:
    """Train what is asked for, keep the figures, and write the tables where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapter", nargs="?", help="without one nothing is trained")
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--all-epochs", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.chapter:
        bank = read_kit(ROOT / "solutions" / given.chapter / "hidden.json").bank
        for number in given.numbers or range(1, bank.count + 1 if bank else 0):
            one = trained(given.chapter, number, given.all_epochs)
            print(vars(one), flush=True)
            keep(one)
    for page, (heading, note) in PAGES.items():
        text = table(kept(), heading, note)
        if given.write:
            write_block("own training", text, ROOT / "docs" / page)
    print(table(kept(), *PAGES["own.md"]))


if __name__ == "__main__":
    main()
