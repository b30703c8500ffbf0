"""Verbs for TAs: certificates, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import (
    JsonOption,
    LanguageOption,
    chosen_language,
    class_service,
    progress,
    say,
    say_json,
    staff_here,
)
from autograder.text import Text

CERTIFIED = Text(zh="✓ {student}: {path} ({id})", en="✓ {student}: {path} ({id})")
LACKING = Text(zh="✗ {student}: {why}", en="✗ {student}: {why}")
GENUINE = Text(
    zh="✓ 证书有效：{name} ({student})，{course}，打卡 {weeks:.0f}%, {points:.1f} 分，{date}",
    en="✓ genuine: {name} ({student}), {course}, {weeks:.0f} % of the weeks, {points:.1f} points, {date}",
)
FORGED = Text(zh="✗ 没有这个编号的证书", en="✗ there is no certificate with this id")
BACKED_UP = Text(zh="✓ {path}: {size:.1f} MiB", en="✓ {path}: {size:.1f} MiB")
RESTORED = Text(zh="✓ 已恢复；原来的在 {kept}", en="✓ restored; what was there before is in {kept}")


def certificate(
    students: Annotated[list[str] | None, typer.Argument(help="Ids; everybody who has earned one by default.")] = None,
    folder: Annotated[Path, typer.Option("--to", help="Where the PDF files go.")] = Path("certificates"),
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Write certificates as PDF, with an id that verify-certificate confirms; exit code 1 where one is not earned."""
    from autograder.checkin.certificate import issue, missing
    from autograder.checkin.diploma import certificate_pdf
    from autograder.store.alone import alone
    from autograder.store.audit import actor_name
    from autograder.writing import FileNames, unfinished

    names = FileNames()
    outcomes: list[dict[str, object]] = []
    failed: list[Text] = []
    with class_service(lang) as (_, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        summaries = [service.summary(name) for name in students] if students else list(service.summaries())
        for summary in summaries:
            student = summary.student
            lacking = [text.to(language) for text in missing(course, summary)]
            if lacking:
                if students:
                    outcomes.append({"student": student.id, "id": None, "missing": lacking})
                continue
            folder.mkdir(parents=True, exist_ok=True)  # a folder that cannot be written to fails for everybody
            with alone(student.id, failed.append):
                given = issue(course, database, summary, actor_name(), service.clock())
                path = folder / names.of(student.id, f"-{language}.pdf")
                with unfinished(path) as beside:
                    beside.write_bytes(certificate_pdf(course, given, course.zone, language))
                outcomes.append({"student": student.id, "id": given.id, "path": str(path), "missing": []})
    if as_json:
        say_json(outcomes)
    else:
        for one in outcomes:
            text = CERTIFIED if one["id"] else LACKING
            say(text.to(language).format(**{**one, "why": "; ".join(map(str, one["missing"]))}))  # type: ignore[call-overload]
    for problem in failed:
        progress(f"✗ {problem.to(language)}")
    if failed or any(one["id"] is None for one in outcomes):
        raise typer.Exit(1)


def verify_certificate(
    certificate_id: Annotated[str, typer.Argument(metavar="ID", help="The id on the certificate.")],
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Confirm a certificate from the database; exit code 1 where there is none with this id."""
    from autograder.checkin.certificate import verified

    with class_service(lang) as (_, course, _desk, database):
        language = chosen_language(lang, course.language, course.languages)
        found = verified(database, certificate_id)
    if as_json:
        known = found and {
            "id": found.id,
            "student": found.student,
            "name": found.name,
            "course": found.course,
            "weeks_percent": found.weeks_percent,
            "points": found.points,
            "given_at": found.at.isoformat(),
        }
        say_json({"genuine": found is not None, "certificate": known})
    elif found:
        date = found.at.astimezone(course.zone).strftime("%Y-%m-%d")
        values = {"weeks": found.weeks_percent, "points": found.points, "date": date}
        say(GENUINE.to(language).format(name=found.name, student=found.student, course=found.course, **values))
    else:
        progress(FORGED.to(language))
    if found is None:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    lang: LanguageOption = None,
) -> None:
    """Copy the class's database (SQLite) while it is in use; for PostgreSQL use pg_dump."""
    from autograder.store.backup import backup as make
    from autograder.store.database import class_url

    root, _, language = staff_here(lang)
    size = make(class_url(root), file)
    say(BACKED_UP.to(language).format(path=file, size=size / (1 << 20)))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    lang: LanguageOption = None,
) -> None:
    """Put a backup in the place of the class's database; what was there before is kept beside it."""
    from datetime import UTC, datetime

    from autograder.store.audit import actor_name, add_audit
    from autograder.store.backup import database_file, keep_audit
    from autograder.store.backup import restore as put_back
    from autograder.store.database import Database, class_url
    from autograder.store.records import AuditEntry

    root, _, language = staff_here(lang)
    url, now = class_url(root), datetime.now(UTC)
    kept = database_file(url).with_name(f"{database_file(url).name}.before-{now:%Y%m%dT%H%M%S}")
    put_back(url, file, kept)
    with Database(url) as database, database.writing() as connection:
        keep_audit(connection, kept)  # what was changed since the backup stays known
        add_audit(connection, [AuditEntry(now, actor_name(), "restore", new=file.name[:200])])
    say(RESTORED.to(language).format(kept=kept))
