"""`autograder data` as it is typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autograder.cli.common import UsageError
from autograder.cli.data import data_app
from tests.data.official import FEW, write_archives
from tests.data_sets import PALM, SETS_OF_COURSE, PalmFolders, generate_palm, prepare_palm, with_sets

pytestmark = pytest.mark.usefixtures("unset_data_variable")
COURSE = (
    """\
id: palm-test
title: {zh: 课, en: course}
timezone: Asia/Shanghai
language: en
chapters: [{id: reader, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00, weight: 1}]
data: images
"""
    + SETS_OF_COURSE
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "course.yml").write_text(COURSE, "utf-8")
    with_sets(folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("AUTOGRADER_LANG", raising=False)
    return folder


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verb take a small set for the official one."""

    def prepare(source, data_folder, size, **more):  # type: ignore[no-untyped-def]
        return prepare_palm(source, data_folder, size, FEW, **more)

    monkeypatch.setattr(f"{PALM}.preparing.prepare_palm", prepare)
    monkeypatch.setattr(f"{PALM}.completeness.OFFICIAL", FEW)


def data(*words: str) -> Result:
    return CliRunner().invoke(data_app, list(words))


@pytest.mark.usefixtures("few")
def test_prepare_writes_where_the_course_looks_and_says_what_comes_next(course: Path) -> None:
    write_archives(course / "downloads")
    done = data("prepare", "palm", "--from", "downloads")
    assert done.exit_code == 0, done.output
    assert "10 in all (10 written, 0 there before)" in done.output
    assert "[10/10] V0004.jpg" in done.output
    assert (course / "images" / "palm" / "labels.csv").is_file()
    again = data("prepare", "palm", "--from", "downloads", "--lang", "zh")
    assert "已经完整" in again.output


@pytest.mark.usefixtures("course", "few")
def test_prepare_writes_where_the_variable_points_also_when_it_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "big disk"))
    assert data("prepare", "palm", "--from", str(write_archives(tmp_path / "d"))).exit_code == 0
    assert (tmp_path / "big disk" / "palm").is_dir()


@pytest.mark.usefixtures("few")
def test_prepare_reduces_to_the_size_that_is_asked_for(course: Path) -> None:
    write_archives(course / "downloads")
    assert data("prepare", "palm", "--from", "downloads", "--to", "kept", "--size", "original").exit_code == 0
    refused = data("prepare", "palm", "--from", "downloads", "--to", "x", "--size", "huge").exception
    assert isinstance(refused, UsageError)  # for which the command ends with 2
    assert "16 到 4096 的像素数" in refused.said.zh
    assert not (course / "x").exists()


def test_prepare_says_what_is_wrong_in_the_language_of_the_course_or_the_asked_one(course: Path) -> None:
    (course / "downloads").mkdir()
    failed = data("prepare", "palm", "--from", "downloads")
    assert failed.exit_code == 1
    assert "put training.zip there, packed or unpacked" in failed.output
    assert "请把 training.zip 放进去" in data("prepare", "palm", "--from", "downloads", "--lang", "zh").output
    assert "lacks train-images-idx3-ubyte.gz" in data("prepare", "mnist", "--from", "downloads").output
    assert data("prepare", "mnist", "--from", "downloads").exit_code == 1


def test_an_interruption_is_told_with_how_to_go_on(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{PALM}.preparing.prepare_palm", interrupt)
    done = data("prepare", "palm", "--from", str(course))
    assert done.exit_code == 130
    assert "the same command goes on from there" in done.output


def test_check_is_content_with_generated_images(course: Path, small_palm: PalmFolders, small_mnist: Path) -> None:
    shutil.copytree(small_palm.root, course / "images" / "palm")
    shutil.copytree(small_mnist, course / "images" / "mnist")
    done = data("check")
    assert done.exit_code == 0, done.output
    assert "palm (generated): 0 things found" in done.output
    found = json.loads(data("check", "--json").stdout)
    assert [(one["set"], one["state"], one["faults"]) for one in found["sets"]] == [
        ("palm", "generated", []),
        ("mnist", "generated", []),
    ]


def test_check_fails_when_something_spoils_grading(course: Path) -> None:
    folders = generate_palm(course / "images", training=6, validation=4)
    shutil.copy(folders.training / "P0001.jpg", folders.training / "P0002.jpg")
    assert data("check").exit_code == 0
    (folders.training / "N0001.jpg").write_bytes(b"")
    done = data("check")
    assert done.exit_code == 1
    assert "✗ unreadable" in done.output
    assert "P0001=P0002" in done.output
    record = json.loads(data("check", "--json", "--lang", "zh").stdout)
    assert record["spoiled"] is True
    assert record["sets"][0]["faults"][0]["files"] == ["PALM-Training400/N0001.jpg"]
    assert "读不出来" in record["sets"][0]["faults"][0]["text"]


def test_check_of_half_a_set_fails(course: Path) -> None:
    (course / "images" / "palm").mkdir(parents=True)
    done = data("check")
    assert done.exit_code == 1
    assert "incomplete" in done.output


@pytest.mark.usefixtures("course")
def test_a_variable_that_names_no_folder_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "gone"))
    done = data("check")
    assert done.exit_code == 1
    assert "AUTOGRADER_DATA names" in done.output


def test_where_there_is_nothing_it_is_said_how_to_get_it(course: Path) -> None:
    for verb in ("check", "where"):
        done = data(verb)
        assert done.exit_code == 0
        assert "autograder data prepare" in done.output
    assert not (course / ".autograder").exists()


def test_where_tells_folder_and_counts(course: Path, small_palm: PalmFolders) -> None:
    shutil.copytree(small_palm.root, course / "images" / "palm")
    done = data("where")
    assert f"palm (generated): {course / 'images' / 'palm'}" in done.output
    assert "of these pathologic myopia 4" in done.output
    assert json.loads(data("where", "--json").stdout)[0]["counts"]["validation"] == 6


def test_show_writes_a_contact_sheet(course: Path, small_palm: PalmFolders, small_mnist: Path) -> None:
    shutil.copytree(small_palm.root, course / "images" / "palm")
    shutil.copytree(small_mnist, course / "images" / "mnist")
    done = data("show", "--each", "2")
    assert "pathologic myopia: 2 / 4" in done.output
    assert (course / "palm-training.png").read_bytes().startswith(b"\x89PNG")
    assert data("show", "--set", "validation", "--out", "v.png").exit_code == 0
    assert (course / "v.png").is_file()
    assert data("show", "--set", "test").exit_code == 1


def test_a_set_that_the_course_does_not_list_is_told(course: Path) -> None:
    failed = data("prepare", "flowers", "--from", str(course))
    assert failed.exit_code == 1
    assert "course.yml has no data set 'flowers' in datasets: mnist, palm" in failed.output


def test_a_course_without_data_sets_says_where_they_are_listed(course: Path) -> None:
    (course / "course.yml").write_text(COURSE.replace(SETS_OF_COURSE, ""), "utf-8")
    for words in (["check"], ["where"], ["show"]):
        assert (
            "datasets: in course.yml lists them"
            in data(*words, *([] if words == ["show"] else ["--lang", "en"])).output
        )


def test_a_notebook_of_an_earlier_edition_is_told_where_its_imports_went() -> None:
    with pytest.raises(ImportError, match=r"较早的版本.*open_data.*\.new\.ipynb"):
        exec("from autograder.data import ensure_data, training_images", {})
    with pytest.raises(ImportError, match="cannot import name"):
        exec("from autograder.data import what_never_was", {})
