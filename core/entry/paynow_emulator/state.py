"""What the emulator of PayNow keeps: transactions, their statuses, and what it posted to the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.business.billing.gateway.messages import encoded
from core.errors import InvalidInputError, NotFoundError
from core.kit.ids import new_id

STATUSES = ("Created", "Sent", "Paid", "Awaiting Delivery", "Delivered", "Cancelled", "Disputed", "Refunded")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FIRST_NUMBER = 40_001


@dataclass(slots=True)
class Transaction:
    """A transaction: the merchant's reference and amount as they came, PayNow's number, and the guid of its poll address."""

    number: int
    guid: str
    reference: str
    amount: str
    text: str
    result_url: str
    return_url: str
    status: str = "Created"


@dataclass(slots=True)
class Merchant:
    """The integration that the emulator knows, its transactions by number, and what it posted. `is_silent`: it posts nothing."""

    integration_id: str
    key: str
    transactions: dict[int, Transaction] = field(default_factory=dict)
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    is_silent: bool = False

    def open(self, fields: dict[str, str]) -> Transaction:
        """Add a transaction from a verified message. InvalidInputError where a field is missing or leads elsewhere."""
        if fields.get("id") != self.integration_id:
            raise InvalidInputError("Invalid Id.")
        for name in ("reference", "amount", "resulturl", "returnurl"):
            if not fields.get(name):
                raise InvalidInputError(f"{name} is missing")
        for name in ("resulturl", "returnurl"):
            if urlsplit(fields[name]).hostname not in _LOOPBACK:
                raise InvalidInputError(f"{name} is not on this machine")
        transaction = Transaction(
            number=_FIRST_NUMBER + len(self.transactions),
            guid=new_id(),
            reference=fields["reference"],
            amount=fields["amount"],
            text=fields.get("additionalinfo", ""),
            result_url=fields["resulturl"],
            return_url=fields["returnurl"],
        )
        self.transactions[transaction.number] = transaction
        return transaction

    def by_number(self, number: int) -> Transaction:
        """Return a transaction. NotFoundError where there is none."""
        if number not in self.transactions:
            raise NotFoundError("There is no such transaction.")
        return self.transactions[number]

    def by_guid(self, guid: str) -> Transaction:
        """Return the transaction of a poll address. NotFoundError where there is none."""
        for transaction in self.transactions.values():
            if transaction.guid == guid:
                return transaction
        raise NotFoundError("There is no such transaction.")

    def message(self, transaction: Transaction, address: str) -> bytes:
        """Write the status message of a transaction, the same for polling and for notifications."""
        fields = {
            "reference": transaction.reference,
            "paynowreference": str(transaction.number),
            "amount": transaction.amount,
            "status": transaction.status,
            "pollurl": poll_url(transaction, address),
        }
        return encoded(fields, self.key)


def poll_url(transaction: Transaction, address: str) -> str:
    return f"{address}/Interface/CheckPayment/?guid={transaction.guid}"


def browser_url(transaction: Transaction, address: str) -> str:
    return f"{address}/Payment/ConfirmPayment/{transaction.number}"
