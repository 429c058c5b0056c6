"""The files beside Bella's Toast export, as small systems write them: short headers, no documentation.

Gift cards and suppliers belong to the finished move, catering to the one that is still open. Nobody can be sure of all
their columns, which is what they are for: a reviewer has something to decide.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mock_data.ledger import Ledger
from mock_data.people import people
from mock_data.writing import Json, dollars, listed, percent_of, write_table

CARDS, EVENTS, SUPPLIERS = 60, 48, 14
CARD_HEADER = ("Gift Card", "Code", "Face", "Bal", "Holder", "Iss Dt", "Active?", "Rgstr")
EVENT_HEADER = (
    *("Order Ref", "Dt", "Cust", "Covers", "Pkg", "Net Amt", "Svc", "VAT", "Deposit", "Ttl", "Stat", "Room"),
    "Special Req",
)
SUPPLIER_HEADER = ("Vend No", "Vend Name", "Item", "Contact", "Tel", "Terms", "Acct", "Lead Days", "YTD")
TERMS = ("Net 15", "Net 30", "On delivery")
GOODS = listed(
    "Produce|Dairy|Linen|Seafood|Flour & Grain|Wine|Coffee|Paper Goods|Meats|Olive Oil|Ice|Flowers|Cleaning|Gas"
)
PACKAGES = (("Buffet A", 3000), ("Buffet B", 3500), ("Family style", 3800), ("Plated", 5500))
ROOMS = ("Garden", "Main", "Cellar")
REMARKS = ("No nuts", "Birthday cake brought in", "Wheelchair access", "Vegan table of four", "")
SERVICE, TAX = 1800, 800  # basis points of the net amount


def _day(moment: date) -> str:
    return moment.strftime("%m/%d/%Y")


def write_gift_cards(folder: Path, guests: Sequence[Json], ledger: Ledger, *, until: date) -> Path:
    """bella_gift_cards.csv: what is left on each card, in dollars. Plants four faults; two hold their card back."""
    rng = random.Random(CARDS)
    rows: list[dict[str, object]] = []
    for number in range(2001, 2001 + CARDS):
        value = rng.choice((2500, 5000, 7500, 10000))
        remaining = rng.choice((0, value, rng.randrange(100, value, 5)))
        rows.append(
            {
                "Gift Card": f"GC-{number}",
                "Code": f"60357100{number:08d}",
                "Face": dollars(value),
                "Bal": dollars(remaining),
                "Holder": rng.choice(guests)["guid"] if rng.random() < 0.7 else "",
                "Iss Dt": _day(until - timedelta(days=rng.randrange(20, 700))),
                "Active?": "Y" if remaining else "N",
                "Rgstr": rng.randrange(1, 4),
            }
        )
    nameless, unread, stray, twin = rng.sample(rows[10:], 4)
    nameless["Gift Card"] = ""
    ledger.plant(
        "missing_required", "gift_card", str(nameless["Code"]), "external_id", "a card without its number"
    )
    unread["Bal"] = "see till 2"
    ledger.plant("bad_money", "gift_card", str(unread["Gift Card"]), "balance", "a note instead of an amount")
    stray["Holder"] = "cust-9998"
    ledger.plant(
        "optional_reference_missing",
        "gift_card",
        str(stray["Gift Card"]),
        "customer_id",
        "there is no such guest",
    )
    rows.insert(rows.index(twin) + 1, dict(twin))
    ledger.plant(
        "repeated_row", "gift_card", str(twin["Gift Card"]), "external_id", "the list holds this card twice"
    )
    ledger.count("gift_card", (str(row["Gift Card"]) for row in rows if row["Gift Card"]))
    return write_table(folder / "bella_gift_cards.csv", CARD_HEADER, rows)


def write_suppliers(folder: Path) -> Path:
    """bella_suppliers.csv: nothing of it has a field in the target; it is there to be excluded."""
    rng = random.Random(SUPPLIERS)
    contacts = people(rng, SUPPLIERS, ("212",))
    rows = [
        {
            "Vend No": f"V-{number:02d}",
            "Vend Name": f"Example {goods} Co",
            "Item": goods,
            "Contact": f"{contact.first_name} {contact.family}",
            "Tel": contact.phone,
            "Terms": rng.choice(TERMS),
            "Acct": f"AC-{rng.randrange(1000, 9999)}",
            "Lead Days": rng.randrange(1, 9),
            "YTD": dollars(rng.randrange(60_000, 2_000_000)),
        }
        for number, (goods, contact) in enumerate(zip(GOODS, contacts, strict=True), start=1)
    ]
    return write_table(folder / "bella_suppliers.csv", SUPPLIER_HEADER, rows)


def write_catering(folder: Path, guests: Sequence[Json], ledger: Ledger, *, until: date) -> Path:
    """bella_catering.csv: events of the last half year as orders, in dollars. Plants three faults; two hold an event."""
    rng = random.Random(EVENTS)
    rows: list[dict[str, object]] = []
    for number in range(301, 301 + EVENTS):
        package, unit_price = rng.choice(PACKAGES)
        covers = rng.randrange(12, 80)
        net = covers * unit_price
        service, tax = percent_of(net, SERVICE), percent_of(net, TAX)
        rows.append(
            {
                "Order Ref": f"EV-{number}",
                "Dt": _day(until - timedelta(days=rng.randrange(180))),
                "Cust": rng.choice(guests)["guid"],
                "Covers": covers,
                "Pkg": package,
                "Net Amt": dollars(net),
                "Svc": dollars(service),
                "VAT": dollars(tax),
                "Deposit": dollars(percent_of(net, 2500) // 100 * 100),
                "Ttl": dollars(net + service + tax),
                "Stat": "Completed" if rng.random() < 0.9 else "Canceled",
                "Room": rng.choice(ROOMS),
                "Special Req": rng.choice(REMARKS),
            }
        )
    nameless, undated, over = rng.sample(rows[10:], 3)
    nameless["Order Ref"] = ""
    ledger.plant(
        "missing_required", "order", str(nameless["Dt"]), "external_id", "an event without its number"
    )
    undated["Dt"] = "TBD"
    ledger.plant("bad_date", "order", str(undated["Order Ref"]), "business_date", "a day not agreed on")
    over["Ttl"] += dollars(1000)  # type: ignore[operator]
    note = "the total is $10.00 over net, service and tax"
    ledger.plant("order_total_differs", "order", str(over["Order Ref"]), "total", note, cents=1000)
    ledger.count("order", (str(row["Order Ref"]) for row in rows if row["Order Ref"]))
    return write_table(folder / "bella_catering.csv", EVENT_HEADER, rows)
