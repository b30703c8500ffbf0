"""What is said of a data set, in both languages. `{place}` is a file, `{names}` a short list of them."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.text import Language, Text

NO_FOLDER = Text(
    zh="{place} 不是文件夹。请给出存放下载文件的文件夹。",
    en="{place} is not a folder; name the folder that holds what you downloaded.",
)
TOO_MANY_FILES = Text(
    zh="{place} 下的文件超过 {limit} 个。请把下载的文件单独放进一个文件夹。",
    en="{place} holds more than {limit} files; put what you downloaded into a folder of its own.",
)
MISSING = Text(zh="缺少：{names}。", en="Missing: {names}.")
TARGET_TAKEN = Text(
    zh="{place} 已经存在，但不完整：{cause} 请先把它移走，再运行一次。",
    en="{place} is there already and is not the whole set: {cause} Move it away and run this again.",
)
BUSY = Text(
    zh="另一个 data prepare 正在往 {place} 里写。请等它结束。",
    en="another data prepare is writing to {place}; wait until it has ended.",
)
NOT_WRITABLE = Text(
    zh="{place} 写不进去（{cause}）。请检查磁盘空间和权限；再次运行会接着做。",
    en="{place} cannot be written ({cause}); check the disk and its permissions. Running this again goes on from here.",
)
CUT_SHORT = Text(zh="文件不完整", en="it ends too early")
NOT_DECODED = Text(zh="OpenCV 无法解码", en="OpenCV cannot decode it")
UNREADABLE = Text(zh="读不出来（{cause}）", en="cannot be read ({cause})")
NO_SET = Text(zh="{cause}", en="{cause}")

MAX_NAMES = 8


def listed(names: Sequence[str]) -> str:
    """Return the names as one line, the first eight of them and how many there are when there are more."""
    shown = ", ".join(names[:MAX_NAMES])
    return shown if len(names) <= MAX_NAMES else f"{shown}, … ({len(names)})"


def joined(*texts: Text) -> Text:
    """Return several sentences as one text."""
    return Text(zh="".join(text.zh for text in texts), en=" ".join(text.en for text in texts))


def filled(text: Text, **values: object) -> Text:
    """Return `text` with its places filled; a value that is a Text fills each language with its own words."""

    def inside(language: Language) -> dict[str, object]:
        return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}

    return Text(zh=text.zh.format(**inside("zh")), en=text.en.format(**inside("en")))
