"""Check what a prospect is made of, and fold names by which duplicates are looked for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.business.catalog.packages import MEASURES
from core.errors import InvalidInputError
from core.kit.printable import JOINERS, is_blank, is_readable
from core.platform.events.actions import is_address

MAX_NAME, MAX_TEXT, MAX_ANSWER, MAX_NOTE = 200, 200, 2_000, 5_000  # characters
MAX_LOCATIONS, MAX_VOLUME = 100_000, 1_000_000_000
VOLUMES: Mapping[str, tuple[str, ...]] = {
    "restaurant": ("items", "modifiers", "categories", "guests", "orders_per_day", "staff"),
    "school": ("pupils", "staff"),
}
"""Line of business -> the volumes that a form asks for."""


class Stage(StrEnum):
    """Where a prospect stands; the order is that of the pipeline."""

    NEW = "new"
    DISCOVERY = "discovery"
    DEMO = "demo"
    QUOTED = "quoted"
    WON = "won"
    LOST = "lost"


OPEN_STAGES = (Stage.NEW, Stage.DISCOVERY, Stage.DEMO, Stage.QUOTED)
CLOSED_STAGES = (Stage.WON, Stage.LOST)


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Whom to speak to: name, e-mail address, telephone number; '' for what is missing."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class ProspectFields:
    """What a person enters of a prospect. `volumes` maps measures to numbers; `source_system` is a key or a name."""

    name: str
    domain: str
    source_system: str | None = None
    locations: int | None = None
    currency: str = "USD"
    country: str = "US"
    contact: ContactDetails = ContactDetails()
    volumes: Mapping[str, int] = field(default_factory=dict)
    next_step: str | None = None
    next_step_on: date | None = None
    owner_id: str | None = None


class FieldsError(InvalidInputError):
    """Fields of a prospect that cannot be stored; `faults` is field -> what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            "; ".join(faults.values()), hint="Correct the fields and try again.", fields=[*faults]
        )
        self.faults = dict(faults)


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_APOSTROPHES = str.maketrans("", "", f"'’‘`´ʼ{JOINERS}")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_LEGAL_FORMS = frozenset(
    {
        *(
            "llc",
            "inc",
            "incorporated",
            "ltd",
            "limited",
            "co",
            "corp",
            "corporation",
            "company",
            "llp",
            "lp",
        ),
        *("plc", "pllc", "pty", "gmbh", "ag", "kg", "ug", "ohg", "bv", "nv", "srl", "spa", "sas", "sarl"),
        *("sa", "sl", "ab", "as", "oy", "aps"),
    }
)
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe", "&": " and ", "+": " and "}
)
_LEAST_PHONE, _PHONE_TAIL = 7, 10  # digits


def name_key(name: str) -> str:
    """Fold a company's name for comparison: "Bella's Italian Kitchen, LLC" and "Bellas Italian Kitchen" are equal.

    Case, accents, punctuation, a leading "the" and the legal form at the end do not count.
    """
    text = unicodedata.normalize("NFKD", name).casefold().translate(_SPECIAL)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_APOSTROPHES)
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    words = re.findall(r"[^\W_]+", text)
    shorter = list(words)
    while len(shorter) > 1 and shorter[-1] in _LEGAL_FORMS:
        shorter.pop()
    if len(shorter) > 1 and shorter[0] == "the":
        shorter = shorter[1:]
    return " ".join(shorter or words) or " ".join(name.casefold().split())


def fold_email(email: str) -> str:
    """Fold an e-mail address for comparison."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def fold_phone(phone: str) -> str:
    """Fold a telephone number for comparison: its last ten digits, '' for fewer than seven."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return digits[-_PHONE_TAIL:] if len(digits) >= _LEAST_PHONE else ""


def is_email(text: str) -> bool:
    """Tell whether the text has the form of one e-mail address, to which the mailer sends."""
    return is_address(text) and bool(_EMAIL.fullmatch(text))


