"""Checks of functions on staged inputs: an image transform, loaders of image folders."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import MAX_NUMBERS, Check, Tree, numbers
from autograder.checks.raised import Called, is_slip
from autograder.portable.older import paired
from autograder.sandbox.child.replacements import HEIGHT, WIDTH
from autograder.sandbox.session import BoxDied, Session, StudentError
from autograder.text import Message, Text

OTHER_VALUES = Message(
    "function.other_values",
    zh="{name} 的形状正确，但数值不同 (最大相差 {apart:.3g})；你的值在 {low:.3g} 到 {high:.3g} 之间。",
    en="{name} has the right shape, but other values (the largest difference is {apart:.3g}); your values are "
    "between {low:.3g} and {high:.3g}.",
)
OTHER_ENDS = Message(
    "function.other_ends",
    zh="{name}：像素值 {pixel} 变成了 {got:.4f}，应为 {wanted:g}：从 0 到 255 的范围应恰好变成从 -1 到 1。",
    en="{name}: a pixel of {pixel} becomes {got:.4f}, expected {wanted:g}; the range from 0 to 255 becomes exactly -1 to 1.",
)
OTHER_FORM = Message(
    "function.other_form",
    zh="{name} 返回 {got}，应为 {wanted}。",
    en="{name} returned {got}, expected {wanted}.",
)
NOT_REFUSED = Message(
    "function.not_refused",
    zh="{name} 应对不认识的文件名抛出 ValueError，但没有。",
    en="{name} should raise ValueError for an unknown file name, but it did not.",
)
NOT_EACH_ONCE = Message(
    "function.not_each_once",
    zh="{name} 在训练模式下没有让每张图恰好出现一次。",
    en="{name} in train mode does not yield every image exactly once.",
)
LABELS_OF_OTHERS = Message(
    "function.labels_of_others",
    zh="{name} 打乱之后，有的图像配上了别的图像的标签。",
    en="{name}: after shuffling, some images have the labels of other images.",
)
WHOLE_BATCHES = Message(
    "function.whole_batches",
    zh="{name} 在训练模式下，同一批里总是同样的几张图：应把所有图打乱之后再分批。",
    en="{name} in train mode always puts the same images together into a batch. Shuffle all images, then divide them into "
    "batches.",
)
NOT_SHUFFLED = Message(
    "function.not_shuffled",
    zh="{name} 在训练模式下，每次调用 reader() 都应重新打乱顺序。",
    en="{name} in train mode must shuffle again on each call of reader().",
)
WRONG_REFUSAL = Message(
    "function.wrong_refusal",
    zh="{name} 抛出了 {got}，应为 ValueError，并在信息中写出文件名。",
    en="{name} raised {got}; expected a ValueError whose message names the file.",
)
BATCH_COUNT = Message(
    "function.batch_count",
    zh="{name} 对 {images} 张图 (batch_size={batch_size}) 给出 {got} 批，应为 {wanted} 批。",
    en="{name} gave {got} batches for {images} images with batch_size={batch_size}, expected {wanted}.",
)
BATCH_PART = Message(
    "function.batch_part",
    zh="{name}：第 {place} 批的{part}是 {got}，应为 {wanted}。",
    en="{name}: batch {place} has {part} {got}, expected {wanted}.",
)
OTHER_PICTURES = Message(
    "function.other_pictures",
    zh="{name}：第 {place} 批里有的图与照片不同：颜色、大小或左右变了。把 cv2.imread 读到的图 (BGR) 原样交给 transform_img，只用它的返回值。",
    en="{name}: batch {place} has pictures that are not those of the files: another colour or size, or flipped. Hand what cv2.imread "
    "gives (BGR) to transform_img as it is, and use only what that returns.",
)
EMPTY_PASS = Message(
    "function.empty_pass",
    zh="{name}：第 {number} 次调用 reader() 给出 {got} 批，应与第一次一样有 {wanted} 批：把打开文件、读 csv 放进 reader() 里面。",
    en="{name}: call {number} of reader() gave {got} batches, expected {wanted}, as many as the first one. Open files and read the csv "
    "within reader().",
)
WRONG_BATCHES = Message(
    "function.wrong_batches",
    zh="{name} 各批的内容不对。",
    en="{name}: the batches are wrong.",
)


ENDS = (0, 255)  # black and white
GRAIN = 16  # by which neighbours differ, so that one way of interpolation shows from another
EXACT = 1e-3  # 128 in place of 127.5 is .0078 off


class Transform(Check):
    """An image transform on random photographs of given (H, W); values at fixed places are compared.

    Attributes:
        ends: Also asked for a black and a white picture, whose values must be those of the reference exactly.
    """

    type: Literal["transform"] = "transform"
    kind: ClassVar[str] = "function"
    name: str
    sizes: tuple[tuple[int, int], ...]
    seed: int
    only_shape: bool = False
    absolute: float = 0.01
    ends: bool = False

    def ask(self, session: Session) -> Tree:
        generator = np.random.default_rng(self.seed)
        seen = []
        for h, w in self.sizes:
            coarse = generator.integers(0, 256, (9, 7, 3), dtype=np.uint8)
            picture = _enlarged(coarse, w, h).astype(np.int16)
            grain = generator.integers(-GRAIN, GRAIN + 1, picture.shape)
            picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
            result = session.ask("call", target=self.name, arguments=[picture])
            if not isinstance(result, np.ndarray):
                seen.append({"type": type(result).__name__})
                continue
            entry: dict[str, Tree] = {"dtype": str(result.dtype), "shape": list(result.shape)}
            if not self.only_shape and result.size:
                places = np.random.default_rng(h).integers(0, result.size, 60)
                entry["values"] = numbers(result.reshape(-1)[places])
            seen.append(entry)
        return [*seen, *self._ends(session)] if self.ends else seen

    def _ends(self, session: Session) -> list[Tree]:
        """Return the least and the largest value that a black and a white picture get."""
        found = []
        for pixel in ENDS:
            result = session.ask("call", target=self.name, arguments=[np.full((224, 224, 3), pixel, np.uint8)])
            known = isinstance(result, np.ndarray) and result.size and result.dtype.kind in "fiu"
            found.append({"pixel": pixel, "ends": numbers([result.min(), result.max()]) if known else []})
        return found

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        seen, ends = seen[: len(self.sizes)], seen[len(self.sizes) :]
        expected, wanted_ends = expected[: len(self.sizes)], expected[len(self.sizes) :]
        return self._judge_values(seen, expected) or self._judge_ends(ends, wanted_ends)

    def _judge_ends(self, seen: Tree, expected: Tree) -> Text | None:
        for got, wanted in paired(seen, expected):
            for a, b in paired(got["ends"] or [math.nan, math.nan], wanted["ends"]):
                if not abs(a - b) <= EXACT:
                    return OTHER_ENDS(name=self.name, pixel=wanted["pixel"], got=a, wanted=b)
        return None

    def _judge_values(self, seen: Tree, expected: Tree) -> Text | None:
        for got, wanted in paired(seen, expected):
            if {**got, "values": 0} != {**wanted, "values": 0}:
                return self.complaint(got, wanted)
            if "values" in wanted:
                apart = np.abs(np.subtract(got["values"], wanted["values"])).max()
                if not apart <= self.absolute:
                    low, high = min(got["values"]), max(got["values"])
                    return OTHER_VALUES(name=self.name, apart=apart, low=low, high=high)
        return None

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        got = seen.get("type") or f"{seen['dtype']} {seen['shape']}"
        wanted = f"{expected['dtype']} {expected['shape']}"
        return OTHER_FORM(name=self.name, got=got, wanted=wanted)


class Loader(Check):
    """A loader on a staged folder of images that show one colour in a corner; the student's image transform is replaced by ours.

    Attributes:
        names: The images in the order of colours.
        csv: Content of a label file, rows in its own order.
        passes: Calls of reader().
    """

    type: Literal["loader"] = "loader"
    kind: ClassVar[str] = "function"
    name: str
    names: tuple[str, ...]
    batch_size: int
    mode: str
    csv: str | None = None
    csv_name: str = "labels.csv"
    passes: int = 1
    shuffled: bool = False
    extra_files: tuple[str, ...] = ()
    refusal: Literal["never", "must", "may"] = "never"
    only_labels: bool = False

    @property
    def calling(self) -> Called:
        """The call, with the arguments by what they are."""
        takes = "datadir, csvfile, batch_size, mode" if self.csv is not None else "datadir, batch_size, mode"
        return Called(f"{self.name}({takes})", self.name)

    def ask(self, session: Session) -> Tree:
        session.ask("replace", name="transform_img", stand_in="corner_transform")
        try:
            return self._ask(session)
        finally:
            with suppress(BoxDied):
                session.ask("restore", name="transform_img")

    def _ask(self, session: Session) -> Tree:
        session.ask("seed", seed=7)
        folder = session.ask("stage", files=self._files())
        if not isinstance(folder, str):
            return {"batches": []}
        arguments: list[Any] = [{"$path": folder}, self.batch_size, self.mode]
        if self.csv is not None:
            place = session.ask("stage", files={self.csv_name: np.frombuffer(self.csv.encode(), np.uint8)})
            arguments.insert(1, {"$path": f"{place}/{self.csv_name}"})
        try:
            reader = session.ask("call", target=self.name, arguments=arguments, handle=True)
            return {"passes": [self._pass(session, reader) for _ in range(self.passes)]}
        except StudentError as error:
            if kind := _not_a_function(error):
                return {"uncallable": kind}
            if self.refusal == "never" or ("ValueError" not in error.bases and is_slip(error)):
                raise
            named = any(name.split(".")[0] in error.message for name in self.extra_files if name.split(".")[0])
            dotted = any(name in error.message for name in self.extra_files)
            return {"refused": error.type, "value_error": "ValueError" in error.bases, "named": named or dotted}

    def _files(self) -> dict[str, np.ndarray[Any, Any]]:
        files = {}
        for place, name in reversed(list(enumerate(self.names))):
            files[name] = _jpeg(_in_the_corner(self._colour(place)))
        for name in self.extra_files:
            content = _in_the_corner((9, 9, 9))
            files[name] = np.frombuffer(b"x", np.uint8) if name.startswith(".") else _jpeg(content)
        return files

    def _colour(self, place: int) -> tuple[int, int, int]:
        return (20 + 9 * place, 240 - 7 * place, (60 + 53 * place) % 256)

    def _pass(self, session: Session, reader: Tree) -> Tree:
        iterator = session.ask("call", target=reader, arguments=[], handle=True)
        batches = []
        for batch in session.ask("drain", target=iterator)[:200]:
            batches.append(
                {
                    "images": [str(batch["image_dtype"]), list(batch["image_shape"])],
                    "label": [str(batch["label_dtype"]), list(batch["label_shape"])],
                    "order": self._order(batch["colours"]),
                    "labels": numbers(batch["labels"]),
                }
            )
        return batches

    def _order(self, colours: Any) -> list[int]:
        """Return which image each colour is, -1 for none; of more images than any right batch has, one -1.

        Who writes out the transform has half of the colour, half of the grey below it.
        """
        if np.size(colours) % 3 or np.size(colours) > MAX_NUMBERS:
            return [-1]
        known = np.array([self._colour(place) for place in range(len(self.names))]) / 127.5 - 1  # [names, 3]
        found = np.asarray(colours).reshape(-1, 1, 3)
        apart = np.minimum(*(np.abs(found - shown).max(axis=2) for shown in (known, known / 2)))  # [images, names]
        return np.where(apart.min(axis=1) < 0.02, apart.argmin(axis=1), -1).tolist()  # type: ignore[no-any-return]

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        if "uncallable" in seen:
            return NO_FUNCTION(name=self.name, kind=seen["uncallable"])
        if "refused" in seen:
            return None if seen["value_error"] and seen["named"] else self._wrong_refusal(seen)
        if self.refusal == "must":
            return NOT_REFUSED(name=self.name)
        if self.only_labels:
            got = [self._label_of(batches) for batches in seen["passes"]]
            wanted = [self._label_of(batches) for batches in expected.get("passes", [])]
            return None if got == wanted else self.complaint(seen, expected)
        if self.shuffled:
            return self._judge_shuffled(seen, expected)
        return None if seen == expected or self._same_reading(seen, expected) else self.complaint(seen, expected)

    def _same_reading(self, seen: Tree, expected: Tree) -> bool:
        return self.refusal == "may" and "refused" in expected and self._whole(seen["passes"][0])

    @staticmethod
    def _label_of(batches: Tree) -> dict[int, float]:
        pairs = [pair for batch in batches for pair in zip(batch["order"], batch["labels"])]
        return dict(sorted(pairs))

    def _whole(self, batches: Tree) -> bool:
        order = [place for batch in batches for place in batch["order"]]
        return sorted(order) == list(range(len(self.names)))

    def _judge_shuffled(self, seen: Tree, expected: Tree) -> Text | None:
        if other := self._other_pictures(seen, expected):
            return other
        orders = [[place for batch in batches for place in batch["order"]] for batches in seen["passes"]]
        if not all(self._whole(batches) for batches in seen["passes"]):
            return NOT_EACH_ONCE(name=self.name)
        if any(self._label_of(batches) != self._label_of(expected["passes"][0]) for batches in seen["passes"]):
            return LABELS_OF_OTHERS(name=self.name)
        if list(range(len(self.names))) in orders or orders[0] == orders[1]:
            return NOT_SHUFFLED(name=self.name)
        first, second = ({frozenset(batch["order"]) for batch in batches} for batches in seen["passes"][:2])
        if first == second:
            return WHOLE_BATCHES(name=self.name)
        for got, wanted in paired(seen["passes"], expected["passes"]):
            if complaint := self._other_batches(got, wanted, FORMS):
                return complaint
        return None

    def _wrong_refusal(self, seen: Tree) -> Text:
        return WRONG_REFUSAL(name=self.name, got=seen["refused"])

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if "passes" not in expected:
            return WRONG_BATCHES(name=self.name)
        other = self._other_pictures(seen, expected)
        for number, (got, wanted) in enumerate(paired(seen["passes"], expected["passes"]), 1):
            if number > 1 and len(got) != len(wanted):  # the passes before were right
                return EMPTY_PASS(name=self.name, number=number, got=len(got), wanted=len(wanted))
            if said := self._other_batches(got, wanted, (*FORMS, *CONTENTS)):
                return other or said
        return other or WRONG_BATCHES(name=self.name)

    def _other_pictures(self, seen: Tree, expected: Tree) -> Text | None:
        """Return what is said of the first batch of the right form that has a picture of no file."""
        form = expected["passes"][0][0]["images"][1][1:]
        for batches in seen["passes"]:
            for place, batch in enumerate(batches, 1):
                if -1 in batch["order"] and batch["images"][1][1:] == form:
                    return OTHER_PICTURES(name=self.name, place=place)
        return None

    def _other_batches(self, seen: Tree, expected: Tree, parts: Sequence[tuple[str, Message]]) -> Text | None:
        """Return what is said of the first batch with another part, or of another number of batches."""
        if len(seen) != len(expected):
            counts = {"got": len(seen), "wanted": len(expected)}
            return BATCH_COUNT(name=self.name, images=len(self.names), batch_size=self.batch_size, **counts)
        for place, (a, b) in enumerate(paired(seen, expected)):
            for key, part in parts:
                if a[key] != b[key]:
                    got, wanted = (self._files_of(one[key]) if key == "order" else one[key] for one in (a, b))
                    return BATCH_PART(name=self.name, place=place + 1, part=part(), got=got, wanted=wanted)
        return None

    def _files_of(self, order: Tree) -> Tree:
        """Return the names of images by their numbers."""
        return [self.names[place] if 0 <= place < len(self.names) else "?" for place in order]


NO_FUNCTION = Message(
    "loader.no_function",
    zh="{name} 应返回一个函数 reader，每次调用 reader() 重新开始一遍；你返回的是 {kind}。把 yield 写在里面的 def reader() 里，"
    "最后 return reader (不加括号)。",
    en="{name} must return a function, reader; each call of reader() starts from the first batch. Yours returned a {kind}. Put yield into an inner "
    "def reader(), and end with return reader, without parentheses.",
)


def _not_a_function(error: StudentError) -> str:
    """Return what came in place of a function, empty where the error says something else."""
    found = re.fullmatch(r"'([^']{1,60})' object is not callable", error.message)
    return found[1] if found and error.type == "TypeError" and not error.frames else ""


FORMS = (
    ("images", Message("loader.images", zh="图像类型和形状", en="images of dtype and shape")),
    ("label", Message("loader.label", zh="标签类型和形状", en="labels of dtype and shape")),
)
CONTENTS = (
    ("order", Message("loader.order", zh="图像顺序", en="images in the order")),
    ("labels", Message("loader.labels", zh="标签", en="labels")),
)


# OpenCV is imported when it is needed: a class of a chapter without pictures does without.
def _enlarged(picture: np.ndarray[Any, Any], width: int, height: int) -> np.ndarray[Any, Any]:
    import cv2

    return cv2.resize(picture, (width, height))


def _in_the_corner(colour: tuple[int, int, int]) -> np.ndarray[Any, Any]:
    """Return uint8 [H, W, 3], grey but for the upper left quarter: what flips or crops it changes the corner or the size."""
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = colour
    return picture


def _jpeg(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a file of the kind that its name says: matplotlib decodes a PNG to numbers from 0 to 1."""
    import cv2

    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 100])[1]
