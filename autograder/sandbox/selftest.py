"""Try everything that student code must not be able to do, in the box, and tell what happened."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from autograder.sandbox.box import Box, BoxSession
from autograder.sandbox.bubblewrap import shown
from autograder.sandbox.session import BoxDied, StudentError
from autograder.text import Text

SECONDS = 5.0
ENDLESS_SECONDS = 1.0  # for what would never end: nothing else has to be reached before
MAX_PLACES = 300
Start = Literal["warm", "cold"]


@dataclass(frozen=True)
class Attempt:
    """One thing to try.

    Attributes:
        code: The body of a function that returns only where it succeeded.
        seconds: Its time limit.
    """

    id: str
    area: Text
    what: Text
    code: str
    seconds: float = SECONDS


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: held is True where the box stopped it.

    Attributes:
        seconds: Wall time.
    """

    attempt: Attempt
    held: bool
    detail: str
    seconds: float


def _attempt(id: str, area: Text, what: tuple[str, str], code: str, seconds: float = SECONDS) -> Attempt:
    return Attempt(id, area, Text(zh=what[0], en=what[1]), code, seconds)


NETWORK, FILES = Text(zh="网络", en="network"), Text(zh="文件", en="files")
PROCESSES, LIMITS = Text(zh="进程", en="processes"), Text(zh="限额", en="limits")
PRIVILEGES = Text(zh="权限", en="privileges")
ATTEMPTS = (
    _attempt(
        "tcp",
        NETWORK,
        ("连接本机端口", "connect to a port of this machine"),
        "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)",
    ),
    _attempt(
        "udp",
        NETWORK,
        ("发送 UDP", "send a UDP packet"),
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))",
    ),
    _attempt(
        "unix",
        NETWORK,
        ("打开本地套接字", "open a local socket"),
        "import socket\nsocket.socket(socket.AF_UNIX).bind('\\0box-self-test')",
    ),
    _attempt("passwd", FILES, ("读取 /etc/passwd", "read /etc/passwd"), "open('/etc/passwd').read()"),
    _attempt("home", FILES, ("列出主目录", "list the home folders"), "import os\nassert os.listdir('/home') or 1"),
    _attempt("root", FILES, ("列出根目录", "list the root folder"), "import os\nos.listdir('/')"),
    _attempt(
        "package",
        FILES,
        ("改写已安装的包", "write into an installed package"),
        "import numpy, pathlib\npathlib.Path(numpy.__file__).with_name('evil.py').write_text('x')",
    ),
    _attempt("outside", FILES, ("在 /tmp 之外写文件", "write outside /tmp"), "open('/written', 'w').write('x')"),
    _attempt(
        "device",
        FILES,
        ("建立设备文件", "make a device file"),
        "import os\nos.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
    ),
    _attempt(
        "environ",
        PROCESSES,
        ("读取别的进程的环境", "read the environment of another process"),
        "import os\nopen('/proc/1/environ').read()",
    ),
    _attempt(
        "others",
        PROCESSES,
        ("看到别的进程", "see other processes"),
        "import os\nassert len([p for p in os.listdir('/proc') if p.isdigit()]) > 2",
    ),
    _attempt("fork", PROCESSES, ("启动新进程", "start a process"), "import os\nif os.fork() == 0: os._exit(0)"),
    _attempt(
        "shell",
        PROCESSES,
        ("运行 shell", "run a shell"),
        "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'true'])",
    ),
    _attempt("kill", PROCESSES, ("杀死别的进程", "kill another process"), "import os\nos.kill(1, 9)"),
    _attempt(
        "trace",
        PROCESSES,
        ("跟踪进程 (ptrace)", "trace a process (ptrace)"),
        "import ctypes\nassert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
    ),
    _attempt(
        "attach",
        PROCESSES,
        ("接管 1 号进程", "take hold of process 1"),
        "import ctypes\nassert ctypes.CDLL(None).ptrace(0x4206, 1, 0, 0) == 0",
    ),
    _attempt(
        "memory_of_1",
        PROCESSES,
        ("读取 1 号进程的内存", "read the memory of process 1"),
        "open('/proc/1/mem', 'rb').read(1)",
    ),
    _attempt(
        "descriptors",
        PROCESSES,
        ("用上评分程序忘记关闭的描述符", "find a descriptor of the grader's beside the wire"),
        "import os\nfound = []\nfor k in range(3, 256):\n    try: os.fstat(k)\n    except OSError: continue\n"
        "    found.append(k)\nassert len(found) > 1, found",
    ),
    _attempt(
        "threads",
        LIMITS,
        ("启动 2000 个线程", "start 2000 threads"),
        "import threading, time\n[threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(2000)]",
    ),
    _attempt(
        "memory",
        LIMITS,
        ("占用 16 GiB 内存", "take 16 GiB of memory"),
        "kept = [bytearray(1 << 28) for _ in range(64)]",
    ),
    _attempt(
        "disk",
        LIMITS,
        ("写满 2 GiB 磁盘", "write 2 GiB to disk"),
        "for k in range(40):\n    open(f'/tmp/{k}', 'wb').write(bytes(50 << 20))",
    ),
    _attempt(
        "shm",
        LIMITS,
        ("占用 2 GiB 共享内存", "take 2 GiB of shared memory"),
        "for k in range(40):\n    open(f'/dev/shm/{k}', 'wb').write(bytes(50 << 20))",
    ),
    _attempt(
        "sysv",
        LIMITS,
        ("建立 System V 共享内存", "make System V shared memory"),
        "import ctypes\nassert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0",
    ),
    _attempt("cpu", LIMITS, ("死循环", "loop for ever"), "while True: pass", ENDLESS_SECONDS),
    _attempt(
        "stubborn",
        LIMITS,
        ("吞掉一切异常的死循环", "loop for ever and swallow every exception"),
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        ENDLESS_SECONDS,
    ),
    _attempt("sleep", LIMITS, ("睡 9999 秒", "sleep for 9999 s"), "import time\ntime.sleep(9999)", ENDLESS_SECONDS),
    _attempt(
        "output",
        LIMITS,
        ("输出 200 MB", "print 200 MB"),
        "import sys\nfor _ in range(200): sys.stdout.write('x' * 1_000_000)\nsys.stdout.flush()\nraise OSError('printed')",
    ),
    _attempt("setuid", PRIVILEGES, ("变成 root", "become root"), "import os\nos.setuid(0)"),
    _attempt(
        "mount",
        PRIVILEGES,
        ("挂载文件系统", "mount a file system"),
        "import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    ),
    _attempt(
        "namespace",
        PRIVILEGES,
        ("新建用户命名空间", "make a user namespace"),
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
    ),
    _attempt(
        "mounts",
        PRIVILEGES,
        ("新建挂载命名空间", "make a mount namespace"),
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x20000) == 0",
    ),
    _attempt(
        "capabilities",
        PRIVILEGES,
        ("留有特权", "have a capability left"),
        "sets = dict(line.split(':\\t') for line in open('/proc/self/status').read().splitlines() if line[:3] == 'Cap')\n"
        "assert any(int(sets[name], 16) for name in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb'))",
    ),
    _attempt(
        "limits",
        PRIVILEGES,
        ("提高自己的限额", "raise its own limits"),
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))",
    ),
    _attempt(
        "keys",
        PRIVILEGES,
        ("使用内核钥匙串", "use the kernel's key ring"),
        "import ctypes\nassert ctypes.CDLL(None).syscall(250, 0, -3, 0, 0, 0) >= 0",
    ),
)


