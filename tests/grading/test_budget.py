"""The time of a submission: what counts, what a check and all of them may take, and when it is put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.checks.accuracy import Images, ImageSets, WeightsFile
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_course
from autograder.course.models import Limits
from autograder.grading import examine
from autograder.grading.classroom import times_of
from autograder.grading.grade import grade
from autograder.sandbox import session as budgets
from autograder.sandbox.box import Box, BoxLimits, limits_of
from autograder.sandbox.session import BoxDied, Budget, Metered, PutBack, StudentError, TimeLimits
from autograder.store.result import Finding
from autograder.submission import RawSubmission
from autograder.text import told
from tests.lenet_parts import network

ROOT = Path(__file__).parents[2]
SLEEPS = "\nimport time\nRIGHT = LeNet.forward\ndef slow(self, x):\n    time.sleep({0})\n    return RIGHT(self, x)\nLeNet.forward = slow\n"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """A session whose answers take the seconds that they are asked for; cpu: of processors."""

    def __init__(self, clock: Clock, cpu: float | None = None) -> None:
        self.clock, self.cpu_seconds, self.granted, self.output = clock, cpu, 0.0, ""

    def limit(self, seconds: float) -> None:
        self.seconds = seconds

    def within(self, seconds: float) -> None:
        self.granted = seconds

    def ask(self, _operation: str, /, took: float = 0.0, raises: Exception | None = None) -> Any:
        self.clock.now += min(took, self.granted)
        if took > self.granted:
            raise BoxDied("timeout", "no answer")
        if raises:
            raise raises
        return None

    def close(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budgets.time, "monotonic", clock)
    return clock


def test_what_the_grader_does_meanwhile_does_not_count(clock: Clock) -> None:
    budget = Budget(TimeLimits())
    session = Metered(Asked(clock), budget)
    session.limit(10)
    session.ask("forward", took=3.0)
    clock.now += 500
    session.ask("forward", took=2.0)
    assert budget.spent == 5.0


def test_all_questions_of_a_check_have_its_limit_together(clock: Clock) -> None:
    session = Metered(Asked(clock), Budget(TimeLimits(check=12)))
    session.limit(10)
    session.ask("forward", took=9.0)
    with pytest.raises(BoxDied):
        session.ask("forward", took=9.0)
    assert clock.now == 12.0
    session.limit(10)
    session.ask("forward", took=9.0)


def test_all_checks_have_the_limit_of_a_submission_together(clock: Clock) -> None:
    budget = Budget(TimeLimits(wall=25))
    session = Metered(Asked(clock), budget)
    for _ in range(2):
        session.limit(10)
        session.ask("forward", took=10.0)
    session.take_all()
    with pytest.raises(BoxDied):
        session.ask("predict", took=10.0)
    assert (clock.now, budget.left) == (25.0, 0.0)
    with pytest.raises(BoxDied):
        session.ask("predict")


def test_processor_time_is_counted_when_a_process_has_ended(clock: Clock) -> None:
    budget = Budget(TimeLimits(cpu=100, child_cpu=60))
    assert budget.cpu_seconds(None) is None
    Metered(Asked(clock, cpu=70.5), budget).close()
    assert (budget.cpu_seconds(None), budget.cpu_seconds(20), budget.cpu_seconds(1800)) == (29, 20, 29)
    Metered(Asked(clock, cpu=29), budget).close()
    assert budget.left == 0.0


def test_where_processor_time_is_not_known_wall_time_stands_for_it(clock: Clock) -> None:
    budget = Budget(TimeLimits())
    session = Metered(Asked(clock), budget)
    session.limit(10)
    session.ask("forward", took=4.0)
    session.close()
    assert budget.cpu_spent == 4.0


def test_what_overruns_its_first_slice_is_put_back_while_others_wait(clock: Clock) -> None:
    waiting = [True]
    session = Metered(Asked(clock), Budget(TimeLimits(first=15), 0.0, lambda: waiting[0]))
    session.limit(10)
    session.ask("forward", took=9.0)
    with pytest.raises(PutBack) as back:
        session.ask("forward", took=9.0)
    assert (clock.now, back.value.spent, back.value.alone) == (15.0, 15.0, False)
    waiting[0] = False
    alone = Metered(Asked(clock), Budget(TimeLimits(first=15), 0.0, lambda: waiting[0]))
    alone.limit(10)
    for _ in range(4):
        alone.ask("forward", took=9.0)


def test_a_second_turn_has_what_the_first_left_and_is_not_put_back(clock: Clock) -> None:
    budget = Budget(TimeLimits(wall=40, first=15), 15.0, lambda: True)
    session = Metered(Asked(clock), budget)
    session.limit(20)
    session.ask("forward", took=20.0)
    with pytest.raises(BoxDied):
        session.ask("forward", took=20.0)
    assert clock.now == 25.0


@pytest.mark.parametrize("said", ["can't start new thread", "[Errno 11] Resource temporarily unavailable"])
def test_what_says_that_it_got_no_thread_is_noticed(clock: Clock, said: str) -> None:
    session = Metered(Asked(clock), Budget(TimeLimits()))
    session.limit(10)
    with pytest.raises(StudentError):
        session.ask("call", raises=StudentError("RuntimeError", (), "another error", ()))
    assert not session.starved
    with pytest.raises(StudentError):
        session.ask("call", raises=StudentError("RuntimeError", (), said, ()))
    assert session.starved


@pytest.fixture(scope="module")
def box(shared_box: Box) -> Box:
    return shared_box


@pytest.fixture
def suite() -> CheckSuite:
    suite = read_kit(ROOT / "solutions" / "lenet" / "hidden.json")
    quick = {key: check.model_copy(update={"seconds": 1.0}) for key, check in suite.checks.items()}
    return CheckSuite(suite.chapter, quick, suite.expected, suite.mistakes, suite.made_from)


def graded(suite: CheckSuite, box: Box, text: str, budget: Budget) -> dict[str, Finding]:
    raw = RawSubmission(path=Path("lenet.py"), kind="script", name="lenet.py", content=text.encode())
    tasks = {"network", "train_one_epoch"}
    return {found.check: found for found in grade(suite, raw, box, tasks=tasks, budget=budget).findings}


def test_after_a_time_out_the_network_is_not_run_again_but_its_parameters_are_counted(
    suite: CheckSuite, box: Box
) -> None:
    budget = Budget(TimeLimits())
    found = graded(suite, box, network() + SLEEPS.format(600), budget)
    assert {
        key: found[f"network.{key}"].status for key in ("shape", "behaviour", "classes", "batches")
    } == dict.fromkeys(("shape", "behaviour", "classes", "batches"), "timeout")
    assert found["network.parameters"].status == "pass"
    assert budget.spent < 4


def test_a_network_that_never_gets_made_is_not_asked_again_at_all(suite: CheckSuite, box: Box) -> None:
    budget = Budget(TimeLimits())
    endless = "class LeNet:\n    def __init__(self, *a):\n        while True: pass\n"
    found = graded(suite, box, endless, budget)
    assert {f.status for key, f in found.items() if key.startswith("network.")} == {"timeout"}
    assert budget.spent < 3


def test_what_lacked_a_thread_is_asked_again_alone_and_then_kept(suite: CheckSuite, box: Box) -> None:
    starved = 'def train_one_epoch(*a):\n    raise RuntimeError("can\'t start new thread")\n'
    with pytest.raises(PutBack) as back:
        graded(suite, box, starved, Budget(TimeLimits()))
    assert back.value.alone
    found = graded(suite, box, starved, Budget(TimeLimits(), back.value.spent, alone=True))
    assert found["train_one_epoch.loss"].status == "error"


def test_the_accuracy_of_a_network_that_ran_out_of_time_is_not_measured(suite: CheckSuite, box: Box) -> None:
    def never() -> Images:
        raise AssertionError("no image may be asked for")

    text = network() + SLEEPS.format(600)
    sleeps = RawSubmission(path=Path("lenet.py"), kind="script", name="lenet.py", content=text.encode())
    weights, images = WeightsFile("lenet.safetensors", b"x"), ImageSets(never, never)
    result = grade(suite, sleeps, box, weights=weights, images=images, budget=Budget(TimeLimits()))
    found = {finding.check: finding for finding in result.findings}
    assert (found["training.accuracy"].status, found["training.accuracy"].points) == ("timeout", 0.0)


def test_when_all_time_is_spent_the_rest_is_not_asked(suite: CheckSuite, box: Box) -> None:
    budget = Budget(TimeLimits(wall=5), 4.99)
    found = graded(suite, box, (ROOT / "solutions" / "lenet" / "lenet.py").read_text("utf-8"), budget)
    assert {finding.status for finding in found.values()} <= {"timeout", "pass"}
    assert found["train_one_epoch.update"].said == told(examine.SPENT())


def test_every_limit_of_a_course_has_its_reader() -> None:
    given = {"memory_mib": 1, "wall_seconds": 2, "cpu_seconds": 3, "output_kib": 4, "processes": 5}
    given |= {"submission_seconds": 6, "submission_cpu_seconds": 7, "first_seconds": 8}
    course = load_course(ROOT)
    course = course.model_copy(update={"limits": Limits(**given)})
    assert limits_of(course) == BoxLimits(memory_mib=1, cpu_seconds=3, output_kib=4, processes=5)
    assert times_of(course) == TimeLimits(check=2, wall=6, cpu=7, first=8, child_cpu=3)
