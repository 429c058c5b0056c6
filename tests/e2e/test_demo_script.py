"""Sam gives the demo in a real browser, by the buttons of the script alone: from the hook to the money by day."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.waiting import await_visible, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def bella(console):
    """The demo of Bella's, told anew; its import is carried out by the console's worker."""
    console.aura("demo", "reset", "bella")
    return console


def _button(page: Page, name: str):
    return page.get_by_role("button", name=re.compile(rf"{name}$"))


def _next(page: Page, number: int, path: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("button", name=re.compile("Next step")).click()
    await_visible(page.get_by_text(f"Demo: step {number} of 5"))
    page.wait_for_url(re.compile(path), wait_until="commit")
    settle(page)


def test_sam_gives_the_demo_by_the_buttons_of_its_script(page: Page, bella) -> None:
    page.goto(f"{bella.address}/?tenant=bella")
    page.get_by_role("button", name=re.compile("Sam Okoye")).click()
    settle(page)

    # Hook: the finished move is the one that is open
    _button(page, "Start demo").click()
    await_visible(page.get_by_text("Demo: step 1 of 5"))
    settle(page)

    # Analysis: a sample is taken in and recognised
    _next(page, 2, "connect")
    await_visible(page.get_by_text("bella_catering.csv").first)
    _button(page, "Add a sample export").click()
    page.get_by_text("Toast sample", exact=True).click()
    await_visible(page.get_by_text("toast_sample.json").first)
    settle(page)
    expect(page.get_by_text("Recognised, 97% sure")).to_be_visible()

    # Smart mapping
    _next(page, 3, "mapping")
    await_visible(page.get_by_text("Required targets"))

    # Live progress: the import is started, watched, and rolled back
    _next(page, 4, "runs")
    _button(page, "Start import").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Start import$")).click()
    await_visible(_button(page, "Roll back").first)
    _button(page, "Roll back").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Roll back$")).click()
    await_visible(page.get_by_text("Rolled back").first)
    settle(page)

    # Results: a month of money, compared
    _next(page, 5, "reconciliation")
    expect(page.get_by_role("heading", name="Money by location and day")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("^File against AuraConnect"))).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_text("Demo: step 5 of 5")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar").get_by_role("button", name="Sam Okoye").first).to_be_visible()
