"""Judge the encoding of text that is not UTF-8 by what it decodes into: words of a language, in one script, in proper case.

Every candidate is tried on the lines with bytes beyond ASCII. Each character gets the logarithm of about how likely it
is where it stands; the sum decides. Encodings that give the same text do not contradict each other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

_MOST_BYTES = 64 << 10
"""Bytes of lines beyond ASCII that are judged."""
_SURE_BY, _SURE_BY_AT_HOME = 3.0, 1.5
"""By how much, in log odds, the best encoding must lead the next that gives another text: any, and the usual of the country."""

LETTERS: Mapping[str, Sequence[str]] = {
    "west": (
        "éèàêçœâôîùûëïÿ",
        "üäößéèàê",
        "óáíéñúü¿¡çªº",
        "ãçéáíóêâõúàôªº",
        "àèéòùìî",
        "éëïèöüó",
        "åäöéøæüá",
        "æøå      ðáíóúýþöé",
    ),
    "central": (
        "łąęóżśćźń",
        "áíéěřčšžýůúňťďó",
        "áíéčšžýľťúôňďäŕĺ",
        "áéíöóőüűú",
        "ăîâșțşţ",
        "čšžćđ",
    ),
    "cyrillic": (
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        "оанитверслкдмупязьібгчйхжюцщїєфґш",
        "аеиотнрсвлкдпмзугбчщцъжхйфшюяь",
    ),
    "greek": ("ατοιεσνηπρκμυλςωδγχφθβξζψάίόέήύώϊϋΐΰ",),
    "turkish": ("ışğüöçİâîû", "üöışğç"),
    "hebrew": ("יולאהרמתשבנחדקעפטגכזסצםןךףץ",),
    "arabic": ("الينمرتوبدسفعكحقهجطشصخضذزغثءأإآؤئةىظ،؟",),
    "baltic": ("ėšųžūįčąęāīņļēģķõäöü",),
    "thai": ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผถซธศณญฟษฉภฝฐฎฏฑฒฌฬฮัิีึืุู่้๊๋์ำๆ็",),
}
"""Letters beyond ASCII of languages that share encodings, the commonest first."""

_SINGLE: Mapping[str, tuple[str, float]] = {
    "cp1252": ("west", 0.0),
    "iso8859_15": ("west", -2.0),
    "mac_roman": ("west", -2.5),
    "cp850": ("west", -3.5),
    "cp437": ("west", -4.0),
    "cp1250": ("central", 0.0),
    "iso8859_2": ("central", -1.0),
    "mac_latin2": ("central", -3.0),
    "cp852": ("central", -3.0),
    "cp1251": ("cyrillic", 0.0),
    "koi8_r": ("cyrillic", -1.0),
    "koi8_u": ("cyrillic", -1.5),
    "cp866": ("cyrillic", -1.5),
    "mac_cyrillic": ("cyrillic", -3.0),
    "iso8859_5": ("cyrillic", -3.0),
    "cp1253": ("greek", 0.0),
    "iso8859_7": ("greek", -1.0),
    "mac_greek": ("greek", -3.0),
    "cp1254": ("turkish", 0.0),
    "iso8859_9": ("turkish", -1.0),
    "mac_turkish": ("turkish", -3.0),
    "cp1255": ("hebrew", 0.0),
    "cp1256": ("arabic", 0.0),
    "cp1257": ("baltic", 0.0),
    "cp874": ("thai", 0.0),
}
"""Encoding -> its languages, and how usual it is among theirs, in log odds."""

_EAST_ASIAN: Mapping[str, str] = {
    "cp932": "japanese",
    "euc_jp": "japanese",
    "gb18030": "chinese",
    "big5hkscs": "chinese",
    "cp949": "korean",
}
_ELSEWHERE = -4.0
"""How unusual another family of encodings is than that of the customer's country, in log odds."""
_COUNTRIES: Mapping[str, str] = {
    **dict.fromkeys(("PL", "CZ", "SK", "HU", "RO", "HR", "SI", "BA", "AL"), "central"),
    **dict.fromkeys(("RU", "UA", "BY", "BG", "RS", "MK", "KZ", "KG", "MN"), "cyrillic"),
    **dict.fromkeys(("GR", "CY"), "greek"),
    **dict.fromkeys(("TR", "AZ"), "turkish"),
    **dict.fromkeys(
        ("SA", "AE", "EG", "JO", "KW", "QA", "BH", "OM", "LB", "IQ", "MA", "TN", "DZ", "LY"), "arabic"
    ),
    **dict.fromkeys(("LT", "LV", "EE"), "baltic"),
    **dict.fromkeys(("CN", "TW", "HK", "SG", "MO"), "chinese"),
    "IL": "hebrew",
    "TH": "thai",
    "JP": "japanese",
    "KR": "korean",
}
"""Country -> its family of encodings; elsewhere that of the west."""

