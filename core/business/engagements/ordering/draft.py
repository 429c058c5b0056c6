"""The draft of a customer's order: what each step of the wizard asks, and what is missing before it can be submitted. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.business.billing.plans import EXTENDED, MAX_MONTHS, MIN_MONTHS
from core.business.catalog.packages import catalog, package
from core.business.engagements.ordering.price import is_by_offer
from core.business.engagements.ordering.proposal import propose
from core.business.engagements.ordering.questions import Answer, check_answers, missing
from core.errors import InvalidInputError
from core.kit.wording import listed

PACKAGE, ASSESSMENT, ADD_ONS, PAYMENT, REVIEW = "package", "assessment", "add_ons", "payment", "review"
STEPS: Mapping[str, str] = {
    PACKAGE: "Package",
    ASSESSMENT: "About you",
    ADD_ONS: "Add-ons",
    PAYMENT: "Payment",
    REVIEW: "Review",
}
"""Step of the wizard -> its title, in their order."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a contact has typed so far; `step` is where they are, `months` the instalments of an extended plan."""

    step: str = PACKAGE
    package: str | None = None
    assessment: Mapping[str, Answer] = field(default_factory=dict)
    add_ons: Sequence[str] = ()
    payment_plan: str | None = None
    months: int = MAX_MONTHS

    @property
    def locations(self) -> int:
        """The locations that the price counts; a school is one."""
        count = self.assessment.get("locations")
        return count if isinstance(count, int) else 1

    @property
    def plan_months(self) -> int | None:
        return self.months if self.payment_plan == EXTENDED else None


@dataclass(frozen=True, slots=True)
class Gap:
    """What a step still needs, and what to do about it."""

    step: str
    message: str
    hint: str


def steps_of(domain: str) -> list[str]:
    """List the steps of a line of business: one without add-ons is not asked for any."""
    return [step for step in STEPS if step != ADD_ONS or catalog(domain).add_ons]


def as_document(draft: Draft) -> dict[str, Any]:
    """Write a draft as it is stored."""
    return {
        "step": draft.step,
        "package": draft.package,
        "assessment": dict(draft.assessment),
        "add_ons": list(draft.add_ons),
        "payment_plan": draft.payment_plan,
        "months": draft.months,
    }


def from_document(domain: str, document: Mapping[str, Any]) -> Draft:
    """Read a stored draft; what the catalogue or the assessment has no more since then is left out."""
    draft = Draft()
    for key, value in document.items():
        changes: list[dict[str, Any]] = [{key: value}]
        if key == "assessment":
            changes = [{key: {name: answer}} for name, answer in dict(value or {}).items()]
        for change in changes:
            try:
                draft = changed(domain, draft, change)
            except InvalidInputError:
                continue
    return draft


def changed(domain: str, draft: Draft, changes: Mapping[str, Any]) -> Draft:
    """Return the draft with changes by field; answers of the assessment are merged, None takes one back.

    InvalidInputError for a field that a draft does not have, or a value that cannot be chosen.
    """
    values: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "assessment" and isinstance(value, Mapping):
            taken_back = {name for name, answer in value.items() if answer is None}
            answers = {**draft.assessment, **check_answers(domain, value)}
            values[key] = {name: answer for name, answer in answers.items() if name not in taken_back}
        else:
            values[key] = _checked(domain, key, value)
    return replace(draft, **values)


def gap(domain: str, draft: Draft, step: str) -> Gap | None:
    """Return what a step still needs before the next one; None for nothing."""
    if step == PACKAGE:
        return _package_gap(domain, draft)
    if step == ASSESSMENT:
        return _assessment_gap(domain, draft)
    if step == PAYMENT and draft.payment_plan is None:
        return Gap(PAYMENT, "No payment plan is chosen.", "Choose how you pay.")
    return None


def first_gap(domain: str, draft: Draft) -> Gap | None:
    """Return what is missing first on the way to an order; None for a draft that can be submitted."""
    gaps = (gap(domain, draft, step) for step in STEPS)
    return next((needed for needed in gaps if needed is not None), None)


def _package_gap(domain: str, draft: Draft) -> Gap | None:
    if draft.package is None:
        return Gap(PACKAGE, "No package is chosen.", "Choose one of the packages.")
    if is_by_offer(domain, draft.package):
        title = package(domain, draft.package).title
        return Gap(
            PACKAGE,
            f"{title} is priced by offer.",
            "Ask for a quote on the first step, or choose another package.",
        )
    return None


def _assessment_gap(domain: str, draft: Draft) -> Gap | None:
    if unanswered := missing(domain, draft.assessment):
        return Gap(ASSESSMENT, f"Not answered yet: {listed(unanswered)}.", "Answer it to go on.")
    proposal = propose(domain, draft.assessment)
    reason = proposal.too_small.get(draft.package or "") if proposal else None
    if proposal is not None and reason is not None:
        return Gap(ASSESSMENT, reason, f"Choose {proposal.title}.")
    return None


def _checked(domain: str, key: str, value: Any) -> Any:
    offers = catalog(domain)
    if key == "months" and isinstance(value, int) and MIN_MONTHS <= value <= MAX_MONTHS:
        return value
    if key == "add_ons" and isinstance(value, (list, tuple)) and set(value) <= offers.add_ons.keys():
        return tuple(add_on for add_on in offers.add_ons if add_on in value)
    choices: Mapping[str, Mapping[str, object]] = {
        "step": STEPS,
        "package": offers.packages,
        "payment_plan": offers.payment_plans,
    }
    if isinstance(value, str) and value in choices.get(key, ()):
        return value
    if value is None and key in {"package", "payment_plan"}:
        return None
    raise InvalidInputError("This cannot be chosen.", hint="Reload the page and choose again.", field=key)
