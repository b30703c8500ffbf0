"""Class lists as spreadsheets write them."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.class_file import ClassFileError, changes, read_class_file, to_store
from autograder.checkin.weeks import WeeksError, week_numbers
from autograder.store.records import Student

HEAD = "学号,姓名,邮箱,班级\r\n"
names = st.text(st.sampled_from("张王李赵 abcé,;\"'=+-@"), max_size=12).map(str.strip)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_encodings_and_delimiters_of_spreadsheets_are_read(encoding: str, delimiter: str) -> None:
    text = f"{HEAD}s1,张三,a@b.cn,一班\r\n".replace(",", delimiter)
    found = read_class_file(text.encode(encoding))
    assert found.students == (Student("s1", "张三", "a@b.cn", "一班"),)
    assert found.bad == ()


@given(rows=st.dictionaries(st.from_regex(r"s[0-9]{1,4}", fullmatch=True), names, max_size=20))
def test_what_csv_writes_is_read_again(rows: dict[str, str]) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "name"])
    writer.writerows(rows.items())
    found = read_class_file(file.getvalue().encode())
    assert not found.bad
    assert {one.id: one.name for one in found.students} == rows


@given(content=st.binary(max_size=200))
def test_no_bytes_make_it_fail_in_another_way(content: bytes) -> None:
    for head in (b"", HEAD.encode(), HEAD.encode("gbk")):
        with contextlib.suppress(ClassFileError):
            read_class_file(head + content)


@given(known=st.sets(st.integers(1, 9)), listed=st.sets(st.integers(1, 9)), complete=st.booleans())
def test_importing_twice_changes_nothing_the_second_time(known: set[int], listed: set[int], complete: bool) -> None:
    before = {f"s{n}": Student(f"s{n}", "old") for n in known}
    file = read_class_file((HEAD + "".join(f"s{n},new\r\n" for n in sorted(listed))).encode())
    after = before | {one.id: one for one in to_store(changes(file, before, complete=complete))}
    again = changes(file, after, complete=complete)
    assert not to_store(again)
    assert {name for name, one in after.items() if one.active} >= {f"s{n}" for n in listed}


def test_weeks_are_read_as_people_write_them() -> None:
    assert week_numbers("2, 4-6,5") == [2, 4, 5, 6]
    for wrong in ("", "x", "1-", "5-3", "-1", "1000"):
        with pytest.raises(WeeksError):
            week_numbers(wrong)


def test_a_gradebook_of_canvas_has_the_name_where_others_have_the_id() -> None:
    """Its first column is called Student, and its ID is a number of Canvas's own."""
    content = "Student,ID,SIS User ID,SIS Login ID,Section\nPoints Possible,,,,\nZhang San,123,20239001,zs,A\n"
    found = read_class_file(content.encode())
    assert [(one.id, one.name, one.group) for one in found.students] == [("20239001", "Zhang San", "A")]
    assert found.bad == ()
