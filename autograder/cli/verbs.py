"""The verbs of the command line, put together; each stands in a module of its own kind."""

from __future__ import annotations

import sys

import typer

from autograder.cli.appealing import appeal
from autograder.cli.asking import answer, ask
from autograder.cli.attempts import choose, received
from autograder.cli.authors import build, bundle, mistakes, verify
from autograder.cli.board import board
from autograder.cli.certificates import backup, certificate, restore, verify_certificate
from autograder.cli.checkin import calendar, checkin, status
from autograder.cli.checking import check, hint
from autograder.cli.collect import collect
from autograder.cli.data import data_app
from autograder.cli.deadlines import excuse, reopen
from autograder.cli.doctor import doctor
from autograder.cli.facts import facts
from autograder.cli.grading import export, feedback, grade
from autograder.cli.monday import monday, remind
from autograder.cli.new import init, new, rollover
from autograder.cli.own import forget, variants
from autograder.cli.report import report
from autograder.cli.results import results
from autograder.cli.returning import return_
from autograder.cli.roster import (
    audit,
    import_notes,
    import_roster,
    leave,
    makeup,
    roster,
    void,
)
from autograder.cli.rules import rules
from autograder.cli.student import submit
from autograder.cli.train import train
from autograder.cli.usage import VersionOption
from autograder.portable.older import hints_of

STUDENTS, ASSISTANTS, AUTHORS, EVERYBODY = "Students", "Teaching assistants", "Authors", "Everybody"
app = typer.Typer(
    name="autograder",
    help="Auto-graded exercises: check and hand in (students), grade (TAs), build and verify (authors).",
    epilog="Exit codes: 0, all is well; 1, something failed or needs a look (a check, a hand-in that could not be graded); "
    "2, a wrong call or a mistake in a course file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _everywhere(version: VersionOption = False) -> None:
    pass


for panel, verbs in (
    (STUDENTS, (check, hint, submit, results, appeal, checkin, status, ask, board, calendar)),
    (ASSISTANTS, (collect, received, choose, grade, feedback, return_, export)),
    (ASSISTANTS, (monday, remind, answer, roster, report, import_roster, import_notes)),
    (ASSISTANTS, (leave, makeup, reopen, excuse, void, variants, forget, rules, audit)),
    (ASSISTANTS, (certificate, verify_certificate, backup, restore)),
    (AUTHORS, (init, new, build, bundle, verify, mistakes, train, facts, rollover)),
    (EVERYBODY, (doctor,)),
):
    for verb in verbs:
        name = verb.__name__.rstrip("_").replace("_", "-")  # `return` is a word of Python's
        app.command(name, rich_help_panel=panel)(verb)
app.add_typer(data_app, rich_help_panel=EVERYBODY)
if sys.version_info < (3, 10):  # which cannot evaluate `X | None` by itself
    for command in (*app.registered_commands, *data_app.registered_commands):
        if command.callback is not None:
            command.callback.__annotations__ = hints_of(command.callback)
    _everywhere.__annotations__ = hints_of(_everywhere)
