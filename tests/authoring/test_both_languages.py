"""What is wrong in a file of an author is said in Chinese as in English: place and key are the same, and no sentence is left."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.examples import read_examples
from autograder.authoring.notebooks import instructor_notebook
from autograder.authoring.prose import Declarations
from autograder.authoring.record import read_checks
from autograder.course import load_chapter, load_course
from autograder.data.dataset import open_set
from autograder.data.errors import DataError
from autograder.errors import AutograderError
from autograder.facts import FactsError, read_networks
from autograder.text import Text
from tests.authoring.conftest import CHAPTER as TINY
from tests.authoring.conftest import NOTEBOOK
from tests.authoring.test_mistakes import CHAPTER as ONE
from tests.authoring.test_mistakes import ENTRY, SOLUTION
from tests.cli.class_folder import Run, Verbs
from tests.course.conftest import CHAPTER, COURSE, edited
from tests.facts.test_reading import GOOD

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|\([^()]*\)")
SENTENCE = re.compile(r"[a-z]+ [a-z]+")  # two words with a space between them
CHANGE = "      - {from: total = 0, to: total = 1}\n"


def says(said: Text, chinese: str, english: str) -> None:
    assert chinese in said.zh
    assert english in said.en


def told(load: Callable[[], object]) -> Text:
    """Return what loading says, after a look at what every such message has."""
    with pytest.raises(AutograderError) as caught:
        load()
    said = caught.value.said
    assert said.en == str(caught.value)
    assert len(said.zh.splitlines()) == len(said.en.splitlines())
    for chinese, english in zip(said.zh.splitlines(), said.en.splitlines(), strict=True):
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert not SENTENCE.search(QUOTED.sub("", chinese)), chinese
        place = chinese.partition(": ")[0]
        assert english.startswith(f"{place}: ")
    return said


@pytest.mark.parametrize(
    ("old", "new", "chinese", "english"),
    [
        ("timezone: Asia/Shanghai\n", "", "course.yml:1: timezone: 缺少这个键", "this key is missing"),
        ("language: zh", "language: fr", 'languages: 里没有 "fr"；有：en, zh', "there is no language in languages:"),
        ("timezone", "timezon", '没有这样的键；是不是 "timezone"?', 'unknown key; did you mean "timezone"?'),
        ("weight: 2", "weight: two", '必须是数，不能是 "two"', 'must be a number, not "two"'),
        ("weight: 2", "weight: 0", "必须大于 0，不能是 0", "must be above 0, not 0"),
        ("weight: 2", "weight: [2]", "必须是数，不能是 YAML 列表", "must be a number, not a list"),
        ("{zh: 示例, en: Demo}", "Demo", "必须是映射，键有：zh, en；不能是 ", "must be a mapping with the keys zh, en"),
        ("{zh: 示例, en: Demo}", "{zh: 示例, en: ' '}", "title.en: 不能为空", "must not be empty"),
        ("2026-09-21T00:00:00+08:00", "2026-09-21", "没有写时区偏移；请写成 2026", "has no zone offset; write it like"),
        ("2026-10-11T23", "2026-08-11T23", "必须晚于 opens", "must be later than opens"),
        ("Asia/Shanghai", "Beijing", '不是 IANA 时区；是不是 "Asia/Shanghai"?', "is no IANA time zone; did you mean"),
        ("id: lenet", "id: reader", '"reader" 已经是 chapters[0] 的 id', "is already the id of chapters[0]"),
        ("id: lenet", "id: LeNet", "必须由小写字母、数字和 _ 组成", "must be small letters, digits and _"),
        ("language: zh", "language: zh\nid: again", "这个键在第 1 行已经有了", "already there, on line 1"),
        (
            "language: zh",
            "language: zh\nlate: {attempt: worst}",
            "必须是 'best'、'last'、'best_on_time'、'chosen' 之一",
            "must be one of 'best', 'last', 'best_on_time' or 'chosen', not",
        ),
    ],
)
def test_course_yml(tmp_path: Path, old: str, new: str, chinese: str, english: str) -> None:
    (tmp_path / "course.yml").write_text(edited(COURSE, (old, new)), "utf-8")
    says(told(lambda: load_course(tmp_path)), chinese, english)


@pytest.mark.parametrize(
    ("old", "new", "chinese", "english"),
    [
        ("data: palm", "data: plam", '没有 "plam" 这个数据集；是不是 "palm"?', 'no data set "plam"; did you mean'),
        ("points: 10", "points: 11", "这个任务有 11 分，各项检查加起来却是 10 分", "its checks add up to 10"),
        ("points: 10", "points: ten", '必须是数，不能是 "ten"', "must be a number"),
        ("    names: [transform_img]\n", "", "代码任务至少要列出一个", "a code task lists at least one"),
        (
            "    kind: written\n",
            "    kind: writen\n",
            "必须是 'code'、'written' 之一",
            "must be one of 'code' or 'written'",
        ),
        ("    question_guide: {zh: 评分, en: Marking}\n", "", "问答任务要给助教写评分要点", "needs a marking guide"),
        ("  task: transform", "  task: transfrom", '没有 "transfrom" 这个代码任务；是不是', "there is no code task"),
        ("data: palm\n", "", "没有数据的章节没有准确率", "a chapter without data has no accuracy"),
        ("hint: {zh: 形状, en: shape}", "hint: {zh: 形状}", "hint.en: 缺少这个键", "this key is missing"),
        ("{id: shape", "{id: range", '"range" 已经是 checks[0] 的 id', "is already the id of checks[0]"),
        ("minimum: 0.9", "minimum: 90", "最多是 1，不能是 90", "must be at most 1, not 90"),
        ("title: {zh: 读取", "id: reader\ntitle: {zh: 读取", "不能写这个键；它总是 reader", "it is always reader"),
        ("[transform_img]", "[class]", "必须是 Python 的类名或函数名", "the name of a Python class or function"),
    ],
)
def test_chapter_yml(tmp_path: Path, old: str, new: str, chinese: str, english: str) -> None:
    folder = tmp_path / "source" / "reader"
    folder.mkdir(parents=True)
    (folder / "chapter.yml").write_text(edited(CHAPTER, (old, new)), "utf-8")
    (tmp_path / "course.yml").write_text(COURSE + "datasets: {palm: palm:Palm}\n", "utf-8")
    says(told(lambda: load_chapter(folder)), chinese, english)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (ENTRY + CHANGE.replace("= 0", "= 3"), "没有这段代码：在参考答案的任务 first 里", "fits nowhere in task first"),
        (ENTRY + CHANGE.replace("total = 0", "total"), "这段代码有 4 处", "fits 4 times"),
        ((ENTRY + CHANGE).replace("first.v", "firts.v"), "'firts' 不是有代码的任务", "'firts' is no task with code"),
        ((ENTRY + CHANGE).replace("first.value", "first.valeu"), "chapter.yml 里的检查；是不是", "is no check of"),
        (ENTRY + CHANGE.replace("from", "form"), 'form: 没有这样的键；是不是 "from"?', "unknown key"),
        ((ENTRY + CHANGE).replace("[first.value]", "[]"), "kills: 至少要有一项", "must have at least one entry"),
    ],
)
def test_mistakes_yml(tmp_path: Path, text: str, chinese: str, english: str) -> None:
    files = {"source/one/chapter.yml": ONE, "solutions/one/one.py": SOLUTION, "source/one/mistakes.yml": text}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    says(told(lambda: read_examples(tmp_path, "one")), chinese, english)


@pytest.mark.parametrize(
    ("old", "new", "chinese", "english"),
    [
        ('# %% check="add_one"', "# %%", "任务 'add_one' 没有 check=\"add_one\" 的单元", "has no cell check="),
        (
            '# %% task="add_one"',
            '# %% task="add_two"',
            "不是 chapter.yml 里的任务，那里有",
            "is no task of chapter.yml",
        ),
        ('# %% check="training"', '# %% check="add_one"', "有两个单元是 check='add_one'", "two cells are"),
        ("    ### END SOLUTION\n", "", "之后都要有一行 ### END SOLUTION", "needs a line ### END SOLUTION"),
        (
            '# %% [markdown] lang="en"\n# # Tiny\n',
            "",
            '1 个 lang="zh" 和 0 个 lang="en"',
            '1 with lang="zh" and 0 with',
        ),
        ("# # Tiny", "# # Tiny {{parameter:LeNet}}", '没有这种占位符；是不是 "parameters"?', "unknown placeholder"),
        ("# # Tiny", "# # Tiny {{parameters:LeNet}}", "没有网络 'LeNet'；那里没有声明网络", "it declares none"),
        ("# # Tiny", "# Tiny {{figure:LeNet}}", "要单独占一行", "needs a line of its own"),
        ("# # Tiny", "# # Tiny {{constants:paper}}", "里要有 `variants`", "must have `variants`"),
    ],
)
def test_notebook_py(tmp_path: Path, old: str, new: str, chinese: str, english: str) -> None:
    folder = tmp_path / "source" / "tiny"
    folder.mkdir(parents=True)
    (folder / "chapter.yml").write_text(TINY, "utf-8")
    (tmp_path / "course.yml").write_text("id: tiny-2026\ndatasets: {mnist: mnist:Mnist}\n", "utf-8")
    declarations = Declarations(tmp_path / "source", "tiny")
    source, chapter = edited(NOTEBOOK, (old, new)).replace(old, new), load_chapter(folder)
    says(told(lambda: instructor_notebook(source, chapter, "en", declarations)), chinese, english)


@pytest.mark.parametrize(
    ("file", "old", "new", "chinese", "english"),
    [
        ("chapter.yml", "type: call", "type: cal", "没有检查类型 'cal'", "there is no type of check 'cal'"),
        ("chapter.yml", "value: false, printed", "values: false, printed", "Call: values: 没有这样的键", "unknown key"),
        (
            "chapter.yml",
            "{id: counts, points: 3}",
            "{id: count, points: 3}",
            "checks.py 里没有 count.count",
            "is missing",
        ),
        ("checks.py", "CHECKS = {", "CHECK = {", "没有字典 CHECKS", "it has no dict CHECKS"),
        ("checks.py", "CHECKS = {", "CHECKS = {{", "不能导入：SyntaxError: ", "cannot be imported: SyntaxError: "),
        ("checks.py", "CHECKS = {", "CHECKS = {'count.prints': 3,", "`check:`；请只留一个", "`check:`; keep one"),
    ],
)
def test_checks(tmp_path: Path, file: str, old: str, new: str, chinese: str, english: str) -> None:
    shutil.copytree(Path(__file__).parents[1] / "courses" / "english", tmp_path / "english")
    folder = tmp_path / "english" / "source" / "strings"
    (folder / file).write_text(edited((folder / file).read_text("utf-8"), (old, new)), "utf-8")
    with pytest.raises(AutograderError) as caught:
        read_checks(folder, load_chapter(folder))
    assert chinese in caught.value.said.zh
    assert english in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "chinese", "english"),
    [
        ("Conv(2, 3)", "Conv(2, 30)", "Net：Conv：边长 8、填充 0 的图放不下 30 的窗口", "Net: Conv: a window of 30"),
        ("Conv(2, 3)", "Linear(2)", "Linear：输入应为向量，不是 (1, 8, 8)", "Linear: it takes a vector, not (1, 8, 8)"),
        ("NETWORKS =", "NETS =", "要有 NETWORKS，即从名字到 Network 的映射", "needs NETWORKS, a mapping from"),
        ('{"Net":', '{"Other":', "NETWORKS['Other'] 是网络 'Net'；请只用一个名字", "is the network 'Net'; use one"),
        ("NETWORKS =", "NETWORKS = 1 /", "不能导入：TypeError: ", "cannot be imported: TypeError: "),
    ],
)
def test_architecture_py(tmp_path: Path, old: str, new: str, chinese: str, english: str) -> None:
    text = GOOD.replace("import Conv,", "import Conv, Linear,")
    (tmp_path / "architecture.py").write_text(edited(text, (old, new)), "utf-8")
    with pytest.raises(FactsError) as caught:
        read_networks(tmp_path)
    assert chinese in caught.value.said.zh
    assert english in str(caught.value)


@pytest.mark.parametrize(
    ("place", "code", "chinese", "english"),
    [
        (
            "points:Points",
            "",
            "points.py 不存在；course.yml 的 datasets 写着 own",
            "points.py does not exist; datasets in",
        ),
        ("points:Points", "Point = 1", "里没有类 Points", "has no class Points, which datasets"),
        ("points:Points", "class Points: pass", "Points 缺少 splits, load", "Points lacks splits, load"),
        (
            "points:Points",
            "from autograder.data import DataSet\nclass Points(DataSet): pass",
            "没有 load；请写上",
            "no load",
        ),
    ],
)
def test_a_class_of_a_data_set(tmp_path: Path, place: str, code: str, chinese: str, english: str) -> None:
    if code:
        (tmp_path / "source" / "datasets").mkdir(parents=True)
        (tmp_path / "source" / "datasets" / "points.py").write_text(code, "utf-8")
    with pytest.raises(DataError) as caught:
        open_set(tmp_path, {"own": place}, "own", tmp_path)
    assert chinese in caught.value.said.zh
    assert english in str(caught.value)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in a course whose chapter and course.yml may be spoilt."""
    folder = tmp_path / "source" / "reader"
    folder.mkdir(parents=True)

    def given(course: str, chapter: str, *words: str, **environment: str) -> tuple[int, str]:
        (tmp_path / "course.yml").write_text(course, "utf-8")
        (folder / "chapter.yml").write_text(chapter, "utf-8")
        verbs = Verbs(tmp_path, monkeypatch, capsys)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        done = verbs(*words)
        return done.code, done.err

    return given


