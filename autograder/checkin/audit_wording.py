"""The audit log in words: what its short keys mean, weeks and moments as people read them."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.checkin.wording import shown_moment
from autograder.store.records import LATENESS, LEFT_OUT, AuditEntry
from autograder.text import Language, Text

WHAT = {
    "grade": Text(zh="评分", en="grade"),
    "mark": Text(zh="人工评分", en="mark"),
    "overwritten": Text(zh="被覆盖的人工评分", en="overwritten mark"),
    "counts": Text(zh="算数的分", en="counts"),
    "roster": Text(zh="名单", en="roster"),
    "leave": Text(zh="请假", en="leave"),
    "makeup": Text(zh="补卡", en="makeup"),
    "excuse": Text(zh="免除", en="excuse"),
    "reopen": Text(zh="延期", en="reopen"),
    "void": Text(zh="作废", en="void"),
    "choose": Text(zh="选定的提交", en="chosen attempt"),
    "return": Text(zh="交回平台", en="return"),
    "received": Text(zh="提交时间", en="received"),
    "board": Text(zh="排行榜", en="board"),
    "ask": Text(zh="申请", en="ask"),
    "answer": Text(zh="答复", en="answer"),
    "remind": Text(zh="提醒", en="remind"),
    "certificate": Text(zh="证书", en="certificate"),
    "forgotten": Text(zh="删除提交的原样", en="deleted hand-ins as they came"),
    "restore": Text(zh="恢复", en="restore"),
    "rules": Text(zh="规则", en="rules"),
}
VALUES = {
    "granted": Text(zh="批准", en="granted"),
    "declined": Text(zh="未批准", en="declined"),
    "revoked": Text(zh="收回", en="revoked"),
    "sent": Text(zh="已发送", en="sent"),
    "first known": Text(zh="最早已知的规则", en="first known"),
    "leave": WHAT["leave"],
    "makeup": WHAT["makeup"],
    LATENESS: Text(zh="迟交不扣分", en="nothing taken off for lateness"),
    LEFT_OUT: Text(zh="不计入总分", en="left out of the total"),
    "appeal": Text(zh="成绩申诉", en="appeal"),
}
WEEK = Text(zh="第 {week} 周", en="week {week}")
EVERYBODY = Text(zh="全班", en="everybody")
FOR_ALL = frozenset({"leave", "excuse", "reopen"})


def audit_line(entry: AuditEntry, zone: ZoneInfo, language: Language) -> str:
    """Return a line of the audit log: when, who, what, about whom, what changed, why, and the key."""
    # That a TA takes a check-in back is no grant; the word of the line says it already.
    new = "" if (entry.what, entry.new) == ("void", "granted") else entry.new
    change = " -> ".join(_value(part, zone, language) for part in (entry.old, new) if part)
    whom = entry.student or (EVERYBODY.to(language) if entry.what in FOR_ALL else "")
    about = " ".join(part for part in (whom, _target(entry.target, language)) if part)
    what = WHAT[entry.what].to(language) if entry.what in WHAT else entry.what
    when = shown_moment(entry.at, zone)
    why = " ".join(part for part in (entry.reason, entry.key[:19]) if part)
    return "  ".join(part for part in (when, entry.actor, what, about, change, why) if part)


def _target(target: str, language: Language) -> str:
    week = re.fullmatch(r"week (\d+)", target)
    return WEEK.format(week=week[1]).to(language) if week else target


def _value(value: str, zone: ZoneInfo, language: Language) -> str:
    """Return a value in words; a moment in the course's zone."""
    if value in VALUES:
        return VALUES[value].to(language)
    if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return shown_moment(moment, zone) if moment.tzinfo else value
    return value
