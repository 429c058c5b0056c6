"""aura payment, aura rate and aura emulate-paynow, as somebody at a terminal uses them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from core.business.sales.acceptance.actions import Acceptance, accept
from core.db.session import TenantSession
from core.entry.cli import main
from core.platform.access.tables import Person
from tests.business.sales.acceptance.offers import send_offer
from tests.commands import command_line
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ordered() -> Acceptance:
    return accept(send_offer(payment_plan="extended", months=3).token, "Ana Ng")


def handle_of(role: str) -> str:
    person = add_staff(role).person
    with TenantSession("", person, system=True) as session:
        return session.scalars(select(Person.handle).where(Person.id == person)).one()


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_payment_is_recorded_listed_refunded_and_its_receipt_written(
    capsys: pytest.CaptureFixture[str], ordered: Acceptance, tmp_path: Path
) -> None:
    options = ("--tenant", ordered.customer_id, "--as", handle_of("manager"))
    number = ordered.order_number
    document = answer(capsys, "payment", "record", number, "700.16", "--reference", "B-1", *options)
    assert (document["receipt"], document["paid"], document["total"]) == (f"{number}-R1", 700.16, 2000)
    assert [part["state"] for part in document["instalments"]] == [
        "Paid",
        "Part paid, not yet due",
        "Not yet due",
    ]
    document = answer(
        capsys, "payment", "refund", number, f"{number}-r1", "0.16", "--reason", "Paid too much", *options
    )
    assert (document["paid"], document["refunded"], document["receipts"][0]["kind"]) == (700, 0.16, "refund")
    path = tmp_path / "receipt.pdf"
    answer(capsys, "payment", "receipt", number, f"{number}-R1", "--out", str(path), *options)
    assert path.read_bytes().startswith(b"%PDF")
    assert main(["payment", "list", number, *options]) == 0
    text = capsys.readouterr().out
    assert "paid $700.00" in text
    assert "Part paid, not yet due" in text
    assert main(["payment", "record", number, "5000", *options]) != 0
    assert "is more than the $1,300.00 that is open" in capsys.readouterr().err


def test_rates_are_added_imported_and_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    manager = ("--as", handle_of("manager"))
    rate = ("rate", "add", "USD", "ZWG", "21.5", "--on", "2025-03-03", "--source", "RBZ")
    document = answer(capsys, *rate, *manager)
    assert document["rates"][-1]["rate"] == "21.5"
    path = tmp_path / "rates.csv"
    path.write_text("day,base,quote,rate,source\n2025-03-03,USD,ZWG,22,RBZ\n2025-03-04,USD,ZWG,22,RBZ\n")
    document = answer(capsys, "rate", "import", str(path), *manager)
    assert (document["rows"], document["imported"]) == (2, 1)
    assert [(row["row"], row["value"]) for row in document["refused"]] == [(2, "22")]
    assert main(["rate", "import", str(path), *manager]) == 0
    assert "2 rows: 0 imported, 2 refused." in capsys.readouterr().out
    assert main(["rate", "list", *manager]) == 0
    assert "2025-03-04" in capsys.readouterr().out
    assert main(["rate", "import", str(tmp_path / "none.csv"), *manager]) != 0
    assert main([*rate, "--as", handle_of("sales")]) != 0


def test_the_emulator_tells_its_settings_and_answers() -> None:
    with subprocess.Popen(
        command_line("emulate-paynow", "--port", "0"), stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(4)]
        address = lines[1].removeprefix("PAYMENT_GATEWAY_URL=").removesuffix("/interface")
        assert lines[2:] == ["PAYMENT_GATEWAY_ID=1201", lines[3]]
        assert httpx.get(f"{address}/emulator/transactions").json() == []
        refused = httpx.post(f"{address}/interface/initiatetransaction", content=b"id=1201&hash=0")
        assert refused.text.startswith("status=Error")
        process.send_signal(signal.SIGTERM)
