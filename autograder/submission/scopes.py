"""What one top-level statement binds, changes and needs, by Python's own scope rules."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from autograder.submission.effects import (
    FUNCTIONS,
    MUTATORS,
    WORK,
    base_names,
    callee,
    completed_by,
    effects,
    is_unused,
    learns_of_subclasses,
    patched_class,
    registers,
    root,
)

# What Python has known since 3.10 or 3.11: an older one cannot read it either.
_NEWER: dict[str, tuple[type[ast.AST], ...]] = {
    name: (getattr(ast, name),) if hasattr(ast, name) else ()
    for name in ("Match", "MatchMapping", "TryStar", "match_case", "pattern")
}
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, *_NEWER["Match"])
_BRANCHES = (ast.If, ast.Try, *_NEWER["TryStar"])


class Rank(IntEnum):
    """How well a statement defines a name. A loop that happens to bind it counts little, and what stands below
    `if __name__ == "__main__":` only where nothing else binds it."""

    MAIN = -1
    LOOP = 0
    ASSIGNMENT = 1
    DEFINITION = 2


@dataclass(frozen=True)
class Names:
    """The names of one top-level statement.

    Attributes:
        binds: names it binds at module level, with the best rank.
        imports: those of them that an import binds.
        changes: names of objects it changes in place (`X.y = ...`, `setattr(X, ...)`, a `global` write).
        calls: names of objects on which it calls a method that changes them (`X.append(...)`), or which it changes
            inside a loop. For an imported module neither counts: a training loop may set `plt.rcParams`.
        needs: global names it refers to, in its bodies too.
        runs: names of functions it calls at module level, as a statement of its own.
        writes: of a function: the global names it binds (`global X`) or changes in place when it is called.
        works: True for a function that trains, shows or reads on its own (`loss.backward()`), so that it is no mere setting.
        decorators: plain names that decorate the definition, each with how often it is called: 1 in `@register("tanh")`.
        registers: of a function: what it writes when it decorates, without a call and after one; its wrappers run later.
        bases: of a class: names at the roots of its bases, and its metaclass.
        subclassed: of a class: it has `__init_subclass__`, a metaclass or is a metaclass, so that it learns of its subclasses.
        looks_up_subclasses: it asks a class for its `__subclasses__()`.
    """

    binds: dict[str, Rank]
    imports: frozenset[str]
    changes: frozenset[str]
    calls: frozenset[str]
    needs: frozenset[str]
    runs: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    works: bool = False
    decorators: frozenset[tuple[str, int]] = frozenset()
    registers: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    bases: frozenset[str] = frozenset()
    subclassed: bool = False
    looks_up_subclasses: bool = False


def names_of(node: ast.stmt, text: str) -> Names:
    """Return the names of the statement `node`, whose source is `text`.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: `text` breaks a scope rule or is too large.
    """
    found = _Finder(has_global="global" in text)
    found.statement(node, in_loop=False)
    needs = _global_names(symtable.symtable(text, "<student>", "exec"), top=True)
    return Names(
        dict(found.binds),
        frozenset(found.imports),
        frozenset(found.changes),
        frozenset(found.calls),
        frozenset(needs | found.augmented),
        frozenset(found.runs),
        *effects(node),
        frozenset(found.decorators),
        registers(node),
        base_names(node),
        learns_of_subclasses(node),
        "__subclasses__" in text,
    )


def is_main_block(node: ast.stmt) -> bool:
    """Return True if `node` is an `if` that asks for `__name__ == "__main__"`."""
    if not isinstance(node, ast.If):
        return False
    for part in ast.walk(node.test):
        if isinstance(part, ast.Compare) and any(isinstance(operator, ast.Eq) for operator in part.ops):
            sides = [part.left, *part.comparators]
            if any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
                isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
            ):
                return True
    return False


def executed_text(node: ast.stmt, texts: Mapping[str, str]) -> str | None:
    """Return the text that `exec("...")`, or `exec(name)` of a name in `texts`, executes; None for anything else."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "exec" and call.args):
        return None
    given = call.args[0]
    if isinstance(given, ast.Name):
        return texts.get(given.id)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def together(several: Sequence[Names]) -> Names:
    """Return the names of several statements as those of one."""
    binds: dict[str, Rank] = {}
    for names in several:
        for name, rank in names.binds.items():
            binds[name] = max(rank, binds.get(name, rank))

    def union(field_name: str) -> frozenset[str]:
        return frozenset().union(*(getattr(names, field_name) for names in several))

    return Names(
        binds,
        union("imports"),
        union("changes"),
        union("calls"),
        union("needs"),
        union("runs"),
        decorators=frozenset().union(*(names.decorators for names in several)),
        looks_up_subclasses=any(names.looks_up_subclasses for names in several),
    )


