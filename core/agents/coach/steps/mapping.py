"""Advice while fields are mapped and rules are set."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts, FieldGroup
from core.agents.coach.steps.common import MAP, RULES, second
from core.agents.coach.words import entity_noun
from core.engine.plan import Conflict
from core.kit.wording import counted
from core.platform.ai import views as ai


def on_map(facts: Facts) -> Iterator[Advice]:
    review = facts.review
    yield from _accept(facts.review.acceptable)
    if facts.unit_open:
        yield Advice(
            MAP,
            "unit",
            f"Set the unit of {counted(facts.unit_open, 'money field')}: dollars or cents",
            "The amounts in the file do not prove it.",
            "A price could come out 100x too high or too low.",
            screen="mapping",
            permission="mapping.edit",
        )
    if facts.contested:
        yield Advice(
            MAP,
            "contested",
            f"Resolve {counted(facts.contested, 'duplicate mapping')}",
            "Several columns map to one target; only one of them can fill it, unless they are joined.",
            "The column with the highest confidence would be imported, the others dropped.",
            screen="mapping",
            permission="mapping.edit",
        )
    yield from _exclude_empty(review.empty)
    yield from _ask(facts)
    if review.money_unsure.count:
        yield Advice(
            MAP,
            "money",
            f"Review {counted(review.money_unsure.count, 'uncertain money field')} first",
            "A wrong mapping costs most in money fields.",
            "Revenue, tax or prices would land in the wrong field.",
            screen="mapping",
            permission="mapping.edit",
        )
    yield from second(facts, MAP)
    yield from _without_target(review.without_target)


def _accept(green: FieldGroup) -> Iterator[Advice]:
    if green.count:
        yield Advice(
            MAP,
            "accept_green",
            f"Accept {counted(green.count, 'high-confidence suggestion')}",
            "Each is above 90%; the bulk action can be undone later.",
            "Unreviewed fields are imported anyway, with no reviewer on record.",
            Offer("accept_green", f"Accept {green.count:,} high-confidence"),
            mark=green.version_hash,
        )


def _exclude_empty(empty: FieldGroup) -> Iterator[Advice]:
    if empty.count:
        yield Advice(
            MAP,
            "exclude_empty",
            f"Exclude {counted(empty.count, 'column')} without values",
            "They hold nothing to import, and the list gets shorter.",
            "They stay open until they are reviewed.",
            Offer("exclude", f"Exclude {counted(empty.count, 'column')}", {"pattern": "empty"}),
            mark=empty.version_hash,
        )


def _without_target(columns: FieldGroup) -> Iterator[Advice]:
    if columns.count:
        yield Advice(
            MAP,
            "exclude_no_match",
            f"Exclude {counted(columns.count, 'column')} with no matching field",
            "The original source record is stored with every row, so their values are not lost.",
            "The next step waits until each is reviewed.",
            Offer("exclude", f"Exclude {counted(columns.count, 'column')}", {"pattern": "no_place"}),
            screen="mapping",
            mark=columns.version_hash,
        )


def _ask(facts: Facts) -> Iterator[Advice]:
    """Advise to ask AI, where a model can be asked now and the limits leave enough."""
    if facts.ai.state != ai.READY or not facts.askable:
        return
    needed = facts.forecast(facts.askable)
    if not needed.fits:
        return
    remaining = "" if needed.tokens_left is None else f" of {needed.tokens_left:,} left"
    yield Advice(
        MAP,
        "ask_ai",
        f"Ask AI about {counted(facts.askable, 'uncertain field')}",
        f"About {needed.tokens:,} tokens{remaining}. It sees names, types and formats, never people's values.",
        "Without it each is reviewed by hand.",
        Offer("ask_ai", f"Ask AI about {counted(facts.askable, 'field')}"),
    )


def on_rules(facts: Facts) -> Iterator[Advice]:
    for entity in gaps.overwritten_people(facts):
        yield Advice(
            RULES,
            "keep_people",
            f"Choose whether imported data may overwrite existing {entity_noun(entity)} records",
            "People may have corrected them here; figures of the source are refreshed only by overwriting.",
            "With the present strategy every mapped field is overwritten.",
            _strategy(entity, Conflict.MERGE, "Fill only empty fields"),
        )
    for entity in gaps.doubled(facts):
        yield Advice(
            RULES,
            "no_doubles",
            f"Avoid duplicate {entity_noun(entity)} records",
            "A file that is uploaded again would create each of its records once more.",
            "Totals and reports would count them twice.",
            _strategy(entity, Conflict.OVERWRITE, "Overwrite instead"),
        )
    if gaps.without_consent(facts):
        yield Advice(
            RULES,
            "consent",
            "Map the column with marketing consent",
            "Without it, nobody may write to the imported guests.",
            "Consent that is not imported has to be asked for again.",
            screen="mapping",
            permission="mapping.edit",
        )
    if placeless := gaps.without_place(facts):
        site = "location" if placeless == "order" else "school"
        yield Advice(
            RULES,
            "place",
            f"Map the column with the {site} of {entity_noun(placeless)} records",
            f"No column is mapped to the {site}.",
            f"Figures cannot be split by {site}.",
            screen="mapping",
            permission="mapping.edit",
        )


def _strategy(entity: str, strategy: Conflict, label: str) -> Offer:
    return Offer("set_conflict", label, {"entity": entity, "strategy": strategy.value})
