"""Take from a submission the statements that the asked-for names need, and nothing else.

Training loops, plots, seeds, `set_device` and `__main__` blocks stay behind unless something asked for needs a name
that only they bind. The code is parsed, never run.
"""

from __future__ import annotations

import builtins
import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.submission.cells import joined
from autograder.submission.magics import without_magics, without_own_imports, written_module
from autograder.submission.scopes import Names, Rank
from autograder.submission.statements import Parsed, Source, Statement, SyntaxProblem, parse_all

_BUILTINS = frozenset(dir(builtins))
_MAX_COMPARED = 2000


@dataclass(frozen=True)
class Slice:
    """What was taken.

    Attributes:
        statements: `from __future__` imports first, then the others in the student's order. They are to be compiled
            one after another in one namespace, each at its own file name and line.
        missing: asked-for names that nothing binds (for alternatives, the first), with the nearest name present.
        problems: parts that Python cannot read.
        found: asked-for names that are bound; a group of alternatives may appear with several.
    """

    statements: tuple[Statement, ...]
    missing: dict[str, str | None]
    problems: tuple[SyntaxProblem, ...]
    found: tuple[str, ...] = ()

    def sources(self) -> tuple[Source, ...]:
        """Return the slice as sources, which can be sliced again."""
        return tuple(Source(part.filename, part.line, part.text) for part in self.statements)


