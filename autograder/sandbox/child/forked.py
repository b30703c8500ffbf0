"""A warm child, from the fork on."""

from __future__ import annotations

import os
import random
import sys
from typing import NoReturn

from .frameworks import framework
from .lockdown import limit, lock_down
from .namespaces import close_all_but, make_view
from .orders import WarmOrders
from .serve import serve


def be_child(orders: WarmOrders, wire: int, output: int) -> NoReturn:
    """Be process 1: let go of what the warmed process has open, make the view, lock down, then answer."""
    try:
        os.setsid()  # where the kernel shares processors out by session, many threads get no more than one does
        # All children would have one open file with the warmed process, and what a child sets there stays for the next.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        close_all_but({0, 1, 2, wire})
        make_view(orders["files_mib"], orders["places"], orders["own_users"])
        limit(**orders["limits"])
        layers = ["namespaces", *lock_down(**orders["lock"])]
        # No two children draw the same, as no two cold ones do; Python has seeded its own generator in the fork.
        used = framework(orders["framework"])
        used.seed(random.getrandbits(32))
        serve(wire, layers, used)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)
