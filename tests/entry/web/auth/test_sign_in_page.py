"""The sign-in page: what it shows, what it sets, and where it leads."""

from __future__ import annotations

import pytest

from core.entry.web.auth.forms import next_path
from core.entry.web.auth.pages import HEADERS
from core.platform.signin.sessions import current_sign_in, is_signed_in
from tests.platform.signin.conftest import PASSWORD

FOREIGN = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "javascript:alert(1)", " /mapping", "/mapping\r\nSet-Cookie: a=b", "/mapping\nX: y", "/%0d%0a\x00", "/map ping",
    "evil.example", "", "/auth/sign-out", "/auth/sign-in?next=/auth/sign-in", "/\u2028", "/" + "a" * 3000, "/\t/evil.example",
]  # fmt: skip


def test_the_page_has_labels_no_script_and_what_password_managers_look_for(browser):
    answer = browser.get("/auth/sign-in")
    assert answer.status_code == 200
    text = answer.text
    assert "<script" not in text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text
    assert '<label for="email">' in text
    assert '<label for="password">' in text
    assert '<meta name="viewport"' in text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]


def test_signing_in_sets_a_cookie_that_scripts_cannot_read_and_leads_on(browser, specialist):
    answer = browser.sign_in(specialist.email, PASSWORD, "/auth/sign-in?next=%2Fmapping%3Ftenant%3Dbella")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/mapping?tenant=bella"
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith("aura_sign_in=")]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert current_sign_in(browser.cookies["aura_sign_in"]).person == specialist.person


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(config, browser, specialist):
    config(app_behind_tls="true", app_allowed_hosts="console.example")
    browser.base = "https://console.example"
    answer = browser.sign_in(specialist.email, PASSWORD)
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if "aura_sign_in=" in line]
    assert cookie.startswith("__Host-aura_sign_in=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_wrong_password_is_said_in_words_and_the_address_is_kept(browser, specialist):
    answer = browser.sign_in(specialist.email, "not the password")
    assert answer.status_code == 401
    assert "E-mail or password is wrong." in answer.text
    assert f'value="{specialist.email}"' in answer.text
    assert "not the password" not in answer.text
    assert "aura_sign_in" not in browser.cookies


def test_empty_fields_are_named_beside_them(browser):
    answer = browser.sign_in("", "")
    assert answer.status_code == 422
    assert 'id="email-error">Enter your e-mail.' in answer.text
    assert 'aria-describedby="email-error "' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_is_typed_is_shown_as_text(browser):
    answer = browser.sign_in('"><script>alert(1)</script>', "x")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_too_many_attempts_say_when_to_come_back(browser, specialist):
    for _ in range(5):
        browser.sign_in(specialist.email, "not the password")
    answer = browser.sign_in(specialist.email, PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "Too many attempts." in answer.text


@pytest.mark.parametrize("target", FOREIGN)
def test_signing_in_leads_to_no_other_site(target):
    assert next_path(target) == "/"


@pytest.mark.parametrize(
    "target", ["/", "/mapping", "/mapping?tenant=bella&show=1", "/runs?x=%2F%2Fevil.example", "/authors"]
)
def test_signing_in_leads_to_a_page_of_ours(target):
    assert next_path(target) == target


def test_a_foreign_next_in_the_form_leads_home(browser, specialist):
    browser.get("/auth/sign-in")
    answer = browser.post(
        "/auth/sign-in",
        {"email": specialist.email, "password": PASSWORD, "next": "https://evil.example/\r\nSet-Cookie: a=b"},
    )
    assert answer.headers["location"] == "/"
    assert "a" not in browser.cookies


def test_a_form_of_another_site_is_refused(browser, specialist):
    browser.get("/auth/sign-in")
    fields = {"email": specialist.email, "password": PASSWORD}
    assert browser.post("/auth/sign-in", fields, origin="https://evil.example").status_code == 403
    browser.get("/auth/sign-in")
    assert browser.post("/auth/sign-in", fields, sec_fetch_site="cross-site").status_code == 403
    browser.get("/auth/sign-in")
    assert browser.post("/auth/sign-in", fields | {"form": "guessed"}).status_code == 403
    browser.get("/auth/sign-in")
    browser.cookies.pop("aura_form")
    assert browser.post("/auth/sign-in", fields).status_code == 403
    assert "aura_sign_in" not in browser.cookies


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"email=%ff", b"a=1&a=2", b"&".join(b"f%d=1" % n for n in range(50)), b"x" * 100_000],
)
def test_what_is_no_form_is_refused_in_words(browser, body):
    import asyncio

    import httpx

    async def send():
        transport = httpx.ASGITransport(browser.app, client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url=browser.base) as client:
            return await client.post(
                "/auth/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
            )

    answer = asyncio.run(send())
    assert answer.status_code in {403, 422}
    assert "<h1>" in answer.text


def test_signing_out_ends_the_session_and_forgets_the_cookie(browser, specialist):
    browser.sign_in(specialist.email, PASSWORD)
    token = browser.cookies["aura_sign_in"]
    browser.get("/auth/sign-out")
    assert is_signed_in(token)
    answer = browser.post("/auth/sign-out", {})
    assert "You are signed out" in answer.text
    assert "aura_sign_in" not in browser.cookies
    assert not is_signed_in(token)


def test_signing_in_again_gives_a_new_token_and_ends_the_one_before(browser, specialist, account):
    browser.sign_in(specialist.email, PASSWORD)
    first = browser.cookies["aura_sign_in"]
    assert browser.get("/auth/sign-in").status_code == 303
    colleague = account()
    browser.cookies.pop("aura_sign_in")
    browser.get("/auth/sign-in")
    browser.cookies["aura_sign_in"] = first
    browser.post("/auth/sign-in", {"email": colleague.email, "password": PASSWORD})
    assert browser.cookies["aura_sign_in"] != first
    assert not is_signed_in(first)
    assert current_sign_in(browser.cookies["aura_sign_in"]).person == colleague.person


def test_a_planted_cookie_is_never_made_a_session(browser, specialist):
    """Session fixation: what an attacker puts into a browser does not become the victim's session."""
    browser.cookies["aura_sign_in"] = browser.cookies["aura_second_step"] = "planted-by-somebody-else"
    browser.sign_in(specialist.email, PASSWORD)
    assert browser.cookies["aura_sign_in"] != "planted-by-somebody-else"
    assert not is_signed_in("planted-by-somebody-else")
