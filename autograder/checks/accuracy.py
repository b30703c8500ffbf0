"""The accuracy check: the student's weights in the student's network, logits out, figures computed outside the box."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Tree
from autograder.checks.network import NetworkCheck
from autograder.course.chapter import Retrain
from autograder.measures import auc, predictions
from autograder.sandbox.session import BoxDied, Session, StudentError
from autograder.submission.weights_notes import HEADER_BYTES, notes_in
from autograder.text import Message, Text

Array = np.ndarray[Any, Any]
COMPARED = 4  # images on which compiled and plain logits are compared: a plain pass costs three to four compiled ones
CALIBRATED = 12  # and on which bfloat16 and float32 are
COPIED = 60  # images of which imperceptibly changed copies are measured, too
MAX_BATCH_SIZE, BATCH_BYTES = 500, 12 << 20
FAILED = Message("accuracy.failed", zh="网络在测试图像上前向计算出错。", en="The network fails on the test images.")
NOT_FINITE = Message(
    "accuracy.not_finite", zh="网络的输出含有 NaN 或无穷大。", en="The network's outputs contain NaN or infinity."
)
NO_ROWS = Message(
    "accuracy.no_rows",
    zh="网络没有对每张图给出一行 logits。",
    en="The network does not give one row of logits for each image.",
)


@dataclass(frozen=True)
class Images:
    """A set of images that a network is measured or trained on.

    images: [N, ...] of any form that can be indexed by an array; prepare: makes float32 [B, C, H, W] of a few of them;
    labels: [N] or [N, 1], of the dtype that a loop is given.
    """

    images: Any
    labels: Array
    prepare: Callable[[Array], Array] = np.asarray


@dataclass(frozen=True)
class ImageSets:
    """Where an accuracy check takes its images from, each made only when it is asked for. digest: of what they are made of."""

    validation: Callable[[], Images]
    training: Callable[[], Images]
    digest: str = "none"


@dataclass(frozen=True)
class Way:
    """A way to run a network.

    form: what the compiled network computes in, empty: the network as it is written; unsure: logits nearer to another
    decision than this part of the largest logit are asked for again in the next way.
    """

    form: str
    unsure: float = 0.0


FORMS = ("bfloat16", "float32")  # that may stand in for the network as it is written
AS_WRITTEN, FLOAT32 = Way(""), Way("float32", 2e-4)
SAME = 1e-4  # how far logits in float32 may be off; measured: 3e-5 and less
ROUGH = 0.05  # and in bfloat16; measured over whole sets: 0.002 to 0.022
DEVIATIONS, MIN_UNSURE = 4, 0.005  # bfloat16 is unsure within so many times the root mean square of its errors


@dataclass(frozen=True)
class Measured:
    """What an accuracy check found.

    accuracy: fraction of right answers; auc: area under the ROC curve, None unless there are two classes;
    constant: every image got the same logits; slow: why the network could not be run the fast way, empty where it was;
    originals, copies: accuracy on some of the images, and on copies of these with changes that nobody sees."""

    accuracy: float
    auc: float | None
    constant: bool
    slow: str = ""
    originals: float | None = None
    copies: float | None = None


@dataclass(frozen=True)
class WeightsFile:
    """A weights file as it came: its name tells the format."""

    name: str
    content: bytes

    @property
    def pdparams(self) -> bool:
        """Tell whether `paddle.save` wrote it."""
        return self.name.lower().endswith(".pdparams")

    @property
    def from_generated_data(self) -> bool:
        """Tell whether the notebook noted in the file's header that it trained on generated pictures."""
        return not self.pdparams and notes_in(self.content[:HEADER_BYTES]).data == "generated"


class CompilerDied(Exception):
    """The process ended while it made or first ran the fast form of a network; without that it may well answer."""


