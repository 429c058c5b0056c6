"""Write the demo's roster: people with hours, training, passed exams and the certificates earned by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.business.specialists.certificates.rules import expiry
from core.business.specialists.certificates.stored import number_of
from core.business.specialists.exams.rules import draw, is_passed, score
from core.business.specialists.program import level, program
from core.business.specialists.roster.rules import RosterFields, checked, initials, weekly_hours
from core.business.specialists.tables import (
    Absence,
    Certificate,
    ExamAttempt,
    Partner,
    Specialist,
    TrainingStep,
)
from core.business.specialists.training.rules import steps
from core.context import Context
from core.db.base import Table
from core.entry import demo
from core.entry.demo_delivery.people import PARTNER, ROSTER, Earned, RosterShape
from core.entry.tenants import add_member, find_or_create_person, tenant_id
from core.errors import NotFoundError
from core.platform.access.actions import action
from core.platform.access.views import person_by_handle
from core.platform.audit.actions import record

_LEAVE_DAYS = 4
_WORKED_DAYS = 500
"""Days that everybody of the roster has worked for the operator."""


def seed_roster_people() -> None:
    """Create the people of the roster, each a specialist or partner of the demo's operator, where they are missing."""
    operator = tenant_id(demo.seed_cast()[next(iter(demo.STAFF))], demo.OPERATOR)
    if operator is None:
        raise NotFoundError("The demo has no operator.")
    for shape in ROSTER:
        if shape.handle not in demo.STAFF:
            person = find_or_create_person(shape.handle, shape.name, is_demo=True)
            add_member(operator, person, "partner" if shape.is_partner else "specialist")


@action("demo.reset")
def seed_roster(context: Context) -> int:
    """Write the roster as it stands today; return how many specialists were added. Nothing is added to an existing one.

    The people exist (`seed_roster_people`). NotFoundError in any tenant but the operator of a demo.
    """
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    if context.session.scalar(select(Specialist.id).limit(1)) is not None:
        return 0
    people = {shape.handle: person_by_handle(shape.handle) for shape in ROSTER}
    writer = _Writer(context, {handle: person for handle, person in people.items() if person})
    shapes = [shape for shape in ROSTER if people[shape.handle]]
    context.session.add(writer.partner())
    context.session.flush()
    context.session.add_all([writer.specialist(shape) for shape in shapes])
    context.session.flush()
    context.session.add_all([row for shape in shapes for row in writer.children(shape)])
    context.session.flush()
    record(context, "demo.reset", "tenant", context.tenant.id, specialists=len(shapes))
    return len(shapes)


class _Writer:
    """Make rows of the roster; ids are those of the handles."""

    def __init__(self, context: Context, people: Mapping[str, str]) -> None:
        self._context, self._people = context, people

    def _row(self, moment: datetime | None = None, *key: object) -> dict[str, object]:
        tenant = self._context.tenant.id
        words = "|".join(map(str, (tenant, "roster", *key)))
        return {
            "tenant_id": tenant,
            "id": str(uuid5(NAMESPACE_OID, words)),
            "created_at": moment or self._context.now,
        }

    def _id(self, *key: object) -> str:
        return str(self._row(None, *key)["id"])

    def partner(self) -> Partner:
        return Partner(
            **self._row(None, "partner"),
            name=PARTNER,
            country="US",
            share_percent=Decimal(25),
            referral_percent=Decimal(20),
            contact=None,
            is_active=True,
            updated_at=self._context.now,
        )

    def specialist(self, shape: RosterShape) -> Specialist:
        fields = checked(RosterFields(shape.zone, shape.languages, shape.skills, shape.hours))
        now = self._context.now
        return Specialist(
            **self._row(None, shape.handle),
            person_id=self._people[shape.handle],
            partner_id=self._id("partner") if shape.is_partner else None,
            initials=initials(shape.name),
            photo=None,
            zone=fields.zone,
            languages=list(fields.languages),
            skills=list(fields.skills),
            hours=dict(fields.hours),
            weekly_hours=weekly_hours(fields.hours),
            started_on=now.date() - timedelta(days=_WORKED_DAYS),
            ended_on=None,
            feed_digest=None,
            version=1,
            updated_at=now,
        )

    def children(self, shape: RosterShape) -> Iterator[Table]:
        """Make the rows that hang on a specialist."""
        yield from self._training(shape)
        for earned in shape.earned:
            names = list(program().levels)
            for below, name in enumerate(reversed(names[: names.index(earned.level) + 1])):
                yield from self._exam_rows(
                    shape, Earned(earned.speciality, name, earned.days_ago + 30 * below)
                )
        if shape.leave_in is not None:
            zone = ZoneInfo(shape.zone)
            first = self._context.now.astimezone(zone).date() + timedelta(days=shape.leave_in)
            begins = datetime.combine(first, time(0), zone)
            yield Absence(
                **self._row(None, shape.handle, "leave"),
                specialist_id=self._id(shape.handle),
                kind="leave",
                starts_at=begins,
                ends_at=datetime.combine(first + timedelta(days=_LEAVE_DAYS), time(0), zone),
                note=None,
                person_id=self._people[shape.handle],
                cancelled_at=None,
            )

    def _training(self, shape: RosterShape) -> Iterator[TrainingStep]:
        done_at = self._context.now - timedelta(days=_WORKED_DAYS - 10)
        for step in steps():
            if step.key not in shape.open_steps:
                yield TrainingStep(
                    **self._row(done_at, shape.handle, "step", step.key),
                    specialist_id=self._id(shape.handle),
                    step=step.key,
                    done_at=done_at,
                    done_by=self._people[shape.handle],
                    confirmed_at=done_at + timedelta(days=1),
                    confirmed_by=self._context.person,
                )

    def _exam_rows(self, shape: RosterShape, earned: Earned) -> Iterator[Table]:
        """Make a passed exam, with as many wrong answers as the level allows, and its certificate."""
        began = self._context.now - timedelta(days=earned.days_ago)
        key = (shape.handle, earned.speciality, earned.level)
        questions = draw(earned.speciality, earned.level, "|".join(key))
        wrong = len(questions) * (100 - level(earned.level).pass_percent) // 100
        answers = {
            question.id: question.right if number >= wrong else (question.right + 1) % 4
            for number, question in enumerate(questions)
        }
        percent = score(questions, answers)
        attempt = ExamAttempt(
            **self._row(began, *key),
            specialist_id=self._id(shape.handle),
            speciality=earned.speciality,
            level=earned.level,
            seed="|".join(key),
            questions=[question.as_document() for question in questions],
            answers=answers,
            expires_at=began + timedelta(minutes=program().exam.minutes),
            finished_at=began + timedelta(minutes=18),
            score=percent,
            passed=is_passed(earned.level, percent),
        )
        yield attempt
        row = self._row(began, *key, "certificate")
        yield Certificate(
            **row,
            specialist_id=self._id(shape.handle),
            number=number_of(str(row["id"]), began.year),
            speciality=earned.speciality,
            level=earned.level,
            issued_on=began.date(),
            expires_on=expiry(earned.speciality, began.date()),
            attempt_id=attempt.id,
            issued_by=None,
            note=None,
            revoked_at=None,
            revoked_reason=None,
        )
