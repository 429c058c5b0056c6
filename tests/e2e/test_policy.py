"""The Content-Security-Policy in a real browser stops what it is there to stop; test_screens shows that it hinders none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

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
    settle(page)
    assert page.evaluate(STOPPED) == [False, ["connect-src", "script-src-attr", "script-src-elem"]]
