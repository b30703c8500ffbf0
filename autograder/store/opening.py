"""Opening the class's database; an emptied one is not taken for a new one, nor that of another course for this one's."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.store.database import Database, DatabaseError, class_url
from autograder.store.tables import salts
from autograder.text import Text

EMPTIED = Text(
    zh="{file}: 它是空的，但这个班已经评过分 ({traces} 里有评过的笔记本)：磁盘满了或网络文件夹会留下这样的文件。"
    "`autograder restore 备份文件` 用备份替换它。没有备份，又要全部从头评分 (按今天算迟交)，才删掉这个文件；什么也没有改动",
    en="{file}: it is empty, but the class was graded ({traces} holds graded notebooks): a full disk or a network folder "
    "leaves such a file. `autograder restore BACKUP` puts a backup in its place. Where there is no backup and every "
    "grade shall begin again, with the lateness of today, delete the file; nothing was changed",
)
OF_ANOTHER = Text(
    zh="{shown} 是另一门课 {others} 的数据库，这里是 {own}：两门课的成绩不能混在一起，什么也没有改动。"
    "请换一个数据库 (课程文件夹里的 gradebook.db，或 AUTOGRADER_DB)；如果只是改了 course.yml 的 id，请改回去",
    en="{shown} is the database of another course, {others}, and this is {own}: their results must not mix, and nothing was changed. "
    "Use another database (gradebook.db in the course folder, or AUTOGRADER_DB); if `id` in course.yml was changed, put it back",
)
ID = re.compile(r"^id:[ \t]*(['\"]?)([^'\"\s#]+)\1", re.MULTILINE)
TRACES = ("autograded", ".autograder/attempts")


def class_database(root: Path) -> Database:
    """Open the class's database of a course folder.

    Raises:
        DatabaseError: For one that lost all it had, or is another course's.
    """
    refuse_emptied(root)
    database = Database(class_url(root))
    try:
        refuse_another_course(database, root)
    except BaseException:
        database.close()
        raise
    return database


def refuse_another_course(database: Database, root: Path) -> None:
    """Raise `DatabaseError` where another course was graded in a database, and the one in `root` never was."""
    file = root / "course.yml"
    found = ID.search(file.read_text("utf-8-sig")) if file.is_file() else None
    if found is None:
        return  # written in another form, or not at all
    with database.reading() as connection:
        graded = sorted(connection.execute(select(salts.c.course)).scalars())
    if graded and found[2] not in graded:
        raise DatabaseError(OF_ANOTHER.format(shown=database.shown, others=", ".join(graded), own=found[2]))


def refuse_emptied(root: Path) -> None:
    """Raise `DatabaseError` where the database is a file without tables in a course folder that was graded."""
    try:
        url = make_url(class_url(root))
    except (ArgumentError, ValueError):
        return  # whoever opens it says what is wrong with it
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    file = Path(url.database)
    traces = next((name for name in TRACES if _holds_something(root / name)), None)
    if traces and file.is_file() and not _has_tables(file):
        raise DatabaseError(EMPTIED.format(file=file, traces=traces))


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and next(folder.glob("*/*/*.ipynb"), None) is not None


def _has_tables(file: Path) -> bool:
    """Tell whether a database has tables; True for what is no database: opening it says so."""
    if file.stat().st_size == 0:
        return _size(file.with_name(f"{file.name}-wal")) > 0
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return True


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
