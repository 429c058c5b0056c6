"""Bands of confidence are decided on the unrounded value."""

from __future__ import annotations

import pytest

from core.engine.mapping.bands import band


@pytest.mark.parametrize(
    ("confidence", "name"),
    [
        (0.97, "green"),
        (0.9000001, "green"),
        (0.90, "amber"),
        (0.896, "amber"),
        (0.70, "amber"),
        (0.6999, "red"),
        (0.0, "red"),
        (None, "none"),
    ],
)
def test_green_is_above_90_amber_from_70_to_90_red_below(confidence, name):
    assert band(confidence).name == name