def pieces_of_notebook(notebook: Mapping[str, object], name: str = "notebook.ipynb") -> tuple[Source, ...]:
    """Return the code cells of a notebook (parsed JSON), magics blanked; cells are counted from 1, prose included."""
    cells = notebook.get("cells")
    pieces: list[Source] = []
    written: dict[str, list[str]] = {}  # texts of modules that cells write to files, by the module's name
    for number, cell in enumerate(cells if isinstance(cells, list) else (), start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = _plain_lines(joined(cell.get("source"))[0])
            text = without_magics(source)
            if module := written_module(source):
                written.setdefault(module, []).append(text)
            pieces.append(Source(f"{name}, cell {number}", 1, text))
    if not written:
        return tuple(pieces)
    bound = {module: sorted(_bound_names(texts)) for module, texts in written.items()}
    return tuple(replace(piece, text=without_own_imports(piece.text, bound)) for piece in pieces)


def _bound_names(texts: Sequence[str]) -> set[str]:
    parsed, _ = parse_all([Source("", 1, text) for text in texts])
    return {name for part in parsed for name in part.names.binds}


def pieces_of_script(text: str, name: str = "script.py") -> tuple[Source, ...]:
    """Return a script as one source; IPython lines in it, as an export from a notebook leaves them, are blanked."""
    return (Source(name, 1, without_magics(_plain_lines(text.removeprefix("\ufeff")))),)


def defined_names(cells: Sequence[str]) -> set[str]:
    """Return the names of the functions and classes that code cells define."""
    parsed, _ = parse_all([Source("", 1, without_magics(_plain_lines(text))) for text in cells])
    return {
        name
        for part in parsed
        for name, rank in part.names.binds.items()
        if rank is Rank.DEFINITION and name not in part.names.imports
    }


def slice_names(sources: Sequence[Source], names: Sequence[str | tuple[str, ...]]) -> Slice:
    """Return the statements that `names` need.

    Args:
        sources: cells of a notebook in order, or one script.
        names: asked-for names; a tuple holds alternatives, of which every bound one is taken.
    """
    return slices_of(sources, [names])[0]


def slices_of(sources: Sequence[Source], groups: Sequence[Sequence[str | tuple[str, ...]]]) -> list[Slice]:
    """Return what `slice_names` gives for each group of names; the sources are parsed once."""
    parsed, problems = parse_all(sources)
    index = _Index(parsed)
    return [_slice(index, names, tuple(problems)) for names in groups]


def _slice(index: _Index, names: Sequence[str | tuple[str, ...]], problems: tuple[SyntaxProblem, ...]) -> Slice:
    found: list[str] = []
    missing: dict[str, str | None] = {}
    for name in names:
        alternatives = (name,) if isinstance(name, str) else name
        bound = [alternative for alternative in alternatives if index.binders(alternative)]
        found.extend(bound)
        if not bound and alternatives:
            missing[alternatives[0]] = index.nearest(alternatives)
    chosen = index.closure(found)
    statements = [part.statement for part in chosen if part.is_future]
    statements += [part.statement for part in chosen if not part.is_future]
    return Slice(tuple(statements), missing, problems, tuple(dict.fromkeys(found)))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Index:
    """Which statements bind and change which names."""

    def __init__(self, parsed: Sequence[Parsed]) -> None:
        self.parsed = parsed
        self.binding: dict[str, list[int]] = defaultdict(list)
        self.changing: dict[str, list[int]] = defaultdict(list)
        self.imported: set[str] = set()
        for place, part in enumerate(parsed):
            self.imported |= part.names.imports
            for name in part.names.binds:
                self.binding[name].append(place)
        for place, part in enumerate(parsed):
            for name in part.names.changes | (part.names.calls - self.imported):
                self.changing[name].append(place)
        self._take_settings()
        self._take_subclasses()

    def _take_settings(self) -> None:
        """Count a call that stands alone (`setup()`) among what binds or changes the names that its function writes.

        A function that trains, shows or reads is left alone: nothing asked for needs what it does.
        """
        functions: dict[str, Names] = {}
        for part in self.parsed:
            functions.update({name: part.names for name, rank in part.names.binds.items() if rank is Rank.DEFINITION})
        for place, part in enumerate(self.parsed):
            for called in part.names.runs:
                for name in _written_by(called, functions) - self.imported:
                    self.changing[name].append(place)
                    if name not in self.binding:
                        self.binding[name].append(place)
            for called, times in part.names.decorators:
                if times <= 1 and called in functions:
                    for name in functions[called].registers[times] - self.imported:
                        self.changing[name].append(place)

    def _take_subclasses(self) -> None:
        """Count a class among what changes its bases where these keep a list of their subclasses, or are asked for one."""
        if not any(part.names.subclassed or part.names.looks_up_subclasses for part in self.parsed):
            return
        asked = any(part.names.looks_up_subclasses for part in self.parsed)
        classes = {name: part.names for part in self.parsed for name in part.names.binds.keys() - part.names.imports}
        for place, part in enumerate(self.parsed):
            waiting, seen = list(part.names.bases), set()
            while waiting:
                name = waiting.pop()
                if name in seen or (names := classes.get(name)) is None:
                    continue
                seen.add(name)
                waiting.extend(names.bases)
                if asked or names.subclassed:
                    for changed in {name, *names.writes} - self.imported:
                        self.changing[changed].append(place)

    def binders(self, name: str) -> list[int]:
        """Return the places of the statements that bind `name`; loops only when no definition or import does."""
        places = self.binding.get(name, [])
        best = max((self._rank(place, name) for place in places), default=Rank.LOOP)
        least = min(best, Rank.LOOP)
        if name in _BUILTINS:  # a training loop's `sum` or `max` is not what a function elsewhere means
            least = Rank.DEFINITION
        elif best is Rank.DEFINITION:
            least = Rank.ASSIGNMENT
        return [place for place in places if self._rank(place, name) >= least]

    def _rank(self, place: int, name: str) -> Rank:
        if self.parsed[place].in_main:
            return Rank.MAIN
        return self.parsed[place].names.binds.get(name, Rank.ASSIGNMENT)  # bound by a call, see `_take_settings`

    def closure(self, names: Sequence[str]) -> list[Parsed]:
        """Return what `names` need, transitively, in the student's order."""
        chosen = {
            place for place, part in enumerate(self.parsed) if (part.is_future or part.has_star) and not part.in_main
        }
        waiting = list(names) + [name for place in chosen for name in self.parsed[place].names.needs]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            binders = self.binders(name)
            in_main = all(self.parsed[place].in_main for place in binders)
            changers = (place for place in self.changing.get(name, []) if in_main or not self.parsed[place].in_main)
            for place in (*binders, *(changers if binders else ())):
                if place not in chosen:
                    chosen.add(place)
                    waiting.extend(self.parsed[place].names.needs)
        return [self.parsed[place] for place in sorted(chosen)]

    def nearest(self, wanted: Sequence[str]) -> str | None:
        """Return the bound name that looks most like one of `wanted`; definitions are preferred."""
        candidates = [
            name
            for name in self.binding
            if len(name) <= 100 and name not in self.imported and self.binders(name) and name not in wanted
        ]
        candidates.sort(key=lambda name: -max(self._rank(place, name) for place in self.binding[name]))
        folded: dict[str, str] = {}
        for name in candidates[:_MAX_COMPARED]:
            folded.setdefault(name.casefold(), name)
        for name in wanted:
            close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
            if close:
                return folded[close[0]]
        return None


def _written_by(function: str, functions: Mapping[str, Names]) -> set[str]:
    """Return the global names that a function writes, itself or by the functions it refers to; none where one works."""
    written: set[str] = set()
    waiting, seen = [function], set()
    while waiting:
        name = waiting.pop()
        if name in seen or (names := functions.get(name)) is None:
            continue
        if names.works:
            return set()
        seen.add(name)
        written |= names.writes
        waiting.extend(names.needs)
    return written
