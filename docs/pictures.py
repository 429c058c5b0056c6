"""Takes the pictures of docs/images: every screen of the console with the demo data, light and dark.

`python docs/pictures.py [FOLDER] [WIDTHxHEIGHT]` starts a console of its own on a fresh database.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SCREENS = (
    "Today",
    "Connect",
    "Preview",
    "Mapping",
    "Rules",
    "Validation",
    "Dry run",
    "Runs",
    "Reconciliation",
    "Recipes",
    "Confidence",
    "AI costs",
    "Operations",
    "Settings",
)
RUNS = {"Dry run": "dry-run", "Runs": "import", "Reconciliation": "import"}
"""Screens that show nothing before something ran, and what to run for them."""

SAMPLE = ROOT / "mock_data" / "toast" / "toast_sample.json"
PORT = 8533


def main(folder: Path, width: int, height: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
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
            made = {command: _carry_out(command, environment) for command in dict.fromkeys(RUNS.values())}
            runs = {screen: made[command] for screen, command in RUNS.items()}
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
                )
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        device_scale_factor=1,
                    )
                    _walk(context.new_page(), folder, scheme, runs)
                    context.close()
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


def _carry_out(command: str, environment: dict[str, str]) -> str:
    """Runs the sample through the command line; the id of the migration it made."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "core.entry.cli",
            command,
            str(SAMPLE),
            "--tenant",
            "bella",
            "--as",
            "alice",
            "--json",
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return str(json.loads(done.stdout)["migration"])


def _walk(page: Page, folder: Path, scheme: str, runs: dict[str, str]) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/?tenant=bella")
    page.get_by_role("button", name="Alice Moreau").click()
    _settled(page)
    page.get_by_test_id("stSidebar").get_by_label("Migration").click()
    page.get_by_role("option", name="Toast to AuraConnect").click()
    _settled(page)
    for screen in SCREENS:
        page.get_by_test_id("stSidebar").get_by_role("link", name=screen, exact=True).click()
        page.wait_for_timeout(1000)
        if screen in runs:
            page.goto(re.sub(r"migration=[^&]*", f"migration={runs[screen]}", page.url))
        page.wait_for_timeout(1500)
        _settled(page)
        page.wait_for_timeout(700)
        page.screenshot(path=str(folder / f"{screen.lower().replace(' ', '_')}_{scheme}.png"))


def _settled(page: Page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)


if __name__ == "__main__":
    size = sys.argv[2] if len(sys.argv) > 2 else "1440x900"
    wide, _, high = size.partition("x")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images", int(wide), int(high))
