"""Collect a class's hand-ins: look at what came and say what each thing is; write only what was looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.checkin.travelling import MAX_RECORD_SIZE, RECORD_NAME
from autograder.course import Course
from autograder.grading.exchange import MAX_LENGTH, SECRET
from autograder.grading.moments import STAMP, stamped_moment
from autograder.handin.bundles import (
    NO_TEAMS,
    Answer,
    Bundle,
    State,
    When,
    answer_in,
    bundles_of,
    is_answer,
    is_table_like,
    when_of,
)
from autograder.handin.claims import claim_of
from autograder.handin.contents import Judged, judged
from autograder.handin.matching import ClassList
from autograder.handin.notes import take_notes
from autograder.handin.placing import PlacingError, Shelf
from autograder.handin.sources import Piece, pieces_of, read
from autograder.handin.teams import Teams
from autograder.handin.unpacking import as_zip_if_one, is_archive, unpacked
from autograder.handin.worksheets import Joined, join, read_table
from autograder.identity import digest_of
from autograder.store.handins import Received, Source
from autograder.submission import Rejected
from autograder.submission.chapter_of import Signs
from autograder.submission.receipts import NAME as RECEIPT_NAME
from autograder.submission.receipts import receipt_from
from autograder.text import Json, Text
from autograder.untrusted.limited import WITHIN

JUDGED_AT_ONCE = 24 << 20  # bytes
OTHERS_RECEIPT = Text(
    zh="文件名说是 {student}，里面的回执却是 {owner} 的；没有放",
    en="its name says {student}, but the receipt in it is {owner}'s; not placed",
)
LATE_UNKNOWN = Text(
    zh="平台说迟交，没说何时：没有扣分；autograder received --student {student} --chapter {chapter} --at 时间 --why 原因",
    en="the platform calls it late and does not say when, so nothing is taken off; autograder received --student {student} "
    "--chapter {chapter} --at TIME --why REASON",
)
ORDER_UNKNOWN = Text(
    zh="同一个人的几份不同的答案，不知道先后：{names}；没有放",
    en="different answers of one student, and it is not known which came last: {names}; not placed",
)
UNCONFIRMED = Text(
    zh="时间只是文件自己的，截止后还被改过或复制过",
    en="the time is the file's own, and it was changed or copied after the deadline",
)
HAS_NOTHING = Text(zh="没有交", en="nothing came")
SAME = Text(zh="和已有的相同", en="the same as what the class has")


@dataclass(frozen=True)
class Item:
    """One thing found, or a student of whom nothing was.

    Attributes:
        received: None where nobody knows.
        files: What will be written, name → where it lies until then.
        notes: The check-ins that came along.
        look: A person should see to it.
        maybe: What it is if a person says that the only student who may be meant is the one.
    """

    source: str
    student: str | None
    chapter: str
    state: State
    received: datetime | None = None
    received_from: Source | None = None
    why: Text | None = None
    digest: str = ""
    confirmed: bool = True
    look: bool = False
    files: tuple[tuple[str, Path], ...] = ()
    notes: bytes = b""
    maybe: Item | None = None

    def record(self, language: Any, course: Course) -> dict[str, Json]:
        """Return the JSON values of the command's contract."""
        return {
            "source": self.source,
            "student": self.student,
            "chapter": self.chapter,
            "received": self.received.astimezone(course.zone).isoformat() if self.received else None,
            "received_from": self.received_from,
            "state": self.state,
            "why": self.why.to(language) if self.why else "",
        }


