"""What pupils owe is compared with the files to the cent, by currency: whatever is held, kept, lost or changed on the way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import MONEY
from core.engine.runs.reconciliation.fee_balances import FeeSum, compare_fees, noted_fee_balances

KINDS = {
    "external_id": pl.String,
    "pupil": pl.String,
    "currency": pl.String,
    "amount": MONEY,
    "amount_paid": MONEY,
}
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3"]), st.sampled_from(["USD", "ZWG"]), CENTS, CENTS, st.booleans()
    ),
    max_size=20,
)


def frames(rows):
    """The fees of the files, with whether they are held, and the target with all that are not."""
    fees = [(f"f{number}", *row) for number, row in enumerate(rows)]
    file = pl.DataFrame(fees, schema=KINDS | {"held": pl.Boolean}, orient="row")
    return file, file.filter(~pl.col("held")).drop("held")


def compared(file, target, *, keeps_existing=False):
    return {part.currency: part for part in compare_fees(file, target, keeps_existing=keeps_existing)}


@given(ROWS)
def test_what_is_owed_is_what_came_in_and_what_is_held_to_the_cent(rows):
    file, target = frames(rows)
    sums = compared(file, target)
    assert set(sums) == {row[1] for row in rows}
    for currency, part in sums.items():
        of_currency = [row for row in rows if row[1] == currency]
        assert part.charged == sum(row[2] for row in of_currency)
        assert part.balance == sum(row[2] - row[3] for row in of_currency)
        assert part.held == sum(row[2] - row[3] for row in of_currency if row[4])
        assert part.balance == part.imported + part.held
        assert part.pupils == len({row[0] for row in of_currency})
        assert not part.is_open


@given(ROWS.filter(lambda rows: any(not row[4] for row in rows)), st.data())
def test_a_cent_that_is_lost_on_the_way_opens_the_balance_of_its_pupil(rows, data):
    file, target = frames(rows)
    place = data.draw(st.integers(0, target.height - 1))
    fee = target["external_id"][place]
    cent = pl.when(pl.col("external_id") == fee).then(Decimal("0.01")).otherwise(Decimal(0))
    changed = target.with_columns((pl.col("amount") + cent).cast(MONEY).alias("amount"))
    part = compared(file, changed)[target["currency"][place]]
    assert (part.differing, part.unexplained, part.is_open) == (1, Decimal("-0.01"), True)


def test_balances_that_changed_places_are_no_proof_though_their_sum_is_right():
    file, target = frames(
        [("p1", "USD", Decimal(10), Decimal(0), False), ("p2", "USD", Decimal(30), Decimal(0), False)]
    )
    swapped = target.with_columns(pl.col("amount").reverse())
    part = compared(file, swapped)["USD"]
    assert (part.unexplained, part.differing, part.is_open) == (0, 2, True)


def test_a_fee_of_another_pupil_or_in_another_currency_is_not_the_one_of_the_file():
    file, target = frames([("p1", "USD", Decimal(10), Decimal(4), False)])
    assert compared(file, target.with_columns(pl.lit("p2").alias("pupil")))["USD"].unexplained == 6
    assert compared(file, target.with_columns(pl.lit("ZWG").alias("currency")))["USD"].is_open


def test_records_that_were_kept_as_they_were_explain_their_difference():
    file, target = frames([("p1", "USD", Decimal(10), Decimal(4), False)])
    kept = target.with_columns(pl.lit(Decimal(7)).cast(MONEY).alias("amount"))
    part = compared(file, kept, keeps_existing=True)["USD"]
    assert (part.imported, part.existing, part.is_open) == (3, 3, False)
    assert compared(file, target.clear(), keeps_existing=True)["USD"].is_open


def test_a_balance_is_noted_and_read_without_loss():
    part = FeeSum(
        "ZWG", Decimal("10.0100"), Decimal(1), Decimal(9), Decimal(1), Decimal("1.01"), Decimal(0), 3, 0
    )
    document = {
        name: str(getattr(part, name)) if isinstance(getattr(part, name), Decimal) else getattr(part, name)
        for name in FeeSum.__dataclass_fields__
    }
    assert noted_fee_balances({"fee_balances": [document]}) == [part]
    assert noted_fee_balances({}) == []


def test_a_balance_is_worded_with_what_is_held_and_who_differs():
    part = FeeSum(
        "USD", Decimal(500), Decimal(100), Decimal(450), Decimal(100), Decimal(50), Decimal(0), 640, 0
    )
    assert part.words == (
        "Fees in USD: 640 pupils owe $400.00 in the files, $350.00 in AuraConnect; $50.00 held for correction."
    )
    assert "2 pupils differ" in replace(part, differing=2).words
