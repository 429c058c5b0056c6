"""A school's administrator on a phone: invited, compares packages, answers, chooses how to pay, submits, sees it confirmed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import grave_faults
from tests.e2e.conftest import Console, new_console, served
from tests.e2e.tabs import new_tab
from tests.e2e.waiting import await_visible, settle
from tests.installations import Content

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PASSWORD = "a long and quiet evening"

_SCHOOLS = """
import json
from core.db.session import TenantSession
from core.entry.accounts import create_admin
from core.entry.tenants import create_person, create_tenant, add_member
from core.entry.accounts import operator_tenant
from core.platform.access.actions import enter
from core.platform.events.actions import open_secret
from core.platform.signin.actions import invite
from sqlalchemy import text
admin = create_admin("ada@example.com", "Ada Stone").person
manager = create_person("max", "Max Moyo", email="max@example.com")
add_member(operator_tenant(), manager, "manager")
links = {}
for slug, name in (("acacia", "Acacia School"), ("baobab", "Baobab School")):
    tenant = create_tenant(admin, slug, name, domain="school", zone="Africa/Harare", country="ZW", role="admin")
    with enter(admin, tenant) as context:
        invite(context, f"head@{slug}.example.com", f"Head of {name}", "customer")
    with TenantSession(tenant, "", system=True) as session:
        row = session.execute(text("select id::text, secret from outbox_message where secret is not null")).one()
        links[slug] = open_secret(session, row.id, "secret", row.secret)
print(json.dumps(links))
"""
_ORDERS = """
import json
from sqlalchemy import text
from core.db.session import TenantSession
from core.platform.access.views import person_by_handle
from core.platform.access.actions import enter
from core.platform.access.tables import Membership
with enter(person_by_handle("max"), "acacia") as context:
    rows = context.session.execute(text("select number, state, total::text from engagement")).all()
    told = context.session.execute(text("select kind from notification")).scalars().all()
print(json.dumps([[list(row) for row in rows], told]))
"""

_PAPERS = """
import json
from decimal import Decimal
from types import SimpleNamespace
from core.business.billing.payments.methods import NewPayment
from core.business.engagements.actions import approve_order
from core.business.engagements.documents.actions import upload_document
from core.business.engagements.lookup import today_of
from core.business.engagements.ordering.actions import save_draft, submit_order
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.payments.online import begin_online_payment
from core.entry.tenants import add_member, create_person, create_tenant
from core.platform.access.actions import enter
from core.platform.access.views import person_by_handle
PDF = b"%PDF-1.7\\n1 0 obj\\n<< /Type /Catalog >>\\nendobj\\ntrailer\\n<< /Root 1 0 R >>\\n%%EOF\\n"
answers = {"pupils": 640, "staff": 45, "systems": "Paper", "history_years": 3, "sources": ["oneroster"]}
manager = person_by_handle("max")
school = create_tenant(manager, "cedar", "Cedar School", domain="school", zone="Africa/Harare", country="ZW")
head = create_person("head-of-cedar", "Head of Cedar")
add_member(school, head, "customer")
with enter(head, school) as context:
    draft = save_draft(context, {"package": "growth", "assessment": answers, "payment_plan": "split"})
    order = submit_order(context, draft.id, draft.version).engagement_id
with enter(manager, school) as context:
    approve_order(context, order)
    document = upload_document(context, order, "cedar-register.pdf", "contract", PDF)
    receipt = record_payment(context, order, NewPayment(Decimal(100), "USD", "cash", today_of(context)))
with enter(head, school) as context:
    begun = begin_online_payment(context, order, SimpleNamespace(name="PayNow", currency="USD"))
print(json.dumps({"order": order, "document": document, "receipt": receipt, "payment": begun.id,
    "reference": begun.reference}))
"""
"""Make a third school with a paid order; print the ids of order, document, online payment, its reference, the receipt's number."""
CEDAR = re.compile("OC-|Cedar|cedar-register")


