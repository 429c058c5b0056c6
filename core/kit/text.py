"""Read names as a person does: a column header as words, whatever its spelling.

Exports write one word in many ways (`unitPrice`, `UNIT_PRICE`, `Unit Price ($)`, `Unit Prices`, `Unit Prc`).
Everything that compares names compares these tokens, so that the spelling is decided once, here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Abbreviations of the trades we serve; each stands for the words on the right wherever a header uses it.
ABBREVIATIONS: dict[str, str] = {
    "abbr": "abbreviation", "abs": "absence", "acad": "academic", "acct": "account", "addr": "address",
    "addl": "additional", "adj": "adjustment", "adm": "admission", "alt": "alternate", "amnt": "amount",
    "amount": "amount", "amt": "amount", "approx": "approximate", "appt": "appointment", "asst": "assistant",
    "att": "attendance", "attn": "attendance", "attr": "attribute", "auth": "authorization", "auto": "automatic",
    "avail": "available", "ave": "average", "avg": "average", "bal": "balance", "bday": "birthday",
    "bdate": "birth date", "biz": "business", "calc": "calculated", "cat": "category", "cats": "category",
    "cd": "code", "cell": "mobile", "cellphone": "mobile phone", "cls": "class", "cnt": "count", "comm": "comment",
    "comp": "complimentary", "conf": "confirmation", "ctgy": "category", "ctry": "country", "curr": "current",
    "cur": "current", "cust": "customer", "ccy": "currency", "crs": "course", "ctrl": "control", "dept": "department",
    "desc": "description", "descr": "description", "descrip": "description", "dest": "destination", "dflt": "default",
    "disc": "discount", "disp": "display", "dist": "district", "dob": "birth date", "doc": "document", "dt": "date",
    "ea": "each", "emp": "employee", "empl": "employee", "enr": "enrollment", "enrolment": "enrollment",
    "ent": "entry", "est": "estimated", "exp": "expiry", "expiration": "expiry", "ext": "extended",
    "fam": "family", "fname": "first name", "forename": "first name", "givenname": "given name", "freq": "frequency",
    "grad": "graduation", "grd": "grade", "grp": "group", "hr": "hour", "hrs": "hour", "img": "image",
    "incl": "including", "info": "information", "ins": "insurance", "instr": "instructor", "inv": "inventory",
    "invt": "inventory", "lang": "language", "lname": "last name", "surname": "last name", "loc": "location",
    "lvl": "level", "max": "maximum", "mbr": "member", "med": "medical", "mem": "member", "mfr": "manufacturer",
    "mfg": "manufacturer", "mgr": "manager", "mgmt": "management", "mi": "middle initial", "mid": "middle",
    "min": "minimum", "misc": "miscellaneous", "mname": "middle name", "mob": "mobile", "mod": "modifier",
    "mods": "modifier", "msg": "message", "mth": "month", "natl": "national", "nbr": "number", "no": "number",
    "nr": "number", "num": "number", "nums": "number", "opt": "option", "opts": "option", "ord": "order",
    "org": "organization", "organisation": "organization", "orig": "original", "parm": "parameter", "pct": "percent",
    "percentage": "percent", "pd": "period", "perm": "permission", "phn": "phone", "ph": "phone", "pic": "picture",
    "pmt": "payment", "pymt": "payment", "pos": "pos", "pref": "preferred", "prc": "price", "prev": "previous",
    "prim": "primary", "prod": "product", "prog": "program", "programme": "program", "pt": "point", "pts": "point",
    "pwd": "password", "qtr": "quarter", "qty": "quantity", "qnty": "quantity", "quan": "quantity", "rcpt": "receipt",
    "rec": "record", "ref": "reference", "reg": "registration", "rel": "relationship", "req": "required",
    "resp": "response", "rm": "room", "rpt": "report", "sched": "schedule", "sec": "section", "sect": "section",
    "sem": "semester", "seq": "sequence", "svc": "service", "serv": "service", "sess": "session", "sfx": "suffix",
    "sku": "sku", "src": "source", "srvr": "server", "sta": "state", "std": "standard", "stmt": "statement",
    "stk": "stock", "stu": "student", "stud": "student", "subcat": "subcategory", "subtot": "subtotal",
    "supp": "supplier", "tchr": "teacher", "tel": "telephone", "temp": "temporary", "tkt": "ticket", "tot": "total",
    "ttl": "total", "trans": "transaction", "trx": "transaction", "txn": "transaction", "tran": "transaction",
    "tz": "time zone", "uom": "unit of measure", "upd": "updated", "usr": "user", "val": "value", "var": "variant",
    "vend": "vendor", "vol": "volume", "wgt": "weight", "wt": "weight", "yr": "year", "zipcode": "zip code",
    "postcode": "postal code", "pincode": "postal code", "zip": "zip", "cheque": "check", "colour": "color",
    "ctr": "center", "centre": "center", "ctct": "contact", "guid": "id", "uuid": "id", "uid": "id", "ident": "id",
    "identifier": "id", "identifiant": "id", "pk": "id", "sourced": "source", "txt": "text", "lbl": "label",
    "dtm": "date time", "datetime": "date time", "timestamp": "date time", "ts": "date time", "tm": "time",
    "multi": "multiple", "ytd": "year to date", "hs": "high school", "ela": "english", "oos": "out of stock",
    "fk": "id", "nm": "name", "addrs": "address", "mbl": "mobile", "eff": "effective", "gpa": "gpa",
    "staffid": "staff id", "uri": "url", "href": "url", "fulfil": "fulfillment", "licence": "license",
}  # fmt: skip
# Glued pairs that carry their own meaning and that no separator betrays.
COMPOUNDS: dict[str, str] = {
    "firstname": "first name", "lastname": "last name", "middlename": "middle name", "fullname": "full name",
    "nickname": "nick name", "username": "user name", "timezone": "time zone", "birthdate": "birth date",
    "birthday": "birth date", "dateofbirth": "birth date", "homeroom": "homeroom", "subtotal": "sub total",
    "displayname": "display name", "phonenumber": "phone number", "zipcode": "zip code", "barcode": "barcode",
    "emailaddress": "email address", "startdate": "start date", "enddate": "end date", "schoolid": "school id",
    "studentid": "student id", "itemname": "item name", "unitprice": "unit price", "imageurl": "image url",
    "itemid": "item id", "orderid": "order id", "checknumber": "check number", "gradelevel": "grade level",
    "givenname": "given name", "familyname": "family name", "taxrate": "tax rate", "sourcedid": "source id",
    "subcategory": "sub category", "subgroup": "sub group", "takeout": "takeout", "checkout": "checkout",
}  # fmt: skip
_UNITS = frozenset(
    {
        "lb", "lbs", "kg", "g", "oz", "ml", "l", "cm", "mm", "m", "in", "inch", "inches", "ft", "hour", "hours", "hrs",
        "min", "mins", "sec", "secs", "ms", "usd", "eur", "gbp", "cad", "aud", "inr", "cent", "cents", "pence", "dollar", "dollars", "$", "€", "£", "s", "es",
    }
)  # fmt: skip
_SINGULAR = {
    "menus": "menu", "ids": "id", "pos": "pos", "sis": "sis", "sms": "sms", "gps": "gps", "is": "is", "has": "has",
    "was": "was", "us": "us", "plus": "plus", "series": "series", "taxes": "tax", "boxes": "box", "indexes": "index",
    "children": "child", "people": "person", "persons": "person", "sales": "sale", "bonuses": "bonus", "axes": "axis",
    "movies": "movie", "cookies": "cookie", "calories": "calorie", "categories": "category", "always": "always",
    "statuses": "status", "campuses": "campus", "addresses": "address", "dishes": "dish", "matches": "match",
    "branches": "branch", "switches": "switch", "analysis": "analysis", "basis": "basis", "mens": "men", "skus": "sku",
    "alias": "alias", "canvas": "canvas", "gas": "gas", "yes": "yes", "ms": "ms", "ws": "ws", "os": "os",
}  # fmt: skip
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_BRACKETED = re.compile(r"[\[(]\s*([^\])]*?)\s*[\])]")
_QUALIFIED = (
    re.compile(r"^(?P<head>[^\[\]]+?)\s*\[(?P<tail>[^\[\]]+)\]\s*$"),
    re.compile(r"^(?P<head>[^:]+?)\s*:\s+(?P<tail>.+)$"),
    re.compile(r"^(?P<head>.+?)\s+[-–—]\s+(?P<tail>.+)$"),
)


def singular(word: str) -> str:
    """Make a word singular: 'categories' -> 'category'; words that only look plural ('status', 'address') stay."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zes")) else word[:-1]


