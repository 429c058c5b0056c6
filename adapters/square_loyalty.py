"""Square's loyalty programs, their tiers and accrual rules, and guests' accounts as JSON (Loyalty API)."""

from __future__ import annotations

from adapters.declare import anywhere, fields, listed, money, names
from core.engine.sources.contract import Hint, Level, LookUp, StreamSpec

_PROGRAM_PLACES = ("loyalty.program", "loyalty.programs[]", "loyalty_programs[]", "programs[]", "program")
_PROGRAM_ID = anywhere(_PROGRAM_PLACES, ".id")
_TIER_PLACES = tuple(
    f"{program}.{members}[]" for program in _PROGRAM_PLACES for members in ("reward_tiers", "tiers")
)
_PROGRAMS = StreamSpec(
    name="loyalty_programs",
    entity="loyalty_program",
    path=anywhere(_PROGRAM_PLACES),
    hints=fields(
        {
            "id": "loyalty_program.external_id",
            "name": "loyalty_program.name",
            "status": "loyalty_program.status",
            "terminology.one": "loyalty_program.point_name",
            "terminology.other": "loyalty_program.points_name",
            "expiration_policy.expiration_duration": "loyalty_program.points_expire_after",
            "location_ids": listed("loyalty_program.offered_at"),
        },
        *names("reward_tiers|tiers|accrual_rules|created_at|updated_at"),
    ),
)
_TIERS = StreamSpec(
    name="loyalty_tiers",
    entity="loyalty_tier",
    path=anywhere(_TIER_PLACES),
    carry={"program.id": _PROGRAM_ID},
    hints=fields(
        {
            "id": "loyalty_tier.external_id",
            "program.id": "loyalty_tier.program_id",
            "name": "loyalty_tier.name",
            "points": "loyalty_tier.points_required",
            "min_points": "loyalty_tier.points_required",
            "points_required": "loyalty_tier.points_required",
            "definition.percentage_discount": "loyalty_tier.discount_percent",
            "discount_percent": "loyalty_tier.discount_percent",
            "percentage_discount": "loyalty_tier.discount_percent",
            "definition.fixed_discount_money.amount": money("loyalty_tier.discount_amount", "minor"),
        },
        *names("definition.scope|definition.discount_type|definition.catalog_object_ids|created_at"),
        *names("definition.fixed_discount_money.currency|definition.max_discount_money.amount"),
        *names("definition.max_discount_money.currency|pricing_rule_reference.object_id"),
        *names("pricing_rule_reference.catalog_version"),
    ),
)


def _naming(also: str) -> Hint:
    """Return a part of a rule's name: Square gives rules no id, but a program has one for each kind and what earns points."""
    return Hint("loyalty_accrual.name", transform="concat(' ')", also=(also,))


_ACCRUALS = StreamSpec(
    name="loyalty_accrual_rules",
    entity="loyalty_accrual",
    path=anywhere(_PROGRAM_PLACES, ".accrual_rules[]"),
    carry={"program.id": _PROGRAM_ID},
    hints=fields(
        {
            "program.id": "loyalty_accrual.program_id",
            "accrual_type": _naming("loyalty_accrual.kind"),
            "points": "loyalty_accrual.points",
            "spend_data.amount_money.amount": money("loyalty_accrual.spend_amount", "minor"),
            "spend_amount_money.amount": money("loyalty_accrual.spend_amount", "minor"),
            "visit_data.minimum_amount_money.amount": money("loyalty_accrual.minimum_amount", "minor"),
            "visit_minimum_amount_money.amount": money("loyalty_accrual.minimum_amount", "minor"),
            "item_variation_data.item_variation_id": _naming("loyalty_accrual.variant_id"),
            "category_data.category_id": _naming("loyalty_accrual.category_id"),
        },
        *names("spend_data.amount_money.currency|spend_amount_money.currency|spend_data.tax_mode"),
        *names("spend_data.excluded_category_ids|spend_data.excluded_item_variation_ids"),
        *names("visit_data.minimum_amount_money.currency|visit_minimum_amount_money.currency"),
        *names("visit_data.tax_mode|excluded_category_ids|excluded_item_variation_ids"),
    ),
)
_TIER_NAME = Hint("loyalty_account.tier", transform="coalesce")
_ACCOUNTS = StreamSpec(
    name="loyalty_accounts",
    entity="loyalty_account",
    path="loyalty.accounts[] | loyalty_accounts[] | loyalty_account",
    look_up={"tier.name": LookUp("tier_id", "loyalty_tiers", "id", "name")},
    levels={
        "tier.reached": Level(
            key="program_id",
            stream="loyalty_programs",
            match="id",
            lists=("reward_tiers", "tiers"),
            thresholds=("points", "min_points", "points_required"),
            value="name",
            amounts=("balance", "lifetime_points"),
        )
    },
    hints=fields(
        {
            "id": "loyalty_account.external_id",
            "program_id": "loyalty_account.program_id",
            "customer_id": "loyalty_account.customer_id",
            "balance": "loyalty_account.points_balance",
            "lifetime_points": "loyalty_account.lifetime_points",
            "tier": _TIER_NAME,
            "tier_name": _TIER_NAME,
            "tier.name": _TIER_NAME,
            "tier.reached": _TIER_NAME,
        },
        *names("enrolled_at|created_at|updated_at|mapping.phone_number|mapping.id|mapping.created_at"),
        *names("tier_id|expiring_point_deadlines"),
    ),
)

LOYALTY = (_PROGRAMS, _TIERS, _ACCRUALS, _ACCOUNTS)
