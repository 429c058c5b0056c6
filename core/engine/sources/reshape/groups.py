"""Fill down what the first row of a group says for all its rows: exports leave it blank in the rows that follow.

Two kinds. Under a key: rows of one handle or order number, the product or the order only in the first. Under a heading
cell: a category that stands once, in the first row it is about, as in merged cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.batch import FAULT
from core.engine.sources.contract import Grouped
from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import Frames

_KEYS = word_set(
    "handle id number order invoice receipt reference code token ticket bill commande pedido bestellung numero bon name"
)
_NO_KEYS = word_set(
    "first last middle given family customer category product item dish phone telephone mobile zip postal"
)
_GROUPS = word_set(
    "category group section department class course family kategorie gruppe warengruppe bereich categorie groupe rubrique seccion "
    "grupo categoria gruppo reparto kategoria grupa item dish product name artikel gericht produit plat plato producto prodotto "
    "piatto grade form year date day table house team order menu server waiter waitress employee staff cashier teacher kellner "
    "bedienung mitarbeiter kassierer lehrer camarero mesero empleado serveur serveuse employe cameriere garcom atendente location "
    "store branch room filiale standort raum supplier vendor lieferant klasse klass jahrgang jahrgangsstufe klassenstufe stufe jahr "
    "datum tag tisch speisekarte lieferanten grado curso turma serie fecha dia mesa pedido data giorno tavolo classe niveau jour annee "
    "commande fournisseur proveedor fornitore fornecedor klas leerjaar dag tafel bestelling categoria famille familia rayon sala aula"
)
_ITEMS = word_set("item dish product artikel gericht produit plat plato producto prodotto piatto")
SIZES = word_set(
    "size variation variant portion grosse groesse taille tamano formato format misura rozmiar maat serving"
)
_IDS = word_set("id ref reference number no nr num code numero nummer")
_FEW = 0.05
_BLANK_SHARE = 1 / 3
_FIRST_COLUMNS = 4
_CHANCE = 0.05
"""The chance from which a column could as well be blank by itself in all rows that repeat a key."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one key. `filled` are columns that only the first row of a group has, `repeated` those of every row.

    `doubtful` are columns that only first rows have, in too few rows to tell: they are not filled down.
    """

    key: str
    filled: tuple[str, ...]
    repeated: tuple[str, ...]
    doubtful: tuple[str, ...]


def find_group(columns: Sequence[str], rows: pl.DataFrame) -> Group | None:
    """Find the key whose repeated rows leave columns blank that their first row has; None where there is none."""
    for key in columns[:_FIRST_COLUMNS]:
        header_words = set(words(key))
        if header_words & _KEYS and not header_words & _NO_KEYS and (group := _group(key, columns, rows)):
            return group
    return None


def declared_group(columns: Sequence[str], rows: pl.DataFrame, grouped: Grouped) -> Group | None:
    """Return the group that a source declares; None where the table lacks its key or all of its parts."""
    key, parts = grouped.key_of(columns), grouped.columns_for(grouped.parts, columns)
    if not key or not parts:
        return None
    shared, first = grouped.columns_for(grouped.shared, columns), grouped.columns_for(grouped.first, columns)
    undeclared = [column for column in columns if column not in {key, *parts, *shared, *first}]
    varying = tuple(column for column in undeclared if _varies(rows, key, column))
    filled = tuple(column for column in shared if column not in {key, *parts})
    repeated = tuple(column for column in columns if column in {*parts, *varying})
    return Group(key, filled, repeated, ())


def _varies(rows: pl.DataFrame, key: str, column: str) -> bool:
    """Tell whether a row of some key says otherwise than the first of it."""
    firsts = rows.select(
        pl.col(column).first().over(key).alias("first"), pl.col(column).alias("row")
    ).drop_nulls("row")
    return bool(firsts.select((pl.col("row") != pl.col("first")).fill_null(value=True).any()).item())


def _group(key: str, columns: Sequence[str], rows: pl.DataFrame) -> Group | None:
    values = rows[key]
    if values.null_count() or rows.height < 2:
        return None
    follows = (values == values.shift(1)).fill_null(value=False)
    repeats, firsts = rows.filter(follows), rows.filter(~follows)
    if repeats.is_empty() or firsts[key].n_unique() < firsts.height:
        return None
    leading = rows.filter(~follows & follows.shift(-1).fill_null(value=False))
    filled, repeated, doubtful = [], [], []
    for column in columns:
        if column == key:
            continue
        if repeats[column].count():
            repeated.append(column)
        elif leading[column].count() == leading.height:
            filled.append(column)
        elif leading[column].count():
            doubtful.append(column)
    child_prefixes = {_prefix(column) for column in repeated} - {""}
    children = [column for column in (*filled, *doubtful) if _prefix(column) in child_prefixes]
    filled = [column for column in filled if column not in children]
    doubtful = [column for column in doubtful if column not in children]
    if len(filled) < 2 or not repeated:
        return None
    weak = [
        column
        for column in filled
        if _may_be_child(rows[column], repeats.height) and _is_number(firsts[column])
    ]
    return Group(
        key,
        tuple(column for column in filled if column not in weak),
        (*repeated, *children),
        (*doubtful, *weak),
    )


def _prefix(column: str) -> str:
    """Return the first word of a name of several words: columns that share it are about one thing."""
    parts = words(column)
    return (
        parts[0]
        if len(parts) > 1 and parts[0] in {"variant", "lineitem", "line", "item", "variation", "sku"}
        else ""
    )


def _may_be_child(values: pl.Series, repeats: int) -> bool:
    share = values.count() / max(1, len(values))
    return bool((1 - share) ** repeats > _CHANCE)


def _is_number(values: pl.Series) -> bool:
    texts = values.drop_nulls().str.strip_chars()
    return bool(len(texts)) and bool(texts.str.contains(r"^[^\w]*\d[\d.,' ]*[^\w]*$").all())


def fill_under_key(key: str, filled: Sequence[str]) -> Callable[[Frames], Frames]:
    """Return the conversion that gives every row the filled columns of the first row of its key.

    A later row that says otherwise than the first is marked as broken: its group is not what it seems.
    """

    def converted(frames: Frames) -> Frames:
        last: pl.DataFrame | None = None
        for frame in frames:
            rows = frame.select(key, *filled)
            joined_rows = rows if last is None else pl.concat([last, rows])
            runs = (pl.col(key) != pl.col(key).shift(1)).fill_null(value=True).cum_sum()
            firsts = joined_rows.select(key, *(pl.col(name).first().over(runs) for name in filled))
            last = firsts.tail(1)
            firsts = firsts.tail(frame.height)
            differs = [(rows[name] != firsts[name]).fill_null(value=False).alias(name) for name in filled]
            filled_rows = frame.with_columns(
                pl.coalesce(rows[name], firsts[name]).alias(name) for name in filled
            )
            yield _broken(filled_rows, key, differs)

    return converted


def _broken(frame: pl.DataFrame, key: str, differs: Sequence[pl.Series]) -> pl.DataFrame:
    """Say in FAULT which rows have another value than the first of their key."""
    if not any(rows.any() for rows in differs):
        return frame
    faults = [
        pl.when(rows).then(pl.lit(f"{rows.name} is not that of the first row of its {key}"))
        for rows in differs
    ]
    texts = pl.concat_str(faults, separator="; ", ignore_nulls=True)
    fault = pl.when(texts != "").then(texts)
    earlier = [pl.col(FAULT)] if FAULT in frame.columns else []
    return frame.with_columns(pl.coalesce(*earlier, fault).alias(FAULT))


# --- blank cells under a heading cell ----------------------------------------------------------------------------


def find_blanks(columns: Sequence[str], rows: pl.DataFrame) -> tuple[str, ...]:
    """Find the leading columns whose blank cells stand for the value above: groups that are named once.

    Each value is written once, other columns are filled in every row, and blank cells are frequent, but for items, which
    have a name where their sizes stand in rows of their own.
    """
    leading: list[str] = []
    has_sizes = any(set(words(column)) & SIZES for column in columns)
    for column in columns[:_FIRST_COLUMNS]:
        header_words = set(words(column))
        share = 0.0 if has_sizes and header_words & _ITEMS else _BLANK_SHARE
        if not header_words & _GROUPS or not _stands_once(rows[column], rows.drop(*leading, column), share):
            break
        leading.append(column)
    return tuple(leading) if leading and len(columns) > len(leading) + 1 else ()


def doubtful_blanks(columns: Sequence[str], rows: pl.DataFrame) -> str:
    """Name the first column where its few blank cells may stand for the value above; '' where nothing is in doubt."""
    column = columns[0] if columns else ""
    is_group = bool(set(words(column)) & _GROUPS)
    may_stand = is_group and rows.height > 2 and _stands_once(rows[column], rows.drop(column), 0.0)
    return column if may_stand and not _are_records_without_id(column, rows) else ""


def _are_records_without_id(column: str, rows: pl.DataFrame) -> bool:
    """Tell whether an id is missing in a few rows that are records of their own: whole, and unlike the row above."""
    blank = rows[column].is_null()
    if not set(words(column)) & _IDS or blank.sum() > _FEW * rows.height:
        return False
    others = rows.drop(column)
    full = [name for name in others.columns if not others.filter(~blank)[name].null_count()]
    is_whole = not others.filter(blank).select(full).null_count().sum_horizontal().sum()
    same = [(others[name] == others[name].shift(1)).fill_null(value=False) for name in full]
    alike = pl.DataFrame(same).filter(blank).sum_horizontal() if same else blank.filter(blank)
    return is_whole and bool((alike * 2 <= len(full)).all())


def _stands_once(values: pl.Series, other_columns: pl.DataFrame, share: float) -> bool:
    filled = values.drop_nulls()
    blanks = values.is_null()
    if values.is_empty() or values[0] is None or len(filled) < 2 or not blanks.any():
        return False
    if filled.n_unique() < len(filled) or blanks.sum() < share * len(values):
        return False
    full = [name for name in other_columns.columns if not other_columns[name].null_count()]
    return len(full) >= 2 or (len(full) == 1 and other_columns.width <= 2)


def fill_blanks(names: Sequence[str]) -> Callable[[Frames], Frames]:
    """Return the conversion that fills blank cells by the value above; of a column to the right only below its left one's."""

    def converted(frames: Frames) -> Frames:
        last: pl.DataFrame | None = None
        for frame in frames:
            rows = frame.select(names)
            joined_rows = rows if last is None else pl.concat([last, rows])
            for index, name in enumerate(names):
                outer_columns = [pl.col(outer_column) for outer_column in names[:index]]
                value = pl.col(name).forward_fill()
                joined_rows = joined_rows.with_columns(value.over(outer_columns) if outer_columns else value)
            last = joined_rows.tail(1)
            yield frame.with_columns(joined_rows.tail(frame.height).get_columns())

    return converted
