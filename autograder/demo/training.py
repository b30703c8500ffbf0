"""The networks of the demo, trained beside the grading: `python -m autograder.demo.training NUMBER CLASS`.

Each is trained in a process of its own, which prints what it does, and gives way to the grading.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from autograder.course import load_chapter, load_course
from autograder.course.sets import data_set
from autograder.demo.sample import SampleHandIn, answer_of, own_numbers, read_demo
from autograder.errors import AutograderError
from autograder.text import Language, Text
from autograder.training.wording import chosen_language

GIVES_WAY = 5  # niceness
DATA = "data"  # in place of a network's number: only see that the data is there
DATA_TITLE = Text(zh="数据", en="data")
ORIGINS = {
    "real": Text(zh="{name} 是真实的", en="{name} is real"),
    "generated": Text(zh="{name} 是画出来的", en="{name} is generated"),
}
BEST = Text(zh="训练完了，最好的准确率 {accuracy:.4f}", en="trained, best accuracy {accuracy:.4f}")
FAILED = Text(zh="{name} 训练失败，上面几行说明了原因", en="{name}: training failed; the lines above say why")


class DemoError(AutograderError):
    """The sample class cannot be made, or one of its networks not be trained."""


class Training:
    """Trains all networks beside what happens inside `with`; what is left is ended with it.

    Attributes:
        place: The sample class, which finds its data.
        hand_ins: Whose networks, in this order.
        say: Called with each line.
    """

    def __init__(
        self, place: Path, hand_ins: Sequence[SampleHandIn], say: Callable[[str], None], language: Language
    ) -> None:
        self._place, self._say = place, say
        self._titles = [one.train.title.to(language) for one in hand_ins if one.train is not None]
        self._language = language
        self._pool = ThreadPoolExecutor(2)
        self._processes: list[subprocess.Popen[str]] = []
        self._runs: list[Future[None]] = []
        self._ended = False

    def __enter__(self) -> Training:
        """Begin: first the data, which may have to be generated, then two networks at a time."""
        if self._titles:
            data = self._pool.submit(self._run, DATA, DATA_TITLE.to(self._language))
            for number, title in enumerate(self._titles):
                self._runs.append(self._pool.submit(self._run_after, data, str(number), title))
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
        """Wait for all networks.

        Raises:
            DemoError: For one that failed.
        """
        for run in self._runs:
            run.result()

    def _run_after(self, data: Future[None], name: str, title: str) -> None:
        data.result()
        self._run(name, title)

    def _run(self, name: str, title: str) -> None:
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
            raise DemoError(FAILED.format(name=title))


def train(one: SampleHandIn, place: Path) -> float:
    """Train the network of a hand-in, write its weights into what the student hands in, and return its best accuracy."""
    from autograder.training.images import sets_of
    from autograder.training.recipe import Recipe
    from autograder.training.reference import best_accuracy

    assert one.train is not None
    chapter, _, values = own_numbers(place, one.student, one.chapter)
    recipe = chapter.training
    assert recipe is not None
    assert chapter.data is not None
    folder = place / "submitted" / one.student / one.chapter
    answer = folder / one.file
    if answer.suffix != ".py":
        answer = place / ".autograder" / "demo" / one.student / f"{one.chapter}.py"
        answer.parent.mkdir(parents=True, exist_ok=True)
        answer.write_text(answer_of(place, one.student, one.chapter, str(one.answer)), "utf-8")
    sets = sets_of(data_set(place, chapter.data))
    if one.train.first is not None:
        sets = sets.first(one.train.first)
    if one.train.spread is not None:
        sets = replace(sets, training=sets.training.chosen(one.train.spread))
    if one.train.validation is not None:
        sets = replace(sets, validation=sets.validation.chosen(one.train.validation))
    if one.train.side is not None:
        sets = sets.shrunk(values[one.train.side] if isinstance(one.train.side, str) else one.train.side)
    return best_accuracy(
        answer,
        recipe.network,
        sets,
        Recipe(
            epochs=one.train.epochs_on(sets.origin, recipe.epochs),
            seed=recipe.seeds[0],
            batch_size=recipe.batch_size,
            learning_rate=recipe.learning_rate,
            momentum=recipe.momentum,
            weight_decay=recipe.weight_decay,
            optimizer=recipe.optimizer,
            half=one.train.half,
        ),
        folder / f"{one.chapter}.safetensors",
        progress=sys.stdout,
        arguments=recipe.arguments,
    )


def main(words: list[str]) -> None:
    """Do one of the jobs and print what came of it."""
    name, place = words[0], Path(words[1])
    os.nice(GIVES_WAY)
    language = chosen_language(None)
    hand_ins = read_demo(place, load_course(place)).trained
    if name == DATA:
        chapters = (load_chapter(place / "source" / one.chapter) for one in hand_ins)
        for used in sorted({str(chapter.data) for chapter in chapters}):
            print(ORIGINS[data_set(place, used).origin].to(language).format(name=used), flush=True)
        return
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(BEST.to(language).format(accuracy=train(hand_ins[int(name)], place)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
