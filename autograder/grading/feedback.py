"""Feedback pages: the graded notebook, made to HTML by nbgrader."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.grading.attempts import FeedbackError, autograded_path, student_path
from autograder.grading.markdown import cleaner
from autograder.grading.page import page_of
from autograder.store.alone import ABOUT, alone
from autograder.text import Text
from autograder.untrusted.limited import Limits, limited
from autograder.untrusted.outside import plain_text

PAGE_LIMITS = Limits(cpu_seconds=10, memory_mib=2048, wall_seconds=120, answer_mib=64)
_PAST_LIMITS = re.compile(rf"\b{re.escape(limited.__module__)}\.(?:OverLimit|WorkDied|WorkFailed): (.*)")
MISSING = Text(
    zh="{chapter}: 有 {count} 名学生的反馈页没有做成：{said}",
    en="no feedback for {chapter} of {count} students: {said}",
)


def make_feedback(root: Path, chapter_id: str, students: Sequence[str] | None = None) -> list[Path]:
    """Make `feedback/<student>/<chapter>/<chapter>.html` with nbgrader's GenerateFeedback; return the files.

    Points and the TAs' comments come from the gradebook. Not for several threads: nbgrader changes the working folder.

    Args:
        root: the course folder; settings come from its nbgrader_config.py.
        chapter_id: the chapter.
        students: for whom; None for everybody with a graded notebook.

    Raises:
        PagesMissing: pages that could not be made; the others are made all the same.
    """
    root = root.resolve()
    if students is None:
        students = sorted(
            folder.name
            for folder in (root / "autograded").glob("*/")
            if autograded_path(root, folder.name, chapter_id).is_file()
        )
    config = _config(root)
    made: list[Path] = []
    problems: list[Text] = []
    for student in students:
        with alone(student, problems.append):
            if problem := _generate(config, root, chapter_id, student):
                problems.append(ABOUT.format(who=student, said=problem))
            else:
                made.append(student_path(root, "feedback", student, chapter_id, ".html"))
    if problems:
        raise PagesMissing(chapter_id, problems, made)
    return made


class PagesMissing(FeedbackError):
    """Some pages could not be made.

    Attributes:
        problems: A line for each.
        made: The pages of the others.
    """

    def __init__(self, chapter_id: str, problems: Sequence[Text], made: Sequence[Path]) -> None:
        said = Text.joined(problems, "; ")
        super().__init__(MISSING.format(chapter=chapter_id, count=len(problems), said=said))
        self.problems, self.made = tuple(problems), tuple(made)


class SafeHTMLExporter(HTMLExporter):
    """A graded notebook as a page of our own, with everything that comes out of Markdown cleaned, and of bounded size.

    nbgrader's own template loads scripts from elsewhere, and shows Markdown cells without asking whether it is harmless.
    """

    @property
    def template(self) -> Any:
        """The template of a page, which is filled in a process with limits."""
        return _Limited(lambda nb, resources: page_of(nb, resources, lambda source: self.markdown2html({}, source)))

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return the HTML of a Markdown text, harmless."""
        try:
            html = super().markdown2html(context, source)
        except Exception:  # a picture that is not there, brackets a thousand deep: then the text as it was written
            html = f"<pre>{escape(source)}</pre>"
        return cleaner().clean(html)


class _Limited:
    """A template that is filled in a process with limits. The database is asked before: no copy of a process may do that."""

    def __init__(self, fill: Callable[[Any, Any], str]) -> None:
        self._fill = fill

    def render(self, nb: Any, resources: Any) -> str:
        """Return the page; raises `OverLimit`, `WorkDied` or `WorkFailed`."""
        page, _ = limited(lambda _: (self._fill(nb, resources), ()), None, PAGE_LIMITS)
        return str(page)


def _config(root: Path) -> Config:
    config = Config()
    if (root / "nbgrader_config.py").is_file():
        config.merge(PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.autograded_directory = "autograded"
    config.CourseDirectory.feedback_directory = "feedback"
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.embed_images = False  # it would put files of this machine into the page
    config.HTMLExporter.template_name = "feedback"
    config.GenerateFeedback.exporter_class = SafeHTMLExporter
    return config


def _generate(config: Config, root: Path, chapter_id: str, student: str) -> str:
    """Make one page; return what went wrong, empty when nothing did."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    if set(student) & set("[]*?") or student != student.strip() or not student.isprintable():
        return "nbgrader finds no folder with one of [ ] * ? or unseen characters in its name; rename it"
    if not autograded_path(root, student, chapter_id).is_file():
        return "nothing graded yet; run `autograder grade`"
    folder = CourseDirectory(config=config)
    folder.student_id, folder.assignment_id = student, chapter_id
    converter = GenerateFeedback(coursedir=folder, config=config)
    converter.force = True
    outcome = capture_log(converter)
    if outcome["success"]:
        return ""
    log = str(outcome.get("log", ""))
    if past := _PAST_LIMITS.search(f"{log}\n{outcome.get('error', '')}"):
        told = plain_text(past[1])[:200]
        return f"the page could not be made within its limits ({told}); look at the notebook in autograded/"
    if "MissingEntry" in log:
        return "no points in the gradebook; run `autograder grade`"
    lines = [line for line in f"{log}\n{outcome.get('error', '')}".splitlines() if line.strip()]
    return plain_text("; ".join(dict.fromkeys([*lines[:1], *lines[-1:]])))  # what is between is a traceback
