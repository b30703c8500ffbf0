"""Photographs with what the network says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.data import DataSet
from autograder.portable.older import paired
from autograder.text import Language, Text
from autograder.training.drawing import canvas, show
from autograder.training.failures import PREDICTED, failed
from autograder.training.framework import paddle_module
from autograder.training.images import Batches, ImageSet, ImageSets, validation_part

ROWS = (
    Text(zh="判断正确", en="right"),
    Text(zh="判断错误", en="wrong"),
    Text(zh="最拿不准", en="least certain"),
)
TITLE = Text(
    zh="{name}\n标签：{truth}，概率 {probability:.2f}", en="{name}\nlabel {truth}, P({one}) = {probability:.2f}"
)
NUMBERS = (Text(zh="0", en="0"), Text(zh="1", en="1"))
NONE = Text(zh="一张也没有", en="none")
ALTERNATIVE = Text(
    zh="验证照片，每张上面写着文件名、标签和 {one} 的概率。第一行判断正确，第二行判断错误，第三行最拿不准",
    en="validation photographs with their file names, labels and probabilities of {one}. The first row shows right "
    "answers, the second wrong answers, the third the least certain ones",
)
RIGHT_COLOUR, WRONG_COLOUR = "tab:green", "tab:red"


@dataclass(frozen=True)
class Judgement:
    """One photograph.

    Attributes:
        index: Its place in the set.
        label: 0 or 1.
        probability: Of label 1.
    """

    index: int
    label: int
    probability: float

    @property
    def right(self) -> bool:
        """Whether the probability lies on the side of the label."""
        return (self.probability > 0.5) == (self.label == 1)


def judgements(model: Any, part: ImageSet) -> list[Judgement]:
    """Return the network's probability for each image; its mode is restored afterwards."""
    paddle = paddle_module()
    was_training, found = model.training, []
    model.eval()
    try:
        with paddle.no_grad():
            for images, _ in Batches(part, 10):
                logits = model(paddle.to_tensor(images)).numpy()
                if logits.ndim != 2 or logits.shape[1] != 1:
                    raise failed(PREDICTED.format(name=type(model).__name__, shape=list(logits.shape)))
                found.append(logits)
    finally:
        model.train() if was_training else model.eval()
    probabilities = 1.0 / (1.0 + np.exp(-np.concatenate(found)[:, 0].astype(np.float64)))
    pairs = paired(part.labels.reshape(-1), probabilities)
    return [Judgement(index, int(label), float(p)) for index, (label, p) in enumerate(pairs)]


def show_predictions(
    model: Any,
    images: DataSet | ImageSets,
    *,
    columns: int = 5,
    limit: int | None = None,
    language: Language | None = None,
) -> None:
    """Show validation photographs: rightly judged ones, the worst mistakes, the most unsure.

    Right ones are those the network is surest of, half of them with label 1; a wrong one is the worse the surer it is.

    Args:
        limit: Only so many images, evenly spread, are looked through.
    """
    part = validation_part(images, limit)
    show(predictions_figure(model, part, columns, language), ALTERNATIVE.format(one=classes_of(part)[1]), language)


def predictions_figure(model: Any, part: ImageSet, columns: int, language: Language | None = None) -> Any:
    """Return what `show_predictions` shows, a matplotlib figure."""
    found = judgements(model, part)
    rows = (_surest_of_both(found, columns), _worst(found, columns), _most_unsure(found, columns))
    with canvas(language) as (plt, shown):
        figure, axes = plt.subplots(3, columns, figsize=(2.5 * columns, 8.8), layout="constrained", squeeze=False)
        for line, row, text in paired(axes, rows, ROWS):
            for place, entry in zip(line, [*row, *[None] * columns]):
                place.set_xticks([])
                place.set_yticks([])
                if entry is None:
                    place.set_frame_on(False)
                else:
                    _show(place, part, entry, shown)
            line[0].set_ylabel(text.to(shown) if row else f"{text.to(shown)}: {NONE.to(shown)}", fontsize=12)
        return figure


def _show(axes: Any, part: ImageSet, entry: Judgement, language: Language) -> None:
    axes.imshow(part.picture(entry.index))
    axes.set_title(title(part, entry, language), fontsize=12, color=RIGHT_COLOUR if entry.right else WRONG_COLOUR)


def title(part: ImageSet, entry: Judgement, language: Language) -> str:
    """Return the words over a photograph: its name without ending, its label, the probability."""
    name = Path(part.names[entry.index]).stem if part.names else f"#{entry.index}"
    names = [text.to(language) for text in classes_of(part)]
    return TITLE.to(language).format(name=name, truth=names[entry.label], one=names[1], probability=entry.probability)


def classes_of(part: ImageSet) -> tuple[Text, ...]:
    """Return what the labels 0 and 1 are called: as the data set says, else their numbers."""
    return part.classes if len(part.classes) == len(NUMBERS) else NUMBERS


def _surest_of_both(found: Sequence[Judgement], count: int) -> list[Judgement]:
    right = sorted((entry for entry in found if entry.right), key=lambda entry: -abs(entry.probability - 0.5))
    ones, zeros = ([entry for entry in right if entry.label == label] for label in (1, 0))
    ones = ones[: max(count - len(zeros), count - count // 2)]
    return [*ones, *zeros[: count - len(ones)]]


def _worst(found: Sequence[Judgement], count: int) -> list[Judgement]:
    return sorted((entry for entry in found if not entry.right), key=lambda entry: -abs(entry.probability - 0.5))[
        :count
    ]


def _most_unsure(found: Sequence[Judgement], count: int) -> list[Judgement]:
    return sorted(found, key=lambda entry: abs(entry.probability - 0.5))[:count]
