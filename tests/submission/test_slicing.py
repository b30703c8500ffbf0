from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission import Slice, Source, pieces_of_notebook, pieces_of_script, slice_names
from autograder.submission.slicing import defined_names


def cut(text: str, *names: str | tuple[str, ...]) -> Slice:
    return slice_names(pieces_of_script(text, "lenet.py"), names)


def taken(text: str, *names: str | tuple[str, ...]) -> list[str]:
    return [part.text for part in cut(text, *names).statements]


def notebook(*cells: Any) -> dict[str, Any]:
    return {"cells": [cell if isinstance(cell, dict) else {"cell_type": "code", "source": cell} for cell in cells]}


TRAINING = """\
import paddle
import paddle.nn as nn
import matplotlib.pyplot as plt
paddle.set_device('gpu:0')
paddle.seed(1)
WIDTH = 6
class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        self.conv = nn.Conv2D(1, WIDTH, 5)
    def forward(self, x):
        for epoch in x:
            loss = epoch
        return loss
model = LeNet()
for epoch in range(5):
    model.train()
    loss = 1
    plt.rcParams['x'] = epoch
plt.plot([1])
print(model)
if __name__ == '__main__':
    LeNet = None
"""


def test_training_plots_seeds_devices_and_main_blocks_stay_behind() -> None:
    sliced = cut(TRAINING, "LeNet")
    assert [part.line for part in sliced.statements] == [2, 6, 7]
    assert sliced.missing == {}
    assert sliced.problems == ()


@pytest.mark.parametrize(
    "needed",
    [
        "from m import K",
        "K = 1",
        "K: int = 1",
        "J, (K, *M) = 1, (2, 3)",
        "print(K := 1)",
        "[K := i for i in range(3)]",
        "for K in range(3):\n    pass",
        "with open('x') as K:\n    pass",
        "try:\n    import K\nexcept ImportError:\n    K = None",
        "if True:\n    K = 1\nelse:\n    K = 2",
        "while True:\n    K = 1\n    break",
        "match 1:\n    case {'a': K}:\n        pass",
        "def K(): ...",
        "@property\ndef K(): ...",
        "class K: ...",
        "K = 0; ",
    ],
)
@pytest.mark.parametrize(
    "user",
    [
        "def f():\n    return K",
        "def f(x=K): ...",
        "def f(x: K): ...",
        "def f() -> K: ...",
        "@K\ndef f(): ...",
        "class f(K): ...",
        "class f(metaclass=K): ...",
        "class f:\n    x = K",
        "class f:\n    K = K",
        "class f:\n    def g(self):\n        return [lambda: K.a[0] for i in K]",
        "f = lambda: K",
        "f = [K for _ in ()]",
        "def f():\n    global K\n    K += 1",
    ],
)
def test_every_way_to_need_and_to_bind_a_name(needed: str, user: str) -> None:
    assert taken(f"{needed}\nother = 1\n{user}\n", "f") == [needed.removesuffix("; "), user]


@pytest.mark.parametrize(
    "local",
    [
        "def f(K):\n    return K",
        "def f():\n    K = 1\n    return K",
        "def f():\n    for K in (): pass\n    return K",
        "def f():\n    return [K for K in ()]",
        "f = lambda K: K",
        "def f():\n    import K\n    def g():\n        return K",
        "def f():\n    return x.K",
        "class f:\n    def K(self): ...",
    ],
)
def test_local_names_need_nothing(local: str) -> None:
    assert taken(f"for K in range(5):\n    train()\n{local}\n", "f") == [local]


@pytest.mark.parametrize(
    "change",
    [
        "f.forward = lambda self: helper",
        "f.table['x'] = helper",
        "setattr(f, 'forward', helper)",
        "f += helper",
        "f = wrap(f, helper)",
        "del f.forward",
        "f.names.append(helper)",
        "for i in range(3):\n    f.names.append(helper)",
        "def g():\n    global f\n    f = helper",
        "if True:\n    f = helper",
    ],
)
def test_changes_of_what_is_needed_are_taken_with_what_they_need(change: str) -> None:
    text = f"def helper(): ...\ndef f(): ...\n{change}\n"
    assert change in taken(text, "f")
    assert ("def helper(): ..." in taken(text, "f")) == ("helper" in change)


