"""The short form of a class in which one in ten attacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.attackers import compare

pytestmark = pytest.mark.long


def test_attackers_cost_the_others_no_points(tmp_path: Path) -> None:
    alone, mixed, different, _ = compare(tmp_path, 10, ["reader"])
    assert different == []
    assert len(alone.found) == 9
    assert len(mixed.found) == 10
    assert {alone.code, mixed.code} == {1}
