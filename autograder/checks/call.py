"""A function or class of the student's is called, and what came of it is compared with what the reference gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, TypedDict

import numpy as np

from autograder.checks.arguments import Drawn, is_drawn, made, shown, written
from autograder.checks.base import Check, Tree, sketch
from autograder.checks.comparison import Comparison, seen_of
from autograder.checks.raised import Called, is_slip
from autograder.portable.older import paired
from autograder.sandbox.session import Session, StudentError
from autograder.text import Json, Message, Text

Case = Mapping[str, Any]
PRINTED = Message(
    "call.printed",
    zh="{call} 打印了 {got!r}，应为 {wanted!r}。",
    en="{call} printed {got!r}, expected {wanted!r}.",
)
CHANGED = Message(
    "call.changed",
    zh="{call} 改动了它的第 {number} 个参数；请先复制一份再改。",
    en="{call} changed its argument number {number}; make a copy and change the copy.",
)
OTHERWISE_CHANGED = Message(
    "call.otherwise_changed",
    zh="{call} 之后，第 {number} 个参数应当被就地改成要求的样子，现在不是。",
    en="{call} should change its argument number {number} in place, but after the call it does not have the "
    "expected value.",
)
NOT_RAISED = Message(
    "call.not_raised",
    zh="{call} 应抛出 {wanted}，但没有。",
    en="{call} should raise {wanted}, but it did not.",
)
OTHER_RAISED = Message(
    "call.other_raised",
    zh="{call} 抛出了 {got}，应为 {wanted}。",
    en="{call} raised {got}, expected {wanted}.",
)
NOT_REPEATED = Message(
    "call.not_repeated",
    zh="用同样的参数调用 {call} 两次，结果不同：结果只能取决于参数。",
    en="{call} gives another result when it is called again with the same arguments; the result must depend only "
    "on the arguments.",
)
WRONG = Message("call.wrong", zh="{call} 的结果不对。", en="{call} gives a wrong result.")


def case(*arguments: Any, then: tuple[list[Any], ...] = (), **named: Any) -> Case:
    """Return one call with these arguments.

    Args:
        then: What is done with what it returned, see `step` and `read`.
    """
    steps = [list(each) for each in then]
    return {
        "arguments": [written(each) for each in arguments],
        "named": {name: written(each) for name, each in named.items()},
        "then": steps,
    }


def step(method: str, *arguments: Any, **named: Any) -> list[Any]:
    """Return the call of a method of what was made: its result is compared, where it is the last step."""
    return [method, [written(each) for each in arguments], {name: written(each) for name, each in named.items()}]


def read(attribute: str) -> list[Any]:
    """Return the reading of an attribute of what was made."""
    return [attribute]


class Question(TypedDict):
    """What the box is asked with `observe`, see `child.operations`."""

    target: str
    arguments: list[Tree]
    named: dict[str, Tree]
    steps: list[list[Tree]]


class Call(Check):
    """What a function returns, or a class's methods, for several cases.

    Attributes:
        cases: See `case`.
        seed: Of what is drawn, another one where it counts.
        raises: The exception that each case must end with (or one that is derived from it).
        value: Compare what comes back.
        dtype: `kind` compares float, whole number and bool, `exact` the dtype.
        exact_types: Tell lists from tuples, and numbers of Python from NumPy's.
        absolute: How far off a number may be, on top of `tolerance` times the largest expected one.
        printed: Compare what is printed.
        changes: Arguments must stay as they are (`none`), or be changed as the reference changes them (`same`).
        repeat: Call twice, with equal results.
    """

    type: Literal["call"] = "call"
    kind: ClassVar[str] = "function"
    name: str
    cases: tuple[Any, ...]
    seed: int = 0
    tolerance: float = 1e-6
    absolute: float = 0.0
    raises: str = ""
    value: bool = True
    dtype: Literal["kind", "exact", "any"] = "kind"
    exact_types: bool = False
    printed: bool = False
    changes: Literal["any", "none", "same"] = "any"
    repeat: bool = False

    @property
    def calling(self) -> Called:
        """The first call, for messages on what is raised."""
        return Called(next(self._calls()), self.name)

    def with_other_inputs(self, check_id: str) -> Check:
        """Return the same question about other drawn arguments, if any are drawn."""
        return super().with_other_inputs(check_id) if is_drawn(self.cases) else self

    def _made(self) -> Iterator[Question]:
        """Yield what the box is asked for each case."""
        for place, each in enumerate(self.cases):
            generator, named = np.random.default_rng([self.seed, place]), Drawn()
            arguments = made(each.get("arguments", ()), generator, named)
            by_name = made(each.get("named", {}), generator, named)
            steps = [_step(one, generator, named) for one in each.get("then", ())]
            yield {"target": self.name, "arguments": arguments, "named": by_name, "steps": steps}

    def _calls(self) -> Iterator[str]:
        """Yield each case as a student would write it."""
        for asked in self._made():
            text = f"{self.name}({_listed(asked['arguments'], asked['named'])})"
            for each in asked["steps"]:
                text += f".{each[0]}({_listed(*each[1:])})" if len(each) > 1 else f".{each[0]}"
            yield text

    def ask(self, session: Session) -> Tree:
        return [self._asked(session, asked) for asked in self._made()]

    def _asked(self, session: Session, asked: Question) -> Tree:
        try:
            answer = session.ask("observe", **asked)
            again = session.ask("observe", **asked) if self.repeat else answer
        except StudentError as error:
            if not self.raises or (self.raises not in error.bases and is_slip(error)):
                raise
            return {"refused": error.type, "bases": list(error.bases)}
        if self.raises:
            return {"returned": str(answer["value"]["kind"])}
        seen: dict[str, Tree] = {
            "value": seen_of(answer["value"], self.dtype, self.exact_types) if self.value else None
        }
        if self.printed:
            seen["printed"] = "\n".join(line.rstrip() for line in str(answer["printed"]).strip().splitlines())
        if self.changes != "any":
            pairs = paired(answer["before"], answer["after"])
            told = [tuple(seen_of(each, "exact", True) for each in pair) for pair in pairs]
            seen["changed"] = [number for number, (a, b) in enumerate(told, 1) if a != b]
        if self.changes == "same":
            seen["after"] = [seen_of(each, self.dtype, self.exact_types) for each in answer["after"]]
        if self.repeat:
            first, second = (seen_of(each["value"], "exact", True) for each in (answer, again))
            seen["repeated"] = first == second
        return seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        for call, got, wanted in zip(self._calls(), seen, expected):
            if said := self._complaint(call, got, wanted):
                return said
        return None if len(seen) == len(expected) else WRONG(call=self.name)

    def _complaint(self, call: str, got: Tree, wanted: Tree) -> Text | None:
        if self.raises:
            if "refused" not in got:
                return NOT_RAISED(call=call, wanted=self.raises)
            right = self.raises in (got["refused"], *got["bases"])
            return None if right else OTHER_RAISED(call=call, got=got["refused"], wanted=self.raises)
        compared = Comparison(call, self.tolerance, self.absolute)
        if self.value and (said := compared.difference(got["value"], wanted["value"])):
            return said
        if self.printed and got["printed"] != wanted["printed"]:
            return PRINTED(call=call, got=got["printed"][:200], wanted=wanted["printed"][:200])
        if self.changes == "none" and got["changed"]:
            return CHANGED(call=call, number=int(got["changed"][0]))
        if self.changes == "same":
            for number, (a, b) in enumerate(paired(got["after"], wanted["after"]), 1):
                if compared.difference(a, b):
                    return OTHERWISE_CHANGED(call=call, number=number)
        return NOT_REPEATED(call=call) if self.repeat and got["repeated"] is not True else None

    def measured(self, seen: Tree) -> dict[str, Json]:
        values = [
            one["value"]["value"] for one in seen if isinstance(one.get("value"), dict) and "value" in one["value"]
        ]
        return {"returned": values} if values else {}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        return self.judge(seen, expected) or WRONG(call=self.name)


def _step(written_step: list[Any], generator: np.random.Generator, named: Drawn) -> list[Any]:
    """Return a step as the box takes it: an attribute to read, or a method with its arguments by place and by name."""
    method, *given = written_step
    parts = [made(part, generator, named) for part in given]
    return [method, *parts, *([{}] if len(parts) == 1 else [])]


def _listed(arguments: list[Any], named: Mapping[str, Any]) -> str:
    return ", ".join([*map(shown, arguments), *(f"{name}={shown(each)}" for name, each in named.items())])


def keeps_arguments(name: str, *cases: Case, seed: int = 0, **settings: Any) -> Call:
    """Return the check that a function leaves its arguments as they are."""
    return Call(name=name, cases=cases, seed=seed, value=False, changes="none", **settings)


def refuses(error: str, name: str, *cases: Case, seed: int = 0, **settings: Any) -> Call:
    """Return the check that each call raises an exception, such as `ValueError`."""
    return Call(name=name, cases=cases, seed=seed, raises=error, **settings)


def repeatable(name: str, *cases: Case, seed: int = 0, **settings: Any) -> Call:
    """Return the check that a second call with the same arguments gives the same, to seven digits."""
    return Call(name=name, cases=cases, seed=seed, value=False, repeat=True, **settings)


GRADIENT = Message(
    "gradient.differs",
    zh="{call}：沿第 {number} 个随机方向，你的损失的变化率是 {slope:.6g}，你的梯度给出 {told:.6g}，二者应当相同。",
    en="{call}: along random direction {number} your loss changes at a rate of {slope:.6g}, but your gradient "
    "gives {told:.6g}; the two must be equal.",
)
GRADIENT_SHAPE = Message(
    "gradient.shape",
    zh="{call} 应返回 (损失，梯度)，梯度的形状是 {wanted}；得到的是 {got}。",
    en="{call} must return (loss, gradient) with a gradient of shape {wanted}; it returned {got}.",
)


class Gradient(Check):
    """The gradient that a function returns with its loss, against the slope of that very loss.

    Attributes:
        argument: Which argument the gradient is taken of, float64.
        directions: How many random ones are tried.
        step: To either side. The reference's own answer is not looked at.
    """

    type: Literal["gradient"] = "gradient"
    kind: ClassVar[str] = "function"
    name: str
    case: Any
    seed: int
    argument: int = 0
    directions: int = 3
    step: float = 1e-5
    tolerance: float = 1e-5

    def _asked(self) -> Question:
        generator, named = np.random.default_rng(self.seed), Drawn()
        arguments = made(self.case["arguments"], generator, named)
        return {
            "target": self.name,
            "arguments": arguments,
            "named": made(self.case["named"], generator, named),
            "steps": [],
        }

    @property
    def calling(self) -> Called:
        """The call."""
        asked = self._asked()
        return Called(f"{self.name}({_listed(asked['arguments'], asked['named'])})", self.name)

    def ask(self, session: Session) -> Tree:
        asked = self._asked()
        at = np.asarray(asked["arguments"][self.argument], np.float64)

        def answer(point: np.ndarray[Any, Any]) -> Tree:
            arguments = list(asked["arguments"])
            arguments[self.argument] = point
            return session.ask("observe", **{**asked, "arguments": arguments})["value"]

        told = answer(at)
        parts = told["items"] if told["kind"] in ("tuple", "list") and told["length"] == 2 else []
        if len(parts) != 2 or parts[1].get("shape") != list(at.shape) or _loss(parts[0]) is None:
            return {"returned": [str(part["kind"]) + str(part.get("shape", "")) for part in parts] or str(told["kind"])}
        gradient = np.asarray(parts[1]["array"], np.float64)
        generator = np.random.default_rng([self.seed, 1])
        pairs = []
        for _ in range(self.directions):
            direction = generator.standard_normal(at.shape)
            losses = [_loss(answer(at + sign * self.step * direction)["items"][0]) for sign in (1, -1)]
            slope = (losses[0] - losses[1]) / (2 * self.step)  # type: ignore[operator]
            pairs.append(sketch([slope, float((gradient * direction).sum())])["values"])
        return {"pairs": pairs}

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        call = self.calling.call
        if "pairs" not in seen:
            wanted = list(np.shape(self._asked()["arguments"][self.argument]))
            return GRADIENT_SHAPE(call=call, wanted=wanted, got=seen["returned"])
        for number, (slope, told) in enumerate(seen["pairs"], 1):
            if not abs(slope - told) <= self.tolerance * max(abs(slope), abs(told), 1e-3):
                return GRADIENT(call=call, number=number, slope=slope, told=told)
        return None

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        return self.judge(seen, expected) or WRONG(call=self.name)


def _loss(part: Tree) -> float | None:
    """Return a loss from what the box told of it, None where it is no number."""
    if part.get("kind") in ("float", "int") and type(part.get("value")) in (float, int):
        return float(part["value"])
    if part.get("kind") == "array" and part.get("shape") == [] and "array" in part:
        return float(part["array"])
    return None