@pytest.mark.parametrize(
    "bystander",
    [
        "for f in range(3):\n    train()",
        "with open('x') as f:\n    train()",
        "f.train()",
        "print(f)",
        "del f",
        "f: int",
        "x = f()",
        "paddle.nn.f.append(1)",
        "if __name__ == '__main__':\n    f = 1",
        "if '__main__' == __name__ and True:\n    f = 1",
        "for i in range(3):\n    plt.rcParams['x'] = 1",
        "sys.path.append('x')",
    ],
)
def test_bystanders_are_not_taken(bystander: str) -> None:
    definition = "def f():\n    return plt, sys, paddle"
    imports = ["import plt", "import sys", "import paddle"]
    text = "\n".join([*imports, definition, bystander, ""])
    assert taken(text, "f") == [*imports, definition]


REGISTER = "def register(name):\n    def keep(f):\n        ACTS[name] = f\n        return f\n    return keep"
PATCH = "def patch(f):\n    setattr(next(iter(f.__annotations__.values())), f.__name__, f)\n    return f"
DERIVED = "class Tanh(Base):\n    pass"


@pytest.mark.parametrize(
    ("before", "later"),
    [
        ("def register(f):\n    ACTS[f.__name__] = f\n    return f", "@register\ndef tanh(z): ..."),
        ("def register(c):\n    ACTS[c.__name__] = c\n    return c", "@register\nclass Tanh: ..."),
        (REGISTER, '@register("tanh")\ndef tanh(z): ...'),
        (REGISTER, 'register("tanh")(F.tanh)'),
        (REGISTER, 'tanh = register("tanh")(F.tanh)'),
        ("", '[ACTS.update({name: F}) for name in ("tanh",)]'),
        ("", '_ = ACTS.setdefault("relu", F.relu)'),
        ("", 'old = ACTS.pop("relu", None)'),
        ("class Base:\n    def __init_subclass__(cls):\n        ACTS[cls.__name__] = cls", DERIVED),
        (
            "class Meta(type):\n    def __init__(cls, *a):\n        ACTS[cls.__name__] = cls\n"
            "class Root(metaclass=Meta): ...\nclass Base(Root): ...",
            DERIVED,
        ),
    ],
)
def test_what_is_registered_is_taken_with_the_registry(before: str, later: str) -> None:
    text = f"import F\nACTS = {{}}\n{before}\n{later}\ndef f():\n    return ACTS\n"
    assert later in taken(text, "f")


@pytest.mark.parametrize(
    ("before", "later"),
    [
        (PATCH, "@patch\ndef forward(self: Net, x): ..."),
        (PATCH, "@patch\ndef forward(self: 'Net', x): ..."),
        ("def known():\n    return Net.__subclasses__()", "class Tanh(Net):\n    pass"),
    ],
)
def test_what_completes_a_class_is_taken_with_it(before: str, later: str) -> None:
    assert later in taken(f"class Net: ...\n{before}\n{later}\n", "Net")


@pytest.mark.parametrize(
    "decorated",
    [
        "@timed\ndef train(model: Net):\n    return train_loader",
        "@timed\ndef train(self):\n    return train_loader",
    ],
)
def test_what_a_wrapper_notes_when_it_is_called_takes_no_other_function_along(decorated: str) -> None:
    timed = "def timed(f):\n    def wrapper(*a):\n        TIMES[f] = 1\n        return f(*a)\n    return wrapper"
    text = f"TIMES = {{}}\n{timed}\nclass Net: ...\n{decorated}\n@timed\ndef f(model: Net): ...\n"
    assert taken(text, "f") == ["TIMES = {}", timed, "class Net: ...", "@timed\ndef f(model: Net): ..."]


def test_a_derived_class_is_no_part_of_a_base_that_does_not_know_of_it() -> None:
    assert taken("class Net: ...\nclass Other(Net): ...\n", "Net") == ["class Net: ..."]


def test_a_training_loop_that_uses_a_builtins_name_is_not_taken() -> None:
    assert taken("def f():\n    return sum([1])\nfor i in x:\n    sum = i\nsum = 0\n", "f") == [
        "def f():\n    return sum([1])"
    ]


def test_all_bindings_of_a_name_are_kept_in_order() -> None:
    text = "def f():\n    ...\ndef f():\n    return 1\nf = f\n"
    assert taken(text, "f") == ["def f():\n    ...", "def f():\n    return 1", "f = f"]


def test_statements_on_one_line_are_told_apart() -> None:
    assert taken("a = '你'; b = 2; print(a)\n", "b") == ["b = 2"]


