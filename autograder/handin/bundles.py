"""Files that came together: whose they are, what is the answer among them, and when it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from autograder.handin.claims import Claim, claim_of
from autograder.handin.contents import Judged, suffix_of
from autograder.handin.matching import NOBODY, ClassList, Match
from autograder.handin.sources import Piece
from autograder.handin.teams import Teams
from autograder.handin.unpacking import is_archive
from autograder.handin.worksheets import Joined, Row
from autograder.store.handins import Source
from autograder.submission.files import WEIGHTS_SUFFIXES
from autograder.text import Text

NO_TEAMS = Teams()
State = Literal[
    "placed", "unchanged", "unknown", "ambiguous", "double", "unreadable", "wrong_chapter", "not_a_hand_in", "missing"
]
BLIND = Text(
    zh="匿名评分：加上评分表 (CSV) 作为另一个路径，才知道是谁",
    en="blind marking: add the worksheet or gradebook (CSV) as another path",
)
TEAM = Text(
    zh="小组 {team} 的提交：名单里没有这个组", en="handed in by the team {team}, which the class list does not have"
)
ONLINE_TEXT = Text(zh="只有在线文本，没有文件", en="an online text alone, no file")
NOTHING = Text(zh="里面没有笔记本或 .py", en="there is no notebook and no .py in it")
OTHER = Text(zh="这是 {found} 的答案，不是 {chapter} 的", en="this is {found}, not {chapter}")
TWO = Text(
    zh="同一个人的两份不同的答案：{names}；请只留要算的那一份；两份都要保留时，先单独收早的一份，再单独收晚的一份",
    en="two different answers of one student: {names}; leave only the one that counts, or, to keep both, collect the "
    "earlier one by itself and then the later one",
)


@dataclass
class Bundle:
    """What a student, or a team, handed in together.

    Attributes:
        students: Whose it is, more than one for a team.
        names: Of each piece, as the student called it.
        secret: By which nbgrader's exchange gives the feedback back.
        notes: The check-ins that `submit` packed with it.
        receipt: Its receipt.
    """

    claim: Claim
    match: Match
    pieces: list[Piece] = field(default_factory=list)
    row: Row | None = None
    students: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    secret: bytes = b""
    notes: bytes = b""
    receipt: bytes = b""

    @property
    def source(self) -> str:
        """The first file's name, as it is shown."""
        return self.pieces[0].source


@dataclass(frozen=True)
class Answer:
    """The answer in a bundle.

    Attributes:
        state: `placed` where there is one.
        weights: Its file, or None.
        why: What is to be said.
        whole: The pieces, by their source, each of which holds all of it: it was handed in more than once.
    """

    state: State
    judged: Judged | None = None
    weights: Judged | None = None
    why: Text | None = None
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True)
class When:
    """When a bundle came.

    Attributes:
        needs_look: The platform says that it is late, but not by how much.
    """

    moment: datetime | None
    source: Source | None
    confirmed: bool = True
    needs_look: bool = False


def bundles_of(
    pieces: Sequence[Piece],
    students: ClassList,
    joined: Joined,
    zone: ZoneInfo,
    pattern: re.Pattern[str] | None = None,
    teams: Teams = NO_TEAMS,
) -> list[Bundle]:
    """Return the files of one source that came together, with whose they are, in the order in which they were found."""
    found: dict[tuple[str, ...], Bundle] = {}
    for piece in pieces:
        claim = claim_of(piece.parts, zone, pattern)
        bundle = _identified(claim, piece, students, joined, teams)
        key = _key(claim, bundle, piece)
        found.setdefault(key, bundle).pieces.append(piece)
        known = found[key]
        known.names[piece.source] = claim.rest[-1]
        if known.match.student is None and bundle.match.student is not None:
            known.match, known.row, known.students = bundle.match, bundle.row, bundle.students
    return list(found.values())


def is_table_like(name: str) -> bool:
    """Return True if a name is one of a table that describes hand-ins."""
    return name.lower().endswith((".csv", ".tsv", ".xlsx"))


def is_answer(name: str) -> bool:
    """Return True if a name is one of an answer, of weights, or of an archive that may hold them."""
    return suffix_of(name) in (".ipynb", ".py", *WEIGHTS_SUFFIXES) or is_archive(name)


def _key(claim: Claim, bundle: Bundle, piece: Piece) -> tuple[str, ...]:
    if claim.layout != "loose":
        return (claim.layout, *claim.key)
    if bundle.match.student is not None:
        return ("loose", bundle.match.student)
    alone = claim.key or (Path(piece.parts[-1]).stem,)
    return ("loose", "", *alone)


def _identified(claim: Claim, piece: Piece, students: ClassList, joined: Joined, teams: Teams) -> Bundle:
    row = joined.by_file.get(piece.parts[-1].casefold()) or (
        joined.by_number.get(claim.lms_id) if claim.lms_id else None
    )
    if row is not None and row.student is not None:
        return Bundle(claim, Match(row.student), row=row, students=(row.student,))
    account = students.exactly(claim.texts[0]) if claim.layout == "blackboard" else None
    match = students.match(claim.texts, exact=claim.exact) if claim.texts else Match(None, why=BLIND)
    match = Match(account) if account else match
    if match.among and (own := students.match(claim.rest).student) in match.among:
        match = Match(own)
    if match.student is None and not match.question and claim.layout in ("moodle", "canvas", "pattern"):
        rest = students.match(claim.rest)
        match = rest if rest.student or rest.question else _nobody(claim, match)
        if match.student is None and (team := _team(claim, students, teams)):
            return Bundle(claim, Match(team[0]), row=row, students=team)
    chosen = (match.student,) if match.student else ()
    row = row or (joined.by_student.get(match.student) if match.student else None)
    return Bundle(claim, match, row=row, students=chosen)


