"""Checks of a network: output shape, trainable parameters, behaviour with transplanted parameters."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from autograder.checks.base import MAX_ROWS, STEPS, Check, Tree, agrees, numbers, sketch, smooth_images
from autograder.checks.raised import Called, read_error, told
from autograder.checks.shapes import first_parting, which_differ
from autograder.checks.wording import (
    AFTERWARDS,
    BEFORE,
    BETWEEN,
    GRADIENTS_DIFFER,
    INPUT_CHANGED,
    KINDS,
    NUMBERED,
    OF_ITS_OWN,
    ONLY_NEAR,
    OTHER_DEFAULT,
    OTHER_IN_TRAINING,
    OTHER_SIZE,
    OUTPUT_SHAPE,
    OUTPUT_SIZE,
    OUTPUTS_DIFFER,
    PARAMETER_COUNT,
    SIZES,
    TAKE_NO_PART,
)
from autograder.sandbox.session import Session
from autograder.text import Json, Text

Shape = tuple[int, ...]
MAX_STEPS, DIGITS = 400, 4  # layers of a network, and digits of what is kept of their values
NEAR = 2e-3  # of the length of the sample of a reference's layer


class NetworkCheck(Check):
    """A class of the student's, and what it is made with.

    Attributes:
        named: What the last of the arguments are called. Where the student's signature has such a name, that argument
            is passed by it, for learners put other arguments first; everything else is passed by its place.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    named: tuple[str, ...] = ()
    filled: ClassVar[bool] = False  # compares what comes out once parameters are filled by shape and kind

    def make(self, session: Session, blank: bool = True) -> Tree:
        """Return the handle of an instance; checks in a row with the same arguments share it.

        Args:
            blank: Without initial values, which the checks fill in.
        """
        return session.ask("make", **self.making, blank=blank)

    @property
    def making(self) -> dict[str, Tree]:
        """What the session is asked to make."""
        return {"target": self.name, "arguments": list(self.arguments), "named": list(self.named)}

    @property
    def subject(self) -> Hashable:
        return self.name, repr(self.arguments)

    @property
    def call(self) -> str:
        """The call as the student would write it."""
        first = len(self.arguments) - len(self.named)
        by_name = (f"{name}={value!r}" for name, value in zip(self.named, self.arguments[first:]))
        return f"{self.name}({', '.join((*map(repr, self.arguments[:first]), *by_name))})"

    @property
    def calling(self) -> Called:
        """The call, with what the last arguments are called."""
        return Called(self.call, self.name, self.named)


class OutputShape(NetworkCheck):
    """Shape of the output, with the sizes of all stages to explain a wrong one.

    Attributes:
        smaller: Height and width that the inputs after the first are tried with first, to save a long pass: an output
            like the first one's, for as many images, is as good as the real one. Any other, or an error, says nothing:
            a network is only promised its own image size.
        default: What the arguments that have a name are when they are left out: both ways must give the same parameters.
        may_lack: A signature without defaults is right, too.
    """

    type: Literal["output_shape"] = "output_shape"
    kind: ClassVar[str] = "shape"
    inputs: tuple[Shape, ...]
    smaller: tuple[int, int] | None = None
    default: tuple[Any, ...] = ()
    may_lack: bool = False

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        seen: list[Tree] = []
        for shape in self.inputs:
            if seen and self.smaller and len(shape) == 4:
                like_first = {**seen[0], "output": [shape[0], *(seen[0]["output"] or [])[1:]]}
                if _sizes(session, network, (*shape[:2], *self.smaller))["output"] == like_first["output"]:
                    seen.append(like_first)
                    continue
            seen.append(_sizes(session, network, shape))
        if self.default:
            seen.append({"output": [self._has_defaults(session)], "stages": [], "error": None})
        return seen

    def _has_defaults(self, session: Session) -> bool:
        """Tell whether the student's defaults are those asked for. Only where they are not written as such is a network made."""
        written = {str(name): value for name, value in session.ask("defaults", target=self.name)}
        unlike = [
            name
            for name, value in zip(self.named, self.default)
            if (name in written or not self.may_lack)
            and (type(written.get(name)), written.get(name)) != (type(value), value)
        ]
        if not unlike:
            return True
        first = list(self.arguments[: len(self.arguments) - len(self.named)])
        bare = session.ask("describe_new", target=self.name, arguments=first, blank=True)
        given = {"arguments": [*first, *self.default], "named": list(self.named)}
        told_so = session.ask("describe_new", target=self.name, **given, blank=True)
        return bool(bare == told_so)

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        right = [entry["output"] for entry in seen] == [entry["output"] for entry in expected]
        return None if right else self.complaint(seen, expected)

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"output": [entry["output"] for entry in seen[: len(self.inputs)]]}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        for shape, got, wanted in zip(self.inputs, seen, expected):
            if got["error"]:
                return told(got["error"], self.calling)
            if got["output"] != wanted["output"]:
                came = got["output"]
                alike = came is not None and len(came) == 4 and came[2:] == wanted["output"][2:]
                place = first_parting(got["stages"], wanted["stages"], alike)
                return OUTPUT_SIZE(call=self.call, shape=list(shape), got=came, wanted=wanted["output"], where=place)
        if self.default:
            wanted = ", ".join(f"{name}={value!r}" for name, value in zip(self.named, self.default))
            return OTHER_DEFAULT(call=self.name, wanted=wanted)
        return OUTPUT_SHAPE(call=self.call)


