"""Which known mistakes an answer may hold: those that agree with everything that was seen of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.checks.kit import Kit, Mistake
from autograder.checks.observe import Observation, same_mistake
from autograder.text import Text

MAX_CAUSES = 2
EITHER = Text(
    zh="可能是下面两种情况之一。{first} 或者: {second}",
    en="It may be one of two things. {first} Or: {second}",
)


def possible_mistakes(
    kit: Kit, task_id: str, failed: Mapping[str, Observation], passed: set[str]
) -> tuple[Mistake, ...]:
    """Return the known mistakes that show at every check of a task what the answer showed, the likeliest first.

    Public checks alone choose: where none of them failed there is no cause, for a cause must not tell what is hidden.
    Hidden ones that were asked, too, may rule a mistake out.

    Args:
        kit: The checks that were asked, with what each known mistake showed at them.
        task_id: The task.
        failed: What was seen at each check of the task that failed, by the check's full id.
        passed: The full ids of its checks that passed. A check in neither was not asked, and rules nothing out.
    """
    task = next(task for task in kit.chapter.tasks if task.id == task_id)
    public = {task.full_id(entry) for entry in task.checks if not entry.hidden}
    if not public & failed.keys():
        return ()

    def fits(mistake: Mistake) -> bool:
        return not passed & mistake.seen.keys() and all(
            check_id in mistake.seen and same_mistake(kit.checks[check_id], seen, mistake.seen[check_id])
            for check_id, seen in failed.items()
        )

    return tuple(mistake for mistake in kit.mistakes if fits(mistake))


def told_mistakes(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """Return the mistakes of which a student is told, one for each cause.

    mistakes: those that are possible, the likeliest first. All of them where they are two, or have something in common;
    else the likeliest two.
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
