"""Find the columns of an order that are charges for its delivery, its payments, and the kind of its transaction. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from core.engine.mapping.commerce.claims import Claim, is_free, is_sure
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.reshape.headers import word_set
from core.engine.transforms import Call, show
from core.engine.transforms.vocabulary import option_for
from core.kit.text import tokens
from core.schema import target_schema

_LIKELY = 0.86
_FILLERS = word_set("of de del della do da der des du the di order pedido")


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(sorted(phrase.split())) for phrase in text.split(", "))


_TAX_SIDES = word_set("ex excl excluding exclusive inc incl including inclusive exkl inkl hors")
_TAXES = word_set("tax vat gst mwst tva iva btw")

_SHIPPING = _phrases(
    "shipping, shipping total, total shipping, shipping amount, shipping cost, shipping fee, shipping charge, shipping price,"
    " shipping and handling, shipping handling, delivery fee, delivery charge, delivery cost, delivery total, freight, postage,"
    " versand, versandkosten, lieferkosten, liefergebuhr, frais port, frais livraison, livraison, gasto envio, gastos envio,"
    " coste envio, costo envio, envio, spese spedizione, costo spedizione, spedizione, verzendkosten, bezorgkosten, frete,"
    " valor frete, frakt, fraktkostnad, doprava"
)
_PAYMENT: Mapping[str, frozenset[tuple[str, ...]]] = {
    "external_id": _phrases(
        "payment id, payment reference, payment transaction id, payment transaction reference, payment number, tender id, zahlungs id,"
        " reference paiement, referencia pago, riferimento pagamento"
    ),
    "tender": _phrases(
        "payment method, payment type, payment method title, payment method name, payment mode, method payment, tender, tender type,"
        " tender name, paid by, zahlungsart, zahlungsmethode, zahlart, zahlungsmittel, mode paiement, moyen paiement, forma pago,"
        " metodo pago, medio pago, metodo pagamento, forma pagamento, betaalmethode, betaalwijze"
    ),
    "card_brand": _phrases(
        "card brand, card type, credit card type, card network, card scheme, kartentyp, kartenmarke"
    ),
    "last4": _phrases(
        "pan suffix, last 4, card last 4, last 4 digit, card last 4 digit, last four, card last four, card suffix"
    ),
    "refund_amount": _phrases(
        "refund amount, refunded amount, amount refunded, total refund, total refunded, refund total, refunded total, refunded,"
        " refunded so far"
    ),
    "processing_fee": _phrases(
        "fee, processing fee, transaction fee, payment fee, card fee, processor fee, payment processing fee, stripe fee, paypal fee"
    ),
}
"""Field of a payment -> names of columns that hold it in a table of orders."""

_OF_PAYMENT = ("external_id", "tender", "card_brand", "last4")
_AMOUNTS = frozenset({"refund_amount", "processing_fee"})
_PLAIN_FEE = ("fee",)
_NEGATIVE = re.compile(r"^[^0-9]*[-(−]|-$")

_KIND_HEADERS = _phrases(
    "event type, transaction type, event, transaction kind, type, sale type, kind, record type, receipt type, vorgang, vorgangsart,"
    " belegart, transaktionsart, type transaction, type operation, tipo, tipo transaccion, tipo operazione, tipo transazione"
)
_KINDS: Mapping[str, frozenset[str]] = {
    "completed": word_set(
        "payment sale purchase charge verkauf zahlung kauf vente paiement achat venta pago compra vendita pagamento venda verkoop"
        " betaling"
    ),
    "refunded": word_set(
        "refund return refunded returned rückgabe erstattung retoure gutschrift remboursement retour avoir devolución reembolso"
        " rimborso reso devolução estorno terugbetaling"
    ),
    "cancelled": word_set(
        "void voided cancelled canceled storno storniert annulation annulé anulación anulado annullato annullamento"
    ),
}
"""State of an order -> kinds of transactions that leave it in that state."""


def delivery_claims(firsts: Sequence[Proposal], sample: StreamSample) -> dict[str, Claim]:
    """Return the claim of the one column of what delivery costs, where the orders have no other charges."""
    if is_sure(firsts, "order.service_charge_total"):
        return {}
    columns = [
        first
        for first in firsts
        if is_free(first, sample) and _name(first) in _SHIPPING and first.profile.kind in {"decimal", "int"}
    ]
    if len(columns) != 1:
        return {}
    reason = "What delivery costs is a charge on the order."
    return {columns[0].source: Claim("order.service_charge_total", _LIKELY, reason)}


def payment_claims(firsts: Sequence[Proposal], sample: StreamSample) -> dict[str, Claim]:
    """Return the claims of a table of orders on their payments, where it says which they are or how they were made."""
    claims: dict[str, Claim] = {}
    for field, phrases in _PAYMENT.items():
        if field in _AMOUNTS and not claims and not _has_payments(firsts):
            continue
        columns = [
            first
            for first in firsts
            if is_free(first, sample) and _name(first) in phrases and _fits(field, first, sample.rows)
        ]
        if columns:
            reason = "It is about the payment of the order."
            is_proved = field == "processing_fee" and _is_deducted(sample.rows[columns[0].source])
            claims[columns[0].source] = Claim(f"payment.{field}", _LIKELY, reason, is_proved=is_proved)
    return claims


def _has_payments(firsts: Iterable[Proposal]) -> bool:
    return is_sure(firsts, *(f"payment.{name}" for name in _OF_PAYMENT))


def _fits(field: str, first: Proposal, rows: pl.DataFrame) -> bool:
    if field not in _AMOUNTS:
        return True
    if first.profile.kind not in {"decimal", "int"}:
        return False
    return field != "processing_fee" or _name(first) != _PLAIN_FEE or _is_deducted(rows[first.source])


def _is_deducted(texts: pl.Series) -> bool:
    """Tell whether every amount is negative or nothing: what the processor keeps, and no guest pays."""
    charged = texts.drop_nulls().filter(texts.drop_nulls().str.contains("[1-9]"))
    return bool(len(charged)) and all(_NEGATIVE.search(text) for text in charged)


def state_claims(firsts: Sequence[Proposal], sample: StreamSample) -> dict[str, Claim]:
    """Return the claim of the column of kinds of transactions on the state of orders that nothing else tells.

    Only where each row is an order of its own: of an order with a sale and a refund, no one kind is its state.
    """
    if is_sure(firsts, "order.state") or not _is_row_each(firsts, sample):
        return {}
    return dict(_states(first, sample) for first in firsts if _tells_kind(first, sample))


def _is_row_each(firsts: Sequence[Proposal], sample: StreamSample) -> bool:
    ids = [first.source for first in firsts if first.target == "order.external_id"]
    ids = ids or [first.source for first in firsts if first.target == "order.number"]
    facts = [sample.facts.get(source) for source in ids]
    return bool(ids) and all(fact is None or fact.is_unique is not False for fact in facts) and all(
        sample.rows[source].drop_nulls().is_unique().all() for source in ids
    )  # fmt: skip


def _tells_kind(first: Proposal, sample: StreamSample) -> bool:
    if (
        not is_free(first, sample)
        or _name(first) not in _KIND_HEADERS
        or is_sure([first], first.target or "")
    ):
        return False
    return all(_state_of(text) for text in _texts(first, sample.rows))


def _states(first: Proposal, sample: StreamSample) -> tuple[str, Claim]:
    options = target_schema().field("order.state").options
    texts = list(_texts(first, sample.rows))
    states = {text.casefold(): _state_of(text) for text in texts}
    is_plain = all(option_for(text, options) == state for text, state in states.items())
    transform = None if is_plain else show((Call("map_values", (dict(sorted(states.items())),)),))
    reason = "It says of each transaction whether it is a payment, a refund or void."
    return first.source, Claim("order.state", _LIKELY, reason, transform)


def _texts(first: Proposal, rows: pl.DataFrame) -> Iterator[str]:
    for text in rows[first.source].drop_nulls().unique().sort():
        if stripped := text.strip():
            yield stripped


def _state_of(text: str) -> str | None:
    word = text.strip().casefold()
    return next((state for state, words in _KINDS.items() if word in words), None)


def _name(first: Proposal) -> tuple[str, ...]:
    """Return the words of a header without those that only join others, and without 'ex tax' or 'inc tax' behind it."""
    words = [word for word in tokens(first.source) if word not in _FILLERS]
    if len(words) > 2 and words[-2] in _TAX_SIDES and words[-1] in _TAXES:
        words = words[:-2]
    return tuple(sorted(words))
