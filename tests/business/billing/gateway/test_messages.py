"""PayNow's messages: the hash is that of the documentation's own example, and nothing that was changed holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.gateway.interface import GatewayState, GatewayStatus
from core.business.billing.gateway.messages import (
    BadMessageError,
    decoded,
    encoded,
    message_hash,
    status_of,
    verified,
)

KEY = "3e9fed89-60e1-4ce5-ab6e-6b1eb2d4f977"
EXAMPLE = (
    b"status=Ok&browserurl=https%3a%2f%2fstaging.paynow.co.zw%2fPayment%2fConfirmPayment%2f9510"
    b"&pollurl=https%3a%2f%2fstaging.paynow.co.zw%2fInterface%2fCheckPayment%2f%3fguid%3d"
    b"c7ed41da-0159-46da-b428-69549f770413&paynowreference=9510&hash=750DD0B0DF374678707BB5AF915AF81C228B"
    b"9058AD57BB7120569EC68BBB9C2EFC1B26C6375D2BC562AC909B3CD6B2AF1D42E1A5E479FFAC8F4FB3FDCE71DF4D"
)
"""From developers.paynow.co.zw, "Validating Hash"."""
STATUS = {"reference": "OC-1", "paynowreference": "9510", "amount": "50.00", "status": "Paid", "pollurl": "x"}


def test_the_example_of_the_documentation_verifies() -> None:
    fields = verified(EXAMPLE, KEY)
    assert fields["browserurl"] == "https://staging.paynow.co.zw/Payment/ConfirmPayment/9510"
    del fields["hash"]
    assert encoded(fields, KEY).rpartition(b"=")[2] == EXAMPLE.rpartition(b"=")[2]


@given(
    st.dictionaries(st.text(min_size=1).filter(lambda name: name.lower() != "hash"), st.text(), max_size=8)
)
def test_a_message_reads_back_as_it_was_written_and_with_another_key_not_at_all(
    fields: dict[str, str],
) -> None:
    small = {name.lower(): value for name, value in fields.items()}
    if len(small) < len(fields):
        return
    body = encoded(small, KEY)
    assert {name: value for name, value in verified(body, KEY).items() if name != "hash"} == small
    with pytest.raises(BadMessageError):
        verified(body, KEY + "0")


@given(st.sampled_from(["reference", "paynowreference", "amount", "status", "pollurl"]), st.text(max_size=20))
def test_a_message_of_which_a_value_was_changed_does_not_hold(name: str, value: str) -> None:
    fields = {**STATUS, name: value, "hash": message_hash(STATUS, KEY)}
    if "".join(fields[key] for key in STATUS) == "".join(STATUS.values()):
        return
    body = encoded(fields, KEY).rpartition(b"&hash=")[0] + b"&hash=" + message_hash(STATUS, KEY).encode()
    with pytest.raises(BadMessageError):
        verified(body, KEY)


@pytest.mark.parametrize(
    "body",
    [
        b"status",
        b"a=1&b",
        b"\xff=1",
        b"a=%ff",
        b"amount=1&Amount=2",
        b"a=1" * 10_000,
        b"&".join([b"a=1"] * 60),
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(BadMessageError):
        decoded(body)


@pytest.mark.parametrize("hash_field", [b"", b"&hash=", b"&hash=00", b"&hash=%E2%82%AC"])
def test_a_message_without_its_hash_is_refused(hash_field: bytes) -> None:
    with pytest.raises(BadMessageError, match="hash is wrong"):
        verified(b"status=Paid" + hash_field, KEY)


def test_a_status_is_read_and_what_lacks_something_is_refused() -> None:
    assert status_of(STATUS) == GatewayStatus("OC-1", Decimal("50.00"), GatewayState.PAID, "9510")
    assert status_of(STATUS | {"status": "Awaiting Delivery"}).state is GatewayState.AWAITING_DELIVERY
    for changes in ({"status": "Ok"}, {"amount": "x"}, {"amount": "NaN"}, {"reference": ""}):
        with pytest.raises(BadMessageError):
            status_of(STATUS | changes)
