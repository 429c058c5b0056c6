"""Measures the mapping page with 3,000 fields in a real browser beside a plain st.data_editor of the same size.

Each figure is a median: the first view after a click and after a reload, an edit from the Enter key until the page
shows its effect, and the server's CPU seconds for it (the machine may be shared). The peer keeps nothing: it has the
same table, the same columns of choices, and counts edits.
"""

from __future__ import annotations

import os
import re
import runpy
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import httpx
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
EDITS, LOADS = 15, 5
NAME, TARGET = 60, 590  # pixels from the left: inside the columns of names and of targets
COUNT = r"([\d,]+) of 3,000"
PEER = """
import pandas as pd
import streamlit as st
from core.schema import target_schema

st.set_page_config(layout="wide")
targets = [field.key for field in target_schema().fields("restaurant")]
rows = range(3000)
frame = pd.DataFrame({
    "Source field": [f"Field {row}" for row in rows], "Stream": [f"table {row // 200}" for row in rows],
    "Samples": [f"{row}, {row + 1}, {row + 2}" for row in rows], "Confidence": [[f"{row % 101}%"] for row in rows],
    "Target": [targets[row % len(targets)] for row in rows], "Transform": [""] * 3000,
})
shown = st.empty()
labels = [f"{share}%" for share in range(101)]
widths = {"Source field": 150, "Stream": 110, "Samples": 135, "Transform": 110}
st.data_editor(frame, key="grid", hide_index=True, height=600, row_height=32, width=782, column_config={
    **{name: st.column_config.TextColumn(width=width) for name, width in widths.items()},
    "Confidence": st.column_config.MultiselectColumn(options=labels, color=["green"] * 101, disabled=True, width=85),
    "Target": st.column_config.SelectboxColumn(options=targets, width=190),
})
shown.text(f"{len(st.session_state['grid']['edited_rows'])} of 3,000")
"""


@contextmanager
def served(command: list[str], environment: dict[str, str], port: int) -> Iterator[psutil.Process]:
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 240
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.3)
            if time.monotonic() > until or server.poll() is not None:
                raise SystemExit("the server did not start")
        yield psutil.Process(server.pid)
    finally:
        children = psutil.Process(server.pid).children(recursive=True) if server.poll() is None else []
        server.terminate()
        server.wait(30)
        for child in children:  # its worker outlives a console that is stopped
            with suppress(psutil.NoSuchProcess):
                child.terminate()


def settled(page: Page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def count_edits(page: Page) -> int:
    """How many edits the page shows."""
    page.wait_for_function(f"/{COUNT}/.test(document.querySelector('[data-testid=stMain]').innerText)")
    match = re.search(COUNT, page.get_by_test_id("stMain").inner_text())
    return int(match.group(1).replace(",", "")) if match else 0


def grid(page: Page) -> None:
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    settled(page)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def edits(page: Page, server: psutil.Process) -> tuple[float, float]:
    """Median seconds until an edit is shown, and CPU seconds of the server for each."""
    box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    if box is None:
        raise SystemExit("the grid is out of sight")
    took = []
    cpu = sum(server.cpu_times()[:2])
    for number in range(EDITS):
        before = count_edits(page)
        for column in (NAME, TARGET):  # a click on the cell that is selected already would open it
            page.mouse.click(box["x"] + column, box["y"] + 55 + 32 * number)
            page.wait_for_timeout(100)  # the grid takes a frame to move its selection
        page.keyboard.press("Enter")
        page.wait_for_function("['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)")
        page.keyboard.type("employee.display", delay=10)
        page.wait_for_timeout(200)

        def commit(before: int = before) -> None:
            page.keyboard.press("Enter")
            page.wait_for_function(
                "before => { const shown = document.querySelector('[data-testid=stMain]').innerText"
                f".match(/{COUNT}/); return shown && parseInt(shown[1].replace(',', '')) > before }}",
                arg=before,
                polling=10,
            )

        took.append(timed(commit))
        settled(page)
    return median(took), (sum(server.cpu_times()[:2]) - cpu) / EDITS


def loads(page: Page) -> float:
    address = page.url
    return median(timed(lambda: (page.goto(address), grid(page), count_edits(page))) for _ in range(LOADS))


def ours(browser: Browser, port: int, folder: str) -> dict[str, float]:
    environment = os.environ | {"APP_DATA_DIR": folder}
    aura = [sys.executable, "-m", "core.entry.cli"]
    subprocess.run(
        [*aura, "tenant", "create", "wide", "--name", "Wide"], cwd=ROOT, env=environment, check=True
    )
    subprocess.run([sys.executable, "-m", "benchmarks.wide", "wide"], cwd=ROOT, env=environment, check=True)
    with served([*aura, "serve", "--port", str(port)], environment, port) as server:
        page = browser.new_page(viewport={"width": 1440, "height": 1400}, bypass_csp=True)
        page.goto(f"http://127.0.0.1:{port}/?tenant=wide")
        page.get_by_role("button", name="Alice Moreau").click()
        settled(page)
        link = page.get_by_test_id("stSidebar").get_by_role("link", name="Mapping", exact=True)
        clicked = timed(lambda: (link.click(), grid(page), count_edits(page)))
        edit_seconds, cpu = edits(page, server)
        return {"click": clicked, "load": loads(page), "edit": edit_seconds, "cpu": cpu}


def peer(browser: Browser, port: int, folder: str) -> dict[str, float]:
    script = Path(folder) / "plain.py"
    script.write_text(PEER, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.port",
        str(port),
        "--server.headless=true",
    ]
    with served(command, os.environ | {"PYTHONPATH": str(ROOT)}, port) as server:
        page = browser.new_page(viewport={"width": 1440, "height": 1400}, bypass_csp=True)
        page.goto(f"http://127.0.0.1:{port}")
        grid(page)
        edit_seconds, cpu = edits(page, server)
        return {"load": loads(page), "edit": edit_seconds, "cpu": cpu}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    browser_path = runpy.run_path(str(ROOT / "tests" / "e2e" / "install_browser.py"))["find"]()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        measurements = {
            "mapping page": ours(browser, free_port(), folder),
            "plain st.data_editor": peer(browser, free_port(), folder),
        }
        browser.close()
    print(f"{'3,000 fields, seconds':28}{'click':>8}{'reload':>8}{'edit':>8}{'CPU/edit':>10}")
    for name, figures in measurements.items():
        cells = [f"{figures[key]:.2f}" if key in figures else "–" for key in ("click", "load", "edit", "cpu")]
        print(f"{name:28}{cells[0]:>8}{cells[1]:>8}{cells[2]:>8}{cells[3]:>10}")
    print(f"Machine load while measuring: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
