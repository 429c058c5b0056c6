"""Takes the pictures of docs/images: every screen of the console with the demo data, light and dark.

`python docs/pictures.py [FOLDER] [WIDTHxHEIGHT]...` starts a console of its own on a fresh database. With more than
one size, each has a folder of its own (the pictures were judged at 1280x720, 1440x900 and 1920x1080).
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pages.menu import MENU

ROOT = Path(__file__).resolve().parent.parent
DRAWN = """() => {
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const isSeen = box => {  // not below the fold, not in a folded section
        const {left, top, width} = box.getBoundingClientRect();
        return box.contains(document.elementFromPoint(left + width / 2, top + 20));
    };
    const isPainted = canvas => {
        if (!canvas.width || !canvas.height) return false;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, Math.min(canvas.height, 60)).data;
        return new Set(new Uint32Array(pixels.buffer)).size > 8;
    };
    return all('[data-testid="stSkeleton"]').filter(isSeen).length === 0
        && all('[data-testid="stDataFrame"]').filter(isSeen).every(
            table => all('canvas[data-testid="data-grid-canvas"]', table).some(isPainted))
        && all('[data-testid="stPlotlyChart"]').filter(isSeen).every(
            chart => all('.main-svg', chart).length > 0);
}"""
"""Whether every table and chart in sight is drawn: a table is an empty canvas for a while after the script has ended."""

PORT = 8533


def main(folder: Path, sizes: list[str]) -> None:
    browser_path = runpy.run_path(str(ROOT / "tests" / "e2e" / "install_browser.py"))["find"]()
    with tempfile.TemporaryDirectory(prefix="aura-pictures-") as data:
        environment = os.environ | {"APP_DATA_DIR": data}
        server = subprocess.Popen(
            [sys.executable, "-m", "core.entry.cli", "serve", "--demo", "--port", str(PORT)],
            cwd=ROOT,
            env=environment,
        )
        try:
            _wait(server)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
                )
                for size in sizes:
                    _walk(browser, folder / size if sizes[1:] else folder, size)
                browser.close()
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit("the console did not start")


def _walk(browser: Browser, folder: Path, size: str) -> None:
    """Take every screen in both themes at WIDTHxHEIGHT, the sign-in page and the command palette as well."""
    folder.mkdir(parents=True, exist_ok=True)
    width, _, height = size.partition("x")
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": int(width), "height": int(height)},
            color_scheme=scheme,
            device_scale_factor=1,
            bypass_csp=True,  # Playwright waits for a condition by text that the policy does not let run
        )
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{PORT}/?tenant=bella")
        page.get_by_role("button", name="Alice Moreau").wait_for()
        _picture(page, folder / f"sign_in_{scheme}.png")
        page.get_by_role("button", name="Alice Moreau").click()
        expect(page).to_have_url(re.compile("migration="), timeout=60_000)
        query = page.url.partition("?")[2]
        for path in (screen.path for screen in MENU):
            page.goto(f"http://127.0.0.1:{PORT}/{path}?{query}")
            page.locator("h1").wait_for(timeout=60_000)
            _picture(page, folder / f"{path}_{scheme}.png")
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").wait_for()
        _picture(page, folder / f"palette_{scheme}.png")
        context.close()


def _picture(page: Page, path: Path) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(700)
    page.screenshot(path=str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images", sys.argv[2:] or ["1440x900"])
