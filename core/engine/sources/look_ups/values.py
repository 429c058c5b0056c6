"""Look up values of a record in other streams of its document: a LookUp's columns, indexed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.engine.sources.contract import StreamSpec
from core.engine.sources.json_text import Json
from core.engine.sources.paths import Pattern, pattern_of, pick


class LookUps:
    """The look-ups of one stream, indexed once for the document."""

    def __init__(self, document: Json, spec: StreamSpec, specs: Sequence[StreamSpec] | None) -> None:
        self.columns = spec.look_up
        self.index: dict[str, dict[str | int, Json]] = {}
        by_name = {other.name: other for other in specs or ()}
        for column, look_up in spec.look_up.items():
            index = self.index.setdefault(column, {})
            for place in places_of(by_name[look_up.stream], document):
                for node in objects_at(document, place):
                    theirs = node.get(look_up.theirs)
                    for key in theirs if isinstance(theirs, list) else [theirs]:
                        if isinstance(key, (str, int)):
                            index.setdefault(key, node.get(look_up.wanted))

    def values(self, node: dict[str, Json]) -> dict[str, Json]:
        """New column -> what the look-up gives for this record; without a column where it gives nothing."""
        extra: dict[str, Json] = {}
        for column, look_up in self.columns.items():
            own, index = node.get(look_up.own), self.index[column]
            if isinstance(own, list):
                extra[column] = [index[key] for key in own if isinstance(key, (str, int)) and key in index]
            elif isinstance(own, (str, int)) and own in index:
                extra[column] = index[own]
        return extra


def objects_at(document: Json, place: Pattern) -> Iterator[dict[str, Json]]:
    """Give every object that stands at a place."""
    found = pick(document, place)
    yield from (node for node in (found if isinstance(found, list) else [found]) if isinstance(node, dict))


def places_of(spec: StreamSpec, document: Json) -> Iterator[Pattern]:
    """Give the places of a stream; of several joined by ' || ' the first that has anything."""
    for choice in (spec.path or "").split(" | "):
        options = [pattern_of(option.strip()) for option in choice.split(" || ") if option.strip()]
        yield from next(([option] for option in options if pick(document, option)), options[-1:])
