"""The catalogue of everything that can be wrong with data. Codes are public and never change their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Level(StrEnum):
    """How bad: an error holds the row back, a warning lets it pass and is reported, info only informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: `title` for lists, `remedy` tells a person what to do about a row that has it."""

    code: str
    level: Level
    title: str
    remedy: str


_FAULTS = (
    # types and presence
    Fault(
        "missing_required",
        Level.ERROR,
        "A required field is empty",
        "Fill the field in the file, or map another column to it.",
    ),
    Fault(
        "bad_number", Level.ERROR, "Not a number", "Correct the value, or choose a transform that reads it."
    ),
    Fault(
        "bad_money",
        Level.ERROR,
        "Not an amount of money",
        "Correct the amount, or choose a transform that reads it.",
    ),
    Fault("bad_date", Level.ERROR, "Not a date", "Correct the date, or set the file's date order."),
    Fault(
        "bad_datetime", Level.ERROR, "Not a date and time", "Correct the value, or set the file's date order."
    ),
    Fault("bad_bool", Level.ERROR, "Neither yes nor no", "Use yes/no or true/false, or map the values."),
    Fault(
        "bad_enum", Level.ERROR, "Not one of the allowed values", "Map the value to one of the allowed ones."
    ),
    Fault(
        "bad_email",
        Level.WARNING,
        "Not an e-mail address",
        "Correct the address; the row is imported with the text as it stands.",
    ),
    Fault(
        "bad_phone",
        Level.WARNING,
        "Not a valid phone number",
        "Correct the number; the row is imported with the text as it stands.",
    ),
    Fault(
        "bad_url",
        Level.WARNING,
        "Not a web address",
        "Correct the address; the row is imported with the text as it stands.",
    ),
    Fault("out_of_range", Level.ERROR, "Outside the possible range", "Correct the value."),
    Fault(
        "too_many_decimals",
        Level.WARNING,
        "More decimal places than money has",
        "Check the rounding; four places are kept.",
    ),
    # identity and references
    Fault(
        "duplicate_in_file",
        Level.ERROR,
        "The same id stands twice with different content",
        "Keep one of the rows; the first one is imported.",
    ),
    Fault("repeated_row", Level.INFO, "The same row stands twice", "Nothing to do: it is imported once."),
    Fault(
        "exists_in_target",
        Level.INFO,
        "Already there",
        "Choose what happens to it: keep, overwrite, merge or duplicate.",
    ),
    Fault(
        "missing_reference",
        Level.ERROR,
        "Refers to something that is not there",
        "Add the missing record to the import, or correct the reference.",
    ),
    Fault(
        "optional_reference_missing",
        Level.WARNING,
        "Refers to something that is not there (the link is left empty)",
        "Add the missing record to the import, or correct the reference.",
    ),
    Fault(
        "ambiguous_reference",
        Level.WARNING,
        "The name fits several records (the link is left empty)",
        "Refer by id, or make the names distinct.",
    ),
    # modifiers
    Fault(
        "modifier_min_over_max",
        Level.ERROR,
        "A modifier group asks for more choices than it allows",
        "Correct the smallest or the largest number of choices.",
    ),
    Fault(
        "modifier_required_without_min",
        Level.WARNING,
        "A required modifier group asks for no choice",
        "Set the smallest number of choices to at least 1.",
    ),
    Fault(
        "modifier_optional_with_min",
        Level.WARNING,
        "An optional modifier group asks for a choice",
        "Set the smallest number of choices to 0, or make it required.",
    ),
    Fault(
        "modifier_group_empty",
        Level.WARNING,
        "A modifier group has no options",
        "Add its options, or leave the group out.",
    ),
    Fault(
        "modifier_min_over_options",
        Level.ERROR,
        "A modifier group asks for more choices than it has options",
        "Add options, or lower the smallest number.",
    ),
    # prices
    Fault("missing_price", Level.WARNING, "No price", "Set a price, or mark the item as open-priced."),
    Fault("zero_price", Level.WARNING, "Price is zero", "Confirm that it is free, or set its price."),
    Fault(
        "comped_price", Level.INFO, "Price is zero and the item is marked as complimentary", "Nothing to do."
    ),
    Fault(
        "negative_price",
        Level.ERROR,
        "A menu price below zero",
        "Correct the price; only modifiers and discounts may be negative.",
    ),
    Fault(
        "negative_modifier", Level.INFO, "A modifier that lowers the price", "Nothing to do: it is allowed."
    ),
    Fault(
        "price_outlier",
        Level.WARNING,
        "Price far from others of its category",
        "Check the price against the menu.",
    ),
    Fault(
        "cents_dollars_mix",
        Level.WARNING,
        "Looks like cents among dollars, or the reverse",
        "Check the unit of this price.",
    ),
    Fault(
        "same_name_other_price",
        Level.WARNING,
        "The same name with different prices",
        "Check whether these are one item.",
    ),
    # order arithmetic
    Fault(
        "line_amount_differs",
        Level.WARNING,
        "Line amount is not price times quantity plus modifiers",
        "Check the line; it is imported as it stands.",
    ),
    Fault(
        "order_lines_differ",
        Level.WARNING,
        "Lines do not add up to the order",
        "Check for a charge, a tip or a line that the export leaves out.",
    ),
    Fault(
        "order_total_differs",
        Level.WARNING,
        "Subtotal, tax and charges do not add up to the total",
        "Check the order's parts.",
    ),
    Fault(
        "payment_differs",
        Level.WARNING,
        "Payments do not add up to the total",
        "Check for a missing payment or a refund.",
    ),
    Fault(
        "order_without_payment",
        Level.INFO,
        "No payment is recorded",
        "Nothing to do if payments are not part of the export.",
    ),
    Fault(
        "unit_unproved",
        Level.WARNING,
        "The unit of a money field could not be proved",
        "Say whether the field is in cents or in dollars.",
    ),
    Fault(
        "id_derived",
        Level.INFO,
        "No id in the source; one is made from the name, or from the row",
        "Nothing to do, unless the source has an id: then map it.",
    ),
    # people
    Fault("missing_email", Level.INFO, "No e-mail address", "Nothing to do; the guest cannot be written to."),
    # files
    Fault(
        "row_shape",
        Level.ERROR,
        "The row has more or fewer fields than the header",
        "Correct the delimiter or the quotes in this row.",
    ),
    Fault(
        "card_number_removed",
        Level.WARNING,
        "A full card number stood here",
        "Nothing to do: only its last four digits were kept.",
    ),
)

CATALOGUE: dict[str, Fault] = {fault.code: fault for fault in _FAULTS}


def issue(
    code: str,
    *,
    field: str = "",
    source_field: str = "",
    value: pl.Expr | None = None,
    detail: pl.Expr | str = "",
    money: pl.Expr | None = None,
    level: Level | None = None,
) -> list[pl.Expr]:
    """The columns of an issue beside its row number: `rows.select(ROW, *issue(...))` has ISSUE_SCHEMA.

    `detail` is one sentence, text or an expression that builds it; `level` only where it differs from the code's.
    """
    return [
        pl.lit(field).alias("field"),
        pl.lit(source_field).alias("source_field"),
        pl.lit(code).alias("code"),
        pl.lit(str(level or CATALOGUE[code].level)).alias("level"),
        (pl.lit(None, dtype=pl.String) if value is None else value.cast(pl.String)).alias("value"),
        (pl.lit(detail) if isinstance(detail, str) else detail).alias("detail"),
        (pl.lit(None) if money is None else money).cast(pl.Decimal(18, 4), strict=False).alias("money"),
    ]
