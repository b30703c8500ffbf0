from autograder.checks import Call, case, keeps_arguments, repeatable
from autograder.checks.arguments import array, file, normal

PLAIN = file("iris.csv", "length,width,kind\n5.1,3.5,a\n4.9,3.0,b\n6.2,2.8,a\n")
GAPS = file("gaps.csv", "length,width,kind\n5.1,,a\n,3.0,b\n")

CHECKS = {
    "read.rows": Call(
        name="read_table", cases=(case(PLAIN, ["length", "width"]), case(PLAIN, ["width"])), dtype="exact"
    ),
    "read.gaps": Call(name="read_table", cases=(case(GAPS, ["length", "width"]),)),
    "scale.values": Call(name="standardize", cases=(case(normal(9, 3, mean=5.0, std=2.0)),), seed=3),
    "scale.constant": Call(name="standardize", cases=(case(array([[1.0, 2.0], [1.0, 4.0]])),)),
    "scale.keeps": keeps_arguments("standardize", case(normal(4, 2)), seed=4),
    "scale.again": repeatable("standardize", case(normal(4, 2)), seed=5),
}
