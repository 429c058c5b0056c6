"""Wait for a condition in a page. Playwright's wait_for_function evaluates text in the page, which the console's
Content-Security-Policy refuses from its second look on; what a test evaluates itself is not refused.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page
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
