"""Certificates, the secret behind their ids, and which reminders went out."""

from __future__ import annotations

import secrets as random_secrets
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from autograder.store.records import Certificate, names_of
from autograder.store.tables import certificates, reminders, secrets

CERTIFICATES = "certificates"


def certificate_secret(connection: Connection) -> bytes:
    """Return the secret behind the ids of certificates; made once, in a writing connection."""
    query = select(secrets.c.value).where(secrets.c.name == CERTIFICATES)
    found = connection.execute(query).scalar()
    if found is None:
        try:
            with connection.begin_nested():
                connection.execute(secrets.insert().values(name=CERTIFICATES, value=random_secrets.token_hex(32)))
        except IntegrityError:
            pass  # another process was quicker
        found = connection.execute(query).scalar_one()
    return bytes.fromhex(found)


def add_certificate(connection: Connection, certificate: Certificate) -> None:
    """Store a certificate."""
    row = {name: getattr(certificate, name) for name in names_of(Certificate)}
    connection.execute(certificates.insert().values(**row))


def certificate_with(connection: Connection, certificate_id: str) -> Certificate | None:
    """Return a certificate by its id, None where there is none."""
    columns = [certificates.c[name] for name in names_of(Certificate)]
    row = connection.execute(select(*columns).where(certificates.c.id == certificate_id)).first()
    return Certificate(*row) if row else None


def newest_certificate(connection: Connection, student: str, course: str) -> Certificate | None:
    """Return the newest certificate of a student in a course."""
    columns = [certificates.c[name] for name in names_of(Certificate)]
    query = select(*columns).where(certificates.c.student == student, certificates.c.course == course)
    row = connection.execute(query.order_by(certificates.c.at.desc()).limit(1)).first()
    return Certificate(*row) if row else None


def claim_reminder(connection: Connection, student: str, subject: str, now: datetime) -> bool:
    """Note that a reminder is about to go out; False where it did before, or perhaps did."""
    try:
        with connection.begin_nested():
            connection.execute(reminders.insert().values(student=student, subject=subject, claimed_at=now))
    except IntegrityError:
        return False
    return True


def confirm_reminder(connection: Connection, student: str, subject: str, now: datetime) -> None:
    """Note that a reminder was sent."""
    wanted = (reminders.c.student == student) & (reminders.c.subject == subject)
    connection.execute(reminders.update().where(wanted).values(sent_at=now))


def release_reminder(connection: Connection, student: str, subject: str) -> None:
    """Give a claim back: the mail server refused, so the reminder may be tried again."""
    wanted = (reminders.c.student == student) & (reminders.c.subject == subject)
    connection.execute(reminders.delete().where(wanted, reminders.c.sent_at.is_(None)))


def reminded(connection: Connection, subject: str) -> set[str]:
    """Return who got a reminder."""
    query = select(reminders.c.student).where(reminders.c.subject == subject)
    return set(connection.execute(query).scalars())
