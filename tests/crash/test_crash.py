"""A small part of the nightly `make crash`."""

from __future__ import annotations

import pytest

from tests.crash.harness import FAULTS, storm


@pytest.mark.slow
def test_an_import_whose_server_and_workers_break_ends_like_an_unbroken_one(ground):
    storm(ground, dict(zip(FAULTS, (2, 3, 1, 1, 10), strict=True)))
