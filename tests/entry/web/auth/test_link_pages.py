"""The pages of one-time links: what GET and POST do, and what stands nowhere."""

from __future__ import annotations

import re
from html import unescape

import pyotp
import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.entry.accounts import create_admin
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.signin import actions
from core.platform.signin.sessions import is_signed_in
from tests.platform.signin.conftest import PASSWORD
from tests.platform.signin.test_links import sent_links

OTHER_PASSWORD = "another quiet evening"


@pytest.fixture
def invited(account, operator):
    """The path of an invitation as a specialist."""
    with enter(account("manager").person, operator) as manager:
        actions.invite(manager, f"{new_id()}@example.com", "Kim <b>Ash</b>", "specialist")
    return f"/auth/invitation/{sent_links(operator)[0]}"


def passwords(password, repeated=None):
    return {"password": password, "repeated": password if repeated is None else repeated}


def test_an_invitation_is_accepted_by_its_form(browser, invited):
    for _ in range(3):
        page = browser.get(invited)
        assert page.status_code == 200
    assert "Kim &lt;b&gt;Ash" in page.text
    assert 'autocomplete="new-password"' in page.text
    answer = browser.post(invited, {"name": "Kim Ash"} | passwords(OTHER_PASSWORD))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert is_signed_in(browser.cookies["aura_sign_in"])
    assert browser.get(invited).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (passwords("short"), "password", "Use at least 12 characters."),
        (passwords("password1234"), "password", "too easy to guess"),
        (passwords(OTHER_PASSWORD, "something else"), "repeated", "The passwords differ."),
        ({"name": " "} | passwords(OTHER_PASSWORD), "name", "Enter your name."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_uses_nothing_up(browser, invited, fields, field, sentence):
    browser.get(invited)
    answer = browser.post(invited, {"name": "Kim Ash"} | fields)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(sentence)}', answer.text)
    assert OTHER_PASSWORD not in answer.text
    assert browser.get(invited).status_code == 200


def test_unknown_used_and_wrong_links_look_alike(browser, other_browser, invited):
    browser.get(invited)
    browser.post(invited, {"name": "Kim Ash"} | passwords(OTHER_PASSWORD))
    pages = {
        other_browser.get(path).text
        for path in (invited, "/auth/invitation/x", "/auth/reset/x", "/auth/set-up/x")
    }
    texts = {re.sub(r'name="form"[^>]*', "", page) for page in pages}
    assert len(texts) == 1
    assert "This link is no longer valid" in unescape(texts.pop())


def test_a_reset_is_asked_for_and_done(browser, specialist, operator):
    for email in (f"{new_id()}@example.com", specialist.email):
        browser.get("/auth/reset")
        answer = browser.post("/auth/reset", {"email": email})
        assert answer.status_code == 200
        assert "If there is an account with this address" in answer.text
    path = f"/auth/reset/{newest_link(operator)}"
    browser.get(path)
    answer = browser.post(path, passwords(OTHER_PASSWORD))
    assert answer.headers["location"] == "/auth/sign-in?changed=1"
    assert "Your password is changed" in browser.get("/auth/sign-in?changed=1").text
    assert browser.sign_in(specialist.email, PASSWORD).status_code == 401
    assert browser.sign_in(specialist.email, OTHER_PASSWORD).status_code == 303


def test_who_has_an_account_accepts_an_invitation_signed_in_to_it(browser, other_browser, account, operator):
    owner, member, other = account("manager"), account(), account()
    customer = create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde")
    with enter(owner.person, customer) as context:
        actions.invite(context, member.email, "Robin Vale", "customer")
    path = f"/auth/invitation/{sent_links(customer)[0]}"
    page = browser.get(path)
    assert page.status_code == 403
    assert "Sign in as this person to accept" in page.text
    way = unescape(re.search(r'href="(/auth/sign-in[^"]+)"', page.text)[1])
    other_browser.sign_in(other.email, PASSWORD)
    page = other_browser.get(path)
    assert page.status_code == 403
    assert 'href="/auth/sign-out"' in page.text
    other_browser.get("/auth/sign-out")
    other_browser.answer = other_browser.get("/auth/reset")
    answer = other_browser.post(path, {"name": "Robin"} | passwords(OTHER_PASSWORD))
    assert answer.status_code == 403
    assert browser.sign_in(member.email, PASSWORD, way).headers["location"] == path
    assert 'name="password"' not in browser.get(path).text
    answer = browser.post(path, {})
    assert answer.status_code == 200
    assert "You have access" in answer.text
    with enter(member.person, customer) as context:
        assert context.role == "customer"
    assert other_browser.get(path).status_code == 404


def newest_link(operator):
    return sent_links(operator)[0]


def test_the_first_admin_goes_from_the_code_to_the_recovery_codes(browser, operator):
    code = create_admin(f"{new_id()}@example.com", "Ada Stone").code
    browser.get("/auth/set-up")
    assert browser.post("/auth/set-up", {"code": "<script>"}).status_code == 422
    path = browser.post("/auth/set-up", {"code": f" {code} "}).headers["location"]
    browser.get(path)
    answer = browser.post(path, passwords(OTHER_PASSWORD))
    assert answer.headers["location"] == "/auth/second-factor"
    assert "aura_sign_in" not in browser.cookies
    page = browser.get("/auth/second-factor").text
    assert "<svg" in page
    secret = re.sub(r"\s", "", re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1])
    answer = browser.post("/auth/second-factor", {"code": "000000"})
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    answer = browser.post("/auth/second-factor", {"code": pyotp.TOTP(secret).now()})
    codes = re.findall(r"<li>([A-Z2-9-]{14})</li>", answer.text)
    assert len(codes) == 10
    assert is_signed_in(browser.cookies["aura_sign_in"])
    assert browser.get("/auth/second-factor").status_code == 303
    browser.cookies.pop("aura_sign_in")
    email = re.search(r"[\w-]+@example.com", str(create_admin_address(operator, "Ada Stone")))[0]
    assert browser.sign_in(email, OTHER_PASSWORD).headers["location"] == "/auth/second-step"
    assert "recovery" in browser.get("/auth/second-step?recovery=1").text.lower()
    answer = browser.post("/auth/second-step?recovery=1", {"code": codes[0]})
    assert answer.status_code == 303
    assert is_signed_in(browser.cookies["aura_sign_in"])


def create_admin_address(operator, name):
    with TenantSession(operator, "", system=True) as session:
        query = text("select email from person where name = :name order by created_at desc limit 1")
        return session.scalar(query, {"name": name})


def test_neither_tokens_nor_passwords_are_logged(browser, invited, caplog):
    caplog.set_level("DEBUG")
    browser.get(invited)
    browser.post(invited, {"name": "Kim Ash"} | passwords("short"))
    browser.post(invited, {"name": "Kim Ash"} | passwords(OTHER_PASSWORD))
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert invited.rpartition("/")[2] not in ours
    assert OTHER_PASSWORD not in ours
    assert browser.cookies["aura_sign_in"] not in ours


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/reset", "/auth/set-up", "/auth/sign-out"])
def test_a_form_without_its_token_is_refused(browser, path):
    browser.get(path)
    assert browser.post(path, {"form": "", "email": "a@example.com", "code": "x"}).status_code == 403
