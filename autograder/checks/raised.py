"""What a student is told of an exception: its type, their own line, and what stood there; never Paddle's C++ text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.checks.known_errors import KNOWN, OF_OPENCV
from autograder.sandbox.session import StudentError, student_error
from autograder.text import Message, Text

Tree = Any
MAX_LENGTH = 300

NOT_WRITTEN = Text(zh="这一部分还没有写。", en="This part is not written yet.")
LEFT = Message(
    "raised.left",
    zh="{at}还留着 raise NotImplementedError：写好这里缺的代码，再删掉这一行。",
    en="raise NotImplementedError is still there{at}: write what is missing, then delete that line.",
)
MISSPELT = Message(
    "raised.misspelt",
    zh="{owner} 里的 {found} 拼错了：应为 {wanted}(前后各两个下划线)，否则 Python 不会调用它。",
    en="{found} in {owner} is misspelt: write {wanted}, with two underscores on each side, or Python does not call it.",
)
NO_FORWARD = Message(
    "raised.no_forward",
    zh="{owner} 没有 forward 方法{found}：网络的计算要写在 forward(self, x) 里。",
    en="{owner} has no method forward{found}: write what the network computes in forward(self, x).",
)
FOUND = Message("raised.found", zh="(你写的是 {found})", en=" (yours is called {found})")
NOTHING_RETURNED = Message(
    "raised.nothing_returned",
    zh="{call} 的 forward 没有返回值 (None)：最后缺 return。",
    en="forward of {call} returned nothing (None): a return statement is missing.",
)
OTHER_RETURNED = Message(
    "raised.other_returned",
    zh="{call} 的 forward 返回的是 {what}{count}，应只返回一个张量。",
    en="forward of {call} returned a {what}{count}; it must return one tensor.",
)
COUNT = Message("raised.count", zh="(共 {count} 项)", en=" of {count}")
TAKES_NAMED = Message(
    "raised.takes_named",
    zh="{name} 必须接受参数 {arguments}：检查时用 {call} 来创建它，所以 __init__ 要写成 def __init__(self, {signature})。",
    en="{name} must accept {arguments}: it is made as {call}, so write def __init__(self, {signature}).",
)
TAKES = Message(
    "raised.takes",
    zh="{name} 的参数与要求不符：检查时这样调用它：{call}。Python 的说明：{said}",
    en="{name} does not take the required arguments: it is called as {call}. Python says: {said}",
)
FORWARD_TAKES = Message(
    "raised.forward_takes",
    zh="forward 的参数与要求不符：网络这样运行：model(images)，所以要写成 def forward(self, x)。Python 的说明：{said}",
    en="forward does not take the arguments that it gets: a network is called as model(images), so write def "
    "forward(self, x). Python says: {said}",
)
LOADER_CALLED = Message(
    "raised.loader_called",
    zh="{at}把 loader 当函数调用了：它本身就可以遍历，写 for images, labels in loader，不加括号。",
    en="The loader is called{at}: you can loop over it directly, so write for images, labels in loader, without "
    "parentheses.",
)
LOADER_LENGTH = Message(
    "raised.loader_length",
    zh="{at}用了 len(loader):loader 可能是生成器，没有长度；样本数要在循环里自己累计。",
    en="len(loader) is used{at}: the loader may be a generator, which has no length; count the samples in the loop.",
)
FLUID = Message(
    "raised.fluid",
    zh="{at}用了 paddle.fluid：它属于 Paddle 1.x，从 2.5 起已删除；请改用 paddle.nn、paddle.optimizer 等。",
    en="paddle.fluid is used{at}: it belongs to Paddle 1.x and was removed in 2.5; use paddle.nn, paddle.optimizer "
    "and so on.",
)
PACKAGE = Message(
    "raised.package",
    zh="{at}导入了 {module}：评分的机器上没有安装这个包，可用的有 {there} 和标准库。",
    en="{module} is imported{at}, but this package is not installed on the grading machine, which has only {there} "
    "and the standard library.",
)
HELPER = Message(
    "raised.helper",
    zh="{at}导入了 {module}，评分的机器上没有它。如果是你自己写的文件，请把其中的代码放进同一份笔记本或脚本，因为只交这一份；"
    "如果是另外安装的包，可用的只有 {there} 和标准库。",
    en="{module} is imported{at}, but the grading machine does not have it. If it is a file of your own, put its "
    "code into the same notebook or script, because nothing else is read. If it is a package, only {there} and "
    "the standard library are installed.",
)
THERE = "paddle, numpy, cv2, matplotlib"
NOT_MADE = Message("raised.not_made", zh="没有得到 {name}：{cause}", en="{name} could not be created: {cause}")
WHERE = Message(
    "raised.where",
    zh="{what} 在{place} {line} 处抛出 {type}：{said}",
    en="{what} raised {type} at {place}, {line}: {said}",
)
NOWHERE = Message("raised.nowhere", zh="{what} 抛出 {type}：{said}", en="{what} raised {type}: {said}")
YOURS = Text(zh="你的代码", en="Your code")
MISFIT = Message(
    "raised.misfit", zh="{layer} 得到 {got}，需要 {expects}。", en="{layer} gets {got}, expects {expects}."
)
JOINED_AT = Message(
    "raised.joined_at",
    zh="concat 沿第 {axis} 轴拼接 {got}；各分支应沿通道轴 (axis=1) 拼接，其余各轴大小相同。",
    en="concat joins {got} along axis {axis}; branches should be joined along the channel axis (axis=1), and all "
    "other sizes must be equal.",
)
NOTHING_SAID = Text(zh="没有说明", en="it says nothing")
SAID = Message("raised.said", zh="“{said}”", en="{said}")
# Packages that learners import; any other unknown module may as well be a file of their own.
PACKAGES = frozenset(
    (
        *(
            "pandas",
            "sklearn",
            "scipy",
            "torch",
            "torchvision",
            "tensorflow",
            "keras",
            "skimage",
            "seaborn",
            "albumentations",
        ),
        *(
            "imgaug",
            "einops",
            "timm",
            "mxnet",
            "jax",
            "flax",
            "paddleseg",
            "paddlex",
            "paddlenlp",
            "paddleclas",
            "paddlehub",
        ),
        *(
            "visualdl",
            "wandb",
            "tensorboard",
            "tensorboardX",
            "imageio",
            "plotly",
            "numba",
            "openpyxl",
            "xlrd",
            "polars",
            "d2l",
        ),
        *("torchmetrics", "lightning", "pytorch_lightning", "IPython", "matplotlib", "PIL", "tqdm", "requests", "yaml"),
    )
)
_ARGUMENTS = re.compile(
    r"positional argument|unexpected keyword argument|takes no arguments|multiple values for argument"
)
_NAME = re.compile(r"name '([^']+)' is not defined")
_MODULE = re.compile(r"No module named '([^']+)'")


def record_of(error: StudentError) -> dict[str, Tree]:
    """Return what is kept of an error: type, message, the last of the student's own lines, and the note on it."""
    record: dict[str, Tree] = {"type": error.type, "message": error.message[:MAX_LENGTH]}
    if error.frames:
        record["where"] = list(error.frames[-1])
    if isinstance(error.note, dict):
        record["note"] = error.note
    return record


