"""The mapping screen in a browser: the grid begins high and shows enough rows, keys lose no press, a reload keeps all."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.tabs import new_tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HEADER, ROW = 34, 30  # pixels
_MAKE = """
import json, sys
from pathlib import Path
from adapters import SOURCES
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
with enter(seed_cast()['alice'], 'bistro') as context:
    migration = create_migration(context, sys.argv[1])
    add_file(context, migration.id, Path('mock_data/toast/toast_sample.json'), SOURCES)
    suggest_mapping(context, migration.id, SOURCES)
    print(json.dumps(migration.id))
"""
_LOOK = """
import json, sys
from core.engine.mapping import views
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
with enter(seed_cast()['alice'], 'bistro') as context:
    rows = views.field_rows(context, sys.argv[1])
    print(json.dumps([[row.id, row.status, row.version, row.source_field] for row in rows if row.version]))
"""


@pytest.fixture(scope="module")
def toast(console) -> str:
    """The Toast sample with its suggestions; its migration."""
    return str(json.loads(console.python("-c", _MAKE, "Toast").splitlines()[-1]))


def decisions_of(console, migration: str) -> list[list[object]]:
    """[id, status, version, source column] of every field somebody decided."""
    return list(json.loads(console.python("-c", _LOOK, migration).splitlines()[-1]))


def settled(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def open_mapping(page: Page, console, migration: str, query: str = "") -> None:
    page.goto(f"{console.address}/mapping?tenant=bistro&migration={migration}{query}")
    page.get_by_role("button", name="Alice Moreau").click()
    expect(page.get_by_role("button", name="Accept", exact=False).first).to_be_visible()
    settled(page)


@pytest.mark.parametrize(("width", "height", "rows"), [(1440, 900, 14), (1280, 720, 9)])
def test_the_grid_begins_within_250_pixels_and_shows_enough_rows(
    browser: Browser, console, toast: str, width: int, height: int, rows: int
) -> None:
    page = new_tab(browser, width, height)
    open_mapping(page, console, toast)
    grid = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    assert grid is not None
    assert grid["y"] <= 250
    bottom = min(grid["y"] + grid["height"], height)
    assert (bottom - grid["y"] - HEADER) // ROW >= rows
    middles = []
    for name in ("View", "Bulk", "Accept"):
        box = page.get_by_test_id("stMain").get_by_role("button", name=name).first.bounding_box()
        assert box is not None
        middles.append(box["y"] + box["height"] / 2)
    assert max(middles) - min(middles) < 5  # one row, nothing wrapped
    for key in ("card_accept", "card_exclude", "card_next"):
        box = page.locator(f".st-key-{key}").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height  # the field is decided without scrolling
    page.context.close()


def test_a_narrow_window_overflows_nowhere(browser: Browser, console, toast: str) -> None:
    page = new_tab(browser, 420, 860)
    open_mapping(page, console, toast)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.context.close()


def _listening(page: Page) -> None:
    """Waits until a press of a key decides; the browser loads the listener for keys after the page."""
    expect(page.get_by_role("button", name="Accept A")).to_be_visible()
    page.wait_for_selector('body[data-keys="ready"]', state="attached")
    settled(page)


def test_five_fast_presses_decide_five_fields_and_undo_and_reload_keep_the_place(
    page: Page, console, toast: str
) -> None:
    open_mapping(page, console, toast, "&layout=One+by+one&bands=High")
    _listening(page)
    for _ in range(5):
        page.keyboard.press("a")
        page.wait_for_timeout(150)
    expect(page.get_by_text(re.compile(r"^5 of \d+$")).first).to_be_visible()
    settled(page)
    page.wait_for_timeout(1000)
    settled(page)
    fields = decisions_of(console, toast)
    assert [(status, version) for _, status, version, _ in fields] == [("accepted", 1)] * 5
    position = page.get_by_text("Field 6 of", exact=False)
    expect(position).to_be_visible()
    page.reload()
    _listening(page)
    expect(position).to_be_visible()
    page.keyboard.press("u")  # after a reload it asks first: the page no longer shows what is undone
    page.get_by_role("dialog").get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text(re.compile(r"^4 of \d+$")).first).to_be_visible()
    settled(page)
    assert sorted(str(status) for _, status, _, _ in decisions_of(console, toast)) == ["accepted"] * 4 + [
        "suggested"
    ]


def test_keys_typed_into_a_field_decide_nothing(page: Page, console, toast: str) -> None:
    before = decisions_of(console, toast)
    open_mapping(page, console, toast, "&layout=One+by+one&bands=High")
    page.get_by_role("textbox", name="Reason").click()
    page.keyboard.type("a xa", delay=50)
    settled(page)
    assert decisions_of(console, toast) == before


def test_filters_add_no_history(page: Page, console, toast: str) -> None:
    open_mapping(page, console, toast)
    length = page.evaluate("history.length")
    page.get_by_role("radio", name="Review").or_(page.get_by_role("button", name="Review")).first.click()
    settled(page)
    page.get_by_role("textbox", name="Search").fill("price")
    page.keyboard.press("Enter")
    settled(page)
    assert "search=price" in page.url
    assert page.evaluate("history.length") == length
