"""The wholesale accounts of Coffee Corner Chain: a list kept by hand beside Square, with headers as short as they go."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from mock_data.ledger import Ledger
from mock_data.people import people
from mock_data.writing import dollars, listed, write_table

HEADER = ("Acct", "Firm", "Contact", "Mail", "Tel", "Twn", "St", "Zip", "Terms", "Lst Ord", "Sls YTD")
FIRMS = listed(
    "Harbor Hotel|Cedar Books|Bay Offices|Summit Gym|Pine Street School|Lakeside Clinic|North Pier Inn|Union Works|"
    "Juniper Spa|Grand Cinema|Orchard Market|Canal Studio"
)
TOWNS = (
    ("Seattle", "WA", "98101"),
    ("Tacoma", "WA", "98402"),
    ("Portland", "OR", "97204"),
    ("Oakland", "CA", "94607"),
)


def write_wholesale(folder: Path, ledger: Ledger, *, until: date) -> Path:
    """coffee_wholesale.csv: twelve firms as customers, what they bought this year in dollars. Plants one fault."""
    rng = random.Random(len(FIRMS))
    rows: list[dict[str, object]] = []
    for number, (firm, contact) in enumerate(
        zip(FIRMS, people(rng, len(FIRMS), ("206",)), strict=True), start=11
    ):
        town, state, postcode = rng.choice(TOWNS)
        rows.append(
            {
                "Acct": f"W-{number}",
                "Firm": firm,
                "Contact": f"{contact.first_name} {contact.family}",
                "Mail": contact.email,
                "Tel": contact.phone,
                "Twn": town,
                "St": state,
                "Zip": postcode,
                "Terms": rng.choice(("Net 15", "Net 30")),
                "Lst Ord": (until - timedelta(days=rng.randrange(60))).strftime("%m/%d/%Y"),
                "Sls YTD": dollars(rng.randrange(60_000, 2_000_000)),
            }
        )
    rows[-1]["Mail"] = str(rows[-1]["Mail"]).replace("@", "(at)")
    ledger.plant("bad_email", "customer", str(rows[-1]["Acct"]), "email", "no @ in the address")
    ledger.count("customer", (str(row["Acct"]) for row in rows))
    return write_table(folder / "coffee_wholesale.csv", HEADER, rows)
