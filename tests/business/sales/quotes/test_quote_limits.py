"""A quote's package holds what is known of the prospect, when it is drafted, edited and sent; lost prospects get none."""

from __future__ import annotations

import pytest

from core.business.sales.acceptance.reading import resolve
from core.business.sales.acceptance.rules import LinkState
from core.business.sales.prospects.actions import edit_prospect, set_stage
from core.business.sales.prospects.views import prospect as prospect_of
from core.business.sales.prospects.views import today_of
from core.business.sales.quotes.actions import draft_quote, edit_draft, new_version
from core.business.sales.quotes.approval import request_approval
from core.business.sales.quotes.limits import require_package_holds
from core.business.sales.quotes.preview import preview_price
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import links, quote
from core.business.sales.sending import renew_link, send_quote
from core.business.sales.today import sales_tasks
from core.errors import ConflictError, InvalidInputError
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, send_new

pytestmark = pytest.mark.usefixtures("database")

TOO_LARGE = [
    ("restaurant", {"items": 1001}, "starter", "Menu items 1,001, limit 1,000", "Professional"),
    ("restaurant", {"pos_types": 2}, "starter", "POS types 2, limit 1", "Professional"),
    ("school", {"pupils": 201}, "foundation", "Pupils 201, limit 200", "Growth"),
    ("school", {"pupils": 801}, "foundation", "Pupils 801, limit 200", "Enterprise"),
    ("school", {"pupils": 801}, "growth", "Pupils 801, limit 800", "Enterprise"),
]


def add(context, domain, **fields):
    source = {} if domain == "restaurant" else {"source_system": None}
    return add_prospect(context, domain=domain, locations=1, **source, **fields)


@pytest.mark.parametrize(("domain", "volumes", "package", "reason", "larger"), TOO_LARGE)
def test_a_package_that_is_too_small_is_not_drafted(seller, domain, volumes, package, reason, larger):
    prospect = add(seller, domain, volumes=volumes)
    for call in (
        lambda: draft_quote(seller, prospect, package),
        lambda: preview_price(seller, prospect, package, QuoteTerms()),
    ):
        with pytest.raises(InvalidInputError) as error:
            call()
        assert reason in error.value.message
        assert larger in error.value.hint
    assert draft_quote(seller, prospect, larger.casefold())


def test_a_prospect_at_the_limit_gets_the_package(seller):
    assert draft_quote(seller, add(seller, "restaurant", volumes={"items": 1000}), "starter")
    assert draft_quote(seller, add(seller, "school", volumes={"pupils": 800}), "growth")


def test_a_draft_is_not_edited_to_a_package_that_is_too_small(seller):
    prospect = add(seller, "restaurant", volumes={"items": 5000})
    quote_id = draft_quote(seller, prospect, "professional")
    with pytest.raises(InvalidInputError, match="Menu items 5,000"):
        edit_draft(seller, quote_id, "starter", QuoteTerms())


def test_counts_that_become_known_after_the_draft_refuse_its_sending(seller):
    prospect = add(seller, "school")
    quote_id = draft_quote(seller, prospect, "foundation")
    edit_prospect(seller, prospect, {"volumes": {"pupils": 801}})
    with pytest.raises(InvalidInputError, match="Pupils 801, limit 200"):
        send_quote(seller, quote_id)
    assert quote(seller, quote_id).state == "draft"
    edit_draft(seller, quote_id, "enterprise", QuoteTerms())
    assert send_quote(seller, quote_id)


def test_a_prospect_that_grew_gets_a_next_version_of_another_package(seller):
    prospect = add(seller, "school", volumes={"pupils": 200})
    first = send_new(seller, prospect, "foundation")
    edit_prospect(seller, prospect, {"volumes": {"pupils": 300}})
    second = new_version(seller, first)
    with pytest.raises(InvalidInputError, match="Pupils 300"):
        send_quote(seller, second)
    edit_draft(seller, second, "growth", QuoteTerms())
    assert send_quote(seller, second)


def test_counts_that_nobody_knows_are_asked_for_and_refuse_nothing():
    assert require_package_holds("restaurant", "starter", {"items": {"value": 10}}, 1) == [
        "POS types: unknown, ask (limit 1)"
    ]
    assert require_package_holds("restaurant", "enterprise", {}, 1) == []


def test_a_loss_withdraws_the_quotes_that_are_sent(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    token = send_quote(seller, quote_id).rpartition("/")[2]
    declined, draft = send_new(seller, prospect), draft_quote(seller, prospect, "professional")
    set_stage(seller, prospect, "lost", "Competitor")
    seller.session.commit()
    seller.session.expire_all()
    assert [quote(seller, key).is_withdrawn for key in (quote_id, declined, draft)] == [True, True, False]
    assert all(link.withdrawn_at for link in links(seller, quote_id))
    assert resolve(token).link_state is not LinkState.OPEN
    assert prospect_of(seller, prospect).stage == "lost"


def test_a_loss_without_a_reason_withdraws_nothing(seller, prospect):
    quote_id = send_new(seller, prospect)
    with pytest.raises(InvalidInputError, match="reason"):
        set_stage(seller, prospect, "lost")
    assert quote(seller, quote_id).state == "sent"


def test_a_lost_prospect_gets_no_quote_until_it_is_reopened(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    set_stage(seller, prospect, "lost", "Competitor")
    with pytest.raises(ConflictError, match="lost") as error:
        send_quote(seller, quote_id)
    assert "Reopen" in error.value.hint
    with pytest.raises(ConflictError):
        renew_link(seller, quote_id)
    assert prospect_of(seller, prospect).stage == "lost"
    set_stage(seller, prospect, "demo")
    assert send_quote(seller, quote_id)


def test_the_quotes_of_a_lost_prospect_wait_for_nobody(seller, manager, prospect):
    terms = QuoteTerms(valid_until=today_of(seller))
    send_new(seller, prospect, terms=terms)
    request_approval(seller, draft_quote(seller, prospect, "professional", DEEP))
    set_stage(seller, prospect, "lost", "Competitor")
    seller.session.commit()
    manager.session.rollback()
    assert [task for task in sales_tasks(manager) if task.prospect_id == prospect] == []
