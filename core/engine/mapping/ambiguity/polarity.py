"""Tell which way a column points that becomes a flag: whether its yes is the target's yes, or its no.

Read from the words of the header and from the words of the values; what neither shows is a question for a person.
The reading is a visible transform: `opposite`, `is_empty`, or a table of the values. Consent to marketing is always
asked: nobody receives mail because a column was read the wrong way. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from core.engine import transforms
from core.engine.mapping import value_maps
from core.engine.mapping.ambiguity.flag_words import NEGATION, YES_NO, Poles, answer_of, poles_of, spell
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal
from core.engine.plan import ImportSettings
from core.engine.transforms import Call
from core.kit import times
from core.kit.wording import counted
from core.schema import Field, target_schema

POLARITY = "polarity"
"""The feature of the evidence that says which way a flag points."""

CONSENT = "marketing_opt_in"
"""The name of the field that holds a guest's consent to marketing."""

_MARKS = re.compile(
    r"(?<![a-z0-9])(?:y n|yes no|true false|t f|ja nein|j n|oui non|o n|si no|s n|sim nao|ja nee|0 1|1 0)$"
)
"""The two answers that a header may name, 'Active (Y/N)': they say nothing of the direction."""

_DEADLINE = re.compile(
    r"(?<![a-z])(?:expir|valid until|valid to|gultig bis|abgelaufen|caduc|scad|verloop|perim)"
)
_DATES = frozenset({"date", "datetime", "epoch"})
_DRAFT = "-1"
_MOST_WORDS = 12
"""Different values that a question lists, or a table of values holds unknown."""
NOTABLE = 0.3
"""Share of the filled rows from which values that the target cannot take are asked about; fewer are held row by row."""
FEWEST = 2
_MOST_KNOWN = 60
"""Different words that a table of values holds."""
_FEW = 10
_LIKELY, _TOLD = 0.4, 0.8
"""Confidence from which on a flag is believed that its header or values tell the direction of, and what it has then."""
_MOSTLY = 0.8
"""Share of yes from which a column of opposites, such as 'Discontinued', is doubted."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way a text points: 1 for the target's yes, -1 for its no, 0 where it does not say; `is_sure` of it."""

    sign: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a column is read: its transform, why, and what is not certain ('' for nothing)."""

    transform: str | None
    reason: str
    question: str = ""


def direction(text: str, poles: Poles) -> Direction:
    """Return which way a header or a value points.

    Two negations ('not inactive') and words of both sides ('active/inactive') are not sure.
    """
    remaining = _MARKS.sub("", spell(text))
    remaining, against = poles.no.subn(" ", remaining)
    remaining, negations = re.subn(rf"(?<![a-z0-9])(?:{NEGATION})(?![a-z0-9])", " ", remaining)
    supporting = len(poles.yes.findall(remaining))
    if against:
        sign = 1 if negations % 2 else -1
        return Direction(sign, is_sure=not negations and not supporting)
    if supporting or poles.subject.search(remaining):
        return Direction(-1 if negations % 2 else 1, is_sure=negations < 2)
    return Direction(0, is_sure=False)


def with_polarity(proposal: Proposal, texts: pl.Series, settings: ImportSettings, today: date) -> Proposal:
    """Return the proposal with its flag read the right way; others as they are. `texts`: the column."""
    if proposal.target is None:
        return proposal
    target = target_schema().field(proposal.target)
    if target.kind != "bool":
        return proposal
    if proposal.origin in {
        "documentation",
        "memory",
    }:  # how it is read is documented, or was decided by people
        reading = _Reading(proposal.transform, "")
    else:
        reading = _read(proposal, target, texts, settings, today)
    if target.name == CONSENT:
        reading = replace(reading, question=_consent_question(proposal, target, texts, settings, reading))
    is_sure = bool(reading.reason) and not reading.question and (proposal.confidence or 0.0) >= _LIKELY
    reasons = [Evidence(POLARITY, 1.0 if is_sure else 0.0, reading.reason)] if reading.reason else []
    return replace(
        proposal,
        transform=reading.transform,
        confidence=max(proposal.confidence or 0.0, _TOLD) if is_sure else proposal.confidence,
        evidence=(*proposal.evidence, *reasons),
        question=reading.question or proposal.question,
    )


def _read(
    proposal: Proposal, target: Field, texts: pl.Series, settings: ImportSettings, today: date
) -> _Reading:
    poles = poles_of(target.name)
    counts = dict(sorted(value_maps.count(texts).items(), key=lambda item: (-item[1], item[0])))
    if poles is None or not counts:
        return _Reading(proposal.transform, "")
    header = direction(proposal.source, poles)
    if proposal.profile.kind in _DATES:
        return _read_dates(proposal, target, header, texts, settings, today)
    if all(answer_of(value, counts) for value in counts):
        return _read_answers(proposal, target, header, counts, len(texts))
    return _read_words(proposal, target, header, poles, counts)


def _read_answers(
    proposal: Proposal, target: Field, header: Direction, counts: Mapping[str, int], rows: int
) -> _Reading:
    """Read a column of yes and no, in any language: the header says what yes means."""
    name, title = proposal.source, target.title
    answers = {value: answer_of(value, counts) or "" for value in counts}
    yes = sum(number for value, number in counts.items() if answers[value] == "yes")
    calls = _translation(answers)
    if header.sign < 0:
        if set(answers.values()) == {"yes"} and sum(counts.values()) < rows:
            calls.append(Call("default", ("no",)))  # a mark where it is so, and nothing elsewhere
        calls.append(Call("opposite"))
        reason = f"{name!r} is the opposite of {title}: yes is read as no."
    else:
        reason = f"{name!r} and {title} mean the same: yes is yes." if header.sign else ""
        reason += " -1, as shops write a draft, is no." if reason and _DRAFT in answers else ""
    transform = transforms.show(tuple(calls)) or None
    share = yes / sum(counts.values())
    if not header.is_sure or (header.sign < 0 and _DRAFT in answers):
        question = (
            f"Which way {name!r} points is not certain: it says yes in {counted(yes, 'row')} of {rows}. "
            f"Is {title} yes there, or no?"
        )
    elif header.sign < 0 and share >= _MOSTLY and sum(counts.values()) >= _FEW:
        question = (
            f"{name!r} reads as the opposite of {title}, and says yes in {yes} of {rows} rows: "
            f"{title} would be no there. Confirm it, or remove the transform 'opposite'."
        )
    else:
        question = ""
    return _Reading(transform, reason, question)


def _translation(answers: Mapping[str, str]) -> list[Call]:
    """List the call that turns answers of other languages into yes and no; none where the target reads them itself."""
    plain = dict(
        zip(answers, value_maps.read(list(answers), None, "menu_item.is_active", _NO_SETTINGS), strict=True)
    )
    wanted = {"yes": value_maps.YES, "no": value_maps.NO}
    table = {value: answer for value, answer in sorted(answers.items()) if plain[value] != wanted[answer]}
    return [Call("map_values", (table,))] if table else []


_NO_SETTINGS = ImportSettings("restaurant", "")


def _read_words(
    proposal: Proposal, target: Field, header: Direction, poles: Poles, counts: Mapping[str, int]
) -> _Reading:
    """Read a column of words, such as active and archived: the values themselves say which way they point."""
    name, title = proposal.source, target.title
    signs: dict[str, int] = {}
    for value in counts:
        if answer := answer_of(value, counts):
            signs[value] = (1 if answer == "yes" else -1) * (header.sign if header.is_sure else 0)
        else:
            pointed = direction(value, poles)
            signs[value] = pointed.sign if pointed.is_sure else 0
    unknown = [value for value, sign in signs.items() if not sign]
    known = {value: value_maps.YES if sign > 0 else value_maps.NO for value, sign in signs.items() if sign}
    if len(unknown) > _MOST_WORDS or not known or len(known) > _MOST_KNOWN:
        rows = sum(counts[value] for value in unknown)
        return _Reading(
            proposal.transform,
            "",
            f"The values of {name!r} are not yes or no for {title} in {counted(rows, 'row')}. "
            f"Say what each value means, or choose another target.",
        )
    if header.sign < 0:  # answers that only rows further on give are turned as well
        known |= {word: turned for word, turned in _TURNED.items() if word not in signs}
    reason = f"The values of {name!r} are words for yes and no of {title}, and each is read by its meaning."
    question = ""
    rows = sum(counts[value] for value in unknown)
    unclear = any(
        answer_of(value, counts) for value in unknown
    )  # a yes whose meaning the header does not say
    if unclear or rows >= max(FEWEST, NOTABLE * sum(counts.values())):  # fewer are held row by row
        words = ", ".join(f"{value[:40]!r} ({counts[value]})" for value in unknown)
        question = f"{name!r}: which values mean {title} is yes? Not known: {words}."
    return _Reading(_table(known), reason, question)


_TURNED: Mapping[str, str] = {
    word: value_maps.NO if answer == "yes" else value_maps.YES
    for word, answer in YES_NO.items()
    if word in {"true", "t", "yes", "y", "1", "on", "x", "false", "f", "no", "n", "0", "off"}
}


def _table(known: Mapping[str, str]) -> str | None:
    plain = dict(
        zip(known, value_maps.read(list(known), None, "menu_item.is_active", _NO_SETTINGS), strict=True)
    )
    changes = {value: option for value, option in sorted(known.items()) if plain[value] != option}
    return transforms.show((Call("map_values", (changes,)),)) if changes else None


def _read_dates(
    proposal: Proposal,
    target: Field,
    header: Direction,
    texts: pl.Series,
    settings: ImportSettings,
    today: date,
) -> _Reading:
    """Read a column of dates, such as 'Discontinued on': the flag hangs on whether there is one."""
    name, title = proposal.source, target.title
    filled = len(texts) - texts.null_count()
    days = times.read_date(texts, settings.date_order)
    later = int((days > today).sum())
    unread = filled - (len(days) - days.null_count())
    if header.sign == 0:
        return _Reading("is_filled", "", f"Does a date in {name!r} mean that {title} is yes, or no?")
    transform = "is_empty" if header.sign < 0 else "is_filled"
    answer = "no" if header.sign < 0 else "yes"
    reason = f"A date in {name!r} means that {title} is {answer}."
    doubts = []
    if later:
        doubts.append(f"{counted(later, 'date')} of it {'lies' if later == 1 else 'lie'} in the future")
    if unread:
        doubts.append(f"{counted(unread, 'value')} of it {'is' if unread == 1 else 'are'} not a date")
    if _DEADLINE.search(spell(name)):
        doubts.append("it holds the last day on which something is valid")
    if not header.is_sure:
        doubts.append("its name says both")
    question = (
        f"Is {title} {answer} in every row that has a value in {name!r}? {' and '.join(doubts).capitalize()}."
        if doubts
        else ""
    )
    return _Reading(transform, reason, question)


def _consent_question(
    proposal: Proposal, target: Field, texts: pl.Series, settings: ImportSettings, reading: _Reading
) -> str:
    """Ask whether the guests that the column gives consent for have given it."""
    frame = texts.to_frame("value").with_columns(pl.col("value").cast(pl.String))
    expr = transforms.compile_chain(transforms.parse(reading.transform), [pl.col("value")], target, settings)
    agreed = int(frame.select(expr.alias("value")).to_series().sum() or 0)
    looked_at = f"{agreed} of {counted(len(texts), 'guest')}"
    open_point = f" {reading.question}" if reading.question else ""
    return f"Marketing consent: {proposal.source!r} would give it for {looked_at}. Confirm that they agreed.{open_point}"
