"""The gate: who is not signed in reaches no page of the console, and the demo's menu only on the console's own machine."""

from __future__ import annotations

import pytest

from tests.entry.web.auth.conftest import Browser
from tests.platform.signin.conftest import PASSWORD


@pytest.fixture
def local(people) -> Browser:
    """A visitor on the console's own machine, where the demo's people exist."""
    return Browser("127.0.0.1")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/auth/sign-in"),
        ("/mapping?tenant=bella&person=x", "/auth/sign-in?next=%2Fmapping%3Ftenant%3Dbella%26person%3Dx"),
        ("/unknown/deep", "/auth/sign-in?next=%2Funknown%2Fdeep"),
        ("//evil", "/auth/sign-in?next=%2F%2Fevil"),
    ],
)
def test_a_page_leads_to_the_sign_in_page_and_back(browser, path, target):
    answer = browser.get(f"{browser.base}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"] == target
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/static/js/a.js", "/favicon.png", "/healthz", "/api/upload"]
)
def test_what_is_no_page_looks_after_itself(browser, path):
    assert browser.get(path).status_code == 200


def test_who_is_signed_in_passes_and_who_was_is_sent_back_without_the_cookie(browser, specialist):
    browser.sign_in(specialist.email, PASSWORD)
    assert browser.get("/mapping").text == "console demo="
    browser.get("/auth/sign-out")
    cookies = dict(browser.cookies)
    browser.post("/auth/sign-out", {})
    browser.cookies = cookies
    assert browser.get("/mapping").headers["location"] == "/auth/sign-in?next=%2Fmapping"
    assert "aura_sign_in" not in browser.cookies


def test_on_the_consoles_own_machine_the_demo_is_open(local):
    assert local.get("/").text == "console demo=open"
    assert "Choose a demo role" in local.get("/auth/sign-in").text


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "203.0.113.9"},
        {"x_forwarded_host": "localhost"},
        {"forwarded": "for=203.0.113.9"},
        {"x_real_ip": "127.0.0.1"},
        {"via": "1.1 proxy"},
        {"x_forwarded_server": "console.example"},
        {"cf_connecting_ip": "203.0.113.9"},
        {"true_client_ip": "203.0.113.9"},
        {"x_client_ip": "203.0.113.9"},
        {"x_original_host": "console.example"},
    ],
)
def test_what_a_proxy_passes_on_is_not_from_this_machine(local, headers):
    assert local.get("/", **headers).status_code == 303


def test_another_name_of_this_machine_does_not_open_the_demo(config, local):
    config(app_allowed_hosts="console.example")
    local.base = "http://console.example"
    assert local.get("/").status_code == 303


@pytest.mark.parametrize("setting", [{"app_behind_tls": "true"}, {"app_host": "console.example"}])
def test_a_console_for_others_has_no_demo_menu(config, local, setting):
    config(**setting)
    assert local.get("/").status_code == 303


def test_demo_sign_in_opens_the_menu_to_everybody(config, people, browser):
    config(demo_sign_in="true")
    assert browser.get("/").text == "console demo=open"


def test_nobody_opens_the_demo_by_the_gates_own_header(browser):
    assert browser.get("/", x_aura_demo="open").status_code == 303
    assert browser.get("/_stcore/stream", x_aura_demo="open").text == "console demo="
