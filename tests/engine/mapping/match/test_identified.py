"""An entity whose noun stands on the first id of a table is the one that the table's records are identified as."""

from __future__ import annotations

from core.engine.mapping.match.context import read_context, weigh_groups
from core.engine.mapping.match.features import observe
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.model import trained_model
from core.engine.sources.profile import profile_samples


def test_the_first_id_of_a_table_names_what_its_records_are_whatever_the_order_of_the_signals():
    words = lexicon("restaurant")
    columns = {
        "order id": ["o1", "o2", "o3"],
        "customer id": ["c1", "c1", "c2"],
        "total": ["5.00", "6.00", "7.00"],
    }
    fields = [
        profile_samples(name, texts, position=position)
        for position, (name, texts) in enumerate(columns.items())
    ]
    observed = observe(fields, words)
    chances = weigh_groups(observed.groups, trained_model().entities, words)
    identified = read_context(observed.groups, chances, chances, observed.field_names, words).identified
    assert [{words.entities[index] for index in row.nonzero()[0]} for row in identified] == [{"order"}] * 3