_ROWS = {
    "cp932": "shift_jis",
    "euc_jp": "euc_jp",
    "gb18030": "gb2312",
    "big5hkscs": "big5",
    "cp949": "euc_kr",
}
"""Encoding -> the character set whose first half holds its common characters."""
_COMMON_BYTES = {
    "shift_jis": (0x88, 0x98),
    "euc_jp": (0xB0, 0xCF),
    "gb2312": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "euc_kr": (0xB0, 0xC8),
}
"""First bytes of the common ideographs, and of the syllables of Korean."""

_FREQUENT_CHARACTERS: Mapping[str, frozenset[str]] = {
    "chinese": frozenset(
        "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都"
        "起如事现开无手用主行方又如前所本见经头面公同三已老从动两长知民样理业力分实量部门名称价格编号商品类别单位数日期电话地址"
        "姓性男女电邮手机号码客户订单金额合计备注店面鸡鸭鱼肉牛猪羊虾蟹豆腐菜饭粥汤茶咖啡奶水果酒酱油盐糖辣椒麻婆宫保丁烤炒蒸煮"
        "炸红烧白糕包饺子米粉面条葱姜蒜香酸甜苦冰热大中小份杯碗瓶罐元角套餐主食甜点饮料凉热素荤北京上海广东四川成都台湾港式日韩泰"
        "這個來說們為時會著過對裡後麼開無頭見經樣業實門稱價類別單數電話址機碼戶訂額計備註雞鴨魚蝦麵條飯湯飲點熱涼葷東灣"
    ),
    "japanese": frozenset(
        "日一国人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電"
        "校語土木聞食車何南万毎白天母火右読友左休父雨商品番号価格分類税込抜在庫数量備考店顧客住所姓名電話注文合計肉魚鶏牛豚野菜"
        "茶酒丼定飲料甘味焼揚煮蒸寿司麺抹茶焼鳥天麩羅味噌汁御飯"
    ),
    "korean": frozenset(
        "이다는을가의에고하지로한도사기리자어은시아나서들그인해를정대전부일수주과제상장보원여구성동유조우만면공경안신무실국비세"
        "계연오소선문화물관학모생미방개회법발식당후속재적중요마저강양교용터치피김트스카라메노커콜료레티빵밥떡찌볶음불닭즈샐러드"
        "버거맥와차품명격코번호단위분류이름전화주소메일고객합금액비고점포매출된장찌개갈삼겹살냉면비빔탕전구이튀김순두반찬"
    ),
}
"""Characters beyond kana that are frequent in texts of the language, and in menus and lists."""

ENCODINGS = (
    "cp1252",
    "latin-1",
    *(name for name in (*_SINGLE, *_EAST_ASIAN) if name != "cp1252"),
    "iso2022_jp",
)
"""What exports are written in beside Unicode, the usual first."""

_IN_TEXT = frozenset("’‘“”„–—…€£¥°½¼¾®™©«»·•×\u00a0¿¡ºª§№、。・「」（）：／％～ー，；")
_MEASURES = frozenset("€£¥°½¼¾%")
_APOSTROPHE, _AT_NUMBER = log(1 / 8), log(1 / 6)
_UNUSUAL, _FOREIGN, _BROKEN = log(1 / 200), log(1 / 2_000), log(1 / 5_000)
_PUNCTUATION, _FREQUENT, _COMMON, _RARE = log(1 / 40), log(1 / 12), log(1 / 300), log(1 / 5_000)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The encoding that fits best. `rival` is the next that gives another text, '' where it is far behind."""

    encoding: str
    rival: str = ""

    @property
    def is_sure(self) -> bool:
        return not self.rival


def judge_encoding(blocks: Iterable[bytes], country: str = "US") -> Judgement | None:
    """Judge the lines with bytes beyond ASCII; None where no candidate can read them. `country`: ISO 3166."""
    data = b"\n".join(_lines_beyond_ascii(blocks))
    texts = {encoding: text for encoding in (*_SINGLE, *_EAST_ASIAN) if (text := _decoded(data, encoding))}
    home = _COUNTRIES.get(country, "west")
    scores = {
        encoding: _prior(encoding, home) + _score_text(text, encoding) for encoding, text in texts.items()
    }
    if not scores:
        return None
    best = max(scores, key=scores.__getitem__)
    others = [encoding for encoding in scores if texts[encoding] != texts[best]]
    rival = max(others, key=scores.__getitem__, default="")
    lead = _SURE_BY if _prior(best, home) else _SURE_BY_AT_HOME
    is_close = bool(rival) and scores[best] - scores[rival] < lead
    return Judgement(best, rival if is_close else "")


def _lines_beyond_ascii(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines that are not ASCII, of all line ends, until enough are seen; the last line of a block may be cut."""
    size, rest = 0, b""
    for block in blocks:
        *lines, rest = (rest + block).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if not line.isascii():
                yield line[:4_000]
                size += min(len(line), 4_000)
        if size > _MOST_BYTES or len(rest) > _MOST_BYTES:
            break
    if not rest.isascii():
        yield rest[:4_000]


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    controls = sum(
        unicodedata.category(character) in {"Cc", "Co", "Cn"} for character in text if character != "\n"
    )
    return "" if controls else text


