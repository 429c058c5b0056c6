"""Suggest what columns of a shop's or a till's export are where their names alone leave it open: guests, payments, categories. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.commerce.buyers import buyer_claims
from core.engine.mapping.commerce.claims import is_sure, with_claims
from core.engine.mapping.commerce.orders import delivery_claims, payment_claims, state_claims
from core.engine.mapping.commerce.products import product_claims, with_category_paths, with_first_pictures
from core.engine.mapping.commerce.stock import stock_claims
from core.engine.mapping.proposal import Proposal, StreamSample

_ORDER_KEYS = ("order.external_id", "order.number", "order_line.order_id")
_FEWEST = 3
"""Well supported fields of orders, or of products, from which a table is one of them."""


def with_commerce(
    firsts: Sequence[Proposal], sample: StreamSample, domain: str, file_columns: Iterable[str] = ()
) -> list[Proposal]:
    """Return the first suggestions of a stream with what its columns, and those of its file, together say."""
    adjusted = list(firsts)
    if domain == "restaurant" and _is_of_orders(firsts, sample):
        claims = buyer_claims(firsts, sample) | delivery_claims(firsts, sample)
        claims |= payment_claims(firsts, sample) | state_claims(firsts, sample)
        adjusted = with_claims(adjusted, claims)
    if domain == "restaurant" and _is_of_products(firsts, sample):
        claims = product_claims(firsts, sample) | stock_claims(firsts, sample, file_columns)
        adjusted = with_claims(adjusted, claims)
    return with_first_pictures(with_category_paths(adjusted, sample), sample)


def _is_of_products(firsts: Sequence[Proposal], sample: StreamSample) -> bool:
    if sample.entity == "item_variant":
        return True
    if sample.entity not in {None, "menu_item"} or not is_sure(firsts, "menu_item.name"):
        return False
    fields = {first.target for first in firsts if is_sure([first], first.target or "")}
    return sum(str(target).startswith("menu_item.") for target in fields) >= _FEWEST


def _is_of_orders(firsts: Sequence[Proposal], sample: StreamSample) -> bool:
    if sample.entity not in {None, "order"} or not is_sure(firsts, *_ORDER_KEYS):
        return False
    counts: dict[str, int] = {}
    for first in firsts:
        if first.target and (first.confidence or 0.0) >= AMBER_FROM:
            entity = first.target.partition(".")[0]
            counts[entity] = counts.get(entity, 0) + 1
    of_orders = counts.get("order", 0)
    return of_orders >= _FEWEST and of_orders >= counts.get("customer", 0)
