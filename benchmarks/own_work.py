"""What a copy gains, and what tells of it: a made-up class of 60, ten of whom hand in another's LeNet.

`python benchmarks/own_work.py [--digits 4000] [--write]`. Fifty students train LeNet for real, each on their own (a few
seconds each); ten take the work of one of these and disguise it in ten ways. Everything runs twice: as it was, with one seed
for all and a weights file without notes, and as it is, with a seed of one's own, a nonce and a tag. For each way the table
says what the copy's accuracy is beside the original's, and which facts name the pair; for each fact, how many honest pairs
it names, too. `--write` renews the table between the marks of docs/own.md and docs/own.zh.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT, write_block
from safetensors.numpy import load_file, save_file

from autograder.client.tag import KEY, tag_of_folder, tags_in_file
from autograder.course.drawn import seed_of
from autograder.course.sets import data_set
from autograder.grading.traces import keep_raw, raw_of
from autograder.submission import RawSubmission
from autograder.submission.weights_notes import Notes
from autograder.training.framework import paddle_module
from autograder.training.images import ImageSet, ImageSets, sets_of
from autograder.training.recipe import Recipe
from autograder.training.reference import best_accuracy, solution_module
from autograder.training.weights import Arrays, note_of, restore_model, write_weights

SOLUTION = ROOT / "solutions" / "lenet" / "lenet.py"
STUDENTS, COPIES = 60, 10
TESTED = 2000  # test digits
SALT = "00112233445566778899aabbccddeeff"
COMMON_SEED = 2026
ALIKE = 0.3  # cosine of two networks: those of two seeds have about 0


@dataclass(frozen=True)
class Work:
    """What one student hands in. arrays: as the weights file has them."""

    student: str
    notebook: bytes
    arrays: Arrays
    notes: dict[str, str]


def notebook(tag: str | None, names: str = "") -> bytes:
    """Return a small answered notebook; tag: in the output of its first cell, where there is one."""
    metadata = {KEY: tag} if tag else {}
    shown = {"output_type": "display_data", "data": {"text/plain": "LeNet"}, "metadata": metadata}
    cells = [
        {"cell_type": "code", "source": "check = open_chapter('lenet')", "outputs": [shown], "metadata": {}},
        {"cell_type": "code", "source": SOLUTION.read_text("utf-8") + names, "outputs": [], "metadata": {}},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def without_outputs(content: bytes) -> bytes:
    """Return a notebook with its outputs cleared."""
    found = json.loads(content)
    for cell in found["cells"]:
        cell["outputs"] = []
    return json.dumps(found).encode()


def noisy(arrays: Arrays, part: float) -> Arrays:
    """Return weights with noise, `part` of the standard deviation of each array."""
    generator = np.random.default_rng(0)
    return {
        name: (value + generator.normal(0, part * float(value.std()), value.shape)).astype(np.float32)
        for name, value in arrays.items()
    }


Way = Callable[[Work, Work], Work]
"""(what the copier would have done alone, what they take) → what they hand in."""


def ways() -> dict[str, Way]:
    """Return the ten ways, each as a person would say it."""
    return {
        "the whole folder": lambda own, other: replace(other, student=own.student),
        "the folder, names changed": lambda own, other: replace(
            other,
            student=own.student,
            notebook=other.notebook.replace(b"conv", b"layer"),
            arrays={name.replace("conv", "layer"): value for name, value in other.arrays.items()},
        ),
        "the folder, outputs cleared": lambda own, other: replace(
            other, student=own.student, notebook=without_outputs(other.notebook)
        ),
        "the weights file alone": lambda own, other: replace(own, arrays=other.arrays, notes=other.notes),
        "weights saved again, without notes": lambda own, other: replace(own, arrays=other.arrays, notes={}),
        "weights with one's own seed noted": lambda own, other: replace(
            own, arrays=other.arrays, notes={**other.notes, "seed": own.notes.get("seed", "")}
        ),
        "weights with 1% noise, without notes": lambda own, other: replace(
            own, arrays=noisy(other.arrays, 0.01), notes={}
        ),
        "weights with 20% noise, without notes": lambda own, other: replace(
            own, arrays=noisy(other.arrays, 0.2), notes={}
        ),
        "the notebook, trained anew with one's own seed": lambda own, other: replace(own, notebook=other.notebook),
        "the notebook without outputs, trained anew": lambda own, other: replace(
            own, notebook=without_outputs(other.notebook)
        ),
    }


def honest(sets: ImageSets, students: list[str], folder: Path, own: bool) -> Iterator[Work]:
    """Yield what students made on their own. own: with a seed of their own, notes and a tag."""
    for student in students:
        seed = seed_of(SALT, student, "lenet") if own else COMMON_SEED
        path = folder / f"{student}.safetensors"
        recipe = Recipe(epochs=1, seed=seed, batch_size=16, learning_rate=5e-3, optimizer="adam")
        best_accuracy(SOLUTION, "LeNet", sets, recipe, path)
        home = folder / f"home-{student}"
        home.mkdir()
        tag = tag_of_folder(home) if own else None
        notes = note_of(path) if own else {"data": sets.origin}
        yield Work(student, notebook(tag), load_file(path), notes)


def accuracy(arrays: Arrays, sets: ImageSets) -> float:
    """Return the accuracy of weights on the test digits, whatever their names."""
    paddle = paddle_module()
    model = solution_module(SOLUTION).LeNet()
    restore_model(model, {name.replace("layer", "conv"): value for name, value in arrays.items()})
    model.eval()
    with paddle.no_grad():
        answers = model(paddle.to_tensor(sets.validation.images)).numpy().argmax(axis=1)
    return float((answers == sets.validation.labels.reshape(-1)).mean())


@dataclass(frozen=True)
class Seen:
    """What the class has of one hand-in, read back from where `grade` keeps it, and its weights as one vector."""

    student: str
    tags: frozenset[str]
    notes: Notes
    content: bytes
    vector: np.ndarray[Any, Any]


def seen(root: Path, work: Work, folder: Path) -> Seen:
    """Hand in and read back, as grading does."""
    path = folder / "handed-in.safetensors"
    if work.notes:
        write_weights(path, work.arrays, half=False, note=work.notes)
    else:
        save_file(work.arrays, path)
    raw = RawSubmission(Path("x"), "notebook", "lenet.ipynb", work.notebook, path.read_bytes(), "lenet.safetensors")
    keep_raw(root, raw.digest, raw)
    kept = raw_of(root, raw.digest)
    assert kept is not None
    wide = [value.ravel() for _, value in sorted(work.arrays.items()) if value.ndim >= 2]
    vector = np.concatenate(wide).astype(np.float64)
    return Seen(work.student, tags_in_file(kept[0]), kept[1], kept[0], vector / np.linalg.norm(vector))


def facts(first: Seen, second: Seen) -> dict[str, bool]:
    """Return what is the same in two hand-ins that nobody makes the same by chance."""
    seeds = {one.student: seed_of(SALT, one.student, "lenet") for one in (first, second)}
    return {
        "equal weights": bool(np.array_equal(first.vector, second.vector)),
        "cosine": float(first.vector @ second.vector) >= ALIKE,
        "nonce": bool(first.notes.nonce) and first.notes.nonce == second.notes.nonce,
        "seed": first.notes.seed == seeds[second.student] or second.notes.seed == seeds[first.student],
        "tag": bool(first.tags & second.tags),
    }


def world(sets: ImageSets, own: bool) -> dict[str, Any]:
    """Make the class and return what it shows. own: as it is now."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        students = [f"s{number:03}" for number in range(1, STUDENTS + 1)]
        made = list(honest(sets, students if own else students[:2], folder, own))
        if not own:  # one seed and one program: everybody has the very same, as the first two show
            assert all(np.array_equal(made[0].arrays[name], value) for name, value in made[1].arrays.items())
            made = [replace(made[0], student=student) for student in students]
        alone, rest = made[-COPIES:], made[:-COPIES]
        copies = [way(own_work, other) for way, own_work, other in zip(ways().values(), alone, rest, strict=False)]
        handed_in = [seen(folder, work, folder) for work in (*rest, *copies)]
        honest_ones, copied = handed_in[:-COPIES], handed_in[-COPIES:]
        pairs = [facts(*pair) for pair in itertools.combinations(honest_ones, 2)]
        rows = []
        for name, copy, work, source, original in zip(ways(), copied, copies, honest_ones, rest, strict=False):
            told = facts(source, copy)
            figures = (accuracy(original.arrays, sets), accuracy(work.arrays, sets))
            rows.append({"way": name, "original": figures[0], "copy": figures[1], "facts": told})
        return {
            "rows": rows,
            "honest_pairs": len(pairs),
            "honest": {fact: sum(pair[fact] for pair in pairs) for fact in pairs[0]},
        }


