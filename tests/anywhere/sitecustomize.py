"""Make Python look like Windows to our own modules: what Windows lacks is not there for them. Found through PYTHONPATH.

The standard library and other packages see the machine as it is. LACKING=pydantic,cv2 takes packages away from everybody,
as on a machine where they are not installed.
"""

from __future__ import annotations

import builtins
import importlib.abc
import os
import sys
from types import ModuleType

MODULES = frozenset(
    [
        "fcntl",
        "resource",
        "pwd",
        "grp",
        "termios",
        "tty",
        "pty",
        "curses",
        "syslog",
        "posix",
        "spwd",
        "crypt",
        "readline",
    ]
)
NAMES = {
    "os": frozenset(
        [
            "O_NOFOLLOW",
            "O_NONBLOCK",
            "O_CLOEXEC",
            "O_DIRECTORY",
            "O_PATH",
            "fork",
            "forkpty",
            "geteuid",
            "getuid",
            "getegid",
            "getgid",
            "getpgid",
            "getppgid",
            "setsid",
            "setuid",
            "setgid",
            "killpg",
            "waitid",
            "WIFSIGNALED",
            "WTERMSIG",
            "WEXITSTATUS",
            "WNOHANG",
            "readv",
            "writev",
            "sysconf",
            "statvfs",
            "uname",
            "chown",
            "fchmod",
            "fchown",
            "mkfifo",
            "memfd_create",
            "MFD_CLOEXEC",
            "posix_fallocate",
            "sched_getaffinity",
            "getloadavg",
            "pidfd_open",
            "setpriority",
            "sync",
            "chroot",
            "pipe2",
            "wait3",
            "wait4",
            "nice",
            "openpty",
            "ttyname",
            "getgroups",
            "pread",
            "pwrite",
            "sendfile",
            "confstr",
        ]
    ),
    "signal": frozenset(
        [
            "SIGALRM",
            "SIGKILL",
            "SIGXCPU",
            "SIGHUP",
            "SIGQUIT",
            "SIGUSR1",
            "SIGUSR2",
            "SIGCHLD",
            "SIGSTOP",
            "SIGCONT",
            "SIGPIPE",
            "setitimer",
            "alarm",
            "ITIMER_REAL",
            "pthread_sigmask",
            "SIG_BLOCK",
            "SIG_SETMASK",
            "pause",
            "sigwait",
            "pthread_kill",
            "set_wakeup_fd",
        ]
    ),
    "socket": frozenset(["AF_UNIX", "AF_NETLINK", "send_fds", "recv_fds", "CMSG_LEN", "SCM_RIGHTS"]),
    "select": frozenset(["poll", "epoll", "POLLIN", "POLLOUT", "EPOLLIN", "kqueue"]),
    "mmap": frozenset(["MAP_PRIVATE", "MAP_SHARED", "MAP_ANONYMOUS", "MAP_POPULATE", "PROT_READ", "PROT_WRITE"]),
    "time": frozenset(["tzset", "pthread_getcpuclockid"]),
}
INSTEAD = {
    "os": {"name": "nt", "supports_dir_fd": set(), "supports_follow_symlinks": set()},
    "sys": {"platform": "win32"},
}
OURS = ("autograder", "child")


class Windows(ModuleType):
    """A module without what Windows lacks; what is written to it is written to the real one."""

    def __init__(self, real: ModuleType) -> None:
        super().__init__(real.__name__)
        self.__dict__["_real"] = real
        if real.__name__ == "subprocess":
            self.__dict__["Popen"], self.__dict__["run"] = _refusing(real.Popen), _refusing(real.run)

    def __getattr__(self, name: str) -> object:
        real = self.__dict__["_real"]
        if name in NAMES.get(real.__name__, ()):
            raise AttributeError(f"module {real.__name__!r} has no attribute {name!r} (as on Windows)")
        return INSTEAD.get(real.__name__, {}).get(name, getattr(real, name))

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__dict__["_real"], name, value)


def _refusing(start):
    def checked(*words, **options):
        for name in ("pass_fds", "preexec_fn", "start_new_session", "user", "group", "umask"):
            if options.get(name):
                raise ValueError(f"{name} is not supported on Windows")
        return start(*words, **options)

    return checked


class _NotInstalled(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):  # noqa: ARG002
        if name.partition(".")[0] in LACKING:
            raise ModuleNotFoundError(f"No module named {name!r} (taken away)", name=name)


LACKING = frozenset(filter(None, os.environ.get("LACKING", "").split(",")))
_import, _known = builtins.__import__, {}


def _as_on_windows(name, globals=None, locals=None, fromlist=(), level=0):
    module = _import(name, globals, locals, fromlist, level)
    if level or (globals or {}).get("__name__", "").partition(".")[0] not in OURS:
        return module
    if name.partition(".")[0] in MODULES:
        raise ModuleNotFoundError(f"No module named {name!r} (as on Windows)", name=name)
    if name in NAMES or name in INSTEAD or name == "subprocess":
        return _known.setdefault(name, Windows(module))
    return module


if os.environ.get("AS_ON_WINDOWS"):
    builtins.__import__ = _as_on_windows
if LACKING:
    sys.meta_path.insert(0, _NotInstalled())
