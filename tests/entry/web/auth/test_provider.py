"""Signing in with an OpenID Connect provider: a small one on this machine, asked over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.signin import actions
from core.platform.signin.sessions import current_sign_in, is_signed_in
from tests.platform.signin.conftest import PASSWORD
from tests.platform.signin.test_links import sent_links

KEY, OTHER_KEY = (RSAKey.generate_key(2048, parameters={"kid": "k"}) for _ in range(2))


class Provider(ThreadingHTTPServer):
    """Vouches for `claims`; `nonces` are those it was asked with."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.claims, self.key, self.token_form = {}, KEY, {}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        issuer = self.server.issuer
        self.answer(
            {"keys": [KEY.as_dict(private=False)]}
            if self.path == "/keys"
            else {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
            }
        )

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.token_form = {name: values[0] for name, values in parse_qs(body).items()}
        self.answer(
            {"id_token": jwt.encode({"alg": "RS256", "kid": "k"}, self.server.claims, self.server.key)}
        )

    def answer(self, document):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


@pytest.fixture
def provider(config):
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config(
        oidc_issuer=server.issuer,
        oidc_client_id="console",
        oidc_client_secret="s3cret",
        oidc_name="Example ID",
    )
    yield server
    server.shutdown()
    server.server_close()


def come_back(browser, provider, subject, path="/auth/provider", **claims):
    """Go to the provider and come back as this subject, with what else its token claims."""
    query = parse_qs(urlsplit(browser.get(path).headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    provider.claims = {
        "iss": provider.issuer, "aud": "console", "sub": subject, "exp": int(time.time()) + 300, "iat": int(time.time()),
        "nonce": query["nonce"][0], "email": "somebody@example.com", "name": "Kim Ash",
    } | claims  # fmt: skip
    return browser.get(f"/auth/callback?code=abc&state={query['state'][0]}")


@pytest.fixture
def linked_account(browser, provider, account, operator):
    """The subject of somebody who accepted an invitation by the provider."""
    with enter(account("manager").person, operator) as manager:
        actions.invite(manager, f"{new_id()}@example.com", "Kim Ash", "specialist")
    token, subject = sent_links(operator)[0], new_id()
    assert "Continue with Example ID" in browser.get(f"/auth/invitation/{token}").text
    answer = come_back(browser, provider, subject, f"/auth/provider?invitation={token}")
    assert answer.status_code == 303, answer.text
    assert browser.get(f"/auth/invitation/{token}").status_code == 404
    return subject


def test_who_accepted_an_invitation_by_the_provider_signs_in_by_it(
    browser, other_browser, provider, linked_account
):
    assert is_signed_in(browser.cookies["aura_sign_in"])
    assert "Continue with Example ID" in other_browser.get("/auth/sign-in").text
    answer = come_back(other_browser, provider, linked_account, "/auth/provider?next=/mapping")
    assert answer.headers["location"] == "/mapping"
    first, second = (current_sign_in(visitor.cookies["aura_sign_in"]) for visitor in (browser, other_browser))
    assert first.person == second.person
    assert first.id != second.id
    assert provider.token_form["client_secret"] == "s3cret"
    assert len(provider.token_form["code_verifier"]) >= 43


def test_an_equal_e_mail_address_signs_nobody_in(browser, provider, specialist):
    answer = come_back(browser, provider, new_id(), email=specialist.email, email_verified=True)
    assert answer.status_code == 401
    assert "aura_sign_in" not in browser.cookies


def test_a_session_by_the_provider_ends_like_any_other(browser, provider, linked_account):
    token = browser.cookies["aura_sign_in"]
    browser.get("/auth/sign-out")
    browser.post("/auth/sign-out", {})
    assert not is_signed_in(token)


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}, {"sub": None}],
)
def test_a_token_for_somebody_or_something_else_proves_nothing(browser, provider, linked_account, claims):
    browser.cookies.pop("aura_sign_in")
    assert come_back(browser, provider, linked_account, **claims).status_code == 502
    assert "aura_sign_in" not in browser.cookies


def test_a_token_of_another_key_proves_nothing(browser, provider, linked_account):
    browser.cookies.pop("aura_sign_in")
    provider.key = OTHER_KEY
    assert come_back(browser, provider, linked_account).status_code == 502


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    browser, other_browser, provider, linked_account
):
    other_browser.get("/auth/provider")
    assert other_browser.get("/auth/callback?code=abc&state=guessed").status_code == 403
    other_browser.cookies.clear()
    assert other_browser.get("/auth/callback?code=abc&state=").status_code == 403


def test_the_account_of_one_person_accepts_no_invitation_of_another(
    browser, provider, linked_account, account, operator
):
    with enter(account("manager").person, operator) as manager:
        actions.invite(manager, f"{new_id()}@example.com", "Robin", "specialist")
    token = sent_links(operator)[0]
    assert (
        come_back(browser, provider, linked_account, f"/auth/provider?invitation={token}").status_code == 409
    )
    assert browser.get(f"/auth/invitation/{token}").status_code == 200


def test_without_a_provider_there_is_nothing_of_it(browser, specialist):
    assert "Continue with" not in browser.get("/auth/sign-in").text
    assert browser.get("/auth/provider").headers["location"] == "/auth/sign-in"
    assert browser.sign_in(specialist.email, PASSWORD).status_code == 303
