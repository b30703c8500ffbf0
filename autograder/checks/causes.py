"""Which known mistakes an answer may hold: those that agree with everything that was seen of a task."""

from __future__ import annotations

from collections.abc import Mapping

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


def told_cause(mistakes: tuple[Mistake, ...]) -> Text | None:
    """Return what a student is told: the cause as a fact, two as a question, nothing where more are left."""
    causes = tuple(dict.fromkeys(mistake.cause for mistake in mistakes))
    if len(causes) == 1:
        return causes[0]
    if 1 < len(causes) <= MAX_CAUSES:
        return EITHER.format(first=causes[0], second=causes[1])
    return None
