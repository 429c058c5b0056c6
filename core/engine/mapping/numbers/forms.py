"""Decides in which form the numbers of a column are written; what nothing decides is a question to a person.

A column's own values decide first: one '12,50' shows a decimal comma, one '12.50' a decimal point. Where all are like
'1.250', the target's kind, the currency's usual decimals and the other columns of the file decide; else nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.engine.mapping.numbers.conventions import COMMA, POINT, decimal_sign, groups_lakhs
from core.engine.plan import ImportSettings
from core.kit.money import usual_digits
from core.kit.number_forms import FormCounts
from core.kit.values import NumberForm
from core.kit.wording import counted

_CLEAR = 0.8
"""Share of a column's telling values from which their form is the column's, whatever the country's is."""


_CLEARLY = 4
"""Values that show a column's form, for each that the country's form would read otherwise."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column to be decided: its counts, values by form to be shown, and what it is mapped to."""

    counts: FormCounts
    examples: dict[str, str]
    kind: str
    """Kind of the target: money, percent, decimal or int."""
    is_whole_as_thousands: bool = False
    """Whether a value such as '1.250' has digits other than zero behind its sign."""

    def example(self, *forms: str) -> str:
        """Return a value of one of the forms, in quotes; '' where none was seen."""
        return next((f"'{self.examples[form]}'" for form in forms if form in self.examples), "")


@dataclass(frozen=True, slots=True)
class Decision:
    """The form of a column, why it is this one ('' where it is the usual one), and what a person must say ('' nothing)."""

    form: NumberForm
    reason: str = ""
    question: str = ""


def own_sign(counts: FormCounts) -> str | None:
    """Return the decimal sign that a column's own values show; None where they show none, or both."""
    if bool(counts.point + counts.indian) == bool(counts.comma):
        return None
    return COMMA if counts.comma else POINT


def shared_sign(columns: Iterable[FormCounts]) -> str | None:
    """Return the decimal sign that all columns of a file with a sign of their own share; None where they differ."""
    signs = {sign for counts in columns if (sign := own_sign(counts))}
    return signs.pop() if len(signs) == 1 else None


def decide_form(column: NumberColumn, settings: ImportSettings, file_sign: str | None) -> Decision:
    """Decide the form of a column; `file_sign` is the decimal sign of the other columns of its file, None where unknown."""
    counts = column.counts
    point, comma = counts.point + counts.indian, counts.comma
    if point and comma:
        return _mixed(column, point, comma, file_sign or decimal_sign(settings.country))
    if comma:
        return _by_commas(column, settings, file_sign)
    if point:
        return _by_points(column, settings, file_sign)
    if counts.either_point or counts.either_comma:
        return _by_witnesses(column, settings, file_sign)
    if file_sign == COMMA and counts.whole and column.kind != "int":
        return Decision(
            NumberForm(decimal_comma=True), "Whole numbers; other columns of the file have a decimal comma."
        )
    return Decision(NumberForm())


def _mixed(column: NumberColumn, point: int, comma: int, usual: str | None) -> Decision:
    """Decide a column with both signs: the form of most of them; the others are held, and whatever may have either."""
    sign = POINT if point > comma else COMMA if comma > point else usual or POINT
    most, least = max(point, comma), min(point, comma)
    names = {POINT: "decimal point", COMMA: "decimal comma"}
    rival = COMMA if sign == POINT else POINT
    held = column.example(rival)
    text = (
        f"{counted(most, 'value')} with a {names[sign]}, {least} with a {names[rival]}"
        f"{f' such as {held}' if held else ''}: rows with the latter are held, and rows with numbers such as"
        " '1.250' or '1,250', which may be either."
    )
    question = ""
    if sign != usual and most < _CLEAR * (most + least):
        question = f"Which sign separates decimals? {text}"
    form = NumberForm(
        decimal_comma=sign == COMMA, indian=bool(column.counts.indian) and sign == POINT, strict=True
    )
    return Decision(form, text, question)


