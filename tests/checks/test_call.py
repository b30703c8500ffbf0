"""A function or class is called, and value, shape, dtype, exception, print and change of arguments are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks.arguments import choice, code, file, integers, normal, permutation, same, uniform
from autograder.checks.base import observe
from autograder.checks.call import Call, Gradient, case, keeps_arguments, read, refuses, repeatable, step
from autograder.checks.catalogue import check_from
from autograder.sandbox.child import wire
from autograder.sandbox.child.calls import observed
from autograder.sandbox.child.errors import describe_error, note_on
from autograder.sandbox.session import harmless, value_of


class Answer:
    """A session on the definitions of a text, with the wire's way of writing values between."""

    def __init__(self, text: str) -> None:
        self.namespace: dict[str, Any] = {"np": np}
        exec(text, self.namespace)

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Answer as the box does."""
        assert operation == "observe"
        given = travelled(arguments)
        try:
            with np.errstate(all="ignore"):  # a warning is no error in the box
                answer = {"value": observed(self.namespace, **given)}
        except BaseException as error:
            answer = {"error": describe_error(error, note_on)}
        return value_of(harmless(travelled(answer)))


def travelled(tree: Any) -> Any:
    """Return a value as it arrives at the other side."""
    frame = b"".join(bytes(part) for part in wire.pack(1, tree))
    header, _ = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    return wire.unpack(frame[wire.PREFIX.size :][:header], frame[wire.PREFIX.size + header :])[1]


def verdict(check: Any, reference: str, answer: str) -> str:
    """Return what a check says of an answer, empty where it is as good as the reference."""
    check = check_from(check.model_dump(mode="json"))  # as a kit holds it
    expected, seen = (observe(check, Answer(text)) for text in (reference, answer))
    assert check.judge(expected["seen"], expected["seen"]) is None
    if "raised" in seen:
        return str(seen["raised"]["type"])
    said = check.judge(seen["seen"], expected["seen"])
    return said.en if said else ""


SOFTMAX = """
def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
SOFTMAX_CHECK = Call(name="softmax", cases=(case(normal(4, 5)), case(np.array([[1000.0, 0.0]]))), seed=3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (SOFTMAX, ""),
        (SOFTMAX + "\nfirst = softmax\ndef softmax(x):\n    return first(x).astype('float32')\n", ""),
        (SOFTMAX.replace("axis=1", "axis=0"), "the result is"),
        (SOFTMAX.replace("return e", "return e.sum() + e"), "the result is"),
        ("def softmax(x):\n    return x.max()\n", "expected an array of float, shape [4, 5]"),
        ("def softmax(x):\n    return x[:2]\n", "returned an array of float, shape [2, 5], expected"),
        ("def softmax(x):\n    return x.argmax(axis=1)\n", "returned an array of int, shape [4], expected"),
        ("def softmax(x):\n    return x.tolist()\n", "returned a list of length 4, expected an array"),
        ("def softmax(x):\n    return None\n", "returned None, expected an array"),
        ("def softmax(x):\n    return x * np.nan\n", "NaN/inf"),
        ("def softmax(x):\n    return y\n", "NameError"),
        (SOFTMAX.replace("x.max(axis=1, keepdims=True)", "0"), "the result is NaN/inf"),
    ],
)
def test_values_shapes_and_types_of_arrays_are_told_apart(answer: str, said: str) -> None:
    got = verdict(SOFTMAX_CHECK, SOFTMAX, answer)
    assert said in got if said else got == "", got


def test_a_message_names_call_place_values_and_tolerance() -> None:
    reference, answer = "def f(x, k):\n    return x * k\n", "def f(x, k):\n    return x + k\n"
    check = Call(name="f", cases=(case(np.array([1.0, 2.0]), 3),), tolerance=0.01)
    assert (
        verdict(check, reference, answer) == "f(array([1., 2.]), 3): at [0] the result is 4, expected 3 (within 0.06)."
    )


