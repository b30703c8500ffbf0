"""The networks of the demo, trained beside the grading: `python -m autograder.demo.training NETWORK CLASS`.

Each is trained in a process of its own, which prints what it does, and gives way to the grading.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from autograder.constants import Values
from autograder.course import Chapter, load_chapter, load_course
from autograder.course.sets import data_set
from autograder.course.variants import values_of
from autograder.text import Language, Text
from autograder.training.wording import chosen_language

GIVES_WAY = 5  # niceness
DIGITS = 20_000
VALIDATION = 100  # photographs by which the best epoch is chosen; the grader measures on all
SIGMOID_PHOTOGRAPHS = 100
EPOCHS = {"real": 3, "generated": 5}  # the drawn eyes take longer to learn
RELU, SIGMOID = "s090", "s091-sigmoid"  # who hands in which network for photographs
TITLES = {
    "images": Text(zh="数据", en="images"),
    "relu": Text(zh="LeNet + ReLU，眼底照片", en="LeNet with ReLU, photographs"),
    "digits": Text(zh="LeNet，手写数字", en="LeNet, digits"),
    "sigmoid": Text(zh="LeNet + sigmoid，眼底照片", en="LeNet with sigmoid, photographs"),
}
FOUND = Text(zh="{mnist}数字，{palm}照片", en="{mnist} digits and {palm} photographs")
ORIGINS = {"real": Text(zh="真实的", en="real"), "generated": Text(zh="画出来的", en="generated")}
BEST = Text(zh="训练完了，最好的准确率 {accuracy:.4f}", en="trained, best accuracy {accuracy:.4f}")
FAILED = Text(zh="{name} 训练失败，上面几行说明了原因", en="{name}: training failed; the lines above say why")


class DemoError(Exception):
    """A network could not be trained."""


class Training:
    """Trains all networks beside what happens inside `with`; what is left is ended with it.

    place: the sample class, which finds its data; say: called with each line.
    """

    def __init__(self, place: Path, say: Callable[[str], None], language: Language) -> None:
        self._place, self._say = place, say
        self._language = language
        self._pool = ThreadPoolExecutor(2)
        self._processes: list[subprocess.Popen[str]] = []
        self._runs: list[Future[None]] = []
        self._ended = False

    def __enter__(self) -> Training:
        """Begin: first the images, which may have to be drawn, then two networks at a time."""
        images = self._pool.submit(self._run, "images")
        for names in (("relu",), ("digits", "sigmoid")):
            self._runs.append(self._pool.submit(self._run_after, images, names))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what is still running."""
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.terminate()
        self._pool.shutdown()

    def finish(self) -> None:
        """Wait for all networks; raises DemoError for one that failed."""
        for run in self._runs:
            run.result()

    def _run_after(self, images: Future[None], names: tuple[str, ...]) -> None:
        images.result()
        for name in names:
            self._run(name)

    def _run(self, name: str) -> None:
        words = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "autograder.demo.training",
            name,
            str(self._place),
        ]
        variables = {**os.environ, "AUTOGRADER_LANG": self._language}
        title = TITLES[name].to(self._language)
        with subprocess.Popen(
            words, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            self._processes.append(process)
            if self._ended:
                process.terminate()
            assert process.stdout is not None
            for line in process.stdout:
                self._say(f"{title}: {line.rstrip()}")
        if process.returncode:
            raise DemoError(FAILED.to(self._language).format(name=title))


def own_numbers(place: Path, student: str, chapter: str) -> tuple[Chapter, Language, Values]:
    """Return a chapter, the language of its course, and the numbers that a student has in it."""
    course, found = load_course(place), load_chapter(place / "source" / chapter)
    return found, course.language, values_of(found.variants, course.salt, student, chapter)


def train(name: str, place: Path) -> float:
    """Train one network, write its weights into what a student hands in, and return its best accuracy."""
    from autograder.authoring.notebooks import solution_text
    from autograder.training.images import sets_of
    from autograder.training.recipe import Recipe
    from autograder.training.reference import best_accuracy

    submitted = place / "submitted"
    if name == "digits":
        digits = sets_of(data_set(place, "mnist"))
        epochs = max(1, DIGITS // len(digits.training))
        recipe = Recipe(epochs=epochs, seed=1, batch_size=32, learning_rate=2e-3, optimizer="adam")
        solution = place / "solutions" / "lenet" / "lenet.py"
        weights = submitted / RELU / "lenet" / "lenet.safetensors"
        return best_accuracy(solution, "LeNet", digits.first(DIGITS), recipe, weights)
    sets = sets_of(data_set(place, "palm"))
    sets = replace(sets, validation=sets.validation.chosen(VALIDATION))
    student, epochs = (SIGMOID, 1) if name == "sigmoid" else (RELU, EPOCHS[sets.origin])
    chapter, language, values = own_numbers(place, student, "lenet_palm")
    if name == "sigmoid":
        sets = replace(sets, training=sets.training.chosen(SIGMOID_PHOTOGRAPHS))
        solution = submitted / SIGMOID / "lenet_palm" / "lenet_palm.py"
    else:
        solution = place / ".autograder" / "relu" / "lenet_palm.py"
        solution.parent.mkdir(parents=True, exist_ok=True)
        solution.write_text(solution_text(place, chapter, language, values), "utf-8")
    sets = sets.shrunk(values["PHOTO_SIDE"])
    weights = submitted / student / "lenet_palm" / "lenet_palm.safetensors"
    recipe = Recipe(epochs=epochs, seed=1, half=True)
    return best_accuracy(solution, "LeNetReLU", sets, recipe, weights, progress=sys.stdout)


def main(words: list[str]) -> None:
    """Do one of the jobs and print what came of it."""
    name, place = words[0], Path(words[1])
    os.nice(GIVES_WAY)
    language = chosen_language(None)
    if name == "images":
        said = {kind: ORIGINS[data_set(place, kind).origin].to(language) for kind in ("mnist", "palm")}
        print(FOUND.to(language).format(**said), flush=True)
        return
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(BEST.to(language).format(accuracy=train(name, place)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
