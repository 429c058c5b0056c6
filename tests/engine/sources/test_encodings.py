"""An encoding is told by the words that its bytes make; where two make words, rows are held."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.engine.batch import notes_of
from core.engine.sources.characters.encodings import judge_encoding
from core.engine.sources.read import ReaderOptions, identify, read

TEXTS = {
    "French": "Item ID,Item Name\nM1,Crème brûlée\nM2,Pâté de campagne\nM3,Bœuf bourguignon\n",
    "German": "Artikelnr,Bezeichnung\n1,Käsespätzle\n2,Weißwürste\n3,Grüne Soße\n",
    "Spanish": "Código,Nombre\n1,Jamón ibérico\n2,Piña colada\n3,Café con leche\n",
    "Portuguese": "Código,Descrição\n1,Pão de queijo\n2,Feijão\n3,Caldo de cação\n",
    "Swedish": "Nummer,Rätt\n1,Köttbullar\n2,Räksmörgås\n3,Ärtsoppa\n",
    "Polish": "Kod,Nazwa\n1,Żurek z jajkiem\n2,Gołąbki\n3,Kiełbasa śląska\n",
    "Czech": "Kód,Název\n1,Svíčková\n2,Řízek s hranolky\n3,Knedlíky\n",
    "Hungarian": "Kód,Név\n1,Gulyásleves\n2,Töltött káposzta\n3,Főzelék\n",
    "Russian": "Код,Название\n1,Борщ\n2,Пельмени\n3,Блины со сметаной\n",
    "Ukrainian": "Код,Назва\n1,Вареники з вишнею\n2,Голубці\n3,Їжа домашня\n",
    "Greek": "Κωδικός,Όνομα\n1,Μουσακάς\n2,Χωριάτικη σαλάτα\n",
    "Turkish": "Kod,Ad\n1,Şiş kebap\n2,Künefe\n3,İskender\n4,Ağrı balı\n",
    "Hebrew": "קוד,שם\n1,חומוס\n2,פלאפל\n3,שקשוקה\n4,סלט ירקות\n",
    "Arabic": "رمز,اسم\n1,حمص\n2,فلافل\n",
    "Thai": "รหัส,ชื่อ\n1,ผัดไทย\n2,ต้มยำกุ้ง\n",
    "Japanese": "商品コード,商品名\n1,コーヒー\n2,抹茶ケーキ\n3,焼き鳥\n",
    "Chinese": "编号,名称\n1,宫保鸡丁\n2,麻婆豆腐\n3,北京烤鸭\n",
    "Chinese of Taiwan": "編號,名稱\n1,宮保雞丁\n2,麻婆豆腐\n3,珍珠奶茶\n",
    "Korean": "상품코드,상품명\n1,아메리카노\n2,김치찌개\n3,불고기\n",
}
COUNTRIES = {
    "Polish": "PL", "Czech": "CZ", "Hungarian": "HU", "Russian": "RU", "Ukrainian": "UA", "Greek": "GR", "Turkish": "TR",
    "Hebrew": "IL", "Arabic": "AE", "Thai": "TH", "Japanese": "JP", "Chinese": "CN", "Chinese of Taiwan": "TW", "Korean": "KR",
}  # fmt: skip
CASES = [
    *(("French", name) for name in ("cp1252", "iso8859_15", "mac_roman")),
    *(("German", name) for name in ("cp1252", "mac_roman", "cp850", "cp437")),
    *(("Spanish", name) for name in ("cp1252", "mac_roman", "cp850")),
    *(("Portuguese", name) for name in ("cp1252", "mac_roman", "cp850")),
    *(("Swedish", name) for name in ("cp1252", "mac_roman", "cp850")),
    *(("Polish", name) for name in ("cp1250", "iso8859_2", "cp852")),
    *(("Czech", name) for name in ("cp1250", "iso8859_2", "cp852")),
    *(("Hungarian", name) for name in ("cp1250", "iso8859_2")),
    *(("Russian", name) for name in ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    *(("Ukrainian", name) for name in ("cp1251", "koi8_u")),
    *(("Greek", name) for name in ("cp1253", "iso8859_7")),
    *(("Turkish", name) for name in ("cp1254", "iso8859_9")),
    ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"),
    ("Thai", "cp874"),
    *(("Japanese", name) for name in ("cp932", "euc_jp")),
    ("Chinese", "gb18030"),
    ("Chinese of Taiwan", "big5"),
    ("Korean", "euc_kr"),
]


@pytest.mark.parametrize(("language", "encoding"), CASES)
@pytest.mark.parametrize("line_end", ["\n", "\r"])
def test_words_of_a_language_tell_the_encoding_or_it_is_doubted(language, encoding, line_end):
    data = TEXTS[language].replace("\n", line_end).encode(encoding)
    judgement = judge_encoding([data[:17], data[17:]], COUNTRIES.get(language, "FR"))
    assert data.decode(judgement.encoding) == data.decode(encoding)
    assert judgement.is_sure


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_customer_of_another_country_gets_the_right_letters_or_a_doubt(language, encoding):
    data = TEXTS[language].encode(encoding)
    judgement = judge_encoding([data])
    assert not judgement.is_sure or data.decode(judgement.encoding) == data.decode(encoding)


def test_one_accent_in_a_large_file_is_enough():
    data = b"Name\n" + b"Soup\n" * 100_000 + "Café\n".encode("cp1252")
    assert (
        judge_encoding([data[start : start + 50_000] for start in range(0, len(data), 50_000)]).encoding
        == "cp1252"
    )


def test_a_file_of_a_mac_with_its_line_ends_is_read_as_words(tmp_path: Path):
    path = tmp_path / "carte.csv"
    path.write_bytes(TEXTS["French"].replace("\n", "\r").encode("mac_roman"))
    identified = identify(path, [*SOURCES.values()])
    (frame,) = [frame for _, frame in read(path, identified)]
    assert frame["Item Name"].to_list() == ["Crème brûlée", "Pâté de campagne", "Bœuf bourguignon"]


def test_rows_whose_letters_depend_on_a_doubtful_encoding_are_held_until_it_is_set(tmp_path: Path):
    path = tmp_path / "menu.csv"
    path.write_bytes("Name,Price\nŽižek,4\nSoup,5\n".encode("cp1250"))
    identified = identify(path, [*SOURCES.values()])
    assert identified.options.encoding_rival
    (frame,) = [frame for _, frame in read(path, identified)]
    assert notes_of(frame).select("_row", "code", "column").rows() == [(2, "encoding_unsure", "Name")]
    chosen = identify(path, [*SOURCES.values()], ReaderOptions(encoding="cp1252"))
    (frame,) = [frame for _, frame in read(path, chosen)]
    assert notes_of(frame).is_empty()
