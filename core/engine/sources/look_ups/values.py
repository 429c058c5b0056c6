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
        by_name = {stream.name: stream for stream in specs or ()}
        for column, look_up in spec.look_up.items():
            index = self.index.setdefault(column, {})
            for pattern in places_of(by_name[look_up.stream], document):
                for node in objects_at(document, pattern):
                    keys = pick(node, pattern_of(look_up.match))
                    for key in keys if isinstance(keys, list) else [keys]:
                        if isinstance(key, (str, int)):
                            index.setdefault(key, pick(node, pattern_of(look_up.value)))

    def values(self, node: dict[str, Json]) -> dict[str, Json]:
        """Return new column -> value looked up for this record; no column where there is none."""
        extra: dict[str, Json] = {}
        for column, look_up in self.columns.items():
            key_value, index = node.get(look_up.key), self.index[column]
            if isinstance(key_value, list):
                extra[column] = [
                    index[key] for key in key_value if isinstance(key, (str, int)) and key in index
                ]
            elif isinstance(key_value, (str, int)) and key_value in index:
                extra[column] = index[key_value]
        return extra


def objects_at(document: Json, pattern: Pattern) -> Iterator[dict[str, Json]]:
    """Yield every object at a place."""
    value = pick(document, pattern)
    yield from (node for node in (value if isinstance(value, list) else [value]) if isinstance(node, dict))


def places_of(spec: StreamSpec, document: Json) -> Iterator[Pattern]:
    """Yield the places of a stream; of several joined by ' || ' the first that has anything."""
    for choice in (spec.path or "").split(" | "):
        options = [pattern_of(option.strip()) for option in choice.split(" || ") if option.strip()]
        yield from next(([option] for option in options if pick(document, option)), options[-1:])
