"""Finds a browser for the journeys, and gets one where there is none: the system's Chromium, else Playwright's own.

Chromium's headless shell goes first: the same engine without the windows of a browser, in which a journey takes a fifth
less time. `make test` runs this before the tests. It never lets the journeys be skipped: without a browser it ends with
a failure that names the command to run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MANUAL = "Install Chromium (Debian, Ubuntu: sudo apt-get install chromium), or run: python -m playwright install chromium"


def find() -> str | None:
    """The path of a browser that is there: AURA_BROWSER, the system's Chromium, or the one Playwright fetched."""
    setting = os.environ.get("AURA_BROWSER")
    path = setting or next((path for name in NAMES if (path := shutil.which(name))), None)
    return path or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
        for package in (SHELL, "chromium"):
            command = ["apt-get", "install", "-qq", "--yes", package]
            if not subprocess.run(
                command, check=False, env=environment, stdout=subprocess.DEVNULL
            ).returncode:
                break
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if not os.environ.get("AURA_BROWSER") and shutil.which(SHELL) is None:
        _install()
    path = find()
    print(
        f"Browser: {path}" if path else f"No browser could be installed. {MANUAL}",
        file=sys.stdout if path else sys.stderr,
    )
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
