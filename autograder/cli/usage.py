"""What was typed wrongly, an option or a verb that does not exist: said in the course's language, with the verb's help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from autograder import __version__
from autograder.text import Text

HELP = Text(zh="{said}\n用法：{command} --help", en="{said}\nhelp: {command} --help")
ABORTED = Text(zh="已中止", en="stopped")
CHINESE = (  # of what typer and pydantic say; the first that fits
    (r"Missing argument (.+?)\.( .*)?", r"缺少参数 \1"),
    (r"Missing option (.+?)\.( .*)?", r"缺少选项 \1"),
    (r"Missing command\.", "缺少命令"),
    (r"Option (.+) requires an argument\.", r"选项 \1 后面要写一个值"),
    (r"Option (.+) does not take a value\.", r"选项 \1 后面不能写值"),
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"没有选项 \1；是不是 \2?"),
    (r"No such option: (.+)", r"没有选项 \1"),
    (r"No such command (.+)\. Did you mean (.+)\?", r"没有命令 \1；是不是 \2?"),
    (r"No such command (.+)\.", r"没有命令 \1"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.+)\)", r"多了参数：\1"),
    (r"Invalid value for (.+?): Input should be a valid integer.*", r"\1 的值不对：要写整数"),
    (r"Invalid value for (.+?): Input should be a valid number.*", r"\1 的值不对：要写数"),
    (r"Invalid value for (.+?): Input should be greater than or equal to (.+)", r"\1 的值不对：至少是 \2"),
    (r"Invalid value for (.+?): Input should be less than or equal to (.+)", r"\1 的值不对：最多是 \2"),
    (r"Invalid value for (.+?): \S+ (.+) does not exist\.", r"\1 的值不对：没有 \2"),
    (r"Invalid value for (.+?): (.+)", r"\1 的值不对：\2"),
    (r"Invalid value: (.+)", r"用法不对：\1"),
)


def usage_said(message: str, command: str) -> Text:
    """Return what typer says about the words of a command in both languages, and how to see the help of `command`.

    What is not known here stays in English.
    """
    chinese = (re.sub(pattern, said, message) for pattern, said in CHINESE if re.fullmatch(pattern, message))
    return HELP.format(said=Text(zh=next(chinese, message), en=message), command=command)


def verb_of(words: Sequence[str], app: typer.Typer) -> str:
    """Return the verb that was typed, `autograder data prepare`; `autograder` alone where there is none."""
    command, found = get_command(app), ["autograder"]
    for word in words[1:]:
        if word not in (known := getattr(command, "commands", {})):
            break
        command, found = known[word], [*found, word]
    return " ".join(found)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autograder {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and end.")
]
