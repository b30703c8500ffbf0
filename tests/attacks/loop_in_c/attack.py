"""A pattern that backtracks for ever: no Python line is reached, no signal handler runs."""

import re


def transform_img(img):
    return re.match("(a+)+$", "a" * 64 + "b")
