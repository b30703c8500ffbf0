"""Certificates: the rule, and an id that nobody without the database's secret can make up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import datetime

from autograder.checkin.summary import Summary
from autograder.course import Course
from autograder.store.audit import add_audit
from autograder.store.database import Database
from autograder.store.outgoing import add_certificate, certificate_secret, certificate_with, newest_certificate
from autograder.store.records import AuditEntry, Certificate
from autograder.text import Text

WEEKS_MISSING = Text(
    zh="完成了 {percent:.0f}% 的打卡周，需要 {least:g}%",
    en="{percent:.0f} % of the weeks are done, {least:g} % are needed",
)
POINTS_MISSING = Text(
    zh="有 {points:.1f} 分 (满分 100)，需要 {least:g} 分", en="{points:.1f} of 100 points, {least:g} are needed"
)
ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
BYTES = 15  # 120 bits, 24 characters


def missing(course: Course, summary: Summary) -> tuple[Text, ...]:
    """Return what a student lacks for the certificate; empty when the rule holds."""
    rule = course.certificate
    weeks = 100.0 * summary.weeks_share
    lacking = []
    if course.checkins and weeks + 1e-9 < rule.weeks_percent:
        lacking.append(WEEKS_MISSING.format(percent=weeks, least=rule.weeks_percent))
    if summary.course_points + 1e-9 < rule.points_percent:
        lacking.append(POINTS_MISSING.format(points=summary.course_points, least=rule.points_percent))
    return tuple(lacking)


def certificate_id(secret: bytes, certificate: Certificate) -> str:
    """Return the id of a certificate: a keyed hash (HMAC-SHA256) of everything it says, in groups of four."""
    said = [
        certificate.course,
        certificate.student,
        certificate.name,
        f"{certificate.weeks_percent:.1f}",
        f"{certificate.points:.1f}",
        certificate.at.isoformat(timespec="seconds"),
    ]
    digest = hmac.new(secret, json.dumps(said, ensure_ascii=False).encode(), hashlib.sha256).digest()[:BYTES]
    text = base64.b32encode(digest).decode().translate(ALPHABET)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def is_genuine(secret: bytes, certificate: Certificate) -> bool:
    """Return True if a certificate's id belongs to what it says."""
    return hmac.compare_digest(certificate_id(secret, certificate), certificate.id)


def normal_id(text: str) -> str:
    """Return an id as it is stored from what a person typed: O is 0, I and L are 1, case and hyphens do not matter."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(str.maketrans("OIL", "011"))
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def issue(course: Course, database: Database, summary: Summary, actor: str, now: datetime) -> Certificate:
    """Return the certificate of a student who earned it: the one given before, a new one where it says something else."""
    student = summary.student
    given = Certificate(
        "",
        student.id,
        student.name,
        course.id,
        round(100.0 * summary.weeks_share, 1),
        round(summary.course_points, 1),
        now.replace(microsecond=0),
    )
    with database.writing() as connection:
        secret = certificate_secret(connection)
        before = newest_certificate(connection, student.id, course.id)
        if before is not None and replace(before, id="", at=given.at) == given:
            return before
        given = replace(given, id=certificate_id(secret, given))
        add_certificate(connection, given)
        add_audit(connection, [AuditEntry(now, actor, "certificate", student.id, course.id, new=given.id)])
    return given


def verified(database: Database, typed: str) -> Certificate | None:
    """Return the certificate with an id as a person typed it; None where the database does not confirm it."""
    with database.writing() as connection:
        secret = certificate_secret(connection)
        found = certificate_with(connection, normal_id(typed))
    return found if found is not None and is_genuine(secret, found) else None
