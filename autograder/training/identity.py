"""What makes two training runs the same: network, recipe, images, and the code that runs."""

from __future__ import annotations

import hashlib
import inspect
from types import CodeType, FunctionType
from typing import Any

from autograder.training.images import ImageSets
from autograder.training.recipe import Recipe


def identity_of(model: Any, sets: ImageSets, recipe: Recipe, functions: dict[str, Any]) -> dict[str, Any]:
    """Return JSON values that are equal for two runs that give the same figures.

    The number of epochs is left out: a longer run goes on where a shorter one ended.

    Args:
        functions: The learner's own (augment and the like) by name, None where ours is used.
    """
    shapes = [f"{name} {list(value.shape)} {value.dtype}" for name, value in model.state_dict().items()]
    written = {name: value for name, value in recipe.to_record().items() if name != "epochs"}
    kinds = {type(layer) for layer in model.sublayers(include_self=True)}
    own = sorted((kind for kind in kinds if not kind.__module__.startswith("paddle.")), key=lambda kind: kind.__name__)
    code = {name: function and _short(code_of(function)) for name, function in functions.items()}
    code["network"] = _short("".join(code_of(kind) for kind in own))
    return {
        "network": {"class": type(model).__name__, "parameters": _short("\n".join(shapes))},
        "recipe": written,
        "images": _short(sets.sha256),
        "code": code,
    }


def code_of(thing: Any) -> str:
    """Return a text that is equal for two functions or classes that do the same by the same code.

    A notebook's classes have no source text, so this reads the compiled code; comments and places do not count.
    """
    if inspect.isclass(thing):
        parts = [f"{name}={code_of(value)}" for name, value in sorted(vars(thing).items()) if _has_a_say(name, value)]
        return f"class {thing.__name__}({', '.join(parts)})"
    if isinstance(thing, (staticmethod, classmethod)) or inspect.ismethod(thing):
        return code_of(thing.__func__)
    if isinstance(thing, FunctionType):
        return f"{_compiled(thing.__code__)} {thing.__defaults__!r} {thing.__kwdefaults__!r}"
    return repr(thing) if isinstance(thing, (int, float, str)) else type(thing).__name__


def _has_a_say(name: str, value: Any) -> bool:
    return isinstance(value, (FunctionType, staticmethod, classmethod)) or (
        isinstance(value, (int, float, str)) and not name.startswith("__")
    )


def _compiled(code: CodeType) -> str:
    constants = [_compiled(entry) if isinstance(entry, CodeType) else _plain(entry) for entry in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {constants}"


def _plain(constant: Any) -> str:
    # The order of a set differs from process to process.
    return repr(sorted(map(repr, constant))) if isinstance(constant, frozenset) else repr(constant)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
