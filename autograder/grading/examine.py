"""Ask every check of a kit and turn the answers into findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from autograder.checks.accuracy import Accuracy, CompilerDied, ImageSets, Measured, WeightsFile
from autograder.checks.base import Check, Observation, observe
from autograder.checks.network import Parameters
from autograder.checks.raised import record_of
from autograder.checks.raised import told as told_error
from autograder.checks.suite import Asked, CheckSuite, Names
from autograder.course import Task
from autograder.course.chapter import Retrain
from autograder.grading.explain import ON_COPIES, ON_SOME, Scope, explained, how_it_ended, in_fifths, rounded_down
from autograder.grading.numbers import with_other_numbers
from autograder.grading.wording import (
    AREA,
    CONSTANT,
    DEATHS,
    GENERATED_DATA,
    NO_WEIGHTS,
    NOT_AGAIN,
    NOT_BEGUN,
    NOT_MEASURED,
    NOTHING,
    OTHER_INPUTS,
    REACHED,
    SPENT,
    UNREADABLE,
    WAITS,
    WRONG_FORM,
)
from autograder.sandbox.session import (
    BoxDied,
    BoxError,
    BoxKilled,
    Budget,
    LiveMaker,
    Metered,
    PutBack,
    Session,
    SessionMaker,
    StudentError,
)
from autograder.store.result import Finding, Status
from autograder.submission import Slice
from autograder.text import Json, Text, told

LOAD_SECONDS = 20.0
BORROWED_SECONDS, MAX_BORROWED = 1.0, 20
TRIES = 3  # of a check whose box is killed from outside
KILLED = (
    "boxes are killed from outside again and again: does the machine have too little memory (dmesg)? Try fewer --jobs"
)
ROOM_MIB = 64
MADE_BY = frozenset(("make", "describe_new", "initial"))  # questions in which an answer's network is made


class Examiner:
    """Asks check after check; a new process where the last one died."""

    def __init__(
        self,
        suite: CheckSuite,
        slice_for: Callable[[Names], Slice],
        box: SessionMaker,
        weights: WeightsFile | Text | None,
        images: ImageSets | None,
        budget: Budget | None = None,
        shown: CheckSuite | None = None,
        order: int | None = None,
    ) -> None:
        """Make an examiner.

        Args:
            budget: What all of it may take; None: time is the box's to limit.
            shown: The public checks that the student has with other inputs, see `CheckSuite.other_than`: what they read
                of a failure comes from these.
            order: Seed of the order in which a network gets the images of an accuracy check. None: it follows from the
                size of the weights file.
        """
        self.shown, self.order = shown, order
        self.suite, self.weights, self.images, self.budget = suite, weights, images, budget
        self.box = box.of(suite.chapter.framework)
        self.slice_for = slice_for
        self.session: Any = None
        self.scope: Scope | None = None
        self.apart = False  # True once loading all tasks together has ended the process: then each is loaded alone
        self.deaths: dict[str, BoxDied] = {}
        self.stuck: dict[str, bool] = {}  # what took too long → whether only to run, and not already to make
        self.seen: dict[str, Observation] = {}  # of what failed, for its causes; of parameters always
        self.borrowed: set[str] = set()  # what was taken from Paddle's ready-made networks
        self.printed = ""  # by the answer, as far as its processes keep it
        self.in_kernel = False  # True where a student's own notebook is asked
        self.starved = False  # True once a process had no thread, which may not be the answer's fault
        if budget and self._plan:
            budget.extend(self._plan.seconds)

    @classmethod
    def live(cls, suite: CheckSuite, box: LiveMaker) -> Examiner:
        """Return an examiner of names that are already defined where the session runs."""
        made = cls(suite, lambda names: Slice((), box.missing(names), (), ()), box, None, None)
        made.in_kernel = True
        return made

    def findings(
        self, tasks: Collection[str] | None = None, report: Callable[[list[Finding]], None] | None = None
    ) -> list[Finding]:
        """Return one finding per check, in the chapter's order; of `tasks` where they are named.

        Args:
            report: Gets those of each task as soon as its last check is done. Only for a kit of public checks.

        Raises:
            PutBack: Where the time for them is later.
        """
        asked = [one for one in self.suite.asked if tasks is None or one.task.id in tasks]
        # Public checks come first: in one process, what a hidden check puts in must not come out of a public one's message.
        # Then those about the same network, which is made once for them.
        places: dict[Hashable, int] = {}
        for place, one in enumerate(asked):
            places.setdefault(one.check.subject, place)

        def place_of(one: Asked) -> tuple[bool, bool, int, bool]:
            return isinstance(one.check, Accuracy), one.entry.hidden, places[one.check.subject], not one.check.leads

        found: dict[str, Finding] = {}
        for one in sorted(asked, key=place_of):
            found[one.id] = self._finding(one)
            if report and all(other.id in found for other in asked if other.task is one.task):
                report(self._told_of(one.task, found))
        self._end()
        lost = any(finding.failed for finding in found.values())
        if self.budget and not self.budget.alone and self.starved and lost:
            raise PutBack(self.budget.spent, alone=True)
        if self.shown is not None:
            self._tell_of_own_inputs(self.shown, found)
        chosen = [task for task in self.suite.chapter.tasks if tasks is None or task.id in tasks]
        return [finding for task in chosen for finding in self._told_of(task, found)]

    def _told_of(self, task: Task, found: Mapping[str, Finding]) -> list[Finding]:
        """Return the findings of a task with what is said of them, once all its checks are done."""
        if task.kind == "written":
            return [Finding(task.id, task.id, "written", False, "skipped", 0.0, task.points, told(WAITS()))]
        mine = {one.id: found[one.id] for one in self.suite.asked if one.task is task and one.id in found}
        said = explained(self.suite, task.id, mine, self.seen)
        if self.suite.bank is not None:
            said = with_other_numbers(self.suite, said, self.seen)
        return [said[name] for name in mine]

    def loaded_alone(self) -> list[Names]:
        """Return the names that each accuracy check will be asked with, in a process of its own."""
        return [self._accuracy_names(one.task) for one in self.suite.asked if isinstance(one.check, Accuracy)]

    @property
    def _plan(self) -> Retrain | None:
        return self.suite.chapter.accuracy.retrain if self.suite.chapter.accuracy else None

    def _accuracy_names(self, task: Task) -> Names:
        return (*self.suite.names[task.id], *([(self._plan.function,)] if self._plan else []))

    def close(self) -> None:
        """End the process."""
        if self.session is not None:
            self.session.close()
            self.printed += getattr(self.session, "output", "")
            self.starved = self.starved or (isinstance(self.session, Metered) and self.session.starved)
            self.session = self.scope = None

    def _end(self) -> None:
        """End the process after asking what it took from Paddle's ready-made networks; no answer is none."""
        if self.session is not None and self.scope is not None:
            with suppress(BoxDied, BoxError, StudentError, PutBack):
                self.session.limit(BORROWED_SECONDS)
                names = self.session.ask("borrowed")
                given = names[:MAX_BORROWED] if isinstance(names, list) else []
                self.borrowed |= {name[:60] for name in given if isinstance(name, str) and name.isidentifier()}
        self.close()

    def _open(self, task: Task) -> Session:
        """Return a session with the code that `task` needs; where one task's code ends the process, only it suffers."""
        if death := self.deaths.get(task.id):
            raise death
        if not self.apart:
            try:
                return self._load("", self.suite.names[""])
            except BoxDied:
                self.close()
                self.apart = True
        try:
            return self._load(task.id, self.suite.names[task.id])
        except BoxDied as death:
            self.close()
            self.deaths[task.id] = death
            raise

    def _load(self, scope: str, names: Names, cpu_seconds: int | None = None, files_mib: int = 0) -> Session:
        if self.session is not None and self.scope is not None and self.scope.id != scope:
            self.close()
        if self.session is None or self.scope is None:
            sliced = self.slice_for(names)
            if self.budget:
                limit = self.budget.cpu_seconds(cpu_seconds)
                self.session = Metered(self.box.session(limit, files_mib, self.suite.shapes), self.budget)
            else:
                self.session = self.box.session(cpu_seconds, files_mib, self.suite.shapes)
            self.session.limit(LOAD_SECONDS)
            # Initial values are drawn, and by them a known mistake may be told: the same for everybody, each time.
            self.session.ask("seed", seed=0)
            answer = self.session.ask("load", statements=[[s.filename, s.line, s.text] for s in sliced.statements])
            defined = self.session.ask("defined", names=[list(group) for group in names])
            self.scope = Scope.loaded(scope, sliced, answer, defined, live=self.in_kernel)
        session: Session = self.session
        return session

    def _finding(self, one: Asked) -> Finding:
        for _ in range(TRIES):
            try:
                return self._asked(one)
            except BoxKilled:
                self.close()
        raise BoxError(KILLED)

    def _asked(self, one: Asked) -> Finding:
        task, entry, check_id, check = one

        def finding(
            status: Status,
            message: Text | None = None,
            *,
            found: Text | None = None,
            hinted: bool = True,
            advice: Text | None = None,
            share: float = 0.0,
            values: Mapping[str, Json] | None = None,
        ) -> Finding:
            return Finding(
                task.id,
                check_id,
                check.kind,
                entry.hidden,
                status,
                entry.points if status == "pass" else entry.points * in_fifths(share),
                entry.points,
                None if message is None else told(message),
                None if found is None else told(found),
                hinted=hinted,
                advice=None if advice is None else told(advice),
                values=values or {},
            )

        if isinstance(check, Accuracy):
            return self._accuracy(check, task, finding)
        if reason := self._why_not_begun(check):
            return finding("timeout", reason, hinted=False)
        try:
            session = self._open(task)
            scope = self.scope
            if scope and (lacking := [name for name in task.names if name not in scope.defined]):
                return finding("fail", scope.why_missing(lacking[0]), hinted=False)
            seen = observe(check, session)
        except BoxDied as death:
            self._note(check, death)
            self.close()
            return finding(death.status, how_it_ended(death), hinted=death.where is None)
        return self._judged(check_id, seen, finding)

    def _why_not_begun(self, check: Check) -> Text | None:
        if self.budget is not None and self.budget.left <= 0:
            return SPENT()
        stuck = check.called is not None and (check.forward or not self.stuck.get(check.called, True))
        return NOT_BEGUN(name=check.called) if stuck and check.called in self.stuck else None

    def _note(self, check: Check, death: BoxDied) -> None:
        """Remember what took too long: what runs it, or where it was made, what makes it, is not begun again."""
        if death.status == "timeout" and check.called is not None:
            made = getattr(self.session, "asked", "") not in MADE_BY
            self.stuck[check.called] = self.stuck.get(check.called, True) and made

    def _judged(self, check_id: str, seen: Observation, finding: Callable[..., Finding]) -> Finding:
        check = self.suite.checks[check_id]
        if isinstance(check, Parameters):
            self.seen[check_id] = seen
        if "unreadable" in seen:
            return finding("crashed", UNREADABLE())
        complaint, values = self._complaint(check, seen, self.suite.expected[check_id])
        if complaint is None:
            return finding("pass", values=values)
        self.seen[check_id] = seen
        return finding("error" if "raised" in seen else "fail", complaint, values=values)

    def _complaint(
        self, check: Check, seen: Observation, expected: Observation
    ) -> tuple[Text | None, Mapping[str, Json]]:
        """Return what is wrong with what a check saw, None where nothing is, and what it measured."""
        if "raised" in seen:
            error = seen["raised"]
            return self.scope.root(error, check.calling) if self.scope else told_error(error, check.calling), {}
        try:
            return check.judge(seen["seen"], expected["seen"]), check.measured(seen["seen"])
        except Exception:  # whatever a course's own type raises at an answer that no right one looks like
            return WRONG_FORM(), {}

    def _tell_of_own_inputs(self, shown: CheckSuite, found: dict[str, Finding]) -> None:
        """Have public checks that failed say what happens with the inputs that the student has.

        The inputs that count are never told, nor what the answer made of them: the next attempt would return just that.
        So these are asked in a process that has seen no others; what it remembers, the student knows.
        """
        for task, entry, name, _ in self.suite.asked:
            if name in self.seen and not entry.hidden and found[name].failed and name in shown.checks:
                said, values = self._asked_again(task, shown.checks[name], shown.expected[name])
                found[name] = replace(found[name], said=told(said), found=found[name].said, values=values)
        self.close()

    def _asked_again(self, task: Task, check: Check, expected: Observation) -> tuple[Text, Mapping[str, Json]]:
        """Return what a check says of the student's own inputs, and what it measured."""
        if self.budget is not None and self.budget.left <= 0:
            return NOT_AGAIN(), {}
        try:
            seen = observe(check, self._open(task))
        except BoxDied as death:
            self.close()
            return DEATHS[death.status](), {}
        except (PutBack, BoxKilled):
            self.close()
            return NOT_AGAIN(), {}
        complaint, values = self._complaint(check, seen, expected)
        return complaint or OTHER_INPUTS(), values

    def _accuracy(self, check: Accuracy, task: Task, finding: Callable[..., Finding], fast: bool = True) -> Finding:
        plan = self._plan
        if isinstance(self.weights, Text) and not plan:
            return finding("fail", self.weights)
        if self.images is None or (self.weights is None and not plan):
            return finding("skipped", NO_WEIGHTS())
        if reason := self._why_not_begun(check):
            return finding("timeout", reason, hinted=False)
        self._end()  # the network under test needs the memory, and time of its own
        names = self._accuracy_names(task)
        try:
            # The compiled network is written once, with its weights in float32 (a file of halves has half of that), and read.
            room = (2 * len(self.weights.content) >> 20) + ROOM_MIB if isinstance(self.weights, WeightsFile) else 0
            session = self._load(f"{task.id}, accuracy", names, check.cpu_seconds, room)
            scope = self.scope
            if scope and (lacking := [group[0] for group in names if group[0] not in scope.defined]):
                return finding("fail", scope.why_missing(lacking[0]), hinted=False)
            self.session.limit(max(check.seconds, plan.seconds / plan.epochs if plan else 0))
            if isinstance(self.session, Metered):
                self.session.take_all()
            session.ask("seed", seed=0)
            if plan:
                outcome = check.retrain(session, plan, self.images.training(), self.images.validation(), seed=1)
            else:
                assert isinstance(self.weights, WeightsFile)
                order = len(self.weights.content) if self.order is None else self.order
                outcome = check.measure(session, self.weights, self.images.validation(), order, fast)
        except CompilerDied:
            return self._accuracy(check, task, finding, fast=False)
        except BoxDied as death:
            return finding(death.status, NOT_MEASURED(), found=DEATHS[death.status]())
        except StudentError as error:
            # All that the answer chooses could carry the images of a hidden test set out: that is for staff.
            return finding("error", NOT_MEASURED(), found=told_error(record_of(error)))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return finding("crashed", NOT_MEASURED(), found=UNREADABLE())
        finally:
            self.close()
        return finding("fail", outcome) if isinstance(outcome, Text) else self._gate(outcome, finding)

    def _gate(self, found: Measured, finding: Callable[..., Finding]) -> Finding:
        gate = self.suite.chapter.accuracy
        assert gate is not None
        values: dict[str, Json] = {"accuracy": found.accuracy, "auc": found.auc, "slow": found.slow}
        values |= {ON_SOME: found.originals, ON_COPIES: found.copies}
        generated = isinstance(self.weights, WeightsFile) and self.weights.from_generated_data
        advice = GENERATED_DATA() if generated else None
        accuracy = rounded_down(found.accuracy)
        if found.constant:
            return finding("fail", CONSTANT(accuracy=accuracy), advice=advice, values=values)
        area = NOTHING if found.auc is None else AREA(auc=rounded_down(found.auc))
        text = REACHED(accuracy=accuracy, area=area, minimum=gate.minimum, constant=gate.constant)
        if found.accuracy >= gate.minimum:
            return finding("pass", text, values=values)
        share = (found.accuracy - gate.constant) / max(1e-9, gate.minimum - gate.constant)
        return finding("fail", text, advice=advice, share=min(1.0, max(0.0, share)), values=values)
