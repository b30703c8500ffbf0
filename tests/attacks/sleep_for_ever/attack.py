"""A sleeping process costs no CPU time; the wall clock outside counts."""

import time


def transform_img(img):
    time.sleep(10**6)
