"""Quotes on the screen: the list with its figures, a draft written with a live total, approved, sent, withdrawn, revised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.business.sales.prospects.actions import edit_prospect
from core.business.sales.prospects.rules import ContactDetails
from core.business.sales.quotes.actions import draft_quote, edit_draft, new_version
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import QuoteDetails, links, quote, quotes_of
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import default_case
from core.business.sales.sending import send_quote
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")

DEEP = QuoteTerms(discount_percent=Decimal(15), discount_reason="Three sites by spring")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture
def seller(database: None) -> Staff:
    return add_staff("sales", is_demo=True)


def new_prospect(person: Staff, **fields: object) -> str:
    with enter(person.person, person.operator) as context:
        return add_prospect(context, name=f"Zia {new_id()[-8:]}", **fields)


def draft(
    person: Staff, prospect: str, terms: QuoteTerms | None = None, package: str = "professional"
) -> str:
    with enter(person.person, person.operator) as context:
        return draft_quote(context, prospect, package, terms)


def read(person: Staff, quote_id: str) -> QuoteDetails:
    with enter(person.person, person.operator) as context:
        return quote(context, quote_id)


def choose(app: AppTest, entry: str) -> AppTest:
    """Choose an entry of the quote's menu."""
    [menu] = list(app.get("menu_button"))
    menu.set_value(entry)
    return app.run()


def test_the_first_quote_is_written_from_the_dialog_with_a_live_total(seller: Staff) -> None:
    prospect = new_prospect(seller, locations=60)
    app = open_screen(seller, "quotes")
    assert "No quotes yet" in texts(app)
    app.button(key="quotes_new").click().run()
    assert app.selectbox(key="quotes_new_prospect").value == prospect
    app.button(key="quotes_new_continue").click().run()
    assert app.title[0].value == "New quote"
    form = f"terms_new_{prospect}"
    assert app.selectbox(key=f"{form}_package").value == "enterprise"
    assert "Total $114,000\\.00" in texts(app).replace("\\$", "$").replace("\\,", ",")
    app.number_input(key=f"{form}_locations").set_value(50).run()
    assert "100,000" in texts(app)
    app.button(key="quote_save").click().run()
    assert not app.exception
    with enter(seller.person, seller.operator) as context:
        [stored] = quotes_of(context, prospect)
    assert (stored.locations, stored.total, stored.state) == (50, Decimal(100_000), "draft")
    assert app.title[0].value == stored.number_text


def test_terms_that_cannot_be_stored_say_so_beside_and_are_not_saved(seller: Staff) -> None:
    prospect = new_prospect(seller, locations=3)
    app = open_screen(seller, "quotes", create=prospect)
    form = f"terms_new_{prospect}"
    app.number_input(key=f"{form}_discount").set_value(12.0).run()
    assert "reason of a discount above 10 %" in texts(app)
    assert app.button(key="quote_save").disabled
    app.text_input(key=f"{form}_discount_reason").set_value("Reference customer").run()
    assert "a manager approves it before it is sent" in texts(app)
    app.button(key="quote_save").click().run()
    with enter(seller.person, seller.operator) as context:
        [stored] = quotes_of(context, prospect)
    assert stored.awaits_approval


def test_a_discount_is_asked_for_approved_and_the_quote_sent_with_its_link_told_once(
    seller: Staff, manager: Staff
) -> None:
    quote_id = draft(seller, new_prospect(seller), DEEP)
    app = open_screen(seller, "quotes", quote=quote_id)
    assert app.button(key="quote_pdf").disabled
    assert "needs the approval of a manager" in app.button(key="quote_pdf").help
    app.button(key="quote_ask").click().run()
    assert app.button(key="quote_ask").disabled
    boss = open_screen(manager, "quotes", quote=quote_id)
    boss.button(key="quote_approve").click().run()
    assert read(seller, quote_id).approved_by == manager.person
    app = open_screen(seller, "quotes", quote=quote_id)
    app.button(key="quote_send").click().run()
    app.checkbox(key="quote_by_email").uncheck().run()
    app.button(key="quote_dialog_confirm").click().run()
    assert not app.exception
    assert read(seller, quote_id).state == "sent"
    [code] = [element.value for element in app.code if "/q/" in element.value]
    assert code
    again = open_screen(seller, "quotes", quote=quote_id)
    assert [element.value for element in again.code if "/q/" in element.value] == []
    assert "Not opened yet" in texts(again)


