"""What SQLite says when it fails, and what to do about it. Nothing is half written: every change is a transaction."""

from __future__ import annotations

from autograder.text import Text

TO_DO = {
    "locked": Text(
        zh="另一个程序锁住了它：请结束那个程序；什么也没有丢，再运行同一条命令即可",
        en="another program keeps it locked: end that program; nothing is lost, the same command then goes on",
    ),
    "readonly": Text(
        zh="请把文件和文件夹的写权限给回来；什么也没有丢，再运行同一条命令即可",
        en="give back the right to write to the file and its folder; nothing is lost, the same command then goes on",
    ),
    "unable to open": Text(
        zh="请看文件夹是否存在、是否可写；什么也没有丢，再运行同一条命令即可",
        en="see that the folder is there and may be written to; nothing is lost, the same command then goes on",
    ),
    "full": Text(
        zh="请腾出磁盘空间；什么也没有丢，再运行同一条命令即可",
        en="make room on the disk; nothing is lost, the same command then goes on",
    ),
    "disk I/O error": Text(
        zh="磁盘满了或坏了：请先处理；什么也没有丢，再运行同一条命令即可",
        en="the disk is full or failing: check it; nothing is lost, the same command then goes on",
    ),
}
DAMAGE = ("malformed", "not a database")
SAID = Text(zh="{shown}: {said}", en="{shown}: {said}")
NEWER = Text(
    zh="{shown} 是更新的 autograder 写的 (版本 {version})；请先更新",
    en="{shown} was made by a newer autograder (version {version}); update this one",
)


def explained_failure(shown: str, said: str, damaged: Text) -> Text:
    """Return what a database said, with what to do.

    Args:
        shown: The database.
        damaged: What to do about a damaged one.
    """
    todo = next((words for sign, words in TO_DO.items() if sign in said), None)
    if todo is None and any(sign in said for sign in DAMAGE):
        todo = damaged
    text = SAID.format(shown=shown, said=said)
    return Text.joined((text, todo), "; ") if todo else text
