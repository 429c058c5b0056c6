"""Ask about columns whose values the target cannot take in many rows, or whose cells hold several values. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine import transforms
from core.engine.mapping import value_maps
from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.ambiguity.polarity import FEWEST, NOTABLE
from core.engine.mapping.forms import form_of
from core.engine.mapping.match.values import has_form
from core.engine.mapping.plans import joins
from core.engine.mapping.proposal import Proposal
from core.engine.mapping.texts.leftovers import JSON_TEXT
from core.engine.plan import ImportSettings
from core.engine.transforms.arithmetic import SINGLE_AMOUNT
from core.engine.transforms.vocabulary import option_for
from core.kit.masking import is_personal, quote
from core.kit.text import tokens
from core.kit.wording import counted
from core.schema import Field, target_schema

_CHECKED = frozenset(
    {"money", "int", "decimal", "percent", "date", "datetime", "enum", "email", "phone", "url"}
)
_FORMED = frozenset({"email", "phone", "url"})
_MOST_DISTINCT = 2_000
_SHOWN = 3
_SHARED = frozenset({"school", "location", "term"})
"""Entities of which many records have the same one."""

_MANY = 3
_AMOUNT = re.compile(r"[$€£¥]?\s*\d+(?:[.,]\d+)*\s*(?:[$€£¥]|usd|eur|gbp)?", re.IGNORECASE)
_BREAKS = re.compile(r"[,;/+&|\n]|\band\b|\bund\b|\bet\b|\by\b")

_BEGINS = frozenset({"enrolled_on", "starts_on", "opened_at", "first_visit_at"})
_ENDS = frozenset({"ends_on", "closed_at", "last_visit_at"})
_END_WORDS = re.compile(
    r"(?<![a-z])(?:exit|left|leav|end|ended|withdr|terminat|closed|clos|last|austritt|abgang|ende|sortie|depart|"
    r"baja|salida|fin|uscita|fine|saida|fim|einde|vertrek|until)"
)
_BEGIN_WORDS = re.compile(
    r"(?<![a-z])(?:entry|start|begin|join|enrol|admission|open|first|eintritt|anfang|beginn|entree|debut|alta|ingreso|"
    r"inicio|entrada|inizio|ingresso|from)"
)

_DUE_WORDS = re.compile(
    r"(?<![a-z])(?:due|pay ?by|payable|deadline|until|fallig|faellig|zahlbar|d?echeance|venc|scad|verval|forfall|forfald|termin|срок)"
)
"""Names of the day on which something must be paid: any other day of a charge or receipt is not that one."""

_ORDERED = re.compile(
    r"(?<![a-z])(?:on order|ordered|reorder|(?:back|min|minimum|max|last) ?order|order (?:qty|quantity|count|date))"
)

_ASIDE = frozenset(
    {"kitchen_name", "table", "notes", "unit", "supplier", "source", "room", "period", "reason"}
)
"""Texts of small weight, which columns named after another field of the entity are easily taken for."""


_CHOICES = frozenset({"item_variant", "modifier", "modifier_group"})
"""Entities whose records are often listed in one cell of an item."""

_LIST = re.compile(r"[^\W\d][,;|][^\W\d]|[;|\n]")
_PLURAL_WORDS = (
    "values options sizes variants variations modifiers choices extras toppings addons attributes werte optionen größen"
    " varianten zutaten valeurs tailles variantes suppléments valores opciones tamaños opções tamanhos valori opzioni"
)
_PLURALS = frozenset(_PLURAL_WORDS.split())

_IN_WORDS = frozenset(
    {"role", "job_title", "title", "position", "relationship", "gender", "city", "department"}
)
"""Texts that are words, never numbers."""

_TRANSACTION_WORDS = (
    "sale sales refund refunds return returns exchange void voided payment order credit reversal chargeback cancelled canceled"
    " verkauf rückgabe erstattung storno gutschrift vente remboursement retour annulation avoir venta devolución reembolso"
    " anulación vendita rimborso reso venda devolução estorno verkoop terugbetaling"
)
_TRANSACTIONS = frozenset(_TRANSACTION_WORDS.split())
"""Words for kinds of transactions."""


_ANOTHER_MATTER = re.compile(
    r"(?<![a-z])(?:consent|permission|permit|photo|image|foto|video|media|marketing|newsletter|gdpr|privacy|allerg|medic|health|meal|lunch|"
    r"diet|fsm|sen|send|eal|iep|504|premium|insur|vaccin|immuni|transport|bus|trip|board|custody|court|safeguard|looked after|looked|"
    r"einwillig|erlaubnis|zustimm|datenschutz|autoris|autoriz|droit|consentement|permiso|consentimiento|consenso|toestemming|zgoda)"
)
"""Words of flags that say nothing of whether a record is in use."""

_PERCENT = re.compile(r"percent\w*|pct|prozent|pourcent\w*|porcent\w*|%")

_SHARE_OF = re.compile(rf"(?<![0-9])(?<![0-9] )(?:{_PERCENT.pattern})")
"""A percentage without its figure: 'Discount %' is one, 'VAT 19%' an amount of tax at that rate."""

_CALENDAR_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-/–]\s*(?:(?:19|20)?\d\d))?")


def with_fit(proposal: Proposal, texts: pl.Series, settings: ImportSettings) -> Proposal:
    """Return the proposal with a question where the values of its column speak against its target."""
    if not proposal.target or proposal.question or joins(proposal.transform):
        return proposal
    if proposal.origin in {"documentation", "memory"} or SINGLE_AMOUNT in (proposal.transform or ""):
        return proposal
    target = target_schema().field(proposal.target)
    counts = dict(sorted(value_maps.count(texts).items(), key=lambda item: (-item[1], item[0])))
    question = (
        _several_in_a_list(proposal, target, counts)
        or _several_in_a_cell(proposal, target, counts)
        or _of_its_own(proposal, target, texts)
        or _unreadable(proposal, target, counts, settings)
        or _opposite_end(proposal, target)
        or _of_another_kind(proposal, target, counts)
        or _of_another_matter(proposal, target, counts)
        or _named_otherwise(proposal, target)
    )
    return replace(proposal, question=question) if question else proposal


def _unreadable(
    proposal: Proposal, target: Field, counts: Mapping[str, int], settings: ImportSettings
) -> str:
    """Ask where the target cannot take many of the values; '' where it can."""
    if target.kind not in _CHECKED or not counts:
        return ""
    distinct = list(counts)[:_MOST_DISTINCT]
    wrong = _not_fitting(distinct, proposal, target, settings)
    rows, filled = sum(counts[value] for value in wrong), sum(counts[value] for value in distinct)
    if rows < max(FEWEST, NOTABLE * filled):
        return ""
    examples = (
        ""
        if is_personal(target.entity, target.name)
        else f" ({', '.join(repr(quote(value)[:30]) for value in wrong[:_SHOWN])})"
    )
    form = form_of(target) or f"values of {target.title}"
    return (
        f"{counted(rows, 'value')} of {filled} in {proposal.source!r} are not {form}{examples}. "
        f"Is it {target.title}?"
    )


def _not_fitting(
    distinct: Sequence[str], proposal: Proposal, target: Field, settings: ImportSettings
) -> list[str]:
    """List the values that the target cannot take, or that do not have its form."""
    texts = pl.Series(distinct, dtype=pl.String)
    if target.kind in {"date", "datetime"}:
        texts = (
            texts.str.to_uppercase()
        )  # values are counted in lower case: the T and Z of a moment are capitals
    results = readable(texts, proposal, settings)
    with_form = target.kind in _FORMED
    return [
        value
        for value, result in zip(distinct, results, strict=True)
        if result is None or (with_form and not has_form(result, target))
    ]


def _of_its_own(proposal: Proposal, target: Field, texts: pl.Series) -> str:
    """Ask where an id that many records share by nature, as that of their school, is another in each row."""
    if target.refers_to not in _SHARED or target.entity == target.refers_to:
        return ""
    filled = texts.drop_nulls()
    if len(filled) < _MANY or filled.n_unique() < len(filled) or not filled.str.contains(r"\d").all():
        return ""
    return (
        f"{_is_another(proposal)}{counted(len(filled), 'row')}: is it {target.title}, "
        f"or the number of the row's own record?"
    )


def _is_another(proposal: Proposal) -> str:
    return f"{proposal.source!r} is another in each of "


def asked_alike(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of several streams; what one asks of an id that is another in each row, its namesakes ask too."""
    questions = {
        (proposal.source, proposal.target): proposal.question
        for proposal in proposals
        if proposal.question.startswith(_is_another(proposal))
    }
    return [
        proposal
        if proposal.question or proposal.origin in {"documentation", "memory"}
        else replace(proposal, question=questions.get((proposal.source, proposal.target), ""))
        for proposal in proposals
    ]


