from __future__ import annotations

import subprocess
import sys
from typing import Any

from autograder.training.identity import code_of

FIRST = '''
class Net:
    """A network."""
    width = 3
    def forward(self, x):
        return self.act(x) if x in {"a", "b", "c"} else x + 1
    def act(self, x):
        return [y * 2 for y in x]
def loop(model, *, rate=0.1):
    return model
'''


def made(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(text, names)  # as a notebook does: no file, no source text
    return names


def test_comments_and_places_do_not_count() -> None:
    moved = "# a comment\n\n" + FIRST.replace("        return [y", "        # and another\n        return [y")
    assert code_of(made(moved)["Net"]) == code_of(made(FIRST)["Net"])


def test_changed_code_constants_and_defaults_count() -> None:
    net, loop = code_of(made(FIRST)["Net"]), code_of(made(FIRST)["loop"])
    assert code_of(made(FIRST.replace("y * 2", "y * 3"))["Net"]) != net
    assert code_of(made(FIRST.replace("self.act(x)", "self.pool(x)"))["Net"]) != net
    assert code_of(made(FIRST.replace("width = 3", "width = 4"))["Net"]) != net
    assert code_of(made(FIRST.replace("rate=0.1", "rate=0.2"))["loop"]) != loop


def test_it_is_the_same_in_another_process() -> None:
    program = (
        f"from autograder.training.identity import code_of\nn = {{}}\nexec({FIRST!r}, n)\nprint(code_of(n['Net']))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in (1, 2)
    }
    assert found == {code_of(made(FIRST)["Net"])}
