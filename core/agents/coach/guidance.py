"""Guides a person through the wizard: advice for a step as things stand now, and the click that follows it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from core.agents.coach.advice import Advice, Offer
from core.agents.coach.deeds import DEEDS, Done
from core.agents.coach.facts import Facts
from core.agents.coach.steps import STEPS
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.platform.access.actions import view

MOST = 4
"""Pieces of advice on one step: more would be a list to work through."""


@view("migration.read")
def guidance(context: Context, migration_id: str, step: str) -> tuple[Advice, ...]:
    """At most MOST pieces of advice for a step of STEPS, the most urgent first; () where there is nothing to say.

    An offer stands only where this person may take it. Costs a few queries that count, and reads no row of data.
    """
    if step not in STEPS:
        raise InvalidInputError(f"There is no step {step!r}.", hint=f"Use one of {', '.join(STEPS)}.")
    facts = Facts(context, migration_id)
    return tuple(
        advice if advice.offer is None or _may(facts, advice.offer) else replace(advice, offer=None)
        for advice in islice(STEPS[step](facts), MOST)
    )


@view("migration.read")
def accept(context: Context, migration_id: str, advice_id: str) -> Done:
    """Does what a piece of advice offers, under the permission and in the transaction of the action it names.

    ConflictError where it is not what would be advised now: something has changed since it was shown.
    """
    step = advice_id.partition(".")[0]
    facts = Facts(context, migration_id)
    advised = islice(STEPS[step](facts), MOST) if step in STEPS else ()
    found = next((one for one in advised if one.id == advice_id), None)
    if found is None or found.offer is None:
        raise ConflictError(
            "This advice no longer fits: something has changed since it was given.",
            hint="Look at what is advised now.",
            advice=advice_id,
        )
    return DEEDS[found.offer.deed].work(context, migration_id, **found.offer.arguments)


def _may(facts: Facts, offer: Offer) -> bool:
    needed = DEEDS[offer.deed].permissions
    if offer.arguments.get("kind") == "import":
        needed |= {"run.start"}
    return all(facts.may(permission) for permission in needed)
