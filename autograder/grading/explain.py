"""What is said of checks once all are asked: causes that agree with all of it, no sentence that another makes false, and of
a measured accuracy the digits that a student may read, with a flag for the TA."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks.base import Observation, agrees, same_mistake
from autograder.checks.mode import TrainMode
from autograder.checks.network import Behaviour, NetworkCheck, Parameters
from autograder.checks.raised import NOT_MADE, NOT_WRITTEN, Called, place_text, record_of, unknown_name
from autograder.checks.raised import told as told_error
from autograder.checks.suite import CheckSuite, Mistake
from autograder.checks.wording import TELL_ALL
from autograder.grading.wording import DEATHS, LOOKED_UP, TIMEOUT_AT
from autograder.sandbox.session import BoxDied, Tree, student_error
from autograder.store.result import Finding
from autograder.submission import Slice, SyntaxProblem
from autograder.submission.syntax import NOT_READ
from autograder.text import Message, Text, Told, told

Findings = dict[str, Finding]
MAX_CAUSES = 2
LOST_ON_COPIES = 0.2  # of the accuracy on 60 images; honest networks lose less, see docs/security.md
ON_SOME, ON_COPIES = "accuracy_on_some", "accuracy_on_copies_of_these"
EITHER = Text(
    zh="可能是下面两种情况之一。{first} 或者：{second}",
    en="It may be one of two things. {first} Or: {second}",
)
CHAIN = 5  # how many names that are missing because others are missing are followed
HIDDEN = Message(
    "explained.hidden",
    zh="隐藏检查未通过：换了另外的输入、大小或模式后，结果与要求不符。",
    en="A hidden check failed: with other inputs, sizes or modes the result is not as required.",
)
AS_ABOVE = Message(
    "explained.as_above",
    zh="隐藏检查未通过：请先改好公开检查指出的错误。",
    en="A hidden check failed: first correct what the public checks report.",
)
PARAMETERS_FIRST = Message(
    "explained.parameters_first",
    zh="先改好参数：{call} 的参数还与要求不符，这时无法比较输出。",
    en="First correct the parameters: those of {call} are not as required yet, so the outputs cannot be compared.",
)
BEHAVIOUR_FIRST = Message(
    "explained.behaviour_first",
    zh="{call} 在评估模式下的输出就已经与参考不同：先改好那里，再看训练模式。",
    en="{call}: the outputs differ from the reference in eval mode already: first correct them, then look at train mode.",
)
OTHER_SHAPES = Message(
    "explained.other_shapes",
    zh="{call} 的参数个数正确，但形状与要求不同：多了 {more}，缺了 {less}，所以无法比较输出。全连接层请用 nn.Linear，卷积层请用 nn.Conv2D。",
    en="{call} has the required number of parameters, but in other shapes: {more} in place of {less}, so the "
    "outputs cannot be compared. Write a fully connected layer as nn.Linear and a convolution as nn.Conv2D.",
)


NAME_MISSING = Message("explained.name_missing", zh="没有找到 {name}。{guess}", en="{name} was not found. {guess}")
NAME_NEAR = Message("explained.name_near", zh="你写的是不是 {near}？", en="Is it what you called {near}?")
NAME_FORGOTTEN = Message(
    "explained.name_forgotten", zh="是不是忘了写，或者名字写错了？", en="Is its name misspelt, or did you forget it?"
)
NAME_NOT_RUN = Message(
    "explained.name_not_run",
    zh="先写好它，运行它的单元，再运行这个单元。",
    en="Write it and run its cell, then run this one again.",
)
NOT_CALLABLE = Message(
    "explained.not_callable", zh="{name} 不是函数，也不是类。", en="{name} is neither a function nor a class."
)


@dataclass(frozen=True)
class Scope:
    """What was loaded into a process: for one task or, with an empty id, for all; and what came of it."""

    id: str
    missing: dict[str, str | None]
    errors: tuple[Mapping[str, Tree], ...]
    defined: frozenset[str]
    problems: tuple[SyntaxProblem, ...] = ()
    live: bool = False

    @classmethod
    def loaded(cls, scope: str, sliced: Slice, answer: Tree, defined: Tree, *, live: bool = False) -> Scope:
        """Return what became of a slice.

        Args:
            answer, defined: What the process says of it, whatever that is.
            live: The names are those of a notebook's kernel, where a cell may not have been run yet.
        """
        errors = load_errors(answer.get("errors") if isinstance(answer, dict) else None)
        names = defined if isinstance(defined, list) else []
        there = frozenset(name for name in names if isinstance(name, str))
        return cls(scope, sliced.missing, errors, there, sliced.problems, live)

    def why_missing(self, name: str) -> Text:
        """Say why `name` is not there: an error on the way, another name, or nothing written."""
        if problem := self._unread(name):
            return NOT_READ.format(name=name, said=problem.sentence)
        if error := self._lost(name):
            return NOT_MADE(name=name, cause=self.root(error))
        if name in self.missing:
            near, none_near = self.missing[name], NAME_NOT_RUN() if self.live else NAME_FORGOTTEN()
            return NAME_MISSING(name=name, guess=NAME_NEAR(near=near) if near else none_near)
        if self.errors:
            return NOT_MADE(name=name, cause=self.root(self.errors[0]))
        return NOT_CALLABLE(name=name)

    def root(self, error: Mapping[str, Any], called: Called | None = None) -> Text:
        """Return the sentences on an error, or on the one for which the name that it misses is not there."""
        for _ in range(CHAIN):
            name = unknown_name(error)
            if name is None:
                break
            if problem := self._unread(name):
                return NOT_READ.format(name=name, said=problem.sentence)
            if (cause := self._lost(name)) is None or cause is error:
                break
            error = cause
        return told_error(error, called)

    def _unread(self, name: str) -> SyntaxProblem | None:
        return next((problem for problem in self.problems if name in problem.names), None)

    def _lost(self, name: str) -> Mapping[str, Tree] | None:
        """Return the error of the statement that would have bound a name."""
        return next((error for error in self.errors if name in error["binds"]), None)


def load_errors(errors: Tree) -> tuple[Mapping[str, Tree], ...]:
    """Return what was raised while code was loaded, each with the names that its statement would have bound."""
    found = []
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            binds = error.get("binds")
            names = [name for name in binds if isinstance(name, str)] if isinstance(binds, list) else []
            found.append({**record_of(student_error(error)), "binds": names})
    return tuple(found)


def how_it_ended(death: BoxDied) -> Text:
    """Return the words on the end of a process, with the student's line where it is known."""
    if death.where is None or death.status != "timeout":
        return DEATHS[death.status]()
    file, line, text = death.where
    return TIMEOUT_AT(seconds=death.seconds, place=place_text(file, line), line=text.strip()[:120])


