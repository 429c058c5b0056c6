"""Make records of the things that cells list with their amounts: sizes, modifiers, and the payments of an order.

Only a column each of whose cells is such a list is divided; a cell further on that is none holds its row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.engine.batch import FAULT, ROW
from core.engine.sources.reshape.headers import is_key, words
from core.engine.sources.reshape.parts import Part, list_amounts, parts_of
from core.engine.sources.reshape.prices import price_columns
from core.engine.sources.reshape.shape import SEPARATOR, Frames, Reading, StreamShape, free_name, own_columns
from core.engine.sources.reshape.variant_rows import item_name


def _stems(text: str) -> frozenset[str]:
    """Return the words of a text as headers are split into words."""
    return frozenset(stem for word in text.split() for stem in words(word))


_SIZES = _stems(
    "size sizes portion portions variant variants variation variations grosse grossen groesse groessen taille tailles tamano tamanos"
    " formato formati misura maat maten"
)
_MODIFIERS = _stems(
    "modifier modifiers modification modifications extra extras addon addons add topping toppings option options zusatz zusatze"
    " beilage beilagen supplement supplements suplemento suplementos adicional adicionais ingrediente aggiunta aggiunte toevoeging"
)
_PAYMENTS = _stems(
    "payment payments tender tenders paid pay zahlung zahlungen zahlungsart bezahlung zahlart paiement paiements reglement pago pagos"
    " forma pagamento pagamenti pagamentos betaling betaalwijze"
)
_ORDERS = _stems(
    "order check bill receipt ticket invoice transaction sale bestellung beleg bon rechnung commande facture pedido factura ordine"
    " scontrino ordem bestelling"
)
_NUMBERS = _stems("no number id nr num numero nummer n ref reference code")
_DAYS = _stems("date day time datum data fecha jour opened created zeit")
_STRIDE = 100
_MOST = 1_000
_ROW_NOTE = f"row {_STRIDE * 2 + 1} is the first of row 2 of the file"

_ORDER_KEY, _GROUPS = "Order key", "Modifier set"
_SIZE_NAMES = ("Size key", "Size", "Size price")
_MODIFIER_NAMES = ("Modifier key", "Modifier group", "Modifier", "Price change")
_PAYMENT_NAMES = ("Payment key", "Tender", "Tender amount")


@dataclass(frozen=True, slots=True)
class _Division:
    """A column whose cells become records. `parent` names the record that they belong to, in each row.

    `names` are the columns made: the key first, then those of `values`: the parent's text and a part -> their values.
    """

    column: str
    parent: pl.Expr
    suffix: str
    entity: str
    names: tuple[str, ...]
    values: Callable[[str, Part], tuple[str | None, ...]]
    readings: dict[str, Reading]
    parent_name: str = ""


def with_parts(shape: StreamShape, columns: Sequence[str], table: pl.DataFrame) -> list[StreamShape]:
    """Return the shape of a table and those of what its cells list; the shape alone where no column is divided."""
    lists = [column for column in columns if column not in shape.readings and table[column].count()]
    menu = _of_items(columns, [column for column in lists if column in shape.columns], table)
    orders = [] if menu else _of_orders(columns, lists, table)
    if not menu and not orders:
        return [shape]
    parent = _with_groups(shape, menu) if menu else _with_order_key(shape, columns, table)
    readings = {
        division.column: Reading(None, f"{division.suffix} are made of it.") for division in (*menu, *orders)
    }
    parent = replace(parent, readings={**parent.readings, **readings})
    return [parent, *(_child(division) for division in (*menu, *orders))]


def _child(division: _Division) -> StreamShape:
    names = (*division.names, division.parent_name) if division.parent_name else division.names
    why = f"each cell of {division.column} lists several, with their amounts: {_ROW_NOTE}"
    return StreamShape(
        names,
        f"{SEPARATOR}{division.suffix.lower()}",
        division.entity,
        (why,),
        division.readings,
        lambda frames: _divided(frames, division, names),
    )


def _divided(frames: Frames, division: _Division, names: Sequence[str]) -> Frames:
    """Yield a row for each thing that a cell lists; one with a fault for a cell that is no such list."""
    for frame in frames:
        parents = frame.select(division.parent.alias("parent"))["parent"]
        reader_columns = own_columns(frame)
        rows: list[dict[str, object]] = []
        for index, (text, parent) in enumerate(zip(frame[division.column], parents, strict=True)):
            notes = {name: frame[name][index] for name in reader_columns}
            number = frame[ROW][index] if ROW in frame.columns else index
            for position, row in enumerate(_rows(text, parent or "", division, names), start=1):
                fault = f"{division.column} is no list of names and amounts: {text}"
                broken = {division.names[0]: f"{parent} | {text}", FAULT: notes.get(FAULT) or fault}
                rows.append({**notes, **(row or broken), ROW: number * _STRIDE + position})
        has_fault = any(row.get(FAULT) for row in rows)
        order = [ROW, *names, *dict.fromkeys([*reader_columns, *([FAULT] if has_fault else [])])]
        schema = {name: pl.Int64 if name == ROW else pl.String for name in order}
        yield pl.DataFrame(rows, schema=schema, orient="row").select(
            order if ROW in frame.columns else [name for name in order if name != ROW]
        )


def _rows(
    text: str | None, parent: str, division: _Division, names: Sequence[str]
) -> Iterator[dict[str, object] | None]:
    if text is None or not text.strip():
        return
    parts = parts_of(text)
    if parts is None or len(parts) >= _STRIDE:  # more than row numbers are kept free for
        yield None
        return
    for part in parts:
        values = (f"{parent} | {part.name}", *division.values(parent, part))
        yield dict(zip(names, (*values, parent) if division.parent_name else values, strict=True))


# --- items ----------------------------------------------------------------------------------------------------------


def _of_items(columns: Sequence[str], lists: Sequence[str], table: pl.DataFrame) -> list[_Division]:
    """Return what the cells of a menu list: at most one column of sizes, any of modifiers."""
    item = item_name(columns)
    if not item or not is_key(table[item]):
        return []
    of_menu = [column for column in lists if column != item]
    sizes = [
        column
        for column in of_menu
        if set(words(column)) & _SIZES and _holds_lists(table[column], may_lack=False)
    ]
    unpriced = table
    for priced in (*price_columns(columns), *sizes[:1]):
        unpriced = unpriced.filter(pl.col(priced).fill_null("").str.strip_chars() == "")
    modifiers = [
        column
        for column in of_menu
        if set(words(column)) & _MODIFIERS
        and not set(words(column)) & _SIZES
        and _holds_lists(table[column], may_lack=True)
        and not _are_whole_prices(unpriced[column])
    ]
    size_divisions = [_sizes(column, item) for column in sizes] if len(sizes) == 1 else []
    return [*size_divisions, *(_modifiers(column, item) for column in modifiers)]


def _are_whole_prices(values: pl.Series) -> bool:
    """Tell whether amounts without a plus stand where an item has no price: sizes, or other things to choose from."""
    lists = [parts_of(text) or [] for text in values.drop_nulls().head(_MOST)]
    return any(part.amount and part.amount[0] not in "+-" for parts in lists for part in parts)


def _holds_lists(values: pl.Series, *, may_lack: bool) -> bool:
    """Tell whether the cells of a column list things with amounts, and some cell several or one with a plus."""
    cells = [text for text in values.drop_nulls().head(_MOST) if text.strip()]
    if not list_amounts(cells, may_lack=may_lack):
        return False
    return any(len(parts_of(cell) or ()) > 1 for cell in cells)


def _sizes(column: str, item: str) -> _Division:
    key, name, price = _SIZE_NAMES
    reason = f"The reader made it of {column}."
    return _Division(
        column,
        pl.col(item).str.strip_chars(),
        "Sizes",
        "item_variant",
        _SIZE_NAMES,
        lambda _, part: (part.name, part.amount),
        {
            key: Reading("item_variant.external_id", f"The reader made it of {item} and the size."),
            name: Reading("item_variant.name", reason),
            price: Reading("item_variant.price", reason),
            item: Reading("item_variant.item_id", "It names the item of the size."),
        },
        item,
    )


def _modifiers(column: str, item: str) -> _Division:
    key, group, name, price = _MODIFIER_NAMES
    reason = f"The reader made it of {column}."
    return _Division(
        column,
        pl.concat_str(pl.col(item).str.strip_chars(), pl.lit(f" {column}")),
        column,
        "modifier",
        _MODIFIER_NAMES,
        lambda parent, part: (parent, part.name, part.amount),
        {
            key: Reading("modifier.external_id", f"The reader made it of {item} and the modifier."),
            group: Reading("modifier.group_id", f"The modifiers of one {item} are a group."),
            name: Reading("modifier.name", reason),
            price: Reading("modifier.price_delta", reason),
        },
    )


def _with_groups(shape: StreamShape, divisions: Sequence[_Division]) -> StreamShape:
    """Return the shape of the items with a column of the groups of their modifiers."""
    modifiers = [division for division in divisions if division.entity == "modifier"]
    if not modifiers:
        return shape
    name = free_name(_GROUPS, shape.columns)

    groups = [
        pl.when(pl.col(division.column).fill_null("").str.strip_chars() != "").then(division.parent)
        for division in modifiers
    ]

    def converted(frames: Frames) -> Frames:
        for frame in frames:
            rows = frame.select(pl.concat_list(groups).list.drop_nulls().alias(name))[name]
            texts = [json.dumps(row.to_list(), ensure_ascii=False) if len(row) else None for row in rows]
            reader_columns = own_columns(frame)
            extended = frame.with_columns(pl.Series(name, texts, dtype=pl.String))
            yield extended.select(pl.exclude(reader_columns), *reader_columns)

    reading = Reading(
        "menu_item.modifier_group_ids",
        "The groups that the reader made of the item's modifiers.",
        "json_list",
    )
    return _extended(shape, name, reading, converted)


def _extended(
    shape: StreamShape, name: str, reading: Reading, add_column: Callable[[Frames], Frames]
) -> StreamShape:
    """Return the shape with a column more, which is added to its frames."""
    convert = shape.convert
    return replace(
        shape,
        columns=(*shape.columns, name),
        readings={**shape.readings, name: reading},
        convert=lambda frames: add_column(convert(frames)),
    )


# --- orders ---------------------------------------------------------------------------------------------------------


def _of_orders(columns: Sequence[str], lists: Sequence[str], table: pl.DataFrame) -> list[_Division]:
    """Return the column that lists the payments of each order."""
    key = _order_key(columns, table)
    if not key:
        return []
    for column in lists:
        header_words = set(words(column))
        if column in key or not header_words & _PAYMENTS or header_words & _DAYS:
            continue
        cells = [text for text in table[column].drop_nulls().head(_MOST) if text.strip()]
        if _are_tenders(cells):
            return [_payments(column, key)]
    return []


def _are_tenders(cells: Sequence[str]) -> bool:
    """Tell whether each cell names one way of payment, or several with their amounts."""
    lists = [parts_of(cell) for cell in cells]
    several = [parts for parts in lists if parts and len(parts) > 1]
    return (
        None not in lists
        and bool(several)
        and all(part.amount for parts in several for part in parts)
        and any(part.is_exact for parts in several for part in parts)
    )


def _order_key(columns: Sequence[str], table: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns that tell orders apart: the number, else number and time; none where these do not."""
    numbers = [
        column
        for column in columns
        if set(words(column)) & _ORDERS and (set(words(column)) & _NUMBERS or len(words(column)) == 1)
    ]
    if unique := next((column for column in numbers if is_key(table[column])), ""):
        return (unique,)
    days = [column for column in columns if set(words(column)) & _DAYS]
    pairs = ((number, day) for number in numbers for day in days)
    return next(
        (
            pair
            for pair in pairs
            if not table.select(pair).null_count().sum_horizontal().item()
            and table.select(pair).n_unique() == table.height
        ),
        (),
    )


