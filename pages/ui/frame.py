"""The frame around every screen: who acts where, permission, refusals as sentences, and the demo mark.

A screen gets its Context from here for one rerun. Callbacks and fragments run outside of that rerun, so they open a
Context of their own (`session_context`, `act`) and never keep one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from core.context import Context
from core.errors import AppError, NotSignedInError
from core.kit import request_ids
from core.platform.access.actions import enter, require
from pages.ui.links import IS_DEMO, MIGRATION, NOTICE, OPERATOR, ROW_END, SIGN_IN, TENANT, RemedyError, follow
from pages.ui.refusals import NoMigrationError, keep_fault, notices, refusal
from pages.ui.visitor import acting_as

log = logging.getLogger("aura.pages")
R = TypeVar("R")


@contextmanager
def session_context(tenant: str = "") -> Iterator[Context]:
    """Open a Context for the person at the console, in a tenant (slug): by default that of the screen.

    NotSignedInError without one.
    """
    (person, sign_in), tenant = acting_as(), tenant or working_tenant()
    if not person or not tenant:
        raise NotSignedInError("You are not signed in.", hint="Sign in.")
    with enter(person, tenant, sign_in=sign_in) as context:
        yield context


def working_tenant() -> str:
    """Return the slug of the tenant that the screen works in, '' without one."""
    return str(st.session_state.get(OPERATOR) or st.session_state.get(TENANT) or "")


def act(work: Callable[[Context], R], done: str | Callable[[R], str] = "", *, tenant: str = "") -> R | None:
    """Run a write from a callback; a refusal is shown on top of the page, `done` (of its result) as a short notice.

    `tenant` (slug) is another one than that of the screen.
    """
    try:
        with session_context(tenant) as context:
            result = work(context)
    except AppError as error:
        keep_fault(error)
        return None
    if done:
        st.session_state[NOTICE] = done if isinstance(done, str) else done(result)
    return result


@contextmanager
def live() -> Iterator[Context]:
    """Open a Context for the body of a fragment, which reruns without the page's frame, with notices and refusals."""
    try:
        with session_context() as context:
            follow()
            st.session_state.pop(ROW_END, None)  # the title row of the page is not the fragment's
            notices()
            yield context
    except AppError as error:
        if isinstance(error, NotSignedInError) and st.session_state.get(SIGN_IN):
            st.rerun()  # the whole page goes, not this part of it alone
        refusal(error)


def framed(
    show: Callable[[Context], None], permission: str, fault: RemedyError | None = None
) -> Callable[[], None]:
    """Return what st.Page runs: the screen inside its frame, or the fault of the link that led here."""

    def page() -> None:
        if fault is not None:
            refusal(fault)
            return
        try:
            with session_context() as context:
                require(context, permission)
                notices()
                st.session_state[IS_DEMO] = context.tenant.is_demo
                show(context)
        except AppError as error:
            refusal(error)
        except Exception:
            reference = request_ids.current()
            log.exception("screen failed, reference %s", reference)
            with st.container(border=True, gap="xsmall"):
                st.markdown(
                    ":red[:material/error:] **Something went wrong on our side. Nothing was changed.**"
                )
                st.text(f"Reference {reference}")
                st.button("Try again", icon=":material/refresh:")

    return page


def chosen_migration() -> str:
    """Return the id of the migration chosen in the sidebar; NoMigrationError without one."""
    migration_id = st.session_state.get(MIGRATION)
    if not migration_id:
        raise NoMigrationError(
            "This customer has no migration yet",
            hint="Name one and upload an export on Connect.",
            remedy="Go to Connect",
            path="connect",
        )
    return str(migration_id)
