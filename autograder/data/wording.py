"""What is said of a data set, in both languages. `{place}` is a file, `{names}` a short list of them."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.text import Language, Text

NOT_A_FOLDER = Text(
    zh="{variable} 写的 {folder} 不是文件夹；请改正这个变量，或者去掉它，用生成的数据",
    en="{variable} names {folder}, which is not a folder; correct the variable, or unset it to work with generated data",
)
INCOMPLETE = Text(
    zh="{folder} 不完整：缺 {names}；请补上，或者把 {folder} 移走，用生成的数据",
    en="{folder} is incomplete: {names} missing; put the missing part there, or move {folder} away to work with generated data",
)
NOT_GENERATED = Text(
    zh="{folder} 已经有了，而且不是生成的；没有动它，请换一个文件夹",
    en="{folder} exists and was not generated; it is left as it is, choose another folder",
)
NOT_WRITTEN = Text(
    zh="{place} 写不了 ({why})；请检查磁盘和权限",
    en="{place} cannot be written ({why}); check the disk and its permissions",
)
NO_CACHE = Text(
    zh="{folder} 放不下缓存 ({why})；请腾出空间，或者换一个磁盘",
    en="{folder} cannot hold the cache ({why}); free or choose a disk",
)
NOT_MAPPED = Text(
    zh="{file} 写好了却读不回来；请删掉它，检查磁盘",
    en="{file} was written but cannot be mapped; remove it and check the disk",
)
NO_SPACE = Text(zh="{file} 写不了 ({why})；请腾出磁盘空间", en="{file} cannot be written ({why}); free some disk space")
NOT_ENCODED = Text(
    zh="{file}: OpenCV 生成不了这张图；请重新安装 opencv-python-headless",
    en="{file}: OpenCV could not encode the sheet; reinstall opencv-python-headless",
)
NO_SHEET = Text(
    zh="{file} 写不了 ({why})；请用 --out 换一个位置",
    en="{file} cannot be written ({why}); choose another place with --out",
)
NO_DATA = Text(
    zh="没有 {name} 的数据，它的类也不生成数据：请放进课程的数据文件夹 {name}/，或者让 AUTOGRADER_DATA 指向放着 {name}/ 的文件夹",
    en="the data of {name} is not there, and its class generates none: put it into the course's data folder as {name}/, or set "
    "AUTOGRADER_DATA to the folder that holds {name}/",
)
NO_DOWNLOAD = Text(
    zh="{name} 不处理下载的文件；请把数据照原样放进 {folder}",
    en="{name} makes nothing of a download; put the data into {folder} as it is",
)
NO_PICTURES = Text(zh="{name} 没有可看的图片", en="{name} has no pictures to show")
NOT_IN_FOLDER = Text(
    zh="{place} 里没有文件夹 {name}/；请写出放着它的文件夹",
    en="{place} has no folder {name}/; name the folder that holds it",
)
NO_SUCH_SET = Text(
    zh="course.yml 的 datasets 里没有数据集 {name!r}；可用的：{known}",
    en="course.yml has no data set {name!r} in datasets: {known}",
)
NONE = Text(zh="无", en="none")
NO_FILE = Text(
    zh="{place} 不存在；course.yml 的 datasets 写着 {name} 是里面的一个类",
    en="{place} does not exist; datasets in course.yml says that {name} is a class in it",
)
NO_CLASS = Text(
    zh="{place} 里没有类 {kind}；course.yml 的 datasets 里 {name} 写的是它",
    en="{place} has no class {kind}, which datasets in course.yml names for {name}",
)
LACKS = Text(
    zh="{place}: {kind} 缺少 {members}；请从 autograder.data.DataSet 派生",
    en="{place}: {kind} lacks {members}; derive it from autograder.data.DataSet",
)
NOT_DERIVED = Text(
    zh="{place}: 请从 autograder.data.DataSet 派生 {kind}", en="{place}: derive {kind} from autograder.data.DataSet"
)
NO_MEMBER = Text(
    zh="{place}: {kind} 没有 {member}；请写上，见 docs/data.zh.md",
    en="{place}: {kind} has no {member}; write it, see docs/data.md",
)
SPLITS = Text(
    zh='{place}: {kind} 的 splits 必须是名字，例如 ("training", "test")，不能是 {got!r}',
    en='{place}: splits of {kind} must be names, such as ("training", "test"), not {got!r}',
)
NO_PAIR = Text(
    zh="{where} 对 {split!r} 返回了 {got}；请返回样本和标签",
    en="{where} returned {got} for {split!r}; return samples and labels",
)
NO_LABELS = Text(
    zh="{where}: {split!r} 的标签必须是由数组成的数组，样本必须能用它来索引",
    en="{where}: labels of {split!r} must be an array of numbers, samples what it can index",
)
COUNTS_DIFFER = Text(
    zh="{where}: {split!r} 有 {samples} 个样本、{labels} 个标签",
    en="{where}: {split!r} has {samples} samples and {labels} labels",
)
NOT_FED = Text(
    zh="{where} 把 {count} 个样本变成了 {form}；请返回 float32 或 int64 [{count}, …]",
    en="{where} made {form} of {count} samples; return float32 or int64 [{count}, …]",
)
NO_DIGEST = Text(zh="{where} 返回了 {got}；请返回文字", en="{where} returned {got}; return a text")
TWO_DIGESTS = Text(
    zh="{where} 问两次返回了不同的值，这样每次都会把所有答案重新评分；请只根据数据来算",
    en="{where} returned another value when asked twice, so every answer would be graded again each time; make it of the data alone",
)
NOT_THERE = Text(zh="没有 {where}；请写上，见 docs/data.zh.md", en="{where} is not there; write it, see docs/data.md")
RAISED = Text(zh="{place}: {call} 抛出了 {raised}{advice}", en="{place}: {call} raised {raised}{advice}")
SPLITS_ARE = Text(zh="；splits 有 {splits}，没有 {split}", en="; splits has {splits}, not {split}")
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