def test_numbers_texts_lists_and_dicts_are_compared_part_by_part() -> None:
    reference = "def f(n):\n    return {'n': n, 'parts': [1.5, ('a', True)], 'none': None}\n"
    check = Call(name="f", cases=(case(2),))
    for old, new, said in (
        ("'n': n", "'n': n + 1", "returned 3 in ['n'], expected 2"),
        ("'a'", "'b'", "returned 'b' in ['parts'][1][0], expected 'a'"),
        ("True", "1", "returned 1 in ['parts'][1][1], expected True"),
        ("'none': None", "'other': None", "with the keys"),
        ("('a', True)", "['a', True]", ""),
        ("1.5", "np.float64(1.5)", ""),
    ):
        assert said in (got := verdict(check, reference, reference.replace(old, new))), got
        assert bool(got) == bool(said)
    exact = check.model_copy(update={"exact_types": True})
    assert "list of length 2" in verdict(exact, reference, reference.replace("('a', True)", "['a', True]"))


@pytest.mark.parametrize(("dtype", "right"), [("any", True), ("kind", True), ("exact", False)])
def test_a_dtype_counts_as_far_as_the_check_says(dtype: Any, right: bool) -> None:
    check = Call(name="f", cases=(case(4),), dtype=dtype)
    said = verdict(check, "def f(n):\n    return np.zeros(n)\n", "def f(n):\n    return np.zeros(n, 'float32')\n")
    assert (said == "") is right
    whole = verdict(check, "def f(n):\n    return np.zeros(n)\n", "def f(n):\n    return np.zeros(n, int)\n")
    assert (whole == "") is (dtype == "any")


def test_a_class_is_made_and_its_methods_are_called_with_one_draw_of_the_same_arrays() -> None:
    reference = """
class Nearest:
    def __init__(self, k):
        self.k = k
    def fit(self, x, y):
        self.x, self.y = x, y
        return self
    def predict(self, x):
        near = ((x[:, None] - self.x[None]) ** 2).sum(2).argsort(1)[:, :self.k]
        return np.array([np.bincount(self.y[row]).argmax() for row in near])
"""
    fit = step("fit", normal(30, 2, name="x"), integers(30, high=3))
    check = Call(
        name="Nearest",
        cases=(case(3, then=(fit, step("predict", normal(9, 2)))), case(1, then=(fit, step("predict", same("x"))))),
        seed=5,
    )
    assert verdict(check, reference, reference) == ""
    said = verdict(check, reference, reference.replace("[:, :self.k]", "[:, :1]"))
    assert said.startswith("Nearest(3).fit(float64[30, 2], int64[30]).predict(float64[9, 2]): at ")
    kept = Call(name="Nearest", cases=(case(3, then=(fit, read("x"))),), seed=5)
    assert "expected an array" in verdict(
        kept, reference, reference.replace("self.x, self.y = x, y", "self.x, self.y = None, y")
    )


def test_exceptions_are_asked_for_by_their_type_and_derived_ones_are_as_good() -> None:
    reference = "def f(n):\n    if n < 0:\n        raise ValueError('n')\n    return n\n"
    check = refuses("ValueError", "f", case(-1))
    assert verdict(check, reference, reference) == ""
    assert verdict(check, reference, "class Own(ValueError):\n    pass\ndef f(n):\n    raise Own\n") == ""
    assert verdict(check, reference, "def f(n):\n    return n\n") == "f(-1) should raise ValueError, but it did not."
    assert (
        verdict(check, reference, "def f(n):\n    raise TypeError\n") == "f(-1) raised TypeError, expected ValueError."
    )


def test_a_call_that_does_not_fit_is_no_wrong_exception() -> None:
    answer = Answer("def f(n, limit):\n    raise KeyError(n)\n")
    raised = observe(refuses("ValueError", "f", case(-1)), answer)["raised"]
    assert "missing 1 required positional argument: 'limit'" in raised["message"]
    asked_for = refuses("TypeError", "f", case(-1))
    assert observe(asked_for, answer)["seen"] == [
        {"refused": "TypeError", "bases": ["TypeError", "Exception", "BaseException", "object"]}
    ]


