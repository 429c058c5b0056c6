"""Toast's dining options arrive with the channel that they stand for."""

from __future__ import annotations

import json

import pytest

from adapters import SOURCES
from core.engine.sources.read import identify
from core.engine.transforms.vocabulary import option_for
from core.schema import target_schema
from tests.conftest import TOAST_SAMPLE

CHANNELS = target_schema().field("dining_option.channel").options


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("DINE_IN", "dine_in"),
        ("TAKEOUT", "takeout"),
        ("TAKE_OUT", "takeout"),
        ("DELIVERY", "delivery"),
        ("CURBSIDE", "takeout"),
        ("Curbside Pickup", "takeout"),
        ("DRIVE_THRU", "takeout"),
        ("KIOSK", "kiosk"),
        ("BANQUET", None),
    ],
)
def test_the_words_of_dining_options_have_a_channel(word, channel):
    assert option_for(word, CHANNELS) == channel


def test_an_order_type_is_a_dining_option_with_its_name_and_channel():
    orders = identify(TOAST_SAMPLE, list(SOURCES.values())).streams
    checks = next(stream for stream in orders if stream.name == "checks")
    hint = checks.spec.hints["order.orderType"]
    assert {hint.target, *hint.also} >= {"order.dining_option_id", "dining_option.channel"}


def test_the_dining_options_of_the_configuration_are_read(tmp_path):
    document = json.loads(TOAST_SAMPLE.read_text())
    document["diningOptions"] = [
        {
            "guid": "do-1",
            "entityType": "DiningOption",
            "name": "Patio",
            "behavior": "DINE_IN",
            "curbside": False,
        }
    ]
    path = tmp_path / "toast.json"
    path.write_text(json.dumps(document))
    streams = {stream.name: stream for stream in identify(path, list(SOURCES.values())).streams}
    assert streams["dining_options"].entity == "dining_option"
    assert streams["dining_options"].spec.hints["behavior"].target == "dining_option.channel"
