"""The mapping page with 3,000 fields: two people decide the same rows a hundred times, and nobody's edit is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.schema import target_title
from tests.e2e.tabs import new_tab
from tests.e2e.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

CONTESTS, ROWS = 100, 10
HEADER, ROW = 49, 30  # pixels: the middle of the first row, and the distance to the next
NAME, TARGET = 60, 380  # pixels from the left: inside the columns of names and of targets
ALICES = ("customer.email", "customer.phone")  # nothing of which is suggested in the first rows
BOBS = ("employee.email", "employee.phone")
PANEL = "Somebody changed this field while you looked at it"

FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

WIDE_CHAIN = """
import json, sys
from benchmarks.wide import add_wide
from core.engine.mapping.views import field_rows
from core.entry.demo import seed_cast
from core.entry.tenants import create_tenant
from core.platform.access.actions import enter
alice = seed_cast()['alice']
create_tenant(alice, 'wide', 'Wide Chain')
migration = add_wide('wide')
with enter(alice, 'wide') as context:
    rows = field_rows(context, migration)
assert len({(row.stream, row.source_field) for row in rows}) == 3000  # some feed an id as well
print(json.dumps([migration, [row.id for row in rows[:int(sys.argv[1])]], len(rows)]))
"""

Rival = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Wide:
    address: str
    migration: str
    fields: list[str]
    total: int


@pytest.fixture(scope="module")
def wide(console) -> Wide:
    """A chain with one migration of 3,000 fields; `fields` are the first ROWS of them."""
    migration, fields, total = json.loads(console.python("-c", WIDE_CHAIN, str(ROWS)))
    return Wide(console.address, migration, fields, total)


@pytest.fixture(scope="module")
def rival(console, wide: Wide) -> Iterator[Rival]:
    """Asks Bob's process: rival(field_id) looks, rival(field_id, target) decides."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.rival", "wide"],
        cwd=console.root,
        env=console.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as bob:

        def ask(field: str, target: str | None = None) -> dict[str, Any]:
            request = {"field": field} | ({"target": target} if target else {})
            assert bob.stdin is not None
            assert bob.stdout is not None
            bob.stdin.write(json.dumps(request) + "\n")
            bob.stdin.flush()
            return dict(json.loads(bob.stdout.readline()))

        ask(wide.fields[0])  # by now Bob is a member
        yield ask
        assert bob.stdin is not None
        bob.stdin.close()


def _open(page: Page, wide: Wide, person: str) -> None:
    page.goto(f"{wide.address}/mapping?tenant=wide&migration={wide.migration}")
    page.get_by_role("button", name=person).click()
    expect(page.get_by_text(f"of {wide.total:,} fields shown")).to_be_visible()
    _settled(page)


def _settled(page: Page) -> None:
    wait_until(
        page, "document.querySelector('[data-testid=\"stApp\"]')?.dataset.testScriptState === 'notRunning'"
    )


def _await_panel(page: Page, *, is_open: bool) -> None:
    """Wait; an expectation looks again after a second only, and describes the page each time."""
    wait_until(
        page,
        "([text, shown]) => document.querySelector('[data-testid=\"stMain\"]').textContent.includes(text) === shown",
        [PANEL, is_open],
    )


def _choose(page: Page, row: int, target: str) -> None:
    """Types a target into a row of the grid as a person at a keyboard does."""
    canvas = page.get_by_test_id("data-grid-canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for column in (NAME, TARGET):  # a click on the cell that is selected already would open it
        page.mouse.click(box["x"] + column, box["y"] + HEADER + ROW * row)
        page.evaluate(FRAMES)  # the grid takes a frame to move its selection
    page.keyboard.press("Enter")
    wait_until(page, "['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)")
    page.keyboard.insert_text(
        target_title(target)
    )  # at once: the list of targets is drawn anew at each letter
    page.keyboard.press("Enter")


def _contest(page: Page, theirs: str, mine: str) -> None:
    """Both versions are shown beside each other, and the page is at rest: people click what stands still."""
    _await_panel(page, is_open=True)
    _settled(page)
    expect(page.get_by_text(PANEL)).to_be_visible()
    for version in map(target_title, (theirs, mine)):
        expect(page.get_by_test_id("stText").get_by_text(version, exact=True)).to_be_visible()


def _settle(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    _await_panel(page, is_open=False)
    _settled(page)
    expect(page.get_by_text(PANEL)).to_have_count(0)


def test_of_a_hundred_contested_saves_none_overruns_the_other_and_each_is_settled(
    page: Page, wide: Wide, rival: Rival
) -> None:
    _open(page, wide, "Alice Moreau")
    answers: dict[str, list[str]] = {field: [] for field in wide.fields}
    for number in range(CONTESTS):
        field, turn = wide.fields[number % ROWS], number // ROWS % 2
        theirs, mine = BOBS[turn], ALICES[turn]
        rival(field, theirs)
        _choose(page, number % ROWS, mine)
        _contest(page, theirs, mine)
        refused = rival(field)
        assert (refused["target"], refused["by"]) == (theirs, "Bob Lindgren"), f"contest {number} overran Bob"
        answers[field].append(theirs)
        if number % 2:
            _settle(page, "Save mine over it")
            answers[field].append(mine)
        else:
            _settle(page, "Keep theirs")
        stands = rival(field)
        assert stands["target"] == answers[field][-1], f"contest {number} lost an edit"
    for field, targets in answers.items():
        assert rival(field)["decisions"] == targets


def test_two_pages_see_each_others_edits_as_contests(
    browser: Browser, page: Page, wide: Wide, rival: Rival
) -> None:
    bobs = new_tab(browser)
    _open(page, wide, "Alice Moreau")
    _open(bobs, wide, "Bob Lindgren")
    for row in range(3):
        field = wide.fields[row]
        before = rival(field)
        mine, theirs = "discount.name", "modifier.name"
        _choose(bobs, row, theirs)
        until = time.monotonic() + 60
        while rival(field)["target"] != theirs:
            assert time.monotonic() < until, "Bob's edit was not saved"
            bobs.wait_for_timeout(100)
        _choose(page, row, mine)
        _contest(page, theirs, mine)
        _settle(page, "Save mine over it")
        after = rival(field)
        assert (after["target"], after["by"]) == (mine, "Alice Moreau")
        assert after["decisions"] == [*before["decisions"], theirs, mine]
    bobs.context.close()