def ways(box: Box) -> tuple[tuple[Start, Box], ...]:
    """Return the ways in which children of a box may come to be, each as a box of its own."""
    cold: tuple[Start, Box] = ("cold", replace(box, zygote=None))
    return (("warm", box), cold) if box.zygote else (cold,)


def try_out(box: Box, hidden: Sequence[Path] = (), *, together: bool = False) -> Iterator[Outcome]:
    """Yield the outcome of every attempt, each in a child of its own.

    Args:
        hidden: Places that no box may show, see `seen`.
        together: What uses up nothing shares a child until one attempt ends it, where a child takes long to start.
    """
    short = replace(box, limits=replace(box.limits, cpu_seconds=20))
    with ExitStack() as shared:
        session: BoxSession | None = None
        for attempt in (*ATTEMPTS, *([_seen(hidden)] if hidden else []), CROWD):
            began = time.monotonic()
            if attempt is CROWD:
                held, detail = _crowd(short)
            elif together and attempt.area != LIMITS:
                session = session or shared.enter_context(short.session())
                held, detail, alive = _try(session, short, attempt)
                session = session if alive else None
            else:
                with short.session() as own:
                    held, detail, _ = _try(own, short, attempt)
            yield Outcome(attempt, held, detail, time.monotonic() - began)