ALONE = COURSE.replace(
    "  - id: lenet\n    opens: 2026-09-21T00:00:00+08:00\n    due: 2026-10-11T23:59:59+08:00\n    weight: 2\n", ""
)


def test_the_command_says_it_in_the_language_of_its_reader(broken: Run) -> None:
    course, chapter = ALONE + "datasets: {palm: palm:Palm}\n", edited(CHAPTER, ("points: 10", "points: 11"))
    for language, said in (
        ("zh", "source/reader/chapter.yml:6: tasks[0].points: 这个任务有 11 分，各项检查加起来却是 10 分\n"),
        ("en", "source/reader/chapter.yml:6: tasks[0].points: the task has 11 points, but its checks add up to 10\n"),
    ):
        code, error = broken(course, chapter, "build", AUTOGRADER_LANG=language)
        assert code != 0
        assert error.endswith(said)


def test_a_course_that_cannot_be_read_is_told_in_the_language_that_it_names(broken: Run) -> None:
    spoilt = edited(ALONE, ("timezone", "timezon"))
    assert "没有这样的键" in broken(spoilt, CHAPTER, "build")[1]
    assert "unknown key" in broken(spoilt, CHAPTER, "build", AUTOGRADER_LANG="en")[1]
    assert "unknown key" in broken(edited(spoilt, ("language: zh", "language: en")), CHAPTER, "build")[1]
