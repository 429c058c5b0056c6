"""Group issues by their cause: one code on one field, with how many rows and how much money it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select

from core.context import Context
from core.engine.issues import CATALOGUE, Fix, Level
from core.engine.validation import views
from core.engine.validation.tables import IssueRecord
from core.engine.validation.views import IssueView
from core.kit.wording import counted
from core.platform.access.actions import view
from core.schema import entity_label, target_title

SCALE = "price_scale"
_EXPLAINED_BY_SCALE = frozenset({"too_many_decimals", "price_outlier", "cents_dollars_mix", "missing_price"})
_LEVEL_ORDER = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """Findings of one cause.

    findings, rows      rows are those of the files, distinct; 0 where the finding is about a whole column
    money               the amounts affected, added up without their signs; None where the fault has none
    example             the first finding, with a personal value only for roles that may see it
    explained_by        the code of a graver group on the same field that explains this one, else ''
    """

    code: str
    level: str
    entity: str
    field: str
    source_field: str
    findings: int
    rows: int
    money: Decimal | None
    example: IssueView
    explained_by: str = ""

    @property
    def key(self) -> str:
        """Name the group in an address; the same in the next validation."""
        return f"{self.code}~{self.level}~{self.entity}~{self.field}~{self.source_field}"

    @property
    def title(self) -> str:
        """The catalogue's title; of prices that are off as a whole, by how much and how many."""
        if self.code == SCALE:
            return (self.example.detail or "").partition(":")[0]
        return CATALOGUE[self.code].title

    @property
    def target(self) -> str:
        """Table and field as people read them: 'Menu item › Price', 'Menu item' for a row as a whole."""
        return target_title(f"{self.entity}.{self.field}") if self.field else entity_label(self.entity)

    @property
    def remedy(self) -> str:
        return CATALOGUE[self.code].remedy

    @property
    def outcome(self) -> str:
        """What an import does with the rows: '6 rows held', 'Imported as is'."""
        if self.level == Level.ERROR:
            return f"{counted(self.rows, 'row')} held"
        return CATALOGUE[self.code].outcome

    @property
    def fix(self) -> Fix:
        """Where the cause is corrected; the rows, where no field of the mapping leads to it."""
        fix = CATALOGUE[self.code].fix
        return Fix.ROWS if fix is Fix.VALUES and not self.example.mapping_field_id else fix


@view("migration.read")
def issue_groups(context: Context, validation_id: str) -> list[IssueGroup]:
    """Group issues: errors, warnings, info; within a level prices that are off as a whole, then by money, then by rows."""
    views.validation(context, validation_id)
    key = (
        IssueRecord.code,
        IssueRecord.level,
        IssueRecord.entity,
        IssueRecord.field,
        IssueRecord.source_field,
    )
    rows = func.row(IssueRecord.stream_id, IssueRecord.row)
    query = (
        select(
            *key,
            func.count().label("findings"),
            func.count(func.distinct(rows)).filter(IssueRecord.row > 0).label("rows"),
            func.sum(func.abs(IssueRecord.money)).label("money"),
            func.min(IssueRecord.seq).label("first"),
        )
        .where(IssueRecord.validation_id == validation_id)
        .group_by(*key)
    )
    lines = context.session.execute(query).mappings().all()
    first = views.issues_of(context, validation_id, [line["first"] for line in lines])
    examples = {example.seq: example for example in first}
    groups = [
        IssueGroup(
            line["code"],
            line["level"],
            line["entity"],
            line["field"],
            line["source_field"],
            line["findings"],
            line["rows"],
            line["money"],
            examples[line["first"]],
        )
        for line in lines
    ]
    return sorted(_explained(groups), key=_gravity)


def _explained(groups: Sequence[IssueGroup]) -> list[IssueGroup]:
    """Mark what follows from prices that are off as a whole."""
    scaled = {(group.entity, group.field) for group in groups if group.code == SCALE}
    return [
        replace(group, explained_by=SCALE)
        if group.code in _EXPLAINED_BY_SCALE and (group.entity, group.field) in scaled
        else group
        for group in groups
    ]


def _gravity(group: IssueGroup) -> tuple[int, bool, bool, Decimal, int, str]:
    return (
        _LEVEL_ORDER[Level(group.level)],
        bool(group.explained_by),
        group.code != SCALE,
        -(group.money or Decimal(0)),
        -group.rows,
        group.key,
    )
