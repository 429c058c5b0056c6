"""Uploading in a real browser: a file above the size that pages take at once, progress, cancelling, a lost connection."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
MEGABYTE = 1024 * 1024
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A table of 60 MB."""
    path = tmp_path_factory.mktemp("large") / "guests.csv"
    with path.open("w") as file:
        file.write("Guest Id,First Name,Email,Notes\n")
        note = "likes the window seat " * 30
        number = 0
        while file.tell() < 60 * MEGABYTE:
            file.writelines(
                f"{number + line},Ann,ann{number + line}@example.com,{note}\n" for line in range(1000)
            )
            number += 1000
    return path


@pytest.fixture
def connect(page: Page, console) -> Page:
    """Connect with a new migration, as Alice."""
    page.goto(f"{console.address}/?tenant=bistro")
    page.get_by_role("button", name="Alice Moreau").click()
    page.wait_for_selector(READY)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Connect").click()
    page.wait_for_selector(READY)
    page.get_by_role("button", name="New migration").click()
    name = f"Upload {time.time()}"
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create migration").click()
    # The drop zone of the migration before, which stands there until then, would take its upload along.
    expect(page.get_by_test_id("stSidebar").get_by_text(name)).to_be_visible()
    expect(page.get_by_text("No files yet")).to_be_visible()
    page.wait_for_selector(READY)
    return page


def test_a_file_of_60_mb_is_uploaded_with_progress_and_then_shown(connect: Page, large) -> None:
    begin = time.monotonic()
    connect.locator('input[type="file"]').set_input_files(large)
    expect(connect.get_by_role("progressbar", name="Upload of guests.csv")).to_be_visible()
    expect(connect.get_by_text("Generic spreadsheet")).to_be_visible(timeout=60_000)
    assert time.monotonic() - begin < 60
    expect(connect.get_by_role("progressbar")).to_have_count(0)


def test_a_lost_connection_is_waited_out_and_the_upload_goes_on(connect: Page, large) -> None:
    failures = iter(range(2))

    def lose(route):
        if (
            route.request.method == "PUT"
            and "offset=8388608" in route.request.url
            and next(failures, None) is not None
        ):
            route.abort()
        else:
            route.continue_()

    connect.route("**/api/upload*", lose)
    connect.locator('input[type="file"]').set_input_files(large)
    expect(connect.get_by_text("Generic spreadsheet")).to_be_visible(timeout=90_000)


def test_an_upload_can_be_cancelled_and_a_refused_one_says_why(connect: Page, large, tmp_path) -> None:
    held = []

    def hold(route):
        held.append(route)

    connect.route("**/api/upload*offset=16777216*", hold)
    connect.locator('input[type="file"]').set_input_files(large)
    expect(connect.get_by_text("26%").first).to_be_visible()
    connect.get_by_role("button", name="Cancel upload of guests.csv").click()
    expect(connect.get_by_role("progressbar")).to_have_count(0)

    photo = tmp_path / "photo.json"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    connect.locator('input[type="file"]').set_input_files(photo)
    expect(connect.locator(".failed .state")).to_contain_text("photo.json")
    connect.get_by_role("button", name="Dismiss photo.json").click()
    expect(connect.locator(".failed")).to_have_count(0)
    expect(connect.get_by_text("No files yet")).to_be_visible()
