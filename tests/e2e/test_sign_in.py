"""Real people sign in in a real browser: the first admin, an invited specialist, two browsers, signing out, an accessible page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import grave_faults
from tests.e2e.conftest import Console, new_console, served
from tests.installations import Content

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ADMIN, ADMIN_PASSWORD = "ada@example.com", "a long and quiet evening"
KIM, KIM_PASSWORD = "kim@example.com", "another quiet evening"

_INVITE = """
import re, sys
from sqlalchemy import text
from core.db.session import TenantSession
from core.entry.accounts import operator_tenant
from core.platform.access.actions import enter
from core.platform.events.actions import open_secret
from core.platform.signin.accounts import person_by_email
from core.platform.signin.actions import invite
operator = operator_tenant()
with enter(person_by_email("ada@example.com"), operator) as ada:
    invite(ada, "kim@example.com", "Kim Ash", "specialist")
with TenantSession(operator, "", system=True) as session:
    row = session.execute(text("select id::text, secret from outbox_message where secret is not null order by created_at desc")).first()
    print(open_secret(session, row.id, "secret", row.secret))
"""


@pytest.fixture(scope="module")
def bare_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console without a demo and without anybody."""
    yield from served(new_console(tmp_path_factory, Content.EMPTY))


@pytest.fixture(scope="module")
def admin_code(bare_console: Console) -> str:
    return str(
        json.loads(bare_console.aura("admin", "create", "--email", ADMIN, "--name", "Ada Stone", "--json"))[
            "code"
        ]
    )


@pytest.fixture(scope="module")
def admin_app(
    bare_console: Console, admin_code: str, browser: Browser
) -> Iterator[tuple[Page, pyotp.TOTP, list[str]]]:
    """The first admin's browser, signed in; the app's codes and the recovery codes."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{bare_console.address}/")
    expect(page).to_have_url(re.compile("/auth/sign-in"))
    page.goto(f"{bare_console.address}/auth/set-up")
    page.get_by_label("Code").fill(admin_code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("New password", exact=True).fill(ADMIN_PASSWORD)
    page.get_by_label("Repeat new password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Continue").click()
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator("code").inner_text()))
    page.get_by_role("textbox", name="Code").fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("[data-testid=stApp]")).to_be_visible()
    yield page, app, codes
    page.context.close()


def sign_in(page: Page, console: Console, email: str, password: str, path: str = "/") -> None:
    page.goto(f"{console.address}{path}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_first_admin_sets_everything_up_on_a_phone(admin_app: tuple[Page, pyotp.TOTP, list[str]]) -> None:
    page, _, codes = admin_app
    assert len(codes) == 10
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["aura_sign_in"]["httpOnly"]
    assert cookies["aura_sign_in"]["sameSite"] == "Lax"
    assert page.evaluate("document.cookie.includes('aura_sign_in')") is False


def test_an_invited_specialist_signs_in_out_and_in_again(
    bare_console: Console, admin_app: tuple[Page, pyotp.TOTP, list[str]], page: Page, browser: Browser
) -> None:
    link = bare_console.python("-c", _INVITE).strip()
    page.goto(bare_console.address + link[link.index("/auth/") :])
    page.get_by_label("New password", exact=True).fill(KIM_PASSWORD)
    page.get_by_label("Repeat new password").fill(KIM_PASSWORD)
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("[data-testid=stApp]")).to_be_visible()
    assert "person=" not in page.url
    second = browser.new_context().new_page()
    sign_in(second, bare_console, KIM, KIM_PASSWORD)
    expect(second.locator("[data-testid=stApp]")).to_be_visible()
    bare_console.aura("sign-ins", "end", "--email", KIM)
    page.reload()
    expect(page).to_have_url(re.compile("/auth/sign-in"))
    second.close()
    sign_in(page, bare_console, KIM, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    sign_in(page, bare_console, KIM, KIM_PASSWORD)
    expect(page.locator("[data-testid=stApp]")).to_be_visible()


def test_an_ended_session_is_out_at_the_next_click_and_leads_back(
    bare_console: Console, admin_app: tuple[Page, pyotp.TOTP, list[str]], page: Page
) -> None:
    _, _, codes = admin_app
    sign_in(page, bare_console, ADMIN, ADMIN_PASSWORD, "/customers")
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/customers"))
    expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
    bare_console.aura("sign-ins", "end", "--email", ADMIN)
    page.get_by_role("button", name="Search").first.click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/auth/sign-in\?next="))
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_have_no_grave_faults(
    bare_console: Console, page: Page, theme: str, admin_app: tuple[Page, pyotp.TOTP, list[str]]
) -> None:
    page.emulate_media(color_scheme=theme)
    for path in ("sign-in", "reset", "set-up", "sign-out", "invitation/unknown"):
        page.goto(f"{bare_console.address}/auth/{path}")
        assert grave_faults(page, theme) == [], path
    page.goto(f"{bare_console.address}/auth/sign-in")
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#email-error")).to_be_visible()
    assert grave_faults(page, theme) == []
    page.get_by_label("E-mail").fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code")).to_be_visible()
    assert grave_faults(page, theme) == []


def test_the_demo_menu_stays_and_leads_to_the_sign_in_page(demo_console: Console, page: Page) -> None:
    page.goto(f"{demo_console.address}/?tenant=bella")
    expect(page.get_by_role("button", name="Alice Moreau")).to_be_visible()
    page.get_by_role("link", name="Sign in with your account").click()
    expect(page).to_have_url(re.compile("/auth/sign-in"))
    page.get_by_role("link", name="Choose a demo role").click()
    page.get_by_role("button", name="Alice Moreau").click()
    page.wait_for_url(re.compile("person="), wait_until="commit")