def is_slip(error: StudentError) -> bool:
    """Returns True if an exception says nothing of what the code accepts: it cannot be called like that, or lacks something.

    A check that asks for an exception lets such a one go up, so that the student reads of the slip and not that another
    exception was expected.
    """
    uncallable = error.type == "TypeError" and not error.frames and bool(_ARGUMENTS.search(error.message))
    lacking = error.type in ("ModuleNotFoundError", "ImportError", "NameError")
    noted = isinstance(error.note, dict) and error.note.get("kind") != "unfinished"
    return uncallable or lacking or noted


def read_error(answer: Tree) -> dict[str, Tree] | None:
    """Return the same for an error inside an answer of the box, None where there is none."""
    return record_of(student_error(answer)) if answer else None


@dataclass(frozen=True)
class Called:
    """What was called when an exception came: as a student would write it, by which name, with which named arguments."""

    call: str
    name: str
    named: tuple[str, ...] = ()


def told(error: Mapping[str, Tree], called: Called | None = None) -> Text:
    """Return the sentences on an error, see `record_of`."""
    note = error.get("note")
    kind, message = str(error.get("type", "")), str(error.get("message", ""))
    noted = _of_note(note, error, called) if isinstance(note, dict) else None
    if noted is not None:
        return noted
    if kind == "NotImplementedError":
        return NOT_WRITTEN
    place, at = place_of(error), _at(error)
    if kind in ("ModuleNotFoundError", "ImportError") and (module := _MODULE.search(message)):
        return _missing_module(module[1], error)
    if kind == "AttributeError" and "'paddle'" in message and "'fluid'" in message:
        return FLUID(at=at)
    uncallable = kind == "TypeError" and place and re.search(r"'(list|generator)' object is not callable", message)
    if uncallable and re.search(r"load\w*\(\)|reader\w*\(\)", _line(error)):
        return LOADER_CALLED(at=at)
    if kind == "TypeError" and place and "'generator' has no len()" in message:
        return LOADER_LENGTH(at=at)
    if kind == "TypeError" and called and not error.get("where") and _ARGUMENTS.search(message):
        return _wrong_arguments(message, called)
    return _raised(error, called, _said(message))


