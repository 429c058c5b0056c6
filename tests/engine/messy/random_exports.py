"""Random exports of clean tables with what reports add to them, and what the target should have of them.

`Export.lines` is the text of a table in one language: totals, subtotals, headings, repeated headers, footers, blank groups,
an opposite flag and a rival column are put into it, in any combination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from hypothesis import strategies as st

TOTAL, SUBTOTAL, HEADING, HEADER, BLANKS = (
    "total",
    "subtotals",
    "headings",
    "repeated headers",
    "blank groups",
)
FLAG, RIVAL, FOOTER, COUNT, GAPS, CAPTION = "flag", "rival", "footer", "count", "blank lines", "caption"
INJECTIONS = (TOTAL, SUBTOTAL, HEADING, HEADER, BLANKS, FLAG, RIVAL, FOOTER, COUNT, GAPS, CAPTION)


@dataclass(frozen=True)
class Language:
    """Words of exports in a language; `rivals` are names of second prices, `flags` of the opposite of being active."""

    delimiter: str
    comma: str
    labels: Mapping[str, Sequence[str]]
    yes_no: tuple[str, str]
    flags: Mapping[str, Sequence[str]]
    rivals: Mapping[str, Sequence[str]]
    headers: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, Sequence[str]]
    names: Sequence[str]


LANGUAGES = {
    "en": Language(
        ",", ".",
        {TOTAL: ["Total", "Grand Total", "TOTAL:"], SUBTOTAL: ["Subtotal", "Subtotal {}", "{} Total"],
         FOOTER: ["Printed 2025-03-02 by Admin", "Page 1 of 1"], COUNT: ["{} records", "Count: {}"], CAPTION: ["Monthly report"]},
        ("Yes", "No"),
        {"menu": ["Discontinued", "Inactive", "Sold out", "Archived"], "guests": ["Do Not Email", "Opted out", "No marketing"], "pupils": ["Withdrawn", "Inactive"]},
        {"menu": ["Delivery price", "Sale price", "Old price"], "orders": ["Total (2)"]},
        {"menu": {"key": "Item ID", "name": "Item Name", "group": "Category", "amount": "Price"},
         "orders": {"key": "Order No", "name": "Opened", "group": "Server", "amount": "Total"},
         "guests": {"key": "Guest ID", "name": "First Name", "last": "Last Name", "group": "City", "amount": ""},
         "pupils": {"key": "Student ID", "name": "First Name", "last": "Last Name", "group": "Grade", "amount": ""}},
        {"menu": ["Soups", "Mains", "Desserts", "Drinks"], "guests": ["Boston", "Salem", "Quincy"], "orders": ["Kim", "Lee", "Ana"], "pupils": ["5", "6", "7"]},
        ["Tomato Soup", "Lentil Stew", "Apple Pie", "House Red", "Flat White", "Club Sandwich", "Total Burger", "Green Salad"],
    ),
    "de": Language(
        ";", ",",
        {TOTAL: ["Summe", "Gesamt", "Gesamtsumme:"], SUBTOTAL: ["Zwischensumme", "Zwischensumme {}", "Summe {}"],
         FOOTER: ["Gedruckt am 02.03.2025", "Seite 1 von 1"], COUNT: ["{} Einträge", "Anzahl: {}"], CAPTION: ["Monatsbericht"]},
        ("Ja", "Nein"),
        {"menu": ["Inaktiv", "Ausverkauft", "Archiviert"], "guests": ["Keine Werbung", "Abgemeldet"], "pupils": ["Inaktiv", "Abgemeldet"]},
        {"menu": ["Preis außer Haus", "Aktionspreis", "Alter Preis"], "orders": ["Gesamt (2)"]},
        {"menu": {"key": "Artikelnummer", "name": "Bezeichnung", "group": "Warengruppe", "amount": "Preis"},
         "orders": {"key": "Beleg-Nr.", "name": "Datum", "group": "Kellner", "amount": "Gesamtbetrag"},
         "guests": {"key": "Kundennummer", "name": "Vorname", "last": "Nachname", "group": "Ort", "amount": ""},
         "pupils": {"key": "Schülernummer", "name": "Vorname", "last": "Nachname", "group": "Klasse", "amount": ""}},
        {"menu": ["Suppen", "Hauptgerichte", "Nachspeisen", "Getränke"], "guests": ["Bonn", "Trier", "Mainz"], "orders": ["Jutta", "Uwe", "Petra"], "pupils": ["5", "6", "7"]},
        ["Flädlesuppe", "Linseneintopf", "Apfelstrudel", "Spätburgunder", "Milchkaffee", "Maultaschen", "Gesamtkunstwerk", "Grüner Salat"],
    ),
    "es": Language(
        ";", ",",
        {TOTAL: ["Total", "Suma total", "Total general"], SUBTOTAL: ["Subtotal", "Subtotal {}", "Total {}"],
         FOOTER: ["Impreso el 02/03/2025", "Página 1 de 1"], COUNT: ["{} registros", "Número de filas: {}"], CAPTION: ["Informe mensual"]},
        ("Sí", "No"),
        {"menu": ["Agotado", "Inactivo", "Descatalogado"], "guests": ["No enviar publicidad"], "pupils": ["Inactivo", "Baja"]},
        {"menu": ["Precio a domicilio", "Precio oferta", "Precio anterior"], "orders": ["Total (2)"]},
        {"menu": {"key": "Código", "name": "Producto", "group": "Categoría", "amount": "Precio"},
         "orders": {"key": "Nº de pedido", "name": "Fecha", "group": "Camarero", "amount": "Total"},
         "guests": {"key": "Código", "name": "Nombre", "last": "Apellidos", "group": "Ciudad", "amount": ""},
         "pupils": {"key": "Matrícula", "name": "Nombre", "last": "Apellidos", "group": "Curso", "amount": ""}},
        {"menu": ["Sopas", "Carnes", "Postres", "Bebidas"], "guests": ["Cádiz", "León", "Vigo"], "orders": ["Lucía", "Hugo", "Vera"], "pupils": ["5", "6", "7"]},
        ["Gazpacho", "Lentejas", "Tarta de manzana", "Vino tinto", "Café con leche", "Bocadillo", "Suma de mariscos", "Ensalada verde"],
    ),
    "fr": Language(
        ";", ",",
        {TOTAL: ["Total", "Total général", "Somme"], SUBTOTAL: ["Sous-total", "Sous-total {}", "Total {}"],
         FOOTER: ["Imprimé le 02/03/2025", "Page 1 sur 1"], COUNT: ["{} lignes", "Nombre de lignes : {}"], CAPTION: ["Rapport mensuel"]},
        ("Oui", "Non"),
        {"menu": ["Archivé", "Inactif", "Épuisé"], "guests": ["Ne pas contacter", "Désinscrit"], "pupils": ["Inactif", "Parti"]},
        {"menu": ["Prix livraison", "Prix promo", "Ancien prix"], "orders": ["Total (2)"]},
        {"menu": {"key": "Code article", "name": "Désignation", "group": "Catégorie", "amount": "Prix TTC"},
         "orders": {"key": "N° commande", "name": "Date", "group": "Serveur", "amount": "Total"},
         "guests": {"key": "Code client", "name": "Prénom", "last": "Nom", "group": "Ville", "amount": ""},
         "pupils": {"key": "Matricule", "name": "Prénom", "last": "Nom", "group": "Classe", "amount": ""}},
        {"menu": ["Soupes", "Plats", "Desserts", "Boissons"], "guests": ["Nantes", "Dijon", "Lille"], "orders": ["Luc", "Zoé", "Inès"], "pupils": ["5", "6", "7"]},
        ["Bisque", "Potée", "Tarte Tatin", "Vin rouge", "Café crème", "Croque-monsieur", "Somme toute", "Salade verte"],
    ),
}  # fmt: skip

FIELDS = {
    "menu": ("menu_item", {"key": "external_id", "name": "name", "group": "category_id", "amount": "price"}),
    "orders": ("order", {"key": "number", "name": "opened_at", "group": "employee_id", "amount": "total"}),
    "pupils": (
        "student",
        {"key": "external_id", "name": "first_name", "last": "last_name", "group": "grade_level"},
    ),
}
"""Kind of table -> its entity, and the target field of each column."""
FLAGS: Mapping[str, list[tuple[str, str]]] = {
    "menu": [("is_active", "flag")],
    "guests": [("marketing_opt_in", "flag")],
    "orders": [],
    "pupils": [],
}
SECTIONS = frozenset({"Section", "Heading"})
"""Names of the column that headings fill, where they do not name one themselves."""
PEOPLE = frozenset({"guests", "pupils"})


@dataclass(frozen=True)
class Row:
    """A record of the clean table."""

    key: str
    name: str
    last: str
    group: str
    amount: Decimal
    rival: Decimal
    is_active: bool


@dataclass(frozen=True)
class Export:
    """A table with what was put into it. `lines` are its rows, the header first; `rows` the clean table."""

    kind: str
    code: str
    header_code: str
    injections: frozenset[str]
    rows: tuple[Row, ...]
    flag: str
    rival: str
    words: Mapping[str, str] = field(default_factory=dict)
    label_place: int = 0
    heading: str = "{}"

    @property
    def language(self) -> Language:
        return LANGUAGES[self.code]

    def text(self) -> str:
        """Write the table."""
        return "\n".join(self.language.delimiter.join(cells) for cells in self.lines()) + "\n"

    def columns(self) -> list[str]:
        """List the roles of the columns."""
        first = ["group", "key"] if BLANKS in self.injections else ["key"]
        roles = [*first, "name"]
        roles += ["last"] if self.kind in PEOPLE else []
        roles += ["group"] if not {BLANKS, HEADING} & self.injections else []
        roles += ["amount"] if self.kind not in PEOPLE else []
        roles += ["rival"] if self._has_rival() else []
        return [*roles, *(["flag"] if self._has_flag() else [])]

    def _has_rival(self) -> bool:
        return RIVAL in self.injections and self.kind in self.language.rivals

    def _has_flag(self) -> bool:
        return FLAG in self.injections and self.kind in self.language.flags

    def header(self) -> list[str]:
        names = {**LANGUAGES[self.header_code].headers[self.kind], "rival": self.rival, "flag": self.flag}
        return [names[role] for role in self.columns()]

    def lines(self) -> Iterator[list[str]]:
        """Yield the rows of the file."""
        roles = self.columns()
        blank = [""] * len(roles)
        if CAPTION in self.injections:
            yield [self.words[CAPTION], *blank[1:]]
            yield blank
        yield self.header()
        for number, (group, members) in enumerate(groupby(self.rows, key=lambda row: row.group)):
            rows = list(members)
            if number and GAPS in self.injections:
                yield blank
            if HEADING in self.injections:
                yield [self.heading_of(group), *blank[1:]]
            if number and HEADER in self.injections:
                yield self.header()
            for index, row in enumerate(rows):
                yield [self._cell(row, role, is_first=index == 0) for role in roles]
            if SUBTOTAL in self.injections and "amount" in roles:
                yield self._sums(self.words[SUBTOTAL].format(group), rows)
        yield from self._last_lines(blank)

    def _last_lines(self, blank: Sequence[str]) -> Iterator[list[str]]:
        if TOTAL in self.injections and "amount" in self.columns():
            yield self._sums(self.words[TOTAL], self.rows)
        if COUNT in self.injections:
            yield [self.words[COUNT].format(len(self.rows)), *blank[1:]]
        if FOOTER in self.injections:
            yield [self.words[FOOTER], *blank[1:]]

    def _sums(self, label: str, rows: Sequence[Row]) -> list[str]:
        cells = {"amount": sum(row.amount for row in rows), "rival": sum(row.rival for row in rows)}
        figures = [self._money(Decimal(cells[role])) if role in cells else "" for role in self.columns()]
        figures[self.label_place] = label
        return figures

    def heading_of(self, group: str) -> str:
        """Write the heading above the rows of a group."""
        return group.upper() if self.heading == "upper" else self.heading.format(group)

    def _cell(self, row: Row, role: str, *, is_first: bool) -> str:
        if role in {"amount", "rival"}:
            return self._money(getattr(row, role))
        if role == "flag":
            return self.language.yes_no[row.is_active]
        if role == "group" and BLANKS in self.injections and not is_first:
            return ""
        return str(getattr(row, role))

    def _money(self, amount: Decimal) -> str:
        return f"{amount:.2f}".replace(".", self.language.comma)


_LAST_NAMES = ["Rivera", "Okafor", "Lind", "Moss", "Novak", "Duarte", "Busch", "Hayes"]
_FIRST_NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Ida"]


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """Draw a clean table of up to three groups, and what is put into it."""
    kind = draw(st.sampled_from(sorted(FIELDS)))
    code = draw(st.sampled_from(sorted(LANGUAGES)))
    language = LANGUAGES[code]
    header_code = draw(st.sampled_from(["en", "en", code]))
    injections = draw(st.sets(st.sampled_from(INJECTIONS), max_size=5))
    if HEADING in injections:
        injections -= {BLANKS}
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=3))
    names = draw(st.permutations(range(8)))
    rows: list[Row] = []
    for group, size in zip(language.groups[kind], sizes, strict=False):
        for _ in range(size):
            number = len(rows)
            if number == 8:
                break
            name = {
                "menu": language.names[names[number]],
                "orders": f"2025-03-{number + 11:02} 12:{number * 5:02}",
                "guests": _FIRST_NAMES[names[number]],
                "pupils": _FIRST_NAMES[names[number]],
            }[kind]
            amount = Decimal(draw(st.integers(200, 9_999))) / 100
            rival = Decimal(draw(st.integers(200, 9_999))) / 100
            is_active = draw(st.booleans())
            rows.append(
                Row(
                    f"{kind[0].upper()}{101 + number}",
                    name,
                    _LAST_NAMES[number],
                    group,
                    amount,
                    rival,
                    is_active,
                )
            )
    words = {name: draw(st.sampled_from(list(texts))) for name, texts in language.labels.items()}
    flag = draw(st.sampled_from(list(LANGUAGES[header_code].flags.get(kind, [""]))))
    rival = draw(st.sampled_from(list(LANGUAGES[header_code].rivals.get(kind, [""]))))
    label_place = draw(st.sampled_from([0, 0, 1]))
    heading = draw(st.sampled_from(["{}", "upper", "{}:", "== {} =="]))
    return Export(
        kind, code, header_code, frozenset(injections), tuple(rows), flag, rival, words, label_place, heading
    )


# --- what became of it ------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """Records of the entity by the number of their row, rows that are held or noted by number, and targets of columns that wait for a person."""

    records: dict[int, dict[str, object]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    noted: set[tuple[int, str]] = field(default_factory=set)
    open_columns: set[str] = field(default_factory=set)
    is_refused: bool = False


def deviations(export: Export, outcome: Outcome) -> list[str]:
    """Say in words what is silently wrong: neither as in the clean table, nor held, nor asked."""
    if outcome.is_refused:
        return []
    roles = export.columns()
    header = dict(zip(roles, export.header(), strict=True))
    numbers = {cells[roles.index("key")]: number for number, cells in enumerate(export.lines(), 1)}
    clean = {numbers[row.key]: row for row in export.rows}
    problems = [f"row {number} is none of the table's" for number in outcome.records.keys() - clean.keys()]
    needed = {header[role] for role in ("key", "name", "last", "amount") if role in header}
    for number, row in clean.items():
        record = outcome.records.get(number)
        if record is not None:
            problems += _differences(export, outcome, number, row, record)
        elif number not in outcome.held and not needed & outcome.open_columns:
            problems.append(f"{row.key} is missing")
    return problems


def _differences(
    export: Export, outcome: Outcome, number: int, row: Row, record: Mapping[str, object]
) -> Iterator[str]:
    """Say which fields of a record are neither as in the clean table, nor empty with a word about it."""
    header = dict(zip(export.columns(), export.header(), strict=True))
    headings = {export.heading_of(member.group) for member in export.rows}
    has_held_headings = HEADING in export.injections and any(
        line in outcome.held and cells[0] in headings for line, cells in enumerate(export.lines(), 1)
    )
    for target, role in [(target, role) for role, target in FIELDS[export.kind][1].items()] + FLAGS[
        export.kind
    ]:
        value, actual = _pair(export, target, role, row, record)
        if equals(value, actual):
            continue
        is_empty = actual is None or str(actual).startswith(("row:", "name:"))
        columns = {header[role]} if role in header else SECTIONS
        is_said = (number, target) in outcome.noted or bool(columns & outcome.open_columns)
        if not is_empty or not (is_said or (role == "group" and has_held_headings)):
            yield f"{target} of {row.key} is {actual!r}, not {value!r}"


def _pair(
    export: Export, target: str, role: str, row: Row, record: Mapping[str, object]
) -> tuple[object, object]:
    """Return what a field should be beside what it is, both as they are compared."""
    actual = record.get(target)
    if target == "number":
        return row.key, actual or record.get("external_id")  # a number may be the ID
    if role == "group":
        return row.group.casefold(), actual and str(actual).casefold()
    if target == "marketing_opt_in":  # a consent may be left empty, and is never given by an import
        return True, row.is_active or actual is not True
    if role == "flag":
        has_flag = "flag" in export.columns()
        return (row.is_active, actual) if has_flag else (True, actual is not False)
    return getattr(row, role), actual


def equals(expected: object, actual: object) -> bool:
    """Tell whether a value of the target is what the table says."""
    if isinstance(expected, bool | Decimal):
        return expected == actual
    return (f"{actual:%Y-%m-%d %H:%M}" if isinstance(actual, datetime) else actual) == expected
