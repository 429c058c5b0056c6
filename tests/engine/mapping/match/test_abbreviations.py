"""Names that are abbreviated, or written without vowels, are read as the words they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.match.lexicon import lexicon
from core.kit.text import tokens


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Inv No", "invoice number"),
        ("InvDate", "invoice date"),
        ("Inv Level", "inventory level"),
        ("Amt Pd", "amount paid"),
        ("Pd 3", "period 3"),
        ("D.O.B.", "birth date"),
        ("U.P.C", "upc"),
        ("Svc Chg", "service charge"),
        ("stu_gr", "student grade"),
        ("SSID", "state student id"),
        ("LEA Code", "district code"),
        ("GC No", "gift card number"),
        ("QOH", "quantity on hand"),
        ("GR No", "registration number"),
    ],
)
def test_abbreviations_of_trade_and_nation_are_written_out(name, words):
    assert " ".join(tokens(name)) == words


@pytest.mark.parametrize(
    ("domain", "name", "words"),
    [
        ("restaurant", "prdctnm", "product name"),
        ("restaurant", "cstmr_eml", "customer email"),
        ("restaurant", "pymnt_mthd", "payment method"),
        ("restaurant", "dscrptn", "description"),
        ("restaurant", "ordrnmbr", "order number"),
        ("school", "stdnt_nmbr", "student number"),
        ("school", "attndnc_dt", "attendance date"),
        ("school", "frst_nm", "first name"),
        ("school", "rltnshp", "relationship"),
    ],
)
def test_names_without_vowels_are_read_by_their_consonants(domain, name, words):
    assert " ".join(lexicon(domain).words(name)) == words


@pytest.mark.parametrize("name", ["upc", "sku", "gtin", "plu", "pst", "xqzt", "b2b", "html"])
def test_short_names_that_are_no_word_without_vowels_stay(name):
    assert lexicon("restaurant").words(name) == tokens(name)


@given(st.sampled_from(sorted(lexicon("restaurant").vocabulary)))
def test_a_word_without_its_vowels_is_itself_or_nothing_else(word):
    bare = word[0] + "".join(letter for letter in word[1:] if letter not in "aeiou")
    known = lexicon("restaurant")
    if len(bare) >= 4 and bare.isalpha() and known.skeletons.get(bare):
        assert known.skeletons[bare] in {word, bare} or bare in known.known_words