def explained(suite: CheckSuite, task_id: str, found: Findings, seen: Mapping[str, Observation]) -> Findings:
    """Return the findings of a task with their causes, hidden ones with what a student may read of them.

    Args:
        found: By check, hidden ones with the words of public ones.
        seen: What those that did not pass saw.
    """
    passed = {check for check, finding in found.items() if finding.status == "pass"}
    failed = {check: seen[check] for check in found if check in seen and check not in passed}
    mistakes = possible_mistakes(suite, task_id, failed, passed)
    raised = {check for check, tree in seen.items() if check in found and _raised_in(tree)}
    first = next((f for check, f in found.items() if check in raised and not f.hidden), None)
    causes, not_written = tuple(mistake.id for mistake in told_mistakes(mistakes)), told(NOT_WRITTEN)
    nothing_yet = first is not None and first.said == not_written
    changed: Findings = {}
    for check, finding in found.items():
        if check not in failed:
            ended = finding.hidden and finding.failed and finding.status != "fail"  # how, goes to staff alone
            changed[check] = replace(finding, said=told(HIDDEN()), found=finding.said) if ended else finding
            continue
        said, hinted = finding.said, not (check in raised and not causes and not finding.hidden)
        hinted = hinted and not _tells_all(finding.said)
        if nothing_yet and not finding.hidden and _refused_by_the_stub(seen[check]):
            changed[check] = replace(finding, said=not_written, found=finding.found or finding.said, hinted=False)
            continue
        if (first_of_all := _parameters_first(suite, check, found, seen)) is not None:
            changed[check] = replace(
                finding, said=told(first_of_all), found=finding.found or finding.said, hinted=False
            )
            continue
        if finding.hidden and first is not None:
            said = not_written if first.said == not_written else told(AS_ABOVE())
            hinted = False
        elif finding.hidden:
            said = told(HIDDEN())
        mine = () if finding.hidden else causes
        earlier = None if causes and not finding.hidden else _eval_mode_first(suite, check, found, seen)
        if earlier is not None:
            said, hinted = (said if finding.hidden else told(earlier)), False
        changed[check] = replace(finding, said=said, found=finding.found or finding.said, causes=mine, hinted=hinted)
    return changed