def _several_in_a_list(proposal: Proposal, target: Field, counts: Mapping[str, int]) -> str:
    """Ask where lists in JSON hold several values for a target that takes one."""
    lists = [value for value in counts if "," in value] if JSON_TEXT in (proposal.transform or "") else []
    if not lists:
        return ""
    rows = sum(counts[value] for value in lists)
    return (
        f"{proposal.source!r} lists several values in {counted(rows, 'row')} ({lists[0][:60]!r}); {target.title} takes one. "
        "They are joined by commas: accept it so, or exclude the column."
    )


def _several_in_a_cell(proposal: Proposal, target: Field, counts: Mapping[str, int]) -> str:
    """Ask where cells list several values of a target that takes one: 'Cash $20.00, Card $44.00', 'Small,Medium,Large'."""
    if target.kind == "enum" and not target.is_list:
        lists = [value for value in counts if _lists_several(value, target)]
    elif target.name == "name" and target.entity in _CHOICES:
        is_plural = not _PLURALS.isdisjoint(re.findall(r"[^\W\d_]+", proposal.source.casefold()))
        lists = [value for value in counts if _LIST.search(value) or (is_plural and ", " in value)]
    else:
        return ""
    if not lists:
        return ""
    rows = sum(counts[value] for value in lists)
    return (
        f"{proposal.source!r} lists several values in one cell in {counted(rows, 'row')} ({lists[0][:60]!r}); "
        f"{target.title} takes one. Split them in the file, or exclude the column."
    )


