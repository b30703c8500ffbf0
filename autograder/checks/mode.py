"""Checks of what a network does in train mode, how it starts, and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import MAX_ROWS, Tree, agrees, numbers, sketch, smooth_images
from autograder.checks.network import NetworkCheck, Shape
from autograder.checks.raised import is_slip, read_error, told
from autograder.portable.older import paired
from autograder.sandbox.session import Session, StudentError
from autograder.text import Message, Text

TRAIN_MODE_DIFFERS = Message(
    "mode.train_mode_differs",
    zh="{call} 在训练模式下的输出与参考不同：批归一化应使用这一批的均值和方差，并跟随 train() 和 eval()；"
    "也不要有别的只在训练时起作用的层，如丢弃法。",
    en="In train mode {call} and the reference give different outputs: batch norm must use the mean and "
    "variance of the batch, and follow train() and eval(); no other layer, such as dropout, may act in train mode alone.",
)
DROPPED = Message(
    "mode.dropped",
    zh="{call}：训练模式下，权重为 {shape} 的全连接层有 {rate:.0%} 的{part}被丢弃，应为 {wanted:.0%} 左右。",
    en="{call}: in train mode {rate:.0%} of the {part} of the fc layer with weights {shape} are dropped, "
    "expected about {wanted:.0%}.",
)
DROPS_IN_EVAL_MODE = Message(
    "mode.drops_in_eval_mode",
    zh="{call}：评估模式下，权重为 {shape} 的全连接层也有{part}被丢弃 (为零的占 {resting:.0%}，应为 {wanted:.0%} 左右)：nn.Dropout 要在 "
    "__init__ 里登记在 self 上，F.dropout 要写 training=self.training。",
    en="{call}: in eval mode, too, {part} of the fc layer with weights {shape} are dropped ({resting:.0%} are zero, expected about "
    "{wanted:.0%}). Assign nn.Dropout to self in __init__, or give F.dropout training=self.training.",
)
NOT_ZEROED = Message(
    "mode.not_zeroed",
    zh="{call}：训练模式下，权重为 {shape} 的全连接层的{part}里，为零的比评估模式还少：dropout 应把一部分数置为零 (nn.AlphaDropout 不是)。",
    en="{call}: in train mode fewer {part} of the fc layer with weights {shape} are zero than in eval mode; dropout sets a part of "
    "them to zero (nn.AlphaDropout does not).",
)
ONE_MASK = Message(
    "mode.one_mask",
    zh="{call}：训练模式下，同一批里的每个样本丢弃的都是同样的数：每个样本的每个数都要单独随机选择。",
    en="{call}: in train mode the same numbers are dropped for all samples of a batch; each number of each sample must be drawn on its "
    "own.",
)
SIDES = (Message("mode.inputs", zh="输入", en="inputs"), Message("mode.outputs", zh="输出", en="outputs"))
NOT_RESCALED = Message(
    "mode.not_rescaled",
    zh="{call}：训练模式下，权重为 {shape} 的全连接层的输入平均是评估模式的 {gain:.2f} 倍，两种模式的平均值应相同：训练模式下把 dropout"
    " 留下的数除以 1 - p，评估模式下什么都不改。",
    en="{call}: in train mode the inputs of the fc layer with weights {shape} are on average {gain:.2f} times "
    "those in eval mode, where the mean should be the same: divide the numbers that dropout keeps by 1 - p in train mode, and "
    "change nothing in eval mode.",
)
FC_WEIGHTS = Message(
    "mode.fc_weights",
    zh="{call} 的全连接层权重为 {got}，应为 {wanted}。",
    en="{call} has fc weights of {got}, expected {wanted}.",
)
INITIAL_VALUES = Message(
    "mode.initial_values",
    zh="{call} 的全连接层初始值不符：得到 {got}；应约为 {wanted}。",
    en="{call}: the initial fc weights are {got}; expected about {wanted}.",
)
SPREAD = Message(
    "mode.spread",
    zh="{shape} 的最大绝对值 {largest:.4f}、标准差 {spread:.4f}",
    en="{shape}: largest absolute value {largest:.4f}, standard deviation {spread:.4f}",
)
INITIAL_BIAS = Message(
    "mode.initial_bias",
    zh="{call}：权重为 {shape} 的全连接层，偏置的初始值最大为 {got:.4f}，应为 {wanted:.4f}。",
    en="{call}: the bias of the fc layer with weights {shape} starts with values up to {got:.4f}, expected {wanted:.4f}.",
)
PART_OF_WAY = (3e-4, 1.05)  # that averages go towards a batch's: 0.1 with the usual momentum
MIN_WAY, MIN_POINTS = 0.05, 8
MOVED = 1e-5  # of the largest output: a norm that rests gives the very same
AVERAGES_RESTING = Message(
    "mode.averages_resting",
    zh="{call}：在训练模式下前向之后，评估模式的输出没有变化：批归一化的滑动均值和方差应随每一批更新(momentum 用默认值)。",
    en="{call}: after a pass in train mode the output in eval mode is the same as before. The running mean and variance of batch "
    "norm must follow each batch (keep the default momentum).",
)
NOT_AVERAGED = Message(
    "mode.not_averaged",
    zh="{call}：在训练模式下前向之后，滑动{which}没有按要求更新：它应从原来的值向这一批的值移动一小步，均值和方差都要更新。",
    en="{call}: after a pass in train mode the running {which} is not what it must be. Each batch must move both the mean and "
    "the variance a small step from the old value towards that of the batch.",
)
MEAN, VARIANCE = Message("mode.mean", zh="均值", en="mean"), Message("mode.variance", zh="方差", en="variance")
SAME_DROPPED = Message(
    "mode.same_dropped",
    zh="{call}：训练模式下两次前向的输出完全相同：丢弃法每一批都要重新随机选择丢掉哪些数。",
    en="{call}: two passes in train mode gave the same output. In every batch, dropout must choose at random again which numbers to drop.",
)
NOT_RAISED = Message(
    "mode.not_raised",
    zh="{call} 应抛出 ValueError，但没有。",
    en="{call} must raise ValueError, but it did not.",
)
RAISED_OTHER = Message(
    "mode.raised_other",
    zh="{call} 应抛出 ValueError，却抛出 {got}。",
    en="{call} must raise ValueError but raised {got}.",
)


class TrainMode(NetworkCheck):
    """Outputs in train mode with parameters filled from `seed`: batch norm must use the batch. Not for dropout.

    Attributes:
        averages: Whether running averages must have moved afterwards: the output in eval mode is compared with that before.
        one_norm: It is a convolution with one norm, of which each average is asked about: see `averages_kept`.
    """

    type: Literal["train_mode"] = "train_mode"
    kind: ClassVar[str] = "mode"
    filled: ClassVar[bool] = True
    inputs: tuple[Shape, ...]
    seed: int
    averages: bool = False
    one_norm: bool = False

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        session.ask("fill", target=network, seed=self.seed)
        first = smooth_images(self.seed, self.inputs[0])
        before = session.ask("forward", target=network, images=first) if self.averages else {}
        seen, output = [], None
        for place, shape in enumerate(self.inputs):
            images = smooth_images(self.seed + place, shape)
            answer = session.ask("forward", target=network, images=images, training=True)
            if "error" in answer:
                return {"error": read_error(answer["error"])}
            output = answer["output"]
            seen.append({"shape": list(np.shape(output)), "values": numbers(np.asarray(output).reshape(-1)[:200])})
        if not self.averages or "error" in before:
            return {"outputs": seen}
        after = session.ask("forward", target=network, images=first)
        told_so = {"outputs": seen, "moved": not agrees(sketch(after["output"]), sketch(before["output"]), MOVED)}
        if not self.one_norm:
            return told_so
        shift = session.ask("forward", target=network, images=np.zeros_like(first[:1]), training=True)
        kept = averages_kept(before["output"], after["output"], output, shift.get("output"))
        return {**told_so, "mean": kept[0], "variance": kept[1]}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if "error" in seen:
            return told(seen["error"], self.calling)
        if seen.get("moved") is False and agrees(seen["outputs"], expected["outputs"], self.tolerance):
            return AVERAGES_RESTING(call=self.call)
        wrong = [name() for key, name in (("mean", MEAN), ("variance", VARIANCE)) if seen.get(key) is False]
        if wrong and agrees(seen["outputs"], expected["outputs"], self.tolerance):
            return NOT_AVERAGED(call=self.call, which=wrong[0])
        return TRAIN_MODE_DIFFERS(call=self.call)


def averages_kept(before: Any, after: Any, training: Any, shift: Any) -> tuple[bool, bool]:
    """Tell whether the running mean and the running variance of one norm went some way towards the batch's, however far.

    Each output is a line over that before, in every channel: its slope tells of the variance, its offset of the mean. Values
    of 0 and less are left out, for a ReLU may have cut them off. What cannot be told counts as kept.

    Args:
        before, after: Outputs [N, C, ...] for one batch in eval mode, before and after the pass in train mode.
        training: Outputs of that pass.
        shift: Outputs in train mode for an image of zeros, which are the norm's shift.
    """
    first, second, batch, zero = (np.asarray(each, np.float64) for each in (before, after, training, shift))
    if not first.shape == second.shape == batch.shape or first.ndim < 3 or zero.shape[1:] != first.shape[1:]:
        return True, True
    means, variances = [], []
    for channel in range(first.shape[1]):
        beta = float(np.median(zero[:, channel]))
        lines = [_line(first[:, channel], other[:, channel]) for other in (second, batch)]
        if lines[0] is None or lines[1] is None:
            continue
        (slope, offset), (whole, whole_offset) = lines[0], lines[1]
        if abs(whole**-2 - 1) > MIN_WAY:
            variances.append((slope**-2 - 1) / (whole**-2 - 1))
        if beta <= 0:
            continue
        way = (beta * (1 - whole) - whole_offset) / whole  # of the mean, in units of the output
        if abs(way) > MIN_WAY * beta:
            means.append((beta * (1 - slope) - offset) / (slope * way))
    low, high = PART_OF_WAY
    return tuple(all(low <= part <= high for part in parts) for parts in (means, variances))  # type: ignore[return-value]


def _line(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> tuple[float, float] | None:
    """Return slope and offset of the line through the points in which both are above 0, None where there is none."""
    seen = (x > 0) & (y > 0)
    x, y = x[seen], y[seen]
    if x.size < MIN_POINTS or not np.isfinite(y).all() or not np.isfinite(x).all() or np.ptp(x) <= 0:
        return None
    from_mean = x - x.mean()
    slope = float(from_mean @ y / (from_mean @ from_mean))
    offset = float(y.mean() - slope * x.mean())
    straight = np.abs(slope * x + offset - y).max() <= 1e-3 * y.max()
    return (slope, offset) if straight and slope > 0 else None


MASKS = ("drawn_anew", "one_mask")


class DropoutRate(NetworkCheck):
    """The part of each fc matrix's inputs and outputs that is silenced in train mode and not in eval mode.

    A silent input or output leaves its row or column of the matrix without a gradient, so the rate is read from
    gradients, however dropout is written. With a few dozen classes dropout after the last layer shows too. So is the
    mean of a layer's inputs, which dropout keeps: what stays is divided by 1 - p. Two passes in train mode must differ, and
    so must a picture that is twice in a batch.

    Attributes:
        apart: Largest difference from the reference's rate (a rate over 4096 inputs varies by 0.02).
        gain_apart: Largest difference of that mean's ratio, train to eval mode, as a part of the reference's.
    """

    type: Literal["dropout_rate"] = "dropout_rate"
    kind: ClassVar[str] = "mode"
    filled: ClassVar[bool] = True
    inputs: tuple[Shape, ...]
    seed: int
    apart: float = 0.08
    gain_apart: float = 0.35

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        session.ask("fill", target=network, seed=self.seed)
        session.ask("seed", seed=self.seed)
        images = smooth_images(self.seed, self.inputs[0])
        resting, training = (session.ask("silenced", target=network, images=images, training=t) for t in (False, True))
        rows = paired(resting, training)
        twice = np.repeat(images[:1], 2, axis=0)
        passes = [session.ask("forward", target=network, images=twice, training=True) for _ in range(2)]
        first, second = (_each(one.get("output")) for one in passes)
        return {
            "rows": [
                [
                    list(before[0]),
                    *(_rate(float(before[k]), float(during[k])) for k in (1, 2)),
                    _gain(before[3], during[3]),
                    *(round(float(before[k]), 4) for k in (1, 2)),
                ]
                for before, during in rows
            ],
            "drawn_anew": first != second,
            "one_mask": len(first) == 2 and first[0] == first[1],
        }

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        got, wanted = seen["rows"], expected["rows"]
        if [row[0] for row in got] != [row[0] for row in wanted]:
            return self.complaint(seen, expected)
        near = all(abs(a[k] - b[k]) <= self._room(b[0], k) for a, b, k in self._rates(got, wanted))
        right = near and not self._unscaled(got, wanted) and all(seen[key] == expected[key] for key in MASKS)
        return None if right else self.complaint(seen, expected)

    def _unscaled(self, seen: Tree, expected: Tree) -> list[Tree]:
        """Return the fc layers whose inputs are on average smaller or larger in train mode than they should be."""
        return [
            got
            for got, wanted in paired(seen, expected)
            if got[3] is not None
            and wanted[3] is not None
            and abs(got[3] - wanted[3]) > self.gain_apart * abs(wanted[3])
        ]

    def _rates(self, seen: Tree, expected: Tree) -> Iterator[tuple[Tree, Tree, int]]:
        """Yield for each side of each fc layer its row, that of the reference, and the place of the side's rate in both."""
        for got, wanted in zip(seen, expected):
            for k in (1, 2):
                yield got, wanted, k

    def _room(self, shape: list[int], k: int) -> float:
        """Return how far a rate may lie from the reference's: a rate over few neurons varies more."""
        return max(self.apart, 2.5 / math.sqrt(shape[k - 1]))

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        varies = seen["drawn_anew"] or not expected["drawn_anew"]
        one_mask = seen["one_mask"] and not expected["one_mask"]
        seen, expected = seen["rows"], expected["rows"]
        for got, wanted, k in self._rates(seen, expected):
            room, where = self._room(wanted[0], k), {"shape": wanted[0], "part": SIDES[k - 1]()}
            if abs(got[k] - wanted[k]) > room:
                resting, usual = got[k + 3], wanted[k + 3]
                if got[0] == wanted[0] and resting - usual > room:
                    return DROPS_IN_EVAL_MODE(call=self.call, **where, resting=resting, wanted=usual)
                if got[k] < -self.apart:
                    return NOT_ZEROED(call=self.call, **where)
                return DROPPED(call=self.call, **where, rate=got[k], wanted=wanted[k])
        shapes, wanted_shapes = ([row[0] for row in rows] for rows in (seen, expected))
        if shapes == wanted_shapes:
            if wrong := self._unscaled(seen, expected):
                return NOT_RESCALED(call=self.call, shape=wrong[0][0], gain=wrong[0][3])
            if not varies:
                return SAME_DROPPED(call=self.call)
            if one_mask:
                return ONE_MASK(call=self.call)
        return FC_WEIGHTS(call=self.call, got=shapes, wanted=wanted_shapes)