def _seen(places: Sequence[Path]) -> Attempt:
    """Return the attempt to find one of these places, or what lies in those that lead to what a box shows."""
    named = [str(place) for place in _beside_the_shown(places)][:MAX_PLACES]
    code = (
        f"import os\nfound = [place for place in {named!r} if os.path.lexists(place)]\nassert found, 'nothing is seen'"
    )
    return _attempt("course", FILES, ("看到课程、数据或数据库", "see the course, its data or its database"), code)


def _beside_the_shown(places: Iterable[Path]) -> Iterator[Path]:
    seen = [Path(place) for place in (*shown().places, *(link for link, _ in shown().links))]
    for place in places:
        if any(one != place and one.is_relative_to(place) for one in seen):
            yield from _beside_the_shown(sorted(place.iterdir()))
        elif place not in seen and place.exists():
            yield place


CROWD = _attempt(
    "crowd",
    LIMITS,
    ("用光别的沙箱的线程", "take the threads of another box"),
    "import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
    "except RuntimeError: pass",
)
FOUR_THREADS = (
    "def four():\n    import threading, time\n    all = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(4)]\n"
    "    [one.start() for one in all], [one.join() for one in all]\n"
)


def _crowd(box: Box) -> tuple[bool, str]:
    """Let one box take all threads that it gets, and another one start four."""
    with box.session() as crowded, box.session() as other:
        _load(crowded, CROWD)
        for session in (crowded, other):
            session.limit(SECONDS)
        with suppress(StudentError, BoxDied):
            crowded.ask("call", target="attempt", arguments=[])
        try:
            other.ask("load", statements=[["self-test", 1, FOUR_THREADS]])
            other.ask("call", target="four", arguments=[])
        except (StudentError, BoxDied) as error:
            return False, str(getattr(error, "message", error))[:100]
    return True, "the other one starts four"


def _load(session: BoxSession, attempt: Attempt) -> None:
    body = "\n".join("    " + line for line in attempt.code.splitlines())
    session.ask("load", statements=[["self-test", 1, f"def attempt():\n{body}\n    return 'done'"]])


def _try(session: BoxSession, box: Box, attempt: Attempt) -> tuple[bool, str, bool]:
    """Return whether it was stopped, what came of it, and whether the child is still there."""
    session.limit(attempt.seconds)
    _load(session, attempt)
    try:
        session.ask("call", target="attempt", arguments=[])
    except StudentError as error:
        kept = len(session.output)
        said = f"{kept:,} characters of it kept" if attempt.id == "output" else f"{error.type}: {error.message}"
        return attempt.id != "output" or kept <= box.limits.output_kib << 10, said[:100], True
    except BoxDied as death:
        return True, f"ended: {death.detail}", False
    return False, "it worked", True
