"""Whose a file is: values of the class list are looked for in names, the rarest first; between two it is never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from autograder.checkin.identity import near_ids
from autograder.store.records import Student
from autograder.text import Text

LOOKS_ALIKE = str.maketrans("olisz", "01152")  # in small letters; as they are taken for digits in ids
MIN_ALIKE_LENGTH = 3
WORDS_AROUND = frozenset("第作的同学最终版期实报课大次班组交迟补改修新老题练习名生员级业号和与、：:之末")
NOBODY = Text(zh="班级名单里没有谁的学号或姓名在里面", en="no id or name of the class list is in it")
MAYBE = Text(zh="是 {who} 吗？没有放", en="is it {who}? not placed")
SEVERAL = Text(zh="可能是 {who}；没有放", en="it may be {who}; not placed")
CONTRADICTS = Text(zh="学号是 {id}，姓名却是 {name}；没有放", en="the id is {id}, but the name is {name}; not placed")
OTHER_ID = Text(
    zh="姓名是 {name}，学号 {id} 却不在名单里；没有放",
    en="the name is {name}, but the id {id} is not listed; not placed",
)


@dataclass(frozen=True)
class Match:
    """Whose something is.

    Attributes:
        student: None where that is not certain.
        question: Somebody may be meant.
        why: In words.
        maybe: The only one who may be meant.
        among: Namesakes, of whom an id in another place tells which.
    """

    student: str | None
    question: bool = False
    why: Text = NOBODY
    maybe: str | None = None
    among: frozenset[str] = frozenset()


class ClassList:
    """The class, to be looked up by what stands in names."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = {one.id: one for one in students}
        self._ids = {plain(one): one for one in self.students}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._mails: dict[str, list[str]] = defaultdict(list)
        for one in self.students.values():
            if one.name:
                self._by_name[plain(one.name)].append(one.id)
            if one.email:
                for value in (plain(one.email), plain(one.email).partition("@")[0]):
                    self._mails[value].append(one.id)
        self._spellings = {name: tuple(_spellings(name)) for name in self._by_name}
        self._digits = {len(value) for value in self._ids if value.isdigit() and len(value) > 4}

    def exactly(self, value: str) -> str | None:
        """Return the student with this id, account or address; None where nobody, or more than one, has it."""
        wanted = plain(value.strip())
        if wanted in self._ids:
            return self._ids[wanted]
        mails = set(self._mails.get(wanted, ()))
        return mails.pop() if len(mails) == 1 else None

    def match(self, texts: Sequence[str], *, exact: bool = False) -> Match:
        """Return whose names these are.

        Args:
            exact: The first is an account's name, and nothing else is looked at.
        """
        if exact:
            found = self.exactly(texts[0])
            return Match(found) if found else self._question(plain(texts[0]))
        whole = [plain(text) for text in texts]
        for text in whole:  # a folder with nothing but an id is the clearest word
            if text in self._ids:
                return Match(self._ids[text])
        joined = "\n".join(whole)
        ids = {student for value, student in self._ids.items() if _stands_in(value, joined)}
        ids |= {one for value, owners in self._mails.items() if "@" in value and value in joined for one in owners}
        names, partly = self._named(joined)
        if len(ids) == 1:
            (student,) = ids
            if names and student not in names:
                return Match(None, True, CONTRADICTS.format(id=self._shown(student), name=self._all(names)))
            return Match(student)
        if ids:
            return Match(None, True, SEVERAL.format(who=self._all(ids)))
        if not names:
            accounts = {self.exactly(text) for text in whole} - {None}
            return Match(accounts.pop()) if len(accounts) == 1 else self._question(joined, partly)
        asked = self._question(joined)
        if asked.question:
            return asked
        if len(names) > 1:
            return Match(None, True, SEVERAL.format(who=self._all(names)), among=frozenset(names))
        if strange := self._strange_id(joined):
            return Match(None, True, OTHER_ID.format(name=self._all(names), id=strange))
        return Match(next(iter(names)))

    def _named(self, text: str) -> tuple[set[str], set[str]]:
        """Return who is named in a text, and whose name is only a part of a longer word there."""
        hits = {name for name, spelled in self._spellings.items() if any(_stands_in(one, text) for one in spelled)}
        hits = {name for name in hits if not any(name != other and name in other for other in hits)}
        whole = {name for name in hits if not _is_chinese(name) or _stands_alone(name, text)}
        return _owners(self._by_name, whole), _owners(self._by_name, hits - whole)

    def _question(self, text: str, partly: Iterable[str] = ()) -> Match:
        """Return a question where an id would be there if letters were the digits that they look like."""
        words = {_as_digits(word) for word in re.findall(r"[0-9a-z]+", text)}
        alike = {value: _as_digits("".join(re.findall(r"[0-9a-z]+", value))) for value in self._ids}
        meant = {self._ids[value] for value, form in alike.items() if len(form) >= MIN_ALIKE_LENGTH and form in words}
        if meant or (meant := set(partly)):
            return Match(None, True, MAYBE.format(who=self._all(meant)), next(iter(meant)) if len(meant) == 1 else None)
        runs = re.findall(r"[0-9a-z-]{4,}", text)
        near = [one for run in runs if any(c.isdigit() for c in run) for one in near_ids(run, self.students.values())]
        return (
            Match(None, False, Text.joined((NOBODY, MAYBE.format(who=", ".join(near[:3]))), "; "))
            if near
            else Match(None)
        )

    def _strange_id(self, text: str) -> str:
        """Return a run of digits as long as the class's ids that is nobody's, empty where there is none."""
        runs = re.findall(r"(?<![0-9])[0-9]+(?![0-9])", text)
        return next((run for run in runs if len(run) in self._digits and run not in self._ids), "")

    def _shown(self, student: str) -> str:
        return f"{student} {self.students[student].name}".rstrip()

    def _all(self, students: Iterable[str]) -> str:
        return ", ".join(self._shown(student) for student in sorted(students)[:6])


