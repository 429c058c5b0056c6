"""Guide a person through the wizard: advice for a step of this moment, and the action it offers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from core.agents.coach.advice import Advice, Offer
from core.agents.coach.advice_actions import ADVICE_ACTIONS, Done
from core.agents.coach.facts import Facts
from core.agents.coach.steps import STEPS
from core.agents.coach.steps.journey import next_step
from core.context import Context
from core.engine.progress import facts as progress_facts
from core.errors import ConflictError, InvalidInputError
from core.platform.access.actions import view
from core.platform.access.rules import PERMISSIONS

MAX_ADVICE = 4
"""Pieces of advice on one step: more would be a list to work through."""


@view("migration.read")
def guidance(
    context: Context, migration_id: str, step: str, journey_facts: progress_facts.Facts | None = None
) -> tuple[Advice, ...]:
    """Return at most MAX_ADVICE pieces of advice for a step of STEPS: the next action, then what helps on the step.

    What this person may not do is not advised; the next action then says whom to ask. Costs a few queries that count,
    and reads no row of data. `journey_facts`: those the screen has read already.
    """
    if step not in STEPS:
        raise InvalidInputError(f"There is no step {step!r}.", hint=f"Use one of {', '.join(STEPS)}.")
    facts = Facts(context, migration_id)
    if journey_facts is not None:
        facts.progress = journey_facts
    return tuple(islice(advise(facts, step), MAX_ADVICE))


def advise(facts: Facts, step: str) -> Iterator[Advice]:
    """List the journey's next action, then the step's advice this person may follow; each action once."""
    first = next_step(facts, step)
    yield first
    for advice in STEPS[step](facts):
        allowed = not advice.permission or facts.may(advice.permission)
        if advice.code != first.code and allowed and (advice.offer is None or _may(facts, advice.offer)):
            yield advice


@view("migration.read")
def consequences(context: Context, migration_id: str, advice_id: str) -> tuple[str, ...]:
    """Describe what a piece of advice would change, to be confirmed first; () where nothing is to be asked.

    ConflictError as from `accept`.
    """
    offer = _offered(context, migration_id, advice_id)
    effect = ADVICE_ACTIONS[offer.action].effect
    return effect(context, migration_id, **offer.arguments) if effect else offer.warns


@view("migration.read")
def accept(context: Context, migration_id: str, advice_id: str) -> Done:
    """Do what a piece of advice offers, with the permission and in the transaction of its action.

    ConflictError where it is not what would be advised now: something has changed since it was shown.
    """
    offer = _offered(context, migration_id, advice_id)
    return ADVICE_ACTIONS[offer.action].work(context, migration_id, **offer.arguments)


def _offered(context: Context, migration_id: str, advice_id: str) -> Offer:
    """Return the current offer of the advice, for this person or, to be refused by the action, for another role."""
    step = advice_id.partition(".")[0]
    for permissions in (context.permissions, PERMISSIONS) if step in STEPS else ():
        advised = islice(advise(Facts(context, migration_id, permissions), step), MAX_ADVICE)
        for advice in advised:
            if advice.id == advice_id and advice.offer is not None:
                return advice.offer
    raise ConflictError(
        "This advice no longer fits: something has changed since it was given.",
        hint="Look at what is advised now.",
        advice=advice_id,
    )


def _may(facts: Facts, offer: Offer) -> bool:
    needed = ADVICE_ACTIONS[offer.action].permissions
    if offer.arguments.get("kind") == "import":
        needed |= {"run.start"}
    return all(facts.may(permission) for permission in needed)
