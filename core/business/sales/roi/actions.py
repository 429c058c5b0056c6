"""Save versions of a prospect's ROI; a saved version never changes."""

from __future__ import annotations

from sqlalchemy import select

from core.business.sales.figures.views import require_prospect
from core.business.sales.prospects.events import add_event
from core.business.sales.roi.case import RoiCase, check_case, inputs_to_json
from core.business.sales.roi.results_json import results_to_json
from core.business.sales.roi.rules import compute
from core.business.sales.tables import Prospect
from core.business.sales.tables import RoiCase as RoiCaseRow
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.kit.ids import new_id
from core.kit.printable import is_readable
from core.platform.access.actions import action
from core.platform.audit.actions import record

MAX_NOTE = 300


@action("prospect.edit")
def save_case(
    context: Context, prospect_id: str, case: RoiCase, note: str = "", *, based_on: int | None = None
) -> int:
    """Save the next version of the prospect's ROI; return its number.

    `based_on` is the newest version that the person had before them, 0 for none: ConflictError where somebody saved
    another one meanwhile, or where nothing differs from it. RoiError names the inputs that are wrong.
    """
    prospect = require_prospect(context, prospect_id)
    case = check_case(case)
    note = " ".join(note.split())
    if case.domain != prospect.domain or case.currency != prospect.currency:
        raise InvalidInputError(
            f"The ROI of this prospect is in {prospect.currency}.", hint="Open the section ROI again."
        )
    if len(note) > MAX_NOTE or not is_readable(note):
        raise InvalidInputError(
            f"The note has at most {MAX_NOTE} characters, without control characters.", hint="Shorten it."
        )
    newest = _newest(context, prospect_id)
    version = newest.version if newest else 0
    inputs = inputs_to_json(case)
    if based_on is not None and based_on != version:
        raise ConflictError(
            f"Version {version} was saved meanwhile.", hint="Compare it with your inputs, then save again."
        )
    if newest is not None and newest.inputs == inputs and newest.currency == case.currency:
        raise ConflictError(f"Nothing differs from version {version}.", hint="Change an input first.")
    context.session.add(
        RoiCaseRow(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            prospect_id=prospect_id,
            version=version + 1,
            currency=case.currency,
            inputs=inputs,
            results=results_to_json(compute(case)),
            note=note or None,
            person_id=context.person,
        )
    )
    add_event(context, prospect_id, "roi_saved", version=version + 1)
    record(context, "roi.save", "prospect", prospect_id, version=version + 1)
    return version + 1


def _newest(context: Context, prospect_id: str) -> RoiCaseRow | None:
    """Return the newest version; the prospect is locked, so that of two who save one waits and then sees the other's."""
    context.session.execute(select(Prospect.id).where(Prospect.id == prospect_id).with_for_update())
    query = select(RoiCaseRow).where(RoiCaseRow.prospect_id == prospect_id)
    return context.session.scalar(query.order_by(RoiCaseRow.version.desc()).limit(1))
