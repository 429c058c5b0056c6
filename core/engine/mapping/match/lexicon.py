"""The vocabulary of a domain, compiled once: which phrases stand for which target field, which nouns for which entity.

Read from data/aliases.yaml and the target schema. Phrases become rows of a sparse token matrix, so that thousands of
source names are compared with all of them in one multiplication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import yaml

from core.engine.mapping.match.skeletons import is_without_vowels, parts_without_vowels, skeletons
from core.kit.text import ABBREVIATIONS, normalise, split_compound, tokens
from core.schema import Field, target_schema

if TYPE_CHECKING:
    from scipy import sparse

ALIASES_FILE = Path(__file__).resolve().parents[4] / "data" / "aliases.yaml"

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Phrase = tuple[str, ...]
LeftOut = tuple[str, Phrase]
"""A phrase and what it stands for: the name of a field, NO_PLACE, or NOUN and the name of an entity."""
NO_PLACE, NOUN = "nothing", "noun "

_FILLERS = frozenset({"a", "an", "the", "of", "in", "on", "for", "and", "or", "is", "was", "are", "at", "s"})
_PLAIN_ID = frozenset(
    {"source", "sis", "unique", "record", "system", "internal", "object", "reference"}
)  # 'unique id' is an id
_UNKNOWN = 3.0  # weight of a word no phrase knows, on the scale of the inverse document frequencies below


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Everything the matcher knows of one domain's words.

    phrases    one row per phrase; `owner` is the index of its target, `len(targets)` for 'nothing fits' phrases;
               rows are sorted by owner and `starts` holds each owner's first row
    known      words a glued name may be made of
    nouns      phrase -> indices of the entities it names
    refers     entity x entity, 1 where the first has a field that refers to the second; belongs: where it must
    skeletons  word by its consonants, where they are no other word's
    options    target index -> {written value: option}, for enumerations and for flags written as words
    """

    domain: str
    targets: tuple[Field, ...]
    entities: tuple[str, ...]
    vocabulary: Mapping[str, int]
    known_words: frozenset[str]
    weights: Floats
    phrases: tuple[Phrase, ...]
    matrix: sparse.csr_matrix
    phrase_weight: Floats
    owner: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    meanings: sparse.csr_matrix
    nouns: Mapping[Phrase, frozenset[int]]
    options: Mapping[int, Mapping[str, str]]
    qualifiers: frozenset[str]
    wrappers: frozenset[str]
    entity_of: npt.NDArray[np.int64]
    refers_to: npt.NDArray[np.int64]
    refers: Doubles
    belongs: Doubles
    skeletons: Mapping[str, str]

    def words(self, name: str) -> Phrase:
        """Return the name's tokens without fillers, glued words taken apart where all their parts are known."""
        words: list[str] = []
        for token in tokens(name):
            for part in self._parts(token):
                words += [word for word in tokens(part) if word not in _FILLERS]
        return tuple(
            word
            for index, word in enumerate(words)
            if word not in _PLAIN_ID or words[index + 1 : index + 2] != ["id"]
        )

    def _parts(self, token: str) -> tuple[str, ...]:
        """Take a glued word apart, or a word without vowels."""
        if token not in self.known_words and is_without_vowels(token) and token in self.skeletons:
            return (self.skeletons[token],)
        parts = split_compound(token, self.known_words)
        return (
            parts
            if parts != (token,) or token in self.known_words
            else parts_without_vowels(token, self.skeletons)
        )

    def bag(self, phrases: Iterable[Phrase]) -> tuple[sparse.csr_matrix, Floats]:
        """Rows of weighted known tokens, and each row's whole weight, unknown tokens included."""
        rows, columns, weights = [], [], []
        for number, phrase in enumerate(phrases):
            weight = 0.0
            for token in dict.fromkeys(phrase):
                column = self.vocabulary.get(token)
                if column is None:
                    weight += _UNKNOWN
                else:
                    rows.append(number)
                    columns.append(column)
                    weight += float(self.weights[column])
            weights.append(weight)
        values = self.weights[columns] if columns else np.zeros(0, np.float32)
        shape = (len(weights), len(self.weights))
        return _sparse((values, (rows, columns)), shape=shape), np.array(weights, np.float32)


