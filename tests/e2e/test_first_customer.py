"""From an empty installation to a rollback by two people, in a real browser, with a real mail server.

Nobody of the demo is there: the first admin comes in by the code that the command prints, invites a manager and a
specialist, who accept by the links in their mails; a customer is created and assigned; the specialist imports a file
and asks for its rollback, which the manager confirms.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Console, new_console, served
from tests.e2e.tabs import new_tab
from tests.e2e.test_journey import Visitor, finish_by_next
from tests.e2e.test_operator import choose, dialog, open_from_menu
from tests.e2e.waiting import await_visible, settle
from tests.installations import Content
from tests.platform.delivery.mail_server import Keeper, MailServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PASSWORD = "correct horse battery"
MENU = "Item ID,Item Name,Category,Price\n101,Margherita,Pizza,12.50\n102,Diavola,Pizza,14.00\n103,Tiramisu,Dessert,7.90\n"
MAILED_WITHIN = 90  # seconds from the cause to the mail server


@dataclass(frozen=True)
class Installation:
    """A console that sends its mail to `post`."""

    console: Console
    post: Keeper

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """Wait for the mail of which the subject holds these words."""
        until = time.monotonic() + MAILED_WITHIN
        while time.monotonic() < until:
            for message in self.post.messages:
                if address in message["To"] and subject in message["Subject"]:
                    return message
            time.sleep(0.2)
        subjects = [(message["To"], message["Subject"]) for message in self.post.messages]
        pytest.fail(f"no mail {subject!r} to {address}: {subjects}")


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """Serves an installation that nobody has used; its mail goes to a server of this test."""
    post = Keeper()
    server = MailServer(post)
    server.start()
    console = new_console(tmp_path_factory, Content.EMPTY)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(server.port),
            "SMTP_TLS": "none",
            "SMTP_FROM": "console@example.com",
            "APP_PUBLIC_URL": console.address,
        }.items():
            environment.setenv(name, value)
        for running in served(console):
            yield Installation(running, post)
    server.stop()


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Callable[[], Page]:
    """Opens a browser of its own for each person."""

    def open_tab() -> Page:
        page = new_tab(browser)
        request.addfinalizer(page.context.close)
        return page

    return open_tab


def choose_password(page: Page) -> None:
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("Repeat new password").fill(PASSWORD)
    page.locator("button[type=submit]").click()


def enrol(page: Page) -> None:
    """Turn the second factor on with the key that the page shows, and go on to the console."""
    await_visible(page.get_by_role("heading", name="Set up a second factor"))
    secret = page.locator("code").first.inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()
    await_visible(page.get_by_role("heading", name="Recovery codes"))
    page.get_by_role("link", name="Continue").click()
    await_visible(page.get_by_role("heading", level=1, name="Today"))
    settle(page)


def invite(page: Page, address: str, name: str, role: str) -> None:
    page.get_by_role("button", name="Invite", exact=True).click()
    await_visible(dialog(page).get_by_label("E-mail"))
    for label, value in (("E-mail", address), ("Name", name)):
        dialog(page).get_by_label(label, exact=True).fill(value)
        dialog(page).get_by_label(label, exact=True).press("Tab")
        settle(page)
    choose(page, "Role", role)
    dialog(page).get_by_role("button", name="Send invitation").click()
    expect(dialog(page)).to_have_count(0)
    settle(page)


def accept(page: Page, message: EmailMessage) -> None:
    """Follow the link of an invitation, and choose a password."""
    text = message.get_body(("plain",)).get_content()
    page.goto(re.search(r"http://\S+/auth/\S+", text)[0])
    choose_password(page)


def create_customer(page: Page, name: str, specialist: str) -> None:
    open_from_menu(page, "Manage", "Customers")
    page.get_by_role("button", name="Create customer").first.click()
    field = dialog(page).get_by_label("Name", exact=True)
    await_visible(field)
    field.fill(name)
    field.press("Tab")
    settle(page)
    dialog(page).get_by_role("button", name="Create customer").click()
    await_visible(dialog(page).get_by_text("Nobody is assigned yet"))
    choose(page, "Assign", specialist)
    dialog(page).get_by_role("button", name="Assign", exact=True).click()
    await_visible(dialog(page).get_by_role("button", name="End", exact=True))


def import_file(page: Page, path: Path) -> None:
    visitor = Visitor(page)
    visitor.press(page.get_by_test_id("stMain").get_by_role("link", name="Open Connect"))
    visitor.arrive("Connect")
    page.locator('input[type="file"]').set_input_files(path)
    await_visible(page.get_by_text(path.name).first)
    visitor.settle()
    finish_by_next(visitor)
    await_visible(page.get_by_text("Every row accounted for"))


def test_an_empty_installation_gets_its_people_a_customer_an_import_and_its_rollback_by_two(
    installation: Installation, tab: Callable[[], Page], tmp_path: Path
) -> None:
    console = installation.console
    link = json.loads(
        console.aura("admin", "create", "--email", "ada@example.com", "--name", "Ada Winter", "--json")
    )["link"]
    admin = tab()
    admin.goto(link)
    choose_password(admin)
    enrol(admin)
    open_from_menu(admin, "Admin", "People")
    invite(admin, "mia@example.com", "Mia Berg", "Manager")
    invite(admin, "bo@example.com", "Bo Lind", "Specialist")

    specialist, manager = tab(), tab()
    accept(specialist, installation.mail_to("bo@example.com", "invited"))
    await_visible(specialist.get_by_role("heading", level=1, name="Today"))
    accept(manager, installation.mail_to("mia@example.com", "invited"))
    enrol(manager)

    create_customer(admin, "Trattoria Due", "Bo Lind")
    specialist.reload()
    await_visible(specialist.get_by_text("Trattoria Due").first)
    settle(specialist)
    menu = tmp_path / "menu.csv"
    menu.write_text(MENU, encoding="utf-8")
    import_file(specialist, menu)

    visitor = Visitor(specialist)
    visitor.button("Ask for rollback")
    reason = dialog(specialist).get_by_label("Why should it be rolled back?")
    reason.fill("The prices are those of last year.")
    reason.press("Tab")
    visitor.confirm("Ask for rollback")
    await_visible(specialist.get_by_text("Rollback needs second approval").first)
    expect(specialist.get_by_role("button", name="Confirm rollback")).to_have_count(0)

    request_mail = installation.mail_to("mia@example.com", "rollback")
    manager.goto(
        re.search(rf"{re.escape(console.address)}/\S+", request_mail.get_body(("plain",)).get_content())[0]
    )
    second = Visitor(manager)
    second.button("Confirm rollback")
    second.confirm("Confirm rollback")
    await_visible(manager.get_by_text("Every table is exactly as it was before"))
    lines = json.loads(console.aura("audit", "verify", "--as", "ada@example.com", "--json"))
    assert all(verdict["is_sound"] for verdict in lines.values()), lines


def test_a_person_whose_role_is_taken_away_is_out_at_the_next_click(
    installation: Installation, tab: Callable[[], Page]
) -> None:
    page = tab()
    page.goto(f"{installation.console.address}/auth/sign-in")
    page.get_by_label("E-mail").fill("bo@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    await_visible(page.get_by_text("Trattoria Due").first)
    settle(page)
    installation.console.aura("sign-ins", "end", "--email", "bo@example.com")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Connect", exact=True).click()
    await_visible(page.get_by_role("link", name=re.compile("Sign in")))
    expect(page.get_by_text("Trattoria Due")).to_have_count(0)