@pytest.mark.parametrize(
    ("contact", "notice"),
    [
        (
            ContactDetails("Rosa", "", "+1 555 0100"),
            "Link created. No e-mail: the contact has no e-mail address",
        ),
        (ContactDetails("Rosa", "rosa@example.com", ""), "Quote sent"),
    ],
)
def test_the_notice_says_whether_the_link_was_mailed(
    seller: Staff, contact: ContactDetails, notice: str
) -> None:
    quote_id = draft(seller, new_prospect(seller, contact=contact))
    app = open_screen(seller, "quotes", quote=quote_id)
    app.button(key="quote_send").click().run()
    assert app.checkbox(key="quote_by_email").value is bool(contact.email)
    app.button(key="quote_dialog_confirm").click().run()
    assert [toast.value for toast in app.toast] == [notice]


def test_a_package_that_is_too_small_is_said_beside_and_not_saved(seller: Staff) -> None:
    prospect = new_prospect(seller, locations=1, volumes={"items": 900})
    app = open_screen(seller, "quotes", create=prospect)
    assert "POS types: unknown, ask (limit 1)" in texts(app)
    with enter(seller.person, seller.operator) as context:
        edit_prospect(context, prospect, {"volumes": {"items": 5000}})
    app.run()
    assert "Menu items 5,000, limit 1,000" in texts(app)
    assert "Choose Professional." in texts(app)
    assert app.button(key="quote_save").disabled


def test_an_roi_that_differs_is_told_on_the_quote_and_updated_or_removed_there(seller: Staff) -> None:
    prospect = new_prospect(seller, locations=5)
    with enter(seller.person, seller.operator) as context:
        save_case(context, prospect, default_case("restaurant"))
    app = open_screen(seller, "quotes", create=prospect)
    app.button(key="quote_save").click().run()
    assert "Update or remove the ROI" in texts(app)
    app.button(key="quote_send").click().run()
    app.button(key="quote_dialog_confirm").click().run()
    assert "The ROI is for 50 locations, the quote for 5" in texts(app)
    [stored] = _quotes(seller, prospect)
    assert stored.state == "draft"
    app = open_screen(seller, "quotes", quote=stored.id)
    app.button(key="quote_roi_update").click().run()
    assert not app.exception
    assert "Update or remove the ROI" not in texts(app)
    with enter(seller.person, seller.operator) as context:
        save_case(context, prospect, default_case("restaurant"))
    app = open_screen(seller, "quotes", quote=stored.id)
    app.button(key="quote_roi_newest").click().run()
    assert app.button(key="quote_roi_update")
    app.button(key="quote_roi_remove").click().run()
    assert [row.roi_version for row in _quotes(seller, prospect)] == [None]


def _quotes(person: Staff, prospect: str) -> list[QuoteDetails]:
    with enter(person.person, person.operator) as context:
        return quotes_of(context, prospect)


def test_a_manager_refuses_a_discount_with_a_reason(seller: Staff, manager: Staff) -> None:
    quote_id = draft(seller, new_prospect(seller), DEEP)
    app = choose(open_screen(manager, "quotes", quote=quote_id), "Refuse discount…")
    app.text_input(key="quote_reason").set_value("No volume behind it").run()
    app.button(key="quote_dialog_confirm").click().run()
    assert "No volume behind it" in texts(open_screen(seller, "quotes", quote=quote_id))


def test_a_draft_is_edited_and_a_change_of_somebody_else_is_not_lost(seller: Staff, manager: Staff) -> None:
    quote_id = draft(seller, new_prospect(seller), DEEP)
    app = choose(open_screen(seller, "quotes", quote=quote_id), "Edit draft")
    form = f"terms_{quote_id}_{read(seller, quote_id).updated_at.timestamp()}"
    app.number_input(key=f"{form}_discount").set_value(9.0).run()
    with enter(manager.person, manager.operator) as context:
        later = replace(context, now=context.now + timedelta(seconds=1))
        edit_draft(later, quote_id, "professional", replace(DEEP, discount_percent=Decimal(11)))
    app.button(key="quote_save").click().run()
    assert "changed by somebody else" in texts(app)
    assert read(seller, quote_id).discount_percent == 11


