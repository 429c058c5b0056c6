"""Operations: workers online or offline."""

from __future__ import annotations

from core.context import Context
from tests.pages.conftest import Console


def test_workers_are_online_or_offline(console: Console, alice: Context) -> None:
    app = console("alice", "operations")
    assert "Workers online" in {metric.label for metric in app.metric}
    assert any("Last heartbeat" in part.value.columns for part in app.dataframe)
