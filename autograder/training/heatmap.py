"""Where a network looks: Grad-CAM on photographs, in the element-wise form.

Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017;
Draelos and Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks", 2020.
Grad-CAM weights a channel by the mean of its gradient. Behind a global average pool the gradient is
the same at every place of a channel, and both forms give one map. Behind a flattened map it is
not: there the mean marks the black corners of a photograph, the element-wise product the lesions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data import DataSet
from autograder.portable.older import paired
from autograder.text import Language, Text
from autograder.training.drawing import canvas, show
from autograder.training.failures import NO_MAP, failed
from autograder.training.framework import paddle_module
from autograder.training.images import ImageSet, ImageSets, is_rehearsal, validation_part
from autograder.training.predictions import RIGHT_COLOUR, WRONG_COLOUR, Judgement, classes_of, judgements, title

REHEARSAL_COLUMNS = 2  # one photograph with label 1, one without
BLACK = 12.0  # a blurred photograph is darker than that, of 255, only in the border around what is photographed
STRENGTH = 0.8  # share of the colour where the map is 1
HOT = (235.0, 40.0, 25.0)  # RGB
LEGEND = Text(zh="越红的地方越支持“{one}”这个判断", en="the redder a place is, the more it supports {one}")
ALTERNATIVE = Text(
    zh="上面一行是验证照片，写着文件名、标签和 {one} 的概率；下面一行是同一张照片的热力图，支持“{one}”的地方是红色",
    en="upper row: validation photographs with their file names, labels and probabilities of {one}; lower row: "
    "their heat maps, red where the image supports {one}",
)
OUTSIDE = Text(zh="另有 {share} 在黑边里", en="{share} lies in the border")


def show_heatmap(
    model: Any,
    images: DataSet | ImageSets,
    *,
    columns: int = 6,
    limit: int | None = 60,
    language: Language | None = None,
) -> None:
    """Show validation photographs above the same with the parts that speak for label 1 in red.

    Half of them have label 1, the network's mistakes come last.

    Args:
        limit: Only so many images, evenly spread, are looked through, None for all. A rehearsal draws two.
    """
    columns = min(columns, REHEARSAL_COLUMNS) if is_rehearsal() else columns
    part = validation_part(images, limit)
    show(heatmap_figure(model, part, columns, language), ALTERNATIVE.format(one=classes_of(part)[1]), language)


def heatmap_figure(model: Any, part: ImageSet, columns: int, language: Language | None = None) -> Any:
    """Return what `show_heatmap` shows, a matplotlib figure."""
    chosen = _chosen(judgements(model, part), columns)
    with canvas(language) as (plt, shown):
        size = (2.5 * len(chosen), 5.2)
        figure, axes = plt.subplots(2, len(chosen), figsize=size, layout="constrained", squeeze=False)
        for (above, below), entry in paired(axes.T, chosen):
            _draw(above, below, model, part, entry, shown)
            above.set_title(title(part, entry, shown), fontsize=12, color=RIGHT_COLOUR if entry.right else WRONG_COLOUR)
        figure.supxlabel(LEGEND.format(one=classes_of(part)[1]).to(shown), fontsize=12)
        return figure


def _draw(above: Any, below: Any, model: Any, part: ImageSet, entry: Judgement, language: Language) -> None:
    photograph = part.picture(entry.index)
    heat, outside = without_border(grad_cam(model, part.prepared(entry.index)), photograph)
    share = STRENGTH * heat[..., np.newaxis]
    grey = photograph.mean(axis=2, keepdims=True)  # a red map on a red photograph would not be seen
    above.imshow(photograph)
    below.imshow(np.round(grey * (1.0 - share) + np.array(HOT) * share).astype(np.uint8))
    below.set_title(OUTSIDE.format(share=f"{outside:.0%}").to(language), fontsize=12)
    for axes in (above, below):
        axes.set_axis_off()


def without_border(heat: NDArray[np.float64], photograph: NDArray[np.uint8]) -> tuple[NDArray[np.float64], float]:
    """Return a map without the black border around the subject, again in [0, 1], and the share that lay in the border.

    Args:
        heat: [H, W] in [0, 1].
        photograph: uint8 [H, W, 3].
    """
    import cv2

    border = cv2.blur(photograph.max(axis=2), (9, 9)) <= BLACK
    total = float(heat.sum())
    outside = float(heat[border].sum()) / total if total > 0 else 0.0
    kept = np.where(border, 0.0, heat)
    return (kept / kept.max() if kept.max() > 0 else kept), outside


def grad_cam(model: Any, image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return where the evidence for a large logit lies: [H, W] in [0, 1], of the size of `image` float32 [C, H, W].

    The map is that of the last layer whose output still has rows and columns; it is 0 everywhere where nothing speaks
    for label 1.

    Raises:
        TrainingError: For a network without such a layer.
    """
    import cv2

    paddle = paddle_module()
    was_training = model.training
    model.eval()
    try:
        fed = paddle.to_tensor(image[np.newaxis], stop_gradient=False)  # gradients for a frozen network too
        with _last_map(model) as found:
            logits = model(fed)
        if not found:
            raise failed(NO_MAP.format(name=type(model).__name__))
        gradient = paddle.grad(logits.sum(), found[-1])[0].numpy()[0]  # [C, h, w]
        features = found[-1].detach().numpy()[0].astype(np.float64)
    finally:
        model.train() if was_training else model.eval()
    heat = np.maximum((gradient * features).sum(axis=0), 0.0)  # [h, w]
    heat = heat / heat.max() if heat.max() > 0 else heat
    large = cv2.resize(heat, (image.shape[2], image.shape[1]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(large, dtype=np.float64), 0.0, 1.0)


@contextlib.contextmanager
def _last_map(model: Any) -> Iterator[list[Any]]:
    """Yield a list that holds, after a forward pass, the last layer output [N, C, h, w] with h, w above 1."""
    found: list[Any] = []

    def note(_layer: Any, _inputs: Any, output: Any) -> None:
        if getattr(output, "ndim", 0) == 4 and min(output.shape[2:]) > 1:
            found[:] = [output]

    hooks = [layer.register_forward_post_hook(note) for layer in model.sublayers()]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _chosen(found: list[Judgement], count: int) -> list[Judgement]:
    """Return a few photographs of both classes: the surest right ones, then the worst wrong ones."""
    surest = sorted(found, key=lambda entry: -abs(entry.probability - 0.5))
    wrong = [entry for entry in surest if not entry.right][: count // 3]
    by_class = [[entry for entry in surest if entry.right and entry.label == label] for label in (1, 0)]
    rest = count - len(wrong)
    ones = by_class[0][: max(rest - len(by_class[1]), rest - rest // 2)]
    return [*ones, *by_class[1][: rest - len(ones)], *wrong]
