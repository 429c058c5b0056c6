"""The Content-Security-Policy in a real browser: it hinders no screen, and it stops what it is there to stop."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from pages.menu import MENU

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
ICONS = "https://fonts.gstatic.com/s/i/short-term/release/materialsymbolsrounded/"
"""Where Streamlit wants the icon of a screen as a picture for the tab; the policy stops it, the tab shows our mark."""
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def test_no_screen_needs_more_than_the_policy_allows_and_none_asks_another_host(
    page: Page, demo_console
) -> None:
    refused: list[str] = []
    foreign: list[str] = []
    host = urlsplit(demo_console.address).netloc
    page.on(
        "console",
        lambda message: (
            "Content Security" in message.text and ICONS not in message.text and refused.append(message.text)
        ),
    )
    page.on(
        "request",
        lambda request: (
            request.url.startswith(("http", "ws"))
            and urlsplit(request.url).netloc != host
            and foreign.append(request.url)
        ),
    )
    page.goto(f"{demo_console.address}/?tenant=bella")
    page.get_by_role("button", name="Alice Moreau").click()
    page.wait_for_selector(SETTLED)
    query = urlsplit(page.url).query
    for screen in MENU:
        page.goto(f"{demo_console.address}/{screen.path}?{query}")
        page.locator("h1").wait_for()
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(300)  # charts are drawn after the script has ended
    assert (refused, foreign) == ([], [])


STOPPED = """async () => {
    const stopped = []
    document.addEventListener('securitypolicyviolation', event => stopped.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.intruded = true'
    document.head.append(script)
    const button = document.createElement('button')
    button.setAttribute('onclick', 'window.intruded = true')
    document.body.append(button)
    button.click()
    await fetch('http://127.0.0.1:9/').catch(() => 0)
    try { new WebSocket('ws://127.0.0.1:9/') } catch {}
    await new Promise(resolve => setTimeout(resolve, 200))
    return [window.intruded === true, [...new Set(stopped)].sort()]
}"""


def test_foreign_text_does_not_run_and_nothing_is_sent_to_another_host(page: Page, demo_console) -> None:
    page.goto(demo_console.address)
    page.wait_for_selector(SETTLED)
    assert page.evaluate(STOPPED) == [False, ["connect-src", "script-src-attr", "script-src-elem"]]
