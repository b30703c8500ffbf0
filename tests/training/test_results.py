from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.training.metrics import write_metrics
from autograder.training.results import OTHERS, PAGE, WORDS, pages, write_pages

from .course_folder import CHAPTER, make_course
from .test_metrics import history, of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    for name in ("alexnet", "reader"):
        (root / "source" / name).mkdir()
        text = CHAPTER if name == "alexnet" else CHAPTER.replace("training: {", "# {")
        (root / "source" / name / "chapter.yml").write_text(text, "utf-8")
    shutil.copy(ROOT / WORDS, root / WORDS)
    shutil.copytree(ROOT / "source/records", root / "source/records")
    return root


def test_a_course_that_says_nothing_of_its_own_gets_figures_and_no_word_of_this_one(course: Path) -> None:
    (course / WORDS).unlink()
    write_metrics(course / "solutions/alexnet/metrics.json", of(history(1, 360, 370)))
    page = pages(course)[PAGE]
    assert "| alexnet | AlexNet | 1 | 2 of 2 | 0.9250 | 0.9200 | – | 0.6 |" in page
    assert "| 1 | 0 | 211 |" in page
    assert not {"PALM", "myopia", "PM", "LeNet"} & set(page.replace("|", " ").split())


def test_a_chapter_without_a_run_says_so(course: Path) -> None:
    page = pages(course)[PAGE]
    assert "| tiny | Tiny | not run yet | – | – | – | – | 0.6 | – | – | – |" in page
    assert "| alexnet | Tiny | not run yet | – | – | – | 0.925 | 0.6 |" in page
    assert "reader" not in page
    assert page.index("| tiny") < page.index("| alexnet")  # in the order of the course


def test_measured_figures_stand_beside_the_printed_ones(course: Path) -> None:
    write_metrics(course / "solutions/alexnet/metrics.json", of(history(1, 360, 370), history(2, 372, 376)))
    texts = pages(course)
    page = texts[PAGE]
    assert "| alexnet | AlexNet | 1 | 2 of 2 | 0.9250 | 0.9200 | 0.925 | 0.6 | 0.895 | 90 |" in page
    assert "| alexnet | AlexNet | 2 | 2 of 2 | 0.9400 | 0.9200 | 0.925 | 0.6 | 0.895 | 90 |" in page
    assert "| no PM | 159 | 30 |" in page
    assert "| PM | 0 | 211 |" in page
    assert "autograder train alexnet" in page
    assert "(results/alexnet.svg)" in page
    picture = ElementTree.fromstring(texts[Path("docs/results/alexnet.svg")])
    assert len(picture.findall("{http://www.w3.org/2000/svg}circle")) == 4
    assert "seed 2" in "".join(picture.itertext())


def test_the_chinese_page_has_the_same_figures_in_chinese(course: Path) -> None:
    write_metrics(course / "solutions/alexnet/metrics.json", of(history(1, 360, 370)))
    texts = pages(course)
    english, chinese = texts[PAGE], texts[OTHERS["zh"]]
    assert "(results.zh.md)" in english
    assert "(results.md)" in chinese
    assert "| alexnet | AlexNet | 1 | 2 / 2 | 0.9250 | 0.9200 | 0.925 | 0.6 |" in chinese
    assert "| tiny | Tiny | 尚未运行 |" in chinese
    assert "**最差的**种子" in chinese
    assert "种子 1，第 2 轮（始终回答同一类的准确率：" in chinese
    rows = re.compile(r"^\|.*\d.*\|$|^!\[.*\]\((.*)\)$|^##+ ", re.MULTILINE)
    assert len(rows.findall(chinese)) == len(rows.findall(english))
    sentences = re.findall(r"^[A-Z][a-z]+ .*[a-z]\.$", re.sub(r"```.*?```", "", chinese, flags=re.S), re.MULTILINE)
    assert sentences == []  # nothing is left in English
    (course / "course.yml").write_text(
        (course / "course.yml")
        .read_text("utf-8")
        .replace("{zh: 示例, en: Demo}", "Demo")
        .replace("language: en", "languages: [en]\nlanguage: en"),
        "utf-8",
    )
    assert PAGE in (made := _english_only(course))
    assert OTHERS["zh"] not in made
    assert "results.zh.md" not in made[PAGE]


def _english_only(course: Path) -> dict[Path, str]:
    """The pages of a course whose texts stand in English alone."""
    for file in (course / "source").glob("*/chapter.yml"):
        file.write_text(re.sub(r"\{zh: [^,{}]*, en: ([^{}]*)\}", r"\1", file.read_text("utf-8")), "utf-8")
    return pages(course)


def test_a_record_may_have_one_section_for_both_pages(course: Path) -> None:
    (course / "docs/results").mkdir(parents=True)
    (course / "docs/results/sweep.json").write_text("{}", "utf-8")
    (course / "source/records/sweep.py").write_text('def section(record):\n    yield "## Sweep"\n', "utf-8")
    texts = pages(course)
    assert all("## Sweep\n" in texts[page] for page in (PAGE, OTHERS["zh"]))


def test_the_rule_is_written_down(course: Path) -> None:
    page = pages(course)[PAGE]
    assert "best epoch of the **worst** seed minus a margin" in page
    assert "never below the best constant answer plus the margin" in page


def test_writing_twice_changes_nothing_and_check_sees_a_difference(course: Path) -> None:
    write_metrics(course / "solutions/alexnet/metrics.json", of(history(1, 360, 370)))
    made = ["docs/results.md", "docs/results.zh.md", "docs/results/alexnet.svg"]
    assert write_pages(course, check=True) == made
    assert not (course / "docs").exists()
    assert write_pages(course) == made
    assert write_pages(course) == write_pages(course, check=True) == []
    write_metrics(course / "solutions/alexnet/metrics.json", of(history(1, 361, 370)))
    assert write_pages(course, check=True) == ["docs/results/alexnet.svg"]
    (course / "solutions/alexnet/metrics.json").unlink()
    assert write_pages(course) == made
    assert not (course / "docs/results/alexnet.svg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("befor: x\n", r'source/results\.yml: unknown key befor; did you mean "before"'),
        ("printed: [1]\n", r"source/results\.yml: printed must be a mapping of chapters"),
        ("after: '{{runs:rates.all}}'\n", r"runs:rates\.all: write RECORD\.NAME, where source/records/RECORD\.py"),
        ("after: '{{table:Tiny}}'\n", r"\{\{table:Tiny\}\}: unknown placeholder; there is recorded, time"),
    ],
)
def test_what_the_course_says_wrongly_of_its_results_is_named(course: Path, words: str, said: str) -> None:
    (course / WORDS).write_text(words, "utf-8")
    with pytest.raises(AutograderError, match=said):
        pages(course)
    assert not (course / "docs").exists()


def test_texts_beside_the_figures_quote_recorded_runs(course: Path) -> None:
    (course / "docs/results").mkdir(parents=True)
    (course / "docs/results/sweep.json").write_text('{"best": 0.75}', "utf-8")
    (course / WORDS).write_text(
        'before: "Best {{recorded:sweep.best}}.\\n"\nafter: "Off by {{interval:0.5.100}}."\n', "utf-8"
    )
    page = pages(course)[PAGE]
    assert "Best 0.75.\n" in page
    assert "Off by 0.098." in page
    (course / WORDS).write_text('before: {zh: "最高 {{recorded:sweep.best}}。", en: "Best."}\n', "utf-8")
    assert "最高 0.75。" in pages(course)[OTHERS["zh"]]
