"""Words that say which way a flag points, in the languages of customers: 'discontinued' is no for 'on sale now'.

Words are beginnings, compared with spelled-out text (`spell`). A word of the target's own side with a negating prefix
('unpublished', 'inaktiv', 'désabonné') needs no entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

NEGATION = (
    r"do ?not|does not|did not|must not|not|no|non|dont|never|without|nicht|keine?[nrsm]?|ohne|"
    r"ne (?:\w+ )?pas|pas|sans|sin|senza|geen|niet|zonder|nao|sem|ikke|inte|nie|bez"
)
"""Words that turn what follows, as alternatives of a pattern."""

_PREFIXES = "(?:un|non) ?|in|im|not|dis|des|de|nicht|niet"
"""Syllables that turn the word they stand on."""

_ACTIVE = (
    (
        "activ actif aktiv attiv actief ativ availab verfugbar disponib disponiv beschikba publi veroffentlich gepubliceerd "
        "visib sichtbar zichtbaar visivel enabl habilitad abilitat ingeschakeld live current listed show display "
        "anzeig angezeigt affich in.use in.stock en.stock auf.lager lieferbar for.sale on.sale on.menu on.roll on.staff "
        "sell saleable employed beschaftigt enrol immatrikul inscri matriculad iscritt ingeschreven valid gultig valide "
        "geldig working attend "
        "有効 公開 在籍 販売中 表示 稼働 在職 使用中"
    ),
    (
        "discontinu eingestellt auslauf obsolet terminat gekundigt kundigung ausgeschieden ausgetreten austritt entlassen "
        "archiv gearchiv hidden hide versteckt ausgeblendet verborgen masqu cachee? oculta? ocult nascost escondid delet "
        "gelosch supprim elimin borrad cancellat verwijderd exclu apagad disabl gesperrt sperr blocked blockiert bloqu "
        "bloccat geblokkeerd suspend suspens paused pausad pausier sold.?out ausverkauft epuise agotad esaurit uitverkocht "
        "esgotad rupture out.of.stock oos stock.?out 86d?(?![0-9]) eighty.?six stop.?list left leaver leaving depart sorti salida "
        "uscita saida exit abgang abgegangen withdr abgemeldet retire ruhestand resign dismiss fired former ehemalig "
        "ancien deceased verstorben decede fallecid closed geschlossen cerrad expired abgelaufen perime caducad scadut "
        "verlopen expirad void annul storniert cancel baja licenziat cessat ontslagen uit.dienst demitid desligad "
        "uitgeschreven afgemeld opgezegd vervallen exmatrikul radie demission dimess sospes ritirat trancad descontinu descatalog "
        "dismess niet.meer nicht.mehr ne.plus fuori.produzione fin.de.serie "
        "drop.?out dropped graduat alumn expelled transferred.out draft entwurf brouillon borrador bozza rascunho trash "
        "banned lost stolen ended to.?be.?delet "
        "廃止 無効 非表示 非公開 未公開 退会 退職 削除 売り切れ 品切 停止 在庫切れ 終了 休止 除籍 退学 卒業 下書き"
    ),
    "",
)

_CONSENT = (
    (
        "opt.?in opted.?in accept agree subscri consent allow permi granted approved einwillig zugestimmt zustimm erlaub "
        "angemeldet abonn accord consenti inscri suscri acept autoriz iscritt acconsent accett consens toestemming akkoord "
        "ingeschreven aangemeld aceit confirmed "
        "同意 許可 購読 希望 配信可 受信可 登録"
    ),
    (
        "opt.?out opted.?out opts.?out dnc dne suppress block black.?list bounce complain complaint withdr revok declin refus "
        "reject remov stop abgemeldet abmeld widerspr widerruf abgelehnt sperr gesperrt werbesperre oppos baja rechaz "
        "abbestell verzicht resili opgezegd disdett disdice cancelad revoc disiscri rifiut negat cancel uitgeschreven afgemeld bezwaar geweigerd descadastr recus revogad exclu "
        "no(?:e?mail|sms|newsletter|marketing|contact) delet disabl "
        "停止 拒否 不要 解除 不可 退会"
    ),
    (
        "e.?mail mail sms text marketing newsletter promo contact call phone telephon advert offer communic werb "
        "publicit publicid pubblicit reclame propaganda kontakt contatt contat newslet mailing 広告 メール 配信 ニュースレター"
    ),
)

_VOID = (
    "void cancel storn annul delet remov refund return anulad geloscht cancellat 取消",
    "valid kept",
    "",
)

_POLES: Mapping[str, tuple[str, str, str]] = {
    "is_active": _ACTIVE,
    "marketing_opt_in": _CONSENT,
    "is_taxable": (
        "taxable taxed steuerpflichtig besteuert imponib imposab gravad sujet belast 課税",
        "exempt tax.?free steuerfrei steuerbefreit exon exent esent vrijgesteld isent zero.?rated 非課税 免税",
        "tax vat",
    ),
    "is_inclusive": (
        "inclu inkl inbegriffen enthalten compris ttc(?![a-z]) 税込 内税",
        "exclu exkl hors zuzuglich ht(?![a-z]) added on.top esclus 税抜 外税 税別",
        "",
    ),
    "is_required": (
        "requir mandator must forc compuls pflicht obligat erforderlich oblig verplicht richiest 必須",
        "optional optionnel freiwillig facultat opcional facoltativ optioneel 任意",
        "",
    ),
    "is_void": _VOID,
    "is_primary": (
        "primar main haupt princip first lead prioritair",
        "second alternat backup neben zweit",
        "",
    ),
    "is_default": ("default standard pre.?select selected vorgabe par.defaut predetermin predefin", "", ""),
    "track_inventory": (
        "track manag count monitor control stock inventor lager bestand suivi controll voorraad 在庫",
        "unlimited unbegrenzt infinite ignore skip",
        "",
    ),
    "is_gratuity": ("gratuit tip trinkgeld pourboire propina mancia fooi gorjeta", "", ""),
}
"""Name of a flag -> words for yes, words for no, and words of its subject, which count as yes where nothing else does."""

_YES = (
    "true t yes y 1 1.0 on x ✓ ✔ ja j oui si s sim tak ano evet да da igen wahr w vrai v verdadero vero waar verdadeiro "
    "はい ○ 〇 有 あり 是 예"
)
_NO = (
    "false f no n 0 0.0 off ✗ ✘ nein non nao nee nej nei nie ne hayir нет falsch faux falso falso onwaar "
    "いいえ × 無 なし 否 아니요"
)


def spell(text: str) -> str:
    """Spell a text out for comparison: words apart, small letters, no accents or punctuation.

    >>> spell("isDiscontinued?"), spell("Désabonné(e)"), spell("86'd")
    ('is discontinued', 'desabonne e', '86d')
    """
    apart = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    plain = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", apart))
    plain = unicodedata.normalize("NFC", plain).casefold().replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[^\W_]+", plain))


YES_NO: Mapping[str, str] = dict.fromkeys(_YES.split(), "yes") | dict.fromkeys(_NO.split(), "no")
"""Words that mean yes or no whatever the column is called, as `bare` writes them."""


_DRAFT = "-1"


def answer_of(value: str, others: Iterable[str] = ()) -> str | None:
    """Return 'yes' or 'no' for a value that means it whatever the column is called; None for other words.

    `others` are the values beside it: O is yes where the only other value is N, as in oui and non; -1 is no beside 1, as
    shops write a draft, and open without it: some databases write yes as -1.
    """
    word = bare(value)
    if word == _DRAFT:
        words = {bare(other) for other in others}
        return "no" if "1" in words and words <= {_DRAFT, "0", "1"} else None
    if word == "o":
        return "yes" if {bare(other) for other in others} <= {"o", "n"} else None
    return YES_NO.get(word)


def bare(value: str) -> str:
    """Write a value for a look into YES_NO: trimmed, small letters, without accents on Latin letters."""
    plain = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", value.strip().replace("ı", "i")))
    return unicodedata.normalize("NFC", plain).casefold().strip(".")


@dataclass(frozen=True, slots=True)
class Poles:
    """Patterns of a flag's words for yes and no, and of its subject, for text as `spell` writes it."""

    yes: re.Pattern[str]
    no: re.Pattern[str]
    subject: re.Pattern[str]


NOTHING = re.compile(r"(?!)")
"""A pattern that is never there."""


@cache
def poles_of(flag: str) -> Poles | None:
    """Return the patterns of a flag by the name of its field; None for one without words of its own."""
    if flag not in _POLES:
        return None
    yes, no, subject = (words.split() for words in _POLES[flag])
    turned = [f"(?:{_PREFIXES}){word}" for word in yes if word.isascii()]
    return Poles(_pattern(yes), _pattern([*no, *turned]), _pattern(subject))


def _pattern(words: list[str]) -> re.Pattern[str]:
    if not words:
        return NOTHING
    spaced = [word.replace(".?", " ?").replace(".", " ") for word in words]
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(spaced, key=len, reverse=True))})")