def _key_of(key: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(column).str.strip_chars() for column in key], separator="/")


def _payments(column: str, key: tuple[str, ...]) -> _Division:
    name, tender, amount = _PAYMENT_NAMES
    parent = key[0] if len(key) == 1 else _ORDER_KEY
    reason = f"The reader made it of {column}."
    return _Division(
        column,
        _key_of(key),
        "Payments",
        "payment",
        _PAYMENT_NAMES,
        lambda _, part: (part.name, part.amount),
        {
            name: Reading("payment.external_id", f"The reader made it of {parent} and the way of payment."),
            tender: Reading("payment.tender", reason),
            amount: Reading("payment.amount", reason),
            parent: Reading("payment.order_id", "It names the order of the payment."),
        },
        parent,
    )


def _with_order_key(shape: StreamShape, columns: Sequence[str], table: pl.DataFrame) -> StreamShape:
    """Return the shape of the orders, with a column of their key where one column alone does not tell them apart."""
    key = _order_key(columns, table)
    if len(key) == 1:
        reading = Reading("order.external_id", "Payments name their order by it.", also=("order.number",))
        return replace(shape, entity="order", readings={**shape.readings, key[0]: reading})

    def converted(frames: Frames) -> Frames:
        for frame in frames:
            reader_columns = own_columns(frame)
            yield frame.with_columns(_key_of(key).alias(_ORDER_KEY)).select(
                pl.exclude(reader_columns), *reader_columns
            )

    reading = Reading(
        "order.external_id", f"The reader made it of {key[0]} and {key[1]}, which differ in every row."
    )
    extended = _extended(shape, _ORDER_KEY, reading, converted)
    numbered = Reading("order.number", "It repeats, and is the number of the order.")
    return replace(extended, entity="order", readings={**extended.readings, key[0]: numbered})
