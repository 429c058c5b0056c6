"""Advice while fields are mapped and rules are set."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts, Pile
from core.agents.coach.steps.common import MAP, RULES, second, suggest
from core.agents.coach.words import some, words
from core.engine.plan import Conflict
from core.platform.ai import views as ai


def on_map(facts: Facts) -> Iterator[Advice]:
    review = facts.review
    yield from suggest(facts, MAP)
    yield from _accept(facts.review.undecided.get("green"))
    if facts.unit_open:
        yield Advice(
            MAP,
            "unit",
            f"Say of {some(facts.unit_open, 'money field')} whether it is in cents",
            "The amounts in the file do not prove it.",
            "A price could come out a hundred times too high or too low.",
            screen="mapping",
        )
    if facts.contested:
        yield Advice(
            MAP,
            "contested",
            f"Settle {some(facts.contested, 'target')} that several columns want",
            "Only one of the columns can have it, unless they are joined.",
            "The surest column would win, and the others would be dropped.",
            screen="mapping",
        )
    yield from _leave_out(review.empty)
    yield from _ask(facts)
    if review.money_unsure.count:
        yield Advice(
            MAP,
            "money",
            f"Decide {some(review.money_unsure.count, 'unsure money field')} first",
            "There a wrong mapping costs most.",
            "Revenue, tax or prices would land in the wrong field.",
            screen="mapping",
        )
    yield from second(facts, MAP)
    yield from _homeless(review.homeless)


def _accept(green: Pile | None) -> Iterator[Advice]:
    if green:
        yield Advice(
            MAP,
            "accept_green",
            f"Accept {some(green.count, 'sure suggestion')}",
            "Each is above 90%; what is accepted can be undone in one step.",
            "Undecided fields take part in the import all the same, without anybody's name.",
            Offer("accept_green", f"Accept {green.count:,}"),
            mark=green.mark,
        )


def _leave_out(empty: Pile) -> Iterator[Advice]:
    if empty.count:
        yield Advice(
            MAP,
            "leave_out_empty",
            f"Leave out {some(empty.count, 'column')} without a value",
            "There is nothing to import in them, and the list becomes shorter.",
            "They stay open until somebody decides them.",
            Offer("leave_out", f"Leave out {empty.count:,}", {"pattern": "empty"}),
            mark=empty.mark,
        )


def _homeless(homeless: Pile) -> Iterator[Advice]:
    if homeless.count:
        yield Advice(
            MAP,
            "leave_out_no_place",
            f"Leave out {some(homeless.count, 'column')} that nothing in the target fits",
            "The untouched source record is kept with every row, so their values are not lost.",
            "The next step waits until each is decided.",
            Offer(
                "leave_out",
                f"Leave out {homeless.count:,}",
                {"pattern": "no_place"},
                (
                    f"{some(homeless.count, 'column')} with values will not be imported.",
                    "It can be undone in one step on the mapping page.",
                ),
            ),
            screen="mapping",
            mark=homeless.mark,
        )


def _ask(facts: Facts) -> Iterator[Advice]:
    """Only where a model can be asked now, and the limits leave enough."""
    if facts.ai.state != ai.READY or not facts.askable:
        return
    needed = facts.forecast(facts.askable)
    if not needed.fits:
        return
    left = "" if needed.left is None else f" of the {needed.left:,} that are left"
    yield Advice(
        MAP,
        "ask_ai",
        f"Ask the AI about {some(facts.askable, 'unsure field')}",
        f"About {needed.tokens:,} tokens{left}. It sees names, types and forms, never people's values.",
        "Without it each is decided by hand.",
        Offer("ask_ai", f"Ask about {facts.askable:,}"),
    )


def on_rules(facts: Facts) -> Iterator[Advice]:
    for entity in gaps.overwritten_people(facts):
        yield Advice(
            RULES,
            "keep_people",
            f"Choose whether the source may overwrite {words(entity)} records that are there already",
            "People may have corrected them here; what the source counts is refreshed only by overwriting.",
            "With the present choice it overwrites every mapped field.",
            _strategy(entity, Conflict.MERGE, "Fill only empty fields"),
        )
    for entity in gaps.doubled(facts):
        yield Advice(
            RULES,
            "no_doubles",
            f"Do not add {words(entity)} records a second time",
            "A file that is sent again would add each of its records once more.",
            "Totals and reports would count them twice.",
            _strategy(entity, Conflict.OVERWRITE, "Overwrite instead"),
        )
    if gaps.without_consent(facts):
        yield Advice(
            RULES,
            "consent",
            "Map the column that says who agreed to marketing",
            "Guests would come without it, and nobody may write to them.",
            "Consent that is not brought along has to be asked for again.",
            screen="mapping",
        )
    if homeless := gaps.without_place(facts):
        place = "location" if homeless == "order" else "school"
        yield Advice(
            RULES,
            "place",
            f"Say which {place} the {words(homeless)} records belong to",
            f"No column names the {place}.",
            f"Figures cannot be told apart by {place}.",
            screen="mapping",
        )


def _strategy(entity: str, strategy: Conflict, label: str) -> Offer:
    return Offer("set_conflict", label, {"entity": entity, "strategy": strategy.value})