def test_future_imports_come_first_and_star_imports_always() -> None:
    text = "from m import *\nx = 1\n"
    parts = slice_names([Source("a", 1, text), Source("b", 1, "from __future__ import annotations")], ["x"])
    assert [part.text for part in parts.statements] == [
        "from __future__ import annotations",
        "from m import *",
        "x = 1",
    ]


def test_missing_names_come_with_the_nearest_name() -> None:
    sliced = cut("class Lenet: ...\nx = 1\n", "LeNet", "evaluate", ("VGGBlock", "vgg_block"))
    assert sliced.missing == {"LeNet": "Lenet", "evaluate": None, "VGGBlock": None}


def test_an_alternative_is_as_good() -> None:
    sliced = cut("def vgg_block(): ...\n", ("VGGBlock", "vgg_block"))
    assert (sliced.missing, sliced.found) == ({}, ("vgg_block",))


def test_cells_of_a_notebook_keep_their_number_and_line() -> None:
    pieces = pieces_of_notebook(
        notebook({"cell_type": "markdown", "source": "x"}, "%matplotlib inline\n\ndef f(): ...", ["y = 1\n", "z = 2"]),
        "lenet.ipynb",
    )
    statements = slice_names(pieces, ["f", "z"]).statements
    assert [(part.filename, part.line) for part in statements] == [
        ("lenet.ipynb, cell 2", 3),
        ("lenet.ipynb, cell 3", 2),
    ]


def test_a_syntax_error_costs_its_own_cell_only() -> None:
    pieces = pieces_of_notebook(notebook("x = 1\n\ndef f(:\n    pass", "def g(): ..."), "a.ipynb")
    sliced = slice_names(pieces, ["g", "f"])
    assert [part.text for part in sliced.statements] == ["def g(): ..."]
    assert [(problem.filename, problem.line) for problem in sliced.problems] == [("a.ipynb, cell 1", 3)]
    assert list(sliced.missing) == ["f"]


def test_a_script_survives_broken_blocks() -> None:
    text = "!ls\n@m.a\ndef f():\n    return (\n\nif m:\n    x = 1\nelse:\n    x = 2\ndef g():\n  return x\nclass\n"
    sliced = cut(text, "g")
    assert [part.line for part in sliced.statements] == [6, 10]
    assert [problem.line for problem in sliced.problems] == [4, 12]


def test_what_only_the_compiler_refuses_is_a_problem_too() -> None:
    sliced = cut("x = 1\nreturn x\ndef f(a, a): ...\ndef g():\n    x\n    nonlocal x\n", "x", "f")
    assert [part.text for part in sliced.statements] == ["x = 1"]
    assert [problem.line for problem in sliced.problems] == [2, 3, 6]


@pytest.mark.parametrize(
    "poison",
    [
        "x = '\0'",
        "x = '\ud800'",
        "x = " + "(" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "not " * 50_000 + "1",
        "x = " + "1+" * 100_000 + "1",
        "x = a" + ".a" * 50_000,
        "x = " + "lambda: " * 3000 + "1",
        "x = " + "1 if 1 else " * 3000 + "1",
        "if 1: x = 1\n" + "elif 1: x = 1\n" * 3000,
        "x = " + "f(" * 150 + ")" * 150,
        "x = '" + "a" * 1_000_000 + "'",
        "x = " + "9" * 10_000,
        "x = 10 ** 10 ** 10 ** 10",
        "x = f'{" + "'a'" + "}'" * 1000,
        "\\\n" * 10_000 + "x = 1",
        "for x in y:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 120)),
    ],
)
def test_poison_costs_only_itself(poison: str) -> None:
    sources = [*pieces_of_script(poison), *pieces_of_script("def f(): ...")]
    sliced = slice_names(sources, ["x", "f"])
    assert sliced.statements[-1].text == "def f(): ..."
    assert "x" in sliced.found or sliced.problems
    script = cut(f"import m\n{poison}\ndef f(): ...\n", "f")
    assert script.problems or script.statements[-1].text == "def f(): ..."


def test_a_flood_of_statements_is_cut_off() -> None:
    sliced = cut("x=1;" * 11_000, "x")
    assert len(sliced.statements) == 10_000
    assert "not read" in sliced.problems[-1].message.en


