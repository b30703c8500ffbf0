"""The exception for a submission that cannot be read, and the reasons, in the languages of the course."""

from __future__ import annotations

from autograder.errors import AutograderError
from autograder.text import Text

MAX_SHOWN_LENGTH = 80


class Rejected(AutograderError):
    """A submission that cannot be graded at all; `reason` tells the student why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def shown(text: str, longest: int = MAX_SHOWN_LENGTH) -> str:
    """Return `text` fit for a message: printable characters only, at most `longest` of them."""
    head = text[: longest + 1]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in head)
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


MISSING = Text(
    zh="找不到 {name}。请检查路径，再运行一次。",
    en="{name} does not exist. Check the path, then run the command again.",
)
NAME_NOT_TEXT = Text(
    zh="文件名 {name} 不是 UTF-8 文字。请改名为 {chapter}.ipynb 或 {chapter}.py，然后重新提交。",
    en="The file name {name} is not UTF-8 text. Rename it to {chapter}.ipynb or {chapter}.py, then submit again.",
)
UNREADABLE = Text(
    zh="无法读取 {name}（{cause}）。请重新提交。",
    en="{name} cannot be read ({cause}). Submit it again.",
)


def unreadable(name: str, error: OSError) -> Text:
    """Say what the system says of a file that cannot be read."""
    return UNREADABLE.format(name=shown(name), cause=shown(error.strerror or type(error).__name__))


NOT_REGULAR = Text(
    zh="{name} 不是普通文件（例如是链接或管道）。请提交文件本身。",
    en="{name} is not a regular file (a link or a pipe, for example). Submit the file itself.",
)
LINK = Text(
    zh="{name} 是链接，评分时从不跟随链接。请提交文件或文件夹本身。",
    en="{name} is a link (not a regular file or folder), and links are never followed. Submit the file or folder itself.",
)
NOT_FOLDER = Text(
    zh="{name} 不是文件夹。请把文件放进以章节命名的文件夹里再提交。",
    en="{name} is not a folder. Put your files into a folder with the chapter's name, then submit again.",
)
TOO_MUCH = Text(
    zh="读懂 {name} 需要的资源超过上限（{limit}）：可能有嵌套极深的代码、极长的一行或巨大的表格。请写得简单些，然后重新提交。",
    en="Reading {name} needs more than the limit ({limit}). It may contain very deeply nested code, an extremely "
    "long line or a huge table. Write it more simply, then submit again.",
)
TOO_LARGE = Text(
    zh="{name} 有 {size} MiB，上限是 {limit} MiB。请清除输出（Kernel → Restart & Clear Output）后重新提交。",
    en="{name} has {size} MiB, but the limit is {limit} MiB. Clear its outputs (Kernel → Restart & Clear Output), "
    "then submit again.",
)
EMPTY = Text(
    zh="{name} 是空的。请保存后重新提交。",
    en="{name} is empty. Save your work, then submit again.",
)
NOT_UTF8 = Text(
    zh="{name} 不是 UTF-8 文本（第 {byte} 个字节）。请另存为 UTF-8 后重新提交。",
    en="{name} is not UTF-8 text (byte {byte}). Save it as UTF-8, then submit again.",
)
NOT_JSON = Text(
    zh="{name} 不是笔记本：第 {line} 行不是合法的 JSON。请在 Jupyter 里打开并保存一次。",
    en="{name} is not a notebook: line {line} is not valid JSON. Open it in Jupyter and save it again.",
)
TOO_DEEP = Text(
    zh="{name} 的 JSON 嵌套太深，不是 Jupyter 保存的笔记本。",
    en="The JSON in {name} is nested too deeply; Jupyter does not write such a notebook.",
)
NOT_NOTEBOOK = Text(
    zh="{name} 是 JSON，但不是笔记本（没有 nbformat 或 cells）。请提交 Jupyter 保存的 .ipynb 文件。",
    en="{name} is JSON but not a notebook (no nbformat or no cells). Submit the .ipynb file that Jupyter saves.",
)
WRONG_VERSION = Text(
    zh="{name} 的笔记本格式是 {version}，只接受 4。请用当前的 Jupyter 打开并保存一次。",
    en="{name} has notebook format {version}, but only 4 is accepted. Open it in a current Jupyter and save it again.",
)
WRONG_KIND = Text(
    zh="{name} 不是 .ipynb、.py、文件夹或压缩包（.zip、.tar、.tar.gz）。",
    en="{name} is not an .ipynb, a .py, a folder or an archive (.zip, .tar, .tar.gz).",
)
NOTHING_FOUND = Text(
    zh="{name} 里没有 {chapter}.ipynb 或 {chapter}.py。里面有：{found}。",
    en="{name} holds no {chapter}.ipynb and no {chapter}.py. It holds: {found}.",
)
AMBIGUOUS = Text(
    zh="{name} 里没有 {chapter}.ipynb 或 {chapter}.py，却有几个可能是答案的文件：{found}。请把要评分的那个改名为 {c"
    "hapter}.ipynb。",
    en="{name} holds no {chapter}.ipynb and no {chapter}.py, but several other files that could be the answer: "
    "{found}. Rename the one that should be graded to {chapter}.ipynb.",
)
NOTHING = Text(zh="（没有文件）", en="(no files)")
DAMAGED = Text(
    zh="压缩包 {name} 已损坏或格式不支持（{cause}）。请重新打包后提交。",
    en="The archive {name} is damaged or of an unsupported kind ({cause}). Pack it again, then submit.",
)
TOO_MANY = Text(
    zh="{name} 里的文件超过 {limit} 个。请只提交本章的文件。",
    en="{name} holds more than {limit} files. Submit only the files of this chapter.",
)
BOMB = Text(
    zh="压缩包 {name} 解压后大得不合理，已停止读取。请只打包本章的文件。",
    en="The archive {name} unpacks to an unreasonable size; reading stopped. Pack only the files of this chapter.",
)
UNSAFE_NAME = Text(
    zh="压缩包 {name} 里的文件名 {member} 指向压缩包之外。请重新打包后提交。",
    en="The archive {name} holds the name {member}, which points outside it. Pack it again, then submit.",
)
TWINS = Text(
    zh="压缩包 {name} 里有两个同名文件 {member}。请只保留一个。",
    en="The archive {name} holds {member} twice. Keep only one.",
)
WEIGHTS_TOO_LARGE = Text(
    zh="权重文件 {name} 有 {size} MiB，上限是 {limit} MiB。保存成半精度 (float16) 只要一半大小：fit 里用 Recipe(..., half=True)。",
    en="The weights file {name} has {size} MiB, but the limit is {limit} MiB. In half precision (float16) it takes "
    "half the space: use Recipe(..., half=True) with fit.",
)
WEIGHTS_IGNORED = Text(
    zh="权重文件 {name} 没有采用：{cause_zh}。",
    en="The weights file {name} was not taken: {cause_en}.",
)
OTHERS = Text(
    zh="评分用的是 {taken}；旁边还有 {others}，没有看。请只留一份。",
    en="{taken} was graded; {others} is in the same place and was not read. Keep only one.",
)
WEIGHTS_MISNAMED = Text(
    zh="权重文件叫 {names}，不是 {wanted}，所以没有采用。请改名为 {wanted} 后再提交。",
    en="There is a weights file, but it is named {names}, not {wanted}, so it was not taken. Rename it to {wanted}, then submit again.",
)
WRONG_CHAPTER = Text(
    zh="{name} 是 {found} 这一章的答案，不是 {chapter} 的：不评分，也不算一次提交。请提交 {chapter} 的笔记本。",
    en="{name} is an answer to {found}, not to {chapter}: it is not graded and does not count as an attempt. Hand "
    "in the notebook of {chapter}.",
)
IS_RAR = Text(zh="rar 压缩包读不了；请改交 zip。", en="A rar archive cannot be read; submit a zip.")
NEEDS_7Z = Text(
    zh="读 7z 压缩包要先安装：pip install 'palm-autograder[archives]'；或者改交 zip。",
    en="To read a 7z archive, install it first: pip install 'palm-autograder[archives]'; or submit a zip.",
)
