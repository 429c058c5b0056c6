"""The frame of the console in a real browser: who is signed in, for which customer, on which migration, and Back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import grave_faults
from tests.e2e.conftest import Console, Imported
from tests.e2e.waiting import arrive, settle, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

STEPS = {
    "connect": "Connect",
    "preview": "Preview",
    "mapping": "Mapping",
    "rules": "Rules",
    "validation": "Validation",
    "runs": "Runs",
}
"""Path -> title of the first screen of each step."""
PEOPLE = {"sales": "Sam Okoye", "specialist": "Bob Lindgren", "manager": "Alice Moreau"}


IS_SHOWN = """names => {
    const bar = document.querySelector('[data-testid="stSidebar"]');
    const shown = [bar.innerText, ...[...bar.querySelectorAll('input')].map(field => field.value)].join(' ');
    return names.every(name => shown.includes(name));
}"""


def press(page: Page, name: str, path: str) -> None:
    page.locator(f".st-key-wizard_{name.lower()} button:visible").click()
    arrive(page, path, STEPS[path])


def address(page: Page) -> dict[str, str]:
    return {key: values[-1] for key, values in parse_qs(urlsplit(page.url).query).items()}


def assert_unchanged(page: Page, name: str, migration: Imported) -> str:
    """Compare address and sidebar with who signed in; the person's id."""
    query = address(page)
    assert (query["tenant"], query["migration"]) == ("bella", migration.id), page.url
    wait_until(page, IS_SHOWN, [name, "Bella's Italian Kitchen", migration.name])
    return query["person"]


@pytest.mark.parametrize("role", PEOPLE)
def test_next_and_back_keep_person_customer_and_migration(
    page: Page, demo_console: Console, imported: Imported, role: str
) -> None:
    name = PEOPLE[role]
    page.goto(f"{demo_console.address}/connect?tenant=bella&migration={imported.id}")
    page.get_by_role("button", name=name).click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)
    person = assert_unchanged(page, name, imported)
    for path in list(STEPS)[1:]:
        press(page, "Next", path)
        assert assert_unchanged(page, name, imported) == person, f"Next to {path} signed {name} out"
    page.reload()
    settle(page)
    for path in list(STEPS)[-2::-1]:
        press(page, "Back", path)
        assert assert_unchanged(page, name, imported) == person, f"Back to {path} signed {name} out"
    page.goto(f"{demo_console.address}/preview?person={person}&tenant=bella&migration={imported.id}")
    settle(page)
    press(page, "Next", "mapping")
    press(page, "Next", "rules")
    assert assert_unchanged(page, name, imported) == person


@pytest.fixture
def managers(page: Page, demo_console: Console, imported: Imported) -> Page:
    """The tab in which Alice is on Today, for Bella, on the migration that is imported."""
    page.goto(f"{demo_console.address}/?tenant=bella&migration={imported.id}")
    page.get_by_role("button", name=PEOPLE["manager"]).click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)
    return page


def menu(page: Page, screen: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=screen, exact=True).click()
    arrive(page, None, screen)


def test_back_leaves_a_page_whose_filters_were_changed(managers: Page) -> None:
    page = managers
    menu(page, "Validation")
    entries = page.evaluate("history.length")
    options = page.get_by_test_id("stMain").get_by_test_id("stButtonGroup").first.get_by_role("radio")
    for number in (1, 2, 0, 1, 2):
        options.nth(number).click()
        expect(options.nth(number)).to_be_checked()
        settle(page)
    assert page.evaluate("history.length") == entries
    page.go_back()
    expect(page).to_have_title("Today · AuraConnect")


def test_today_answers_under_its_own_path_and_at_the_root(managers: Page, demo_console: Console) -> None:
    page = managers
    query = urlsplit(page.url).query
    for path in ("", "today"):
        page.goto(f"{demo_console.address}/{path}?{query}")
        expect(page).to_have_title("Today · AuraConnect")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        expect(page.get_by_role("dialog")).to_have_count(0)  # "Page not found" is one


def test_a_link_with_the_former_path_of_a_screen_leads_to_it(managers: Page, demo_console: Console) -> None:
    page = managers
    page.goto(f"{demo_console.address}/parallel_run?{urlsplit(page.url).query}")
    expect(page).to_have_title("Reconciliation · AuraConnect")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)  # "Page not found" is one


def test_the_palette_opens_by_key_and_jumps_by_letters_and_enter(managers: Page) -> None:
    page = managers
    menu(page, "Mapping")
    before = address(page)
    for typed, title in (("valid", "Validation"), ("ai co", "AI costs")):
        page.keyboard.press("Control+k")
        field = page.get_by_role("combobox", name=re.compile("Search screens"))
        expect(field).to_be_focused()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page).to_have_title(f"{title} · AuraConnect")
        expect(page.get_by_role("dialog")).to_have_count(0)
        settle(page)
        assert address(page) | before == address(page), "the jump changed person, customer or migration"


def test_the_palette_turns_to_another_customer(page: Page, demo_console: Console) -> None:
    page.goto(f"{demo_console.address}/?tenant=bella")
    page.get_by_role("button", name=PEOPLE["sales"]).click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
    settle(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name=re.compile("Search screens"))).to_be_focused()
    page.keyboard.type("coffee")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stSidebar").get_by_text("Coffee Corner Chain").first).to_be_visible()
    expect(page).to_have_url(re.compile("tenant=coffee"))


def test_the_sign_in_page_has_no_serious_fault_of_accessibility(page: Page, demo_console: Console) -> None:
    page.goto(demo_console.address)
    page.get_by_role("button", name=PEOPLE["manager"]).wait_for()
    settle(page)
    assert not grave_faults(page, "light")