def _prior(encoding: str, home: str) -> float:
    """Return how usual the encoding is for a customer whose country has the family `home`, in log odds."""
    if language := _EAST_ASIAN.get(encoding, ""):
        return (language != home) * _ELSEWHERE
    family, usual = _SINGLE[encoding]
    return usual + (family != home) * _ELSEWHERE


def _score_text(text: str, encoding: str) -> float:
    if language := _EAST_ASIAN.get(encoding, ""):
        return _score_east_asian(text, encoding, language)
    family, _ = _SINGLE[encoding]
    return max(_score_letters(text, family, number) for number in range(len(LETTERS[family])))


@cache
def _ranks(family: str, number: int) -> Mapping[str, float]:
    """Letter -> its score: of the language itself by rank, of its relatives as unusual."""
    letters = LETTERS[family][number]
    scores = {letter: log(1 / (rank + 2)) for rank, letter in reversed(list(enumerate(letters)))}
    relatives = {letter for language in LETTERS[family] for letter in language}
    return dict.fromkeys(relatives, _UNUSUAL) | scores


def _score_letters(text: str, family: str, number: int) -> float:
    ranks, total = _ranks(family, number), 0.0
    for before, character, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        if character.isascii():
            continue
        if character in _IN_TEXT:
            total += _score_mark(before, character, after)
        elif not character.isalpha() and not unicodedata.combining(character):
            total += _BROKEN
        else:
            total += ranks.get(character, ranks.get(character.lower(), _FOREIGN))
            is_odd_capital = character.isupper() and (
                before.islower() or (after.islower() and before.isupper())
            )
            if is_odd_capital or (character.islower() and after.isupper()):
                total += _BROKEN
            if (
                family in {"cyrillic", "greek", "hebrew", "arabic", "thai"}
                and before.isascii()
                and before.isalpha()
            ):
                total += _UNUSUAL
    return total


def _score_mark(before: str, character: str, after: str) -> float:
    """Score punctuation: expected at a number or as the apostrophe of a word, broken inside one."""
    if before.isalpha() and after.isalpha():
        return _APOSTROPHE if character == "’" else _BROKEN
    is_alone = not before.isalpha() and not after.isalpha()
    return _AT_NUMBER if character in _MEASURES and is_alone else _PUNCTUATION


def _score_east_asian(text: str, encoding: str, language: str) -> float:
    """Score by the rows of the character set; Chinese with kana and Japanese without count as foreign."""
    total, has_kana = 0.0, False
    low, high = _COMMON_BYTES[_ROWS[encoding]]
    for before, character in zip("\n" + text, text, strict=False):
        if character.isascii():
            continue
        code = ord(character)
        if 0x3040 <= code < 0x3100:
            has_kana = True
            total += _PUNCTUATION
        elif character in _IN_TEXT or 0xFF00 <= code < 0xFF5F or 0x3000 <= code < 0x3040:
            total += _PUNCTUATION
        elif 0xFF61 <= code < 0xFFA0:  # half-width kana: what other encodings turn into
            total += 2 * _UNUSUAL
        else:
            is_common = low <= _first_byte(character, encoding) <= high
            total += (
                _FREQUENT if character in _FREQUENT_CHARACTERS[language] else _COMMON if is_common else _RARE
            )
            total += _FOREIGN if before.isascii() and before.isalpha() else 0.0
    is_foreign = has_kana if language == "chinese" else not has_kana and language == "japanese"
    return 2 * total if is_foreign else total


def _first_byte(character: str, encoding: str) -> int:
    try:
        return character.encode(_ROWS[encoding])[0]
    except UnicodeEncodeError:
        return 0
