"""The words exports use for the options of the schema's enumerations.

One table for all sources, by option: 'PICKUP' means takeout wherever an order's channel is asked for. Texts are
compared without regard to case, spaces and punctuation, so 'Dine In' and 'DINE_IN' need no entry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

_WORDS: dict[str, str] = {
    # channel
    "dine_in": "for here, eat in, in house, inhouse, table, table service, restaurant, dining room, bar, counter",
    "takeout": "take out, to go, takeaway, pickup, pick up, carry out, collection, in store pickup, curbside, curbside pickup, curb side, drive thru, "
    "drive through",
    "delivery": "delivered, courier, doordash, uber eats, grubhub, deliveroo, just eat, shipment",
    "online": "web, website, online ordering, ecommerce, internet, app, mobile, toast online ordering",
    "kiosk": "self service, self order, self ordering",
    # means of payment
    "card": "credit, credit card, creditcard, debit, debit card, bank card, visa, mastercard, amex, american express, "
    "discover, emv, chip, contactless, card present, external card",
    "cash": "cash payment, notes, coins",
    "gift_card": "gift, giftcard, gift certificate, voucher, stored value, square gift card",
    "loyalty": "points, rewards, loyalty points, reward",
    "wallet": "digital wallet, mobile wallet, apple pay, google pay, samsung pay, paypal, cash app, venmo, alipay, ecocash, "
    "buy now pay later",
    "check": "cheque, paper check, bank check",
    "other": "others, external, house account, on account, invoice, bank transfer, bank account, ach, misc, custom, none",
    # state of an order
    "open": "new, created, draft, pending, in progress, unpaid, open order, proposed, accepted, open price, open pricing, "
    "open amount, ask, prompt",
    "completed": "complete, closed, paid, done, finished, settled, fulfilled, captured, approved, sale, payment, posted, invoiced, "
    "partially refunded",
    "cancelled": "canceled, cancel, void, voided, deleted, rejected",
    "refunded": "refund, return, returned, reversed, fully refunded",
    # how a price is found
    "fixed": "fixed price, fixed pricing, base price, flat, standard",
    "variable": "variable price, variable pricing, menu specific price, time specific price",
    "size": "size price, size pricing, sizes, sized",
    "per_unit": "unit, per unit price, by weight, weight, weighted, unit price",
    # modifier groups
    "single": "one, single select, single choice, radio, choose one, exactly one, multiple disallowed",
    "multiple": "many, multi, multi select, multiselect, multiple choice, checkbox, choose many",
    # discounts
    "percent": "percentage, fixed percentage, rate, pct, variable percentage",
    "amount": "fixed amount, dollar, dollars, value, money, flat amount, variable amount",
    # loyalty programs
    "active": "enabled, live, running, on",
    "inactive": "disabled, paused, ended, off",
    "spend": "spending, amount spent, purchase, dollars spent",
    "visit": "visits, per visit, check in",
    "item": "item variation, product, items",
    "category": "categories, item category",
    # school
    "school": "local school, k12 school",
    "district": "local, lea, local education agency, trust, authority, board",
    "campus": "site, building",
    "department": "dept, faculty",
    "year": "school year, schoolyear, academic year, full year, annual",
    "term": "trimester, term block",
    "semester": "half year, sem",
    "grading_period": "grading, quarter, marking period, progress period",
    "homeroom": "home room, form, form group, tutor group, registration, advisory",
    "scheduled": "schedule, course, class, teaching group, subject",
    "student": "pupil, learner, child, studentenrollment",
    "teacher": "instructor, lecturer, faculty member, primary teacher, educator, teacherenrollment, editingteacher",
    "aide": "assistant, teaching assistant, ta, support, paraprofessional, taenrollment, proctor",
    "administrator": "admin, principal, head, head teacher, manager, site administrator, district administrator",
    "present": "p, in attendance, attended, here, /",
    "absent": "a, absence, unexcused, unexcused absence, ua, unauthorised absence, unauthorized absence, not present, missing",
    "late": "l, tardy, t, lateness",
    "excused": "e, excused absence, authorised absence, authorized absence",
}


def option_for(text: str, options: Sequence[str]) -> str | None:
    """Return the option a text means, or None."""
    return _table(tuple(options)).get(_plain(text))


def spellings(option: str) -> tuple[str, ...]:
    """Return the words that exports use for an option."""
    return tuple(word.strip() for word in _WORDS.get(option, "").split(",") if word.strip())


@cache
def _table(options: tuple[str, ...]) -> dict[str, str]:
    table = {
        _plain(word): option
        for option in options
        for word in _WORDS.get(option, "").split(",")
        if _plain(word)
    }
    return table | {_plain(option): option for option in options}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower()) or text.strip()
