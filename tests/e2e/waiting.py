"""Wait for a condition in a page. Playwright's wait_for_function evaluates text in the page, which the console's
Content-Security-Policy refuses from its second look on; what a test evaluates itself is not refused.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

PAUSE = 100
"""Milliseconds between two looks; to look at each frame has the browser draw all of them."""


def wait_until(page: Page, condition: str, arg: Any = None, *, timeout: float = 60_000) -> None:
    """Wait until a JavaScript expression, or a function of `arg`, is true in the page; PlaywrightTimeoutError after ms."""
    until = time.monotonic() + timeout / 1000
    while not page.evaluate(condition, arg):
        if time.monotonic() > until:
            message = f"Not true within {timeout:.0f} ms: {condition}"
            raise PlaywrightTimeoutError(message)
        page.wait_for_timeout(PAUSE)


def settle(page: Page) -> None:
    """Wait until the script of the screen has ended."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def arrive(page: Page, path: str | None, title: str) -> None:
    """Wait for a screen by its title, and by its path where it has to have one; then until its script has ended.

    The address changes before the script runs. An expectation of Playwright's describes the whole page each time it is
    not yet true.
    """
    wait_until(
        page,
        "([path, title]) => document.title === title && (path === null || location.pathname === '/' + path)",
        [path, f"{title} · AuraConnect"],
    )
    settle(page)


def await_visible(target: Locator, *, timeout: float = 120_000) -> None:
    """Wait until the element is visible, at most that many milliseconds: as long as a run takes on a busy machine.

    More than one element is refused, as by an expectation; the page is not described meanwhile.
    """
    target.wait_for(state="visible", timeout=timeout)