def _sparse(*content: Any, **more: Any) -> sparse.csr_matrix:
    """Return a sparse matrix. SciPy is loaded where one is made, as it takes a sixth of a second and not every process matches."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  (slow to load, and not every process matches)

    return csr_matrix(*content, **more)


@cache
def lexicon(domain: str) -> Lexicon:
    """Return the lexicon of 'restaurant' or 'school'; raises InvalidInputError for any other name."""
    return compile_lexicon(domain)


def compile_lexicon(domain: str, left_out: Collection[LeftOut] = ()) -> Lexicon:
    """Compile a domain's lexicon without the phrases `left_out`, by which a matcher is judged that does not know them.

    The schema's own names stay whatever is left out. Raises InvalidInputError when there is no such domain.
    """
    entities = tuple(target_schema().domain(domain))
    targets = target_schema().fields(domain)
    document = _read(ALIASES_FILE)
    common, domain_terms = document["common"], document[domain]
    owned = _target_phrases(targets, common["fields"], domain_terms["fields"])
    owned.append(_phrases(common["nothing"]) | _phrases(domain_terms["nothing"]))
    keys = [*(field.name for field in targets), NO_PLACE]
    pairs = sorted(
        (owner, phrase)
        for owner, group in enumerate(owned)
        for phrase in group
        if (keys[owner], phrase) not in left_out or phrase in _phrases(keys[owner])
    )
    phrases = tuple(phrase for _, phrase in pairs)
    owner = np.array([number for number, _ in pairs], np.int64)
    nouns = _nouns(domain_terms["entities"], entities, left_out)
    vocabulary, weights = _weigh(phrases, nouns, targets)
    position = {entity: index for index, entity in enumerate(entities)}
    blank = Lexicon(
        domain=domain,
        targets=targets,
        entities=entities,
        vocabulary=vocabulary,
        known_words=frozenset(vocabulary) | _FILLERS | ABBREVIATIONS.keys(),
        weights=weights,
        phrases=phrases,
        matrix=_sparse((0, len(weights))),
        phrase_weight=np.zeros(0, np.float32),
        owner=owner,
        starts=np.searchsorted(owner, np.arange(len(targets) + 1)),
        meanings=_sparse((0, len(weights))),
        nouns={phrase: frozenset(noun) for phrase, noun in nouns.items()},
        options=_options(targets, {**common["values"], **domain_terms["values"]}),
        qualifiers=frozenset(word for phrase in _phrases(common["qualifiers"]) for word in phrase),
        wrappers=frozenset(word for phrase in _phrases(common["wrappers"]) for word in phrase),
        entity_of=np.array([position[field.entity] for field in targets], np.int64),
        refers=_references(targets, position),
        belongs=_references([field for field in targets if field.required], position),
        refers_to=np.array([position.get(field.refers_to or "", -1) for field in targets], np.int64),
        skeletons=skeletons(vocabulary),
    )
    return _with_matrices(blank)


def _nouns(
    terms: Mapping[str, str], entities: tuple[str, ...], left_out: Collection[LeftOut]
) -> dict[Phrase, set[int]]:
    """Return the entities that each noun names; the first noun of an entity always stays."""
    nouns: dict[Phrase, set[int]] = {}
    for entity, text in terms.items():
        for number, phrase in enumerate(_phrase_list(text)):
            if not number or (NOUN + entity, phrase) not in left_out:
                nouns.setdefault(phrase, set()).add(entities.index(entity))
    return nouns


def _with_matrices(blank: Lexicon) -> Lexicon:
    matrix, phrase_weight = blank.bag(blank.phrases)
    matrix.data[:] = 1.0  # the reading carries the weight; a phrase only says which tokens it has
    meaning, _ = blank.bag(
        blank.words(f"{field.entity} {field.name} {field.meaning}") for field in blank.targets
    )
    values = {name: getattr(blank, name) for name in blank.__dataclass_fields__}
    return Lexicon(**{**values, "matrix": matrix, "phrase_weight": phrase_weight, "meanings": meaning})


@cache
def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return document


def _phrases(text: str) -> set[Phrase]:
    return set(_phrase_list(text))


def _phrase_list(text: str) -> list[Phrase]:
    phrases = (tuple(word for word in tokens(part) if word not in _FILLERS) for part in text.split(","))
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


def _target_phrases(
    targets: tuple[Field, ...], common: Mapping[str, str], domain_terms: Mapping[str, str]
) -> list[set[Phrase]]:
    """Per target: its own aliases, else those every entity shares, and always the schema's own name."""
    return [
        _phrases(domain_terms.get(field.key) or "")
        | _phrases(common.get(f"*.{field.name}") or "")
        | _phrases(field.name)
        for field in targets
    ]


def _weigh(
    phrases: tuple[Phrase, ...], nouns: Mapping[Phrase, set[int]], targets: tuple[Field, ...]
) -> tuple[dict[str, int], Floats]:
    """Inverse document frequency over the phrases: 'id' says little, 'gratuity' much."""
    counts = Counter(word for phrase in phrases for word in set(phrase))
    for phrase in nouns:
        counts.update(word for word in phrase if word not in counts)
    for field in targets:
        counts.update(word for word in tokens(field.meaning) if word not in counts and word not in _FILLERS)
    vocabulary = {word: number for number, word in enumerate(sorted(counts))}
    scale = np.log(1 + len(phrases) / np.array([counts[word] for word in vocabulary], np.float64))
    return vocabulary, (0.5 + scale / 2).astype(np.float32)


def _options(targets: tuple[Field, ...], values: Mapping[str, str]) -> dict[int, dict[str, str]]:
    options_by_target: dict[int, dict[str, str]] = {}
    for number, field in enumerate(targets):
        if field.options or field.name in values:
            spellings = {normalise(option): option for option in field.options}
            for option in field.options or (field.name,):
                for text in str(values.get(option, "")).split(","):
                    spellings.setdefault(normalise(text), option)
            options_by_target[number] = spellings
    return options_by_target


def _references(targets: Iterable[Field], position: Mapping[str, int]) -> Doubles:
    refers = np.zeros((len(position), len(position)))
    for field in targets:
        if field.refers_to and field.refers_to != field.entity:
            refers[position[field.entity], position[field.refers_to]] = 1
    return refers
