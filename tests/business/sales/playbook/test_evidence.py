"""A claim stands beside its measured figure: supported, contradicted, or not yet measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.figures.rules import Figure, Observation, figures_of
from core.business.sales.playbook.evidence import NOT_MEASURED, Verdict, evidence
from core.business.sales.playbook.models import Claim

DAY = date(2026, 11, 20)
NUMBERS = st.decimals(0, 200, places=1)


def claim(measure="elapsed_days", comparison="at_most", target="4", scope="most") -> Claim:
    return Claim(
        claim="Said", source="Playbook", measure=measure, comparison=comparison, target=target, scope=scope
    )


def figures(measure: str, values: list[Decimal]) -> dict[str, Figure]:
    return figures_of([Observation(DAY, {measure: value}, "USD") for value in values], "USD")


def test_a_claim_without_a_measure_is_a_claim():
    proof = evidence(Claim(claim="Said", source="Playbook"), {})
    assert (proof.verdict, proof.measured) == (Verdict.UNMEASURED, NOT_MEASURED)


def test_too_few_migrations_measure_nothing_and_say_how_many_are_missing():
    proof = evidence(claim(), figures("elapsed_days", [Decimal(2)] * 4))
    assert proof.verdict is Verdict.UNMEASURED
    assert proof.measured == "Claim, not yet measured: 4 of 10 finished migrations needed"


def test_the_sentence_names_figure_spread_sample_and_day():
    values = [Decimal(number) for number in range(1, 11)]
    proof = evidence(claim(target="6"), figures("elapsed_days", values))
    assert proof.verdict is Verdict.SUPPORTED
    assert proof.measured == "Measured: elapsed days 5.5 (1.9 to 9.1), 10 migrations, to 20 Nov 2026"


def test_a_claim_for_all_is_held_against_the_worse_end():
    values = [Decimal(0)] * 9 + [Decimal(2)] * 3
    measured = figures("days_closed", values)
    assert evidence(claim("days_closed", "at_most", "0"), measured).verdict is Verdict.SUPPORTED
    assert evidence(claim("days_closed", "at_most", "0", "all"), measured).verdict is Verdict.CONTRADICTED


def test_money_and_shares_are_written_as_such():
    money = evidence(claim("training_cost", target="90"), figures("training_cost", [Decimal(85)] * 10))
    assert money.measured.startswith("Measured: training cost per location $85.00, 10 migrations")
    share = evidence(
        claim("rows_conserved_percent", "at_least", "100"),
        figures("rows_conserved_percent", [Decimal(100)] * 10),
    )
    assert share.measured.startswith("Measured: rows conserved 100%, 10 migrations")


@given(st.lists(NUMBERS, min_size=10, max_size=30), NUMBERS)
def test_a_claim_for_all_that_is_supported_is_supported_for_most(values, target):
    measured = figures("elapsed_days", values)
    for comparison in ("at_least", "at_most"):
        for_all = evidence(claim(comparison=comparison, target=str(target), scope="all"), measured)
        for_most = evidence(claim(comparison=comparison, target=str(target)), measured)
        if for_all.verdict is Verdict.SUPPORTED:
            assert for_most.verdict is Verdict.SUPPORTED
