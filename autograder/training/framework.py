"""Paddle, imported without its warning about ccache, and its random numbers."""

from __future__ import annotations

import importlib
import os
import random
import warnings
from typing import Any

import numpy as np


def paddle_module() -> Any:
    """Return the module `paddle`; the first call takes about a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("paddle")


def use_all_cores() -> None:
    """Let Paddle's CPU kernels use every core this process may: without a word it takes one.

    Another number in OMP_NUM_THREADS is left alone; Paddle itself writes 1 there when it is imported.
    """
    if os.environ.get("OMP_NUM_THREADS", "1") == "1":
        paddle_module().base.core.set_num_threads(cores())


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def seed_everything(*keys: int) -> None:
    """Seed Paddle's, NumPy's and Python's own generators by whole numbers of at least 0, such as (seed, epoch, batch).

    Training seeds anew for each batch: what dropout draws then follows from the batch alone, and a run that goes on
    after an interruption needs no saved generator.
    """
    number = int(np.random.SeedSequence(keys).generate_state(1)[0])  # 0 .. 2**32 - 1
    paddle_module().seed(number)
    np.random.seed(number)
    random.seed(number)
