"""An id that is none, as in an address that a person typed, is refused like one that does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from core.business.sales.acceptance.views import answering_person
from core.business.sales.figures.actions import report_figures
from core.business.sales.figures.views import finished_migrations
from core.business.sales.proposals.views import proposal_pdf
from core.business.sales.prospects.actions import add_note, create_prospect, edit_prospect
from core.business.sales.prospects.duplicates import duplicates_of
from core.business.sales.prospects.rules import ProspectFields
from core.business.sales.prospects.views import history, prospect
from core.business.sales.quotes.listing import quote_id_of
from core.business.sales.quotes.views import quote, quotes_of
from core.business.sales.roi.views import newest_case
from core.business.sales.sending import send_quote
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff

NONSENSE = ("nonsense", "12", "{0190", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz")
CALLS: dict[str, Callable[[Context, str], Any]] = {
    "prospect": prospect,
    "history": history,
    "duplicates": duplicates_of,
    "edit": lambda context, id_: edit_prospect(context, id_, {"locations": 1}),
    "note": lambda context, id_: add_note(context, id_, "Called back"),
    "owner": lambda context, id_: create_prospect(
        context, ProspectFields(f"Trattoria {new_id()[-8:]}", "restaurant", owner_id=id_)
    ),
    "quote": quote,
    "quotes of a prospect": quotes_of,
    "quote by its number": quote_id_of,
    "send": send_quote,
    "answer": answering_person,
    "proposal": proposal_pdf,
    "ROI": newest_case,
    "finished migrations": finished_migrations,
    "report": lambda context, id_: report_figures(context, id_, {"days_closed": Decimal(1)}, "Call"),
}


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager")


@pytest.fixture
def desk(manager: Staff) -> Iterator[Context]:
    with enter(manager.person, manager.operator) as context:
        yield context


@pytest.mark.parametrize("call", CALLS)
def test_an_id_that_is_none_is_not_found_and_the_session_reads_on(desk: Context, call: str) -> None:
    for text in NONSENSE:
        with pytest.raises(NotFoundError):
            CALLS[call](desk, text)
        assert prospect(desk, add_prospect(desk)).name