def test_arguments_must_stay_or_be_changed_in_place() -> None:
    copies, changes = "def f(x):\n    return np.sort(x)\n", "def f(x):\n    x.sort()\n    return x\n"
    keeps = keeps_arguments("f", case(permutation(9)), seed=1)
    assert verdict(keeps, copies, copies) == ""
    assert "changed its argument number 1" in verdict(keeps, copies, changes)
    in_place = Call(name="f", cases=(case(permutation(9)),), value=False, changes="same")
    assert verdict(in_place, changes, changes) == ""
    assert "in place" in verdict(in_place, changes, copies)
    lists = keeps_arguments("g", case([3, 1, 2]))
    assert "changed" in verdict(lists, "def g(x):\n    return sorted(x)\n", "def g(x):\n    x.sort()\n    return x\n")


def test_what_is_printed_is_compared_without_spaces_at_line_ends() -> None:
    check = Call(name="f", cases=(case("a"),), printed=True, value=False)
    reference = "def f(name):\n    print('hello', name)\n"
    assert verdict(check, reference, "def f(name):\n    print('hello ' + name + ' ')\n") == ""
    assert verdict(check, reference, "def f(name):\n    print(name)\n") == "f('a') printed 'a', expected 'hello a'."


def test_a_second_call_must_give_the_same() -> None:
    stateful = "seen = []\ndef f(n):\n    seen.append(n)\n    return len(seen)\n"
    said = verdict(repeatable("f", case(1)), "def f(n):\n    return n\n", stateful)
    assert "another result when it is called again" in said


def test_files_functions_tuples_and_sets_arrive_as_what_they_are() -> None:
    reference = """
def f(path, rule, pair, names):
    with open(path) as file:
        rows = [line.split(',') for line in file.read().splitlines()]
    return [rule(float(row[1])) for row in rows], pair, sorted(names), type(pair).__name__
"""
    check = Call(
        name="f", cases=(case(file("t.csv", "a,1\nb,2\n"), code("lambda x: math.sqrt(x) * 2"), (1, "x"), {"q", "p"}),)
    )
    expected = observe(check, Answer(reference))["seen"][0]["value"]
    assert [one["kind"] for one in expected["items"]] == ["list", "list", "list", "text"]
    assert expected["items"][3]["value"] == "tuple"
    assert check.calling.call == "f('t.csv', lambda x: math.sqrt(x) * 2, (1, 'x'), {'p', 'q'})"


def test_drawn_arguments_are_others_where_it_counts_and_the_same_each_time() -> None:
    drawn = Call(name="f", cases=(case(uniform(3), choice("a", "b")),))
    graded = drawn.with_other_inputs("t.c")
    assert graded != drawn
    assert graded == drawn.with_other_inputs("t.c")
    assert drawn.calling.call != graded.calling.call
    fixed = Call(name="f", cases=(case(1, [2]),))
    assert fixed.with_other_inputs("t.c") is fixed


def test_an_argument_that_cannot_be_written_down_says_what_to_write() -> None:
    with pytest.raises(TypeError, match="write a function as code"):
        case(lambda x: x)


LOSS = """
def loss(w, x, y):
    z = x @ w
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    n = len(y)
    grad = p.copy()
    grad[np.arange(n), y] -= 1
    return -np.log(p[np.arange(n), y]).mean(), x.T @ grad / n
"""


def test_a_gradient_is_checked_against_the_slope_of_its_own_loss() -> None:
    check = Gradient(name="loss", case=case(normal(4, 3), normal(8, 4), integers(8, high=3)), seed=2)
    assert verdict(check, LOSS, LOSS) == ""
    doubled = LOSS.replace("return -np", "return -2 * np").replace("x.T @ grad / n", "2 * x.T @ grad / n")
    assert verdict(check, LOSS, doubled) == ""
    assert "your gradient gives" in verdict(check, LOSS, LOSS.replace("x.T @ grad / n", "x.T @ grad"))
    assert "must return (loss, gradient)" in verdict(check, LOSS, LOSS.replace("x.T @ grad / n", "grad / n"))


@pytest.mark.parametrize(
    "value", ["10 ** 40", "float('nan')", "object()", "iter([1])", "b'x'", "[[]] * 20000", "np.array(['a'])", "1j"]
)
def test_whatever_an_answer_returns_is_an_answer(value: str) -> None:
    check = Call(name="f", cases=(case(),))
    right, other = f"def f():\n    return {value}\n", "def f():\n    return 1\n"
    assert verdict(check, other, right) != ""
    assert "seen" in observe(check, Answer(right))
