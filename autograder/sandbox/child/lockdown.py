"""Lock this process down, for good, before any of the student's code is loaded: Landlock, then a seccomp filter.

Both bind the calling thread and what comes from it, so they are set while the process has one thread. Nothing here
needs a package or a privilege. What a layer cannot do on this machine is reported, never silently left out.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import stat
import struct
import sys
from collections.abc import Iterable

PR_SET_NO_NEW_PRIVS = 38
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
CAPABILITIES = 64
OF_THIS_PROCESS, NOTHING = struct.pack("=Ii", 0x20080522, 0), bytes(24)  # version 3 of the header, and of three sets
EPERM, ENOSYS = 1, 38
MAX_SIGNALS = 256  # that wait, timers among them; a user has one number for all
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_Sets = ctypes.c_ubyte * len(NOTHING)

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
READ_FILE, READ_DIR = 1 << 2, 1 << 3
RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}  # how many kinds of file access each version knows; 16 from 5 on
MIN_TCP_ABI, MIN_SCOPE_ABI = 4, 6

# Each call with its number on x86_64 and on aarch64 (None: the machine has no such call).
FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "process_madvise": (440, 440),
    "setns": (308, 268),
    "unshare": (272, 97),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279),  # its memory counts neither as address space nor against the sized folders
    "memfd_secret": (447, 447),
    "sync": (162, 81),  # they write out what belongs to everybody on the machine
    "syncfs": (306, 267),
    "seccomp": (317, 277),
    "io_setup": (206, 0),  # the machine has one number of these for all
    "io_destroy": (207, 1),
    "io_submit": (209, 2),
    "io_cancel": (210, 3),
    "io_getevents": (208, 4),
    "io_pgetevents": (333, 292),
    "mlock": (149, 228),
    "mlock2": (325, 284),
    "mlockall": (151, 230),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "uselib": (134, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (
        132,
        None,
    ),  # moments stay with a file that later boxes see, too; so does what `WITHOUT_EFFECT` would write
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    "nfsservctl": (180, 42),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setfsuid": (122, 151),
    "setfsgid": (123, 152),
    "setgroups": (116, 159),
    "capset": (126, 91),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
}
# These succeed and change nothing: libraries that copy files ask for them, and modes would stay with files that later boxes
# see, too. chmod, fchmod, fchmodat.
WITHOUT_EFFECT: tuple[tuple[int | None, int | None], ...] = ((90, None), (91, 52), (268, 53))
# From here on both architectures share the numbers. Calls this young, and those to come (statmount, listmount, lsm_*,
# futex_*, cachestat, map_shadow_stack, process_mrelease ...), are absent as on an older kernel, for which libraries are made.
FIRST_ABSENT = 448
CLONE, CLONE3, IOCTL, TGKILL, PRLIMIT = (56, 220), (435, 435), (16, 29), (234, 131), (302, 261)
PRCTL, FCNTL = (157, 167), (72, 25)
CLONE_THREAD = 0x00010000
SET_SECCOMP, SET_PIPE_SIZE = 22, 1031  # what a user's pipes hold together is limited, so nobody may have large ones
SET_HINT, SET_FILE_HINT = 1036, 1038  # of writing: kept with a file, also where it cannot be written to
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into the terminal of somebody else
ARCHITECTURES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}  # column, audit number, seccomp(2)


def limit(memory_mib: int, cpu_seconds: int, file_mib: int) -> None:
    """Set the hard limits that hold from here on."""
    for kind, amount in (
        (resource.RLIMIT_AS, memory_mib << 20),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_mib << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows the limit of addresses and refuses it
            if kind != resource.RLIMIT_AS or sys.platform == "linux":
                raise


def lock_down(readable: Iterable[str], writable: Iterable[str], uid: int | None, processes: int) -> list[str]:
    """Give up everything that is not needed, and return the names of the layers that hold."""
    held = []
    shrink_capabilities()  # a new user namespace has them all
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        held.append("uid")
    if drop_capabilities():
        held.append("no-capabilities")
    for kind, most in (
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_SIGPENDING, MAX_SIGNALS),
    ):
        resource.setrlimit(kind, (most, most))
    if _LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.append("no-new-privileges")
    _LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if len([*os.scandir("/proc/self/task")]) == 1:
        if restrict_files(readable, writable):
            held.append("landlock")
        if filter_calls():
            held.append("seccomp")
    return held


def shrink_capabilities() -> None:
    """Take away for good what this process and its programs could get again; needs CAP_SETPCAP, else changes nothing."""
    for number in range(CAPABILITIES):
        _LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)


def drop_capabilities() -> bool:
    """Give up every capability, and tell whether none is left."""
    _LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _LIBC.capset(OF_THIS_PROCESS, NOTHING)
    return has_no_capabilities()


def has_no_capabilities() -> bool:
    """Return True if nothing is effective, permitted or inheritable; what is ambient is permitted, too."""
    left = _Sets(*b"?" * len(NOTHING))
    return bool(_LIBC.capget(OF_THIS_PROCESS, left) == 0 and bytes(left) == NOTHING)


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Allow reading below `readable` and everything below `writable`, and no other file or TCP port; False: no Landlock."""
    abi = _LIBC.syscall(LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return False
    every = (1 << RIGHTS_BY_ABI.get(abi, 16)) - 1
    network = 3 if abi >= MIN_TCP_ABI else 0
    scoped = 3 if abi >= MIN_SCOPE_ABI else 0
    attributes = struct.pack("=QQQ", every, network, scoped)[: 8 if abi < MIN_TCP_ABI else 16 if not scoped else 24]
    ruleset = _LIBC.syscall(LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        for allowed, places in ((READ_FILE | READ_DIR, readable), (every, writable)):
            for place in places:
                _allow(ruleset, place, allowed)
        return bool(_LIBC.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, place: str, allowed: int) -> None:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            allowed &= 0b0100_0000_0000_0111  # of a single file: execute, write, read, truncate
        _LIBC.syscall(LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", allowed, descriptor), 0)
    finally:
        os.close(descriptor)


def filter_calls() -> bool:
    """Refuse (EPERM) new processes, sockets, tracing, mounts, and other calls that no answer needs; False: no seccomp."""
    column, audit, number = ARCHITECTURES.get(platform.machine(), (0, 0, 0))
    if not number:
        return False
    program = _program(column, audit, os.getpid())
    instructions = ctypes.create_string_buffer(b"".join(program))
    described = struct.pack("HxxxxxxP", len(program), ctypes.addressof(instructions))
    # SECCOMP_SET_MODE_FILTER, for all threads
    return bool(_LIBC.syscall(number, 1, 1, described) == 0)


def _program(column: int, audit: int, pid: int) -> list[bytes]:
    """Return the classic BPF program; the calls with conditions come first, then the list, then "allow"."""
    load = 0x20  # load a word of the call's description: 0 number, 4 architecture, 16 + 8 k the low word of argument k
    equal, at_least, any_bit, answer = 0x15, 0x35, 0x45, 0x06
    allow, deny, absent, kill = 0x7FFF0000, 0x00050000 | EPERM, 0x00050000 | ENOSYS, 0x80000000
    succeed = 0x00050000  # without being called

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    program = [step(load, 4), step(equal, audit, 1, 0), step(answer, kill), step(load, 0)]
    program += [step(at_least, 0x40000000, 0, 1), step(answer, deny)]  # the x32 names of the same calls
    program += [step(at_least, FIRST_ABSENT, 0, 1), step(answer, absent)]
    program += [step(equal, CLONE3[column], 0, 1), step(answer, absent)]  # glibc then falls back to clone
    program += [step(equal, CLONE[column], 0, 4), step(load, 16), step(any_bit, CLONE_THREAD, 1, 0)]
    program += [step(answer, deny), step(answer, allow)]
    program += [step(equal, TGKILL[column], 0, 4), step(load, 16), step(equal, pid, 1, 0)]
    program += [step(answer, deny), step(answer, allow)]
    program += [step(equal, PRLIMIT[column], 0, 4), step(load, 16), step(equal, 0, 1, 0)]
    program += [step(answer, deny), step(answer, allow)]
    for call, place, values in ((PRCTL, 16, (SET_SECCOMP,)), (FCNTL, 24, (SET_PIPE_SIZE, SET_HINT, SET_FILE_HINT))):
        program += [step(equal, call[column], 0, len(values) + 3), step(load, place)]
        program += [step(equal, value, len(values) - at, 0) for at, value in enumerate(values)]
        program += [step(answer, allow), step(answer, deny)]
    for number in (pair[column] for pair in WITHOUT_EFFECT):
        program += [step(equal, number, 0, 1), step(answer, succeed)] if number is not None else []
    program += [step(equal, IOCTL[column], 0, 5), step(load, 24)]
    program += [step(equal, TERMINAL_INPUT[0], 2, 0), step(equal, TERMINAL_INPUT[1], 1, 0)]
    program += [step(answer, allow), step(answer, deny)]
    numbers = [pair[column] for pair in FORBIDDEN.values()]
    forbidden = [number for number in numbers if number is not None]
    for place, number in enumerate(forbidden):
        program.append(step(equal, number, len(forbidden) - place, 0))
    return [*program, step(answer, allow), step(answer, deny)]
