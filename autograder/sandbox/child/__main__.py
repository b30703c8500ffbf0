"""Entry point of a cold child: `python -m child` with the JSON of its orders as its only argument."""

from __future__ import annotations

import json
import sys

from .frameworks import framework
from .lockdown import limit, lock_down
from .orders import ColdOrders


def main() -> None:
    """Import everything, lock down, answer."""
    orders: ColdOrders = json.loads(sys.argv[1])
    limit(**orders["limits"])
    used = framework(orders["framework"])
    used.start()  # Paddle's import starts programs, and the lock-down forbids that
    from .serve import serve

    serve(orders["wire"], [*orders["layers"], *lock_down(**orders["lock"])] if orders["lock"] else [], used)


main()