def _words(piece: str) -> tuple[str, ...]:
    """Expand a lower-case piece and make it singular."""
    expanded = ABBREVIATIONS.get(piece) or COMPOUNDS.get(piece)
    if expanded is None:
        base = singular(piece)
        expanded = ABBREVIATIONS.get(base) or COMPOUNDS.get(base) or base
    return tuple(expanded.split())


@lru_cache(maxsize=65536)
def tokens(name: str) -> tuple[str, ...]:
    """Split a name into words, in order: camelCase, snake_case and punctuation split, abbreviations expanded, plurals
    made singular, accents dropped, units in brackets left out.

    >>> tokens("Curr Qty (lb)"), tokens("modifierGroupIDs"), tokens("# of Guests")
    (('current', 'quantity'), ('modifier', 'group', 'id'), ('number', 'of', 'guest'))
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = _BRACKETED.sub(lambda m: " " if m[1].lower() in _UNITS else f" {m[1]} ", plain)
    plain = plain.replace("#", " number ").replace("%", " percent ").replace("'", "")
    plain = re.sub(r"\b[eE][-_ ]?[mM]ail", " email", plain)
    plain = re.sub(r"([A-Z]{2,})s(?![a-z])", r"\1", plain)
    words: list[str] = []
    for chunk in re.findall(r"[^\W_]+", plain):
        lower_chunk = chunk.lower()
        if lower_chunk in COMPOUNDS or lower_chunk in ABBREVIATIONS:
            words += _words(lower_chunk)
        elif chunk.isascii():
            for piece in _PIECE.findall(chunk):
                words += _words(piece.lower())
        else:
            words.append(lower_chunk)
    return tuple(words)


def normalise(name: str) -> str:
    """Join the tokens by blanks: two names that mean the same usually become equal."""
    return " ".join(tokens(name))


def split_qualifier(name: str) -> tuple[str, str]:
    """Split a header into what it names and its qualifier: ('Price', 'Kiosk East') for 'Price [Kiosk East]',

    ('Modifier Set', 'Extras') for 'Modifier Set - Extras'. The second is empty where there is none.
    """
    for pattern in _QUALIFIED:
        if match := pattern.match(name):
            return match["head"].strip(), match["tail"].strip()
    return name, ""


LONGEST_COMPOUND = 64
"""Letters of a word that is taken apart; the longest glued names of exports have about 40."""


def split_compound(word: str, vocabulary: Collection[str]) -> tuple[str, ...]:
    """Split a glued word into the fewest known words of at least two letters; itself where that cannot be done.

    What is longer than LONGEST_COMPOUND letters is no word and stays as it is.

    >>> split_compound("menuitemprice", {"menu", "item", "price"})
    ('menu', 'item', 'price')
    """
    if word in vocabulary or not 6 <= len(word) <= LONGEST_COMPOUND:
        return (word,)
    best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - 16), end - 1):
            head, piece = best[start], word[start:end]
            current = best[end]
            if head is not None and piece in vocabulary and (current is None or len(head) + 1 < len(current)):
                best[end] = (*head, piece)
    return best[-1] or (word,)
