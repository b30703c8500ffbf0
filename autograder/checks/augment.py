"""The check of a data augmentation: what random pictures of known content become."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal, Optional

import numpy as np

from autograder.checks.base import Check, Tree, asked_once, smooth_images
from autograder.portable.older import paired
from autograder.sandbox.session import Session
from autograder.text import Message, Text

SIDE = 224
DRAWS = 160  # from which all parts are read: of the brightness, one in thirty normal draws leaves the range
PAPER_AREAS = (0.8, 1.0)  # of the picture, at least and at most
SPREAD = (0.049, 0.068)  # standard deviation of that many shifts; .0577 where each in the range is as likely
FLIPPED = (0.36, 0.64)  # 3.5 standard deviations of the share of so many draws
ROOM = 0.01  # of the side: a window that leaves less of the picture out tells nothing of how its place is drawn
PLACES = 0.3  # standard deviation of places from -1, at one border, to 1; .577 where each is as likely
STEP = 0.3  # half of the difference between the halves of the probe's third channel
GRAIN = 0.01  # standard deviation where the picture has one colour; bilinear interpolation leaves none
BENT = 0.06  # mean distance of the first two channels from planes: .04 with much noise, .13 where one is the third
OTHER_CHANNEL = 1.0  # stands for a shift that cannot be told
HALVES = ("gain", "grain", "beyond")
Part = Literal["form", "random", "flip", "crop", "brightness"]
DRAWN = frozenset(("flip", "crop", "brightness"))  # parts that are read from what the probe becomes

OTHER_FORM = Message(
    "augment.other_form",
    zh="{name} 返回 {got}，应为 {wanted}。",
    en="{name} returned {got}, expected {wanted}.",
)
OUT_OF_RANGE = Message(
    "augment.out_of_range",
    zh="{name} 的结果在 {low:.3g} 到 {high:.3g} 之间，应留在 [-1, 1] 内。",
    en="{name} gave values from {low:.3g} to {high:.3g}; they must stay in [-1, 1].",
)
INPUT_CHANGED = Message(
    "augment.input_changed",
    zh="{name} 改动了传入的数组。",
    en="{name} changed the array that was passed in.",
)
OTHER_RANDOMNESS = Message(
    "augment.other_randomness",
    zh="同样种子的 rng，{name} 两次的结果不同：所有随机数都要取自传入的 rng。",
    en="With the same seed {name} gave two different results: take all random numbers from the rng that is passed in.",
)
NO_RANDOMNESS = Message(
    "augment.no_randomness",
    zh="换了种子，{name} 的结果还是一样。",
    en="With another seed {name} still gave the same results.",
)
UPSIDE_DOWN = Message(
    "augment.upside_down",
    zh="{name} 把图像上下翻转了，只应左右翻转。",
    en="{name} turns images upside down; flip left to right.",
)
FLIP_RATE = Message(
    "augment.flip_rate",
    zh="{name} 在 {draws} 次中有 {share:.0%} 左右翻转，应约为 50%。",
    en="{name} flipped {share:.0%} of {draws} images left to right, expected about 50%.",
)
TURNED_TOO_FAR = Message(
    "augment.turned_too_far",
    zh="{name} 旋转超过 15 度。",
    en="{name} rotates by more than 15 degrees.",
)
CROP_ALWAYS_SAME = Message(
    "augment.crop_same",
    zh="{name} 裁剪的面积总是约 {least:.0%}，应在 {low:.0%} 到 {high:.0%} 之间随机。",
    en="{name} always crops about {least:.0%} of the area; it should vary from {low:.0%} to {high:.0%}.",
)
CROPPED_AREA = Message(
    "augment.cropped",
    zh="{name} 裁剪的面积在 {least:.0%} 到 {most:.0%} 之间，应为 {low:.0%} 到 {high:.0%}。",
    en="{name} crops {least:.0%} to {most:.0%} of the area; it should be {low:.0%} to {high:.0%}.",
)
NOT_SQUARE = Message(
    "augment.not_square",
    zh="{name} 裁剪的窗口不是正方形：两边相差达到 {apart:.0%}。",
    en="{name} crops windows that are not square: their sides differ by up to {apart:.0%}.",
)
PLACE_ALWAYS_SAME = Message(
    "augment.place_same",
    zh="{name} 裁剪的窗口总在同一个位置，位置也要每次随机。",
    en="{name} always crops at the same place; draw the place at random each time as well.",
)
PLACE_ALONG_ONE_AXIS = Message(
    "augment.place_along_one_axis",
    zh="{name} 裁剪的窗口{axis}的位置总是一样，两个方向的位置都要每次随机。",
    en="{name} crops windows whose {axis} place is always the same; draw it at random each time in both directions.",
)
AXES = (Message("augment.x", zh="左右", en="horizontal"), Message("augment.y", zh="上下", en="vertical"))
NEAREST = Message(
    "augment.nearest",
    zh="{name} 放大裁剪时用的是最近邻插值：结果里只有原图的像素值。请用双线性插值(cv2.resize 的默认值)。",
    en="{name} enlarges the crop by the nearest pixel: the result has only values of the original pixels. Use bilinear "
    "interpolation, the default of cv2.resize.",
)
OVERSHOOT = Message(
    "augment.overshoot",
    zh="{name} 放大裁剪时用的不是双线性插值：明暗交界处出现了比两边都亮或都暗的值(例如 INTER_CUBIC)。请用 cv2.resize 的默认值。",
    en="{name} does not enlarge the crop by bilinear interpolation: at an edge there are values beyond those of both sides, as "
    "with INTER_CUBIC. Use the default of cv2.resize.",
)
EXCHANGED = Message(
    "augment.exchanged",
    zh="{name} 把图像的高和宽对调了，或者转了 90 度。",
    en="{name} exchanges height and width of images, or turns them by 90 degrees.",
)
CONTRAST = Message(
    "augment.contrast",
    zh="{name} 改变了对比度：两个像素的差变成了原来的 {least:.2f} 到 {most:.2f} 倍。只应给所有像素加同一个数。",
    en="{name} changes the contrast: the difference of two pixels becomes {least:.2f} to {most:.2f} times what it was. Only add "
    "the same number to all pixels.",
)
GRAINY = Message(
    "augment.grainy",
    zh="{name} 给各个像素加的数不同：同一种颜色的区域里，值的标准差达到 {grain:.3f}。所有像素要加同一个数。",
    en="{name} adds other numbers to other pixels: where the picture has one colour, values have a standard deviation of up to "
    "{grain:.3f}. Add the same number to all pixels.",
)
UNEVEN_SHIFT = Message(
    "augment.uneven_shift",
    zh="{name} 的结果中，三个通道的亮度变化不同，或者通道顺序变了。",
    en="After {name} the brightness of the channels changed by different amounts, or the channels are in another "
    "order.",
)
SHIFT_TOO_LARGE = Message(
    "augment.shift_too_large",
    zh="{name} 的亮度变化达到 {most:.2f}，最多应为 0.1。",
    en="{name} shifts the brightness by up to {most:.2f}; it should be 0.1 at most.",
)
SHIFT_RANGE = Message(
    "augment.shift_range",
    zh="{name} 的亮度变化在 {least:.2f} 到 {most:.2f} 之间，应在 -0.1 到 0.1 之间随机。",
    en="{name} shifts the brightness by {least:.2f} to {most:.2f}; it should vary between -0.1 and 0.1.",
)
SHIFT_SPREAD = Message(
    "augment.shift_spread",
    zh="{name} 的亮度变化的标准差是 {spread:.3f}，应约为 0.058：在 -0.1 到 0.1 之间均匀地取，每个值同样可能。",
    en="The brightness shifts of {name} have a standard deviation of {spread:.3f}, expected about 0.058: draw them "
    "uniformly between -0.1 and 0.1, so that every value is equally likely.",
)
NOT_READ = Message(
    "augment.not_read",
    zh="从 {name} 的结果看不出翻转和裁剪：应为 float32 [3, {side}, {side}]，内容应是裁剪后放大到原来大小的图。",
    en="The flip and the crop cannot be recognized in the result of {name}: it should be float32 [3, {side}, "
    "{side}], a crop enlarged to full size.",
)


class Augment(Check):
    """`augment(img, rng)` on ramps, from which flip, area and rotation of each draw are read.

    Channel 0 of the probe rises from left to right, channel 1 from top to bottom, channel 2 has one value in the left half
    and another in the right one: where an output pixel came from shows in the first two, brightness, contrast, noise and the
    way of interpolation in the third. The requirements are numbers of the chapter's text, so nothing is compared with the
    reference.

    Attributes:
        areas: What a crop keeps at least and at most, as shares of the picture.
        reach: How near to both of them one of the draws must come, None: no matter.
    """

    type: Literal["augment"] = "augment"
    kind: ClassVar[str] = "function"
    judging: ClassVar[frozenset[str]] = frozenset(("areas", "reach"))
    name: str
    seed: int
    look_at: tuple[Part, ...]
    areas: tuple[float, float] = PAPER_AREAS
    reach: Optional[float] = None

    def ask(self, session: Session) -> Tree:
        seen: dict[str, Tree] = {}
        if {"form", "random"} & set(self.look_at):
            seen |= self._form(session)
        if DRAWN & set(self.look_at):
            seen["draws"] = asked_once(session, ("augment", self.name, self.seed), lambda: self._draws(session))
        return seen

    def _draws(self, session: Session) -> Tree:
        """Return what many draws of the probe have in common; the parts that are looked at share them."""
        answer = session.ask("augment", target=self.name, images=probe()[None], times=DRAWS, seed=self.seed)
        return summary_of([draw_of(result) for result in answer["results"]])

    def _form(self, session: Session) -> dict[str, Tree]:
        images = np.clip(1.6 * smooth_images(self.seed, (8, 3, SIDE, SIDE)), -1, 1)

        def run(seed: int, world: int) -> Tree:
            session.ask("seed", seed=world)
            return session.ask("augment", target=self.name, images=images, seed=seed)

        first = run(self.seed, 1)
        results = first["results"]
        arrays = [result for result in results if isinstance(result, np.ndarray) and result.dtype.kind == "f"]
        seen = {
            "forms": sorted({_form_of(result) for result in results}),
            "range": [float(min(a.min() for a in arrays)), float(max(a.max() for a in arrays))] if arrays else None,
            "inputs_kept": bool(first["inputs_kept"]),
        }
        if "random" in self.look_at:
            seen["repeats"] = _equal(results, run(self.seed, 2)["results"])
            seen["varies"] = not _equal(results, run(self.seed + 1, 1)["results"])
        return seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        draws = seen.get("draws")
        for part in self.look_at:
            if part in DRAWN and not draws:
                return self._unreadable()
            if complaint := getattr(self, "_judge_" + part)(seen):
                found: Text = complaint
                return found
        return None

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        return self.judge(seen, expected) or Text(zh="", en="")

    def _judge_form(self, seen: Tree) -> Text | None:
        wanted = f"float32 [3, {SIDE}, {SIDE}]"
        if seen["forms"] != [wanted]:
            got = ", ".join(seen["forms"])
            return OTHER_FORM(name=self.name, got=got, wanted=wanted)
        low, high = seen["range"]
        if low < -1.0001 or high > 1.0001:
            return OUT_OF_RANGE(name=self.name, low=low, high=high)
        if not seen["inputs_kept"]:
            return INPUT_CHANGED(name=self.name)
        return None

    def _judge_random(self, seen: Tree) -> Text | None:
        if not seen["repeats"]:
            return OTHER_RANDOMNESS(name=self.name)
        if not seen["varies"]:
            return NO_RANDOMNESS(name=self.name)
        return None

    def _judge_flip(self, seen: Tree) -> Text | None:
        flipped, (down, _) = seen["draws"]["flipped"], seen["draws"]["down"]
        if seen["draws"]["exchanged"]:
            return EXCHANGED(name=self.name)
        if down < 0:
            return UPSIDE_DOWN(name=self.name)
        if not FLIPPED[0] <= flipped <= FLIPPED[1]:
            return FLIP_RATE(name=self.name, draws=DRAWS, share=flipped)
        return None

    def _judge_crop(self, seen: Tree) -> Text | None:
        if seen["draws"]["exchanged"]:
            return EXCHANGED(name=self.name)
        if seen["draws"]["uneven"][1] >= OTHER_CHANNEL:
            return UNEVEN_SHIFT(name=self.name)
        if seen["draws"]["turn"][1] > 17:
            return TURNED_TOO_FAR(name=self.name)
        (least, most), (low, high) = seen["draws"]["area"], self.areas
        apart = self.reach is not None and (least > low + self.reach or most < high - self.reach)
        if least < low - 0.03 or most > high + 0.03 or apart:
            return CROPPED_AREA(name=self.name, least=least, most=most, low=low, high=high)
        if most - least < 0.05:
            return CROP_ALWAYS_SAME(name=self.name, least=least, low=low, high=high)
        draws = seen["draws"]
        if draws["apart"][1] > 0.03:
            return NOT_SQUARE(name=self.name, apart=draws["apart"][1])
        still = [axis() for axis, spread in paired(AXES, draws["places"]) if spread < PLACES]
        if len(still) == 1:
            return PLACE_ALONG_ONE_AXIS(name=self.name, axis=still[0])
        if still:
            return PLACE_ALWAYS_SAME(name=self.name)
        if draws["nearest"][0] > 0.9:
            return NEAREST(name=self.name)
        smooth = draws["grain"][1] <= GRAIN  # else it is noise that goes beyond both sides
        return OVERSHOOT(name=self.name) if smooth and draws["beyond"][1] > 0.01 else None

    def _judge_brightness(self, seen: Tree) -> Text | None:
        if seen["draws"]["uneven"][1] >= OTHER_CHANNEL:
            return UNEVEN_SHIFT(name=self.name)
        least, most = seen["draws"]["gain"]
        if most - 1 > 0.03 or 1 - least > 0.03:
            return CONTRAST(name=self.name, least=least, most=most)
        if seen["draws"]["grain"][1] > GRAIN:
            return GRAINY(name=self.name, grain=seen["draws"]["grain"][1])
        if seen["draws"]["uneven"][1] > 0.02:
            return UNEVEN_SHIFT(name=self.name)
        (least, most), spread = seen["draws"]["shift"], seen["draws"]["spread"]
        if max(abs(least), abs(most)) > 0.105:
            return SHIFT_TOO_LARGE(name=self.name, most=max(abs(least), abs(most)))
        if most < 0.03 or least > -0.03:
            return SHIFT_RANGE(name=self.name, least=least, most=most)
        if not SPREAD[0] <= spread <= SPREAD[1]:
            return SHIFT_SPREAD(name=self.name, spread=spread)
        return None

    def _unreadable(self) -> Text:
        return NOT_READ(name=self.name, side=SIDE)


def probe() -> np.ndarray[Any, Any]:
    """Return float32 [3, 224, 224]: a ramp to the right, a ramp downwards, `-STEP` in the left half and `STEP` in the right."""
    ramp = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    across = np.broadcast_to(ramp[None, :], (SIDE, SIDE))
    return np.stack([across, across.T, np.where(across < 0, -STEP, STEP).astype(np.float32)])


def draw_of(result: Any) -> dict[str, float] | None:
    """Read one result on the probe: slopes, area and turn of the crop, brightness; None when it is no such picture.

    Only the inner half of the picture is read, where no border of a rotation reaches. Slopes are relative to the
    probe's; `turn` is in degrees; `apart` is the difference of the window's sides; `x` and `y` are its place, from -1 at one
    border of the picture to 1 at the other; `nearest` is the share of pixels that have a value of an original pixel. In the
    two halves of channel 2, `gain` is the ratio of their difference to the probe's, `grain` the standard deviation of noise,
    `beyond` how far a value goes beyond both.
    """
    if not isinstance(result, np.ndarray) or result.shape != (3, SIDE, SIDE) or result.dtype.kind != "f":
        return None
    inner = slice(SIDE // 4, SIDE - SIDE // 4)
    position = np.linspace(-0.5, 0.5, SIDE)[inner]
    y, x = np.meshgrid(position, position, indexing="ij")
    design = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], axis=1)
    values = result[:, inner, inner].astype(np.float64).reshape(3, -1)
    if not np.isfinite(values).all():
        return None
    found, *_ = np.linalg.lstsq(design, values.T, rcond=None)
    (a, c, _), (b, d, _) = found[:2].tolist()  # slopes across: a c, slopes down: b d
    # The slopes, too, are told as if the contrast had stayed.
    shift, gain, grain, beyond = _of_halves(values[2])
    known = gain if abs(gain) > 0.2 else 1.0
    a, b, c, d = (slope / known for slope in (a, b, c, d))
    offsets = [(float(found[2, i]) - shift) / known for i in (0, 1)]
    bent = np.abs(values[:2] - (design @ found[:, :2]).T).mean() > BENT
    # The corners of the crop lie inside the photograph: more than that is a shift of one channel against another.
    reach = 0.5 * max(0.0, 1 - abs(a)) + 0.5 * abs(b) + 0.02, 0.5 * max(0.0, 1 - abs(d)) + 0.5 * abs(c) + 0.02
    uneven = OTHER_CHANNEL if bent else max(*(abs(offsets[i]) - reach[i] for i in (0, 1)), 0.0)
    turn = float(np.degrees(np.arctan2(abs(b), abs(a) + 1e-9)))
    left_out = 1 - abs(d)
    room = left_out / 2 if left_out > ROOM else math.inf
    places = [offset / room for offset in offsets]
    original = (values[:2] - shift + 0.5) * (SIDE - 1)
    nearest = float((np.abs(original - np.round(original)) < 0.01).mean())
    exchanged = float(abs(b) > abs(a) and abs(c) > abs(d))
    names = ("across", "down", "area", "turn", "shift", "uneven", "apart", "x", "y", "nearest", *HALVES, "exchanged")
    sizes = (a, d, abs(a * d - b * c), turn, shift, uneven, abs(abs(a) - abs(d)), *places, nearest, gain, grain, beyond)
    return dict(paired(names, (round(v, 4) for v in (*sizes, exchanged))))


def _of_halves(values: np.ndarray[Any, Any]) -> tuple[float, float, float, float]:
    """Return brightness, gain, grain and what is beyond of channel 2, float64 [pixels]; see `draw_of`."""
    middle = (values.max() + values.min()) / 2
    low, high = np.median(values[values <= middle]), np.median(values[values >= middle])
    # Of normal noise .6745 of its standard deviation; interpolation at the edge changes too few pixels to count.
    grain = float(np.median(np.minimum(np.abs(values - low), np.abs(values - high)))) / 0.6745
    beyond = max(float(values.max() - high), float(low - values.min()))
    return float(high + low) / 2, float(high - low) / (2 * STEP), grain, beyond


def summary_of(draws: list[dict[str, float] | None]) -> dict[str, float | list[float]] | None:
    """Return what draws have in common: the share that is flipped, of each figure the least and the most, the spread of the
    brightness and of the window's places; None where one of them is no such picture, or there is none.
    """
    known = [draw for draw in draws if draw]
    if not known or len(known) < len(draws):
        return None
    names = ("down", "area", "turn", "shift", "uneven", "apart", "nearest", *HALVES)
    ends = {name: [min(draw[name] for draw in known), max(draw[name] for draw in known)] for name in names}
    flipped = float(np.mean([draw["across"] < 0 for draw in known]))
    spread = float(np.std([draw["shift"] for draw in known]))
    moved = [draw for draw in known if draw["x"] or draw["y"]] or known
    places = [round(float(np.std([draw[axis] for draw in moved])), 4) for axis in ("x", "y")]
    upright = [draw["turn"] for draw in known if not draw["exchanged"]]
    exchanged = len(upright) < len(known) and max(upright, default=0.0) < 20  # and no rotation by any angle
    return {"flipped": round(flipped, 4), **ends, "exchanged": exchanged, "spread": round(spread, 6), "places": places}


def _form_of(result: Any) -> str:
    return f"{result.dtype} {list(result.shape)}" if isinstance(result, np.ndarray) else type(result).__name__


def _equal(first: list[Any], second: list[Any]) -> bool:
    pairs = paired(first, second)
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in pairs)