def test_declared_encodings_and_line_ends_do_not_matter() -> None:
    assert taken("\ufeff# -*- coding: gbk -*-\r\nx = '你'\r\ny = 1\r", "x", "y") == ["x = '你'", "y = 1"]


def test_warnings_of_the_students_text_are_not_ours() -> None:
    assert taken("x = '\\d' is 1\n", "x") == ["x = '\\d' is 1"]


@given(st.text())
def test_any_text_can_be_sliced(text: str) -> None:
    cut(text, "x")
    slice_names(pieces_of_notebook(notebook(text, text)), ["x"])


WORDS = st.sampled_from(
    ["def", "x", ":", "(", ")", "\n", "\n    ", "=", "class", "'", '"""', "%", "!", "lambda", "*", "0"]
)


@given(st.lists(WORDS, max_size=40))
def test_text_made_of_python_can_be_sliced(words: list[str]) -> None:
    cut(" ".join(words), "x")
    cut("".join(words), "x")


NAMES = st.sampled_from("abcdefg")
TEMPLATES = [
    "{0} = {1}",
    "{0}, {2} = {1}, 1",
    "{0} += {1}",
    "import {0}",
    "from m import {1} as {0}",
    "from m import *",
    "from __future__ import division",
    "def {0}({2}):\n    return {1}, {2}",
    "def {0}():\n    global {2}\n    {2} = {1}",
    "class {0}({1}):\n    {2} = {2}",
    "for {0} in {1}:\n    {2} = 1",
    "with {1} as {0}:\n    {2}.append(1)",
    "if {1}:\n    {0} = 1\nelse:\n    def {2}(): ...",
    "try:\n    import {0}\nexcept {1}:\n    {2} = 1",
    "{0}.x = {1}",
    "{0}[{1}] = {2}",
    "setattr({0}, 'x', {1})",
    "{0}.append({1})",
    "print({0})",
    "[{0} := {1} for {2} in {2}]",
    "if __name__ == '__main__':\n    {0} = {1}",
    "{0} = (",
]
STATEMENTS = st.builds(
    lambda template, names: template.format(*names), st.sampled_from(TEMPLATES), st.tuples(NAMES, NAMES, NAMES)
)
PROGRAMS = st.lists(st.lists(STATEMENTS, max_size=5).map("\n".join), max_size=5)


@given(PROGRAMS, st.lists(NAMES, max_size=3))
def test_a_slice_keeps_the_order(cells: list[str], names: list[str]) -> None:
    pieces = pieces_of_notebook(notebook(*cells))
    files = [piece.filename for piece in pieces]
    places = [
        (not part.text.startswith("from __future__"), files.index(part.filename), part.line)
        for part in slice_names(pieces, names).statements
    ]
    assert places == sorted(set(places))


@given(PROGRAMS, st.lists(NAMES, max_size=3))
def test_slicing_a_slice_changes_nothing(cells: list[str], names: list[str]) -> None:
    once = slice_names(pieces_of_notebook(notebook(*cells)), names)
    twice = slice_names(once.sources(), names)
    assert twice.statements == once.statements
    assert twice.found == once.found


@given(PROGRAMS, st.lists(NAMES, max_size=3))
def test_a_slice_holds_all_that_it_needs(cells: list[str], names: list[str]) -> None:
    pieces = pieces_of_notebook(notebook(*cells))
    part = slice_names(pieces, names)
    used = {
        node.id
        for statement in part.statements
        for node in ast.walk(ast.parse(statement.text))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    free = {
        name for name in used if not any(f"({name})" in s.text or f"for {name} in" in s.text for s in part.statements)
    }
    everything = slice_names(pieces, [*names, *free])
    assert everything.statements == part.statements


@given(PROGRAMS, st.lists(NAMES, max_size=3))
def test_asked_for_names_are_bound_by_the_slice_or_missing(cells: list[str], names: list[str]) -> None:
    part = slice_names(pieces_of_notebook(notebook(*cells)), names)
    assert set(part.found) | set(part.missing) == set(names)
    assert set(part.found).isdisjoint(part.missing)
    assert all("__main__" not in statement.text for statement in part.statements)


def test_defined_names_are_functions_and_classes_alone() -> None:
    cells = [
        "%matplotlib inline\nimport os\nfrom a import b",
        "@d\nasync def f(): pass\nx = 1\nclass C: pass\n(",
        "def broken(",
    ]
    assert defined_names(cells) == {"f", "C"}