def main() -> None:
    """Run both worlds, print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=4000, help="training digits of each network")
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/own.md and docs/own.zh.md")
    given = parser.parse_args()
    sets = sets_of(data_set(ROOT, "mnist")).first(given.digits)
    few = ImageSet(sets.validation.images[:TESTED], sets.validation.labels[:TESTED])
    sets = replace(sets, validation=few)
    before, after = world(sets, own=False), world(sets, own=True)
    for language in ("en", "zh"):
        text = table(before, after, given.digits, sets.origin, language)
        if language == "en":
            print(text)
        if given.write:
            write_block("own work", text, ROOT / "docs" / ("own.md" if language == "en" else "own.zh.md"))


ZH = {
    "the whole folder": "整个文件夹",
    "the folder, names changed": "整个文件夹，改了名字",
    "the folder, outputs cleared": "整个文件夹，清掉输出",
    "the weights file alone": "只抄权重文件",
    "weights saved again, without notes": "权重另存一次，不带记录",
    "weights with one's own seed noted": "权重里把种子改成自己的",
    "weights with 1% noise, without notes": "权重加 1% 噪声，不带记录",
    "weights with 20% noise, without notes": "权重加 20% 噪声，不带记录",
    "the notebook, trained anew with one's own seed": "抄笔记本，用自己的种子重新训练",
    "the notebook without outputs, trained anew": "抄清掉输出的笔记本，重新训练",
    "equal weights": "权重相同",
    "cosine": "余弦",
    "nonce": "随机数",
    "seed": "种子",
    "tag": "标记",
}


def table(before: dict[str, Any], after: dict[str, Any], digits: int, origin: str, language: str) -> str:
    """Return both worlds as one Markdown table: a fact counts for a copy where it names no honest pair."""

    def word(name: str) -> str:
        return ZH[name] if language == "zh" else name

    def telling(found: dict[str, Any], row: dict[str, Any]) -> str:
        names = [word(fact) for fact, holds in row["facts"].items() if holds and not found["honest"][fact]]
        return ("、" if language == "zh" else ", ").join(names) or "-"

    head = (
        f"每个网络 {digits:,} 个训练数字（{'真实' if origin == 'real' else '生成'}），1 轮；{before['honest_pairs']:,} 对独立完成的作业。\n\n"
        "| 抄法 | 原作的准确率 | 抄来的准确率 | 以前：能发现的事实 | 现在：能发现的事实 |"
        if language == "zh"
        else f"Each network: {digits:,} training digits ({origin}), 1 epoch; {before['honest_pairs']:,} honest pairs.\n\n"
        "| what is copied | accuracy of the original | accuracy of the copy | revealed by, before | revealed by, now |"
    )
    lines = [head, "| --- | --: | --: | --- | --- |"]
    for old, new in zip(before["rows"], after["rows"], strict=True):
        lines.append(
            f"| {word(new['way'])} | {new['original']:.3f} | {new['copy']:.3f} | {telling(before, old)} | {telling(after, new)} |"
        )
    counts = [
        "; ".join(f"{word(fact)} {count:,}" for fact, count in found["honest"].items()) for found in (before, after)
    ]
    lines += [
        "",
        f"独立完成的作业中，有相同事实的对数：以前 {counts[0]}；现在 {counts[1]}。"
        if language == "zh"
        else f"Honest pairs that share a fact: before {counts[0]}; now {counts[1]}.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
