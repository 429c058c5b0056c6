"""Headers in other languages are read by the language of their whole table."""

from pathlib import Path

import pytest
import yaml

from core.engine.mapping.match import suggest
from core.engine.mapping.match.languages import english_names, language_of
from core.engine.mapping.match.vocabulary import FOLDER, plain
from core.engine.sources.profile import profile_samples

CORPUS = Path(__file__).resolve().parents[4] / "data" / "corpus"
FOREIGN = {"ecoledirecte": "French", "untis": "German"}
TABLES = [
    ("German", ("Artikelnr", "Bezeichnung", "Warengruppe", "Preis", "Einkauf", "Bestand")),
    ("German", ("Datum", "Bon Nr", "Tisch", "Bedienung", "Netto", "MwSt", "Brutto", "Zahlart", "Trinkgeld")),
    ("French", ("Code article", "Désignation", "Catégorie", "Prix TTC", "Coût")),
    ("French", ("Nom", "Prénom", "Date de naissance", "Classe", "Responsable légal")),
    ("Spanish", ("Código", "Nombre", "Apellidos", "Correo electrónico", "Fecha de nacimiento")),
    ("Italian", ("Codice", "Descrizione", "Reparto", "Prezzo di vendita", "Giacenza")),
    ("Dutch", ("Leerlingnummer", "Voornaam", "Achternaam", "Geboortedatum", "Klas")),
    ("Portuguese", ("Código", "Produto", "Descrição", "Preço", "Estoque", "Esgotado")),
    ("Japanese", ("商品コード", "商品名称", "JANコード", "販売単価", "在庫数")),
    ("Japanese", ("shohin_code", "shohin_mei", "tanka", "suryo")),
    ("Russian", ("ФИО", "ДатаРождения", "НомерТелефона", "E-mail")),
    ("Russian", ("naimenovanie", "tsena", "kategoriya")),
    ("Arabic", ("رقم الطالب", "اسم الطالب", "تاريخ الميلاد", "الصف")),
    ("Arabic", ("raqm altalib", "ism altalib", "tarikh almilad", "alsaf")),
    ("Polish", ("Nazwa", "Cena brutto", "Kategoria")),
    ("Turkish", ("Ürün Kodu", "Ürün Adı", "Birim Fiyatı", "KDV Oranı")),
    ("Greek", ("Κωδικός", "Περιγραφή", "Τιμή")),
    ("Korean", ("상품코드", "상품명", "판매가", "재고수량")),
    ("Chinese", ("商品编码", "商品名称", "售价")),
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


@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("mapping/*.yaml")) + sorted(CORPUS.glob("holdout/*/*.yaml"))
)
def test_tables_of_the_corpus_are_english_unless_their_system_is_of_another_country(path):
    case = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    headers = tuple(field["source"] for field in case["fields"])
    language = language_of(headers)
    assert (language.title if language else None) == FOREIGN.get(case["system"])


@pytest.mark.parametrize(
    ("title", "headers"),
    [
        ("Portuguese", ("Nome", "Preço")),
        ("German", ("Code", "Bezeichnung")),
        ("Dutch", ("Nr.", "Naam", "Tel.")),
        ("Spanish", ("id", "nombre", "email")),
        ("Arabic", ("الكمية", "السعر")),
        ("Japanese", ("商品名", "価格")),
        ("German", ("SKU", "Name", "Price", "Menge", "Bestand", "Cost", "Status")),
        ("Spanish", ("codCliente", "nomCliente", "fecNac", "tlf")),
        ("German", ("kd_nr", "geb_dat", "tel_nr", "plz")),
    ],
)
def test_short_tables_and_tables_mixed_with_english_are_in_their_language(title, headers):
    language = language_of(headers)
    assert language is not None
    assert language.title == title


@pytest.mark.parametrize(
    ("headers", "english"),
    [
        (("Art.-Nr.", "Bez.", "VK", "MwSt.", "EK"), ("item number", "name", "price", "tax", "cost")),
        (("N° pedido", "Obs.", "Dir.", "C.P."), ("order number", "notes", "address", "postal code")),
        (("Qtd.", "Vl. Unit.", "Descrição"), ("quantity", "unit price", "description")),
        (("Cant.", "P. Unit.", "Importe"), ("quantity", "unit price", "amount")),
        (("Geb.-Datum", "Straße/Hausnr.", "PLZ"), ("birth date", "street", "postal code")),
        (
            ("Gutschein-Nr.", "Anfangsguthaben", "Restguthaben"),
            ("gift card number", "initial balance", "balance"),
        ),
        (("Né(e) le", "Nom", "Prénom"), ("birth date", "last name", "first name")),
        (("Alumno/a", "Fecha de nacimiento", "Curso"), ("student", "birth date", "grade level")),
        (("Nombre del cliente", "Teléfono", "Correo"), ("customer name", "phone", "email")),
        (("Schüler*in", "Klasse", "Lehrkraft"), ("student", "class", "teacher")),
        (("보호자명", "학번", "학년"), ("guardian name", "student number", "grade level")),
    ],
)
def test_abbreviations_phrases_and_glued_words_are_put_into_english(headers, english):
    assert tuple(english_names(headers)[header] for header in headers) == english


def test_every_word_of_a_language_means_one_thing():
    for path in sorted(FOLDER.glob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        phrases = [
            plain(phrase).lower().strip() for text in document["words"].values() for phrase in text.split(",")
        ]
        assert len(phrases) == len(set(phrases)), path.name
        assert all(phrases), path.name


def test_one_word_means_what_it_does_in_the_language_of_its_table():
    spanish = english_names(("Código", "Nombre", "Apellidos", "Teléfono"))
    french = english_names(("Date", "Nombre de couverts", "Serveur", "Prix"))
    assert spanish["Nombre"] == "first name"
    assert french["Nombre de couverts"] == "guest count"


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
    assert english_names(("N° client", "Nom", "Prénom"))["N° client"] == "customer number"


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
