"""Show what needs this person, then the work of others, the most urgent first; each row has the button that leads there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import streamlit as st

from core.business.sales.decisions import SalesDecision
from core.context import Context
from core.engine.progress.needs import MigrationProgress, Need, needs, team_work
from core.engine.runs.held import held_causes
from core.kit import money
from core.platform.access.actions import enter
from pages.today.decisions import decision_row
from pages.today.everywhere import CustomerMigrations
from pages.today.rows import NeedRow, draw_rows, since
from pages.ui.links import MIGRATION, TENANT, turn_to

MAX_ROWS = 7
_ROLES = {"admin": "an administrator", "sales": "sales"}


def needs_you(
    context: Context, customers: Sequence[CustomerMigrations], approvals: Sequence[SalesDecision] = ()
) -> None:
    """Draw the open work over all customers, `approvals` of the sales desk first; an entry is gone when its cause is."""
    person_needs, team_needs = ranked(customers), ranked(customers, team_work)
    work: list[Callable[[], NeedRow]] = [partial(decision_row, context, decision) for decision in approvals]
    work += _rows(context, person_needs)
    st.header(f"Needs you :gray-badge[{len(work):,}]", anchor=False)
    if work:
        _list(work, "today")
    else:
        with st.container(border=True):
            role = _ROLES.get(context.role, f"a {context.role}")
            words = f"No decision waits for {role}" if team_needs else "Nothing needs you now"
            st.markdown(f":green[:material/task_alt:] {words}")
    if team_needs:
        st.header(f"In progress with the team :gray-badge[{len(team_needs):,}]", anchor=False)
        _list(_rows(context, team_needs), "today_team")


def ranked(
    customers: Sequence[CustomerMigrations],
    of: Callable[[Sequence[MigrationProgress], str], list[Need]] = needs,
) -> list[tuple[CustomerMigrations, Need]]:
    """List the person's needs, or other work by `of`, over all customers: by rank, then by waiting time."""
    pairs = [(customer, need) for customer in customers for need in of(customer.migrations, customer.role)]
    return sorted(pairs, key=lambda pair: (pair[1].rank, pair[1].since is None, pair[1].since))


def _list(work: Sequence[Callable[[], NeedRow]], key: str) -> None:
    """Draw the first rows, and all of them on demand; only rows that are drawn are looked up."""
    unfolded = f"{key}_all"
    visible = work if st.session_state.get(unfolded) else work[:MAX_ROWS]
    draw_rows([row() for row in visible], f"{key}_open")
    if len(work) > MAX_ROWS:
        label = "Show fewer" if st.session_state.get(unfolded) else f"Show all {len(work):,}"
        st.button(label, key=f"{key}_show_all", on_click=_toggle, args=(unfolded,))


def _rows(context: Context, pairs: Sequence[tuple[CustomerMigrations, Need]]) -> list[Callable[[], NeedRow]]:
    return [partial(_row, context, customer, need) for customer, need in pairs]


def _row(context: Context, customer: CustomerMigrations, need: Need) -> NeedRow:
    return NeedRow(
        need.status,
        need.colour,
        need.text,
        customer.name,
        _amount(context, customer, need),
        since(context, need.since),
        need.button,
        partial(open_need, customer, need),
    )


def open_need(customer: CustomerMigrations, need: Need) -> None:
    """Open the screen of the need, on its customer and migration; for callbacks."""
    open_migration(customer.tenant, need.migration, need.screen, need.run)


def open_migration(tenant: str, migration: str, screen: str, run: str = "") -> None:
    """Open a customer's migration on a screen; for callbacks."""
    st.session_state[TENANT], st.session_state[MIGRATION] = tenant, migration
    turn_to(screen, **({"run": run} if run and screen in {"runs", "dry_run"} else {}))


def _amount(context: Context, customer: CustomerMigrations, need: Need) -> str:
    """Format the money in the held rows of the need's run; '–' where none is known."""
    if need.key not in {"approve", "correct"} or not need.run:
        return "–"
    if customer.tenant == context.tenant.slug:
        causes = held_causes(context, need.run)
    else:
        with enter(context.person, customer.tenant, sign_in=context.sign_in) as customer_context:
            causes = held_causes(customer_context, need.run)
    total = sum((cause.amount for cause in causes if cause.amount), Decimal(0))
    return money.show(total, customer.currency) if total else "–"


def _toggle(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)