def test_a_sent_quote_gets_a_new_link_is_withdrawn_and_revised(seller: Staff) -> None:
    prospect = new_prospect(seller)
    quote_id = draft(seller, prospect)
    with enter(seller.person, seller.operator) as context:
        send_quote(context, quote_id)
    app = choose(open_screen(seller, "quotes", quote=quote_id), "New link…")
    app.button(key="quote_dialog_confirm").click().run()
    assert any("/q/" in element.value for element in app.code)
    with enter(seller.person, seller.operator) as context:
        assert len(links(context, quote_id)) == 2
    app = choose(open_screen(seller, "quotes", quote=quote_id), "Withdraw quote…")
    app.button(key="quote_dialog_confirm").click().run()
    assert read(seller, quote_id).is_withdrawn
    app = open_screen(seller, "quotes", quote=quote_id)
    app.button(key="quote_revise").click().run()
    assert not app.exception
    with enter(seller.person, seller.operator) as context:
        newest = quotes_of(context, prospect)[0]
    assert app.title[0].value == newest.number_text == read(seller, quote_id).number_text.replace("v1", "v2")


def test_versions_stand_with_their_differences(seller: Staff) -> None:
    quote_id = draft(seller, new_prospect(seller))
    with enter(seller.person, seller.operator) as context:
        send_quote(context, quote_id)
        second = new_version(context, quote_id)
        later = replace(context, now=context.now + timedelta(seconds=1))
        edit_draft(later, second, "enterprise", QuoteTerms(locations=5))
    app = open_screen(seller, "quotes", quote=second)
    assert [row["Version"] for row in rows_of(app, "Version")] == ["v2", "v1"]
    changes = {row["What"]: (row["Before"], row["After"]) for row in rows_of(app, "What")}
    assert changes["Package"] == ("Professional", "Enterprise")
    assert changes["Total"] == ("$2,000.00", "$10,000.00")
    earlier = open_screen(seller, "quotes", quote=quote_id)
    assert any(button.key == "quote_newest" for button in earlier.button)


def test_the_list_is_filtered_from_the_address(seller: Staff) -> None:
    first, second = draft(seller, new_prospect(seller)), draft(seller, new_prospect(seller))
    with enter(seller.person, seller.operator) as context:
        send_quote(context, first)
    app = open_screen(seller, "quotes")
    numbers = {row["Number"] for row in rows_of(app, "Number")}
    assert {read(seller, first).number_text, read(seller, second).number_text} <= numbers
    app.selectbox(key="state").set_value("Sent").run()
    app.selectbox(key="owner").set_value("Mine").run()
    assert [row["Number"] for row in rows_of(app, "Number")] == [read(seller, first).number_text]
    assert "of 10 decided quotes needed" in texts(app)
    app.text_input(key="find").set_value("nothing of this name").run()
    assert "No quote found" in texts(app)
    app.button(key="quotes_clear").click().run()
    assert len(rows_of(app, "Number")) >= 2


def test_a_link_to_a_quote_of_a_colleague_is_refused(seller: Staff, manager: Staff) -> None:
    quote_id = draft(manager, new_prospect(manager, owner_id=manager.person))
    app = open_screen(seller, "quotes", quote=quote_id)
    assert "names a quote that does not exist or that you may not see" in texts(app)


def test_an_administrator_reads_a_quote_without_buttons(seller: Staff) -> None:
    quote_id = draft(seller, new_prospect(seller))
    app = open_screen(add_staff("admin", is_demo=True), "quotes", quote=quote_id)
    assert app.title[0].value == read(seller, quote_id).number_text
    assert [button.key for button in app.button if str(button.key).startswith("quote_")] == []


def test_a_prospect_lists_its_quotes_and_leads_to_a_new_one(seller: Staff) -> None:
    prospect = new_prospect(seller)
    app = open_screen(seller, "prospects", prospect=prospect, section="quotes")
    assert "No quotes yet" in texts(app)
    quote_id = draft(seller, prospect)
    app = open_screen(seller, "prospects", prospect=prospect, section="quotes")
    assert [row["Number"] for row in rows_of(app, "Number")] == [read(seller, quote_id).number_text]
    app.button(key="prospect_quote_new").click().run()
    assert app.title[0].value == "New quote"
