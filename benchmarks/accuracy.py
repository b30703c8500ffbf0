"""The accuracy gate beside a plain loop: `python benchmarks/accuracy.py [--rounds N] [--chapters A,B] [--trained FOLDER]`.

Each chapter's reference network is measured on the whole set, by the accuracy check in the box and by a loop over batches
as anybody would write it. CPU time is that of a control group, start, loading and compiling included. A loop costs the
same for each image, so in most rounds it runs over a fifth of them, times five; once it runs over all, and what the gate
predicts must be the same for every image. --write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT, cpu_seconds, machine, run_inside, write_block

from autograder.checks import accuracy
from autograder.checks.accuracy import Accuracy, Images, ImageSets, WeightsFile
from autograder.course import load_course
from autograder.grading.classroom import image_sets, kit_of
from autograder.grading.grade import grade
from autograder.grading.render import text_of
from autograder.measures import predictions
from autograder.sandbox.box import box_for_course
from autograder.submission import read_submission
from autograder.training.framework import paddle_module
from autograder.training.reference import solution_module

PART = 5  # the loop runs over one in so many images, but for once
FORMS = {"bfloat16": accuracy.FORMS, "float32": ("float32",)}


@dataclass(frozen=True)
class Found:
    """CPU seconds for the whole set: plain: of the loop; fast: of the gate, by what it computes in."""

    images: int
    accuracy: float
    plain: float
    fast: dict[str, float]


class Chapter:
    """One chapter's reference network, its weights and its images."""

    def __init__(self, name: str, weights: Path | None) -> None:
        self.suite = kit_of(ROOT, name)
        self.task, self.check = next(
            (task.id, check)
            for task, entry in self.suite.chapter.checks()
            if isinstance(check := self.suite.checks[task.full_id(entry)], Accuracy)
        )
        self.solution = ROOT / "solutions" / name / f"{name}.py"
        module = solution_module(self.solution)
        self.network: Any = getattr(module, self.check.name)(*self.check.arguments)
        self.network.eval()
        self.raw = read_submission(self.solution, name)
        if weights:
            from safetensors.numpy import load_file

            tensors = {key: value.astype(np.float32) for key, value in load_file(weights).items()}
            self.network.set_state_dict({key: paddle_module().to_tensor(value) for key, value in tensors.items()})
            content = weights.read_bytes()
        else:
            from safetensors.numpy import save

            content = save({key: value.numpy() for key, value in self.network.state_dict().items()})
        self.weights = WeightsFile(f"{name}.safetensors", content)
        self.images: Images = image_sets(ROOT, load_course(ROOT).data, self.suite).validation()

    def plain(self, part: int) -> np.ndarray[Any, Any]:
        """Return the predictions [N] of a loop over one in `part` images."""
        paddle = paddle_module()
        count, batch = len(self.images.labels) // part, self.check.batch
        logits = []
        with paddle.no_grad():
            for start in range(0, count, batch):
                images = self.images.prepare(self.images.images[start : min(count, start + batch)])
                logits.append(self.network(paddle.to_tensor(images)).numpy())
        return predictions(np.concatenate(logits))

    def gate(self, box: Any, forms: tuple[str, ...]) -> np.ndarray[Any, Any]:
        """Run the accuracy check in the box; return its predictions [N] in the order of the images."""
        seen: list[np.ndarray[Any, Any]] = []
        plain, accuracy.FORMS = accuracy.measured, forms

        def noting(logits: Any, labels: Any) -> Any:
            seen.append(predictions(logits))
            return plain(logits, labels)

        accuracy.measured = noting
        try:
            sets = ImageSets(lambda: self.images, lambda: self.images)
            result = grade(self.suite, self.raw, box, weights=self.weights, images=sets, tasks=[self.task])
        finally:
            accuracy.measured, accuracy.FORMS = plain, FORMS["bfloat16"]
        said = next(text_of(one.said).en for one in result.findings if one.kind == "accuracy")
        if not seen or "could not be compiled" in said:
            raise SystemExit(f"{self.check.name}: {said}")
        order = np.random.default_rng(len(self.weights.content)).permutation(len(self.images.labels))
        found = np.empty_like(seen[0])
        found[order] = seen[0]
        return found


def measured(chapter: Chapter, box: Any, clock: Callable[[], float], rounds: int) -> Found:
    """Run loop and gate in turn; stop where they do not agree on an image."""
    truth = chapter.images.labels.reshape(-1)
    wanted = chapter.plain(1)
    plain: list[float] = []
    fast: dict[str, list[float]] = {form: [] for form in FORMS}
    for _ in range(rounds):
        begin = clock()
        chapter.plain(PART)
        plain.append(PART * (clock() - begin))
        for form, forms in FORMS.items():
            begin = clock()
            found = chapter.gate(box, forms)
            fast[form].append(clock() - begin)
            if differ := int((found != wanted).sum()):
                raise SystemExit(f"{chapter.check.name}: {form} and the loop differ on {differ} images")
        print(f"{chapter.check.name}: {plain[-1]:.1f}", *(f"{k} {v[-1]:.1f}" for k, v in fast.items()), file=sys.stderr)
    medians = {form: statistics.median(each) for form, each in fast.items()}
    return Found(len(truth), float((wanted == truth).mean()), statistics.median(plain), medians)


def has_bfloat16() -> bool:
    """Tell whether the gate computes in bfloat16 on this processor."""
    return bool(paddle_module().base.core.supports_bfloat16_fast_performance())


def table(found: dict[str, Found], rounds: int, trained: bool) -> str:
    """Return the head and the table in Markdown."""
    head = (
        f"CPU seconds for the whole set, {'trained' if trained else 'untrained'} weights, medians of {rounds} interleaved; the accuracy check includes its start, "
        f"loading and compiling; one thread each; {machine()}. "
        "Every image got the same prediction."
    )
    lines = [
        head,
        "",
        "| chapter | images | accuracy | plain loop | check, float32 | ratio | check, bfloat16 | ratio |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, one in found.items():
        cells = [f"{one.images}", f"{one.accuracy:.4f}", f"{one.plain:.1f}"]
        for form in ("float32", "bfloat16"):
            cells += [f"{one.fast[form]:.1f}", f"{one.plain / one.fast[form]:.1f}"] if form in one.fast else ["-", "-"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--chapters", default="lenet,lenet_palm,alexnet,vgg,googlenet,resnet")
    options.add_argument(
        "--trained",
        type=Path,
        default=ROOT / ".autograder" / "training",
        help="where `autograder train` left weights; new ones are used for chapters that have none",
    )
    options.add_argument("--write-docs", action="store_true")
    options.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # the control group that this process is in
    chosen = options.parse_args()
    names = chosen.chapters.split(",")
    weights = {name: chosen.trained / name / "seed-1" / f"{name}.safetensors" for name in names}
    if chosen.inside:
        if not has_bfloat16():
            del FORMS["bfloat16"]
        box = box_for_course(load_course(ROOT))
        for name in names:
            chapter = Chapter(name, weights[name] if weights[name].exists() else None)
            found = measured(chapter, box, lambda: cpu_seconds(chosen.inside), chosen.rounds)
            print(json.dumps({"name": name, **asdict(found)}), flush=True)
        return
    told = run_inside(sys.argv)
    found = {(row := json.loads(line)).pop("name"): Found(**row) for line in told.splitlines()}
    text = table(found, chosen.rounds, all(path.exists() for path in weights.values()))
    print(text)
    if chosen.write_docs:
        write_block("accuracy", text)


if __name__ == "__main__":
    main()
