"""The sums of money in the files: how much came in, was excluded, is held, or is not explained."""

from __future__ import annotations

import streamlit as st

from core.engine.runs.reconciliation.file_totals import FileTotal
from core.engine.runs.reconciliation.money_rules import MoneySum
from core.engine.runs.reconciliation.views import Reconciliation
from core.kit import money
from core.kit.wording import agree, counted, listed
from pages.ui import formats, widgets

RESULTS = {"Equal": "green", "Explained": "orange", "Differs": "red"}


def money_table(result: Reconciliation, currency: str) -> None:
    st.header("Money", anchor=False)
    account = result.money
    if account is None:
        st.caption("The sums of this import were not recorded; the figures by location and day are below.")
        return
    if not account.sums and not account.not_read and not account.unread:
        if not result.fees:
            st.caption("The files of this import hold no order money and no menu prices.")
        return
    existing = any(money_sum.existing for money_sum in account.sums)
    right = st.column_config.TextColumn(alignment="right")
    widgets.table(
        [
            {
                "Sum of": money_sum.label,
                "File": money.show(money_sum.file, currency),
                "Imported": money.show(money_sum.imported, currency),
                "Excluded": money.show(money_sum.excluded, currency),
                "Held": money.show(money_sum.held, currency),
                "Existing kept": money.show(money_sum.existing, currency),
                "Unexplained": money.show(money_sum.unexplained, currency),
                "Result": [_result(money_sum)],
            }
            for money_sum in account.sums
        ],
        {
            "Sum of": None,
            **dict.fromkeys(("File", "Imported", "Excluded", "Held"), right),
            **({"Existing kept": right} if existing else {}),
            "Unexplained": right,
            "Result": widgets.badge_column("Result", RESULTS, width=90),
        },
        alt="Sums of money in the files against AuraConnect",
    )
    if words := account.excluded_words(currency):
        st.markdown(f":orange[:material/info:] {formats.plain(words)}")
    if account.not_read:
        st.caption(
            formats.plain(
                f"Not read: {listed(account.not_read)}, columns of amounts that no sum has a place for."
            )
        )
    if account.unread:
        amounts = counted(account.unread, "amount")
        st.markdown(
            f":orange[:material/info:] {amounts} could not be read and {agree(account.unread, 'are')} in no sum."
        )


def _result(money_sum: MoneySum) -> str:
    if money_sum.differs or money_sum.unexplained:
        return "Differs"
    return "Equal" if money_sum.file == money_sum.imported else "Explained"


def file_totals_table(result: Reconciliation, currency: str) -> None:
    """Draw the totals that rows of the files state themselves; nothing where no file has one."""
    if not result.file_totals:
        return
    st.subheader("Totals in the files", anchor=False)
    st.caption("Rows of totals are not imported: each is compared with the rows it adds up.")
    right = st.column_config.TextColumn(alignment="right")
    widgets.table(
        [
            {
                "Table": total.table,
                "Row": total.row,
                "Total of": total.label,
                "Total in file": money.show(total.stated, currency),
                "Imported": money.show(total.imported, currency),
                "Not imported": money.show(total.held, currency),
                "Unexplained": money.show(total.unexplained, currency),
                "Result": [_total_result(total)],
            }
            for total in result.file_totals
        ],
        {
            "Table": None,
            "Row": st.column_config.NumberColumn(format="localized", width=60),
            "Total of": None,
            **dict.fromkeys(("Total in file", "Imported", "Not imported", "Unexplained"), right),
            "Result": widgets.badge_column("Result", RESULTS, width=90),
        },
        alt="Totals that the files state against the sums of the imported rows",
        most=12,
    )


def _total_result(total: FileTotal) -> str:
    if total.unexplained:
        return "Differs"
    return "Explained" if total.held else "Equal"
