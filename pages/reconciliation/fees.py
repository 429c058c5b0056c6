"""What pupils owe: fees charged less fees paid, in the files and in AuraConnect, each currency by itself."""

from __future__ import annotations

import streamlit as st

from core.engine.runs.reconciliation.fee_balances import FeeSum
from core.engine.runs.reconciliation.views import Reconciliation
from core.kit.money import show
from pages.ui import widgets

RESULTS = {"Equal": "green", "Explained": "orange", "Differs": "red"}


def fees_table(result: Reconciliation) -> None:
    """Draw the balance of the fees in each currency; nothing where the files have no fees."""
    if not result.fees:
        return
    st.subheader("Fee balances", anchor=False)
    st.caption("Charged less paid, compared pupil by pupil.")
    right = st.column_config.TextColumn(alignment="right")
    widgets.table(
        [
            {
                "Currency": part.currency,
                "Pupils": part.pupils,
                "Charged": show(part.charged, part.currency),
                "Paid": show(part.paid, part.currency),
                "Balance in file": show(part.balance, part.currency),
                "Balance imported": show(part.imported, part.currency),
                "Held": show(part.held, part.currency),
                "Existing kept": show(part.existing, part.currency),
                "Pupils that differ": part.differing,
                "Result": [_result(part)],
            }
            for part in result.fees
        ],
        {
            "Currency": None,
            "Pupils": st.column_config.NumberColumn(format="localized", width=70),
            **dict.fromkeys(("Charged", "Paid", "Balance in file", "Balance imported", "Held"), right),
            **({"Existing kept": right} if any(part.existing for part in result.fees) else {}),
            **({"Pupils that differ": None} if any(part.differing for part in result.fees) else {}),
            "Result": widgets.badge_column("Result", RESULTS, width=90),
        },
        alt="Fee balances of the files against AuraConnect, by currency",
    )


def _result(part: FeeSum) -> str:
    if part.is_open:
        return "Differs"
    return "Equal" if part.balance == part.imported else "Explained"
