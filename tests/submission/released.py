"""A small released notebook, in the shape in which nbgrader's generator leaves it."""

from __future__ import annotations

from typing import Any


def grading(grade_id: str, **keys: Any) -> dict[str, Any]:
    base = {"grade_id": grade_id, "grade": False, "locked": False, "solution": False, "task": False}
    return {"nbgrader": base | {"schema_version": 3} | keys}


def cell(kind: str, cell_id: str, source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "id": cell_id, "source": source, "metadata": metadata or {}}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def release() -> dict[str, Any]:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "cells": [
            cell("markdown", "intro", "# LeNet", grading("intro", locked=True)),
            cell("code", "imports", "import paddle.nn as nn", grading("imports", locked=True)),
            cell("code", "lenet", "class LeNet(nn.Layer):\n    ...  # TODO", grading("lenet", solution=True)),
            cell("code", "lenet-check", 'check("lenet")', grading("lenet-check", grade=True, locked=True, points=5)),
            cell("code", "train", "EPOCHS = 3"),
            cell("markdown", "why", "TODO", grading("why", grade=True, solution=True, points=2)),
        ],
    }


GRADED = ("intro", "imports", "lenet", "lenet-check", "train", "why")
