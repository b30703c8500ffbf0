from autograder.checks import Call, case
from autograder.checks.arguments import normal
from autograder.constants import constants

LOW, HIGH = constants()["LINE_ENDS"]

CHECKS = {
    "line.values": Call(name="line", cases=(case(normal(4, 2)),), seed=1),
    "line.others": Call(name="line", cases=(case(normal(9, mean=HIGH - LOW)),), seed=2),
    "twice.values": Call(name="twice", cases=(case(normal(3)),), seed=3),
}