@dataclass
class Collecting:
    """One call of `collect`.

    Attributes:
        staging: An empty folder on the course's file system.
    """

    course: Course
    chapter: str
    students: ClassList
    signs: Sequence[Signs]
    shelf: Shelf
    staging: Path
    known: set[tuple[str, str]]  # (student, digest) that the class has
    option: datetime | None = None
    pattern: re.Pattern[str] | None = None
    teams: Teams = NO_TEAMS
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def look(self, paths: Sequence[Path], tables: Sequence[Path] = ()) -> list[Item]:
        """Return what the paths hold, in their order, and who is missing; nothing of the class's is written."""
        joined, dates = Joined(), self.course.chapter(self.chapter)
        assert dates is not None
        for table in (*tables, *(path for path in paths if path.is_file() and is_table_like(path.name))):
            join(joined, read_table(table), self.students, self.course.zone, dates.due)
        items: list[Item] = []
        for path in paths:
            if path.is_file() and is_table_like(path.name):
                continue
            pieces = list(pieces_of(path, self.course.zone, self._is_platforms))
            found = bundles_of(pieces, self.students, joined, self.course.zone, self.pattern, self.teams)
            items += self._items(found, dates.due)
        items = self._in_order(items)
        return items + self._missing(items)

    def write(self, items: Iterable[Item], actor: str) -> Iterator[Item]:
        """Put what was found into its place, the earliest first; yield each with what became of it."""
        lying: dict[str, tuple[datetime | None, bool]] = {}
        placed = sorted((item for item in items if item.state in ("placed", "unchanged")), key=_moment_or_last)
        for item in placed:
            student = str(item.student)
            source: Source = item.received_from or "unknown"
            given = Received(
                student, self.chapter, item.digest, item.received, source, self.now, actor, item.confirmed, item.source
            )
            try:
                if item.state == "unchanged":
                    self.shelf.note(given)
                else:
                    if student not in lying:
                        lying[student] = self._lies(student)
                    newest = self._is_newest(item, *lying[student])
                    self.shelf.place(given, dict(item.files), newest=newest)
                    if newest:
                        lying[student] = item.received, True
                why = take_notes(self.shelf.submitted, student, item.notes, item.received) if item.notes else None
                yield replace(item, why=Text.joined([*([item.why] if item.why else []), why], "; ")) if why else item
            except PlacingError as error:
                yield replace(item, state="unreadable", why=error.said, look=True)

    def _lies(self, student: str) -> tuple[datetime | None, bool]:
        before = self.shelf.lies_there(student, self.chapter)
        return (before[1].moment if before else None), before is not None

    @staticmethod
    def _is_newest(item: Item, moment: datetime | None, there: bool) -> bool:
        return not there or moment is None or item.received is None or item.received >= moment

    def _is_platforms(self, path: Path, pieces: Sequence[Piece]) -> bool:
        """Tell whether an archive holds what more than one student handed in, or is named as platforms name files."""
        if self.students.match([path.name]).student is not None:
            return False
        layouts = {claim_of(piece.parts, self.course.zone, self.pattern).layout for piece in pieces}
        if layouts - {"loose"}:
            return True
        whose = {found for piece in pieces if (found := self.students.match(piece.parts).student)}
        return len(whose) != 1 and not (not whose and len({piece.parts[:-1] for piece in pieces}) == 1)

    def _items(self, found: Sequence[Bundle], due: datetime) -> list[Item]:
        limit = int(self.course.limits.submission_mib) + int(self.course.limits.weights_mib)
        owner = {id(piece): bundle for bundle in found for piece in bundle.pieces}
        wanted = [piece for bundle in found for piece in bundle.pieces if self._is_read(piece)]
        contents: dict[int, list[tuple[Piece, bytes | Text]]] = defaultdict(list)
        made: dict[int, Item] = {}
        size = 0
        last: Bundle | None = None
        for piece, content in read(wanted, limit):
            bundle = owner[id(piece)]
            if last is not None and bundle is not last and size > JUDGED_AT_ONCE:
                made |= self._judged([one for one in found if id(one) in contents], contents, due)
                contents.clear()
                size = 0
            contents[id(bundle)].append((piece, content))
            size += len(content) if isinstance(content, bytes) else 0
            last = bundle
        made |= self._judged([one for one in found if id(one) not in made], contents, due)
        return [
            replace(made[id(bundle)], student=student, notes=bundle.notes if student in bundle.students[:1] else b"")
            for bundle in found
            for student in self._for_whom(bundle, made[id(bundle)])
        ]

    def _for_whom(self, bundle: Bundle, item: Item) -> tuple[str | None, ...]:
        return (item.student,) if item.state == "ambiguous" else self._whose(bundle.students) or (item.student,)

    def _whose(self, students: Sequence[str]) -> tuple[str, ...]:
        """Return for whom something of these students counts: a team hands in once for all its members."""
        return tuple(dict.fromkeys(member for one in students for member in self.teams.of(one)))

    @staticmethod
    def _is_read(piece: Piece) -> bool:
        name = piece.parts[-1].lower()
        return (
            piece.why is not None
            or is_answer(name)
            or name in (STAMP, SECRET, RECORD_NAME, RECEIPT_NAME)
            or name.endswith((".html", ".htm", ".doc", ".docx", ".pdf"))
        )

    def _judged(
        self, bundles: Sequence[Bundle], contents: dict[int, list[tuple[Piece, bytes | Text]]], due: datetime
    ) -> dict[int, Item]:
        """Return the item of each bundle; what they hold is looked at in one process."""
        files: list[tuple[str, bytes]] = []
        came: list[str] = []
        spans: dict[int, tuple[int, int]] = {}
        broken: dict[int, Text] = {}
        stamps: dict[int, datetime] = {}
        for bundle in bundles:
            start = len(files)
            for piece, content in contents.get(id(bundle), []):
                if isinstance(content, Text):
                    broken[id(bundle)] = content
                elif piece.parts[-1] == STAMP:
                    if moment := stamped_moment(content[:200].decode("utf-8", "replace")):
                        stamps[id(bundle)] = moment
                elif piece.parts[-1] == SECRET:
                    bundle.secret = content[:MAX_LENGTH] if bundle.claim.layout == "exchange" else bundle.secret
                elif piece.parts[-1] == RECORD_NAME:
                    bundle.notes = content[: MAX_RECORD_SIZE + 1]
                elif piece.parts[-1] == RECEIPT_NAME:
                    bundle.receipt = content
                else:
                    files += self._flat(bundle, piece, content, broken)
                    came += [piece.source] * (len(files) - len(came))
            spans[id(bundle)] = start, len(files)
        kinds = judged(files, self.chapter, self.signs)
        found = [replace(one, came=name) for one, name in zip(kinds, came, strict=True)]
        return {
            id(bundle): self._item(
                bundle, found[slice(*spans[id(bundle)])], broken.get(id(bundle)), stamps.get(id(bundle)), due
            )
            for bundle in bundles
        }

    def _flat(self, bundle: Bundle, piece: Piece, content: bytes, broken: dict[int, Text]) -> list[tuple[str, bytes]]:
        """Return the files of a piece: it may be an archive, whatever its name says."""
        name = piece.parts[-1]
        if not is_archive(name) and not (as_zip_if_one(content) and not name.lower().endswith((".docx", ".pdparams"))):
            return [(bundle.names[piece.source], content)]
        limit = int(self.course.limits.submission_mib) + int(self.course.limits.weights_mib)
        try:
            inside = unpacked(content, name if is_archive(name) else f"{name}.zip", WITHIN, limit)
        except Rejected as error:
            broken[id(bundle)] = error.reason
            return []
        for one in inside:
            if one.why is not None:
                broken[id(bundle)] = one.why
        if bundle.match.student is None and not bundle.match.question and inside:
            match = self.students.match([part for one in inside for part in one.parts][:50])
            bundle.match, bundle.students = match, (match.student,) if match.student else ()
        notes = (one.content[: MAX_RECORD_SIZE + 1] for one in inside if one.parts[-1] == RECORD_NAME)
        bundle.notes = next(notes, bundle.notes)
        bundle.receipt = next((one.content for one in inside if one.parts[-1] == RECEIPT_NAME), bundle.receipt)
        ours = (RECORD_NAME, RECEIPT_NAME)
        return [(one.parts[-1], one.content) for one in inside if one.why is None and one.parts[-1] not in ours]

    def _item(
        self, bundle: Bundle, files: Sequence[Judged], broken: Text | None, stamp: datetime | None, due: datetime
    ) -> Item:
        answer = answer_in(bundle, files, self.chapter)
        when = when_of(bundle, answer, stamp, self.option, due, self.now)
        student = bundle.students[0] if bundle.students else None
        item = Item(bundle.source, student, self.chapter, answer.state, when.moment, when.source, answer.why)
        item = replace(item, confirmed=when.confirmed)
        if answer.judged is None:
            state: State = "unreadable" if broken and answer.state == "not_a_hand_in" else answer.state
            return replace(item, state=state, why=broken if state == "unreadable" and broken else answer.why, look=True)
        if student is not None and (owner := self._other_owner(bundle)):
            why = OTHERS_RECEIPT.format(student=student, owner=owner)
            return replace(item, student=None, state="ambiguous", why=why, look=True)
        if student is None:
            maybe = bundle.match.maybe
            meant = self._placed(replace(item, student=maybe), answer, when, bundle) if maybe else None
            state = "ambiguous" if bundle.match.question else "unknown"
            return replace(item, state=state, why=bundle.match.why, look=True, maybe=meant)
        return self._placed(item, answer, when, bundle)

    def _other_owner(self, bundle: Bundle) -> str:
        """Return of whom the receipt in it is, where that is another student of the class and no team mate; else empty."""
        receipt = receipt_from(bundle.receipt) if bundle.receipt else None
        owner = self.students.exactly(receipt.student) if receipt else None
        return owner if owner and owner not in self._whose(bundle.students) else ""

    def _placed(self, item: Item, answer: Answer, when: When, bundle: Bundle) -> Item:
        """Return an item with its files where they wait for a yes, and what is to be said of it."""
        assert answer.judged is not None
        digest = digest_of(answer.judged.content, answer.weights.content if answer.weights else b"")
        said = [answer.why] if answer.why else []
        if when.needs_look:
            said.append(LATE_UNKNOWN.format(student=item.student, chapter=self.chapter))
        if not when.confirmed:
            said.append(UNCONFIRMED)
        why = Text.joined(said, "; ") if said else None
        files = self._staged(digest, answer.judged, answer.weights, bundle.secret)
        look, notes = when.needs_look, bundle.notes
        return replace(item, state="placed", digest=digest, files=files, why=why, look=look, notes=notes)

    def taken_for(self, items: Sequence[Item], meant: Iterable[Item]) -> list[Item]:
        """Return the items where a person said that some are of whom they may be."""
        yes = set(map(id, meant))
        kept = [item for item in items if item.state != "missing"]
        found = self._in_order([item.maybe if item.maybe and id(item) in yes else item for item in kept])
        return found + self._missing(found)

    def _staged(
        self, digest: str, answer: Judged, weights: Judged | None, secret: bytes
    ) -> tuple[tuple[str, Path], ...]:
        """Write an answer's files where they wait for a yes."""
        folder = self.staging / digest.replace(":", "-")
        folder.mkdir(exist_ok=True)
        named = {f"{self.chapter}{'.ipynb' if answer.kind == 'notebook' else '.py'}": answer.content}
        if weights is not None:
            named[f"{self.chapter}{Path(weights.name).suffix.lower()}"] = weights.content
        if secret:  # by which the student's nbgrader finds the feedback
            named[SECRET] = secret
        for name, content in named.items():
            (folder / name).write_bytes(content)
        return tuple((name, folder / name) for name in named)

    def _in_order(self, items: Sequence[Item]) -> list[Item]:
        """Tell what the class has already, and two answers of a student of which nobody knows which came last."""
        mine: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            if item.state == "placed":
                mine[str(item.student)].append(item)
        unclear: dict[str, Text] = {}
        for student, own in mine.items():
            different = {item.digest: item for item in own}
            times = {item.received for item in different.values()}
            by_file = any(item.received_from in (None, "file") for item in different.values())
            if len(different) > 1 and (by_file or len(times) < len(different)):
                names = ", ".join(Path(item.source.rpartition("!")[2]).name for item in different.values())
                unclear[student] = ORDER_UNKNOWN.format(names=names)
        seen = set(self.known)
        found = []
        for item in items:
            about = (str(item.student), item.digest)
            if item.state == "placed" and about in seen:
                found.append(
                    replace(item, state="unchanged", why=item.why or SAME, look=item.look and about not in self.known)
                )
            elif item.state == "placed" and str(item.student) in unclear:
                found.append(replace(item, state="double", why=unclear[str(item.student)], look=True))
            else:
                found.append(item)
                seen.add(about)
        return found

    def _missing(self, items: Sequence[Item]) -> list[Item]:
        came = {item.student for item in items if item.student}
        return [
            Item("", one.id, self.chapter, "missing", why=HAS_NOTHING)
            for one in self.students.students.values()
            if one.active and one.id not in came and not self.shelf.is_taken(one.id, self.chapter)
        ]


def _moment_or_last(item: Item) -> datetime:
    return item.received or datetime.max.replace(tzinfo=UTC)


def newest_digests(shelf: Shelf, students: Iterable[str], chapter: str) -> set[tuple[str, str]]:
    """Return (student, digest) of what lies in `submitted/` now."""
    found = set()
    for student in students:
        with suppress(OSError):
            if before := shelf.lies_there(student, chapter):
                found.add((student, before[0]))
    return found
