"""Words and colours of prospects: stages, next steps, entries of the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from core.business.catalog.packages import MEASURES
from core.business.sales.prospects.rules import Stage
from core.kit.wording import as_words, day, listed

PATH, PROSPECT, SECTION = "prospects", "prospect", "section"
"""The screen's path, and the keys of its address."""

STAGE_LABELS: Mapping[str, str] = {stage: stage.capitalize() for stage in Stage}
STAGE_COLOURS: Mapping[str, str] = {
    Stage.NEW: "gray",
    Stage.DISCOVERY: "blue",
    Stage.DEMO: "violet",
    Stage.QUOTED: "orange",
    Stage.WON: "green",
    Stage.LOST: "red",
}
_SOON = timedelta(days=3)
_FIELDS: Mapping[str, str] = {
    "source_system": "source system",
    "next_step_on": "day of the next step",
    "next_step": "next step",
}


def due(on: date | None, today: date, *, is_open: bool = True) -> tuple[str, str]:
    """Word when a step is due, with its colour: ('3 d overdue', 'red'), ('Today', 'red'), ('28 Nov', 'gray')."""
    if on is None:
        return "No date", "gray"
    if not is_open:
        return day(on, today), "gray"
    if on < today:
        return f"{(today - on).days:,} d overdue", "red"
    if on == today:
        return "Today", "red"
    return (
        "Tomorrow" if on - today == timedelta(days=1) else day(on, today)
    ), "orange" if on - today <= _SOON else "gray"


def describe_event(kind: str, details: Mapping[str, Any], people: Mapping[str, str]) -> str:
    """Word an entry of the history; an unknown kind by its own words and plain details."""
    describe = _EVENTS.get(kind)
    if describe is not None:
        return describe(details, people)
    if kind.startswith("quote_"):
        return _quote(kind, details)
    parts = [
        f"{as_words(key)} {value}"
        for key, value in details.items()
        if isinstance(value, str | int) and not isinstance(value, bool) and not key.endswith("_id")
    ]
    return f"{as_words(kind).capitalize()}{f': {listed(parts)}' if parts else ''}"


def _quote(kind: str, details: Mapping[str, Any]) -> str:
    """Word what happened to a quote: 'Quote Q-0042 v1 sent, $2,000.00'."""
    verb = _QUOTE_VERBS.get(kind, as_words(kind.removeprefix("quote_")))
    more = [str(details[key]) for key in ("total", "by") if kind != "quote_accepted" and details.get(key)]
    return ", ".join([f"Quote {details.get('quote', '')} {verb}".replace("  ", " "), *more])


def _stage(details: Mapping[str, Any], _people: Mapping[str, str]) -> str:
    before, after = (STAGE_LABELS.get(details.get(key, ""), "–") for key in ("before", "after"))
    return f"Stage {before} → {after}"


def _assigned(details: Mapping[str, Any], people: Mapping[str, str]) -> str:
    owner = details.get("owner")
    return f"Owner {people.get(owner, 'a colleague')}" if owner else "Owner removed"


def _edited(details: Mapping[str, Any], _people: Mapping[str, str]) -> str:
    names = [_field(name) for name in details.get("fields", [])]
    return f"Changed {listed(names)}{' from a file' if details.get('source') == 'file' else ''}"


def _field(name: str) -> str:
    measure = name.removeprefix("volumes.")
    return MEASURES[measure].lower() if measure in MEASURES else _FIELDS.get(name, as_words(name))


def _discovery(details: Mapping[str, Any], _people: Mapping[str, str]) -> str:
    count = len(details.get("questions", []))
    return f"Answered {count} discovery question{'' if count == 1 else 's'}"


def _fixed(text: str) -> Callable[[Mapping[str, Any], Mapping[str, str]], str]:
    return lambda _details, _people: text


_QUOTE_VERBS: Mapping[str, str] = {
    "quote_approval_asked": "waits for approval of its discount",
    "quote_discount_approved": "discount approved",
    "quote_discount_refused": "discount refused",
    "quote_link_renewed": "link renewed",
    "quote_opened": "opened by the prospect",
}
_EVENTS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], str]] = {
    "created": _fixed("Prospect created"),
    "imported": lambda details, _: f"Imported from {details.get('file', 'a list')}",
    "edited": _edited,
    "stage": _stage,
    "assigned": _assigned,
    "next_step": _fixed("Next step planned"),
    "next_step_done": _fixed("Next step done"),
    "note": _fixed("Note"),
    "discovery": _discovery,
    "roi_saved": lambda details, _: f"ROI saved: version {details.get('version', '–')}",
}