def _each(output: Tree) -> list[Tree]:
    """Return what a network gave for each of two pictures, none where it gave no such thing."""
    return [sketch(one) for one in output] if isinstance(output, np.ndarray) and len(output) == 2 else []


def _rate(resting: float, training: float) -> float:
    """Return the part silenced on top of what is zero anyway."""
    return round(1 - (1 - training) / max(1 - resting, 1e-9), 4)


def _gain(resting: float | None, training: float | None) -> float | None:
    """Return the ratio of two mean inputs, None where one is not known."""
    if type(resting) is not float or type(training) is not float or not resting:
        return None
    return numbers([training / resting])[0]


class Initial(NetworkCheck):
    """How the fc layers of a new network start: the largest weight, the spread of the weights, the largest bias."""

    type: Literal["initial"] = "initial"
    kind: ClassVar[str] = "behaviour"
    forward: ClassVar[bool] = False

    def ask(self, session: Session) -> Tree:
        rows = session.ask("initial", **self.making)
        return sorted(
            [list(shape), *numbers([largest, spread]), None if bias is None else numbers([bias])[0]]
            for shape, largest, spread, bias in rows[:MAX_ROWS]
        )

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        if [row[0] for row in seen] != [row[0] for row in expected]:
            return self.complaint(seen, expected)
        near = all(
            abs(got[1] - wanted[1]) <= 0.05 * wanted[1] and abs(got[2] - wanted[2]) <= 0.1 * wanted[2]
            for got, wanted in paired(seen, expected)
        )
        if not near:
            return self.complaint(seen, expected)
        for got, wanted in paired(seen, expected):
            if None not in (got[3], wanted[3]) and abs(got[3] - wanted[3]) > 0.05 * wanted[3] + 1e-6:
                return INITIAL_BIAS(call=self.call, shape=got[0], got=got[3], wanted=wanted[3])
        return None

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        def shown(rows: Tree) -> Text:
            return Text.joined((SPREAD(shape=row[0], largest=row[1], spread=row[2]) for row in rows), "; ")

        return INITIAL_VALUES(call=self.call, got=shown(seen), wanted=shown(expected))


