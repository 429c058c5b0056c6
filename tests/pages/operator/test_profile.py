"""One's own profile: name and zone, and for who signed in password, second factor and devices."""

from __future__ import annotations

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from core.db.session import TenantSession
from core.platform.access.actions import enter
from core.platform.access.people.views import my_profile
from core.platform.audit.tables import INSTALLATION
from core.platform.delivery.notifications import notification_choices
from core.platform.signin.accounts import store_password
from core.platform.signin.passwords import hash_password
from core.platform.signin.sessions import Visit, begin, is_signed_in
from core.platform.signin.views import my_account
from tests.operators import Staff, add_staff
from tests.pages.conftest import ROOT
from tests.pages.operator.screens import open_screen

pytestmark = pytest.mark.usefixtures("database")
PASSWORD, NEW = "a long and quiet evening", "an even longer and quieter night"
FIREFOX = Visit("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
PHONE = Visit("198.51.100.9", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1")


def sign_in(person: Staff, visit: Visit = FIREFOX) -> str:
    with TenantSession(INSTALLATION, person.person) as session:
        token = begin(session, visit)
        session.commit()
    return token


@pytest.fixture
def bob(database: None) -> Staff:
    person = add_staff("specialist")
    with TenantSession(INSTALLATION, person.person) as session:
        store_password(session, hash_password(PASSWORD))
        session.commit()
    return person


def profile(monkeypatch: pytest.MonkeyPatch, token: str) -> AppTest:
    """Open the profile in the browser that has the cookie."""
    monkeypatch.setattr("pages.ui.visitor.cookie_token", lambda: token)
    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
    app.session_state["frame_going"] = ("profile", {})
    app.run()
    assert not app.exception, app.exception[0].value
    assert app.title[0].value == "Profile"
    return app


def test_a_person_of_the_demo_is_told_that_there_is_no_account() -> None:
    app = open_screen(add_staff("specialist", is_demo=True), "profile")
    assert any("without a password" in caption.value for caption in app.caption)
    assert not [field for field in app.text_input if field.key == "profile_present"]


def test_name_and_zone_are_saved(monkeypatch: pytest.MonkeyPatch, bob: Staff) -> None:
    app = profile(monkeypatch, sign_in(bob))
    next(field for field in app.text_input if field.label == "Name").set_value("Bob Lind")
    next(box for box in app.selectbox if box.label == "Time zone").set_value("Europe/Rome")
    app.button(key="profile_save").click().run()
    assert not app.exception
    with enter(bob.person, bob.operator) as context:
        assert (my_profile(context).name, my_profile(context).zone) == ("Bob Lind", "Europe/Rome")


def change_password(app: AppTest, present: str, new: str, again: str) -> None:
    for key, value in (("present", present), ("new", new), ("again", again)):
        app.text_input(key=f"profile_{key}").set_value(value)
    app.button(key="profile_password_save").click().run()


def test_the_password_is_changed_and_other_browsers_are_signed_out(
    monkeypatch: pytest.MonkeyPatch, bob: Staff
) -> None:
    here, phone = sign_in(bob), sign_in(bob, PHONE)
    app = profile(monkeypatch, here)
    change_password(app, PASSWORD, NEW, NEW)
    assert not [element for element in app.markdown if element.value.startswith(":red[")]
    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)


@pytest.mark.parametrize(
    ("present", "new", "again", "message"),
    [
        ("wrong", NEW, NEW, "present password is wrong"),
        (PASSWORD, "short", "short", "12"),
        (PASSWORD, NEW, NEW + "!", "differ"),
    ],
)
def test_a_refused_password_says_why(
    monkeypatch: pytest.MonkeyPatch, bob: Staff, present: str, new: str, again: str, message: str
) -> None:
    app = profile(monkeypatch, sign_in(bob))
    change_password(app, present, new, again)
    [fault] = [element.value for element in app.markdown if element.value.startswith(":red[")]
    assert message in fault


def test_a_second_factor_is_set_up_and_turned_off(monkeypatch: pytest.MonkeyPatch, bob: Staff) -> None:
    app = profile(monkeypatch, sign_in(bob))
    app.button(key="profile_enrol").click().run()
    secret = app.code[0].value
    app.text_input(key="profile_code").set_value("000000")
    app.button(key="profile_factor_on").click().run()
    assert any("not valid" in element.value for element in app.markdown)
    app.text_input(key="profile_code").set_value(pyotp.TOTP(secret).now())
    app.button(key="profile_factor_on").click().run()
    codes = app.code[0].value.split()
    assert len(codes) == 10
    app.button(key="profile_codes_stored").click().run()
    with enter(bob.person, bob.operator) as context:
        assert my_account(context).has_second_factor
    app.text_input(key="profile_code").set_value(codes[0])
    app.button(key="profile_factor_off").click().run()
    with enter(bob.person, bob.operator) as context:
        assert not my_account(context).has_second_factor


def test_another_device_is_listed_and_signed_out(monkeypatch: pytest.MonkeyPatch, bob: Staff) -> None:
    here, phone = sign_in(bob), sign_in(bob, PHONE)
    app = profile(monkeypatch, here)
    devices = [text.value for text in app.text if text.value.endswith(("192.0.2.7", "198.51.100.9"))]
    assert devices == ["Firefox on Linux, 192.0.2.7", "Safari on iPhone, 198.51.100.9"]
    [button] = [button for button in app.button if (button.key or "").startswith("profile_end_")]
    button.click().run()
    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)


def test_a_kind_of_mail_is_switched_off_and_a_required_one_cannot_be(
    monkeypatch: pytest.MonkeyPatch, bob: Staff
) -> None:
    app = profile(monkeypatch, sign_in(bob))
    boxes = {box.key: box for box in app.checkbox}
    assert boxes["profile_mail_sign_in_locked"].disabled
    boxes["profile_mail_import_finished"].uncheck().run()
    with enter(bob.person, bob.operator) as context:
        by_email = {choice.kind: choice.by_email for choice in notification_choices(context)}
    assert (by_email["import_finished"], by_email["import_failed"]) == (False, True)
