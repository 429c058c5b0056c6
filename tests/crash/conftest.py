from __future__ import annotations

import random

import pytest

from core.engine.sources import actions as sources
from tests.crash.harness import Ground, small_chunks
from tests.engine.runs.conftest import mother  # noqa: F401  (a fixture)
from tests.engine.runs.processes import forking_workers


@pytest.fixture
def ground(mother, people, tenants, tmp_path, monkeypatch):  # noqa: F811  (the fixture)
    """An import of sixty chunks, carried out once without a fault and taken back; workers are started as needed."""
    small = small_chunks()
    monkeypatch.setattr(sources, "settings", lambda: small)
    with forking_workers(mother, fake=False) as spawn:
        ground = Ground(people["alice"], tenants["bella"], spawn, random.Random(11))
        ground.prepare(tmp_path)
        yield ground
