"""Propose a package from the answers of the assessment and say what decides it, in the customer's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.business.catalog.fit import Fit, LimitCheck, fit
from core.business.catalog.packages import package
from core.business.engagements.ordering.questions import Answer, counts_of
from core.kit.wording import counted, listed

_NOUNS: Mapping[str, str] = {
    "locations": "location",
    "items": "menu item",
    "pos_types": "POS type",
    "pupils": "pupil",
}
"""Measure that a package limits -> its noun."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The cheapest package that holds what the customer has (key, title), and the sentence that says what decides it.

    `too_small` maps each package (key) that does not hold it to the reason; `unknown` lists what is not answered yet.
    """

    package: str
    title: str
    reason: str
    too_small: Mapping[str, str]
    unknown: Sequence[str]


def propose(domain: str, answers: Mapping[str, Answer]) -> Proposal | None:
    """Propose a package; None while nothing is answered that a package limits."""
    result = fit(domain, counts_of(domain, answers))
    if result.deciding is None:
        return None
    too_small = {
        candidate.key: " ".join(
            _exceeded(package(domain, candidate.key).title, check) for check in candidate.failures
        )
        for candidate in result.packages
        if candidate.failures
    }
    unknown = [f"{_NOUNS.get(measure, measure)}s" for measure in result.unknown]
    return Proposal(result.package, result.title, _reason(result, unknown), too_small, unknown)


def _reason(result: Fit, unknown: Sequence[str]) -> str:
    """Say what decides: the limit of the next smaller package that is exceeded most, or the proposed one's nearest."""
    check = result.deciding
    if check is None:
        return ""
    keys = [candidate.key for candidate in result.packages]
    position = keys.index(result.package)
    if position:
        sentence = _exceeded(result.packages[position - 1].title, check)
    else:
        sentence = f"{_limit(result.title, check)}, and you have {check.count or 0:,}."
    return f"{sentence} Tell us the number of {listed(unknown)} to be certain." if unknown else sentence


def _exceeded(title: str, check: LimitCheck) -> str:
    return f"{_limit(title, check)}; you have {check.count or 0:,}."


def _limit(title: str, check: LimitCheck) -> str:
    return f"{title} holds up to {counted(check.limit, _NOUNS.get(check.measure, check.measure))}"
