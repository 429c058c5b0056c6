"""Certificates are named in short, coloured by level, and their ends worded by how near they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.business.specialists.certificates.rules import HeldCertificate, Validity
from core.business.specialists.program import program
from pages.specialists.words import languages_text
from pages.ui.delivery.certificate_words import (
    LEVEL_COLOURS,
    VALIDITY_COLOURS,
    badge_colours,
    badge_text,
    coloured,
    ends_in,
)

TODAY = date(2026, 11, 28)


def certificate(speciality: str, level: str) -> HeldCertificate:
    return HeldCertificate("1", "2", "C-2026-1", speciality, level, TODAY, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("speciality", "level", "text", "colour"),
    [
        ("toast", "associate", "Toast Assoc.", "gray"),
        ("square", "professional", "Square Prof.", "blue"),
        ("clover", "master", "Clover Master", "violet"),
        ("enterprise", "professional", "Enterprise Prof.", "blue"),
        ("school", "master", "School Master", "violet"),
    ],
)
def test_a_certificate_is_named_in_short_in_the_colour_of_its_level(speciality, level, text, colour):
    assert badge_text(certificate(speciality, level)) == text
    assert badge_colours()[text] == colour


def test_every_certificate_of_the_program_has_a_badge_of_its_own():
    assert len(badge_colours()) == len(program().specialities) * len(program().levels)
    assert set(LEVEL_COLOURS) == set(program().levels)
    assert set(VALIDITY_COLOURS) == set(Validity)


@pytest.mark.parametrize(
    ("days", "text", "colour"),
    [
        (-1, "Ended 27 Nov", "red"),
        (0, "0 d left", "red"),
        (7, "7 d left", "red"),
        (8, "8 d left", "orange"),
        (30, "30 d left", "orange"),
        (31, "29 Dec", "gray"),
        (60, "27 Jan 2027", "gray"),
        (365, "28 Nov 2027", "gray"),
    ],
)
def test_an_end_is_worded_by_how_near_it_is(days, text, colour):
    assert ends_in(TODAY + timedelta(days=days), TODAY) == (text, colour)


def test_who_has_no_certificate_has_no_end():
    assert ends_in(None, TODAY) is None
    assert coloured([None, ("7 d left", "red"), None, ("29 Dec", "gray")]) == {
        "7 d left": "red",
        "29 Dec": "gray",
    }


@pytest.mark.parametrize(
    ("codes", "text"),
    [([], ""), (["en"], "English"), (["en", "sn"], "English and Shona"), (["xx", "de"], "xx and German")],
)
def test_languages_are_written_as_words(codes, text):
    assert languages_text(codes) == text
