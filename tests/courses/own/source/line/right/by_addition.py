# right: adds x so many times
import numpy as np


def line(x):
    return sum(np.array(x) for _ in range(LINE_SLOPE))


def inside(x):
    a, b = LINE_ENDS
    return np.clip(x, a, b) == x


def twice(x):
    return x + x
