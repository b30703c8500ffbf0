"""Networks as declared by the chapters: sizes, parameters, multiply-adds, tables and figures, without a framework."""

from __future__ import annotations

from autograder.facts.arithmetic import FactsError, Field, Measured, Totals, leaves, measure, totals
from autograder.facts.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    Linear,
    MaxPool,
    Network,
    Repeat,
    Residual,
    conv_norm,
    conv_relu,
    repeat,
)
from autograder.facts.reading import course_networks, read_networks

__all__ = [
    "Activation",
    "AveragePool",
    "BatchNorm",
    "Block",
    "Branches",
    "Conv",
    "Dropout",
    "FactsError",
    "Field",
    "Flatten",
    "GlobalAveragePool",
    "Layer",
    "Linear",
    "MaxPool",
    "Measured",
    "Network",
    "Repeat",
    "Residual",
    "Totals",
    "conv_norm",
    "conv_relu",
    "course_networks",
    "leaves",
    "measure",
    "read_networks",
    "repeat",
    "totals",
]
