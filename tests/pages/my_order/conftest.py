"""A school's contact, and the screens as that person sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.context import Context
from core.platform.access.actions import enter
from core.settings import settings
from tests.business.engagements.ordering.conftest import add_school
from tests.pages.conftest import ROOT
from tests.staff import add_contact

Open = Callable[..., AppTest]


@pytest.fixture
def contact(database: None) -> Iterator[Context]:
    """The contact of a school that has ordered nothing."""
    school = add_school("Acacia School")
    with enter(add_contact(school), school) as context:
        yield context


@pytest.fixture
def screen() -> Open:
    """screen(context, path): a screen as the context's person sees it, with more of its address by name."""

    def open_screen(context: Context, path: str = "my_order", **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
        app.session_state["person"] = context.person
        app.session_state["tenant"] = context.tenant.slug
        app.session_state["frame_going"] = (path, query)
        app.run()
        assert not app.exception, app.exception[0].value
        return app

    return open_screen


@pytest.fixture(autouse=True)
def _contacts_may_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts of the tests come in as people of the demo do, by choice."""
    monkeypatch.setattr(
        "pages.ui.visitor.demo_cast", lambda: {str(st.session_state.get("person") or ""): "A Contact"}
    )


@pytest.fixture
def services_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _with_setting(monkeypatch, "MIGRATION_SERVICES_ENABLED", "false")


@pytest.fixture
def gateway_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _with_setting(monkeypatch, "SMS_GATEWAY_URL", "http://127.0.0.1:9/sms")


def _with_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> Iterator[None]:
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