def _raised_in(tree: Observation) -> bool:
    """Tell whether an answer raised, also where its check takes that for one outcome of several."""
    entries = tree["seen"] if isinstance(tree.get("seen"), list) else [tree.get("seen")]
    told = [entry.get("error") or entry.get("uncallable") for entry in entries if isinstance(entry, dict)]
    return "raised" in tree or any(told)


def _refused_by_the_stub(tree: Observation) -> bool:
    """Tell whether a check that asks for an exception got that of a stub."""
    entries = tree["seen"] if isinstance(tree.get("seen"), list) else [tree.get("seen")]
    return any(isinstance(entry, dict) and entry.get("refused") == "NotImplementedError" for entry in entries)


def _parameters_first(
    suite: CheckSuite, check_id: str, found: Findings, seen: Mapping[str, Observation]
) -> Text | None:
    """Return what is said of a check whose network cannot be filled like the reference, None of any other."""
    check = suite.checks[check_id]
    if not isinstance(check, NetworkCheck) or not check.filled or "seen" not in seen[check_id]:
        return None
    if isinstance(seen[check_id]["seen"], dict) and "error" in seen[check_id]["seen"]:
        return None
    for other_id, other in suite.checks.items():
        if not isinstance(other, Parameters) or other.name != check.name or other_id not in found:
            continue
        if found[other_id].status == "fail":
            return PARAMETERS_FIRST(call=check.call)
        if other.arguments == check.arguments and not found[other_id].hidden:
            return _other_shapes(check, seen.get(other_id, {}), suite.expected[other_id])
    return None


def _eval_mode_first(suite: CheckSuite, check_id: str, found: Findings, seen: Mapping[str, Observation]) -> Text | None:
    """Return what is said of train mode where a public check has seen wrong outputs in eval mode, None of any other check."""
    check = suite.checks[check_id]
    if not isinstance(check, TrainMode) or "outputs" not in _seen(seen[check_id]):
        return None
    for other_id, other in suite.checks.items():
        if not isinstance(other, Behaviour) or other.name != check.name or other_id not in found:
            continue
        got, wanted = _seen(seen.get(other_id, {})), _seen(suite.expected[other_id])
        differ = "outputs" in got and not agrees(got["outputs"], wanted.get("outputs"), other.tolerance)
        if found[other_id].status == "fail" and not found[other_id].hidden and differ:
            return BEHAVIOUR_FIRST(call=check.call)
    return None


def _seen(observation: Observation) -> Mapping[str, Any]:
    """Return what was seen by name, empty where it is nothing of the kind."""
    tree = observation.get("seen")
    return tree if isinstance(tree, dict) else {}


def _other_shapes(check: NetworkCheck, got: Observation, wanted: Observation) -> Text | None:
    shapes: list[list[Any]] = [list(each.get("seen", {}).get("shapes", [])) for each in (got, wanted)]
    more, less = (_without(a, b) for a, b in (shapes, shapes[::-1]))
    return OTHER_SHAPES(call=check.call, more=more[:4], less=less[:4]) if more and less else None