@pytest.fixture(scope="module")
def school_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console with two schools that nobody has ordered for."""
    yield from served(new_console(tmp_path_factory, Content.EMPTY))


@pytest.fixture(scope="module")
def links(school_console: Console) -> dict[str, str]:
    """School -> the invitation of its head."""
    return dict(json.loads(school_console.python("-c", _SCHOOLS)))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    tab = new_tab(browser, 390, 844)
    yield tab
    tab.context.close()


def accept(page: Page, console: Console, link: str) -> None:
    page.goto(console.address + link[link.index("/auth/") :])
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("Repeat new password").fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()
    await_visible(page.locator("[data-testid=stApp]"))


def open_order(page: Page, console: Console) -> None:
    page.goto(f"{console.address}/my_order")
    await_visible(page.get_by_role("heading", name="Your order"))
    settle(page)


def go_on(page: Page, step: int, label: str = "Continue") -> None:
    page.get_by_role("button", name=label, exact=True).click()
    await_visible(page.get_by_text(re.compile(f"^Step {step} of 5")))
    settle(page)


def answer(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")
    settle(page)


def fits_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def fill_assessment(page: Page) -> None:
    answer(page, "Pupils", "640")
    answer(page, "Staff", "45")
    answer(page, "Systems you use now", "A fees program and paper registers")
    answer(page, "Years of history to move", "3")
    page.get_by_role("button", name="OneRoster export").click()
    settle(page)


def test_a_school_orders_on_a_phone_from_the_packages_to_the_confirmation(
    school_console: Console, links: dict[str, str], phone: Page
) -> None:
    page = phone
    accept(page, school_console, links["acacia"])
    open_order(page, school_console)
    await_visible(page.get_by_role("heading", name="$6,500"))
    assert fits_the_screen(page)
    page.get_by_role("button", name="Choose Foundation").click()
    settle(page)
    go_on(page, 2)

    fill_assessment(page)
    await_visible(page.get_by_text("Foundation holds up to 200 pupils; you have 640."))
    page.get_by_role("button", name="Choose Growth").click()
    await_visible(page.get_by_text("Growth fits"))
    go_on(page, 1, "Back")
    page.reload()
    await_visible(page.get_by_text(re.compile("^Step 1 of 5")))
    go_on(page, 2)
    expect(page.get_by_label("Pupils", exact=True)).to_have_value("640")
    expect(page.get_by_label("Systems you use now", exact=True)).to_have_value(
        "A fees program and paper registers"
    )
    go_on(page, 3)

    page.get_by_text("Rush migration, $1,000").click()
    await_visible(page.get_by_text("$7,500.00").first)
    go_on(page, 4)
    page.get_by_text(re.compile("^Extended payment")).click()
    settle(page)
    answer(page, "Months", "7")
    go_on(page, 3, "Back")
    go_on(page, 4)
    expect(page.get_by_label("Months", exact=True)).to_have_value("7")
    page.get_by_text(re.compile("^Full payment, ")).click()
    settle(page)
    go_on(page, 5)

    await_visible(page.get_by_text("Pupils: 640"))
    page.reload()
    await_visible(page.get_by_text(re.compile("^Step 5 of 5")))
    assert fits_the_screen(page)
    second = page.context.new_page()
    open_order(second, school_console)
    for tab in (page, second):
        tab.get_by_text(re.compile("I am authorised to order this")).click()
        settle(tab)
    for tab in (page, second):
        tab.get_by_role("button", name=re.compile("^Submit order, ")).click()
        await_visible(tab.get_by_text("We received your order").first)
    number = re.search(
        r"OC-[0-9A-Z]{6}", page.get_by_role("heading", name=re.compile("Order OC-")).inner_text()
    )
    assert number is not None
    orders, kinds = json.loads(school_console.python("-c", _ORDERS))
    assert orders == [[number[0], "pending", "7125.0000"]]
    assert kinds == ["order_submitted"]
    assert fits_the_screen(page)
    expect(page.locator(".stToast")).to_have_count(0)  # a notice of Streamlit has no name for screen readers
    assert grave_faults(page, "light") == []


def assert_nothing_on_screens(page: Page, console: Console, papers: dict[str, str]) -> None:
    """Assert that no address of a screen shows a word of the papers, with the customer's name or without."""
    order = f"order={papers['order']}"
    for path in (
        *(f"{screen}?tenant=cedar&{order}" for screen in ("my_order", "today", "orders")),
        *(f"orders?{order}&section={part}" for part in ("payments", "documents", "sessions", "history")),
        f"my_order?{order}",
        f"sessions?session={papers['order']}",
    ):
        page.goto(f"{console.address}/{path}")
        await_visible(page.get_by_test_id("stMain"))
        settle(page)
        assert not CEDAR.search(page.get_by_test_id("stApp").inner_text()), path


def assert_nothing_beside_screens(page: Page, console: Console, papers: dict[str, str]) -> None:
    """Assert that every other address refuses the person who is signed in, and hands out no word of the papers."""
    ids = (papers["order"], papers["document"], papers["payment"], papers["receipt"])
    patterns = (
        *("calendar/{}.ics", "pay/paynow/{}", "q/{}", "q/{}/proposal.pdf", "api/upload?upload={}"),
        *("api/documents/{}", "media/{}.pdf", "auth/reset/{}", "auth/invitation/{}", "auth/set-up/{}"),
    )
    paths = [pattern.format(key) for pattern in patterns for key in ids] + [
        f"pay/paynow/{papers['reference']}"
    ]
    for path in paths:
        answer = page.request.get(f"{console.address}/{path}", max_redirects=0)
        assert answer.status >= 300, (path, answer.status)
        assert not CEDAR.search(answer.text().replace(path, "")), path


def test_the_head_of_another_school_sees_none_of_it(
    school_console: Console, links: dict[str, str], phone: Page
) -> None:
    accept(phone, school_console, links["baobab"])
    open_order(phone, school_console)
    expect(phone.get_by_text(re.compile("OC-"))).to_have_count(0)
    await_visible(phone.get_by_text(re.compile("^Step 1 of 5")))
    for path in ("my_order", "today", "orders"):
        phone.goto(f"{school_console.address}/{path}?tenant=acacia")
        settle(phone)
        expect(phone.get_by_text(re.compile("OC-|Acacia"))).to_have_count(0)
    papers = dict(json.loads(school_console.python("-c", _PAPERS)))
    assert_nothing_on_screens(phone, school_console, papers)
    assert_nothing_beside_screens(phone, school_console, papers)
