"""A recipe travels as JSON or YAML and comes back the same; what is no recipe is refused with its place."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.recipes.document import (
    Expected,
    FieldRule,
    Reader,
    RecipeFile,
    StreamRule,
    read,
    write,
)
from core.engine.plan import Conflict
from core.errors import InvalidInputError

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
MAYBE = st.none() | NAMES
COUNTS = st.integers(0, 10_000)
FIELDS = st.builds(
    FieldRule, source_field=NAMES, slot=st.integers(0, 3), target=MAYBE, transform=MAYBE,
    status=st.sampled_from(["accepted", "edited", "ignored"]), reason=MAYBE,
)  # fmt: skip
STREAMS = st.builds(
    StreamRule, name=NAMES, entity=MAYBE, record_type=MAYBE, columns=st.lists(NAMES, max_size=5).map(tuple),
    reader=st.builds(Reader, encoding=MAYBE, delimiter=st.sampled_from([None, ";", "\t"]),
                     header_row=st.none() | st.integers(0, 9), date_order=st.sampled_from([None, "mdy", "dmy"]), source=MAYBE),
    fields=st.lists(FIELDS, min_size=1, max_size=4).map(tuple),
)  # fmt: skip
EXPECTED = st.builds(
    Expected, stream=NAMES, target=NAMES, sources=st.lists(NAMES, max_size=2).map(tuple), given=NAMES, made=NAMES,
    filled=COUNTS, read=COUNTS,
)  # fmt: skip
RECIPES = st.builds(
    RecipeFile, name=NAMES.filter(str.strip).map(str.strip), version=st.integers(1, 99), domain=NAMES,
    source=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9), note=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    streams=st.lists(STREAMS, min_size=1, max_size=3).map(tuple),
    conflicts=st.dictionaries(NAMES, st.sampled_from(Conflict), max_size=2),
    expected=st.lists(EXPECTED, max_size=3).map(tuple),
)  # fmt: skip


@given(RECIPES, st.sampled_from(["json", "yaml"]))
def test_what_is_written_is_read_back_the_same(recipe, form):
    again = read(write(recipe, form))
    assert again == recipe
    assert again.body.digest == recipe.body.digest


@given(RECIPES)
def test_what_it_gave_does_not_make_another_version(recipe):
    assert recipe.body.digest == recipe.body.model_copy(update={"expected": ()}).digest


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe\x00", "neither JSON nor YAML"),
        (b'{"format": "aura-recipe/1",\n "name": }', "neither JSON nor YAML in line 2"),
        (b"a: [1", "neither JSON nor YAML"),
        (b"- 1\n- 2", "no recipe"),
        (b'{"format": "aura-recipe/9"}', "no recipe of the format aura-recipe/1"),
        (b"a: &x [1]\nb: *x", "no anchors"),
        (b"{" + b'"a":{' * 5000, "neither JSON nor YAML"),
        (b" " * 2_000_001, "at most 2,000,000 bytes"),
        (b"format: aura-recipe/1\nname: 2024-01-05", "neither text, number"),
    ],
)
def test_other_files_are_refused(data, message):
    with pytest.raises(InvalidInputError, match=message):
        read(data)


def test_a_fault_is_named_by_its_place_and_never_quoted():
    document = {
        "format": "aura-recipe/1", "name": "x", "domain": "restaurant", "source": "toast",
        "streams": [{"name": "s", "columns": ["a"], "fields": [{"source_field": "a", "status": "Zanzibar"}], "extra": "Zanzibar"}],
    }  # fmt: skip
    for data in (json.dumps(document).encode(), yaml.safe_dump(document).encode()):
        with pytest.raises(InvalidInputError) as refused:
            read(data)
        assert "streams.0.fields.0.status" in refused.value.message
        assert "streams.0.extra" in refused.value.message
        assert "Zanzibar" not in str(refused.value)
