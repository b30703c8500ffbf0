"""What a check found, as a piece of plain HTML for notebooks and feedback pages.

All style stands in the elements: front ends take style sheets out of notebooks that are opened again. Text has the colour of
the page, marks have white on a colour of their own, so that it is legible on light and dark pages alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from autograder.checks.suite import CheckSuite
from autograder.grading.render import AGAIN, words_of
from autograder.grading.sizes import Table
from autograder.grading.sums import Sums, sums_of
from autograder.store.result import Finding
from autograder.text import Json, Language, Text
from autograder.untrusted.outside import plain_text

SHOWN = "autograder_page"  # in a notebook's metadata: title, language and the tasks' names; in a cell's: its card
YOURS, ASKED = Text(zh="你的", en="yours"), Text(zh="要求", en="asked for")
HERE = Text(zh="← 从这里开始不同", en="← the first difference")
STATUS = {"pass": Text(zh="通过", en="passed"), "skipped": Text(zh="未检查", en="not checked")}
FAILED = Text(zh="未通过", en="failed")
GREEN, RED, GREY = "#1a7f37", "#cf222e", "#57606a"
LINE = "1px solid rgba(128, 128, 128, 0.45)"
CELL = f"padding: 2px 8px; border: {LINE}; text-align: left; white-space: normal;"
BOX = f"border: {LINE}; border-left: 4px solid {{colour}}; padding: 6px 12px; margin: 6px 0; max-width: 56em; line-height: 1.5;"


def card(
    findings: Sequence[Finding],
    suite: CheckSuite | None,
    language: Language,
    tables: dict[str, Table] | None = None,
    note: str = "",
    *,
    graded: bool = False,
) -> str:
    """Return the card of some findings, task after task.

    Args:
        findings: what the checks found, in the chapter's order.
        kit: names the tasks and has the hints; None: the ids stand for them.
        language: of the words.
        tables: sizes to show below a finding, by check.
        note: one more line at the end, plain text.
        graded: these are the class's findings, so nothing waits for later.
    """
    parts = []
    for sums in sums_of(findings, suite, graded=graded):
        mine = [finding for finding in findings if finding.task == sums.task]
        parts.append(_task(sums, mine, suite, language, tables or {}))
    if note:
        parts.append(f'<div style="margin: 4px 0;">{escape(note)}</div>')
    return f'<div lang="{language}" class="autograder-card">{"".join(parts)}</div>'


def _task(
    sums: Sums, findings: Iterable[Finding], suite: CheckSuite | None, language: Language, tables: dict[str, Table]
) -> str:
    said: set[str] = set()
    rows = [_finding(finding, suite, language, tables.get(finding.check), said) for finding in findings]
    colour = GREEN if sums.complete else RED if sums.failed else GREY
    head = (
        f"<strong>{escape(sums.title.to(language))}</strong> <code>{escape(sums.task)}</code>"
        f" · {escape(sums.said.to(language))}"
    )
    return f'<div style="{BOX.format(colour=colour)}"><div class="autograder-head">{head}</div>{"".join(rows)}</div>'


def _finding(
    finding: Finding, suite: CheckSuite | None, language: Language, table: Table | None, said: set[str]
) -> str:
    words = words_of(finding, suite)
    mark, colour = {"pass": ("✓", GREEN), "skipped": ("–", GREY)}.get(finding.told_status, ("✗", RED))
    spoken = STATUS.get(finding.told_status, FAILED).to(language)
    name = finding.check.removeprefix(f"{finding.task}.")
    lines = [
        f'<span role="img" aria-label="{spoken}" style="display: inline-block; min-width: 1.4em; text-align: center; '
        f'border-radius: 4px; color: #ffffff; background-color: {colour}; font-weight: bold;">{mark}</span> '
        f"<code>{escape(name)}</code> {finding.points:g} / {finding.max_points:g}"
    ]
    for text, lead in ((words.message, ""), (words.hint, "→ ")):
        shown = plain_text(text.to(language))
        if shown:
            again = finding.failed and shown in said
            said.add(shown)
            shown = escape(AGAIN.to(language) if again else shown).replace("\n", "<br>")
            lines.append(f'<div style="margin-left: 2em; overflow-wrap: anywhere;">{lead}{shown}</div>')
    if table is not None:
        lines.append(_table(table, language))
    return f'<div style="margin-top: 4px;">{"".join(lines)}</div>'


def _table(table: Table, language: Language) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{text.to(language)}</th>' for text in (table.places, YOURS, ASKED))
    rows = []
    for row in table.rows:
        tint = "background-color: rgba(207, 34, 46, 0.16); font-weight: bold;" if row.marked else ""
        here = f" {HERE.to(language)}" if row.marked else ""
        cells = (row.place, row.got.to(language), row.wanted.to(language) + here)
        rows.append(
            f'<tr style="{tint}">' + "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in cells) + "</tr>"
        )
    caption = f'<caption style="text-align: left; white-space: nowrap;">{escape(table.title.to(language))}</caption>'
    return (
        f'<div style="margin: 4px 0 4px 2em; overflow-x: auto;"><table style="border-collapse: collapse; font-size: 90%; color: inherit;">'
        f"{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def shown_metadata(title: str, tasks: Mapping[str, str], language: Language) -> dict[str, Json]:
    """Return what a notebook's metadata says of its page.

    Args:
        tasks: The name of each task by its id.
    """
    return {"title": title, "tasks": dict(tasks), "language": language}