class Accuracy(NetworkCheck):
    """Judged by the figures, not by a recording; `measure` does the work because it needs weights and images.

    The network runs as it is on a few images, and then, where that gives the same logits, as a static graph compiled
    for this processor. batch: images per question, at the least; cpu_seconds: what the whole measurement may take.
    """

    type: Literal["accuracy"] = "accuracy"
    kind: ClassVar[str] = "accuracy"
    seconds: float = 120.0
    cpu_seconds: int = 1800
    batch: int = 20

    def ask(self, session: Session) -> Tree:
        raise NotImplementedError("an accuracy check is measured with weights and images, see `measure`")

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        raise NotImplementedError("an accuracy check is judged by `measure`")

    def measure(
        self, session: Session, weights: WeightsFile, validation: Images, seed: int, fast: bool = True
    ) -> Measured | Text:
        """Return the figures of the network with `weights`, or what is wrong with them.

        Images go in shuffled by `seed`, without names or labels. fast: try the compiled form; raises `CompilerDied`.
        """
        network = self.make(session)
        content = np.frombuffer(weights.content, np.uint8)
        answer = session.ask("load_weights", target=network, content=content, pdparams=weights.pdparams)
        return misfit(weights.name, answer) or self._figures(session, network, validation, seed, fast)

    def retrain(
        self, session: Session, plan: Retrain, training: Images, validation: Images, seed: int
    ) -> Measured | Text:
        """Train a new network by the student's own `plan.function`, then return its figures."""
        network = self.make(session, blank=False)
        optimizer = session.ask("optimizer", model=network, learning_rate=plan.learning_rate)
        generator = np.random.default_rng(seed)
        for _ in range(plan.epochs):
            order = generator.permutation(len(training.labels))[: plan.images or None]
            batches = [order[start : start + plan.batch_size] for start in range(0, len(order), plan.batch_size)]
            pairs = [
                [training.prepare(training.images[part]), training.labels[part].reshape(-1, 1)] for part in batches
            ]
            arguments = [network, {"$pairs": pairs, "once": True}, optimizer]
            session.ask("call", target=plan.function, arguments=arguments, handle=True)
        return self._figures(session, network, validation, seed, fast=False)

    def _figures(self, session: Session, network: Tree, validation: Images, seed: int, fast: bool) -> Measured | Text:
        order = np.random.default_rng(seed).permutation(len(validation.labels))
        few = COMPARED if fast else self.batch
        first, rest = order[:few], order[few:]
        images = validation.prepare(validation.images[first])
        few_logits = plain_logits(session, network, images)
        if isinstance(few_logits, Text):
            return few_logits
        step = max(self.batch, min(MAX_BATCH_SIZE, BATCH_BYTES // max(1, images[0].nbytes)))
        ways, slow = [AS_WRITTEN], ""
        if fast and len(rest) > step:
            images = validation.prepare(validation.images[order[:CALIBRATED]])
            compiled, slow = compiled_ways(session, network, images, few_logits)
            ways = [*compiled, AS_WRITTEN]
        logits = few_logits
        if rest.size:
            others = self._logits(session, network, validation, rest, step, ways)
            if isinstance(others, Text):
                return others
            if others.shape[1] != few_logits.shape[1]:
                return NO_ROWS()
            logits = np.concatenate([few_logits, others])
        labels = validation.labels[order].reshape(-1)
        found = measured(logits, labels)
        if isinstance(found, Text):
            return found
        if images.ndim != 4:  # nothing but a picture has a copy that looks the same
            return replace(found, slow=slow)
        some = slice(0, COPIED)
        copied = Images(
            validation.images[order[some]], labels[some], lambda part: copies(validation.prepare(part), seed)
        )
        again = self._logits(session, network, copied, np.arange(len(labels[some])), step, ways)
        if isinstance(again, Text) or again.shape != logits[some].shape:
            return replace(found, slow=slow)
        pair = (measured(each, labels[some]) for each in (logits[some], again))
        before, after = (None if isinstance(one, Text) else one.accuracy for one in pair)
        return replace(found, slow=slow, originals=before, copies=after)

    def _logits(
        self,
        session: Session,
        network: Tree,
        validation: Images,
        chosen: Array,
        step: int,
        ways: Sequence[Way],
        largest: float = 0.0,
    ) -> Array | Text:
        """Return the logits float64 [N, C] of the chosen images: the unsure ones of the first way come from the others.

        largest: that of all images, where these are some of them: it tells how large an error of a logit may be.
        """
        way, slower = ways[0], ways[1:]
        found = []
        for start in range(0, len(chosen), step):
            images = validation.prepare(validation.images[chosen[start : start + step]])
            out = compiled_logits(session, images, way.form) if way.form else plain_logits(session, network, images)
            if isinstance(out, Text):
                return out
            found.append(out)
        if len({out.shape[1] for out in found}) > 1:
            return NO_ROWS()
        logits = np.concatenate(found)
        largest = max(largest, float(np.abs(logits).max()))
        unsure = np.flatnonzero(is_unsure(logits, way, largest)) if slower else np.empty(0, np.int64)
        if unsure.size:
            again = self._logits(session, network, validation, chosen[unsure], step, slower, largest)
            if isinstance(again, Text) or again.shape != logits[unsure].shape:
                return again if isinstance(again, Text) else NO_ROWS()
            logits[unsure] = again
        return logits


class ResizedAccuracy(Accuracy):
    """Accuracy of a network that is made for images of another side than those of the data set.

    side: of the square images that the network is given, in pixels; each pixel is the mean of the area that it stands for.
    """

    type: Literal["resized_accuracy"] = "resized_accuracy"  # type: ignore[assignment]
    side: int

    def measure(
        self, session: Session, weights: WeightsFile, validation: Images, seed: int, fast: bool = True
    ) -> Measured | Text:
        return super().measure(session, weights, resized(validation, self.side), seed, fast)

    def retrain(
        self, session: Session, plan: Retrain, training: Images, validation: Images, seed: int
    ) -> Measured | Text:
        return super().retrain(session, plan, resized(training, self.side), resized(validation, self.side), seed)


def resized(images: Images, side: int) -> Images:
    """Return the same images as squares of `side` pixels, float32 [B, C, side, side] once they are prepared."""

    def prepare(chosen: Array) -> Array:
        fed = images.prepare(chosen)
        return fed if fed.shape[2:] == (side, side) else np.stack([_smaller(image, side) for image in fed])

    return replace(images, prepare=prepare)


def _smaller(image: Array, side: int) -> Array:
    """Return an image [C, H, W] as [C, side, side]."""
    import cv2  # when it is needed: most classes do without

    found = cv2.resize(np.ascontiguousarray(image.transpose(1, 2, 0)), (side, side), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(found.reshape(side, side, -1).transpose(2, 0, 1))


def copies(images: Array, seed: int) -> Array:
    """Return images [B, C, H, W], float32, that look the same: one pixel to the right, with noise of one grey level."""
    grey = float(np.ptp(images)) / 255
    moved = np.concatenate([images[..., :1], images[..., :-1]], axis=-1)
    noise = np.random.default_rng(seed).uniform(-grey, grey, images.shape)
    return np.clip(moved + noise, images.min(), images.max()).astype(np.float32)


def plain_logits(session: Session, network: Tree, images: Array) -> Array | Text:
    """Return the logits float64 [N, C] of the network as the student wrote it, or what is wrong."""
    answer = session.ask("forward", target=network, images=images)
    if "error" in answer:
        return FAILED()  # neither its message nor its type: what the answer chooses could quote the images
    out = answer["output"]
    return np.asarray(out, np.float64) if has_rows(out, images) else NO_ROWS()


def compiled_logits(session: Session, images: Array, form: str) -> Array | Text:
    """Return the same from a compiled form."""
    out = session.ask("predict", images=images, form=form)
    return np.asarray(out, np.float64) if has_rows(out, images) else NO_ROWS()


def is_unsure(logits: Array, way: Way, largest: float) -> Array:
    """Tell for each row of logits [N, C] whether digits could turn its decision."""
    if way.form == "bfloat16" and not np.ptp(logits, axis=0).max() > way.unsure * largest:
        return np.ones(len(logits), bool)  # rounded, a network that hardly tells images apart looks constant
    unsure: Array = ~(margins(logits) > way.unsure * largest)
    return unsure


def compiled_ways(session: Session, network: Tree, images: Array, logits: Array) -> tuple[list[Way], str]:
    """Compile the network; return the ways that serve, the fastest first, and why there are none.

    images: `CALIBRATED` of them; logits: of the network as it is written, for the first `COMPARED`.
    """
    try:
        forms = session.ask("compile", target=network, shape=list(images.shape[1:]))
        exact = session.ask("predict", images=images, form="float32")
        slow = why_different(exact, images, logits)
        if slow or "bfloat16" not in FORMS or "bfloat16" not in forms:
            return [] if slow else [FLOAT32], slow
        rough = session.ask("predict", images=images, form="bfloat16")
    except StudentError as error:  # a name that the student chose could quote the images
        return [], error.type if hasattr(builtins, error.type) else "Error"
    except BoxDied as death:
        raise CompilerDied from death
    if not has_rows(rough, images) or rough.shape != exact.shape or not np.isfinite(rough).all():
        return [FLOAT32], ""
    errors = (np.asarray(rough, np.float64) - exact) / max(1e-12, float(np.abs(exact).max()))
    if np.abs(errors).max() > ROUGH:
        return [FLOAT32], ""
    return [Way("bfloat16", max(MIN_UNSURE, DEVIATIONS * float(np.sqrt(np.square(errors).mean())))), FLOAT32], ""


def why_different(out: Any, images: Array, logits: Array) -> str:
    """Return how compiled logits of `images` differ from the first of them, empty: they are the same."""
    if not has_rows(out, images) or out.shape[1] != logits.shape[1] or not np.isfinite(out).all():
        return "shape"
    apart = float(np.abs(out[: len(logits)] - logits).max() / max(1e-12, np.abs(logits).max()))
    return "" if apart <= SAME else f"|Δ| {apart:.1g}"


def has_rows(out: Any, images: Array) -> bool:
    """Tell whether an output has one row of numbers for each image."""
    return isinstance(out, np.ndarray) and out.ndim == 2 and len(out) == len(images) and out.size > 0


def margins(logits: Array) -> Array:
    """Return how far each row of logits [N, C] is from another decision, float64 [N]."""
    if logits.shape[1] == 1:
        return np.abs(logits[:, 0])
    best = np.partition(logits, -2, axis=1)
    return np.asarray(best[:, -1] - best[:, -2])


def measured(logits: Array, labels: Array) -> Measured | Text:
    """Return accuracy and AUC of logits [N, C] for labels [N]."""
    if not np.isfinite(logits).all():
        return NOT_FINITE()
    area = None
    if logits.shape[1] <= 2:
        area = auc(logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0], labels)
    constant = bool(np.ptp(logits, axis=0).max() <= 1e-6 * max(1.0, float(np.abs(logits).max())))
    return Measured(float((predictions(logits) == labels).mean()), area, constant)


UNREADABLE = {
    "damaged": Message(
        "weights.damaged",
        zh="权重文件 {name} 已损坏或不完整 ({detail})。重新保存并提交。",
        en="The weights file {name} is damaged or incomplete ({detail}). Save it again and hand it in again.",
    ),
    "code": Message(
        "weights.code",
        zh="权重文件 {name} 里除了数组还要求运行代码 ({detail})，没有读取，也没有运行。请用 fit 写出的 .safetensors，或 "
        "paddle.save(model.state_dict(), ...)。",
        en="The weights file {name} contains more than arrays: it also asks to run code ({detail}). It was not "
        "read, and nothing was run. Hand in the .safetensors file that fit writes, or the file of "
        "paddle.save(model.state_dict(), ...).",
    ),
    "form": Message(
        "weights.form",
        zh="权重文件 {name} 不是 state_dict：{detail}。",
        en="The weights file {name} is not a state dict: {detail}.",
    ),
    "empty": Message(
        "weights.empty", zh="权重文件 {name} 是空的 ({detail})。", en="The weights file {name} is empty ({detail})."
    ),
}


OTHER_NETWORK = Message(
    "weights.other_network",
    zh="权重文件 {name} 属于另一个网络：没有一个参数名相同 (你的网络里有 {missing}；文件里有 {there})。",
    en="The weights file {name} belongs to another network: no parameter has the same name (your network has {missing}; the file "
    "has {there}).",
)
MISFIT = Message(
    "weights.misfit",
    zh="权重文件 {name} 与你的网络不符。缺少：{missing}；形状不符：{shapes}。网络改过之后要重新训练。",
    en="The weights file {name} does not fit your network. Missing: {missing}; other shape: {shapes}. If you "
    "changed the network, train it again.",
)
OTHER_DTYPE = Message(
    "weights.other_dtype",
    zh="权重文件 {name} 里的类型不是浮点数：{dtypes}。应为 float32 或 float16。",
    en="The weights file {name} contains types that are not floating-point numbers: {dtypes}. They should be "
    "float32 or float16.",
)
DIVERGED = Message(
    "weights.diverged",
    zh="权重文件 {name} 里有 NaN 或无穷大：{parameters}。训练发散了，试试较小的学习率。",
    en="The weights file {name} contains NaN or infinity: {parameters}. The training diverged; try a smaller "
    "learning rate.",
)


def misfit(name: str, answer: Tree) -> Text | None:
    """Say why a weights file does not go into the network, None when it does."""
    if reason := answer.get("unreadable"):
        detail = str(answer["detail"])[:200]
        return UNREADABLE.get(str(reason), UNREADABLE["damaged"])(name=name, detail=detail)
    missing, wrong = answer["missing"], answer["wrong_shape"]
    if not answer["matching"]:
        return OTHER_NETWORK(name=name, missing=_some(missing), there=_some(answer["unexpected"]))
    if missing or wrong:
        shapes = [f"{row[0]} {row[1]} != {row[2]}" for row in wrong]
        return MISFIT(name=name, missing=_some(missing), shapes=_some(shapes))
    if rows := answer["wrong_dtype"]:
        return OTHER_DTYPE(name=name, dtypes=_some([f"{row[0]} {row[1]}" for row in rows]))
    if rows := answer["not_finite"]:
        return DIVERGED(name=name, parameters=_some(rows))
    return None


def _some(entries: list[Any], most: int = 3) -> str:
    shown = ", ".join(str(entry)[:80] for entry in entries[:most])
    return (shown + (", …" if len(entries) > most else "")) or "-"
