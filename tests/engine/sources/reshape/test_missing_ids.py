"""An id that is missing in a row of its own is no group whose name stands once."""

from __future__ import annotations

import polars as pl

from core.engine.sources.reshape.groups import doubtful_blanks

COLUMNS = ("Order Ref", "Date", "Guest", "Total")


def orders(blank_row: tuple[str | None, ...]) -> pl.DataFrame:
    rows = [
        (f"EV-{number}", f"2026-03-{number % 28 + 1:02}", f"g{number}", f"{number}.00")
        for number in range(40)
    ]
    return pl.DataFrame(
        [*rows[:20], blank_row, *rows[20:]], schema=dict.fromkeys(COLUMNS, pl.String), orient="row"
    )


def test_a_whole_order_without_its_id_is_not_asked_about() -> None:
    assert doubtful_blanks(COLUMNS, orders((None, "2026-05-01", "g99", "110.00"))) == ""


def test_a_row_that_repeats_the_order_above_is_asked_about() -> None:
    assert doubtful_blanks(COLUMNS, orders((None, "2026-03-20", "g19", "4.00"))) == "Order Ref"


def test_a_column_that_names_no_id_is_asked_about() -> None:
    rows = orders((None, "2026-05-01", "g99", "110.00")).rename({"Order Ref": "Waiter"})
    assert doubtful_blanks(tuple(rows.columns), rows) == "Waiter"
