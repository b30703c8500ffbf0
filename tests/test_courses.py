"""Small courses of another kind: plain Python and NumPy, tables, one language. They build, verify and grade in the box without Paddle."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.bundle import bundle, packages_for_students
from autograder.authoring.prose import Declarations
from autograder.authoring.record import RecordError, read_checks
from autograder.authoring.start import needs_paddle
from autograder.authoring.verify import verify_chapter
from autograder.authoring.wheel import zipped
from autograder.checks.catalogue import CheckTypeError, packaged_types
from autograder.checks.suite import CheckSuite, KitError, public_kit, read_kit
from autograder.course import check_course, load_chapter, load_course
from autograder.errors import AuthoringError
from autograder.grading.grade import grade
from autograder.grading.render import shown_lines
from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.sandbox.written_with import kits_around, written_with
from autograder.submission import RawSubmission

COURSES = Path(__file__).parent / "courses"


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(framework="python")
    yield made
    if made.zygote:
        made.zygote.close()


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory, box: Box) -> Path:
    return built("numbers", tmp_path_factory.mktemp("numbers"), box)


def built(name: str, place: Path, box: Box) -> Path:
    """Return a copy of a course, built."""
    root = place / name
    shutil.copytree(COURSES / name, root)
    course = load_course(root)
    for chapter in check_course(course, root):
        build_chapter(root, chapter, course.language, box)
    return root


def lines_of(suite: CheckSuite, box: Box, answer: str, language: str = "en") -> list[str]:
    """Return what a student reads of an answer."""
    name = f"{suite.chapter.id}.py"
    result = grade(suite, RawSubmission(Path(name), "script", name, answer.encode()), box)
    return list(shown_lines(result.findings, suite, language))


@pytest.mark.parametrize("chapter", ["neighbours", "table"])
def test_a_course_of_numbers_is_proven_like_any_other(numbers: Path, box: Box, chapter: str) -> None:
    proof = verify_chapter(numbers, chapter, box)
    assert proof.problems == []
    assert len(proof.table) >= 6


def test_a_course_in_one_language_is_proven_and_written_in_that_alone(tmp_path: Path, box: Box) -> None:
    root = built("english", tmp_path, box)
    assert verify_chapter(root, "strings", box).problems == []
    suite = public_kit(root, "strings")
    wrong = 'def count_words(text):\n    print(len(text.split()), "words")\n    return {}\n'
    said = lines_of(suite, box, wrong)
    assert any("with the keys [], expected [\"'a'\", \"'b'\"]" in line for line in said), said
    assert any("Split at white space." in line for line in said)


def test_a_text_states_the_tolerance_of_its_check(numbers: Path) -> None:
    shown = (numbers / "assignments" / "neighbours" / "neighbours.ipynb").read_text("utf-8")
    assert "允许差最大值的 1e-06 倍" in shown
    with pytest.raises(AuthoringError, match=r'has no such check; did you mean "loss\.values"\?'):
        Declarations(numbers / "source", "neighbours").tolerance("loss.value")


def test_a_course_of_plain_python_asks_nobody_for_paddle(numbers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not needs_paddle(numbers)
    assert needs_paddle(COURSES.parents[1])
    monkeypatch.chdir(numbers / "source")
    assert written_with(kits_around()) == "python"
    monkeypatch.chdir(COURSES.parents[1])
    assert written_with(kits_around()) == "paddle"


def test_a_graded_input_is_another_one_than_the_student_has(numbers: Path) -> None:
    full, shown = (read_kit(numbers / "solutions" / "neighbours" / name) for name in ("hidden.json", "checks.json"))
    assert full.checks["neighbours.labels"] != shown.checks["neighbours.labels"]
    assert "loss.refuses" not in shown.checks


def test_an_own_type_says_what_it_found_in_both_languages(numbers: Path, box: Box) -> None:
    suite = public_kit(numbers, "neighbours")
    wrong = "import numpy as np\ndef softmax(x):\n    return np.zeros_like(x)\ndef loss(w, x, y):\n    pass\nclass Nearest:\n    pass\n"
    assert any("The rows of softmax must sum to 1; they sum to [0.0" in line for line in lines_of(suite, box, wrong))
    assert any("softmax 的各行之和应为 1" in line for line in lines_of(suite, box, wrong, "zh"))


def test_a_bundle_holds_the_own_types_and_a_kit_in_it_is_read(numbers: Path, tmp_path: Path) -> None:
    files = bundle(numbers, load_course(numbers), "en")
    zip_file = tmp_path / "bundle.zip"
    zip_file.write_bytes(zipped(files))
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(tmp_path)
    suite = public_kit(tmp_path / "numbers-2026", "neighbours")
    assert type(suite.checks["loss.rows"]).__name__ == "RowsSumToOne"
    assert not (tmp_path / "numbers-2026" / "source").exists()


def test_an_own_type_that_only_a_chapter_has_is_no_public_check_of_a_bundle(
    numbers: Path, tmp_path: Path, box: Box
) -> None:
    root = tmp_path / "course"
    shutil.copytree(numbers, root)
    checks = root / "source" / "neighbours" / "checks.py"
    types = root / "source" / "check_types.py"
    checks.write_text(
        types.read_text("utf-8")
        + "\n"
        + checks.read_text("utf-8").replace("from check_types import RowsSumToOne\n", "")
    )
    types.unlink()
    build_chapter(root, "neighbours", "zh", box)
    assert verify_chapter(root, "neighbours", box, sample=100).problems == []
    with pytest.raises(
        AuthoringError, match=r"public check loss.rows is of the type 'rows_sum_to_one'.*source/check_types.py"
    ):
        bundle(root, load_course(root), "en")


def test_a_type_with_annotations_alone_stands_in_checks_py_and_a_bundle_refuses_it(tmp_path: Path, box: Box) -> None:
    root = built("types", tmp_path, box)
    full = read_kit(root / "solutions" / "exponent" / "hidden.json")
    right = (root / "solutions" / "exponent" / "exponent.py").read_text("utf-8")
    wrong = right.replace("e / e.sum(axis=1, keepdims=True)", "e")
    assert wrong != right
    for answer, points, status in ((right, 10.0, "pass"), (wrong, 0.0, "fail")):
        result = grade(full, RawSubmission(Path("exponent.py"), "script", "exponent.py", answer.encode()), box)
        assert [(finding.status, finding.points) for finding in result.findings] == [(status, points)]
    assert any("softmax gives" in line for line in lines_of(full, box, wrong))
    with pytest.raises(AuthoringError, match=r"public check softmax\.values is of the type 'softmax'.*check_types\.py"):
        bundle(root, load_course(root), "en")


def test_a_changed_own_type_makes_its_chapters_stale(numbers: Path, tmp_path: Path) -> None:
    from autograder.authoring.record import fingerprint
    from autograder.authoring.sources import stale

    root = tmp_path / "course"
    shutil.copytree(numbers, root)
    before, key = fingerprint(root, "neighbours"), read_kit(root / "solutions" / "neighbours" / "hidden.json").digest
    types = root / "source" / "check_types.py"
    types.write_text(types.read_text("utf-8").replace("1e-6", "1e-5"), "utf-8")
    assert fingerprint(root, "neighbours") != before
    assert read_kit(root / "solutions" / "neighbours" / "hidden.json").digest != key
    told = stale(root, "neighbours")
    assert told is not None
    assert "checks" in told.en


def test_a_file_of_types_that_cannot_be_imported_is_named(numbers: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(numbers, root)
    (root / "source" / "check_types.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(CheckTypeError, match=r"check_types.py:1: cannot be imported: ModuleNotFoundError"):
        read_kit(root / "solutions" / "neighbours" / "hidden.json")


def test_a_kit_with_a_type_that_is_nowhere_says_where_it_was_looked_for(numbers: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.json"
    record = json.loads((numbers / "solutions" / "neighbours" / "checks.json").read_text("utf-8"))
    file.write_text(json.dumps(record), "utf-8")
    with pytest.raises(Exception, match=r"no type of check 'rows_sum_to_one', also not in source/check_types.py"):
        read_kit(file)


def test_students_are_told_of_a_package_that_brings_a_type(
    numbers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, box: Box
) -> None:
    root = tmp_path / "numbers"
    shutil.copytree(numbers, root)
    place = tmp_path / "packages"
    (place / "more_checks-1.0.dist-info").mkdir(parents=True)
    shutil.move(root / "source" / "check_types.py", place / "more_checks.py")
    (place / "more_checks-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: more-checks\nVersion: 1.0\n"
    )
    (place / "more_checks-1.0.dist-info" / "entry_points.txt").write_text("[autograder.checks]\nmore = more_checks\n")
    checks = root / "source" / "neighbours" / "checks.py"
    checks.write_text(checks.read_text("utf-8").replace("from check_types import", "from more_checks import"), "utf-8")
    with monkeypatch.context() as with_it:
        with_it.syspath_prepend(place)
        packaged_types.cache_clear()
        build_chapter(root, "neighbours", "zh", box)
        assert packages_for_students(root, load_course(root)) == {"more-checks==1.0": ("neighbours",)}
        assert bundle(root, load_course(root), "zh")
    packaged_types.cache_clear()
    with pytest.raises(
        KitError, match=r"no type of check 'rows_sum_to_one'.*if it comes from a package, install this package first"
    ):
        public_kit(root, "neighbours")


def test_types_of_installed_packages_are_found_by_their_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more_checks.py").write_text(
        (COURSES / "numbers" / "source" / "check_types.py").read_text("utf-8"), "utf-8"
    )
    information = tmp_path / "more_checks-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: more-checks\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[autograder.checks]\nmore = more_checks\n")
    monkeypatch.syspath_prepend(tmp_path)
    packaged_types.cache_clear()
    try:
        assert packaged_types()["rows_sum_to_one"].__module__ == "more_checks"
    finally:
        packaged_types.cache_clear()


def test_a_build_stops_where_the_solution_itself_does_not_pass(tmp_path: Path, box: Box) -> None:
    root = tmp_path / "english"
    shutil.copytree(COURSES / "english", root)
    checks = root / "source" / "strings" / "checks.py"
    raising = 'from autograder.checks import refuses\nCHECKS["count.counts"] = refuses("ValueError", "count_words", case("x"))\n'
    checks.write_text(checks.read_text("utf-8") + raising, "utf-8")
    with pytest.raises(
        RecordError, match=r"does not pass count.counts: count_words\('x'\) should raise ValueError, but it did not"
    ):
        build_chapter(root, "strings", "en", box)
    assert not (root / "solutions").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "type: call, name: count_words",
            "type: cal, name: count_words",
            "chapter.yml: count.prints: there is no type of check 'cal'",
        ),
        ("value: false, printed", "values: false, printed", "chapter.yml: count.prints: Call: values: unknown key"),
        ("      - {id: counts, points: 3}", "      - {id: count, points: 3}", "count.count is missing in checks.py"),
        (
            "points: 3}",
            "points: 3, check: {type: call, name: count_words, cases: []}}",
            "count.counts stands in chapter.yml, too",
        ),
    ],
)
def test_a_check_that_stands_wrongly_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "english" / "source" / "strings"
    shutil.copytree(COURSES / "english", tmp_path / "english")
    text = (folder / "chapter.yml").read_text("utf-8")
    assert old in text
    (folder / "chapter.yml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RecordError) as caught:
        read_checks(folder, load_chapter(folder))
    assert said in str(caught.value)
