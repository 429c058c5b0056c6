"""Bring the ROI of a draft in line with the quote, as the next version of the prospect's ROI."""

from __future__ import annotations

from core.business.sales.quotes.actions import attach_roi
from core.business.sales.quotes.approval import require_approved
from core.business.sales.quotes.locking import lock_versions
from core.business.sales.quotes.rules import Verb, next_state, number_text
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import inputs_to_json
from core.business.sales.roi.prefill import with_quote
from core.business.sales.roi.views import newest_case, price_of, saved_case
from core.context import Context
from core.errors import ConflictError
from core.platform.access.actions import action


@action("quote.edit")
def update_roi(context: Context, quote_id: str) -> int:
    """Attach the newest ROI with the quote's price and locations to a draft; return its version.

    It is saved as the next version where they differ. NotAllowedError where the discount waits for approval;
    ConflictError without an ROI in the quote's currency.
    """
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.EDIT)
    require_approved(context, quote)
    details = newest_case(context, quote.prospect_id)
    if details is None or details.currency != quote.currency:
        raise ConflictError(
            f"The prospect has no ROI in {quote.currency}.", hint="Remove the ROI from the quote."
        )
    case = with_quote(details.case, price_of(quote))
    if inputs_to_json(case) != inputs_to_json(details.case):
        note = f"With the price of {number_text(quote.number, quote.version)}"
        version = save_case(context, quote.prospect_id, case, note, based_on=details.version)
        details = saved_case(context, quote.prospect_id, version)
    attach_roi(context, quote_id, details.id)
    return details.version
