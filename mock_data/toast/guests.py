"""Bella's guests: 600 of them, 47 without an e-mail address, a few with a phone or address that cannot be right."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from mock_data.ledger import Ledger
from mock_data.people import people
from mock_data.writing import Json

GUESTS = 600
WITHOUT_EMAIL = 47
AREAS = ("212", "646", "917", "718", "347", "929", "914", "516")
BAD_PHONES = ("+1234567890", "+1234567891", "555-0142", "212-555-01", "n/a", "+1 (212) 555-019")
SAMPLE_GUESTS = (("John", "Doe", 1250, True), ("Jane", "Smith", 3400, False))


def stamp(moment: datetime) -> str:
    """'2025-01-20T19:45:00Z', as Toast writes a time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def build_guests(rng: random.Random, ledger: Ledger, *, start: date) -> list[Json]:
    """Guests who signed up before `start`; their last visit is set again when they order."""
    guests: list[Json] = []
    opening = datetime(start.year, start.month, start.day, 17, tzinfo=UTC)
    for number, person in enumerate(people(rng, GUESTS, AREAS), start=1):
        joined = opening - timedelta(minutes=rng.randrange(60 * 24 * 60, 1400 * 24 * 60))
        last = joined + (opening - joined) * rng.random()
        guests.append(
            {
                "guid": f"cust-{number:03d}",
                "firstName": person.first_name,
                "lastName": person.family,
                "email": person.email,
                "phone": person.phone,
                "loyaltyPoints": rng.randrange(0, 4200, 5),
                "createdDate": stamp(joined),
                "lastVisit": stamp(last),
                "marketingOptIn": rng.random() < 0.62,
            }
        )
    for guest, (first_name, family, points, opted_in) in zip(guests, SAMPLE_GUESTS, strict=False):
        guest |= {
            "firstName": first_name,
            "lastName": family,
            "email": f"{first_name}.{family}@example.com".lower(),
            "loyaltyPoints": points,
            "marketingOptIn": opted_in,
        }
    _plant(rng, guests, ledger)
    ledger.count("customer", (guest["guid"] for guest in guests))
    ledger.count("loyalty_account", (guest["guid"] for guest in guests))
    return guests


def _plant(rng: random.Random, guests: list[Json], ledger: Ledger) -> None:
    count = WITHOUT_EMAIL + len(BAD_PHONES) + 2
    picked = sorted(rng.sample(range(len(SAMPLE_GUESTS), GUESTS), count))
    rng.shuffle(picked)
    silent, odd = picked[:WITHOUT_EMAIL], picked[WITHOUT_EMAIL:]
    for index in sorted(silent):
        guests[index]["email"] = ""
        ledger.plant("missing_email", "customer", guests[index]["guid"], "email", "cannot be written to")
    for index, phone in zip(odd, BAD_PHONES, strict=False):
        guests[index]["phone"] = phone
        ledger.plant("bad_phone", "customer", guests[index]["guid"], "phone", "not a number one can dial")
    for index in odd[len(BAD_PHONES) :]:
        guests[index]["email"] = guests[index]["email"].replace("@", "(at)")
        ledger.plant("bad_email", "customer", guests[index]["guid"], "email", "no @ in the address")