def check_fields(
    fields: ProspectFields, domains: Collection[str], countries: Collection[str], currencies: Collection[str]
) -> ProspectFields:
    """Return the fields without spaces around them; FieldsError tells all faults at once."""
    contact = ContactDetails(*(" ".join(part.split()) for part in _parts(fields.contact)))
    checked = ProspectFields(
        " ".join(fields.name.split()),
        fields.domain,
        _text(fields.source_system),
        fields.locations,
        fields.currency,
        fields.country,
        contact,
        dict(fields.volumes),
        _text(fields.next_step),
        fields.next_step_on,
        fields.owner_id,
    )
    faults: dict[str, str] = {}
    if is_blank(checked.name):
        faults["name"] = "Enter a name"
    elif _is_unfit(checked.name, MAX_NAME):
        faults["name"] = f"Enter a name of at most {MAX_NAME} characters, without control characters"
    for key, options, noun in (
        ("domain", domains, "line of business"),
        ("country", countries, "country"),
        ("currency", currencies, "currency"),
    ):
        if getattr(checked, key) not in options:
            faults[key] = f"Choose a {noun}"
    faults |= _number_faults(checked) | _contact_faults(contact)
    for key in ("source_system", "next_step"):
        if _is_unfit(getattr(checked, key) or "", MAX_TEXT):
            faults[key] = f"Use at most {MAX_TEXT} characters, without control characters"
    if checked.next_step_on and not checked.next_step:
        faults["next_step"] = "Say what happens on that day"
    if faults:
        raise FieldsError(faults)
    return checked


def check_note(text: str, limit: int = MAX_NOTE) -> str:
    """Return a note or an answer without spaces around it; InvalidInputError for one that cannot be stored."""
    text = text.strip()
    if len(text) > limit:
        raise InvalidInputError(f"The text is longer than {limit:,} characters.", hint="Shorten it.")
    if not is_readable(text, more="\n\t"):
        raise InvalidInputError("The text has control characters.", hint="Type it again.")
    return text


def check_stage(stage: str, reason: str | None) -> tuple[Stage, str | None]:
    """Return the stage and the reason of a loss; InvalidInputError for a loss without one."""
    if stage not in set(Stage):
        raise InvalidInputError(f"There is no stage {stage!r}.", hint=f"Choose one of {', '.join(Stage)}.")
    reason = check_note(reason or "", MAX_TEXT) or None
    if stage == Stage.LOST and reason is None:
        raise InvalidInputError("The reason is missing.", hint="Say why the prospect is lost.")
    return Stage(stage), reason if stage == Stage.LOST else None


def parse_number(text: str) -> int | None:
    """Read a whole number: '1,200', '1 200' and '1200' as 1200; None where it is not certain, as '1.200' or '1,2'."""
    text = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if re.fullmatch(r"[0-9]+", text):
        return int(text) if len(text) <= 12 else None
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+", text):
        return int(re.sub(r"[, ]", "", text)) if len(text) <= 15 else None
    return None


def _parts(contact: ContactDetails) -> tuple[str, str, str]:
    return contact.name, contact.email, contact.phone


def _text(value: str | None) -> str | None:
    return " ".join((value or "").split()) or None


def _is_unfit(text: str, limit: int) -> bool:
    return len(text) > limit or not is_readable(text)


def _number_faults(fields: ProspectFields) -> dict[str, str]:
    faults: dict[str, str] = {}
    if fields.locations is not None and not 1 <= fields.locations <= MAX_LOCATIONS:
        faults["locations"] = f"Enter a number from 1 to {MAX_LOCATIONS:,}"
    for measure, value in fields.volumes.items():
        if measure not in MEASURES:
            faults["volumes"] = f"There is no volume {measure!r}"
        elif not 0 <= value <= MAX_VOLUME:
            faults[f"volumes.{measure}"] = f"{MEASURES[measure]}: enter a number from 0 to {MAX_VOLUME:,}"
    return faults


def _contact_faults(contact: ContactDetails) -> dict[str, str]:
    faults: dict[str, str] = {}
    if _is_unfit(contact.name, MAX_NAME):
        faults["contact_name"] = f"Use at most {MAX_NAME} characters, without control characters"
    if contact.email and not is_email(contact.email):
        faults["contact_email"] = "Enter an e-mail address, such as name@example.com"
    if contact.phone and (_is_unfit(contact.phone, 40) or not re.search(r"\d", contact.phone)):
        faults["contact_phone"] = "Enter a telephone number, such as +1 555 0100"
    return faults