def _nobody(claim: Claim, match: Match) -> Match:
    blind = re.fullmatch(r"\w*?\s*\d+", claim.texts[0]) if claim.texts else None
    if claim.layout == "moodle" and blind and claim.texts[0].endswith(claim.lms_id):
        return replace(match, why=BLIND)
    if claim.layout == "moodle" and claim.texts:
        return replace(match, why=Text.joined((match.why, TEAM.format(team=claim.texts[0])), "; "))
    return match if match.why is not NOBODY or claim.texts else replace(match, why=BLIND)


def _team(claim: Claim, students: ClassList, teams: Teams) -> tuple[str, ...]:
    """Return the members of a team of `teams.csv`, or whose name is a group of the class list; a whole class is no team."""
    if claim.texts and (known := teams.named(claim.texts[0])):
        return known
    wanted = claim.texts[0].strip().casefold() if claim.texts else ""
    members = [one.id for one in students.students.values() if wanted and one.group.strip().casefold() == wanted]
    return tuple(members) if 0 < len(members) <= MAX_IN_TEAM else ()


MAX_IN_TEAM = 10


def answer_in(bundle: Bundle, files: Sequence[Judged], chapter: str) -> Answer:
    """Return the answer among the files of a bundle: never a guess between two."""
    answers = [one for one in files if one.kind in ("notebook", "script")]
    mine = [one for one in answers if one.other is None]
    notebooks = [one for one in mine if one.kind == "notebook"]
    signed = [one for one in mine if one.own]
    chosen = [one for one in notebooks if one.own] or notebooks or signed or mine
    if not chosen:
        return _none(bundle, files, answers, chapter)
    different = _different(chosen)
    named = [one for one in different if Path(one.name).stem == chapter]
    if len(different) > 1 and (bundle.claim.layout == "loose" or len(named) != 1):
        return _double(bundle, different)
    judged = named[0] if len(different) > 1 else chosen[0]
    weights = _weights(files, judged, chapter)
    if len(weights) > 1:
        return _double(bundle, weights)
    whole = [{one.came for one in files if one.content == wanted.content} for wanted in (judged, *weights)]
    return Answer("placed", judged, next(iter(weights), None), judged.why, frozenset(set.intersection(*whole)))


def _different(files: Sequence[Judged]) -> list[Judged]:
    """Return one file of each content."""
    return list({one.content: one for one in files}.values())


def _double(bundle: Bundle, files: Sequence[Judged]) -> Answer:
    came = ((bundle.names.get(one.came, one.name), one.name) for one in files)
    names = sorted(f"{outer} → {name}" if is_archive(outer) else name for outer, name in came)
    return Answer("double", why=TWO.format(names=", ".join(names[:6])))


def _none(bundle: Bundle, files: Sequence[Judged], answers: Sequence[Judged], chapter: str) -> Answer:
    if answers:
        return Answer("wrong_chapter", why=OTHER.format(found=answers[0].other, chapter=chapter))
    if broken := next((one for one in files if one.kind == "unreadable"), None):
        return Answer("unreadable", why=broken.why)
    if bundle.claim.said == "text":
        return Answer("not_a_hand_in", why=ONLINE_TEXT)
    told = next((one.why for one in files if one.why), None)
    return Answer("not_a_hand_in", why=told or NOTHING)


def _weights(files: Sequence[Judged], answer: Judged, chapter: str) -> list[Judged]:
    """Return the weights of an answer: those under a name that says so, which may be different ones, else the only ones."""
    found = [one for one in files if one.kind == "weights"]
    for stem in (chapter, Path(answer.name).stem):
        for suffix in WEIGHTS_SUFFIXES:
            if named := [one for one in found if Path(one.name).name == stem + suffix]:
                return _different(named)
    different = _different(found)
    return different if len(different) == 1 else []


def when_of(
    bundle: Bundle, answer: Answer, stamp: datetime | None, option: datetime | None, due: datetime, now: datetime
) -> When:
    """Return when a bundle came, by the most trusted word there is; what came more than once came when it came first.

    Args:
        stamp: Of a `timestamp.txt` beside it.
    """
    claim, row = bundle.claim, bundle.row
    says_late = claim.late or (row.late if row else None)
    whole = [one for one in bundle.pieces if one.source in answer.whole]
    pieces = [min(whole, key=_moment_of)] if whole else bundle.pieces
    zipped = max((one.zipped for one in pieces if one.zipped), default=None)
    if claim.layout == "canvas" and zipped and zipped > due:
        zipped = None  # Canvas packs its zip long after; what it does not call late was on time
    words: list[tuple[datetime | None, Source]] = [
        (option, "option"),
        (row.moment if row else None, "status"),
        (stamp, "timestamp"),
        (claim.moment, "name"),
    ]
    if not says_late:
        words.append((zipped, "zip"))
    for moment, source in words:
        if moment is not None:
            return When(min(moment, now), source)
    if says_late or claim.layout == "canvas" or (row and row.late is False):
        return When(None, None, needs_look=bool(says_late))
    if all(one.place is None for one in pieces):
        written = max((one.written for one in pieces if one.written), default=None)
        changed = max((one.changed for one in pieces if one.changed), default=None)
        if written is not None:
            return When(min(written, now), "file", changed is None or changed <= due)
    return When(None, None)


def _moment_of(piece: Piece) -> datetime:
    return piece.zipped or piece.written or datetime.max.replace(tzinfo=UTC)