def _sizes(session: Session, network: Tree, shape: Shape) -> Tree:
    answer = session.ask("sizes", target=network, shape=list(shape))
    stages = [[str(kind), list(size)] for kind, size in answer["stages"]]
    output = list(answer["output"]) if answer["output"] is not None else None
    return {"output": output, "stages": stages, "error": read_error(answer["error"]) if answer["error"] else None}


class Parameters(NetworkCheck):
    """Number of trainable parameters."""

    type: Literal["parameters"] = "parameters"
    kind: ClassVar[str] = "count"
    forward: ClassVar[bool] = False

    def ask(self, session: Session) -> Tree:
        rows = session.ask("describe_new", **self.making, blank=True)[:MAX_ROWS]
        shapes, resting = (
            sorted(list(shape) for shape, trainable in rows if trainable == wanted) for wanted in (True, False)
        )
        frozen = [
            shape for shape in resting if shape and int(np.prod(shape)) > max(shape)
        ]  # no statistics of a batch norm
        seen = {"count": int(sum(int(np.prod(shape)) for shape in shapes)), "shapes": shapes}
        return {**seen, "frozen": frozen} if frozen else seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        return None if seen["count"] == expected["count"] else self.complaint(seen, expected)

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"trainable_parameters": seen["count"]}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        which = which_differ(seen, expected)
        return PARAMETER_COUNT(call=self.call, count=seen["count"], wanted=expected["count"], which=which)


class Behaviour(NetworkCheck):
    """Outputs in eval mode with parameters filled from `seed`, for several batches; gradients where asked.

    Attributes:
        stretch: The last image of the first batch is multiplied by it, so that its values leave every range on which
            another function equals the one asked for (ReLU and relu6, say); its output is compared apart.
        gradient_tolerance: Looser: near-ties in max-pools are decided otherwise by other right answers (pool before the
            activation) and other processors. Images that change by a millionth, as sums do between two processors,
            move the gradient of a whole network by up to .028 of its largest number: give it 0.05.
        in_training: Also asked in train mode, where a network without dropout and norm gives the same.
    """

    type: Literal["behaviour"] = "behaviour"
    kind: ClassVar[str] = "behaviour"
    leads: ClassVar[bool] = True
    filled: ClassVar[bool] = True
    inputs: tuple[Shape, ...]
    seed: int
    gradients: bool = False
    stretch: float = 1.0
    gradient_tolerance: float = 0.01
    in_training: bool = False

    def drawn(self, seed: int, shape: Shape) -> np.ndarray[Any, Any]:
        """Return one batch of inputs."""
        return smooth_images(seed, shape)

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        session.ask("fill", target=network, seed=self.seed)
        seen: dict[str, Tree] = {"outputs": []}
        slope: Tree = None
        for place, shape in enumerate(self.inputs):
            images = self.drawn(self.seed + place, shape)
            stretched = place == 0 and self.stretch != 1
            if stretched:
                images = np.concatenate([images[:-1], self.stretch * images[-1:]]).astype(np.float32)
            both = self.gradients and place == 0 and not stretched
            first = {"steps": True} if place == 0 else {}
            answer = (
                self._slope(session, network, **first)
                if both
                else session.ask("forward", target=network, images=images, **first)
            )
            if "error" in answer:
                return {"error": read_error(answer["error"])}
            if first:
                seen[STEPS] = kept_steps(answer.get("steps"))
            if both:
                slope = answer
            output = answer["output"]
            if stretched and len(images) > 1 and np.ndim(output) and len(output) == len(images):
                seen["outputs"] += [sketch(output[:-1]), sketch(output[-1:])]
            else:
                seen["outputs"].append(sketch(output))
            if place == 0 and self.in_training:
                answer = session.ask("forward", target=network, images=images[:2], training=True)
                if "error" in answer:
                    return {"error": read_error(answer["error"])}
                seen["in_training"] = sketch(answer["output"])
        if self.gradients:
            slope = slope or self._slope(session, network)
            if "error" in slope:
                return {"error": read_error(slope["error"])}
            seen["gradient"] = sketch(slope["input"])
            seen["without_gradient"] = int(slope["without_gradient"])
        return seen

    def _slope(self, session: Session, network: Tree, **more: bool) -> Tree:
        """Return the output for the first batch, not stretched, and the gradient that goes back from it."""
        images = self.drawn(self.seed, self.inputs[0])
        return session.ask("gradients", target=network, images=images, seed=self.seed, **more)

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        rest, wanted = ({**tree, "gradient": None, STEPS: None} for tree in (seen, expected))
        right = agrees(rest, wanted, self.tolerance) and agrees(
            seen.get("gradient"), expected.get("gradient"), self.gradient_tolerance
        )
        return None if right else self.complaint(seen, expected)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if "error" in seen:
            return told(seen["error"], self.calling)
        if not agrees(seen["outputs"], expected["outputs"], self.tolerance):
            if self._only_far(seen["outputs"], expected["outputs"]):
                return ONLY_NEAR(call=self.call)
            parted = where_they_part(self.call, seen.get(STEPS), expected.get(STEPS))
            return parted or OUTPUTS_DIFFER(call=self.call)
        if self.in_training and not agrees(seen["in_training"], expected["in_training"], self.tolerance):
            return OTHER_IN_TRAINING(call=self.call)
        if seen["without_gradient"]:
            return TAKE_NO_PART(call=self.call, count=seen["without_gradient"])
        return GRADIENTS_DIFFER(call=self.call)

    def _only_far(self, seen: Tree, expected: Tree) -> bool:
        """Tell whether nothing but the output for the stretched image differs."""
        if self.stretch == 1 or self.inputs[0][0] == 1 or len(seen) != len(expected):
            return False
        return agrees([seen[0], *seen[2:]], [expected[0], *expected[2:]], self.tolerance)


