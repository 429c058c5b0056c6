"""The page of a link to a quote: what it shows, what an answer does, and what stands nowhere."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import select

from core.business.sales.acceptance import reading
from core.business.sales.tables import ProspectEvent, Quote, QuoteLink, RoiCase
from core.business.sales.withdrawal import withdraw_links
from core.db.session import TenantSession
from core.kit import request_ids
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.signin import limits
from core.settings import settings
from tests.business.sales.acceptance.offers import Offer, add_prospect, send_offer
from tests.business.sales.acceptance.stores import count_rows
from tests.entry.web.quotes.conftest import Visitor
from tests.operators import add_staff

YES = {"name": "Ana Ng", "authorised": "yes"}
POLICY = "Content-Security-Policy"


def state_of(offer: Offer) -> str:
    with TenantSession(offer.tenant, "", system=True) as session:
        return session.get_one(Quote, (offer.tenant, offer.quote)).state


def openings(offer: Offer) -> int:
    with TenantSession(offer.tenant, "", system=True) as session:
        link = session.scalars(select(QuoteLink).where(QuoteLink.quote_id == offer.quote)).one()
        query = select(ProspectEvent).where(
            ProspectEvent.prospect_id == offer.prospect, ProspectEvent.kind == "quote_opened"
        )
        events = len(session.scalars(query).all())
        assert events == (link.opened_at is not None)
        return events


def test_the_quote_is_read_and_accepted(visitor, offer, path):
    page = visitor.get(path)
    assert page.status_code == 200
    for text in (
        "Harbor Grill",
        "Professional package",
        "$2,000.00",
        "At signing",
        "Valid until",
        "Total (USD)",
    ):
        assert text in page.text
    assert offer.staff.name in page.text
    assert re.search(r"\d{1,2} \w+ 20\d\d, 23:59 ", page.text)
    answer = visitor.post(f"{path}/accept", YES)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    after = visitor.get(path)
    assert after.status_code == 200
    assert "Quote accepted" in after.text
    assert "What happens next" in after.text
    assert re.search(r"Your order is OC-\d+", after.text)
    assert "<form" not in after.text
    assert state_of(offer) == "accepted"


def test_reading_changes_nothing_and_is_noted_once(visitor, offer, path):
    visitor.get(path)
    before = count_rows()
    for _ in range(3):
        visitor.get(path)
        visitor.get(f"{path}/decline")
    grown = {table for table, _ in count_rows() - before}
    assert grown <= {"attempt"}
    assert openings(offer) == 1
    assert state_of(offer) == "sent"


@pytest.mark.parametrize(
    "request_of",
    [
        {"method": "HEAD"},
        {"headers": {"sec-purpose": "prefetch;prerender"}},
        {"headers": {"purpose": "prefetch"}},
        {"headers": {"x-moz": "prefetch"}},
        {"headers": {"sec-fetch-dest": "image"}},
        {"headers": {"user-agent": "Slackbot-LinkExpanding 1.0"}},
        {"headers": {"user-agent": "python-requests/2.32"}},
    ],
)
def test_programs_that_open_links_are_not_counted_as_a_person(visitor, offer, path, request_of):
    method = request_of.get("method", "GET")
    answer = visitor.send(method, path, headers=request_of.get("headers", {}))
    assert answer.status_code == 200
    assert openings(offer) == 0


def test_a_second_acceptance_gets_a_page_and_changes_nothing(visitor, offer, path):
    visitor.post(f"{path}/accept", YES)
    before = count_rows()
    for verb, fields in (("accept", YES | {"name": "Bo Li"}), ("decline", {"name": "Bo Li"})):
        answer = visitor.post(f"{path}/{verb}", fields)
        assert answer.status_code == 409
        assert "accepted already" in answer.text
    assert visitor.get(f"{path}/decline").status_code == 409
    assert {table for table, _ in count_rows() - before} <= {"attempt"}
    assert "Ana Ng" in visitor.get(path).text


def test_declining_asks_once_more_and_keeps_the_reason(visitor, offer, path):
    assert f'href="{path}/decline"' in visitor.get(path).text
    page = visitor.get(f"{path}/decline")
    assert page.status_code == 200
    assert 'name="reason"' in page.text
    assert state_of(offer) == "sent"
    answer = visitor.post(f"{path}/decline", {"name": "Ana Ng", "reason": "Next <year>"})
    assert answer.status_code == 303
    after = visitor.get(path)
    assert after.status_code == 200
    assert "Quote declined" in after.text
    assert state_of(offer) == "declined"


def test_forged_withdrawn_and_broken_links_look_alike(visitor, offer):
    withdrawn = send_offer()
    with enter(withdrawn.staff.person, withdrawn.staff.operator) as context:
        withdraw_links(context, withdrawn.quote)
        context.session.commit()
    draft = send_offer(state="draft")
    tokens = [
        withdrawn.token,
        draft.token,
        "x" * 43,
        offer.token[:-1] + "~",
        "a",
        "%00",
        offer.token + "/x",
        "..;",
    ]
    answers = [visitor.get(f"/q/{token}") for token in tokens]
    answers += [visitor.post(f"/q/{token}/accept", YES) for token in tokens[:4]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert (
        len({tuple(sorted((k, v) for k, v in a.headers.items() if k != "x-request-id")) for a in answers})
        == 1
    )
    assert "Harbor" not in answers[0].text


def test_expired_and_replaced_links_say_so_and_show_nothing(visitor):
    over = (datetime.now(UTC) - timedelta(days=2)).date()
    for case, sentence in (
        (send_offer(valid_until=over), "This quote has expired"),
        (send_offer(state="expired"), "This quote has expired"),
        (send_offer(state="replaced"), "A newer version replaced this quote"),
    ):
        before = count_rows()
        answers = [visitor.get(f"/q/{case.token}"), visitor.post(f"/q/{case.token}/accept", YES)]
        assert [answer.status_code for answer in answers] == [410, 410]
        assert all(sentence in answer.text and "Harbor" not in answer.text for answer in answers)
        assert {table for table, _ in count_rows() - before} <= {"attempt"}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"authorised": "yes"}, "name", "Enter your full name."),
        ({"name": "A", "authorised": "yes"}, "name", "Enter your full name."),
        ({"name": "x" * 121, "authorised": "yes"}, "name", "at most 120"),
        ({"name": "Ana\u202egN", "authorised": "yes"}, "name", "without control characters"),
        ({"name": "Ana\x00Ng", "authorised": "yes"}, "name", "without control characters"),
        ({"name": "Ana\r\nSet-Cookie: a=b\x07", "authorised": "yes"}, "name", "without control characters"),
        ({"name": "Ana Ng"}, "authorised", "Confirm that you are authorised"),
        ({"name": "Ana Ng", "authorised": "on"}, "authorised", "Confirm that you are authorised"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(
    visitor, offer, path, fields, field, sentence
):
    before = count_rows()
    answer = visitor.post(f"{path}/accept", fields)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(sentence)}', unescape(answer.text))
    assert f'aria-describedby="{field}-error' in answer.text
    assert {table for table, _ in count_rows() - before} <= {"attempt"}
    assert state_of(offer) == "sent"


def test_html_in_a_name_stays_text(visitor, offer, path):
    name = 'Ana <img src=x onerror="alert(1)"> Ng'
    shown_again = visitor.post(f"{path}/accept", {"name": name})
    visitor.post(f"{path}/accept", YES | {"name": name})
    accepted = visitor.get(path)
    for page in (shown_again, accepted):
        assert "<img" not in page.text
        assert name in unescape(page.text)


def test_html_in_the_name_of_a_company_stays_text(visitor):
    case = send_offer(prospect={"name": "<script>x</script> & Sons"})
    page = visitor.get(f"/q/{case.token}").text
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &amp; Sons" in page


def test_headers_close_the_page(visitor, path):
    answers = [
        visitor.get(path),
        visitor.get("/q/unknown"),
        visitor.get(f"{path}/decline"),
        visitor.post(f"{path}/accept", {}),
        visitor.send("PUT", path),
        visitor.post(f"{path}/accept", YES),
    ]
    for answer in answers:
        headers = answer.headers
        policy = headers[POLICY]
        assert policy.startswith("default-src 'none'; script-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "strict-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "set-cookie" not in headers
        assert "<script" not in answer.text
        assert " style=" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
def test_other_methods_are_refused_by_a_page(visitor, offer, path, method):
    answer = visitor.send(method, path, headers={"origin": visitor.base})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    answer = visitor.get(f"{path}/accept")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert state_of(offer) == "sent"


def test_pages_of_other_sites_cannot_answer(visitor, offer, path):
    assert visitor.post(f"{path}/accept", YES, origin="https://elsewhere.example").status_code == 403
    assert visitor.post(f"{path}/accept", YES, origin="null").status_code == 403
    assert visitor.post(f"{path}/accept", YES, sec_fetch_site="cross-site").status_code == 403
    assert state_of(offer) == "sent"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=Ana+Ng&authorised=yes&reason=" + b"x" * 20_000, 422),
        (b"name=Ana+Ng&name=Bo+Li&authorised=yes", 403),
        (b"name=%ff%fe&authorised=yes", 422),
        (b"name=\xff\xfe&authorised=yes", 422),
        (b"&".join(b"f%d=1" % number for number in range(50)), 422),
        (b'{"name": "Ana Ng", "authorised": "yes"}', 422),
    ],
)
def test_bodies_that_are_no_form_are_refused(visitor, offer, path, body, status):
    answer = visitor.send("POST", f"{path}/accept", content=body, headers={"origin": visitor.base})
    assert answer.status_code == status
    assert state_of(offer) == "sent"


def test_answers_are_limited_for_a_link_and_looks_for_an_address(visitor, offer, path):
    codes = [visitor.post(f"{path}/accept", {}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
    from_elsewhere = Visitor().post(f"{path}/accept", YES)
    assert from_elsewhere.status_code == 429
    assert int(from_elsewhere.headers["Retry-After"]) > 0
    guesser = Visitor()
    most, _ = limits.LIMITS[limits.QUOTE_ADDRESS][0]
    codes = [guesser.get(f"/q/{'y' * 30}{number}").status_code for number in range(most + 1)]
    assert codes == [404] * most + [429]
    assert state_of(offer) == "sent"


def test_the_proposal_is_downloaded_while_the_quote_can_be_read(visitor, offer, path):
    assert f'href="{path}/proposal.pdf"' in visitor.get(path).text
    answer = visitor.get(f"{path}/proposal.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert re.fullmatch(
        r'attachment; filename="Proposal Q-\d+ v1\.pdf"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert openings(offer) == 1
    assert visitor.get(f"/q/{'x' * 43}/proposal.pdf").status_code == 404
    assert visitor.get(f"/q/{send_offer(state='expired').token}/proposal.pdf").status_code == 410
    assert visitor.send("DELETE", f"{path}/proposal.pdf").status_code == 405


def test_the_roi_stands_with_its_range_and_assumptions(visitor):
    staff = add_staff("sales")
    with enter(staff.person, staff.operator) as context:
        prospect = add_prospect(context)
        case = RoiCase(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            prospect_id=prospect,
            version=1,
            currency="USD",
            inputs=[
                {
                    "key": "days",
                    "title": "Days closed",
                    "unit": "days",
                    "low": "1",
                    "base": "3",
                    "high": "5",
                    "source": "default",
                }
            ],
            results={
                "saving": "595000",
                "percent": "85",
                "traditional": "700000",
                "auraconnect": "105000",
                "cases": {"low": {"saving": "410000"}, "high": {"saving": "790000"}},
                "lines": [],
            },
            person_id=staff.person,
        )
        context.session.add(case)
        context.session.commit()
    offered = send_offer(staff, prospect={"id": prospect}, roi_case_id=case.id)
    page = unescape(visitor.get(f"/q/{offered.token}").text)
    for words in (
        "$595,000 (85%)",
        "$700,000",
        "Between $410,000 and $790,000",
        "Days closed: 3 (Default, 1 to 5)",
    ):
        assert words in page


def test_an_roi_that_cannot_be_read_does_not_close_the_page(visitor, monkeypatch):
    def fail(*_arguments: object) -> None:
        raise KeyError("saving")

    monkeypatch.setattr(reading, "roi_of", fail)
    page = visitor.get(f"/q/{send_offer().token}")
    assert page.status_code == 200
    assert "What it saves" not in page.text


def test_a_demo_says_so(visitor):
    case = send_offer(is_demo=True)
    assert "Demo: all data is invented" in visitor.get(f"/q/{case.token}").text


def test_the_token_is_in_no_log(visitor, offer, path, caplog):
    caplog.set_level(logging.DEBUG)
    visitor.get(path)
    visitor.post(f"{path}/accept", {})
    visitor.post(f"{path}/accept", YES)
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert offer.token not in "\n".join(record.getMessage() for record in ours)
    line = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d',
        ("127.0.0.1:1", "POST", f"{path}/accept?x=1", "1.1", 303), None,
    )  # fmt: skip
    request_ids.RequestFilter().filter(line)
    assert offer.token not in line.getMessage()
    assert "/q/…" in line.getMessage()


def test_what_cannot_be_ordered_sends_the_visitor_to_the_sender(visitor):
    case = send_offer(total=Decimal("1999.99"))
    before = count_rows()
    answer = visitor.post(f"/q/{case.token}/accept", YES)
    assert answer.status_code == 409
    assert "Contact the person who sent it" in answer.text
    assert {table for table, _ in count_rows() - before} <= {"attempt"}


def test_behind_tls_a_plain_request_is_sent_to_https(offer, path, monkeypatch, database):
    monkeypatch.setenv("APP_BEHIND_TLS", "true")
    monkeypatch.setenv("APP_ALLOWED_HOSTS", "console.example")
    monkeypatch.setenv("APP_PROXIES", "203.0.113.9")
    settings.cache_clear()
    try:
        peer = Visitor("http://console.example")
        peer.peer = "203.0.113.9"
        answer = peer.get(path, x_forwarded_proto="http")
        assert (answer.status_code, answer.headers["location"]) == (308, f"https://console.example{path}")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
