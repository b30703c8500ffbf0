"""What a statement does to objects of the module: what a call changes, what a decorator or a base class registers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LIST_MUTATORS = ("append", "appendleft", "extend", "extendleft", "insert", "remove", "reverse", "sort")
_SET_MUTATORS = ("add", "discard", "difference_update", "intersection_update", "symmetric_difference_update")
MUTATORS = frozenset((*_LIST_MUTATORS, *_SET_MUTATORS, "clear", "pop", "popitem", "setdefault", "update"))
# A call on an own object that stands alone, such as `parser.add_argument(...)`, is there for what it changes; these
# words say that it trains, shows or writes, which nothing asked for needs.
WORK = frozenset(
    (
        *(
            "backward",
            "eval",
            "evaluate",
            "fit",
            "forward",
            "main",
            "minimize",
            "predict",
            "run",
            "step",
            "test",
            "train",
        ),
        *(
            "close",
            "download",
            "imshow",
            "join",
            "load",
            "plot",
            "print",
            "save",
            "savefig",
            "show",
            "start",
            "summary",
        ),
        "wait",
    )
)


def root(node: ast.expr) -> set[str]:
    """Return the name at the root of `X.y[0].z`, if there is one."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def callee(node: ast.expr) -> tuple[ast.expr, int]:
    """Return what stands before the brackets of `f(a)(b)`, and how many pairs of them follow it."""
    times = 0
    while isinstance(node, ast.Call):
        node, times = node.func, times + 1
    return node, times


def is_unused(target: ast.expr) -> bool:
    """Return True for `_`, which says that nobody needs the value."""
    return isinstance(target, ast.Name) and target.id == "_"


def patched_class(node: ast.AST) -> set[str]:
    """Return the class that a decorated function at module level is made a method of: `def forward(self: LeNet, x)`."""
    if not isinstance(node, FUNCTIONS) or not node.args.args or node.args.args[0].arg != "self":
        return set()
    annotation = node.args.args[0].annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return {annotation.value}
    return root(annotation) if annotation is not None else set()


def base_names(node: ast.stmt) -> frozenset[str]:
    """Return the names at the roots of a class's bases, and of its metaclass."""
    if not isinstance(node, ast.ClassDef):
        return frozenset()
    metaclass = [keyword.value for keyword in node.keywords if keyword.arg == "metaclass"]
    return frozenset().union(*map(root, (*node.bases, *metaclass)))


def learns_of_subclasses(node: ast.stmt) -> bool:
    """Return True for a class whose own code runs when a class is derived from it."""
    if not isinstance(node, ast.ClassDef):
        return False
    own = {part.name for part in node.body if isinstance(part, FUNCTIONS)}
    is_metaclass = any(isinstance(base, ast.Name) and base.id == "type" for base in node.bases)
    metaclasses = [word.value for word in node.keywords if word.arg == "metaclass"]
    return is_metaclass or "__init_subclass__" in own or any(map(root, metaclasses))


def completed_by(decorator: ast.expr) -> set[str]:
    """Return the names of objects that a decorator adds to: LeNet in `@add_to_class(LeNet)`, or `@LeNet.method`."""
    if not isinstance(decorator, ast.Call):
        return root(decorator) if isinstance(decorator, ast.Attribute) else set()
    found = {name for argument in decorator.args for name in root(argument)}
    return found | (root(decorator.func) if isinstance(decorator.func, ast.Attribute) else set())


def effects(node: ast.stmt, depth: int | None = None) -> tuple[frozenset[str], bool]:
    """Return the global names that a function binds or changes in place when it is called, and whether it does work.

    A class that learns of its subclasses counts as a function.

    Args:
        depth: How many functions inside functions are looked into; None: all.
    """
    if not isinstance(node, FUNCTIONS) and not learns_of_subclasses(node):
        return frozenset(), False
    own: set[str] = set()
    declared: set[str] = set()
    touched: set[str] = set()
    works = False
    for part in _inside(node, depth):
        if isinstance(part, FUNCTIONS):
            own |= _arguments(part)
        elif isinstance(part, ast.Global):
            declared.update(part.names)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            own.add(part.id)
        elif isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, (ast.Store, ast.Del)):
            touched |= root(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if part.func.attr in MUTATORS:
                touched |= root(part.func.value)
            works = works or part.func.attr in WORK
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in ("setattr", "input"):
            touched |= root(part.args[0]) if part.func.id == "setattr" and part.args else set()
            works = works or part.func.id == "input"
    return frozenset(declared | (touched - own)), works


def registers(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a function writes when it decorates: as `@register`, and as `@register("tanh")`.

    What lies deeper is a wrapper, which runs when the decorated function is called.
    """
    if not isinstance(node, FUNCTIONS) or not effects(node)[0]:
        return frozenset(), frozenset()
    return effects(node, 0)[0], effects(node, 1)[0]


def _inside(node: ast.AST, depth: int | None) -> Iterator[ast.AST]:
    """Yield a function or class and what lies in it; functions inside functions down to `depth` of them."""
    waiting = [(node, 0)]
    while waiting:
        part, level = waiting.pop()
        yield part
        for child in ast.iter_child_nodes(part):
            below = level + isinstance(child, (*FUNCTIONS, ast.Lambda))
            if depth is None or below <= depth:
                waiting.append((child, below))


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = function.args
    several = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return {each.arg for each in several if each is not None}
