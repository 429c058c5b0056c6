"""The sales desk in a real browser: from a prospect to its accepted quote, and what a link does that no longer holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Console
from tests.e2e.tabs import new_tab
from tests.e2e.test_operator import dialog, sign_in
from tests.e2e.waiting import arrive, await_visible, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

COMPANY, RIVAL = "Trattoria Zia Rosa", "Osteria Zia Nina"
ACCEPTED, ANSWERED, UNKNOWN, EXPIRED = (
    "Quote accepted",
    "This quote was accepted already",
    "This link does not open a quote",
    "This quote has expired",
)

_STATE = """
import json, sys
from sqlalchemy import text
from core.db.session import TenantSession
from core.platform.access.views import operator_of
from core.entry.demo import seed_cast
operator = operator_of(seed_cast()['alice']).tenant_id
with TenantSession(operator, '', system=True) as session:
    quotes = session.execute(text("select q.state, q.customer_id is not null from quote q join prospect p"
        " on p.id = q.prospect_id where p.name = :name order by q.number, q.version"), {'name': sys.argv[1]}).all()
    customers = session.scalar(text("select count(*) from prospect where name = :name and customer_id is not null"),
        {'name': sys.argv[1]})
print(json.dumps([[list(row) for row in quotes], customers]))
"""
_EXPIRE = """
import sys
from sqlalchemy import text
from core.db.session import TenantSession
from core.platform.access.views import operator_of
from core.entry.demo import seed_cast
operator = operator_of(seed_cast()['alice']).tenant_id
with TenantSession(operator, '', system=True) as session:
    session.execute(text("update quote set valid_until = current_date - 2 where state = 'sent' and prospect_id ="
        " (select id from prospect where name = :name)"), {'name': sys.argv[1]})
    session.commit()
"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab as wide as a phone, in which nobody is signed in."""
    tab = new_tab(browser, 390, 844)
    yield tab
    tab.context.close()


def state_of(console: Console, company: str) -> list[Any]:
    """Return state of each version and whether it made a customer, and how many customers the company became."""
    return list(json.loads(console.python("-c", _STATE, company)))


def quote(console: Console, *arguments: str) -> dict[str, Any]:
    """Run a command of quotes as Sam; return its document."""
    return dict(json.loads(console.aura("quote", *arguments, "--as", "sam", "--json")))


def add_prospect(page: Page, console: Console) -> None:
    """Add the company, and answer a question of discovery that fills its number of locations."""
    sign_in(page, console, "Sam Okoye", "prospects")
    page.get_by_role("button", name="Add prospect").click()
    company = dialog(page).get_by_label("Company", exact=True)
    await_visible(company)
    company.fill(COMPANY)
    company.press("Tab")
    settle(page)
    dialog(page).get_by_role("button", name=re.compile("Add (prospect|anyway)$")).click()
    await_visible(page.get_by_role("heading", name=COMPANY))
    settle(page)
    open_section(page, "Discovery")
    locations = page.get_by_label("How many locations need migration?")
    locations.fill("50")
    locations.press("Tab")
    page.get_by_role("button", name="Save answers").click()
    await_visible(page.get_by_text("50 locations").first)


def open_section(page: Page, label: str) -> None:
    page.get_by_role("radiogroup", name="Section").get_by_role("radio", name=label, exact=True).click()
    settle(page)


def save_roi(page: Page) -> None:
    """See what 50 locations cost without us, and save the case as the first version."""
    open_section(page, "ROI")
    await_visible(page.get_by_test_id("stMetric").filter(has_text="700,000"))
    page.get_by_role("button", name="Save version").click()
    page.get_by_role("button", name="Save", exact=True).click()
    await_visible(page.get_by_text(re.compile("^Version 1,")).first)
    settle(page)


def send_from_fit(page: Page) -> str:
    """Write a quote from the fit of the prospect and send it; return its link."""
    open_section(page, "Fit")
    page.get_by_role("button", name=re.compile("Create quote for Enterprise")).click()
    arrive(page, "quotes", "Quotes")
    await_visible(page.get_by_text("Total $100,000.00"))
    settle(page)
    page.get_by_role("button", name="Save draft").click()
    await_visible(page.get_by_role("button", name="Send quote…"))
    settle(page)  # people press what stands still
    page.get_by_role("button", name="Send quote…").click()
    await_visible(page.get_by_role("button", name="Send quote", exact=True))
    settle(page)
    page.get_by_role("button", name="Send quote", exact=True).click()
    code = page.get_by_test_id("stCode").filter(has_text="/q/")
    await_visible(code)
    return code.inner_text().strip()


def accept(phone: Page, name: str) -> None:
    phone.get_by_label("Full name").fill(name)
    phone.get_by_label(re.compile("I am authorised to accept this for")).check()
    phone.get_by_role("button", name=re.compile("Accept for")).click()


def test_a_prospect_becomes_a_customer_by_a_quote_accepted_on_a_phone(
    page: Page, phone: Page, demo_console: Console
) -> None:
    add_prospect(page, demo_console)
    save_roi(page)
    link = send_from_fit(page)
    await_visible(page.get_by_text("Version 1", exact=True).first)
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 2

    phone.goto(link)
    await_visible(phone.get_by_role("heading", name=re.compile(COMPANY)))
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    second = phone.context.new_page()
    second.goto(link)
    accept(phone, "Rosa Bianchi")
    await_visible(phone.get_by_role("heading", name=ACCEPTED))
    assert state_of(demo_console, COMPANY) == [[["accepted", True]], 1]

    accept(second, "Somebody Else")
    await_visible(second.get_by_text(ANSWERED))
    second.goto(f"{link[:-6]}AAAAAA")
    await_visible(second.get_by_text(UNKNOWN))
    assert state_of(demo_console, COMPANY) == [[["accepted", True]], 1]

    page.reload()
    settle(page)
    await_visible(page.get_by_text("Rosa Bianchi").first)
    page.get_by_role("button", name="Open customer").click()
    arrive(page, "customers", "Customers")
    await_visible(dialog(page).get_by_text(re.compile("Order OC-")))


def test_an_expired_or_withdrawn_link_gets_one_clear_page_and_changes_nothing(
    phone: Page, demo_console: Console
) -> None:
    new = ("prospect", "add", RIVAL, "--locations", "3", "--as", "sam")
    demo_console.aura(*new)
    links = []
    for _ in range(2):
        document = quote(demo_console, "new", RIVAL, "--package", "professional")
        links.append((document["id"], quote(demo_console, "send", document["id"], "--no-email")["link"]))
    (_, expired), (withdrawn_id, withdrawn) = links
    quote(demo_console, "withdraw", withdrawn_id)
    demo_console.python("-c", _EXPIRE, RIVAL)
    for link, title in ((expired, EXPIRED), (withdrawn, UNKNOWN)):
        phone.goto(f"{demo_console.address}/q/{link.rpartition('/')[2]}")
        await_visible(phone.get_by_role("heading", name=title))
        expect(phone.get_by_role("button", name=re.compile("Accept"))).to_have_count(0)
    states, customers = state_of(demo_console, RIVAL)
    assert customers == 0
    assert not any(is_customer for _, is_customer in states)
