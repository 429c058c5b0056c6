"""aura roi: the example to the dollar, every input as an option, and refusals that name the field and the remedy."""

from __future__ import annotations

import json

import pytest

from core.business.sales.roi.model import roi_model
from core.entry.cli import main
from core.entry.cli.sales.roi import OPTIONS
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    assert main(["roi", *(str(argument) for argument in arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["roi", *(str(argument) for argument in arguments)]) != 0
    return capsys.readouterr().err


def test_fifty_locations_give_the_example_to_the_dollar_as_plain_numbers(capsys):
    document = answer(capsys, "--locations", 50)
    assert [document[key] for key in ("traditional", "auraconnect", "saving", "percent")] == [
        700000,
        105000,
        595000,
        85,
    ]
    assert [line["amount"] for line in document["lines"]] == [375000, 300000, 25000, 100000, 0, 5000]
    assert document["break_even"] == 13900
    cases = [document["cases"][name]["saving"] for name in ("low", "base", "high")]
    assert cases == sorted(cases)
    assert document["driver"] == "consultant_per_location"


def test_numbers_have_no_exponent_however_large_they_are(capsys):
    main(["roi", "--locations", "100000", "--consultant", "10000000", "--json"])
    assert '"traditional": 1000650000000' in capsys.readouterr().out


def test_the_text_names_saving_range_break_even_and_what_to_replace_first(capsys):
    assert main(["roi", "--locations", "50"]) == 0
    output = capsys.readouterr().out
    for words in (
        "saving $595,000, 85% with the inputs below",
        "Break-even price $13,900 per location",
        "replace this default first",
        "$2,000 × 3 days × 50 locations",
    ):
        assert words in output


def test_every_input_of_either_line_of_business_has_an_option():
    keys = {key for domain in ("restaurant", "school") for key in roi_model(domain).inputs}
    assert set(OPTIONS.values()) == keys


def test_a_range_is_typed_as_low_base_and_high(capsys):
    document = answer(capsys, "--days-closed", "1:2:3", "--evidence", "Owner")
    [entry] = [entry for entry in document["inputs"] if entry["key"] == "days_closed"]
    assert (entry["low"], entry["base"], entry["high"], entry["source"], entry["evidence"]) == (
        1,
        2,
        3,
        "customer",
        "Owner",
    )


def test_a_school_has_the_price_of_its_pupils(capsys):
    document = answer(capsys, "--domain", "school", "--pupils", 801)
    assert document["lines"][4]["amount"] == 15000


def test_another_currency_takes_a_rate_with_its_date(capsys):
    assert "in USD. Enter the amount in EUR" in refusal(capsys, "--currency", "eur")
    assert "Rate date" in refusal(capsys, "--currency", "eur", "--rate", "0.9")
    document = answer(capsys, "--currency", "eur", "--rate", "0.9", "--rate-date", "2026-11-26")
    assert (document["currency"], document["saving"]) == ("EUR", 535500)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--locations", 0), "Locations: Low 0 is out of range. Enter 1 to 100,000."),
        (("--locations", "1e30"), "Locations: Low 1.00E+30 is out of range"),
        (("--consultant", "nan"), "Consultant per location: 'nan' is not a number"),
        (("--consultant", "much"), "Consultant per location: 'much' is not a number"),
        (("--days-closed", "3:2:4"), "Days closed per location: Low 3 is above Base 2"),
        (("--days-closed", "3:2"), "enter a number, or low:base:high"),
        (("--pupils", 3), "--pupils is no input of a restaurant"),
        (("--compare", 1, 2), "Add --prospect"),
        (("--save",), "Add --prospect"),
    ],
)
def test_nonsense_is_refused_with_the_field_and_the_remedy(capsys, options, words):
    assert words in refusal(capsys, *options)


def test_a_prospect_s_roi_is_saved_and_its_versions_compared(capsys, database):
    seller = add_staff("sales")
    with enter(seller.person, seller.operator) as context:
        prospect = add_prospect(context, locations=50)
        handle = person_handle(context)
    common = ("--prospect", prospect, "--as", handle)
    assert answer(capsys, *common, "--save")["version"] == 1
    saved = answer(capsys, *common, "--consultant", 9000, "--evidence", "Offer", "--save")
    assert saved["version"] == 2
    comparison = answer(capsys, *common, "--compare", 1, 2)
    assert (comparison["difference"], comparison["changes"][0]["effect"]) == (75000, 75000)
    assert main(["roi", *map(str, common), "--compare", "1", "2"]) == 0
    assert "Consultant per location" in capsys.readouterr().out
    assert "its line of business" in refusal(capsys, *common, "--domain", "school")


def person_handle(context) -> str:
    from sqlalchemy import text

    query = text("select handle from person where id = :person")
    return context.session.scalar(query, {"person": context.person})