def _lists_several(value: str, target: Field) -> bool:
    bare = _AMOUNT.sub(" ", value)
    if option_for(value, target.options):
        return False
    parts = [part.strip(" :()-=") for part in _BREAKS.split(bare)]
    options = [option_for(part, target.options) for part in parts if part]
    return len(options) > 1 and all(options)


def _of_another_kind(proposal: Proposal, target: Field, counts: Mapping[str, int]) -> str:
    """Ask where numbers stand for a text in words, or kinds of transactions for a way of dining; '' where they do not."""
    texts = [value.strip().casefold() for value in counts]
    if target.name in _IN_WORDS and (numbers := sum(map(_is_number, texts))) and numbers * 2 >= len(texts):
        return f"{proposal.source!r} holds numbers. Is it {target.title}?"
    if target.refers_to == "dining_option" and texts and all(text in _TRANSACTIONS for text in texts):
        return (
            f"{proposal.source!r} holds kinds of transactions ({', '.join(sorted(counts)[:_SHOWN])}), no ways of dining."
            f" Is it {target.title}, or does it say which rows are refunds?"
        )
    return ""


def _of_another_matter(proposal: Proposal, target: Field, counts: Mapping[str, int]) -> str:
    """Ask where a flag is about a consent, a need or a service and no state of the record, a percentage no score or amount, a calendar year no grade."""
    if target.name == "is_active" and (word := _ANOTHER_MATTER.search(spell(proposal.source))):
        return f"{proposal.source!r} sounds as if it were about something else ({word[0]}). Is it {target.title}?"
    if target.name == "score" and _PERCENT.search(proposal.source.casefold()):
        return f"{proposal.source!r} sounds like a percentage, no count of marks. Is it {target.title}?"
    if target.kind == "money" and _SHARE_OF.search(proposal.source.casefold()):
        return f"{proposal.source!r} sounds like a percentage, no amount. Is it {target.title}?"
    years = [value for value in counts if _CALENDAR_YEAR.fullmatch(value.strip())]
    if target.name == "grade_level" and years and len(years) * 2 >= len(counts):
        return (
            f"{proposal.source!r} holds calendar years ({', '.join(years[:_SHOWN])}). Is it {target.title}?"
        )
    return ""


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).removeprefix("-").isdigit()


def _opposite_end(proposal: Proposal, target: Field) -> str:
    """Ask where a column named after the end of something would become its beginning, or the reverse."""
    spelled = spell(proposal.source)
    ends, begins = _END_WORDS.search(spelled), _BEGIN_WORDS.search(spelled)
    if target.name in _BEGINS and ends and not begins:
        return f"{proposal.source!r} sounds like an end. Is it {target.title}?"
    if target.name in _ENDS and begins and not ends:
        return f"{proposal.source!r} sounds like a beginning. Is it {target.title}?"
    return ""


def _named_otherwise(proposal: Proposal, target: Field) -> str:
    """Ask where the name of a column is that of another field of the entity."""
    if target.name == "sort_order" and _ORDERED.search(spell(proposal.source)):
        return f"{proposal.source!r} sounds like a quantity. Is it {target.title}?"
    if target.key == "fee.due_on" and not _DUE_WORDS.search(spell(proposal.source)):
        return f"Is {proposal.source!r} the day on which the fee is due, or the day of a charge or receipt?"
    if target.name not in _ASIDE:
        return ""
    words = set(tokens(proposal.source))
    if words & set(tokens(target.name)):
        return ""
    others = [
        field
        for field in target_schema().entity(target.entity).fields.values()
        if field.name not in _ASIDE and field.kind == "text" and set(tokens(field.name)) <= words
    ]
    return f"{proposal.source!r} sounds like {others[0].title}. Is it {target.title}?" if others else ""


def readable(texts: pl.Series, proposal: Proposal, settings: ImportSettings) -> pl.Series:
    """Return the column's values as the target would hold them, as text; null where it cannot take them."""
    field = target_schema().field(proposal.target or "")
    frame = texts.cast(pl.String).to_frame("value")
    expr = transforms.compile_chain(transforms.parse(proposal.transform), [pl.col("value")], field, settings)
    as_text = expr.list.join(", ") if field.is_list else expr.cast(pl.String)
    return frame.select(as_text.alias("value")).to_series()