def _of_note(note: Mapping[str, Tree], error: Mapping[str, Tree], called: Called | None) -> Text | None:
    kind = note.get("kind")
    owner, found = (str(note.get(key, ""))[:100] for key in ("class", "found"))
    call = called.call if called else owner
    if kind == "unfinished":
        return LEFT(at=_at(error)) if note.get("written") else NOT_WRITTEN
    if kind == "misspelt":
        return MISSPELT(owner=owner, found=found, wanted="__init__")
    if kind == "no_forward":
        return NO_FORWARD(owner=owner, found=FOUND(found=found) if found else "")
    if kind == "returned":
        count = COUNT(count=note["count"]) if type(note.get("count")) is int else ""
        what = str(note.get("what", ""))[:100]
        return NOTHING_RETURNED(call=call) if what == "NoneType" else OTHER_RETURNED(call=call, what=what, count=count)
    if kind == "misfit" and type(note.get("expects")) is int:
        layer = f"`{str(note.get('layer') or note.get('of', ''))[:100]}`"
        return _raised(error, called, MISFIT(layer=layer, got=_sizes(note.get("got")), expects=note["expects"]))
    if kind == "join" and type(note.get("axis")) is int and isinstance(note.get("got"), list):
        shapes = ", ".join(_sizes(shape) for shape in note["got"][:8])
        return _raised(error, called, JOINED_AT(axis=note["axis"], got=shapes))
    return None


def _sizes(shape: Tree) -> str:
    return str([size for size in shape if type(size) is int][:8]) if isinstance(shape, list) else "?"


def _raised(error: Mapping[str, Tree], called: Called | None, said: Text) -> Text:
    values = {"what": called.call if called else YOURS, "type": str(error.get("type", ""))[:100], "said": said}
    if place := place_of(error):
        return WHERE(place=place, line=f"`{_line(error)}`", **values)
    return NOWHERE(**values)


def _said(message: str) -> Text:
    for pattern, text in KNOWN:
        if found := pattern.search(message):
            return text(**found.groupdict())
    return SAID(said=first_part(message)) if message.strip() else NOTHING_SAID


def first_part(message: str) -> str:
    """Return the first line of a message, whole or up to the end of a sentence or word."""
    line = message.strip().partition("\n")[0].strip()
    line = OF_OPENCV.sub("", re.sub(r"^\((\w+)\) ", "", line))
    if len(line) <= MAX_LENGTH // 2:
        return line
    head = line[: MAX_LENGTH // 2]
    end = head.rfind(". ") + 1 or head.rfind(" ")
    return head[: end if end > 0 else None].rstrip() + " …"


def _wrong_arguments(message: str, called: Called) -> Text:
    if "forward()" in message:
        return FORWARD_TAKES(said=first_part(message))
    if called.named:
        arguments, signature = ", ".join(called.named), ", ".join(f"{name}=…" for name in called.named)
        return TAKES_NAMED(name=called.name, arguments=arguments, signature=signature, call=called.call)
    return TAKES(name=called.name, call=called.call, said=first_part(message))


def _missing_module(module: str, error: Mapping[str, Tree]) -> Text:
    if module == "paddle.fluid" or module.startswith("paddle.fluid."):
        return FLUID(at=_at(error))
    known = module.partition(".")[0] in PACKAGES
    return (PACKAGE if known else HELPER)(at=_at(error), module=module, there=THERE)


def _at(error: Mapping[str, Tree]) -> Text:
    place = place_of(error)
    return Text(zh=place.zh, en=f" at {place.en}") if place else Text(zh="你的代码里", en="")


def place_of(error: Mapping[str, Tree]) -> Text | None:
    """Return the student's own line: with the cell in a notebook, by its number alone in a script."""
    where = error.get("where")
    if not isinstance(where, (list, tuple)) or len(where) != 3:
        return None
    return place_text(str(where[0]), where[1] if type(where[1]) is int else 0)


def place_text(file: str, line: int) -> Text:
    """Return a place in a script or, for a file name that ends in `, cell N`, in a notebook."""
    cell = re.search(r", cell (\d+)$", file)
    if cell:
        return Text(zh=f"第 {cell[1]} 个单元第 {line} 行", en=f"cell {cell[1]}, line {line}")
    return Text(zh=f"第 {line} 行", en=f"line {line}")


def _line(error: Mapping[str, Tree]) -> str:
    where = error.get("where")
    return str(where[2]).strip()[:120] if isinstance(where, (list, tuple)) and len(where) == 3 else ""


def unknown_name(error: Mapping[str, Tree]) -> str | None:
    """Return the name that an error says is not defined."""
    found = _NAME.search(str(error.get("message", ""))) if error.get("type") == "NameError" else None
    return found[1] if found else None
