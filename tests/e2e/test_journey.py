"""The road of a migration in a real browser: from an export to an import, and all the way back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SAMPLE = Path(__file__).resolve().parents[2] / "mock_data" / "toast" / "toast_sample.json"
LONG = 120_000  # milliseconds a run may take on a busy machine


def _settled(page: Page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _open(page: Page, screen: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=screen, exact=True).click()
    expect(page).to_have_url(re.compile(screen.lower().replace(" ", "_")))
    _settled(page)


def _button(page: Page, name: str):
    return page.get_by_role("button", name=re.compile(rf"{name}$"))


def _confirm(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=re.compile(rf"{name}$")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _edit_cell(page: Page, column: int, text: str) -> None:
    """Types into the first row of the grid, the way a person at a keyboard does."""
    canvas = page.get_by_test_id("data-grid-canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 55)  # an invisible layer above the canvas takes the clicks
    for _ in range(column):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)")
    page.keyboard.type(text, delay=30)
    page.keyboard.press("Enter")
    _settled(page)


def test_an_export_is_imported_and_taken_back_without_a_trace(page: Page, console):
    # Alice signs in and finds her customer
    page.goto(f"{console.address}/?tenant=bistro")
    page.get_by_role("button", name="Alice Moreau").click()
    _settled(page)

    # she connects: a migration, and the export
    _open(page, "Connect")
    page.get_by_label("Name", exact=True).fill("Toast to AuraConnect")
    _button(page, "Create migration").click()
    page.locator('input[type="file"]').set_input_files(SAMPLE)
    expect(page.get_by_text(re.compile(r"% recognised"))).to_be_visible(timeout=LONG)
    _settled(page)

    # she lets the mapping be suggested, edits one field in the grid and accepts the rest
    _open(page, "Mapping")
    _button(page, "Suggest the mapping").click()
    expect(page.get_by_text("fields decided")).to_contain_text("0 of", timeout=LONG)
    page.get_by_placeholder("Source or target").fill("firstName")
    page.get_by_placeholder("Source or target").press("Enter")
    expect(page.get_by_text(re.compile(r"^2 of \d+ fields shown"))).to_be_visible()
    _settled(page)
    _edit_cell(page, 5, "strip")
    expect(page.get_by_text("fields decided")).to_contain_text("1 of")
    _button(page, "over 90%").click()
    expect(page.get_by_text("fields decided")).to_contain_text(re.compile(r"[2-9]\d of"))

    # the whole data is validated: the payment that is $4.23 short stands on top
    _open(page, "Validation")
    _button(page, "Validate now").click()
    expect(page.get_by_text("$4.23 short of the total").first).to_be_attached(timeout=LONG)

    # a dry run shows what would happen
    _open(page, "Dry run")
    _button(page, "Start a dry run").click()
    expect(page.get_by_text("What an import would do")).to_be_visible(timeout=LONG)

    # the import runs before her eyes, and every row has its fate
    _open(page, "Runs")
    _button(page, "Start import").click()
    _confirm(page, "Start import")
    expect(page.get_by_text("Verifying").or_(page.get_by_text("rows imported")).first).to_be_visible(
        timeout=LONG
    )
    expect(_button(page, "Roll back")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Row outcomes")).to_be_visible()

    # source and target are reconciled
    _open(page, "Reconciliation")
    expect(page.get_by_text("Every row accounted for")).to_be_visible()

    # and all of it is taken back, proved by equal checksums
    _open(page, "Runs")
    _button(page, "Roll back").click()
    _confirm(page, "Roll back")
    expect(page.get_by_text("Every table is exactly as it was before")).to_be_visible(timeout=LONG)
