"""Just below the size limit, and as expensive as JSON can be."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.ipynb"
    path.write_bytes(b'{"nbformat": 4, "cells": [' + b"[]," * 6_000_000 + b"[]]}")
    return path
