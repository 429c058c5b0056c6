"""Sam gives the demo three times in a real browser, without a network and without a key: the same figures each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import FOLDER, ROOT, Console, new_console, served
from tests.e2e.waiting import await_visible, settle
from tests.installations import Content

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

RESET_SECONDS = 10
TIMES = 3


@dataclass(frozen=True)
class Offline(Console):
    """A console whose processes connect to this machine only; `refused` lists the hosts that they tried."""

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in super().environment.items() if not name.startswith("AI_")}
        return inherited | {"PYTHONPATH": f"{FOLDER / 'offline'}:{ROOT}", "AURA_REFUSED": str(self.log)}

    @property
    def log(self) -> Path:
        return self.folder / "refused.txt"

    def refused(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offline]:
    console = new_console(tmp_path_factory, Content.DEMO)
    yield from served(Offline(console.address, console.folder), "--demo")  # type: ignore[misc]


def _button(page: Page, name: str):
    return page.get_by_role("button", name=re.compile(rf"{name}$"))


def _next(page: Page, number: int, path: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("button", name=re.compile("Next section")).click()
    await_visible(page.get_by_text(f"Demo: step {number} of 5"))
    page.wait_for_url(re.compile(path), wait_until="commit")
    settle(page)


def _text(page: Page, pattern: str) -> str:
    """The first text of the page that the pattern describes."""
    return page.get_by_text(re.compile(pattern)).first.inner_text()


def _reset(page: Page) -> float:
    """Reset all of the demo on its screen; how long that took, in seconds, as the screen says."""
    menu = page.get_by_test_id("stSidebar")
    screen = menu.get_by_role("link", name="Demo", exact=True)
    section = menu.get_by_role(
        "link", name="Sell"
    )  # of an unfolded section there is no link, but those of its screens
    await_visible(screen.or_(section).first)
    if section.is_visible():
        section.click()
    screen.click()
    await_visible(_button(page, "Start demo"))
    settle(page)
    _button(page, "Reset demo…").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset demo", exact=True).click()
    notice = page.get_by_text(re.compile(r"^Demo reset in [\d.]+ s$")).first
    await_visible(notice)
    seconds = float(notice.inner_text().split()[3])
    settle(page)
    return seconds


def _give(page: Page) -> list[str]:
    """Give the demo by the buttons of its script alone; return what its screens showed."""
    figures = []

    # Hook: the finished move is the one that is open
    _button(page, "Start demo").click()
    await_visible(page.get_by_text("Demo: step 1 of 5"))
    settle(page)

    # AI analysis: a sample is taken in and recognised
    _next(page, 2, "connect")
    await_visible(page.get_by_text("bella_catering.csv").first)
    _button(page, "Add a sample export").click()
    page.get_by_text("Toast sample", exact=True).click()
    await_visible(page.get_by_text("toast_sample.json").first)
    settle(page)
    figures.append(_text(page, "^Recognised, "))

    # Smart mapping
    _next(page, 3, "mapping")
    await_visible(page.get_by_text("Required targets"))
    figures += [_text(page, pattern) for pattern in (r"^All \d", r"^Review \d", r"required fields? mapped")]

    # Live progress: the import is started, watched, and rolled back
    _next(page, 4, "runs")
    _button(page, "Start import").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Start import$")).click()
    await_visible(_button(page, "Roll back").first)
    settle(page)
    figures += page.get_by_text(re.compile(r"^[\d,]+ of [\d,]+ rows")).all_inner_texts()
    _button(page, "Roll back").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Roll back$")).click()
    await_visible(page.get_by_text("Rolled back").first)
    settle(page)

    # Results: a month of money, compared
    _next(page, 5, "reconciliation")
    expect(page.get_by_role("heading", name="Money by location and day")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("^File against AuraConnect"))).to_be_visible()
    figures.append(_text(page, r"^[\d,]+ of [\d,]+ rows imported"))
    page.get_by_test_id("stSidebar").get_by_role("button", name="End demo", exact=True).click()
    expect(page.get_by_text("Demo: step 5 of 5")).to_have_count(0)
    return figures


def test_the_demo_is_the_same_three_times_without_a_network(page: Page, offline: Offline) -> None:
    outside: list[str] = []

    def stay(route: Route) -> None:
        host = urlsplit(route.request.url).hostname
        if host == "127.0.0.1":
            route.continue_()
        else:
            outside.append(str(host))
            route.abort()

    page.context.route("**/*", stay)
    page.goto(f"{offline.address}/?tenant=bella")
    page.get_by_role("button", name=re.compile("Sam Okoye")).click()
    settle(page)
    shows, resets = [], []
    for _ in range(TIMES):
        resets.append(_reset(page))
        shows.append(_give(page))
    assert max(resets) < RESET_SECONDS
    assert shows == [shows[0]] * TIMES
    assert len(shows[0]) >= 6
    assert outside == []
    assert offline.refused() == []
