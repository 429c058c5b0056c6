"""The ways a source field's name can be read.

A header is read as it stands; without the place or choice it is about ('Price [Kiosk East]' is a price); without the
record's noun ('Variant SKU' is the sku of a variant); a JSON path also together with the objects and the list it
stands in ('tenders[].card_details.card.last_4'). The matcher compares each reading and keeps the best.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.engine.mapping.match.languages import in_english
from core.engine.mapping.match.lexicon import Lexicon, Phrase
from core.engine.mapping.match.paths import segments_of
from core.engine.sources.profile import FieldProfile
from core.kit.text import split_qualifier

_SHARED_LEAST, _SHARED = (
    4,
    0.5,
)  # how many names, and what share of those beside, must begin with the record's noun

_NAMELESS = re.compile(r"Column \d+")
_LOOKS = {
    "email": "email",
    "phone": "phone",
    "url": "url",
    "date": "date",
    "datetime": "date time",
    "bool": "active",
}
"""Kind of values -> the name of a column that has none in its file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Tokens to compare; with `about`, they hold only for fields of those entities (indices in the lexicon)."""

    words: Phrase
    about: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class FieldName:
    """One source field's name, taken apart.

    group      path up to the list, or to the object that is a record of its own, that it stands in; '' at the root
    group_about  entities that the group's own name names; mentions: entities that the rest of the name does
    leaf       the last segment's words, without the place or choice
    dynamic    the header carries a name or a place
    """

    readings: tuple[Reading, ...]
    leaf: Phrase
    mentions: frozenset[int]
    group: str
    group_about: frozenset[int]
    dynamic: bool
    ends_in_list: bool


def read_names(fields: Sequence[FieldProfile], words: Lexicon) -> list[FieldName]:
    """Split the names of all fields of one stream; shared endings ('... Main Street') show what is a place."""
    sources = [field.source for field in fields]
    fields = [
        replace(field, source=_named_by_values(name, field))
        for field, name in zip(fields, in_english(sources, sources), strict=True)
    ]
    heads = [_split_capitals(*split_qualifier(segments_of(field.source)[-1]), words) for field in fields]
    phrases = [words.words(head) for head, _ in heads]
    leaves = _without_places(phrases, words)
    nouns = _shared_nouns(fields, leaves)
    return [
        _field_name(field, leaf, bool(heads[index][1]) or leaf != phrases[index], nouns[index], words)
        for index, (field, leaf) in enumerate(zip(fields, leaves, strict=True))
    ]


def _named_by_values(name: str, field: FieldProfile) -> str:
    """Return what the values of a column without a name look like, where their look has a name; else its name."""
    return _LOOKS.get(field.kind, name) if _NAMELESS.fullmatch(name) else name


def _split_capitals(head: str, tail: str, words: Lexicon) -> tuple[str, str]:
    """Return a place in capitals behind a name that is not: ('Current Quantity', 'DOWNTOWN')."""
    shouted = re.fullmatch(r"(?=.*[a-z])(.*\S)\s+([A-Z][A-Z0-9 &'-]{2,})", head)
    if tail or not shouted or all(word in words.vocabulary for word in words.words(shouted[2])):
        return head, tail
    return shouted[1], shouted[2]


def _shared_nouns(fields: Sequence[FieldProfile], leaves: list[Phrase]) -> list[str]:
    """Per field the word that most names beside it begin with ('menu_id', 'menu_name' ...): it names the record."""
    parents = [".".join(segments_of(field.source)[:-1]) for field in fields]
    beginnings = Counter((path, leaf[0]) for path, leaf in zip(parents, leaves, strict=True) if len(leaf) > 1)
    sizes = Counter(parents)
    return [
        leaf[0]
        if len(leaf) > 1 and beginnings[path, leaf[0]] >= max(_SHARED_LEAST, _SHARED * sizes[path])
        else ""
        for path, leaf in zip(parents, leaves, strict=True)
    ]


def _without_places(leaves: list[Phrase], words: Lexicon) -> list[Phrase]:
    """Cuts endings with a word no phrase of the trade knows, where several headers share the ending, or where

    several have such endings behind the same usual name ('Stock North', 'Stock Harbour').
    """
    endings: Counter[Phrase] = Counter()
    beginnings: Counter[Phrase] = Counter()
    usual = frozenset(words.phrases)
    for leaf in leaves:
        for start in range(1, len(leaf)):
            endings[leaf[start:]] += 1
            beginnings[leaf[:start]] += leaf[start] not in words.vocabulary and leaf[:start] in usual
    cut: list[Phrase] = []
    for leaf in leaves:
        start = next(
            (
                start
                for start in range(1, len(leaf))
                if leaf[start] not in words.vocabulary
                and (endings[leaf[start:]] > 1 or beginnings[leaf[:start]] > 1)
            ),
            len(leaf),
        )
        shared = _longest_shared(leaf, endings, words)
        cut.append(leaf[: min(start, shared)])
    return cut


def _longest_shared(leaf: Phrase, endings: Counter[Phrase], words: Lexicon) -> int:
    """Where a shared ending of three words or more begins, if one of its words is unknown to the trade."""
    for start in range(1, len(leaf) - 2):
        ending = leaf[start:]
        if endings[ending] > 2 and any(word not in words.vocabulary for word in ending):
            return start
    return len(leaf)


def _field_name(field: FieldProfile, leaf: Phrase, dynamic: bool, noun: str, words: Lexicon) -> FieldName:  # noqa: FBT001
    segments = segments_of(field.source)
    ends_in_list = segments[-1].endswith("[]")
    holders = [
        index for index in range(len(segments) - 1)
        if segments[index].endswith("[]") or _is_record(words.words(segments[index]), words)
    ]  # fmt: skip
    last = holders[-1] if holders else -1
    inner = _join(*(_unwrapped(words.words(segment), words) for segment in segments[last + 1 : -1]))
    holder = _holder_name(segments, last, words)
    held = bool(inner) and leaf in _GENERIC_LEAVES  # 'price_money.amount' speaks of a price, not of an amount
    phrases = [inner if held else leaf, _join(inner, leaf), _join(holder, inner, leaf)]
    if len(leaf) > 1:
        phrases.append(_unwrapped(leaf, words))
    if noun:
        phrases.append(leaf[1:])
    readings: dict[Phrase, Reading] = {}
    for phrase in phrases:
        if phrase:
            readings.setdefault(phrase, Reading(phrase))
    stripped = {reading for phrase in list(readings) for reading in _without_nouns(phrase, words)}
    return FieldName(
        readings=(*readings.values(), *sorted(stripped, key=lambda r: (r.words, sorted(r.about or ())))),
        leaf=leaf,
        mentions=_mentions(_join(inner, leaf), words),
        group=".".join(segments[: last + 1]),
        group_about=_head(holder, words),
        dynamic=dynamic,
        ends_in_list=ends_in_list,
    )


def _is_record(phrase: Phrase, words: Lexicon) -> bool:
    """Whether an object is a record of its own ('customer', 'orderType'), not a part of its holder ('item_data')."""
    return bool(_head(phrase, words)) and not any(word in words.wrappers for word in phrase)


_GENERIC_LEAVES = frozenset(
    {("amount",), ("value",), ("name",), ("id",), ("label",), ("title",), ("code",), ("text",), ("src",), ("url",), ("source",)}
)  # fmt: skip


def _holder_name(segments: list[str], last: int, words: Lexicon) -> Phrase:
    """Return the words of the list's or object's name; a wrapper ('line_items.elements[]') gives way to what it wraps."""
    for index in range(last, -1, -1):
        phrase = words.words(segments[index])
        if _unwrapped(phrase, words):
            return phrase if _head(phrase, words) else _unwrapped(phrase, words)
    return ()


def _head(phrase: Phrase, words: Lexicon) -> frozenset[int]:
    """Entities named by the end of a phrase: an 'option set item' is an item, not a set."""
    for shorter in (phrase, _unwrapped(phrase, words)):
        for start in range(len(shorter)):
            if entities := words.nouns.get(shorter[start:]):
                return entities
    return frozenset()


def _unwrapped(phrase: Phrase, words: Lexicon) -> Phrase:
    return tuple(word for word in phrase if word not in words.wrappers)


def _join(*parts: Phrase) -> Phrase:
    """One phrase, without a word that the next part says again."""
    words = [word for part in parts for word in part]
    return tuple(word for index, word in enumerate(words) if word not in words[index + 1 :])


def _spans(phrase: Phrase, words: Lexicon) -> list[tuple[int, int, frozenset[int]]]:
    """Entity nouns in the phrase, longest first, none inside another."""
    spans: list[tuple[int, int, frozenset[int]]] = []
    for size in range(min(4, len(phrase)), 0, -1):
        for start in range(len(phrase) - size + 1):
            entities = words.nouns.get(phrase[start : start + size])
            if entities and all(start + size <= low or start >= high for low, high, _ in spans):
                spans.append((start, start + size, entities))
    return spans


def _mentions(phrase: Phrase, words: Lexicon) -> frozenset[int]:
    return frozenset(entity for _, _, entities in _spans(phrase, words) for entity in entities)


def _without_nouns(phrase: Phrase, words: Lexicon) -> list[Reading]:
    """Return the phrase without each noun it holds, for that noun's entities, and without all, for the last one's."""
    spans = sorted(_spans(phrase, words))
    cuts = [([span], span[2]) for span in spans]
    if len(spans) > 1:
        cuts.append((spans, spans[-1][2]))
    readings = []
    for cut_spans, entities in cuts:
        remaining = tuple(
            word
            for index, word in enumerate(phrase)
            if not any(low <= index < high for low, high, _ in cut_spans)
        )
        readings += [
            Reading(phrase_left, entities)
            for phrase_left in {remaining, _unwrapped(remaining, words)}
            if phrase_left
        ]
    return readings
