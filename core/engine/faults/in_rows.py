"""List the faults of values and records: types, ids, references, prices, sums, people."""

from __future__ import annotations

from core.engine.faults.fault import Fault, Fix, Level

FAULTS_IN_ROWS = (
    # types and presence
    Fault(
        "missing_required",
        Level.ERROR,
        "Required field is empty",
        "Fill in the field in the file, or map another column to it.",
        Fix.MAPPING,
    ),
    Fault(
        "bad_number", Level.ERROR, "Not a number", "Correct the value, or choose a transform.", Fix.MAPPING
    ),
    Fault(
        "bad_money",
        Level.ERROR,
        "Not an amount of money",
        "Correct the amount, or choose a transform.",
        Fix.MAPPING,
    ),
    Fault(
        "bad_date", Level.ERROR, "Not a date", "Correct the date, or set the file's date order.", Fix.MAPPING
    ),
    Fault(
        "bad_datetime",
        Level.ERROR,
        "Not a date and time",
        "Correct the value, or set the file's date order.",
        Fix.MAPPING,
    ),
    Fault(
        "time_skipped",
        Level.WARNING,
        "Time skipped when clocks change",
        "Correct the time, check the location's time zone, or export times with their UTC offset.",
        outcome="Imported moved on by as much as the clocks",
    ),
    Fault(
        "time_twice",
        Level.WARNING,
        "Time occurs twice when clocks change",
        "Check the time, or export times with their UTC offset.",
        outcome="Imported as the earlier of the two",
    ),
    Fault(
        "bad_bool",
        Level.ERROR,
        "Not a yes or no value",
        "Use yes/no or true/false, or map the values.",
        Fix.VALUES,
    ),
    Fault(
        "bad_enum",
        Level.ERROR,
        "Not an allowed value",
        "Map the value to one of the allowed values.",
        Fix.VALUES,
    ),
    Fault(
        "bad_email",
        Level.WARNING,
        "Invalid e-mail address",
        "Correct the address in the file.",
        outcome="Imported with the text as it is",
    ),
    Fault(
        "bad_phone",
        Level.WARNING,
        "Invalid phone number",
        "Correct the number in the file.",
        outcome="Imported with the text as it is",
    ),
    Fault(
        "bad_url",
        Level.WARNING,
        "Invalid web address",
        "Correct the address in the file.",
        outcome="Imported with the text as it is",
    ),
    Fault("out_of_range", Level.ERROR, "Value out of range", "Correct the value in the file."),
    Fault(
        "too_many_decimals",
        Level.WARNING,
        "More than 2 decimal places",
        "Check the rounding, or the transform of this field.",
        Fix.MAPPING,
        outcome="Imported with 4 decimal places",
    ),
    # identity and references
    Fault(
        "duplicate_in_file",
        Level.ERROR,
        "Duplicate ID with different content",
        "Keep one of the rows in the file.",
        outcome="First row imported",
    ),
    Fault("repeated_row", Level.INFO, "Identical row repeated", "Nothing to fix.", outcome="Imported once"),
    Fault(
        "missing_reference",
        Level.ERROR,
        "Missing reference",
        "Add the missing record to the import, or correct the reference.",
    ),
    Fault(
        "optional_reference_missing",
        Level.WARNING,
        "Missing reference; link left blank",
        "Add the missing record to the import, or correct the reference.",
        outcome="Imported with a blank link",
    ),
    Fault(
        "ambiguous_reference",
        Level.WARNING,
        "Name matches several records; link left blank",
        "Refer by ID, or make the names distinct.",
        outcome="Imported with a blank link",
    ),
    Fault(
        "circular_reference",
        Level.WARNING,
        "Record is above itself",
        "Correct the parent of one of these records, or leave it empty.",
        outcome="Imported with the parents as they are",
    ),
    # modifiers
    Fault(
        "modifier_min_over_max",
        Level.ERROR,
        "Modifier group: minimum choices above maximum",
        "Correct the minimum or the maximum number of choices.",
    ),
    Fault(
        "modifier_required_without_min",
        Level.WARNING,
        "Required modifier group with no minimum",
        "Set the minimum number of choices to at least 1.",
    ),
    Fault(
        "modifier_optional_with_min",
        Level.WARNING,
        "Optional modifier group with a minimum",
        "Set the minimum number of choices to 0, or make the group required.",
    ),
    Fault(
        "modifier_group_empty",
        Level.WARNING,
        "Modifier group with no options",
        "Add its options, or exclude the group.",
    ),
    Fault(
        "modifier_min_over_options",
        Level.ERROR,
        "Modifier group: minimum choices above number of options",
        "Add options, or lower the minimum.",
    ),
    # prices
    Fault(
        "price_scale",
        Level.WARNING,
        "Prices look off by a factor",
        "Check the transform of this field: it may divide or multiply prices that are already in dollars.",
        Fix.MAPPING,
        outcome="Imported at the wrong price unless corrected",
    ),
    Fault("missing_price", Level.WARNING, "Missing price", "Set a price, or mark the item as open-priced."),
    Fault("zero_price", Level.WARNING, "Price is zero", "Confirm that it is free, or set its price."),
    Fault("comped_price", Level.INFO, "Price is zero; item marked as complimentary", "Nothing to fix."),
    Fault(
        "negative_price",
        Level.ERROR,
        "Negative price",
        "Correct the price; only modifiers and discounts may be negative.",
    ),
    Fault("negative_modifier", Level.INFO, "Modifier lowers the price", "Nothing to fix: this is allowed."),
    Fault(
        "price_outlier",
        Level.WARNING,
        "Price unusual for its category",
        "Check the price against the menu.",
    ),
    Fault(
        "cents_dollars_mix",
        Level.WARNING,
        "Price looks 100x too high or low",
        "Check whether this price is in cents or dollars.",
    ),
    Fault(
        "same_name_other_price",
        Level.WARNING,
        "Same name, different prices",
        "Check whether these are one item.",
    ),
    # order arithmetic
    Fault(
        "line_amount_differs",
        Level.WARNING,
        "Line amount differs from price x quantity plus modifiers",
        "Check the line in the source.",
    ),
    Fault(
        "order_lines_differ",
        Level.WARNING,
        "Order lines do not match the order amount",
        "Check for a charge, a tip or a line missing from the export.",
    ),
    Fault(
        "order_total_differs",
        Level.WARNING,
        "Subtotal, tax and charges do not match the total",
        "Check the parts of the order.",
    ),
    Fault(
        "payment_differs",
        Level.WARNING,
        "Payments do not match the order total",
        "Check for a missing payment or a refund.",
    ),
    Fault(
        "order_without_payment",
        Level.INFO,
        "No payment on record",
        "Nothing to fix if payments are not part of the export.",
    ),
    Fault(
        "unit_unproved",
        Level.WARNING,
        "Cents or dollars not confirmed",
        "Confirm on the mapping whether this field is in cents or dollars.",
        Fix.MAPPING,
    ),
    Fault(
        "id_derived",
        Level.INFO,
        "No ID in the source",
        "Nothing to fix, unless the source has an ID: then map it.",
        Fix.MAPPING,
        outcome="Imported with a generated ID",
    ),
    Fault(
        "empty_word",
        Level.INFO,
        "Word for no value, such as NULL or N/A",
        "Nothing to fix; if it is a value, remove it from empty_if in the field's transform.",
        Fix.MAPPING,
        outcome="Imported with the field left empty",
    ),
    # people
    Fault(
        "name_title",
        Level.INFO,
        "Title or degree left out of the name",
        "Nothing to fix; use first_word and last_words in place of given_name and family_name to keep it.",
        Fix.MAPPING,
        outcome="Imported without the title",
    ),
    Fault(
        "missing_email",
        Level.INFO,
        "No e-mail address",
        "Nothing to fix; this guest cannot be e-mailed.",
    ),
)
