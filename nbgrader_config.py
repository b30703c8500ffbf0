"""How nbgrader's folders map onto this course's: the filled notebooks in solutions/ are nbgrader's source."""

import os
import re
from pathlib import Path

c = get_config()  # noqa: F821

root = Path(__file__).parent if "__file__" in globals() else Path.cwd()
found = re.search(r"(?m)^id:\s*(\S+)", (root / "course.yml").read_text("utf-8"))
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = found[1] if found else "course"
if os.environ.get("AUTOGRADER_DB"):  # the class's database where it is not gradebook.db
    c.CourseDirectory.db_url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", os.environ["AUTOGRADER_DB"])
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
# The solution module, the hidden checks and the reference's figures must never be copied beside an assignment.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.py", "hidden.json", "metrics.json", ".*.checkpoint*", "*.safetensors", "*.pdparams"]
exchange = root / ".autograder" / "exchange"
exchange.mkdir(parents=True, exist_ok=True)  # nbgrader makes no parents, and warns while the folder is missing
c.Exchange.root = str(exchange)
c.HTMLExporter.sanitize_html = True
# nbgrader's feedback template shows Markdown unsanitised; this exporter cleans it.
c.GenerateFeedback.exporter_class = "autograder.grading.feedback.SafeHTMLExporter"
# Its own autograde runs what was handed in outside the box and writes over points: `autograder grade` takes its place.
if not os.environ.get("AUTOGRADER_NBGRADER_AUTOGRADE"):
    c.Autograde.exporter_class = "autograder.grading.refusal.RefusedAutograde"
c.ExecutePreprocessor.timeout = 60
