"""The customers of Coffee Corner Chain and their loyalty accounts: points the chain owes, which must all survive."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from mock_data.ledger import Ledger
from mock_data.people import people
from mock_data.square.catalog import usd
from mock_data.square.orders import stamp
from mock_data.writing import Json

CUSTOMERS = 900
WITHOUT_EMAIL = 31
AREAS = ("213", "310", "323", "415", "510", "206", "425", "720", "303", "602", "480")
BAD_PHONES = ("+1310555", "213-55-0142", "ask barista")
PROGRAM_ID = "LOYALTY001"
TIERS = (("Bronze", 0, 5), ("Silver", 500, 10), ("Gold", 1500, 15))


def build_customers(rng: random.Random, ledger: Ledger, *, start: date) -> list[Json]:
    """Invent customers who signed up before `start`; some thirty in a hundred want no e-mail."""
    opening = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    customers: list[Json] = []
    for number, person in enumerate(people(rng, CUSTOMERS, AREAS), start=1):
        joined = opening - timedelta(minutes=rng.randrange(30 * 24 * 60, 1000 * 24 * 60))
        customer: Json = {
            "id": f"CUST{number:03d}",
            "given_name": person.first_name,
            "family_name": person.family,
            "email_address": person.email,
            "phone_number": person.phone,
            "created_at": stamp(joined),
            "updated_at": stamp(joined + (opening - joined) * rng.random()),
            "preferences": {"email_unsubscribed": rng.random() < 0.3},
        }
        if rng.random() < 0.2:
            customer["groups"] = [{"id": "GRP001", "name": "Regulars"}]
        customers.append(customer)
    _plant(rng, customers, ledger)
    ledger.count("customer", (customer["id"] for customer in customers))
    return customers


def build_loyalty(rng: random.Random, customers: list[Json], ledger: Ledger) -> Json:
    """Return the program (tiers, one point a dollar) and an account for three customers in five; one belongs to nobody."""
    members = rng.sample(customers, len(customers) * 3 // 5)
    members.sort(key=lambda customer: str(customer["id"]))
    owners = [str(member["id"]) for member in members] + ["CUST9999"]
    accounts: list[Json] = []
    for number, owner in enumerate(owners, start=1):
        lifetime = rng.randrange(20, 3200)
        account = {
            "id": f"LOYACC{number:03d}",
            "program_id": PROGRAM_ID,
            "customer_id": owner,
            "balance": rng.randrange(0, lifetime + 1),
            "lifetime_points": lifetime,
        }
        accounts.append(account)
    stray = accounts[-1]
    note = f"{stray['balance']} points of a customer who is not in the export"
    ledger.plant("missing_reference", "loyalty_account", stray["id"], "customer_id", note)
    ledger.count("loyalty_account", (account["id"] for account in accounts))
    ledger.count("loyalty_program", [PROGRAM_ID])
    tiers = [
        {
            "id": f"TIER{number:03d}",
            "name": name,
            "points": points,
            "definition": {"percentage_discount": percentage},
        }
        for number, (name, points, percentage) in enumerate(TIERS, start=1)
    ]
    ledger.count("loyalty_tier", (str(tier["id"]) for tier in tiers))
    accrual = {"accrual_type": "SPEND", "points": 1, "spend_amount_money": usd(100)}
    ledger.count("loyalty_accrual", [f"name:{PROGRAM_ID}/{accrual['accrual_type']}".lower()])
    program = {"id": PROGRAM_ID, "status": "ACTIVE", "reward_tiers": tiers, "accrual_rules": [accrual]}
    return {"program": program, "accounts": accounts}


def _plant(rng: random.Random, customers: list[Json], ledger: Ledger) -> None:
    picked = rng.sample(range(len(customers)), WITHOUT_EMAIL + len(BAD_PHONES) + 1)
    silent, odd = picked[:WITHOUT_EMAIL], picked[WITHOUT_EMAIL:]
    for index in sorted(silent):
        del customers[index]["email_address"]
        ledger.plant("missing_email", "customer", customers[index]["id"], "email", "cannot be written to")
    for index, phone in zip(odd, BAD_PHONES, strict=False):
        customers[index]["phone_number"] = phone
        ledger.plant("bad_phone", "customer", customers[index]["id"], "phone", "not a number one can dial")
    last = customers[odd[-1]]
    last["email_address"] = last["email_address"].replace("@", " at ")
    ledger.plant("bad_email", "customer", last["id"], "email", "no @ in the address")
