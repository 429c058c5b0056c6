"""Words that label rows of totals, counts, averages and footers, in the languages of exports."""

from __future__ import annotations

import re

_TOTAL = (
    # English, German, French, Italian, Spanish, Portuguese, Dutch
    r"grand totals?|overall totals?|report totals?|page totals?|sum totals?|running totals?|totals?|sum|gesamtsumme|"
    r"gesamtbetrag|gesamtergebnis|endsumme|summe|gesamt|insgesamt|total g[ée]n[ée]ral|totaux|somme|montant total|"
    r"totale generale|totale complessivo|totale|totali|somma|suma total|suma|total general|importe total|total geral|soma|"
    r"eindtotaal|algemeen totaal|totaal|"
    # Polish, Czech, Slovak, Hungarian, Romanian, Turkish, Greek, Cyrillic
    r"razem|łącznie|ogółem|celkem|součet|spolu|súčet|összesen|mindösszesen|végösszeg|genel toplam|toplam|γενικό σύνολο|"
    r"σύνολο|общий итог|итого|всего|итог|разом|усього|всього|общо|ukupno|skupaj|"
    # Nordic, Asian, Semitic
    r"totalsumma|totalt|summa|sum total|i alt|yhteensä|総合計|総計|合計|总计|合计|總計|总额|합계|총계|총합|jumlah|tổng cộng|tổng|"
    r"รวมทั้งหมด|รวม|सकल योग|कुल योग|कुल|المجموع الكلي|المجموع|الإجمالي|إجمالي|סה״כ|סה\"כ|סך הכל"
)
_SUB = (
    r"sub[\s\-]?totals?|zwischensumme|teilsumme|zwischenergebnis|teilergebnis|sous[\s\-]?total|subtotale|sub totale|"
    r"totale parziale|subtotaal|suma częściowa|suma parcial|podsuma|mezisoučet|medzisúčet|részösszeg|ara toplam|"
    r"μερικό σύνολο|подытог|промежуточный итог|подитог|delsumma|delsum|välisumma|小計|小计|소계|중간합계|المجموع الفرعي|"
    r"סיכום ביניים"
)
_COUNT = (
    r"count|row count|record count|(?:total )?(?:number|no\.?|count|#) of \w+(?: \w+)?|"
    r"total (?:items|rows|records|orders|customers|products|students|pupils|entries|employees|guests|transactions|count)|"
    r"(?:items|rows|records|entries) total|anzahl(?: \w+)?|nombre(?: (?:de|d['’])\s?\w+)?|"
    r"(?:numero|n\.) (?:di )?\w+|conteggio|cantidad de \w+|n[úu]mero de \w+|aantal(?: \w+)?|liczba(?: \w+)?|počet(?: \w+)?|"
    r"количество(?: \w+)?|件数|数量合計|总数|总条数|건수"
)
_COUNTED = (
    r"\(?\d[\d.,]* (?:items?|rows?|records?|entries|orders?|customers?|products?|students?|pupils?|lines?|results?|"
    r"employees?|guests?|covers|members?|cards?|tickets?|checks?|bills?|invoices?|receipts?|payments?|transactions?|shifts?|"
    r"mitarbeiter|gäste|karten|belege|rechnungen|salariés|clients|cartes|factures|empleados|clientes|tarjetas|"
    r"einträge|zeilen|datensätze|positionen|lignes|enregistrements|articles|registros|filas|righe|records|wierszy|"
    r"записей|строк)(?: (?:found|total|in total|gesamt|listed|exported))?\)?"
)
_AVERAGE = (
    r"averages?|avg\.?|mean|median|minimum|maximum|min\.?|max\.?|std\.? ?dev\.?|standard deviation|durchschnitt|mittelwert|"
    r"moyenne|media|promedio|média|gemiddelde|średnia|průměr|среднее|平均値?|평균|ortalama"
)
_FOOTER = (
    r"printed|print date|generated|report (?:date|generated|created|run|printed|by|end)|created (?:on|by|at)|"
    r"exported|downloaded|run (?:on|by|date)|as of|page \d|seite \d|page:? ?\d|end of (?:report|list|file|page)|"
    r"\*+ ?end|-+ ?end|copyright|©|\(c\) ?\d{4}|powered by|confidential|all rights reserved|continued|note:|notes:|"
    r"\* |\*{2,}|"
    r"gedruckt|ausgedruckt|erstellt (?:am|von)|erzeugt|stand:?|druckdatum|exportiert|vertraulich|"
    r"imprimé|édité|généré|exporté|page \d|confidentiel|fin du rapport|stampato|generato|esportato|pagina \d|fine|"
    r"impreso|generado|exportado|p[áa]gina \d|fin del|afgedrukt|gegenereerd|wydrukowano|wygenerowano|strona \d|"
    r"vytištěno|распечатано|сформировано|создан|страница \d|印刷日|出力日|作成日|打印|导出时间|第 ?\d+ ?页|ページ"
)
_JOINT = r"\s*(?:[:\-–—|/(#]|for|of|per|by|für|fuer|der|des|von|je|pour|de la|de|du|des|d['’]|del|della|di|para|por|do|da|"
_JOINT += r"van|voor|za|dla|по|за|для|için)\s*"
_VALUE = r"[\s\d.,/:\-–()$€£¥#%]*"
_MONTH = (
    r"(?:jan|feb|mar|mär|maer|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|mon|tue|wed|thu|fri|sat|sun)\w*"
)

