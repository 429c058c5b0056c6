"""Find prospects of the same company: by folded name, e-mail address or telephone number, also of other owners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ARRAY, Text, column, func, literal, select
from sqlalchemy import cast as sql_cast

from core.business.sales.prospects.contacts import contact_prints
from core.business.sales.prospects.rules import ContactDetails, name_key
from core.business.sales.tables import Prospect
from core.context import Context
from core.db.types import Id
from core.errors import ConflictError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class SimilarProspect:
    """A prospect that may be the same company. `is_visible`: the person may open it; of others only name and owner."""

    id: str
    name: str
    owner_name: str | None
    stage: str
    is_visible: bool


class SimilarProspectError(ConflictError):
    """A prospect that may exist already; `similar` are those it may be."""

    def __init__(self, similar: list[SimilarProspect]) -> None:
        names = "; ".join(describe(entry) for entry in similar)
        super().__init__(
            f"This may be a prospect that exists already: {names}.",
            hint="Open that prospect, or create this one anyway.",
        )
        self.similar = similar


def describe(entry: SimilarProspect) -> str:
    """Word a similar prospect: 'Bella (owner Sam Ortiz)'."""
    return f"{entry.name} ({f'owner {entry.owner_name}' if entry.owner_name else 'no owner'})"


@view("prospect.read")
def similar_prospects(
    context: Context, name: str, email: str = "", phone: str = "", *, prospect_id: str = ""
) -> list[SimilarProspect]:
    """List prospects with the same folded name, e-mail address or telephone number, the oldest first.

    `prospect_id` is the prospect that is compared with the others.
    """
    require_operator(context)
    prints = contact_prints(context.session, ContactDetails("", email, phone))
    return _similar(context, name_key(name), prints, prospect_id)


@view("prospect.read")
def duplicates_of(context: Context, prospect_id: str) -> list[SimilarProspect]:
    """List prospects that may be the same company as this one."""
    require_operator(context)
    query = select(Prospect.name_key, Prospect.contact_index).where(Prospect.id == prospect_id)
    row = context.session.execute(query).first()
    return _similar(context, row.name_key, row.contact_index, prospect_id) if row else []


def _similar(context: Context, key: str, prints: list[str], except_for: str) -> list[SimilarProspect]:
    rows = func.similar_prospects(literal(key, Text), sql_cast(prints, ARRAY(Text)), type_=None).table_valued(
        column("id", Id), column("name", Text), column("owner_id", Id), column("stage", Text)
    )
    visible = select(Prospect.id).where(Prospect.id == rows.c.id).exists()
    query = select(rows.c.id, rows.c.name, Person.name, rows.c.stage, visible).outerjoin(
        Person, Person.id == rows.c.owner_id
    )
    return [
        SimilarProspect(*row) for row in context.session.execute(query).all() if str(row[0]) != except_for
    ]
