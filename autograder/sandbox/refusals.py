"""Why there is no box, or one that is too weak, and what to do: the words of `BoxError` for staff."""

from __future__ import annotations

from autograder.text import Text

DOES_NOT_START = Text(zh="沙箱无法启动：{detail}\n{output}", en="the box does not start: {detail}\n{output}")
WEAKER = Text(
    zh="沙箱比之前弱了：缺 {lost}；什么也没有运行", en="the box is weaker than it was: without {lost}; nothing was run"
)
TOO_WEAK = Text(
    zh="沙箱在这里太弱：缺 {lost}；见 `autograder doctor --box`",
    en="the box would be too weak here: without {lost}; see `autograder doctor --box`",
)
KILLED = Text(
    zh="{death}，当时正在试用沙箱；请再运行一次同一条命令",
    en="{death} while it was tried out; give the same command again",
)
NO_BUBBLEWRAP = Text(
    zh="没有沙箱：缺 bubblewrap (bwrap)；请安装 staff 那一组依赖，或 Debian 的软件包 bubblewrap",
    en="no box: bubblewrap (bwrap) is missing; install the staff extra or the Debian package bubblewrap",
)
WOULD_SHOW = Text(
    zh="没有沙箱：它必须显示 {name}，于是也会显示 {place}；请把课程和数据移到别处",
    en="no box: it has to show {name}, and so would show {place}; move the course and its data out of there",
)
PART_OF_COURSE = Text(
    zh="没有沙箱：它必须显示 {name}，那却是课程的一部分；请把这个 Python 移到别处",
    en="no box: it has to show {name}, which is a part of the course; move this Python out of there",
)
NOT_A_CHECKOUT = Text(
    zh="没有沙箱：缺 {name}；用容器时，软件要从它的仓库安装 (pip install -e .)",
    en="no box: {name} is missing; a container needs the package installed from a checkout of the kit (pip install -e .)",
)
NO_ENGINE = Text(
    zh="没有沙箱：没有安装 {engine} (PATH 里找不到)；请安装，或者换一个 --box",
    en="no box: {engine} is not installed (not found in PATH); install it, or choose another --box",
)
ENGINE_FAILS = Text(
    zh="没有沙箱：{engine} 在这里用不了：{said}；`{engine} info` 必须成功：服务在运行吗，你有权限吗？",
    en="no box: {engine} does not work here: {said}; `{engine} info` must succeed: is its service running, and may you "
    "use it?",
)
NO_IMAGE = Text(
    zh="没有沙箱：{engine} 里没有映像 {image}；请生成一次：{command}",
    en="no box: {engine} has no image {image}; build it once: {command}",
)
NO_CONTAINER = Text(
    zh="没有沙箱：{engine} 在这里不能运行容器：{said}", en="no box: {engine} cannot run a container here: {said}"
)
NO_ANSWER = Text(zh="没有回答", en="no answer")
