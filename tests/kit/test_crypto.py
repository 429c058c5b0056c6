"""What is sealed opens in its own associated_data with its own key, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.crypto import DecryptionError, decrypt, encrypt, fingerprints, new_key

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
associated_data = st.text(min_size=1, max_size=40)


@given(st.binary(max_size=2000), associated_data)
def test_what_is_sealed_opens_again(data, associated_data):
    assert decrypt(KEY, encrypt(KEY, data, associated_data), associated_data) == data


@given(associated_data, associated_data)
def test_a_seal_moved_to_another_place_does_not_open(associated_data, elsewhere):
    if associated_data == elsewhere:
        elsewhere += "x"
    with pytest.raises(DecryptionError, match="does not open"):
        decrypt(KEY, encrypt(KEY, b"guest", associated_data), elsewhere)


def test_another_key_does_not_open_it():
    with pytest.raises(DecryptionError):
        decrypt(OTHER_KEY, encrypt(KEY, b"guest", "row"), "row")


@given(st.integers(min_value=0))
def test_one_flipped_bit_is_noticed(position):
    sealed = bytearray(encrypt(KEY, b"some guest's data", "row"))
    sealed[position % len(sealed)] ^= 1
    with pytest.raises(DecryptionError):
        decrypt(KEY, bytes(sealed), "row")


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_a_cut_seal_is_refused(length):
    with pytest.raises(ValueError, match=r"\S"):
        decrypt(KEY, encrypt(KEY, b"guest", "row")[:length], "row")


def test_equal_content_is_sealed_differently_each_time():
    assert len({encrypt(KEY, b"guest", "row") for _ in range(100)}) == 100


def test_new_keys_are_long_enough_and_distinct():
    keys = {new_key() for _ in range(10)}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 10


def test_fingerprints_are_equal_for_equal_bytes_and_depend_on_the_key():
    first, again, changed_item = fingerprints(KEY, [b"+12125550100", b"+12125550100", b"+12125550101"])
    assert first == again != changed_item
    assert fingerprints(OTHER_KEY, [b"+12125550100"])[0] != first
    assert len(first) == 16