class Raises(NetworkCheck):
    """Making the network with arguments that it must refuse.

    Attributes:
        accepts: Exceptions that are as good.
        also: Other arguments that must be refused.
    """

    type: Literal["raises"] = "raises"
    kind: ClassVar[str] = "function"
    forward: ClassVar[bool] = False
    accepts: tuple[str, ...] = ("ValueError", "AssertionError")
    also: tuple[tuple[Any, ...], ...] = ()

    def ask(self, session: Session) -> Tree:
        for place, arguments in enumerate((self.arguments, *self.also)):
            seen = self.model_copy(update={"arguments": arguments})._refused(session)
            if not seen["accepted"]:
                return {**seen, "place": place} if place else seen
        return seen

    def _refused(self, session: Session) -> dict[str, Tree]:
        try:
            self.make(session)
        except StudentError as error:
            accepted = bool(set(error.bases) & set(self.accepts))
            if not accepted and is_slip(error):
                raise
            return {"raised": error.type, "accepted": accepted}
        return {"raised": None, "accepted": False}

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        return None if seen["accepted"] is True else self.complaint(seen, expected)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        arguments = (self.arguments, *self.also)[int(seen.get("place", 0))]
        call = self.model_copy(update={"arguments": arguments}).call
        if seen["raised"] is None:
            return NOT_RAISED(call=call)
        return RAISED_OTHER(call=call, got=seen["raised"])