def _without(shapes: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    left = list(others)
    surplus = []
    for shape in shapes:
        if shape in left:
            left.remove(shape)
        else:
            surplus.append(shape)
    return surplus


def possible_mistakes(
    suite: CheckSuite, task_id: str, failed: Mapping[str, Observation], passed: set[str]
) -> tuple[Mistake, ...]:
    """Return the known mistakes that show at every check of a task what the answer showed, the likeliest first.

    Public checks alone choose: where none of them failed there is no cause, for a cause must not tell what is hidden.
    Hidden ones that were asked, too, may rule a mistake out, where it was recorded at them: in a variant it was not.

    Args:
        kit: The checks that were asked, with what each known mistake showed at them.
        task_id: The task.
        failed: What was seen at each check of the task that failed, by the check's full id.
        passed: The full ids of its checks that passed. A check in neither was not asked, and rules nothing out.
    """
    public = {one.id for one in suite.asked if one.task.id == task_id and not one.entry.hidden}
    if not public & failed.keys():
        return ()
    if suite.bank is not None and suite.number:
        unknown = suite.bank.touched - public
        passed, failed = passed - unknown, {check: tree for check, tree in failed.items() if check not in unknown}

    def fits(mistake: Mistake) -> bool:
        return not passed & mistake.seen.keys() and all(
            check_id in mistake.seen and same_mistake(suite.checks[check_id], seen, mistake.seen[check_id])
            for check_id, seen in failed.items()
        )

    return tuple(mistake for mistake in suite.mistakes if fits(mistake))


def told_mistakes(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """Return the mistakes of which a student is told, one for each cause.

    Args:
        mistakes: Those that are possible, the likeliest first. All of them where they are two, or have something in
            common; else the likeliest two.
    """
    by_cause = {mistake.cause: mistake for mistake in reversed(mistakes)}
    apart = tuple(by_cause[cause] for cause in dict.fromkeys(mistake.cause for mistake in mistakes))
    return apart if _in_common(apart) else apart[:MAX_CAUSES]


def told_cause(mistakes: Sequence[Mistake]) -> Text | None:
    """Return what a student is told: the cause as a fact, two as a question, and of more what they have in common."""
    told = told_mistakes(mistakes)
    if len(told) > MAX_CAUSES:
        return _in_common(told)
    if len(told) == MAX_CAUSES:
        return EITHER.format(first=told[0].cause, second=told[1].cause)
    return told[0].cause if told else None


def _in_common(mistakes: Sequence[Mistake]) -> Text | None:
    """Return what mistakes have in common, None where that is not stated of all of them alike."""
    stated = {mistake.common for mistake in mistakes}
    return stated.pop() if len(stated) == 1 else None


def rounded_down(figure: float) -> float:
    """Return a figure with two digits, so that one below a minimum never reads as if it had reached it."""
    return math.floor(100 * figure + 1e-9) / 100


def in_fifths(share: float) -> float:
    """Return a share of points rounded down to a fifth: finer ones would tell more of the test images with each attempt."""
    return math.floor(5 * share + 1e-9) / 5


def _tells_all(said: Told | None) -> bool:
    """Return True if what is said, or a part of it, says so precisely what is wrong that a general hint only confuses."""
    parts = [part.get("key") for part in said.values.values() if isinstance(part, Mapping)] if said else []
    return said is not None and bool(TELL_ALL & {said.key, *parts})


def looked_up(findings: Sequence[Finding]) -> tuple[Told, ...]:
    """Return a flag for each accuracy that imperceptible changes of the images take away, see `Accuracy`."""
    flags = []
    for finding in findings:
        before, after = finding.values.get(ON_SOME), finding.values.get(ON_COPIES)
        if isinstance(before, float) and isinstance(after, float) and before - after > LOST_ON_COPIES:
            flags.append(told(LOOKED_UP(before=before, after=after)))
    return tuple(flags)