def is_future_import(node: ast.stmt) -> bool:
    """Return True if `node` is `from __future__ import ...`."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def has_star_import(node: ast.stmt) -> bool:
    """Return True if `node` is `from m import *`, also inside `try` or `if`."""
    if isinstance(node, ast.ImportFrom):
        return any(name.name == "*" for name in node.names)
    return isinstance(node, _BRANCHES) and any(
        has_star_import(child) for child in _children(node) if isinstance(child, ast.stmt)
    )


def _global_names(table: symtable.SymbolTable, top: bool) -> set[str]:
    names: set[str] = set()
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global() or table.get_type() == "class"):
            # In a class body `n = n` reads the global n, so names of the body count as well.
            names.add(symbol.get_name())
    for child in table.get_children():
        names |= _global_names(child, top=False)
    return names


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what lies directly in `node`, handlers and cases opened up."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ExceptHandler, *_NEWER["match_case"], ast.withitem)):
            yield from _children(child)
        else:
            yield child


@dataclass
class _Finder:
    """Walks one statement at module level; never enters functions, classes or lambdas, whose names are their own.

    has_global: the word stands somewhere in the text; where it does not, there is no such statement to look for.
    """

    has_global: bool
    binds: dict[str, Rank] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    augmented: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    decorators: set[tuple[str, int]] = field(default_factory=set)

    def statement(self, node: ast.AST, in_loop: bool) -> None:
        plain = Rank.LOOP if in_loop else Rank.ASSIGNMENT
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            self._bind(node.name, Rank.LOOP if in_loop else Rank.DEFINITION)
            if self.has_global:
                self._global_writes(node)
            for outer in (*node.decorator_list, *getattr(node, "bases", ())):
                self._expression(outer, plain)
            for decorator in node.decorator_list:
                self.calls |= (completed_by(decorator) | patched_class(node)) - {node.name}
                made_by, times = callee(decorator)
                if isinstance(made_by, ast.Name) and not in_loop:
                    self.decorators.add((made_by.id, times))
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in node.names:
                bound = name.asname or name.name.partition(".")[0]
                self._bind(bound, Rank.LOOP if in_loop else Rank.DEFINITION)
                self.imports.add(bound)
            return
        if isinstance(node, ast.AnnAssign) and node.value is None:
            return
        if isinstance(node, ast.Delete):
            self._targets([target for target in node.targets if not isinstance(target, ast.Name)], plain)
            return
        self._simple(node, plain)
        in_loop = in_loop or isinstance(node, _LOOPS)
        for child in _children(node):
            if isinstance(child, ast.stmt):
                self.statement(child, in_loop)
            elif isinstance(child, _NEWER["pattern"]):
                self._pattern(child)
            elif isinstance(child, ast.expr):
                self._expression(child, Rank.LOOP if in_loop else plain)

    def _simple(self, node: ast.AST, rank: Rank) -> None:
        if isinstance(node, ast.Assign):
            self._targets(node.targets, rank)
            if isinstance(node.value, ast.Call):
                self._assigned_call(node.value, rank, all(map(is_unused, node.targets)))
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            self._targets([node.target], rank)
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self.augmented.add(node.target.id)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._targets([node.target], Rank.LOOP)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._targets([item.optional_vars for item in node.items if item.optional_vars is not None], Rank.LOOP)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._call(node.value, rank)
        elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.ListComp, ast.SetComp)):
            if isinstance(node.value.elt, ast.Call):
                self._call(node.value.elt, rank)
        elif type(node).__name__ == "TypeAlias":  # Python 3.12
            self._targets([node.name], rank)  # type: ignore[attr-defined]

    def _targets(self, targets: list[ast.expr], rank: Rank) -> None:
        for target in targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, rank)
            elif isinstance(target, ast.Starred):
                self._targets([target.value], rank)
            elif isinstance(target, (ast.Tuple, ast.List)):
                self._targets(target.elts, rank)
            else:
                (self.calls if rank is Rank.LOOP else self.changes).update(root(target))

    def _call(self, call: ast.Call, rank: Rank) -> None:
        called, _ = callee(call)
        if isinstance(called, ast.Attribute):
            alone = rank is not Rank.LOOP and called.attr not in WORK
            if alone or called.attr in MUTATORS:
                self.calls |= root(called.value)
        if isinstance(called, ast.Name) and rank is not Rank.LOOP:
            self.runs.add(called.id)
        if isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr") and call.args:
            self.changes |= root(call.args[0])

    def _assigned_call(self, call: ast.Call, rank: Rank, unused: bool) -> None:
        """Take a call whose result is kept: `_ = ACTS.setdefault(...)`, `tanh = register("tanh")(F.tanh)`."""
        mutates = isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS
        if unused or mutates or isinstance(call.func, ast.Call):
            self._call(call, rank)

    def _expression(self, node: ast.AST, rank: Rank) -> None:
        """Find walrus targets, which bind at module level from inside comprehensions too."""
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name):
                self._bind(part.target.id, rank)
            if not isinstance(part, ast.Lambda):
                waiting.extend(ast.iter_child_nodes(part))

    def _pattern(self, node: ast.AST) -> None:
        for part in ast.walk(node):
            name = getattr(part, "rest" if isinstance(part, _NEWER["MatchMapping"]) else "name", None)
            if isinstance(name, str):
                self._bind(name, Rank.LOOP)

    def _global_writes(self, node: ast.AST) -> None:
        declared = {name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names}
        if not declared:
            return
        self.changes |= declared
        for part in ast.walk(node):
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name) and part.target.id in declared:
                self.augmented.add(part.target.id)

    def _bind(self, name: str, rank: Rank) -> None:
        self.binds[name] = max(rank, self.binds.get(name, rank))
