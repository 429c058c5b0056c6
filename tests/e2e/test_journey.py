"""The way of a migration in a real browser, by Next alone: from sign-in to reconciliation, and all the way back."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.e2e.conftest import Console
from tests.e2e.waiting import await_visible, settle, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SAMPLE = Path(__file__).resolve().parents[2] / "mock_data" / "toast" / "toast_sample.json"
LONG = 120_000  # milliseconds a run may take on a busy machine
PRESSED = 2_000  # milliseconds until the screen shows what a key did
MOST_CLICKS = 15

REVIEW_LABEL = """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
    .find(element => !element.children.length && /^Review [0-9,]+$/.test(element.textContent.trim()))
    ?.textContent.trim() ?? null"""
"""The text that counts the fields left to review."""

MEMBERS = [("alice", "Alice Moreau", "manager"), ("bob", "Bob Lindgren", "specialist")]
CREATE_MEMBERS = """
import json, sys
from core.entry.demo import PEOPLE
from core.entry.tenants import create_tenant, find_or_create_person
for handle, _, role in json.loads(sys.argv[1]):
    person = find_or_create_person(handle, PEOPLE[handle], is_demo=True)
    # In a demo a specialist needs no second person to roll back an import that is completed.
    name = f'Journey of the {role}'
    create_tenant(person, f'journey-{role}', name, role=role, is_demo=role == 'specialist')
"""
OPEN_MIGRATION = """
import json
from core.engine.runs import views as runs
from core.engine.sources import views as sources
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
with enter(seed_cast()['alice'], 'bella') as context:
    imported = {run.migration_id for run in runs.runs(context) if run.kind == 'import'}
    print(json.dumps([one.id for one in sources.migrations(context) if one.id not in imported]))
"""


@dataclass
class Visitor:
    """A person at the browser who counts the clicks it takes."""

    page: Page
    clicks: int = 0

    def press(self, target: Locator) -> None:
        expect(target).to_be_enabled(timeout=LONG)
        target.click()
        self.clicks += 1
        self.settle()

    def button(self, name: str, *, inside: str = "stMain") -> None:
        self.press(self.page.get_by_test_id(inside).get_by_role("button", name=re.compile(name)).first)

    def confirm(self, name: str) -> None:
        self.press(self.page.get_by_role("dialog").get_by_role("button", name=re.compile(name)))
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def next(self, screen: str) -> None:
        self.button(r"\bNext\b")
        self.arrive(screen)

    def arrive(self, screen: str) -> None:
        await_visible(self.page.get_by_role("heading", level=1, name=screen, exact=True))
        self.settle()

    def settle(self) -> None:
        settle(self.page)


def finish_by_next(visitor: Visitor) -> None:
    """Go from Connect, where the export was read, to the reconciliation of its import, by Next alone."""
    visitor.next("Preview")
    visitor.next("Mapping")
    visitor.button(r"\bNext\b")
    review = visitor.page.get_by_role("dialog").get_by_text(re.compile(r"needs? your review|to answer"))
    visitor.page.get_by_role("dialog").get_by_role("button", name="Apply").wait_for()
    if review.count():
        visitor.confirm("Apply and review")
        accept_by_key(visitor.page)
        visitor.next("Rules")
    else:
        visitor.confirm("Apply and continue")
        visitor.arrive("Rules")
    visitor.next("Dry run")
    visitor.next("Runs")
    visitor.button("Start import")
    visitor.confirm("Start import")
    visitor.next("Reconciliation")


def accept_by_key(page: Page) -> None:
    """Press A on every field that needs review; keys are no clicks."""
    for _ in range(40):
        review_label = page.evaluate(REVIEW_LABEL)
        if review_label == "Review 0":
            await_visible(page.get_by_text("Review 0", exact=True))
            return
        page.keyboard.press("a")
        with suppress(PlaywrightTimeoutError):  # a press in vain is repeated
            wait_until(page, f"left => ({REVIEW_LABEL})() !== left", review_label, timeout=PRESSED)
        settle(page)
    pytest.fail("fields are left to review")


def roll_back(visitor: Visitor) -> None:
    visitor.button("Roll back")
    visitor.confirm("Roll back")
    await_visible(visitor.page.get_by_text("Every table is exactly as it was before"))


@pytest.fixture(scope="module")
def members(console: Console) -> Console:
    """The console after each of MEMBERS has become the only member of an empty customer."""
    console.python("-c", CREATE_MEMBERS, json.dumps(MEMBERS))
    return console


@pytest.mark.parametrize(("handle", "name", "role"), MEMBERS)
def test_the_toast_sample_is_imported_and_rolled_back_in_fifteen_clicks(
    page: Page, members: Console, handle: str, name: str, role: str
) -> None:
    page.goto(f"{members.address}/?tenant=journey-{role}")
    visitor = Visitor(page)
    visitor.button(name)
    visitor.arrive("Today")
    visitor.press(page.get_by_test_id("stMain").get_by_role("link", name="Open Connect"))
    visitor.arrive("Connect")
    page.locator('input[type="file"]').set_input_files(SAMPLE)
    visitor.clicks += 1  # the click on Browse that opens the browser's own dialog
    await_visible(page.get_by_text("toast_sample.json").first)
    visitor.settle()
    finish_by_next(visitor)
    await_visible(page.get_by_text("Every row accounted for"))
    await_visible(page.get_by_text("of 32 rows imported").first)
    roll_back(visitor)
    assert visitor.clicks <= MOST_CLICKS


def test_sales_shows_the_way_in_the_demo_by_next_alone(page: Page, demo_console: Console) -> None:
    (migration, *_) = json.loads(demo_console.python("-c", OPEN_MIGRATION))
    page.goto(f"{demo_console.address}/connect?tenant=bella&migration={migration}")
    visitor = Visitor(page)
    visitor.button("Sam Okoye")
    visitor.arrive("Connect")
    finish_by_next(visitor)
    await_visible(page.get_by_text("Every row accounted for"))
    roll_back(visitor)
    assert visitor.clicks <= MOST_CLICKS
