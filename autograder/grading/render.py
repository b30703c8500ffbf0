"""The words of a result, made where they are shown: of its data, the chapter's texts, and the messages of those who tell.

Nothing else makes words of a finding. So a corrected text shows in results of before, and each is there in both languages.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import autograder.checks
from autograder.checks.catalogue import own_modules
from autograder.checks.suite import CheckSuite, KitError, read_kit
from autograder.grading import wording
from autograder.grading.explain import told_cause
from autograder.portable.older import paired
from autograder.store.result import Finding, Result
from autograder.text import TEXT, Json, Language, Message, Text, Told

EARLIER = "earlier"  # the words of a result from before messages were kept, in one language
EMPTY = Text(zh="", en="")
MAX_MESSAGE_LENGTH = 2000
UNKNOWN = Text(zh="({key}: {values})", en="({key}: {values})")


class Words(NamedTuple):
    """What a student reads of a finding: what happened, and what to do."""

    message: Text
    hint: Text


class Renderer:
    """Makes the words of results. kits: gives the kit of a chapter, None where there is none any more."""

    def __init__(self, suites: Callable[[str], CheckSuite | None]) -> None:
        self._kits = suites

    @classmethod
    def of_course(cls, root: Path) -> Renderer:
        """Return the renderer of a course folder; a chapter that was not built has no hints."""

        @cache
        def suite(chapter: str) -> CheckSuite | None:
            try:
                return read_kit(root / "solutions" / chapter / "hidden.json")
            except KitError:
                return None

        return cls(suite)

    def suite(self, chapter: str) -> CheckSuite | None:
        """Return the kit of a chapter, None where there is none."""
        return self._kits(chapter)

    def words(self, result: Result) -> list[Words]:
        """Return what a student reads of each finding of a result."""
        suite = self._kits(result.chapter)
        return [words_of(finding, suite) for finding in result.findings]

    def first_trouble(self, result: Result, language: Language) -> str:
        """Return what to look at first, in one line: why it was rejected, or the first check that did not pass."""
        if result.reason is not None:
            return text_of(result.reason).to(language)
        for finding, words in paired(result.findings, self.words(result)):
            if finding.failed:
                return f"{finding.check}: {words.hint.to(language) or words.message.to(language)}"
        return ""

    def to_json(self, result: Result, language: Language) -> dict[str, Json]:
        """Return a result as `grade --json` prints it; what only staff may see stands under `staff`."""
        shown = paired(result.findings, self.words(result))
        record: dict[str, Json] = {
            **vars(result),
            "findings": [_finding_json(finding, words, language) for finding, words in shown],
            "repairs": [text_of(one).to(language) for one in result.repairs],
            "layers": list(result.layers),
        }
        del record["reason"]
        record["flags"] = [text_of(one).to(language) for one in result.flags]
        for name in ("asked_for", "flags"):
            if not record[name]:
                del record[name]
        if result.status == "rejected":
            record["reason"] = text_of(result.reason).to(language)
        return record


def render(finding: Finding, language: Language, suite: CheckSuite | None) -> tuple[str, str]:
    """Return message and hint of one finding as a student reads them."""
    words = words_of(finding, suite)
    return words.message.to(language), words.hint.to(language)


def words_of(finding: Finding, suite: CheckSuite | None) -> Words:
    """Return what a student reads of a finding, in both languages."""
    if finding.said is not None and finding.said.key == EARLIER:
        values = finding.said.values
        return Words(_in_both(values.get("message")), _in_both(values.get("hint")))
    message = text_of(finding.said)
    if not finding.failed:
        return Words(message, EMPTY)
    causes = {mistake.id: mistake for mistake in suite.mistakes} if suite and finding.causes else {}
    cause = told_cause(tuple(causes[one] for one in finding.causes if one in causes))
    if finding.advice is not None:
        return Words(message, cause or text_of(finding.advice))
    return Words(message, cause or (_fixed_hint(suite, finding) if finding.hinted else None) or EMPTY)


def _fixed_hint(suite: CheckSuite | None, finding: Finding) -> Text | None:
    task = suite.chapter.task(finding.task) if suite else None
    if task is None:
        return None
    entry = next((one for one in task.checks if task.full_id(one) == finding.check), None)
    return (entry.hint if entry else None) or task.hint


AGAIN = Text(zh="(同上)", en="(as above)")
MARKS = {"pass": "✓", "skipped": "-"}


def shown_lines(
    findings: Iterable[Finding], suite: CheckSuite, language: Language, said: set[str] | None = None
) -> Iterator[str]:
    """Yield the lines that tell a student the outcome: mark, check, points, and what to do where it failed.

    Args:
        said: What was told before, which is not told again in full; it grows.
    """
    said = set() if said is None else said
    for finding in findings:
        words = words_of(finding, suite)
        yield f"{MARKS.get(finding.status, '✗')} {finding.check}  {finding.points:g}/{finding.max_points:g}"
        for arrow, text in (("  ", words.message), ("  → ", words.hint)):
            if shown := text.to(language):
                again = finding.status != "pass" and shown in said
                said.add(shown)
                yield "  " + arrow + (AGAIN.to(language) if again else shown.replace("\n", "\n      "))


def _finding_json(finding: Finding, words: Words, language: Language) -> dict[str, Json]:
    told = text_of(finding.found or finding.said).to(language)
    staff = {"message": told, "status": finding.status, "causes": list(finding.causes), "values": finding.values}
    kept = ("task", "check", "kind", "hidden", "points", "max_points", "cause")
    return {
        **{name: getattr(finding, name) for name in kept},
        "status": finding.told_status,
        "message": words.message.to(language),
        "hint": words.hint.to(language),
        "values": {} if finding.secret else finding.values,
        "staff": staff,
    }


def text_of(one: Told | None) -> Text:
    """Return the words of what was told, in both languages; shortened, for part of it may be the student's."""
    if one is None:
        return EMPTY
    if one.key == EARLIER:
        return _in_both(one.values.get("message"))
    if one.key == TEXT:
        return shortened(Text.of({name: str(said) for name, said in one.values.items()}))
    return shortened(_worded(one))


