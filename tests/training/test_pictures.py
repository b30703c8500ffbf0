"""Curves, predictions and heat maps: what they say, in which language, and where the red is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup

from autograder.training import (
    History,
    ImageSets,
    Recipe,
    TrainingError,
    drawing,
    heatmap,
    show_curves,
    show_figure,
    show_heatmap,
    show_predictions,
)
from autograder.training.curves import curves_figure
from autograder.training.framework import paddle_module, seed_everything
from autograder.training.heatmap import grad_cam, heatmap_figure, without_border
from autograder.training.history import Epoch
from autograder.training.predictions import Judgement, judgements, predictions_figure

EPOCHS = (
    Epoch(1, 0.7, 0.6, 0.8, 0.9, ((9, 3), (2, 10)), 1.0),
    Epoch(2, 0.5, 0.5, 0.95, None, ((12, 0), (1, 11)), 1.0),
)
HISTORY = History("AlexNet", Recipe(epochs=2, seed=1), EPOCHS, "0" * 64, "real")


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    matplotlib.use("Agg")
    yield
    plt.close("all")


def words(figure: Any) -> str:
    found = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
    return "\n".join(text for text in found if text)


@pytest.fixture
def no_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "CHINESE_FONTS", ())


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that every matplotlib has takes the place of a Chinese one."""
    monkeypatch.setattr(drawing, "CHINESE_FONTS", ("DejaVu Sans Mono",))


@pytest.mark.usefixtures("chinese")
def test_labels_are_chinese_where_a_font_can_draw_them() -> None:
    said = words(curves_figure(HISTORY))
    assert "验证准确率" in said
    assert "最好：第 2 轮，0.9500" in said
    assert "validation accuracy" in words(curves_figure(HISTORY, "en"))


@pytest.mark.usefixtures("no_chinese")
def test_labels_are_english_where_none_can_so_that_no_boxes_show(tmp_path: Path) -> None:
    figure = curves_figure(HISTORY, "zh")
    assert "best: epoch 2, 0.9500" in words(figure)
    assert words(figure).isascii() or "−" in words(figure)
    figure.savefig(tmp_path / "curves.png")  # a missing glyph would be a warning, and warnings are errors


def test_a_real_chinese_font_draws_every_label(tmp_path: Path) -> None:
    if drawing.chinese_font() is None:
        pytest.skip("no Chinese font here")
    curves_figure(HISTORY, "zh").savefig(tmp_path / "curves.png")


@pytest.mark.usefixtures("chinese")
def test_a_notebooks_own_plot_speaks_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    with plt.rc_context():
        assert drawing.caption("照片", "photograph") == "照片"
        assert plt.rcParams["font.family"][0] == drawing.chinese_font()
        monkeypatch.setenv("AUTOGRADER_LANG", "en")
        assert drawing.caption("照片", "photograph") == "photograph"


@pytest.mark.usefixtures("chinese")
def test_axes_made_before_the_first_caption_draw_it_too() -> None:
    with plt.rc_context():
        _, axis = plt.subplots()
        axis.set_title(drawing.caption("照片", "photograph"))
        plt.xlabel(drawing.caption("百万个参数", "million parameters"))
        for text in (axis.title, axis.xaxis.label):
            assert text.get_fontfamily()[0] == drawing.chinese_font()
        plt.close("all")


@pytest.mark.usefixtures("no_chinese")
def test_a_notebooks_own_plot_is_english_where_no_font_has_chinese() -> None:
    assert drawing.caption("照片", "photograph") == "photograph"


def test_a_rehearsal_is_marked_and_one_epoch_can_be_drawn() -> None:
    figure = curves_figure(replace(HISTORY, epochs=EPOCHS[:1], rehearsal=True), "en")
    assert "AlexNet (rehearsal)" in words(figure)


def seeing(part: slice, sign: float = 1.0) -> Any:
    """Make a network whose logit is the brightness of some rows of the picture."""
    paddle = paddle_module()

    class Seeing(paddle.nn.Layer):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.pool = paddle.nn.AvgPool2D(8)

        def forward(self, x: Any) -> Any:
            return sign * (self.pool(x)[:, :, part].mean(axis=[1, 2, 3]) + 1.0).reshape([-1, 1])

    return Seeing()


def test_the_map_is_red_where_the_evidence_lies_and_nowhere_else() -> None:
    heat = grad_cam(seeing(slice(0, 7)), np.full((3, 224, 224), 0.5, np.float32))
    assert heat.shape == (224, 224)
    assert heat[:40].min() > 0.9
    assert heat[80:].max() < 0.05


def test_evidence_against_is_not_shown() -> None:
    assert grad_cam(seeing(slice(0, 28), sign=-1.0), np.full((3, 224, 224), 0.5, np.float32)).max() == 0.0


def test_behind_a_global_pool_it_is_grad_cam_itself() -> None:
    paddle = paddle_module()
    nn = paddle.nn
    seed_everything(3)
    features = nn.Sequential(nn.Conv2D(3, 8, 5, stride=8), nn.ReLU())
    fc = nn.Linear(8, 1)
    model = nn.Sequential(features, nn.AdaptiveAvgPool2D(1), nn.Flatten(), fc)
    image = np.random.default_rng(1).normal(size=(3, 224, 224)).astype(np.float32)
    maps = features(paddle.to_tensor(image[np.newaxis])).numpy()[0]
    expected = np.maximum(np.tensordot(fc.weight.numpy()[:, 0], maps, axes=1), 0.0)
    heat = grad_cam(model, image)
    centres = heat[4::8, 4::8][: expected.shape[0], : expected.shape[1]]
    assert np.corrcoef(centres.ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.usefixtures("in_english")
def test_a_network_without_maps_has_no_heat_map_and_keeps_its_mode() -> None:
    nn = paddle_module().nn
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 1))
    model.train()
    with pytest.raises(TrainingError, match="has no layer with an output"):
        grad_cam(model, np.zeros((3, 8, 8), np.float32))
    assert model.training


