"""Choose who leads and who reviews the generated orders, by certificates and load. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.business.engagements.team.certificates import HeldCertificate, answers, needs_of
from core.entry.demo_delivery.shapes import OrderShape


@dataclass(frozen=True, slots=True)
class Team:
    """The people (ids) of an order; None for nobody."""

    lead: str | None = None
    reviewer: str | None = None


class Teams:
    """Chooses teams for one order after the other, so that everybody has some.

    `certificates` are those of each person (id); of equally loaded people the first leads and the last reviews. `first`
    (id) leads every open order that their certificates allow: whoever shows the demo as a specialist has work to show.
    """

    def __init__(
        self, certificates: Mapping[str, Sequence[HeldCertificate]], today: date, first: str | None = None
    ) -> None:
        self._certificates, self._today, self._first = certificates, today, first
        self._open: Counter[str] = Counter()
        self._reviews: Counter[str] = Counter()
        self._all: Counter[str] = Counter()

    def choose(self, shape: OrderShape) -> Team:
        """Choose the lead of an order, and for one that is open a reviewer too."""
        holders = self._holders(shape)
        if not any(reached for _, reached in shape.milestones.values()):
            return Team()  # nobody works on it yet
        if shape.ended_on is not None:
            lead = min(holders, key=self._all.__getitem__, default=None)
            self._all.update([lead] if lead else [])
            return Team(lead)
        lead = self._open_lead(shape, holders)
        others = [person for person in reversed(holders) if person not in {lead, self._first}]
        reviewer = min(others, key=self._reviews.__getitem__, default=None) if lead else None
        self._open.update([lead] if lead else [])
        self._reviews.update([reviewer] if reviewer else [])
        return Team(lead, reviewer)

    def _open_lead(self, shape: OrderShape, holders: Sequence[str]) -> str | None:
        needs = needs_of(shape.domain, shape.package, [shape.source])
        allowed = [
            person
            for person in holders
            if all(answer.certificate for answer in answers(needs, self._certificates[person], self._today))
        ]
        if self._first in allowed:
            return self._first
        return min(allowed or holders, key=self._open.__getitem__, default=None)

    def _holders(self, shape: OrderShape) -> list[str]:
        speciality = "school" if shape.domain == "school" else shape.source
        return [person for person, held in self._certificates.items() if self._is_certified(held, speciality)]

    def _is_certified(self, held: Iterable[HeldCertificate], speciality: str) -> bool:
        return any(entry.speciality == speciality and entry.holds_on(self._today) for entry in held)
