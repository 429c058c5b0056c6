"""The delivery desk in a real browser: a school orders, a manager staffs and runs the order, its lead works until replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import vobject
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Console
from tests.e2e.tabs import new_tab
from tests.e2e.test_my_order import fill_assessment, go_on
from tests.e2e.test_operator import dialog
from tests.e2e.test_sales_desk import open_section
from tests.e2e.waiting import await_visible, settle, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

SCHOOL, SLUG, HEAD, ZONE = "Willow School", "willow-school", "Farai Chuma", "Africa/Harare"
MANAGER, TASK = "Alice Moreau", "Read the register of pupils"
MILESTONES = (
    *("Project kickoff", "Data collection", "Data analysis", "System configuration", "Data migration"),
    *("User setup", "Training delivery", "System testing", "Go-live", "Project closure"),
)
DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2}( \d{4})?")
TABLES = """[...document.querySelectorAll('[data-testid="data-grid-canvas"]')]
    .map(table => [...table.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent)))"""
PLACE = f"""text => ({TABLES}).flatMap((table, place) => table.map((row, number) => [row.join(' '), place, number]))
    .find(([words]) => words.includes(text))?.slice(1)"""
"""Where a row with these words is: number of the table, number of the row below its header."""
HEADER, ROW = 34, 32
"""Heights in a table, in pixels."""

_CUSTOMER = """
import sys
from core.entry.demo import seed_cast
from core.entry.tenants import add_member, create_tenant, find_or_create_person
slug, name, head, zone = sys.argv[1:]
school = create_tenant(seed_cast()['alice'], slug, name, domain='school', zone=zone, country='ZW', is_demo=True)
add_member(school, find_or_create_person(f'head-of-{slug}', head, is_demo=True), 'customer')
"""
_BEGIN = """
import sys
from sqlalchemy import text
from core.db.session import TenantSession
from core.entry.demo import seed_cast
from core.entry.tenants import tenant_id
from core.platform.access.views import operator_of
alice = seed_cast()['alice']
school = tenant_id(alice, sys.argv[1])
times = "starts_at = date_trunc('minute', now()) - interval '9 min', ends_at = date_trunc('minute', now()) + interval '111 min'"
with TenantSession(school, '', system=True) as session:
    print(session.execute(text(f"update guided_session set {times} returning id::text")).scalar_one())
    session.commit()
with TenantSession(operator_of(alice).tenant_id, '', system=True) as session:
    session.execute(text(f"update busy_time set {times} where customer_id = :school"), {'school': school})
    session.commit()
"""
"""Move the school's session to where it has just begun: no button turns the clock."""


@dataclass(frozen=True)
class Order:
    """An order that a school submitted: its number, and the address of its page without the host."""

    number: str


