"""Headers in other languages are read by the language of their whole table."""

import pytest

from core.engine.mapping.match import suggest
from core.engine.mapping.match.languages import english_names, language_of
from core.engine.sources.profile import profile_samples

TABLES = [
    ("German", ("Artikelnr", "Bezeichnung", "Warengruppe", "Preis", "Einkauf", "Bestand")),
    ("German", ("Datum", "Bon Nr", "Tisch", "Bedienung", "Netto", "MwSt", "Brutto", "Zahlart", "Trinkgeld")),
    ("French", ("Code article", "Désignation", "Catégorie", "Prix TTC", "Coût")),
    ("French", ("Nom", "Prénom", "Date de naissance", "Classe", "Responsable légal")),
    ("Spanish", ("Código", "Nombre", "Apellidos", "Correo electrónico", "Fecha de nacimiento")),
    ("Italian", ("Codice", "Descrizione", "Reparto", "Prezzo di vendita", "Giacenza")),
    ("Dutch", ("Leerlingnummer", "Voornaam", "Achternaam", "Geboortedatum", "Klas")),
    ("Portuguese", ("Código", "Produto", "Descrição", "Preço", "Estoque", "Esgotado")),
]
ENGLISH = [
    ("Item Name", "Price", "Category", "Cost", "SKU"),
    ("Pupil", "Art", "Maths", "Note", "French"),
    ("Date", "Total", "Mode", "Client", "Note"),
    ("Order No", "Server", "Table", "Tip", "Net"),
    ("Name", "Status", "Restaurant", "Menu"),
]


@pytest.mark.parametrize(("title", "headers"), TABLES)
def test_the_language_of_a_table_is_told_by_its_headers(title, headers):
    language = language_of(headers)
    assert language is not None
    assert language.title == title


@pytest.mark.parametrize("headers", ENGLISH)
def test_english_headers_stay_as_they_are_though_other_languages_have_some_of_their_words(headers):
    assert language_of(headers) is None
    assert english_names(headers) == {}


def test_one_word_means_what_it_does_in_the_language_of_its_table():
    spanish = english_names(("Código", "Nombre", "Apellidos", "Teléfono"))
    french = english_names(("Date", "Nombre de couverts", "Serveur", "Prix"))
    assert spanish["Nombre"] == "first name"
    assert french["Nombre de couverts"] == "number guest count"


@pytest.mark.parametrize(
    ("headers", "column", "name"),
    [
        (("Nom", "Prénom", "Téléphone"), "Nom", "last name"),
        (("Name", "Vorname", "Geburtsdatum"), "Name", "last name"),
        (("Nombre", "Apellidos", "Correo"), "Nombre", "first name"),
        (("Nome", "Cognome", "Telefono"), "Nome", "first name"),
        (("Naam", "Adres", "Woonplaats"), "Naam", "name"),
    ],
)
def test_a_name_beside_half_of_a_name_is_the_other_half(headers, column, name):
    assert english_names(headers)[column] == name


def test_a_number_sign_before_a_noun_is_its_number():
    assert english_names(("N° client", "Nom", "Prénom"))["N° client"] == "No customer"


def test_a_negation_is_no_number():
    names = english_names(("Nombre", "Apellidos", "Correo", "No enviar publicidad"))
    assert "number" not in names["No enviar publicidad"]


@pytest.mark.parametrize(
    ("headers", "column", "target"),
    [
        (TABLES[0][1], "Preis", "menu_item.price"),
        (TABLES[0][1], "Einkauf", "menu_item.cost"),
        (TABLES[0][1], "Bezeichnung", "menu_item.name"),
        (TABLES[2][1], "Désignation", "menu_item.name"),
        (TABLES[5][1], "Prezzo di vendita", "menu_item.price"),
    ],
)
def test_columns_of_other_languages_are_mapped_with_what_they_were_read_as(headers, column, target):
    samples = {
        "Preis": ["4,50", "12,00"],
        "Einkauf": ["1,10", "5,20"],
        "Coût": ["1,10"],
        "Prezzo di vendita": ["4,50", "12,00"],
        "Prix TTC": ["4,50"],
    }
    fields = [profile_samples(name, samples.get(name, ["Alpha", "Beta"])) for name in headers]
    suggestion = next(answer for answer in suggest(fields, "restaurant") if answer.source == column)
    assert suggestion.target == target
    assert any(reason.feature == "language" for reason in suggestion.evidence)
