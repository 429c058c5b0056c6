"""Decide whether a specialist's certificates allow an order: speciality and level, valid on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.business.engagements.team.workload import SOURCE, line_workload, workload

LEVEL_NAMES = {"associate": "Associate", "professional": "Professional", "master": "Master"}


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate that was not revoked; it holds from `issued_on` until the end of `expires_on`."""

    speciality: str
    level: str
    issued_on: date
    expires_on: date

    def holds_on(self, day: date) -> bool:
        return self.issued_on <= day <= self.expires_on


@dataclass(frozen=True, slots=True)
class Need:
    """A certificate that an order needs: one of `specialities`, of `level` or above."""

    specialities: tuple[str, ...]
    level: str

    @property
    def text(self) -> str:
        names = " or ".join(speciality_name(speciality) for speciality in self.specialities)
        return f"{names} {LEVEL_NAMES[self.level]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a specialist answers a need: with `certificate`, or not at all; `missing` says in words what is not there."""

    need: Need
    certificate: HeldCertificate | None
    missing: str = ""


def speciality_name(speciality: str) -> str:
    """Return the name of a speciality on screens: 'Toast'."""
    return speciality.replace("_", " ").capitalize()


def certificate_name(certificate: HeldCertificate) -> str:
    """Return the name of a certificate on screens: 'Toast Professional'."""
    level = LEVEL_NAMES.get(certificate.level, certificate.level)
    return f"{speciality_name(certificate.speciality)} {level}"


def needs_of(domain: str, package: str, sources: Sequence[str]) -> tuple[Need, ...]:
    """List the certificates that an order needs: for each of its sources, and for its tier.

    An order whose source is not known, or has no certificate of its own, takes any certificate of the line of business.
    A package that is sold no more needs what the largest one does. InvalidInputError for an unknown line of business.
    """
    line = line_workload(domain)
    levels = line.needs.get(package) or list(line.needs.values())[-1]
    needs: list[Need] = []
    for source in sources or ("",):
        speciality_of_source = line.specialities.get(source)
        need = Need((speciality_of_source,) if speciality_of_source else tuple(line.any_of), levels[SOURCE])
        if need not in needs:
            needs.append(need)
    needs += [Need((speciality,), level) for speciality, level in levels.items() if speciality != SOURCE]
    return tuple(needs)


def answers(needs: Iterable[Need], certificates: Iterable[HeldCertificate], today: date) -> list[Answer]:
    """Answer each need with the certificate that lasts longest, or with the words of what is missing."""
    held = list(certificates)
    return [_answer(need, held, today) for need in needs]


def is_certified(needs: Iterable[Need], certificates: Iterable[HeldCertificate], today: date) -> bool:
    """Return whether the certificates that hold today answer every need."""
    return all(answer.certificate is not None for answer in answers(needs, certificates, today))


def _answer(need: Need, held: Sequence[HeldCertificate], today: date) -> Answer:
    order = list(workload().levels)
    of_speciality = [certificate for certificate in held if certificate.speciality in need.specialities]
    high_enough = [
        certificate
        for certificate in of_speciality
        if certificate.level in order and order.index(certificate.level) >= order.index(need.level)
    ]
    valid = [certificate for certificate in high_enough if certificate.holds_on(today)]
    if valid:
        return Answer(need, max(valid, key=lambda certificate: (certificate.expires_on, certificate.level)))
    if high_enough and min(certificate.issued_on for certificate in high_enough) <= today:
        last = max(high_enough, key=lambda certificate: certificate.expires_on)
        return Answer(need, None, f"{certificate_name(last)} expired on {last.expires_on:%-d %b %Y}")
    lower = [certificate for certificate in of_speciality if certificate.holds_on(today)]
    if lower:
        best = max(lower, key=lambda certificate: (order.index(certificate.level), certificate.expires_on))
        return Answer(need, None, f"{certificate_name(best)} only, {need.text} is needed")
    return Answer(need, None, f"No certificate {need.text}")