@dataclass(frozen=True)
class Team:
    """Who leads an order and who is in reserve (names)."""

    lead: str
    reserve: str


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A second tab, of somebody else."""
    tab = new_tab(browser)
    yield tab
    tab.context.close()


@pytest.fixture
def order(browser: Browser, demo_console: Console) -> Iterator[Order]:
    """An order that the head of a new school of the demo submits on a phone, paid in two halves."""
    demo_console.python("-c", _CUSTOMER, SLUG, SCHOOL, HEAD, ZONE)
    phone = new_tab(browser, 390, 844)
    sign_in(phone, demo_console, HEAD, "my_order")
    await_visible(phone.get_by_role("heading", name="Your order"))
    phone.get_by_role("button", name="Choose Growth").click()
    settle(phone)
    go_on(phone, 2)
    fill_assessment(phone)
    go_on(phone, 3)
    go_on(phone, 4)
    phone.get_by_text(re.compile("^Split payment, ")).click()
    settle(phone)
    go_on(phone, 5)
    phone.get_by_text(re.compile("I am authorised to order this")).click()
    settle(phone)
    phone.get_by_role("button", name=re.compile("^Submit order, ")).click()
    heading = phone.get_by_role("heading", name=re.compile("Order OC-"))
    await_visible(heading)
    number = re.search(r"OC-[0-9A-Z]{6}", heading.inner_text())
    assert number is not None
    yield Order(number[0])
    phone.context.close()


def sign_in(page: Page, console: Console, name: str, path: str) -> None:
    """Choose a person of the demo, with the school as the customer."""
    page.goto(f"{console.address}/{path}?tenant={SLUG}")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)


def rows_of(page: Page) -> list[list[str]]:
    """Return the cells of all tables that are on the screen, row by row."""
    return [row for table in page.evaluate(TABLES) for row in table]


def await_row(page: Page, text: str) -> None:
    """Wait until a row of a table has these words, its cells joined by blanks."""
    wait_until(page, PLACE, text)


def press_in_row(page: Page, text: str, right: int) -> None:
    """Press the button in the row with these words, `right` pixels from the right edge of its table."""
    await_row(page, text)
    settle(page)  # people press what stands still
    table, number = page.evaluate(PLACE, text)
    canvas = page.get_by_test_id("data-grid-canvas").nth(table)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - right, box["y"] + HEADER + ROW * (number - 0.5))
    settle(page)


def press(page: Page, name: str, place: Locator | None = None) -> None:
    """Press a button, once it can be, and wait for the screen that follows."""
    inside = place or page.get_by_test_id("stMain")
    button = inside.get_by_role("button", name=name, exact=True).first
    expect(button).to_be_enabled()
    settle(page)
    button.click()
    settle(page)


def confirm(page: Page, name: str) -> None:
    """Press a button of the dialog that is open."""
    press(page, name, dialog(page))


def fill(page: Page, label: str, value: str) -> None:
    """Fill a field of the dialog that is open."""
    field = dialog(page).get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")
    settle(page)


def candidate(page: Page, button: str) -> tuple[str, Locator]:
    """Return the first candidate whose button may be pressed: name, and the button."""
    cards = page.locator("[class*='st-key-candidate_']")
    await_visible(cards.first)
    for card in cards.all():
        choice = card.get_by_role("button", name=button, exact=True)
        if choice.is_enabled():
            return card.get_by_test_id("stText").first.inner_text(), choice
    pytest.fail(f"Nobody can be chosen: {button}")


def open_order(page: Page, console: Console, order: Order) -> None:
    """Sign in as the manager, find the order in the list and open it by its row."""
    sign_in(page, console, MANAGER, "orders")
    page.get_by_placeholder("Number or customer").fill(order.number)
    page.get_by_placeholder("Number or customer").press("Enter")
    settle(page)
    press_in_row(page, f"{order.number} {SCHOOL} Waiting for approval", 36)
    await_visible(page.get_by_role("heading", name=f"Order {order.number}", level=1))
    settle(page)


def approve(page: Page) -> None:
    """Read what the school answered, and approve the order."""
    await_visible(page.get_by_text("A fees program and paper registers"))
    await_visible(page.get_by_text("Growth fits. Foundation holds up to 200 pupils; you have 640."))
    press(page, "Approve order")
    await_visible(page.get_by_text("Assign a lead specialist first"))


def staff(page: Page) -> Team:
    """Assign the best candidate as lead and the next one as reserve; start the project with them."""
    press(page, "Find lead")
    await_visible(page.get_by_text(f"Who for {SCHOOL}?"))
    await_visible(page.get_by_text(re.compile("h of a working day shared with the customer")).first)
    lead, choice = candidate(page, "Assign")
    choice.click()
    await_visible(page.get_by_text("since ").first)
    settle(page)
    reserve, choice = candidate(page, "Reserve")
    choice.click()
    await_visible(page.get_by_role("button", name="Take over lead"))
    press(page, "Start project")
    await_visible(page.get_by_text("Milestone Project kickoff must be reached first", exact=False).first)
    return Team(lead, reserve)


def reach_kickoff(page: Page) -> None:
    """See the ten milestones with promise, forecast and interval, and mark the first one reached."""
    open_section(page, "Overview")
    await_row(page, "Project closure")
    rows = {row[0]: row for row in rows_of(page) if row[0] in MILESTONES}
    assert tuple(rows) == MILESTONES
    for title in MILESTONES:
        _, promised, forecast, interval, reached, *_ = rows[title]
        assert DAY.fullmatch(promised), rows[title]
        assert DAY.fullmatch(forecast), rows[title]
        assert "–" in interval
        assert not reached
    press_in_row(page, MILESTONES[0], 30)
    confirm(page, "Mark reached")
    await_row(page, "Reached Edit")
    expect(page.get_by_text("Milestone Project kickoff must be reached first", exact=False)).to_have_count(0)


def book(page: Page) -> datetime:
    """Book the first session in the first slot that is offered; return when it begins, as the screen says."""
    open_section(page, "Sessions")
    press(page, "Book session")
    await_visible(dialog(page).get_by_text(f"Time ({ZONE})"))
    settle(page)
    dialog(page).get_by_test_id("stRadioOption").first.click()
    settle(page)
    confirm(page, "Book session")
    await_row(page, "Discovery Booked")
    [when] = [row[2] for row in rows_of(page) if row[:2] == ["Discovery", "Booked"]]
    return datetime.strptime(when.partition("–")[0], "%a %d %b %Y, %H:%M").replace(tzinfo=ZoneInfo(ZONE))


def pay(page: Page, order: Order) -> None:
    """Record a payment: one beyond the order is refused in words, the first instalment gets a receipt."""
    open_section(page, "Payments")
    press(page, "Record payment")
    fill(page, "Amount", "9,999")
    confirm(page, "Record payment")
    await_visible(dialog(page).get_by_text("$9,999.00 is more than the $6,500.00 that is open", exact=False))
    fill(page, "Amount", "3,250")
    confirm(page, "Record payment")
    await_visible(page.get_by_text(f"{order.number}-R1", exact=True))
    await_visible(page.get_by_text("$3,250.00 of $6,500.00 paid"))
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def add_task(page: Page, team: Team) -> None:
    """Give the lead something to do."""
    open_section(page, "Overview")
    press(page, "Add task")
    fill(page, "Title", TASK)
    owner = dialog(page).get_by_role("combobox", name="Owner")
    owner.click()
    owner.fill(team.lead)
    page.get_by_role("option", name=team.lead).first.click()
    settle(page)
    confirm(page, "Add task")
    await_visible(page.get_by_role("button", name=TASK))


def read_history(page: Page, team: Team) -> None:
    """See who moved the order, when, and who was assigned."""
    open_section(page, "History")
    await_row(page, "Approved → In progress")
    rows = rows_of(page)
    for what in (
        "Waiting for approval → Approved",
        "Approved → In progress",
        "Milestone reached: Project kickoff",
    ):
        [(at, _, who, *_)] = [row for row in rows if row[1] == what]
        assert who == MANAGER
        assert re.search(r"\d\d:\d\d CAT$", at), at
    assert f"Lead: {team.lead}" in {row[1] for row in rows}


def read_calendar(tab: Page, begins_at: datetime) -> None:
    """Make the private address of the lead's calendar; its file names the same moment as the screen."""
    press(tab, "Calendar address")
    dialog(tab).get_by_role("button", name=re.compile("^(Make|Replace) address$")).click()
    code = dialog(tab).get_by_test_id("stCode")
    await_visible(code)
    answer = httpx.get(code.inner_text().strip(), timeout=60)
    events = vobject.readOne(answer.text).vevent_list
    [event] = [event for event in events if SCHOOL in event.summary.value]
    assert event.dtstart.value.astimezone(UTC) == begins_at.astimezone(UTC)
    tab.keyboard.press("Escape")
    settle(tab)


