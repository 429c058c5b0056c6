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
    "sch": "school", "schl": "school", "chg": "charge", "chgs": "charge", "chrg": "charge", "chk": "check",
    "acc": "account", "bcode": "barcode", "brcd": "barcode", "bldg": "building", "cntry": "country",
    "crd": "card", "crncy": "currency", "cncl": "cancelled", "cncld": "cancelled", "clsd": "closed",
    "opnd": "opened", "dte": "date", "dlvry": "delivery", "delv": "delivery", "deliv": "delivery",
    "dlv": "delivery", "dscnt": "discount", "dscr": "description", "eml": "email", "ethn": "ethnicity",
    "excl": "excluding", "fmly": "family", "fn": "first name", "flg": "flag", "frst": "first",
    "gc": "gift card", "gcard": "gift card", "gndr": "gender", "gend": "gender", "grdn": "guardian",
    "gdn": "guardian", "guard": "guardian", "gtot": "grand total", "gtotal": "grand total", "grs": "gross",
    "hm": "home", "hmrm": "homeroom", "inact": "inactive", "init": "initial", "itm": "item", "itms": "item",
    "lst": "last", "mnth": "month", "mktg": "marketing", "mkt": "marketing", "nxt": "next",
    "qoh": "quantity on hand", "onhand": "on hand", "soh": "stock on hand", "pkg": "package",
    "paymt": "payment", "pnt": "point", "pnts": "point", "prdt": "product", "prdct": "product",
    "prmry": "primary", "pri": "primary", "prnt": "parent", "purch": "purchase", "rcv": "received",
    "rcvd": "received", "recd": "received", "rfnd": "refund", "refd": "refund", "reqd": "required",
    "rtn": "return", "reln": "relationship", "relat": "relationship", "rlshp": "relationship",
    "relshp": "relationship", "rmk": "remark", "rmks": "remark", "rmrk": "remark", "rsn": "reason",
    "scr": "score", "sbj": "subject", "subj": "subject", "subttl": "sub total", "sbtot": "sub total",
    "stdnt": "student", "stdt": "student", "sts": "status", "stat": "status", "suppl": "supplier",
    "surchg": "surcharge", "srchg": "surcharge", "sz": "size", "tbl": "table", "tch": "teacher",
    "tndr": "tender", "trm": "term", "tx": "tax", "typ": "type", "unt": "unit", "vndr": "vendor",
    "vnd": "vendor", "whse": "warehouse", "wk": "week", "wrk": "work", "yob": "birth year", "dpt": "department",
    "dprt": "department", "ctg": "category", "catg": "category", "categ": "category", "ctgry": "category",
    "clsrm": "classroom", "asgn": "assignment", "asmt": "assessment", "assmt": "assessment",
    "assess": "assessment", "attnd": "attendance", "atnd": "attendance", "attend": "attendance",
    "absnt": "absent", "excsd": "excused", "unexc": "unexcused", "crse": "course", "enrl": "enrollment",
    "enrlmt": "enrollment", "enrld": "enrolled", "emerg": "emergency", "emer": "emergency", "lea": "district",
    "ssid": "state student id", "sasid": "state student id", "fsm": "free school meal",
    "eal": "english learner", "lep": "english learner", "frpl": "free reduced lunch", "ks": "key stage",
    "yg": "year group", "ncy": "national curriculum year", "doj": "joining date", "dol": "leaving date",
    "admno": "admission number", "adno": "admission number", "regno": "registration number",
    "regn": "registration", "sno": "serial number", "srno": "serial number", "slno": "serial number",
    "phno": "phone number", "mobno": "mobile number", "telno": "telephone number", "billno": "bill number",
    "ordno": "order number", "srv": "service", "srvc": "service", "grat": "gratuity", "chnl": "channel",
    "cshr": "cashier", "bev": "beverage", "ingr": "ingredient", "mdfr": "modifier", "modif": "modifier",
    "cst": "cost", "loy": "loyalty", "rwd": "reward",
    "optin": "opt in", "ct": "count", "cr": "credit", "dr": "debit", "cc": "credit card", "gr": "grade",
    "advsr": "advisor", "cnslr": "counselor", "cncy": "currency", "cmt": "comment", "cmnt": "comment",
    "cmts": "comment", "cntct": "contact", "dsply": "display", "elig": "eligible", "emplid": "employee id",
    "gradelvl": "grade level", "grdlvl": "grade level", "instrctr": "instructor", "lastnm": "last name",
    "firstnm": "first name", "frstnm": "first name", "lstnm": "last name", "midnm": "middle name",
    "fullnm": "full name", "mthr": "mother", "fthr": "father", "pupilno": "pupil number", "trmnl": "terminal",
    "vchr": "voucher", "vst": "visit", "vsts": "visit", "wkly": "weekly", "stts": "status", "gsts": "guest", "rt": "rate",
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
    "giftcard": "gift card", "giftcards": "gift card", "servicecharge": "service charge", "orderno": "order number",
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
_INITIALS = re.compile(r"(?<![\w.])((?:[A-Za-z]\.)+[A-Za-z])\.?(?!\w)")
"""Letters with full stops: 'D.O.B.', 'U.P.C'."""
_BESIDE: dict[str, tuple[str, frozenset[str]]] = {
    "inv": ("invoice", frozenset({"number", "no", "num", "nbr", "nr", "date", "dt", "amt", "amount", "total", "tot", "due", "status"})),
    "gr": ("registration", frozenset({"no", "number", "nr", "num", "nbr"})),
    "pd": ("paid", frozenset({"amt", "amount", "date", "dt", "total", "tot", "bal", "by", "due", "to", "status"})),
    "comp": ("company", frozenset({"name", "nm", "addr", "address", "phone"})),
    "st": ("street", frozenset({"addr", "address", "name", "nm", "no", "number"})),
}  # fmt: skip
"""Abbreviations of two words, with the one they stand for beside some others: 'Inv No', 'Amt Pd'."""
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


def _spelled_out(name: str) -> str:
    """Write out abbreviations that only the words beside them tell: 'Inv No' is about an invoice, 'Inv Level' is not."""
    pieces = [piece.lower() for chunk in re.findall(r"[^\W_]+", name) for piece in _PIECE.findall(chunk)]
    for short in _BESIDE.keys() & set(pieces):
        word, others = _BESIDE[short]
        if others.intersection(pieces):
            name = re.sub(rf"(?<![A-Za-z])(?i:{short})(?![a-z])", word, name)
    return name


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
    plain = _INITIALS.sub(lambda m: m[1].replace(".", ""), plain)
    words: list[str] = []
    for chunk in re.findall(r"[^\W_]+", _spelled_out(plain)):
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


def split_compound(
    word: str, vocabulary: Collection[str], *, least: int = 6, shortest: int = 2
) -> tuple[str, ...]:
    """Split a glued word into the fewest known words; itself where that cannot be done.

    A word has at least `least` letters and each of its parts `shortest`. What is longer than LONGEST_COMPOUND letters
    is no word and stays as it is.

    >>> split_compound("menuitemprice", {"menu", "item", "price"})
    ('menu', 'item', 'price')
    """
    if word in vocabulary or not least <= len(word) <= LONGEST_COMPOUND:
        return (word,)
    best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(shortest, len(word) + 1):
        for start in range(max(0, end - 16), end - shortest + 1):
            head, piece = best[start], word[start:end]
            current = best[end]
            if head is not None and piece in vocabulary and (current is None or len(head) + 1 < len(current)):
                best[end] = (*head, piece)
    return best[-1] or (word,)
