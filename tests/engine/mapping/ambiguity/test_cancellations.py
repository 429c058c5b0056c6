"""Orders that one column says were cancelled and another that they were paid: asked about, never imported as completed unseen."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.cancellations import with_cancellations
from core.engine.mapping.proposal import Proposal
from core.engine.plan import ImportSettings
from core.engine.sources.profile import profile_frame

SETTINGS = ImportSettings("restaurant", "shopify")


def state_of(statuses: list[str], moments: list[str | None], header: str = "Cancelled at") -> Proposal:
    """Return the proposal of the orders' state beside a column of moments."""
    frame = pl.DataFrame(
        {"Status": statuses, header: moments}, schema={"Status": pl.String, header: pl.String}
    )
    targets = {"Status": "order.state", header: None}
    proposals = [
        Proposal("orders", profile.source, 0, profile.position, targets[profile.source], None, 0.97, (), (), profile)
        for profile in profile_frame("orders", frame)
    ]  # fmt: skip
    return with_cancellations(proposals, frame, SETTINGS)[0]


@pytest.mark.parametrize("header", ["Cancelled at", "cancelled_at", "Canceled Date", "Voided at"])
def test_a_paid_order_with_a_moment_of_cancellation_is_asked_about(header):
    proposal = state_of(["completed", "open", "completed"], [None, None, "2025-09-12 13:00:00 -0400"], header)
    assert proposal.target == "order.state"
    assert "1 order" in proposal.question
    assert header in proposal.question


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
def test_an_order_whose_state_says_the_same_is_not_asked_about(status):
    assert state_of(["completed", status], [None, "2025-09-12 13:00:00 -0400"]).question == ""


def test_a_column_of_moments_without_values_asks_nothing():
    assert state_of(["completed", "open"], [None, None]).question == ""


def test_a_column_that_is_no_moment_asks_nothing():
    assert state_of(["completed", "open"], ["by guest", None], "Cancelled").question == ""
