"""The id of a guest is taken over no surer than what makes the guest."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.companions import with_companions
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.profile import profile_frame

FRAME = pl.DataFrame({"Order": ["1", "2"], "Guest No": ["G1", "G2"], "Guest": ["Ada Sample", "Bo Sample"]})
TARGETS = {"Order": "order.external_id", "Guest No": "order.customer_id", "Guest": "customer.first_name"}


def _confidence_of_reference(name: float, *further: StreamSample, question: str = "") -> float | None:
    proposals = [
        Proposal("orders", profile.source, 0, profile.position, TARGETS[profile.source], None,
                 name if profile.source == "Guest" else 0.95, (), (), profile,
                 question=question if profile.source == "Guest" else "")
        for profile in profile_frame("orders", FRAME)
    ]  # fmt: skip
    samples = [StreamSample("orders", "order", FRAME), *further]
    (reference,) = (
        proposal for proposal in with_companions(proposals, samples) if proposal.source == "Guest No"
    )
    return reference.confidence


@pytest.mark.parametrize("name", [0.5, 0.85, 0.99])
def test_a_reference_to_a_guest_is_no_surer_than_the_guest_s_name(name):
    assert _confidence_of_reference(name) == min(name, 0.95)


def test_a_reference_waits_while_the_name_is_asked():
    assert (_confidence_of_reference(0.95, question="Which name stands first?") or 0) < 0.7


def test_a_reference_to_guests_of_another_table_is_as_sure_as_it_is():
    guests = StreamSample("guests", "customer", pl.DataFrame({"No": ["G1"]}))
    assert _confidence_of_reference(0.5, guests) == 0.95
