"""The words of a finding are made where they are shown, from its data."""

from __future__ import annotations

import ast
import json
import string
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks.raised import told as told_error
from autograder.checks.suite import CheckSuite, Mistake, read_kit
from autograder.course import Chapter
from autograder.grading import render as rendering
from autograder.grading.render import EARLIER, Renderer, messages, render, text_of, words_of
from autograder.store.result import Finding, Result
from autograder.text import MAX_VALUE_LENGTH, Message, Said, Text, Told, told
from tests.results import finding, result

ROOT = Path(__file__).parents[2]
CAUSE = Text(zh="忘了除以 255。", en="Not divided by 255.")
COUNT = Message("test.count", zh="{name} 有 {count:,} 个。{more}", en="{name} has {count:,}.{more}")


@pytest.fixture
def suite() -> CheckSuite:
    text = {"zh": "读", "en": "Read"}
    checks = [
        {"id": "values", "points": 5, "hint": {"zh": "看数值。", "en": "Look at the values."}},
        {"id": "sizes", "points": 5, "hidden": True},
    ]
    hint = {"zh": "再读一遍题目。", "en": "Read the task again."}
    task = {"id": "read", "title": text, "points": 10, "names": ["read"], "hint": hint, "checks": checks}
    chapter = Chapter.model_validate({"id": "c1", "title": text, "tasks": [task]})
    return CheckSuite(
        chapter,
        {},
        {},
        (Mistake("undivided", CAUSE), Mistake("swapped", Text(zh="通道反了。", en="Channels swapped."))),
        "",
    )


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {**messages(), COUNT.key: COUNT}
    monkeypatch.setattr(rendering, "messages", lambda: every)


def read(check: str = "values", **changes: object) -> Finding:
    base = {"task": "read", "check": f"read.{check}", "status": "fail", "hidden": check == "sizes"}
    return finding(**{**base, **changes})


def test_a_finding_is_told_in_both_languages_and_goes_through_json(suite: CheckSuite) -> None:
    inner = COUNT(name="b", count=2, more="")
    given = read(said=told(COUNT(name="LeNet", count=61706, more=inner)))
    (kept,) = Result.from_data(result(findings=[given]).to_data()).findings
    assert render(kept, "en", suite) == ("LeNet has 61,706.b has 2.", "Look at the values.")
    assert render(kept, "zh", suite) == ("LeNet 有 61,706 个。b 有 2 个。", "看数值。")


def test_a_corrected_wording_shows_in_what_was_found_before(suite: CheckSuite, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = read(said=told(COUNT(name="LeNet", count=3, more="")))
    better = Message(COUNT.key, zh="{name}: {count}", en="{name}: {count}")
    monkeypatch.setattr(rendering, "messages", lambda: {COUNT.key: better})
    assert render(kept, "en", suite)[0] == "LeNet: 3"


def test_the_hint_is_the_cause_else_that_of_the_check_else_that_of_the_task(suite: CheckSuite) -> None:
    assert words_of(read(causes=("undivided",)), suite).hint == CAUSE
    both = words_of(read(causes=("undivided", "swapped")), suite).hint.en
    assert CAUSE.en in both
    assert "Channels swapped." in both
    assert words_of(read(), suite).hint.en == "Look at the values."
    assert words_of(read("sizes"), suite).hint.en == "Read the task again."
    assert words_of(read(causes=("forgotten since",)), suite).hint.en == "Look at the values."
    assert words_of(read(hinted=False), suite).hint.en == ""
    assert words_of(read(), None).hint.en == ""
    assert words_of(read(status="pass"), suite).hint.en == ""


def test_of_a_hidden_check_students_learn_that_it_failed_and_staff_what_was_found(suite: CheckSuite) -> None:
    found = told(Text(zh="得到 7", en="got 7, expected 9"))
    hidden = read("sizes", message="It failed.", found=found, values={"returned": [7]})
    (one,) = Renderer(lambda _: suite).to_json(result(chapter="c1", findings=[hidden]), "en")["findings"]
    assert (one["message"], one["cause"], one["values"]) == ("It failed.", None, {})
    assert one["staff"] == {"message": "got 7, expected 9", "status": "fail", "causes": [], "values": {"returned": [7]}}


def test_words_of_before_stay_as_they_were(suite: CheckSuite) -> None:
    said = Told(EARLIER, {"message": "输出 3", "hint": "看这里", "language": "zh"})
    for language in ("zh", "en"):
        assert render(read(said=said), language, suite) == ("输出 3", "看这里")


@pytest.mark.parametrize("said", [Told("gone.since", {"a": 1}), Told("test.count", {"name": 3}), Told("test.count")])
def test_a_message_that_is_not_known_any_more_shows_its_key_and_values(said: Told) -> None:
    assert text_of(said).en == f"({said.key}: {dict(said.values)})"


def test_json_keeps_its_keys_and_gains_three() -> None:
    record = Renderer(lambda _: None).to_json(result(findings=[{}]), "en")
    before = {"task", "check", "kind", "hidden", "status", "points", "max_points", "message", "hint"}
    (one,) = record["findings"]
    assert one.keys() == before | {"cause", "values", "staff"}
    keys = {"submission", "student", "chapter", "status", "score", "max_score", "findings", "repairs", "box", "seconds"}
    assert record.keys() == keys | {"key", "layers", "engine"}
    refused = Renderer(lambda _: None).to_json(result(status="rejected", reason="no"), "en")
    assert refused["reason"] == "no"


def test_a_long_value_is_cut_where_it_is_kept() -> None:
    kept = told(COUNT(name="x" * (MAX_VALUE_LENGTH + 9), count=1, more=""))
    assert len(str(kept.values["name"])) == MAX_VALUE_LENGTH + 2
    assert (
        len(text_of(replace(kept, values={**kept.values, "more": "y" * 9000})).en) == rendering.MAX_MESSAGE_LENGTH + 2
    )


def test_both_wordings_of_every_message_hold_the_same_values_and_each_key_is_one() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for message in messages().values():
        assert names(message.zh) == names(message.en), message.key
    package = Path(rendering.__file__).parents[1]
    files = [*(package / "checks").glob("*.py"), *(package / "grading").glob("*.py")]
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    keys = [
        ast.literal_eval(node.args[0])
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"
    ]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(messages())


CHAPTERS = sorted(path.name for path in (ROOT / "source").iterdir() if (path / "chapter.yml").is_file())


@pytest.mark.parametrize("name", ["hidden.json", "checks.json"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_that_checks_say_of_known_mistakes_is_data_from_which_the_words_come_back(chapter: str, name: str) -> None:
    suite, said = read_kit(ROOT / "solutions" / chapter / name), 0
    for mistake in suite.mistakes:
        for check_id, seen in mistake.seen.items():
            check = suite.checks[check_id]
            if "seen" in seen:
                text = check.judge(seen["seen"], suite.expected[check_id]["seen"])
            elif "raised" in seen:
                text = told_error(seen["raised"], check.calling)
            else:
                continue
            assert isinstance(text, Said), (mistake.id, check_id, text)
            kept = told(text)
            again = text_of(Told(kept.key, json.loads(json.dumps(kept.values))))
            assert (again.zh, again.en) == (text.zh, text.en), (mistake.id, check_id)
            said += 1
    assert said > 20


def test_no_message_has_the_key_of_another() -> None:
    found: dict[str, set[Message]] = {}
    for one in rendering.every_message():
        found.setdefault(one.key, set()).add(one)
    assert len(found) > 100
    assert [key for key, those in found.items() if len(those) > 1] == []
