"""What a student's kit holds, and what it must not."""

from __future__ import annotations

from autograder.checks import Parameters
from autograder.checks.suite import GUIDE_WITHHELD, CheckSuite, Mistake
from autograder.course import Chapter
from autograder.text import Text

GUIDE = {"zh": "答案是四十二", "en": "the answer is forty-two"}
CHAPTER = Chapter.model_validate(
    {
        "id": "tiny",
        "title": {"zh": "小", "en": "Tiny"},
        "tasks": [
            {
                "id": "net",
                "title": {"zh": "网", "en": "Net"},
                "names": ["Net"],
                "points": 3,
                "checks": [{"id": "count", "points": 1}, {"id": "secret", "points": 2, "hidden": True}],
            },
            {
                "id": "why",
                "title": {"zh": "问", "en": "Why"},
                "kind": "written",
                "points": 1,
                "question_guide": GUIDE,
            },
        ],
    }
)


def test_the_public_kit_holds_neither_hidden_checks_nor_marking_guides() -> None:
    check = Parameters(name="Net")
    seen = {key: {"seen": {"count": 1, "shapes": [[1]]}} for key in ("net.count", "net.secret")}
    cause = Text(zh="因", en="cause")
    suite = CheckSuite(CHAPTER, dict.fromkeys(seen, check), seen, (Mistake("wrong", cause, seen),), "hash")
    shown = suite.public()
    assert list(shown.checks) == list(shown.expected) == list(shown.mistakes[0].seen) == ["net.count"]
    assert shown.chapter.tasks[1].question_guide == GUIDE_WITHHELD
    assert GUIDE["zh"] not in shown.to_json()
    assert "net.secret" not in shown.to_json()


def test_a_kit_knows_the_large_shapes_of_the_networks_that_it_counts() -> None:
    checks = {key: Parameters(name="Net", arguments=(count,)) for count, key in enumerate(("net.count", "net.secret"))}
    seen = {
        key: {"seen": {"count": 1, "shapes": shapes}}
        for key, shapes in zip(checks, ([[512, 512]], [[4], [600, 600], [512, 512], [2, 3]]), strict=True)
    }
    assert CheckSuite(CHAPTER, checks, seen, (), "hash").shapes == {"Net": {(512, 512), (600, 600)}}
    assert CheckSuite(CHAPTER, checks, {}, (), "hash").shapes == {}
