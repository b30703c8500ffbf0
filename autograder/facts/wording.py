"""The words for layers and figures, in the languages of the course: a sentence for tables, short lines for figures."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.facts.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    Linear,
    MaxPool,
    Repeat,
    Residual,
    Shape,
    Single,
    chains,
)
from autograder.text import Language, Text

FUNCTIONS = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "softmax": "softmax"}
KINDS = {
    Conv: Text(zh="卷积", en="convolution"),
    MaxPool: Text(zh="最大池化", en="max-pool"),
    AveragePool: Text(zh="平均池化", en="average pool"),
    GlobalAveragePool: Text(zh="全局平均池化", en="global average pool"),
    Flatten: Text(zh="展平", en="flatten"),
    Linear: Text(zh="全连接", en="fc"),
    BatchNorm: Text(zh="批归一化", en="batch norm"),
    Dropout: Text(zh="丢弃法", en="dropout"),
}
INPUT = Text(zh="输入", en="input")
OUTPUT = Text(zh="输出", en="output")
JOINED = Text(zh="按通道连接", en="joined on the channel axis")
ADDED = Text(zh="与捷径相加", en="shortcut added")
SHORTCUT = Text(zh="捷径", en="shortcut")
IDENTITY = Text(zh="恒等", en="identity")
PROJECTION = Text(zh="投影", en="projection")
BRANCH = Text(zh="分支 {number}", en="branch {number}")
CHANNELS = Text(zh="{sum} 通道", en="{sum} channels")
BOTTLENECK = Text(zh="瓶颈块", en="bottleneck")


def same(text: str) -> Text:
    """Return a text that reads the same in every language."""
    return Text(zh=text, en=text)


def listed(*texts: Text) -> Text:
    """Return texts as one, with the comma of each language between them."""
    return Text(zh="，".join(text.zh for text in texts), en=", ".join(text.en for text in texts))


def headed(name: Text, *texts: Text) -> Text:
    """Return a name and, after the colon of each language, what stands under it."""
    rest = listed(*texts)
    return Text(zh=f"{name.zh}：{rest.zh}", en=f"{name.en}: {rest.en}")


def described(layer: Single) -> Text:
    """Return a layer in words: `convolution, 6 of 5x5, stride 2`."""
    if isinstance(layer, Activation):
        return same(FUNCTIONS[layer.function])
    kind = KINDS[type(layer)]
    if isinstance(layer, Conv):
        k = layer.kernel_size
        count = Text(zh=f"{layer.out_channels} 个 {k}x{k}", en=f"{layer.out_channels} of {k}x{k}")
        return listed(kind, count, *_moves(layer))
    if isinstance(layer, (MaxPool, AveragePool)):
        return listed(_followed(kind, f"{layer.kernel_size}x{layer.kernel_size}"), *_moves(layer))
    if isinstance(layer, Linear):
        return _followed(kind, str(layer.out_features))
    return _followed(kind, f"{layer.rate:g}") if isinstance(layer, Dropout) else kind


def brief(layer: Single) -> Text:
    """Return a layer in words without its window: `convolution 6`."""
    if isinstance(layer, Conv):
        return _followed(KINDS[Conv], str(layer.out_channels))
    return KINDS[type(layer)] if isinstance(layer, (MaxPool, AveragePool)) else described(layer)


def lines(layer: Single) -> tuple[Text, ...]:
    """Return a layer in short lines, the first one its heading: `convolution`, `6 of 5x5`, `stride 2`."""
    if isinstance(layer, Conv):
        k = layer.kernel_size
        return _followed(Text(zh="卷积", en="conv"), f"{layer.out_channels}@{k}x{k}"), *_joined(_moves(layer))
    if isinstance(layer, (MaxPool, AveragePool)):
        return _followed(KINDS[type(layer)], f"{layer.kernel_size}x{layer.kernel_size}"), *_joined(_moves(layer))
    return (described(layer),)


def summary(block: Block, *, units: bool = True) -> tuple[Text, ...]:
    """Return in short lines what a block holds; equal neighbours become one line: `3 x bottleneck`.

    Args:
        units: Say `channels` after the channels of branches.
    """
    counted: list[tuple[int, tuple[Text, ...]]] = []
    for times, texts in _content(block.layers, units):
        if counted and counted[-1][1] == texts:
            counted[-1] = counted[-1][0] + times, texts
        else:
            counted.append((times, texts))
    return tuple(
        _times(times, text) if place == 0 else text for times, texts in counted for place, text in enumerate(texts)
    )


def size(shape: Shape) -> str:
    """Return a shape as a figure shows it: `6x24x24`."""
    return "x".join(map(str, shape))


def tensor(shape: Shape) -> str:
    """Return a shape with its batch axis: `[N, 6, 24, 24]`."""
    return f"[{', '.join(('N', *map(str, shape)))}]"


def _content(layers: tuple[Layer, ...], units: bool) -> list[tuple[int, tuple[Text, ...]]]:
    found: list[tuple[int, tuple[Text, ...]]] = []
    for layer in layers:
        if isinstance(layer, Repeat):
            inner = _content(layer.layers, units)
            found += [(layer.times, inner[0][1])] if len(inner) == 1 else inner * layer.times
        elif isinstance(layer, Block):
            found += _content(layer.layers, units)
        elif isinstance(layer, Branches):
            added = "+".join(map(str, _widths(layer)))
            found.append((1, (CHANNELS.format(sum=added) if units else same(added),)))
        elif isinstance(layer, Residual):
            convs = [one for one in layer.body if isinstance(one, Conv)]
            name = BOTTLENECK if [one.kernel_size for one in convs] == [1, 3, 1] else SHORTCUT
            found.append((1, (name, same("-".join(str(one.out_channels) for one in convs)))))
        elif not isinstance(layer, (Activation, BatchNorm, Dropout)):
            found.append((1, lines(layer)[:1]))
    return found


def _widths(layer: Branches) -> list[int]:
    """Return the output channels of each branch, 0 where a branch keeps those of its input."""
    widths = []
    for chain in chains(layer):
        convs = [one.out_channels for one in chain if isinstance(one, Conv)]
        widths.append(convs[-1] if convs else 0)
    return widths


def _times(times: int, text: Text) -> Text:
    return text if times == 1 else Text(zh=f"{times} x {text.zh}", en=f"{times} x {text.en}")


def _followed(text: Text, rest: str) -> Text:
    return Text(zh=f"{text.zh} {rest}", en=f"{text.en} {rest}")


def _moves(layer: Conv | MaxPool | AveragePool) -> tuple[Text, ...]:
    """Return stride, padding and groups where they are worth saying; a pool's stride always is."""
    said = []
    if layer.stride != 1 or not isinstance(layer, Conv):
        said.append(Text(zh=f"步长 {layer.stride}", en=f"stride {layer.stride}"))
    if layer.padding:
        said.append(Text(zh=f"填充 {layer.padding}", en=f"padding {layer.padding}"))
    if isinstance(layer, Conv) and layer.groups != 1:
        said.append(Text(zh=f"{layer.groups} 组", en=f"{layer.groups} groups"))
    return tuple(said)


def _joined(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    return (listed(*texts),) if texts else ()


def spread(values: Sequence[float], form: str, language: Language) -> str:
    """Return one number, or the smallest and the largest where they differ as shown.

    Args:
        form: Such as `.4f`.
    """
    low, high = (plain(f"{value:{form}}") for value in (min(values), max(values)))
    if low == high:
        return low
    return f"{low} 到 {high}" if language == "zh" else f"{low} to {high}"


def plain(text: str) -> str:
    """Return 0.915 for 0.9150; 7e-04 as 0.0007."""
    if "e" in text:
        text = f"{float(text):.10f}".rstrip("0")
    return text.rstrip("0").rstrip(".") if "." in text else text