def plain(text: str) -> str:
    """Return a text in which values that mean the same are the same: width, case, traditional characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isascii() else "".join(simplified(character) for character in folded)


@cache
def simplified(character: str) -> str:
    """Return the simplified form of one character; as it is where OpenCC is not installed."""
    if not _is_chinese(character):
        return character
    convert = _converter()
    return convert(character) if convert else character


@cache
def _converter() -> Callable[[str], str] | None:
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    made: Callable[[str], str] = OpenCC("t2s").convert
    return made


def _spellings(name: str) -> Iterable[str]:
    """Yield a name as it may stand in a file's name: words in both orders, with and without spaces."""
    yield name
    if _is_chinese(name):
        yield re.sub(r"\s+", "", name)
        return
    words = re.findall(r"\w+", name)
    for order in (words, words[::-1], [*words[1:], *words[:1]], [*words[-1:], *words[:-1]]):
        for between in (" ", "", "_", "-", "+", ", "):
            yield between.join(order)


def _stands_in(value: str, text: str) -> bool:
    """Tell whether a value stands in a text, not as a part of a longer number or word."""
    start = text.find(value)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(value) : start + len(value) + 1]
        if not (_joins(before, value[0]) or _joins(value[-1], after)):
            return True
        start = text.find(value, start + 1)
    return False


def _joins(left: str, right: str) -> bool:
    """Tell whether two characters belong to one number or one word of Latin letters."""
    if not left or not right or not (left.isascii() and right.isascii()):
        return False
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())


def _stands_alone(name: str, text: str) -> bool:
    """Tell whether a Chinese name stands somewhere where it is not just a part of a longer one."""
    for spelled in {name, re.sub(r"\s+", "", name)}:
        for found in re.finditer(re.escape(spelled), text):
            before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
            if all(not side or not _is_chinese(side) or side in WORDS_AROUND for side in (before, after)):
                return True
    return False


def _as_digits(text: str) -> str:
    return text.translate(LOOKS_ALIKE)


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff" for character in text)


def _owners(by_name: dict[str, list[str]], names: Iterable[str]) -> set[str]:
    return {student for name in names for student in by_name[name]}
