"""The operator's people at work in a real browser: a customer is created and staffed, and a colleague deactivated."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import grave_faults
from tests.e2e.conftest import Console
from tests.e2e.waiting import arrive, await_visible, settle, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ONE_ROW = """() =>
    document.querySelector('[data-testid="data-grid-canvas"] table')?.getAttribute('aria-rowcount') === '2'"""
"""The table has a header and one row."""
FULLY_SHOWN = """() => [...document.querySelectorAll('[data-testid="stMain"] [data-testid="stElementContainer"]')]
    .every(element => getComputedStyle(element).opacity === '1')"""
"""Parts that a rerun is about to replace are pale until it has ended."""

_PREPARE = """
from core.entry.demo import seed_cast
from core.entry.tenants import add_member, create_tenant, find_or_create_person
from core.platform.access.views import operator_of
people = seed_cast()
operator = operator_of(people['ada'])
tenant = operator.tenant_id if operator else create_tenant(
    people['ada'], 'demo-operator', 'Demo operator', kind='operator', role='admin', is_demo=True)
for handle, role in (('alice', 'manager'), ('bob', 'specialist'), ('sam', 'sales'), ('ada', 'admin')):
    add_member(tenant, people[handle], role)
add_member(tenant, find_or_create_person('robin-vale', 'Robin Vale', is_demo=True), 'specialist')
"""


@pytest.fixture(scope="module")
def staffed(demo_console: Console) -> Console:
    """The demo's console with an operator whose staff are the demo's people, and Robin."""
    demo_console.python("-c", _PREPARE)
    return demo_console


def sign_in(page: Page, console: Console, name: str, path: str) -> None:
    page.goto(f"{console.address}/{path}?tenant=bella")
    page.get_by_role("button", name=name).click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)


def open_from_menu(page: Page, section: str, title: str) -> None:
    bar = page.get_by_test_id("stSidebar")
    link = bar.get_by_role("link", name=title, exact=True)
    if not link.is_visible():
        bar.get_by_role("link", name=section, exact=True).click()
        settle(page)
        link.click()
    arrive(page, None, title)


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("dialog").get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=re.compile(re.escape(option))).first.click()
    settle(page)


def press_in_only_row(page: Page, right: int) -> None:
    """Press the button in the row of the table, once it is the only one, `right` pixels from its right edge."""
    wait_until(page, ONE_ROW)
    box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - right, box["y"] + 34 + 16)
    settle(page)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing serious, once nothing fades any more and Streamlit's notice, which has no name, has gone."""
    settle(page)
    wait_until(page, FULLY_SHOWN)
    expect(page.locator(".stToast")).to_have_count(0)
    assert grave_faults(page, "light") == []
    page.emulate_media(color_scheme="dark")
    assert grave_faults(page, "dark") == []
    page.emulate_media(color_scheme="light")


def test_a_manager_creates_a_customer_and_assigns_a_specialist_who_then_sees_it(
    page: Page, staffed: Console
) -> None:
    sign_in(page, staffed, "Alice Moreau", "today")
    open_from_menu(page, "Manage", "Customers")
    assert_accessible(page)
    page.get_by_role("button", name="Create customer").click()
    name = dialog(page).get_by_label("Name", exact=True)
    await_visible(name)
    dialog(page).get_by_role("button", name="Create customer").click()
    await_visible(dialog(page).get_by_text("Enter a name"))
    assert_accessible(page)
    name.fill("Café Größe")
    name.press("Tab")
    expect(dialog(page).get_by_label("ID", exact=True)).to_have_value("cafe-grosse")
    choose(page, "Country", "Germany")
    dialog(page).get_by_role("button", name="Create customer").click()
    await_visible(dialog(page).get_by_text("Nobody is assigned yet"))
    assert_accessible(page)
    choose(page, "Assign", "Bob Lindgren")
    dialog(page).get_by_role("button", name="Assign", exact=True).click()
    await_visible(dialog(page).get_by_role("button", name="End", exact=True))
    dialog(page).get_by_role("button", name="Close").click()
    settle(page)
    page.get_by_placeholder("Search", exact=True).fill("Café")
    page.get_by_placeholder("Search", exact=True).press("Enter")
    settle(page)
    press_in_only_row(page, 36)
    await_visible(dialog(page).get_by_role("heading", name="Café Größe"))


def test_an_admin_deactivates_a_colleague_after_a_question(page: Page, staffed: Console) -> None:
    sign_in(page, staffed, "Ada Winter", "today")
    open_from_menu(page, "Admin", "People")
    assert_accessible(page)
    page.get_by_placeholder("Search", exact=True).fill("Robin")
    page.get_by_placeholder("Search", exact=True).press("Enter")
    settle(page)
    press_in_only_row(page, 36)
    await_visible(dialog(page).get_by_role("heading", name="Robin Vale"))
    dialog(page).get_by_role("button", name="Deactivate…").click()
    await_visible(dialog(page).get_by_text("They can no longer sign in."))
    assert_accessible(page)
    dialog(page).get_by_role("button", name="Deactivate", exact=True).click()
    await_visible(dialog(page).get_by_role("button", name="Reactivate"))
    dialog(page).get_by_role("button", name="Close").click()
    settle(page)
    page.get_by_role("button", name="Ada Winter").click()
    page.get_by_role("link", name="Profile").click()
    arrive(page, "profile", "Profile")
    assert_accessible(page)