def _by_commas(column: NumberColumn, settings: ImportSettings, file_sign: str | None) -> Decision:
    counts = column.counts
    thousands = column.example("either_point")
    reading = f", so {thousands} is a whole number with thousands" if thousands else ""
    text = f"A decimal comma, shown by {counts.comma:,} of {counted(counts.numbers, 'value')} such as {column.example('comma')}{reading}."
    rival = decimal_sign(settings.country) == POINT and file_sign != COMMA
    doubt = _doubt(column, counts.comma, "either_comma") if rival else ""
    return Decision(NumberForm(decimal_comma=True), text, doubt)


def _by_points(column: NumberColumn, settings: ImportSettings, file_sign: str | None) -> Decision:
    counts = column.counts
    rival = decimal_sign(settings.country) == COMMA and file_sign != POINT
    doubt = _doubt(column, counts.point, "either_point") if rival else ""
    if (
        counts.indian
        and not groups_lakhs(settings.country)
        and counts.indian < _CLEAR * (counts.indian + counts.point)
    ):
        return Decision(NumberForm(), "", doubt)
    if counts.indian:
        text = f"Thousands are grouped as in India, such as {column.example('indian')}."
        return Decision(NumberForm(indian=True), text, doubt)
    return Decision(NumberForm(), "", doubt)


def _doubt(column: NumberColumn, sure: int, form: str) -> str:
    """Ask about a column in another form than its country's where many values look like thousands of the country's."""
    count = getattr(column.counts, form)
    return _question(column, form) if count and sure < _CLEARLY * count else ""


def _by_witnesses(column: NumberColumn, settings: ImportSettings, file_sign: str | None) -> Decision:
    """Decide a column all of whose signs may be either: '1.250', '1,250'."""
    counts = column.counts
    if counts.either_point and counts.either_comma:
        form = "either_point" if counts.either_point >= counts.either_comma else "either_comma"
        strict = NumberForm(decimal_comma=file_sign == COMMA, strict=file_sign is None)
        return Decision(strict, "", "" if file_sign else _question(column, form))
    is_point = bool(counts.either_point)
    form = "either_point" if is_point else "either_comma"
    as_thousands = NumberForm(decimal_comma=is_point)
    example = column.example(form)
    if column.kind == "money" and usual_digits(settings.currency) == 0:
        text = f"{settings.currency} amounts have no decimals, so {example} is a whole amount with thousands."
        return Decision(as_thousands, text)
    if column.kind == "int" and column.is_whole_as_thousands:
        return Decision(as_thousands, f"Whole numbers, so {example} is one with thousands.")
    if file_sign:
        name = "comma" if file_sign == COMMA else "point"
        text = f"Other columns of the file have a decimal {name}; {example} is read likewise."
        return Decision(NumberForm(decimal_comma=file_sign == COMMA), text)
    return _by_country(column, settings, form)


def _by_country(column: NumberColumn, settings: ImportSettings, form: str) -> Decision:
    """Decide by country and currency alone; both must agree, else it is a question."""
    usual, digits = decimal_sign(settings.country), usual_digits(settings.currency)
    is_point = form == "either_point"
    reading = NumberForm(decimal_comma=usual == COMMA)
    if usual == POINT and column.kind != "money":
        return Decision(reading)
    if usual == POINT and is_point and digits == 3:
        text = f"{settings.currency} amounts have three decimals, and {column.example(form)} is read so."
        return Decision(reading, text)
    if usual == POINT and not is_point and digits != 3:
        return Decision(reading)
    return Decision(reading, "", _question(column, form))


def _question(column: NumberColumn, form: str) -> str:
    text = column.example(form).strip("'") or ("1.250" if form == "either_point" else "1,250")
    digits = "".join(character for character in text if character.isdigit())
    thousands_reading, decimal_reading = (
        f"{int(digits):,}".replace(",", ""),
        f"{Decimal(digits).scaleb(-3).normalize():f}",
    )
    count = getattr(column.counts, form)
    reader = {"money": "money", "percent": "percent"}.get(column.kind, "number")
    thousands, decimals = (f"{reader}(decimal_comma=True)", f"{reader}()")
    if form == "either_comma":
        thousands, decimals = decimals, thousands
    return (
        f"Is '{text}' {thousands_reading} or {decimal_reading}? {counted(count, 'value')} of the column can be read in both ways, and nothing else in"
        f" the file says which. The transform {thousands} reads {thousands_reading}, {decimals} reads {decimal_reading}."
    )
