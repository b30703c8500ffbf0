"""The warmed processes of the box that a pytest worker keeps: one for each framework, for all commands and answers."""

from __future__ import annotations

from autograder.sandbox.session import Framework
from autograder.sandbox.warm import Zygote


class Kept(Zygote):
    """A warmed process that stays when a command closes its box: the next one needs it again."""

    def close(self) -> None:
        """Leave it to the others."""

    def end(self) -> None:
        """End it with the tests."""
        super().close()


class Keeper:
    """Stands in for the class `Zygote` where boxes are made."""

    on_line = staticmethod(Zygote.on_line)

    def __init__(self) -> None:
        self._kept: dict[Framework, Kept] = {}

    def __call__(self, framework: Framework = "paddle") -> Kept:
        return self._kept.setdefault(framework, Kept(framework))

    def end(self) -> None:
        """End them all."""
        for kept in self._kept.values():
            kept.end()


KEEPER = Keeper()