_EDGE = r"[\s*=_\-–—>:.]*"
_TOTAL_ONLY = re.compile(
    rf"^{_EDGE}(?:{_SUB}|{_TOTAL})(?:{_EDGE}|[\s:]*\(?(?:{_VALUE}|[A-Z]{{3}}|(?:{_MONTH}|{_VALUE}){{1,6}})\)?){_EDGE}$",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    rf"^{_EDGE}(?:(?:{_SUB})\b.*|(?:{_TOTAL}){_JOINT}.+|.+?[\s:\-–—]+(?:{_SUB}))$", re.IGNORECASE
)
_PARTIAL = re.compile(
    rf"^{_EDGE}(?:(?:{_SUB}|{_TOTAL})(?:\b|\s|(?<=[^\x00-\x7f])).*|.+[\s:\-–—](?:{_SUB}|{_TOTAL}){_EDGE})$",
    re.IGNORECASE,
)
_COUNT_LABEL = re.compile(rf"^{_EDGE}(?:(?:{_COUNT}){_EDGE}\d*|{_COUNTED}){_EDGE}$", re.IGNORECASE)
_AVERAGE_LABEL = re.compile(rf"^{_EDGE}(?:{_AVERAGE}){_EDGE}(?:{_JOINT}.+)?$", re.IGNORECASE)
_FOOTER_LABEL = re.compile(rf"^{_EDGE}(?:{_FOOTER})", re.IGNORECASE)
_SUB_LABEL = re.compile(rf"(?:{_SUB})", re.IGNORECASE)

ANY = (
    rf"(?i)^[\s*=_\-–—>:.]*(?:{_SUB}|{_TOTAL}|{_AVERAGE}|{_COUNT}|{_COUNTED}|{_FOOTER})"
    rf"|[\s:\-–—](?:{_SUB}|{_TOTAL})[\s*=_\-–—>:.]*$"
)
"""Pattern (of Polars) of texts that may be a label: `Label` tells which they are."""

_UNIT = re.compile(
    r"[\[(]?(?:units?|usd|eur|gbp|chf|jpy|inr|cad|aud|[$€£¥₹%]|kg|g|mg|lb|lbs|oz|l|ml|cl|gal|cm|mm|m|in|inch(?:es)?|pcs|pieces?|"
    r"each|ea|stück|stk|h|hrs?|hours?|min|minutes?|days?|years?|no\.?|#|text|string|number|numeric|integer|decimal|date|"
    r"datetime|boolean|bool|yes/no|y/n|mandatory|required|optional|pflicht|pflichtfeld|obligatoire|facultatif|opcional|"
    r"(?:mm|dd|yyyy|yy)(?:[/.\-](?:mm|dd|yyyy|yy)){1,2}|in [a-z]{2,4}|[a-z]{1,3}/[a-z]{1,3})[\])]?",
    re.IGNORECASE,
)


def is_whole_total(text: str) -> bool:
    """Tell whether the text says total and nothing else, but for a number, a date or a currency."""
    return _TOTAL_ONLY.match(text) is not None


def is_qualified_total(text: str) -> bool:
    """Tell whether the text says what it is the total of: 'Total for Kim', 'Subtotal Food'."""
    return _QUALIFIED.match(text) is not None


def has_total(text: str) -> bool:
    """Tell whether the text begins or ends with a word for total: 'Kim Total', 'Total Burger'."""
    return _PARTIAL.match(text) is not None


def is_subtotal(text: str) -> bool:
    return _SUB_LABEL.search(text) is not None


def is_count(text: str) -> bool:
    return _COUNT_LABEL.match(text) is not None


def is_average(text: str) -> bool:
    return _AVERAGE_LABEL.match(text) is not None


def is_footer(text: str) -> bool:
    return _FOOTER_LABEL.match(text) is not None


def is_unit(text: str) -> bool:
    return _UNIT.fullmatch(text.strip()) is not None
