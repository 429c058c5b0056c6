"""The shapes of the playbook's entries, section by section, and the claims they make. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_LINE, MAX_TEXT, MAX_ITEMS = 200, 2_000, 20


_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of the text after them."""


def _printable(text: str) -> str:
    if any(
        (category(character) in _UNPRINTABLE and character not in "\n\t") or character in _DIRECTIONS
        for character in text
    ):
        raise ValueError("has control characters")
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("must be one line")
    return text


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_printable)]
Line = Annotated[
    str, Field(min_length=1, max_length=MAX_LINE), AfterValidator(_printable), AfterValidator(_one_line)
]
OptionalLine = Annotated[
    str, Field(max_length=MAX_LINE), AfterValidator(_printable), AfterValidator(_one_line)
]
Lines = Annotated[tuple[Line, ...], Field(max_length=MAX_ITEMS)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Claim(_Model):
    """A sentence that sales may say, with its source and, where it is measured, the measure and the number claimed.

    `scope` most: the typical migration is meant, all: every one of them.
    """

    claim: Annotated[Line, Field(title="Claim")]
    source: Annotated[Line, Field(title="Source")]
    measure: Annotated[str | None, Field(title="Measure")] = None
    comparison: Annotated[Literal["at_least", "at_most"] | None, Field(title="Comparison")] = None
    target: Annotated[Decimal | None, Field(title="Number", allow_inf_nan=False)] = None
    scope: Annotated[Literal["most", "all"], Field(title="Meant for")] = "most"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        parts = (self.measure, self.comparison, self.target)
        if any(part is not None for part in parts) and None in parts:
            raise ValueError("a measured claim needs measure, comparison and number")
        return self


Claims = Annotated[tuple[Claim, ...], Field(title="Claims", max_length=MAX_ITEMS)]


class Entry(_Model):
    """An entry of a section."""

    title: Annotated[Line, Field(title="Title")]


class Differentiator(Entry):
    points: Annotated[Lines, Field(title="Points")] = ()
    claims: Claims = ()


class MarketFact(Entry):
    kind: Annotated[Literal["Pain point", "Market"], Field(title="Kind")]
    claims: Claims


class Objection(Entry):
    """An objection: `title` is what the prospect says, `answer` what we say, `claims` what it stands on."""

    answer: Annotated[Text, Field(title="Answer")]
    claims: Claims = ()


class ComparisonRow(Entry):
    ours: Annotated[Line, Field(title="AuraConnect")]
    manual: Annotated[Line, Field(title="By hand")]
    consultants: Annotated[Line, Field(title="Consultants")]
    claims: Claims = ()


class Story(Entry):
    """A fictional customer; `tenant` is the demo that shows it."""

    source_system: Annotated[Line, Field(title="From")]
    challenge: Annotated[Text, Field(title="Challenge")]
    solution: Annotated[Text, Field(title="Solution")]
    result: Annotated[Text, Field(title="Result")]
    tenant: Annotated[OptionalLine, Field(title="Demo customer (ID)")] = ""
    claims: Claims = ()


class Topic(Entry):
    text: Annotated[Text, Field(title="Text")]
    claims: Claims = ()


class PointList(Entry):
    points: Annotated[Lines, Field(title="Points", min_length=1)]


class DemoStep(PointList):
    seconds: Annotated[int, Field(title="Seconds", ge=5, le=3_600)]


Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
Month = Annotated[int, Field(ge=1, le=12)]


class Meeting(Entry):
    """A regular meeting: on `weekday` of each week, or of the `week`-th week of the months."""

    weekday: Annotated[Weekday, Field(title="Weekday")]
    week: Annotated[int | None, Field(title="Week of the month (empty: each week)", ge=1, le=4)] = None
    months: Annotated[
        tuple[Month, ...], Field(title="Months, 1 to 12 (empty: each month)", max_length=12)
    ] = ()
    text: Annotated[Text, Field(title="Text")]


class Collateral(Entry):
    """Material for prospects: its address, and the screen of the console with the same content."""

    address: Annotated[OptionalLine, Field(title="Address")] = ""
    text: Annotated[Text, Field(title="Text")]


class Kpi(Entry):
    group: Annotated[Literal["Sales", "Customer success", "Product"], Field(title="Group")]
    text: Annotated[Text, Field(title="Definition")]


class ContactBlock(Entry):
    """Where to reach sales for a line of business."""

    email: Annotated[OptionalLine, Field(title="E-mail")] = ""
    phone: Annotated[OptionalLine, Field(title="Telephone")] = ""
    channel: Annotated[OptionalLine, Field(title="Channel")] = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title, the shape of its entries, and the group of sections that a screen shows together."""

    key: str
    title: str
    shape: type[Entry]
    group: str


GROUPS = ("Pitch", "Objections", "Comparison", "Stories", "Process", "Enablement")

SECTIONS: Mapping[str, Section] = {
    section.key: section
    for section in (
        Section("differentiators", "Differentiators", Differentiator, "Pitch"),
        Section("market", "Pain points and market", MarketFact, "Pitch"),
        Section("calls", "Calls to action", PointList, "Pitch"),
        Section("objections", "Objections", Objection, "Objections"),
        Section("comparison", "Comparison", ComparisonRow, "Comparison"),
        Section("stories", "Success stories", Story, "Stories"),
        Section("process", "Discovery questions", PointList, "Process"),
        Section("demo", "Demo script", DemoStep, "Process"),
        Section("deep_dive", "Technical deep dive", Topic, "Process"),
        Section("enablement", "Calendar", Meeting, "Enablement"),
        Section("collateral", "Collateral", Collateral, "Enablement"),
        Section("certification", "Certification", PointList, "Enablement"),
        Section("partners", "Partners", PointList, "Enablement"),
        Section("kpis", "Metrics to track", Kpi, "Enablement"),
        Section("contact", "Contact", ContactBlock, "Enablement"),
    )
}
"""Section by key, in the order of screens."""


def claims_of(entry: Entry) -> tuple[Claim, ...]:
    """Return the claims of an entry; () for a shape that makes none."""
    claims: tuple[Claim, ...] = getattr(entry, "claims", ())
    return claims
