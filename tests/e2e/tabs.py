"""Tabs of the browser for the journeys: what they show stands still, for each frame of an animation is drawn anew."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

STILL = """document.addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style')
    style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important }'
    document.head.append(style)
})"""


def new_tab(browser: Browser, width: int = 1440, height: int = 1000) -> Page:
    """Open a tab in a browser context of its own; sizes in pixels. The caller closes `page.context`."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_init_script(STILL)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page
