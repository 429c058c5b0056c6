"""The parts of Reconciliation: the bar, the checks, the money and the days, equal, held and differing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.engine.runs.reconciliation.accounting_rules import Account, Exclusion, Outcome, TableAccount
from core.engine.runs.reconciliation.fee_balances import FeeSum
from core.engine.runs.reconciliation.file_totals import FileTotal
from core.engine.runs.reconciliation.money_rules import EXISTING, MoneyAccount, MoneySum
from core.engine.runs.reconciliation.views import DayProof, EntityProof, Reconciliation
from pages.reconciliation import bar, checks, days, rows, screen, sums
from pages.reconciliation import fees as fee_sums
from tests.pages.parts import context_of, draw, text_of

ZERO = Decimal(0)


def day(difference: str = "0", name: str = "", location: str = "Market St") -> DayProof:
    amount = Decimal(difference)
    return DayProof(location, date(2026, 3, 1), "gross", amount + 10, Decimal(10), amount, name)


def account(*tables: TableAccount) -> Account:
    return Account("r1", tables)


def proof(**values: object) -> Reconciliation:
    standard: dict[str, object] = {
        "account": account(TableAccount("s1", "menu.csv", "menu", 3, outcomes={"imported": 3})),
        "money": None,
        "settled": True,
        "remaining_records": {},
        "entities": [EntityProof("menu_item", 3, 3, 0, 0, 0, 0, 0, 3, sum_ok=True, target_ok=True)],
        "days": [],
        "findings": [],
        "file_totals": [],
        "fees": [],
    }
    return Reconciliation(**standard | values)


@pytest.mark.parametrize(
    ("proof_of_day", "expected"),
    [
        (day(), "Equal"),
        (day("4.00"), "Differs"),
        (day("4.00", "held for correction"), "Held"),
        (day("4.00", EXISTING), "Existing kept"),
    ],
)
def test_a_day_is_equal_or_says_what_its_difference_is(proof_of_day: DayProof, expected: str) -> None:
    assert days._result(proof_of_day) == expected
    assert expected in days.RESULTS


def test_days_are_listed_with_amounts_of_the_customers_currency() -> None:
    context = context_of("manager")
    app = draw(lambda: days.money_days(context, [day(), day("4.00", EXISTING)]))
    table = app.dataframe[0].value
    assert list(table["Difference"]) == ["$0.00", "$4.00"]
    app.segmented_control(key="days").set_value("Differences").run()
    assert list(app.dataframe[0].value["Difference"]) == ["$4.00"]


def test_an_import_without_orders_or_without_differences_says_so() -> None:
    context = context_of("manager")
    assert "No orders were imported" in text_of(draw(lambda: days.money_days(context, [])))
    app = draw(lambda: days.money_days(context, [day()]))
    app.segmented_control(key="days").set_value("Differences").run()
    assert "No difference" in text_of(app)


@pytest.mark.parametrize(
    ("money_sum", "expected"),
    [
        (MoneySum("gross", Decimal(10), Decimal(10), ZERO, ZERO), "Equal"),
        (MoneySum("gross", Decimal(10), Decimal(7), Decimal(3), ZERO), "Explained"),
        (MoneySum("gross", Decimal(10), Decimal(7), ZERO, ZERO), "Differs"),
        (MoneySum("gross", Decimal(10), Decimal(10), ZERO, ZERO, differs=True), "Differs"),
    ],
)
def test_a_sum_is_equal_explained_or_differs(money_sum: MoneySum, expected: str) -> None:
    assert sums._result(money_sum) == expected


def test_money_says_where_nothing_was_recorded_or_read() -> None:
    assert "were not recorded" in text_of(draw(lambda: sums.money_table(proof(), "USD")))
    without_sums = proof(money=MoneyAccount())
    assert "hold no order money" in text_of(draw(lambda: sums.money_table(without_sums, "USD")))
    unread = proof(money=MoneyAccount((MoneySum("tips", Decimal(4), Decimal(4), ZERO, ZERO),), unread=1))
    app = draw(lambda: sums.money_table(unread, "USD"))
    assert "1 amount could not be read and is in no sum" in text_of(app)
    assert list(app.dataframe[0].value["File"]) == ["$4.00"]


@pytest.mark.parametrize(
    ("values", "results"),
    [
        ({}, [["Equal"], ["Equal"]]),
        ({"days": [day()]}, [["Equal"], ["Equal"], ["Equal"]]),
        ({"days": [day(), day("1", EXISTING)]}, [["Equal"], ["Equal"], ["Held"]]),
        ({"days": [day("1")]}, [["Equal"], ["Equal"], ["Differs"]]),
        ({"account": account(TableAccount("s1", "menu.csv", "menu", 3))}, [["Differs"], ["Equal"]]),
    ],
)
def test_the_checks_compare_rows_records_and_days(
    values: dict[str, object], results: list[list[str]]
) -> None:
    result = proof(**values)
    assert list(draw(lambda: checks.checks(result)).dataframe[0].value["Result"]) == results


def test_an_entity_is_equal_held_or_differs() -> None:
    equal = EntityProof("order", 3, 3, 0, 0, 0, 0, 0, 3, sum_ok=True, target_ok=True)
    held = EntityProof("order", 4, 3, 0, 0, 0, 1, 0, 3, sum_ok=True, target_ok=True)
    missing = EntityProof("order", 3, 3, 0, 0, 0, 0, 0, 2, sum_ok=True, target_ok=False)
    table = draw(lambda: checks.records_by_entity([equal, held, missing])).dataframe[0].value
    assert list(table["Result"]) == [["Equal"], ["Held"], ["Differs"]]


def test_the_bar_has_a_look_for_each_outcome_and_names_its_rows() -> None:
    assert {outcome for outcome in bar._LOOKS if outcome} == set(Outcome)
    assert len({label for label, *_ in bar._LOOKS.values()}) == len(bar._LOOKS)
    assert set(rows.COLUMNS) == set(Outcome)


def test_rows_without_an_outcome_stand_in_a_column_of_their_own() -> None:
    tables = (
        TableAccount("s1", "menu.csv", "menu", 3, outcomes={"imported": 2}),
        TableAccount("s2", "menu.csv", "tax", 1, outcomes={"excluded": 1}),
    )
    table = draw(lambda: rows.rows_table(account(*tables))).dataframe[0].value
    assert list(table["Table"]) == ["Total", "menu", "tax"]
    assert list(table["Unaccounted"]) == [1, 1, 0]
    assert "File" not in draw(lambda: rows.rows_table(account(tables[1]))).dataframe[0].columns


def test_a_rollback_says_what_still_stands() -> None:
    restored = account(TableAccount("s1", "menu.csv", "menu", 80, outcomes={"imported": 75, "excluded": 5}))
    assert screen._rolled_back(restored, {}) == "Rolled back: 75 of 80 rows were imported and restored"
    assert screen._rolled_back(restored, {"menu_item": 3}).startswith("Partly rolled back: 75 of 80 rows")
    assert "no longer in AuraConnect" in screen._remaining_words({})
    assert screen._remaining_words({"menu_item": 3}) == "Still in AuraConnect from this import: 3 menu items."


def test_the_totals_of_a_file_are_equal_explained_by_what_was_not_imported_or_differ() -> None:
    def total(stated: str, imported: str, held: str) -> FileTotal:
        return FileTotal("sales", 18, "order.tax_total", Decimal(stated), Decimal(imported), Decimal(held))

    totals = [total("28.84", "28.84", "0"), total("28.84", "26", "2.84"), total("30", "28.84", "0")]
    app = draw(lambda: sums.file_totals_table(proof(file_totals=totals), "USD"))
    table = app.dataframe[0].value
    assert [result for (result,) in table["Result"]] == ["Equal", "Explained", "Differs"]
    assert list(table["Unexplained"]) == ["$0.00", "$0.00", "$1.16"]
    assert set(table["Total of"]) == {"Order › Tax total"}


def test_files_without_totals_have_no_table_of_them() -> None:
    assert not draw(lambda: sums.file_totals_table(proof(), "USD")).dataframe


def test_excluded_columns_of_an_imported_table_are_named_with_who_and_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = Exclusion("p1", datetime(2026, 11, 27, tzinfo=UTC), "Not sold any more", 2)
    table = TableAccount(
        "s1", "menu.csv", "menu", 5, ("menu_item",), {"imported": 5},
        exclusions=(by,), excluded_columns=("Sizes", "Modifiers"),
    )  # fmt: skip
    monkeypatch.setattr(rows, "person_names", lambda _context, _people: {"p1": "Bob Lindgren"})
    app = draw(lambda: rows.decisions(context_of("manager"), account(table)))
    assert text_of(app).replace("\\", "").strip() == (
        "Excluded: 2 columns of menu (Sizes and Modifiers) by Bob Lindgren, “Not sold any more”."
    )


def test_the_fees_of_each_currency_are_equal_explained_or_differ() -> None:
    def fees(currency: str, imported: str, held: str = "0", differing: int = 0) -> FeeSum:
        amounts = (Decimal(100), Decimal(40), Decimal(imported), Decimal(0), Decimal(held), Decimal(0))
        return FeeSum(currency, *amounts, 3, differing)

    parts = [fees("USD", "60"), fees("ZAR", "50", "10"), fees("ZWG", "60", differing=2)]
    table = draw(lambda: fee_sums.fees_table(proof(fees=parts))).dataframe[0].value
    assert [result for (result,) in table["Result"]] == ["Equal", "Explained", "Differs"]
    assert next(iter(table["Balance in file"])) == "$60.00"
    assert list(table["Pupils that differ"]) == [0, 0, 2]


def test_files_without_fees_have_no_table_of_them() -> None:
    assert not draw(lambda: fee_sums.fees_table(proof())).dataframe
