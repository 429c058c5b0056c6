"""A suggestion, its alternatives and "none of these" add up to 100 percent, and agree with the badge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.bands import AMBER_FROM, GREEN_ABOVE, whole_percent
from core.engine.mapping.odds import share_odds

KEYS = ["order.total", "order.subtotal", "payment.amount", "order_line.net_amount", "order.tax_total"]
chances = st.floats(0, 1)


@given(
    st.sampled_from([None, *KEYS]),
    chances,
    st.lists(st.tuples(st.sampled_from(KEYS), chances), unique_by=lambda pair: pair[0]),
)
def test_the_odds_add_up_to_100(target, confidence, alternatives) -> None:
    odds = share_odds(target, confidence if target else None, alternatives)
    assert sum(odd.percent for odd in odds) == 100
    assert all(odd.percent >= 0 for odd in odds)
    assert odds[-1].target is None
    if target:
        assert (odds[0].target, odds[0].percent) == (target, whole_percent(confidence))


def test_alternatives_of_a_documented_suggestion_share_what_it_leaves() -> None:
    odds = share_odds("order.total", 0.97, [("order.subtotal", 0.35), ("payment.amount", 0.14)])
    assert [(odd.target, odd.percent) for odd in odds] == [
        ("order.total", 97),
        ("order.subtotal", 2),
        ("payment.amount", 1),
        (None, 0),
    ]


def test_without_a_suggestion_none_of_these_has_what_the_alternatives_leave() -> None:
    odds = share_odds(None, None, [("order.total", 0.2), ("order.subtotal", 0.1)])
    assert [(odd.target, odd.percent) for odd in odds] == [
        ("order.total", 20),
        ("order.subtotal", 10),
        (None, 70),
    ]


@given(chances)
def test_a_whole_percent_stays_in_its_band(confidence) -> None:
    percent = whole_percent(confidence)
    assert (percent > 90) == (confidence > GREEN_ABOVE)
    assert (percent >= 70) == (confidence >= AMBER_FROM)