def test_probabilities_are_judged_and_the_mode_restored(sets: ImageSets, tiny: Callable[[], Any]) -> None:
    model = tiny()
    model.train()
    found = judgements(model, sets.validation)
    assert model.training
    assert [entry.index for entry in found] == list(range(24))
    assert [entry.label for entry in found] == sets.validation.labels.reshape(-1).astype(int).tolist()
    assert Judgement(0, 1, 0.6).right
    assert not Judgement(0, 0, 0.6).right


def test_right_wrong_and_unsure_photographs_are_named(sets: ImageSets, tiny: Callable[[], Any]) -> None:
    model = tiny()
    said = words(predictions_figure(model, sets.validation, 3, "en"))
    least = min(judgements(model, sets.validation), key=lambda entry: abs(entry.probability - 0.5))
    assert Path(sets.validation.names[least.index]).stem in said
    assert "right" in said
    assert "wrong" in said
    assert "least certain" in said


def test_a_network_without_mistakes_says_so(sets: ImageSets) -> None:
    paddle = paddle_module()

    class Knows(paddle.nn.Layer):  # type: ignore[misc, name-defined]
        answers = iter(np.split(sets.validation.labels, [10, 20]))

        def forward(self, _: Any) -> Any:
            return paddle.to_tensor(next(self.answers) * 20 - 10)

    assert "wrong: none" in words(predictions_figure(Knows(), sets.validation, 3, "en"))


def test_photographs_and_maps_stand_in_pairs(sets: ImageSets, tiny: Callable[[], Any]) -> None:
    figure = heatmap_figure(tiny(), sets.validation, 4, "en")
    shown = [axes for axes in figure.axes if axes.images]
    assert len(shown) == 8
    assert "the redder" in words(figure)


def test_showing_works_without_a_screen(sets: ImageSets, tiny: Callable[[], Any]) -> None:
    show_curves(HISTORY)
    show_predictions(tiny(), sets, columns=2, limit=6, language="en")
    show_heatmap(tiny(), sets, columns=2, limit=6, language="en")
    assert not plt.get_fignums()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What a notebook gets: the backend is that of Jupyter."""
    found: list[dict[str, str]] = []
    monkeypatch.setattr(plt, "get_backend", lambda: "module://matplotlib_inline.backend_inline")
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: found.append(bundle))
    return found


def test_a_notebook_gets_every_picture_with_words_for_those_who_do_not_see_it(
    sets: ImageSets, tiny: Callable[[], Any], shown: list[dict[str, str]]
) -> None:
    show_curves(HISTORY, "en")
    show_predictions(tiny(), sets, columns=2, limit=6, language="zh")
    show_heatmap(tiny(), sets, columns=2, limit=6, language="en")
    plt.figure()
    show_figure(zh="一条线", en='a line <of> "dots"')
    pictures = [BeautifulSoup(bundle["text/html"], "html.parser").img for bundle in shown]
    assert [picture["alt"] for picture in pictures if picture] == [bundle["text/plain"] for bundle in shown]
    assert "Training loss 0.700 → 0.500" in shown[0]["text/plain"]
    assert shown[0]["text/plain"].endswith("The best is epoch 2")
    assert "AUC" not in shown[0]["text/plain"]  # the second epoch has none
    assert "最拿不准" in shown[1]["text/plain"]
    assert "heat map" in shown[2]["text/plain"]
    assert all(picture and str(picture["src"]).startswith("data:image/png;base64,iVBOR") for picture in pictures)
    assert not plt.get_fignums()  # or Jupyter would show them again


def test_the_words_of_a_notebooks_own_figure_are_in_its_language(
    shown: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("zh", "en"):
        monkeypatch.setenv("AUTOGRADER_LANG", language)
        plt.figure()
        show_figure(zh="一条线", en="a line")
    assert [bundle["text/plain"] for bundle in shown] == ["一条线", "a line"]


def test_the_black_border_is_left_out_of_a_heat_map_and_its_share_is_told() -> None:
    photograph = np.zeros((60, 60, 3), np.uint8)
    photograph[10:50, 10:50] = 120
    heat = np.zeros((60, 60))
    heat[:4, :4], heat[30, 30], heat[31, 31] = 1.0, 0.5, 0.25
    kept, outside = without_border(heat, photograph)
    assert kept[:4, :4].max() == 0.0
    assert (kept[30, 30], kept[31, 31]) == (1.0, 0.5)
    assert outside == pytest.approx(16 / 16.75)
    nothing, share = without_border(np.zeros((60, 60)), photograph)
    assert (nothing.max(), share) == (0.0, 0.0)


def test_a_rehearsal_draws_two_heat_maps(
    tiny: Callable[[], Any], sets: ImageSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(heatmap, "show", lambda figure, *_: drawn.append(figure))
    for value, columns in (("0", 6), ("1", 2)):
        monkeypatch.setenv("AUTOGRADER_QUICK", value)
        show_heatmap(tiny(), sets, language="en")
        assert len(drawn.pop().axes) == 2 * columns
