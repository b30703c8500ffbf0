"""Placeholders in prose: what stands in the notebook, where the picture goes, and the mistakes of authors."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from autograder.authoring.notebooks import AuthoringError, instructor_notebook, student_notebook, write_chapter
from autograder.authoring.prose import Declarations
from autograder.authoring.record import fingerprint
from autograder.course import Chapter
from autograder.grading.feedback import SafeHTMLExporter

RECORDS = Path(__file__).parents[2] / "source" / "records"
ARCHITECTURE = """\
from autograder.facts import Conv, Flatten, Linear, Network
from autograder.text import Text

TINY = Network(
    name="TinyNet",
    title=Text(zh="小网络 [1]", en="Tiny [1]"),
    input_shape=(1, 8, 8),
    layers=(Conv(100, 3), Flatten(), Linear(2)),
)
NETWORKS = {"TinyNet": TINY}
"""
PROSE = """\
# # 小章
#
# {{figure:TinyNet}}
#
# {{table:TinyNet}}
#
# {{parameters:TinyNet}} 个参数，{{ multiply_adds : TinyNet }} 次乘加
"""
DATA_ADDRESS = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


@pytest.fixture
def declared(course: Path) -> Path:
    (course / "source" / "tiny" / "architecture.py").write_text(ARCHITECTURE, "utf-8")
    return course


def with_prose(source: str, prose: str = PROSE) -> str:
    for title in ("# # 小章\n", "# # Tiny\n"):
        source = source.replace(title, prose)
    return source


def first_cell(source: str, chapter: Chapter, course: Path, language: Any = "zh") -> str:
    declarations = Declarations(course / "source", chapter.id)
    return str(instructor_notebook(source, chapter, language, declarations).cells[0].source)


def test_placeholders_become_a_picture_a_table_and_numbers(source: str, chapter: Chapter, declared: Path) -> None:
    text = first_cell(with_prose(source), chapter, declared)
    assert "![小网络 \\[1\\]：结构图，从输入 " in text
    assert " 个参数][figure-TinyNet]\n" in text
    assert "| 卷积，100 个 3x3 | [N, 100, 6, 6] | 1,000 |\n" in text
    assert "8,202 个参数，39,600 次乘加" in text
    assert "{{" not in text


def test_the_picture_stands_at_the_end_of_its_cell_and_is_svg(source: str, chapter: Chapter, declared: Path) -> None:
    *_, last = first_cell(with_prose(source), chapter, declared).splitlines()
    name, address = last.split(": ", 1)
    assert name == "[figure-TinyNet]"
    match = DATA_ADDRESS.fullmatch(address)
    assert match
    root = ElementTree.fromstring(base64.b64decode(match[1]))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_text_and_picture_are_in_the_language_of_the_build(source: str, chapter: Chapter, declared: Path) -> None:
    text = first_cell(with_prose(source), chapter, declared, "en")
    match = DATA_ADDRESS.search(text)
    assert match
    assert "| convolution, 100 of 3x3 |" in text
    assert "conv 100@3x3" in base64.b64decode(match[1]).decode()


def test_a_network_of_another_chapter_has_the_chapter_before_its_name(
    source: str, chapter: Chapter, declared: Path
) -> None:
    other = declared / "source" / "other"
    other.mkdir()
    (other / "architecture.py").write_text(ARCHITECTURE.replace("Linear(2)", "Linear(1)"), "utf-8")
    assert "4,601" in first_cell(with_prose(source, "# {{parameters:other.TinyNet}}\n"), chapter, declared)


def test_the_minimum_accuracy_comes_from_the_chapters_file(source: str, chapter: Chapter, declared: Path) -> None:
    file = declared / "source" / "tiny" / "chapter.yml"
    file.write_text(file.read_text("utf-8").replace("minimum: 0.9,", "minimum: 0.905,"), "utf-8")
    prose = "# {{accuracy:minimum}}, {{accuracy:constant}}\n"
    assert first_cell(with_prose(source, prose), chapter, declared).startswith("0.905, 0.1")


@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ("# {{accuracy:maximum}}\n", "accuracy:maximum"),
        ("# {{parameters:TinyNed}}\n", "no network 'TinyNed'; did you mean \"TinyNet\"?"),
        ("# {{parameters:Other}}\n", "it has: TinyNet"),
        ("# {{parameters:nowhere.TinyNet}}\n", "source/nowhere/architecture.py has no network 'TinyNet'; it declares"),
        ("# {{tabel:TinyNet}}\n", 'unknown placeholder; did you mean "table"?'),
        ("# see {{table:TinyNet}}\n", "needs a line of its own"),
    ],
)
def test_a_wrong_placeholder_is_named_with_the_closest_right_one(
    source: str, chapter: Chapter, declared: Path, prose: str, message: str
) -> None:
    with pytest.raises(AuthoringError) as caught:
        first_cell(with_prose(source, prose), chapter, declared)
    assert message in str(caught.value)
    assert str(caught.value).startswith("source/tiny/notebook.py: ")


def test_code_and_mathematics_keep_their_braces(source: str, chapter: Chapter, declared: Path) -> None:
    formula = "# $\\frac{{a}}{{b}}$\n"
    braces = source.replace("print(add_one(1))", 'print("{{table:TinyNet}}")')
    assert first_cell(with_prose(braces, formula), chapter, declared) == "$\\frac{{a}}{{b}}$"
    notebook = instructor_notebook(braces, chapter, "zh", Declarations(declared / "source", "tiny"))
    assert any('print("{{table:TinyNet}}")' in cell.source for cell in notebook.cells)


def test_a_question_keeps_its_picture_in_front_of_the_answer(source: str, chapter: Chapter, declared: Path) -> None:
    asked = source.replace("# 为什么是二？", "# 为什么？\n#\n# {{figure:TinyNet}}").replace(
        "# Why is", "# {{table:TinyNet}}\n#\n# Why is"
    )
    instructor = instructor_notebook(asked, chapter, "zh", Declarations(declared / "source", "tiny"))
    student = student_notebook(instructor).cells[-1].source
    assert DATA_ADDRESS.search(student)
    assert "因为一加一等于二" not in student


def test_the_students_notebook_and_the_feedback_page_show_the_picture(
    source: str, chapter: Chapter, declared: Path
) -> None:
    (declared / "source" / "tiny" / "notebook.py").write_text(with_prose(source), "utf-8")
    write_chapter(declared, chapter, "zh")
    page, _ = SafeHTMLExporter().from_filename(str(declared / "assignments" / "tiny" / "tiny.ipynb"))
    assert re.search(
        r'<img alt="小网络 \[1\]：结构图，从输入 \S+ 到输出 \S+，[\d,]+ 个参数" src="data:image/svg\+xml;base64,[^"]+"',
        page,
    )
    assert "<table>" in page


def test_an_svg_that_is_no_picture_stays_out_of_the_feedback_page() -> None:
    exporter = SafeHTMLExporter()
    script = '<svg onload="alert(1)"><script>alert(1)</script></svg><a href="data:image/svg+xml;base64,AAAA">x</a>'
    assert not re.search("<svg|<script|href", exporter.markdown2html({"cell": {}}, script))


def test_the_declaration_is_no_part_of_what_recordings_depend_on(source: str, chapter: Chapter, declared: Path) -> None:
    folder = declared / "source" / "tiny"
    (folder / "checks.py").write_text("CHECKS = {}\n", "utf-8")
    (folder / "notebook.py").write_text(source, "utf-8")
    write_chapter(declared, chapter, "zh")
    before = fingerprint(declared, "tiny")
    (folder / "architecture.py").write_text(ARCHITECTURE + "# changed\n", "utf-8")
    assert fingerprint(declared, "tiny") == before


RUN = {
    "activation": "tanh",
    "side": 28,
    "optimizer": "momentum",
    "learning_rate": 0.001,
    "seed": 1,
    "data": "palm",
    "seconds": 3.0,
    "epochs": [{"epoch": 1, "accuracy": 0.915, "auc": 0.96, "logit_range": 8.0}],
    "inside": [],
}


def test_measured_figures_come_from_recorded_runs(source: str, chapter: Chapter, declared: Path) -> None:
    shutil.copytree(RECORDS, declared / "source" / "records")
    record = declared / "docs" / "results" / "diagnosis.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"runs": [RUN]}), "utf-8")
    prose = "# {{run:diagnosis.accuracy.tanh.28}}\n#\n# {{runs:diagnosis.table}}\n"
    shown = first_cell(with_prose(source, prose), chapter, declared)
    assert shown.startswith("0.915\n\n| 激活函数，优化器 |")
    assert "| tanh, SGD 0.001 | 0.915; AUC 0.96（1 个种子） |" in shown


@pytest.mark.parametrize(
    "name",
    [
        "run:diagnosis.accuracy.tanh.56",
        "run:diagnosis.beauty.tanh.28",
        "runs:diagnosis.digits",
        "recorded:diagnosis.auc",
    ],
)
def test_a_figure_that_the_record_lacks_stops_the_build(
    source: str, chapter: Chapter, declared: Path, name: str
) -> None:
    shutil.copytree(RECORDS, declared / "source" / "records")
    record = declared / "docs" / "results" / "diagnosis.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"runs": [RUN]}), "utf-8")
    with pytest.raises(AuthoringError, match=r"source/tiny/notebook\.py: .*(diagnosis|FIGURE one of)"):
        first_cell(with_prose(source, f"# {{{{{name}}}}}\n"), chapter, declared)
