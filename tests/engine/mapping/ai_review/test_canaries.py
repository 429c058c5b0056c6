"""Nothing of a person's leaves: 500 invented values of 11 kinds stand wherever values stand, and none is ever sent."""

from __future__ import annotations

import csv
import json
import re
from random import Random

import pytest

from adapters import SOURCES
from core.engine.mapping import actions
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.sources import actions as files
from core.settings import settings

ROWS = 38
DICE = Random(20261121)
SYLLABLES = ["bra", "quo", "zen", "mir", "tol", "vex", "dru", "kai", "lum", "nor", "phi", "rus"]


def word():
    return "".join(DICE.choices(SYLLABLES, k=3)).capitalize()


def digits(count):
    return "".join(DICE.choices("123456789", k=count))


KINDS = {
    "name": lambda: f"{word()} {word()}",
    "e-mail": lambda: f"{word().lower()}.{word().lower()}@{word().lower()}.com",
    "phone": lambda: f"+1 {digits(3)}-555-{digits(4)}",
    "street": lambda: f"{digits(3)} {word()} Street",
    "card number": lambda: " ".join(digits(4) for _ in range(4)),
    "loyalty number": lambda: f"LOY-{digits(7)}",
    "gift card": lambda: f"GC{digits(2)}-{digits(4)}-{digits(4)}",
    "birthday": lambda: f"{DICE.randint(1940, 2005)}-{DICE.randint(1, 12):02}-{DICE.randint(1, 28):02}",
    "employee PIN": lambda: digits(5),
    "national id": lambda: f"{digits(3)}-{digits(2)}-{digits(4)}",
    "note": lambda: f"allergic to {word().lower()}, seat by the {word().lower()} please",
}
# Names of columns that say little, so that the matcher is unsure and a model is asked.
HEADERS = [
    "Who",
    "Write To",
    "Reach At",
    "Lives",
    "Pays With",
    "Club",
    "Voucher",
    "Day",
    "Secret",
    "State Key",
    "Remark X",
]


def different(make, count):
    distinct = {}
    while len(distinct) < count:
        distinct[make()] = None
    return list(distinct)


@pytest.fixture(scope="module")
def canaries():
    return {kind: different(make, ROWS + 8) for kind, make in KINDS.items()}


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def paths(tmp_path, canaries):
    """Guests under odd headers, guests in a file without a header row, documents keyed by guest, and file names."""
    columns = list(canaries.values())
    rows = list(zip(*(values[:ROWS] for values in columns), strict=True))
    files_written = [write(tmp_path / "guests.csv", HEADERS, rows)]
    first, *lines = zip(*(values[ROWS : ROWS + 4] for values in columns), strict=True)
    files_written.append(write(tmp_path / "export.csv", first, lines))
    guests = [
        {values[ROWS + 4]: 1, f"Favourite of {values[ROWS + 5]}": "x", "Odd One": {values[ROWS + 6]: 1}}
        for values in columns
    ]
    path = tmp_path / "keyed.json"
    path.write_text(json.dumps({"guests": guests * 3}), encoding="utf-8")
    files_written.append(path)
    for number, values in enumerate(columns):
        name = values[ROWS + 7].replace("/", "-")
        menu = [[f"Thing {row}", f"{row}.5", row, f"{name}"] for row in range(1, 12)]
        files_written.append(
            write(tmp_path / f"{name}.csv", ["Thing", "Goes For", f"Left {number}", "Said Of It"], menu)
        )
    return files_written


@pytest.fixture
def bytes_sent(alice, paths, emulator, monkeypatch):
    """The real road, all models asked about all that is unsure; the bytes that left."""
    monkeypatch.setenv("AI_TIMEOUT_SECONDS", "30")
    settings.cache_clear()
    migration = files.create_migration(alice, "Bella").id
    for path in paths:
        files.add_file(alice, migration, path, SOURCES)
    actions.suggest_mapping(alice, migration, SOURCES)
    result = review_with_ai(alice, migration)
    assert result.answer_count == result.question_count > len(HEADERS)
    return b"\n".join(emulator.requests)


def invented_words(canaries):
    """The words that names, addresses and notes were made of."""
    texts = [value for kind in ("name", "e-mail", "street", "note") for value in canaries[kind]]
    words = {word.casefold() for text in texts for word in re.findall(r"\w+", text)}
    return {word for word in words if len(word) >= 8 and word.startswith(tuple(SYLLABLES))}


def test_of_500_values_of_11_kinds_not_one_reaches_the_model_nor_a_word_of_them(canaries, paths, bytes_sent):
    request_text = bytes_sent.decode().casefold()
    squeezed = "".join(request_text.split())  # whoever cleans may respell
    leaked = [
        (kind, value)
        for kind, values in canaries.items()
        for value in values
        if value.casefold() in request_text or "".join(value.casefold().split()) in squeezed
    ]
    assert sum(map(len, canaries.values())) >= 500
    assert leaked == []
    words = invented_words(canaries)
    assert len(words) > 100
    assert [word for word in words if word in request_text] == []
    assert [path.stem for path in paths[3:] if path.stem.casefold() in request_text] == []
    # What stands around the values did leave: the columns that hold them were asked about.
    assert request_text.count('\\"about\\"') > len(HEADERS)
    assert "column 2" in request_text