def _worded(one: Told) -> Text:
    message = messages().get(one.key) or own_message(one.key)
    try:
        if message is not None:
            return message(**{name: _revived(value) for name, value in one.values.items()})
    except (KeyError, ValueError, TypeError, IndexError, AttributeError):
        pass
    return UNKNOWN.format(key=one.key, values=str(dict(one.values)))


def _revived(value: Json) -> Json | Text:
    if isinstance(value, Mapping) and value.keys() == {"key", "values"} and isinstance(value["values"], Mapping):
        return text_of(Told(str(value["key"]), value["values"]))
    return value


def _in_both(words: Json) -> Text:
    said = words if isinstance(words, str) else ""
    return shortened(Text(zh=said, en=said))


def shortened(text: Text) -> Text:
    """Return a text of at most `MAX_MESSAGE_LENGTH` characters per language."""
    return Text.of(
        {
            name: told if len(told) <= MAX_MESSAGE_LENGTH else told[:MAX_MESSAGE_LENGTH] + " …"
            for name, told in text.record().items()
        }
    )


@cache
def messages() -> Mapping[str, Message]:
    """Return all messages that a result may hold, by key."""
    return {one.key: one for one in every_message()}


def every_message() -> Iterator[Message]:
    """Yield all messages that a result may hold, some more than once: of the checks, and of grading."""
    modules = [
        wording,
        *(import_module(f"autograder.grading.{name}") for name in ("explain", "grade", "numbers")),
    ]
    for found in pkgutil.iter_modules(autograder.checks.__path__):
        modules.append(import_module(f"autograder.checks.{found.name}"))
    return (one for module in modules for value in vars(module).values() for one in _messages_in(value))


def own_message(key: str) -> Message | None:
    """Return a message of a course's own type of check, whose kit has been read."""
    values = (value for module in own_modules() for value in vars(module).values())
    return next((one for value in values for one in _messages_in(value) if one.key == key), None)


def _messages_in(value: object) -> Iterator[Message]:
    """Yield the messages that a module's constant is or holds."""
    if isinstance(value, Message):
        yield value
    elif isinstance(value, (tuple, list, frozenset)):
        for one in value:
            yield from _messages_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _messages_in(one)
