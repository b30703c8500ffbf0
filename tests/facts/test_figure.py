"""Figures: valid SVG, the same every time, everything said, nothing cut off, no boxes on top of each other."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest

from autograder.facts import Network, conv_relu, totals
from autograder.facts.figure import figure
from autograder.facts.pieces import Card, Chain, rows_of
from autograder.facts.svg import text_width
from autograder.text import LANGUAGES, Language, Text
from tests.facts.conftest import EVERY_NETWORK, declared

SVG = "{http://www.w3.org/2000/svg}"
WIDEST = 940
drawings = pytest.mark.parametrize(
    ("network", "language"),
    [pytest.param(EVERY_NETWORK[n], language, id=f"{n}-{language}") for n in EVERY_NETWORK for language in LANGUAGES],
)


def drawn(network: Network, language: Language) -> ElementTree.Element:
    return ElementTree.fromstring(figure(network, language))


def number(element: ElementTree.Element, key: str) -> float:
    return float(element.attrib[key])


def spans(root: ElementTree.Element) -> list[tuple[float, float, float, str]]:
    """Return left end, right end and base line of every text."""
    found = []
    for element in root.iter(f"{SVG}text"):
        size, text = number(element, "font-size"), element.text or ""
        width = text_width(text, size, bold="font-weight" in element.attrib)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.attrib["text-anchor"]]
        left = number(element, "x") - shift * width
        found.append((left, left + width, number(element, "y"), text))
    return found


@drawings
def test_a_figure_is_the_same_every_time_and_fits_a_notebook(network: Network, language: Language) -> None:
    root = drawn(network, language)
    assert figure(network, language) == figure(network, language)
    assert number(root, "width") <= WIDEST
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


@drawings
def test_no_text_is_cut_off_and_none_lies_on_another(network: Network, language: Language) -> None:
    root = drawn(network, language)
    texts = spans(root)
    for left, right, base, text in texts:
        assert left >= 0, text
        assert right <= number(root, "width"), text
        assert 12 <= base <= number(root, "height") - 3, text
    for one, other in combinations(texts, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or abs(one[2] - other[2]) >= 11
        assert apart, (one[3], other[3])


@drawings
def test_cards_lie_apart(network: Network, language: Language) -> None:
    root = drawn(network, language)
    paper, *cards = root.iter(f"{SVG}rect")
    assert paper.attrib["fill"] == "#ffffff"
    boxes = []
    for card in cards:
        x, y = number(card, "x"), number(card, "y")
        boxes.append((x, y, x + number(card, "width"), y + number(card, "height"), card.attrib["fill"]))
    for one, other in combinations(boxes, 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        same_stack = one[4] == other[4] and abs(one[0] - other[0]) <= 8.1 and abs(one[1] - other[1]) <= 8.1
        assert apart or same_stack


@drawings
def test_title_and_totals_are_said(network: Network, language: Language) -> None:
    said = {text for *_, text in spans(drawn(network, language))}
    assert network.title.to(language) in said
    assert any(f"{totals(network).parameters:,}" in text for text in said)


def test_sizes_stand_on_the_arrows() -> None:
    said = {text for *_, text in spans(drawn(declared("lenet.LeNet"), "en"))}
    assert {"1x28x28", "6x24x24", "6x12x12", "16x8x8", "16x4x4", "120x1x1", "120", "64", "10"} <= said


def test_deep_networks_are_drawn_in_stages() -> None:
    said = [text for *_, text in spans(drawn(declared("resnet.ResNet152"), "zh"))]
    assert [text for text in said if "瓶颈块" in text] == ["3 x 瓶颈块", "8 x 瓶颈块", "36 x 瓶颈块", "3 x 瓶颈块"]
    assert len(said) < 50


def test_an_identity_shortcut_has_no_layer_and_a_projection_has_one() -> None:
    identity = [text for *_, text in spans(drawn(declared("resnet.BottleneckBlock"), "en"))]
    projection = [text for *_, text in spans(drawn(declared("resnet.BottleneckProjection"), "en"))]
    assert "identity shortcut" in identity
    assert sum(text.startswith("conv ") for text in identity) == 3
    assert "projection shortcut" in projection
    assert sum(text.startswith("conv ") for text in projection) == 4


def test_special_characters_stay_text() -> None:
    network = Network("Net", (1, 8, 8), conv_relu(2, 3), Text(zh="<b>&", en="<b>&"))
    assert drawn(network, "zh").find(f"{SVG}title").text == "<b>&"  # type: ignore[union-attr]


def test_rows_are_as_few_as_possible_and_even() -> None:
    cards = [Card("conv", ("conv 64@3x3",), "", "64x56x56") for _ in range(9)]
    length = Chain(tuple(cards[:4])).width
    assert [len(row.pieces) for row in rows_of(cards, length)] == [3, 3, 3]
    assert [len(row.pieces) for row in rows_of(cards[:4], length)] == [4]
    assert [len(row.pieces) for row in rows_of(cards[:2], 10)] == [1, 1]
