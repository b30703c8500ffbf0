"""What a child of the box is told: each entry point takes one of these as JSON."""

from __future__ import annotations

from typing import Optional, TypedDict


class LimitOrders(TypedDict):
    """What `lockdown.limit` takes."""

    memory_mib: int
    cpu_seconds: int
    file_mib: int


class LockOrders(TypedDict):
    """What `lockdown.lock_down` takes."""

    readable: list[str]
    writable: list[str]
    uid: Optional[int]
    processes: int


class Orders(TypedDict):
    """What the grader asks of any child.

    Attributes:
        framework: Its name.
        files_mib: Room for its files.
    """

    framework: str
    files_mib: int
    limits: LimitOrders
    lock: LockOrders


class WarmOrders(Orders):
    """What a warm child is.

    Attributes:
        places: What lies below /tmp and stays visible.
        own_users: See `namespaces.make_view`.
    """

    places: list[str]
    own_users: bool


class WarmedOrders(TypedDict):
    """The argument of the process from which warm children come.

    Attributes:
        control: A descriptor; the rest: see `WarmOrders`.
    """

    control: int
    framework: str
    places: list[str]
    own_users: bool


class ColdOrders(TypedDict):
    """The argument of a cold child.

    Attributes:
        wire: A descriptor.
        lock: None without protection.
        layers: Those that hold already.
    """

    wire: int
    limits: LimitOrders
    lock: Optional[LockOrders]
    framework: str
    layers: list[str]


class ContainedOrders(TypedDict):
    """The argument of process 1 of a container.

    Attributes:
        program: The child's words without its argument.
        environment: Its variables.
        orders: Its argument without the wire and the layers.
    """

    program: list[str]
    environment: dict[str, str]
    orders: dict[str, object]