class Step(NamedTuple):
    """What one layer did: shapes, and what tells the values for the first image from others."""

    kind: str
    name: str
    weight: list[int]
    got: list[int]
    got_values: list[float]
    gave: list[int]
    gave_values: list[float]


def kept_steps(steps: Tree) -> list[Tree]:
    """Return steps that a box sent as JSON values; none where they have another form."""
    found = []
    for row in steps[:MAX_STEPS] if isinstance(steps, list) else ():
        kind, name, weight, got, got_values, gave, gave_values = row
        shapes = [[int(size) for size in shape[:8]] for shape in (weight, got, gave)]
        sketches = [
            [float(f"{value:.{DIGITS}g}") for value in numbers(values[:8])] for values in (got_values, gave_values)
        ]
        found.append([str(kind)[:20], str(name)[:100], shapes[0], shapes[1], sketches[0], shapes[2], sketches[1]])
    return found


def where_they_part(call: str, seen: Tree, expected: Tree) -> Text | None:
    """Return where the values of a network part from the reference's, None where that does not show.

    seen, expected: the steps of both in the order of their calls, which may be another in a network with branches.
    """
    steps, wanted = ([Step(*row) for row in rows] if isinstance(rows, list) else [] for rows in (seen, expected))
    if not steps or not wanted:
        return None
    for place, step in enumerate(steps):
        if any(_same(step.gave_values, one.gave_values) for one in wanted):
            continue
        alike = [one for one in wanted if one.kind == step.kind and one.weight == step.weight]
        if not alike:
            return None
        layer = KINDS[step.kind](name=f"`{step.name}`" if step.name else NUMBERED(place=place + 1))
        fed = [one for one in alike if _same(step.got_values, one.got_values)]
        if fed and fed[0].gave[1:] != step.gave[1:]:
            return OTHER_SIZE(call=call, layer=layer, got=step.gave, wanted=fed[0].gave)
        if fed:
            return OF_ITS_OWN(call=call, layer=layer)
        if place == 0 and any(_same(one.got_values, wanted[0].got_values) for one in alike):
            return INPUT_CHANGED(call=call, layer=layer)
        other = all(one.got[1:] != step.got[1:] for one in alike)
        sizes = SIZES(got=step.got, wanted=alike[0].got) if other else ""
        return BETWEEN(call=call, before=BEFORE() if place else "", layer=layer, sizes=sizes)
    counts = len(steps) == len(wanted)
    return AFTERWARDS(call=call) if counts else None


def _same(values: Sequence[float], wanted: Sequence[float]) -> bool:
    return len(values) == len(wanted) > 0 and math.dist(values, wanted) <= NEAR * max(abs(wanted[0]), 1e-6)


class TokenBehaviour(Behaviour):
    """The same for a network that takes whole numbers, int64 of any shape, such as the words of a sentence [N, T].

    Attributes:
        vocabulary: They lie from 0 to `vocabulary` - 1.
    """

    type: Literal["token_behaviour"] = "token_behaviour"  # type: ignore[assignment]
    vocabulary: int

    def drawn(self, seed: int, shape: Shape) -> np.ndarray[Any, Any]:
        """Return one batch of inputs."""
        return np.random.default_rng(seed).integers(0, self.vocabulary, shape)
