"""Every screen in a real browser: accessible, whole in a narrow window, not hindered by the policy of its contents.

A screen is opened once for all tests of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from pages.menu import MENU
from tests.e2e.axe import grave_faults, outline
from tests.e2e.conftest import Console, Imported
from tests.e2e.tabs import new_tab
from tests.e2e.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

LAYOUTS = ("One by one", "By pattern", "Values", "Changed suggestions")
SCREENS = [
    *(screen.path for screen in MENU),
    *(f"mapping&layout={layout}".replace(" ", "+") for layout in LAYOUTS),
]
FIGURES = {"today", "connect", "preview", "rules", "validation", "confidence", "operations"}
"""The screens that show figures."""
ICONS = "https://fonts.gstatic.com/s/i/short-term/release/materialsymbolsrounded/"
"""Where Streamlit wants the icon of a screen as a picture for the tab; the policy stops it, the tab shows our mark."""


@dataclass
class Visit:
    """A tab in which Alice goes from screen to screen, and what the policy refused it or another host was asked."""

    page: Page
    query: str = ""
    refused: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def visit(browser: Browser, demo_console: Console, imported: Imported) -> Iterator[Visit]:
    """Alice has signed in, for Bella, on the migration that is imported."""
    page = new_tab(browser, 1280, 720)
    visit = Visit(page)
    host = urlsplit(demo_console.address).netloc
    page.on(
        "console",
        lambda message: (
            "Content Security" in message.text
            and ICONS not in message.text
            and visit.refused.append(message.text)
        ),
    )
    page.on(
        "request",
        lambda request: (
            request.url.startswith(("http", "ws"))
            and urlsplit(request.url).netloc != host
            and visit.foreign.append(request.url)
        ),
    )
    page.goto(f"{demo_console.address}/?tenant=bella&migration={imported.id}")
    page.get_by_role("button", name="Alice Moreau").click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)
    visit.query = urlsplit(page.url).query
    yield visit
    page.context.close()


@pytest.fixture(scope="module", params=SCREENS)
def screen(visit: Visit, demo_console: Console, request: pytest.FixtureRequest) -> str:
    """The tab shows this screen; its path."""
    path, _, layout = str(request.param).partition("&")
    visit.page.emulate_media(color_scheme="light")
    visit.page.goto(f"{demo_console.address}/{path}?{visit.query}&{layout}".rstrip("&"))
    visit.page.locator("h1").wait_for()
    settle(visit.page)
    return path


def test_a_screen_needs_no_more_than_the_policy_allows_and_asks_no_other_host(
    visit: Visit, screen: str
) -> None:
    visit.page.wait_for_timeout(300)  # charts are drawn after the script has ended
    assert (visit.refused, visit.foreign) == ([], []), screen


CUT = """() => [...document.querySelectorAll('[data-testid="stMetric"] *')].filter(part =>
    getComputedStyle(part).textOverflow === 'ellipsis' && part.scrollWidth > part.clientWidth
).map(part => part.innerText)"""


def test_no_figure_of_a_screen_is_cut_off_in_a_narrow_window(visit: Visit, screen: str) -> None:
    if screen in FIGURES:
        visit.page.get_by_test_id("stMetric").first.wait_for()
    assert visit.page.evaluate(CUT) == []


def test_a_screen_has_no_serious_fault_of_accessibility(visit: Visit, screen: str) -> None:
    page = visit.page
    faults = grave_faults(page, "light")
    light = outline(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)  # the theme is applied
    faults += grave_faults(page, "dark", colours_only=outline(page) == light)
    assert not faults, f"{screen}:\n" + "\n".join(faults)
