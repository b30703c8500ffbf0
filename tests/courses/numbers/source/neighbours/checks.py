from check_types import RowsSumToOne

from autograder.checks import Call, Gradient, case, keeps_arguments, refuses, step
from autograder.checks.arguments import array, integers, normal, same


def nearest(k: int, features: int, classes: int) -> object:
    fit = step("fit", normal(40, features, name="x"), integers(40, high=classes))
    return case(k, then=(fit, step("predict", normal(15, features))))


CHECKS = {
    "neighbours.labels": Call(name="Nearest", cases=(nearest(3, 2, 3), nearest(5, 4, 2)), seed=1),
    "neighbours.one": Call(
        name="Nearest",
        cases=(case(1, then=(step("fit", normal(20, 3, name="x"), integers(20, high=4)), step("predict", same("x")))),),
        seed=2,
    ),
    "neighbours.keeps": keeps_arguments("Nearest", nearest(3, 2, 3), seed=3),
    "neighbours.others": Call(name="Nearest", cases=(nearest(7, 5, 4),), seed=4),
    "loss.rows": RowsSumToOne(name="softmax", shape=(6, 4), seed=5),
    "loss.values": Call(name="softmax", cases=(case(normal(5, 7)), case(normal(1, 2))), seed=6, tolerance=1e-6),
    "loss.large": Call(name="softmax", cases=(case(array([[1000.0, 0.0], [-1000.0, -1000.0]])),)),
    "loss.gradient": Gradient(name="loss", case=case(normal(4, 3), normal(8, 4), integers(8, high=3)), seed=7),
    "loss.refuses": refuses("ValueError", "softmax", case(array([[[1.0, 2.0], [3.0, 4.0]]]))),
}
