"""Find the columns of an order that tell of its buyer: an e-mail address or a number alone makes a guest that can be told apart. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.engine.mapping.commerce.claims import Claim, is_free
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.reshape.headers import word_set
from core.engine.transforms.texts.person_names import GIVEN_NAME
from core.kit.text import tokens

_BUYER, _BILLING, _PLAIN = 0, 1, 2
"""Whom a column is about, by its name, the surest first; a plain name says it by its table."""

_OWNERS: Mapping[int, frozenset[str]] = {
    _BUYER: word_set(
        "customer client guest buyer purchaser shopper kunde kunden kaufer kaeufer besteller gast cliente comprador acheteur klant"
        " acquirente compratore"
    ),
    _BILLING: word_set(
        "billing bill invoice payer rechnung rechnungs facturation facturacion fatturazione factuur faktura"
    ),
}
_FILLERS = word_set("to of de del della do da der des the al")
_GLUED = ("kunden", "rechnungs", "besteller", "kaeufer", "kaufer", "klanten", "factuur")
"""Words of owners that German and Dutch write together with what follows."""

_PHRASES: Mapping[str, str] = {
    "email": "email, mail, email address, email adresse, correo, correo electronico, courriel, adresse email, adresse mail, eposta",
    "phone": "phone, phone number, telephone, telephone number, mobile, mobile phone, mobile number, telefon, telefonnummer,"
    " telefono, telefone, telefoon, handy, movil, celular, cellulare",
    "first_name": "first name, given name, vorname, prenom, voornaam",
    "last_name": "last name, family name, nachname, nom famille, apellido, apellidos, cognome, sobrenome, achternaam",
    "name": "name, full name, nombre, nom, nome, naam",
    "company": "company, company name, firma, empresa, societe, azienda, bedrijf",
    "address": "address, street, address 1, address line 1, street address, street 1, strasse, adresse, rue, direccion, calle,"
    " indirizzo, endereco, adres, straat",
    "city": "city, town, suburb, address city, ort, stadt, ville, ciudad, citta, cidade, plaats, stad",
    "region": "state, province, region, county, state code, province code, provincia, estado, bundesland",
    "postal_code": "zip, zip code, postal code, post code, postcode, plz, postleitzahl, code postal, codigo postal, cp, cap, cep",
    "country": "country, country code, land, pays, pais, paese",
}
_FIELDS = {
    tuple(sorted(phrase.split())): name for name, text in _PHRASES.items() for phrase in text.split(", ")
}
_SURE, _LIKELY, _OPEN = 0.93, 0.86, 0.8
_CONTACTS = ("email", "phone")
_REPEATS = 0.15
"""Share of rows with a value of their own below which an address that names nobody may be the shop's or a cashier's."""
_FEW = 10


def buyer_claims(firsts: Sequence[Proposal], sample: StreamSample) -> dict[str, Claim]:
    """Return the claims of a table of orders on its guests; none where neither an address nor a number names them."""
    candidates: dict[str, tuple[int, Proposal]] = {}
    for first in firsts:
        if not is_free(first, sample):
            continue
        owner, name = _parsed(first.source)
        is_known = name and (owner != _PLAIN or name in _CONTACTS)
        if is_known and _has_form(first, name, owner) and owner <= candidates.get(name, (_PLAIN,))[0]:
            candidates.setdefault(name, (owner, first))
            if owner < candidates[name][0]:
                candidates[name] = owner, first
    if not candidates.keys() & set(_CONTACTS):
        return {}
    return dict(_claims(candidates))


def _claims(candidates: Mapping[str, tuple[int, Proposal]]) -> Iterator[tuple[str, Claim]]:
    is_split = "first_name" in candidates or "last_name" in candidates
    for name, (owner, first) in candidates.items():
        if name == "name" and is_split:
            continue
        reason = (
            "Each order has the address or the number of its buyer here, by which guests are told apart."
            if name in _CONTACTS
            else "It is about the buyer of the order."
        )
        target, transform = ("first_name", GIVEN_NAME) if name == "name" else (name, None)
        yield first.source, Claim(f"customer.{target}", _confidence(name, owner), reason, transform)


def _confidence(name: str, owner: int) -> float:
    if name == "email":
        return _SURE
    return _OPEN if owner == _PLAIN else _LIKELY


def _parsed(header: str) -> tuple[int, str]:
    """Split a header into whom it is about and the field it names, '' where it names none."""
    words = list(_apart(tokens(header)))
    owners = {owner for owner, names in _OWNERS.items() if names & set(words)}
    if len(owners) > 1:
        return _PLAIN, ""
    owner = owners.pop() if owners else _PLAIN
    field_words = tuple(
        sorted(word for word in words if word not in _FILLERS and word not in _OWNERS.get(owner, ()))
    )
    if not field_words and owner == _BUYER:
        return owner, "name"  # 'Guest' beside 'Guest Email'
    return owner, _FIELDS.get(field_words, "")


def _apart(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        prefix = next((part for part in _GLUED if word.startswith(part) and len(word) > len(part) + 1), "")
        yield from filter(None, (prefix, word.removeprefix(prefix)))


def _has_form(first: Proposal, name: str, owner: int) -> bool:
    profile = first.profile
    if name == "email" and profile.kind != "email":
        return False
    if name == "name" and any(character.isdigit() for text in profile.samples for character in text):
        return False  # an id or a number
    is_of_few = profile.filled > _FEW and profile.uniqueness < _REPEATS
    return owner != _PLAIN or not is_of_few