def work(tab: Page, console: Console, order: Order, team: Team, begins_at: datetime) -> str:
    """Do the lead's day: the calendar, what waits today, a task, the session with its minutes; return the order's address."""
    sign_in(tab, console, team.lead, "sessions")
    read_calendar(tab, begins_at)
    session = console.python("-c", _BEGIN, SLUG).strip()
    tab.reload()
    await_visible(tab.locator(f".st-key-sessions_card_{session} button"))
    sign_in(tab, console, team.lead, "today")
    show_all(tab)
    await_row(tab, "Session today Discovery session")
    press_in_row(tab, f"Task Task, {order.number}", 72)
    finish_task(tab)
    open_section(tab, "Sessions")
    press_in_row(tab, "Discovery Booked", 30)
    confirm(tab, "Write minutes…")
    fill(tab, "Minutes", "Pupils come from one register.")
    fill(tab, "Decisions, one a line", "Move three years")
    confirm(tab, "Save minutes")
    await_row(tab, "Discovery Held")
    return tab.url


def show_all(tab: Page) -> None:
    """Unfold what waits at the desk, where the list is cut."""
    more = tab.get_by_test_id("stMain").get_by_role("button", name=re.compile("^Show all"))
    if more.count():
        more.first.click()
        settle(tab)


def finish_task(tab: Page) -> None:
    """Finish the task on the order's page."""
    button = tab.get_by_role("button", name=TASK)
    await_visible(button)
    settle(tab)
    button.click()
    confirm(tab, "Mark done")
    expect(button).to_have_count(0)


def take_over(page: Page, team: Team) -> None:
    """Have the reserve lead in place of the lead, whose access ends."""
    open_section(page, "Team")
    press(page, "Take over lead")
    expect(page.get_by_role("button", name="Take over lead")).to_have_count(0)
    open_section(page, "History")
    await_row(page, f"Lead taken over: {team.reserve} {MANAGER}")


def test_an_order_goes_from_the_school_through_the_manager_to_its_lead_until_another_takes_over(
    page: Page, tab: Page, demo_console: Console, order: Order
) -> None:
    open_order(page, demo_console, order)
    approve(page)
    team = staff(page)
    reach_kickoff(page)
    begins_at = book(page)
    pay(page, order)
    add_task(page, team)
    read_history(page, team)
    address = work(tab, demo_console, order, team, begins_at)
    take_over(page, team)
    tab.goto(address)
    await_visible(tab.get_by_text("This link names a customer that does not exist or that you may not see."))
    expect(tab.get_by_text(re.compile(f"{order.number}|{SCHOOL}"))).to_have_count(0)
