"""Your order as a school's contact finds it: the wizard step by step, what is refused, the order once it is submitted."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.ordering.actions import discard_draft, save_draft, submit_order
from core.business.engagements.ordering.views import my_draft
from core.business.engagements.views import orders
from core.context import Context
from core.platform.access.actions import enter
from core.platform.delivery.phones import my_phone
from tests.business.engagements.ordering.conftest import add_school
from tests.business.engagements.ordering.test_questions import SCHOOL
from tests.pages.my_order.conftest import Open
from tests.pages.parts import text_of
from tests.staff import add_contact, add_staff

WHOLE = {
    "step": "review",
    "package": "growth",
    "assessment": SCHOOL,
    "add_ons": ["rush"],
    "payment_plan": "full",
}


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception[0].value
    return app


def test_the_packages_are_compared_with_price_and_contents(contact: Context, screen: Open) -> None:
    text = text_of(screen(contact))
    for words in ("$2,800", "$6,500", "$15,000", "Up to 800 pupils", "Rush migration, 50% faster: $1,000"):
        assert words in text
    assert my_draft(contact) is None


def test_a_contact_goes_through_the_wizard_and_finds_everything_typed_on_the_way_back(
    contact: Context, screen: Open
) -> None:
    app = press(screen(contact), "my_order_package_growth")
    press(app, "my_order_continue_package")
    for question, value in (("pupils", 640), ("staff", 45), ("history_years", 3)):
        app.number_input(key=f"my_order_{question}").set_value(value).run()
    app.text_area(key="my_order_systems").set_value("A fees program").run()
    app.button_group(key="my_order_sources").set_value(["oneroster"]).run()
    assert "Foundation holds up to 200 pupils; you have 640." in text_of(app)
    press(app, "my_order_back_assessment")
    later = screen(contact)  # a visit of another day
    press(later, "my_order_continue_package")
    assert later.number_input(key="my_order_pupils").value == 640
    assert later.text_area(key="my_order_systems").value == "A fees program"
    press(later, "my_order_continue_assessment")
    later.checkbox(key="my_order_add_on_rush").check().run()
    assert "$7,500.00" in text_of(later)
    press(later, "my_order_continue_add_ons")
    later.radio(key="my_order_payment_plan").set_value("extended").run()
    later.number_input(key="my_order_months").set_value(7).run()
    press(later, "my_order_continue_payment")
    view = my_draft(contact)
    assert view is not None
    assert (view.draft.step, view.draft.add_ons, view.draft.months) == ("review", ("rush",), 7)
    assert view.draft.assessment == SCHOOL | {"sources": ["oneroster"]}


def test_continue_says_beside_itself_what_is_missing_and_stays(contact: Context, screen: Open) -> None:
    app = press(screen(contact), "my_order_continue_package")
    assert "No package is chosen." in text_of(app)
    save_draft(contact, {"package": "foundation", "step": "assessment", "assessment": SCHOOL})
    app = press(screen(contact), "my_order_continue_assessment")
    text = text_of(app)
    assert "Please complete this step" in text
    assert "Choose Growth." in text
    press(app, "my_order_take_proposal")
    assert "Step 2 of 5" in str(app.get("progress")[0].proto.text)
    press(app, "my_order_continue_assessment")
    assert "Step 3 of 5" in str(app.get("progress")[0].proto.text)


def test_the_review_explains_the_price_and_submits_once_it_is_confirmed(
    contact: Context, screen: Open
) -> None:
    save_draft(contact, WHOLE)
    app = screen(contact)
    text = text_of(app)
    for words in ("Growth package", "Rush migration", "Full payment, 5% off", "-$375.00", "$7,125.00"):
        assert words in text
    assert app.button(key="my_order_submit").disabled
    app.checkbox(key="my_order_agreed").check().run()
    press(app, "my_order_submit")
    [order] = orders(contact)
    text = text_of(app)
    assert f"Your order number is {order.number}" in text
    assert "Step 5" not in text
    assert "my_order_another" not in {button.key for button in app.button}


def test_a_draft_that_was_given_up_is_gone_from_the_screen(contact: Context, screen: Open) -> None:
    save_draft(contact, WHOLE)
    assert "Pupils: 640" in text_of(screen(contact))
    discard_draft(contact)
    text = text_of(screen(contact))
    assert "Pupils: 640" not in text
    assert "$6,500" in text


def test_another_school_s_contact_finds_nothing_of_the_order(contact: Context, screen: Open) -> None:
    view = save_draft(contact, WHOLE)
    number = submit_order(contact, view.id, view.version).number
    other_school = add_school("Baobab School")
    with enter(add_contact(other_school), other_school) as other:
        for path in ("my_order", "today"):
            text = text_of(screen(other, path))
            assert number not in text
            assert "Acacia" not in text


def test_a_contact_has_no_screens_but_today_and_the_order(contact: Context, screen: Open) -> None:
    assert set(screen(contact).session_state["frame_pages"]) == {"today", "my_order", "profile"}


def test_staff_do_not_have_the_contact_s_screen(contact: Context, screen: Open) -> None:
    with enter(add_staff("manager"), contact.tenant.id) as manager:
        assert "my_order" not in screen(manager, "today").session_state["frame_pages"]


@pytest.mark.usefixtures("gateway_set")
def test_a_number_for_text_messages_is_given_and_taken_away(contact: Context, screen: Open) -> None:
    view = save_draft(contact, WHOLE)
    submit_order(contact, view.id, view.version)
    app = screen(contact)
    app.text_input(key="my_order_phone").set_value("12").run()
    press(app, "my_order_phone_save")
    assert "This is not a mobile number." in text_of(app)
    assert app.text_input(key="my_order_phone").value == "12"
    app.text_input(key="my_order_phone").set_value("+263 77 123 4567").run()
    press(app, "my_order_phone_save")
    assert my_phone(contact) == "+263771234567"
    press(app, "my_order_phone_stop")
    assert my_phone(contact) is None


def test_the_contact_block_is_that_of_schools(contact: Context, screen: Open) -> None:
    text = text_of(screen(contact))
    assert "E-mail: support@oneclass.ac.zw" in text
    assert "Phone: +263 4 123 4567" in text


@pytest.mark.usefixtures("services_off")
def test_where_the_services_are_off_nothing_can_be_ordered_and_the_screen_says_so(
    contact: Context, screen: Open
) -> None:
    app = screen(contact)
    assert "Orders are not taken here at the moment." in text_of(app)
    assert "$6,500" not in text_of(app)
