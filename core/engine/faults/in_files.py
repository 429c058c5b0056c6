"""List the faults of files: rows, characters, quotes, currencies, what a workbook did, card numbers."""

from __future__ import annotations

from core.engine.faults.fault import Fault, Fix, Level

FAULTS_IN_FILES = (
    Fault(
        "row_shape",
        Level.ERROR,
        "More or fewer fields than the header",
        "Correct the delimiter or the quotes in this row.",
    ),
    Fault(
        "unreadable_character",
        Level.ERROR,
        "Character that cannot be read",
        "Correct the character in the file, or save the file as UTF-8.",
        outcome="Imported with a replacement character",
    ),
    Fault(
        "encoding_unsure",
        Level.ERROR,
        "Letters depend on the encoding, which is not certain",
        "Set the encoding of the file in its reader options, or save the file as UTF-8.",
        outcome="Imported as read in the likelier encoding",
    ),
    Fault(
        "garbled_text",
        Level.WARNING,
        "Text looks garbled",
        "Export the file again as UTF-8, or correct the text.",
        outcome="Imported with the text as it is",
    ),
    Fault(
        "hidden_character",
        Level.WARNING,
        "Hidden character",
        "Remove the character in the source. It may make equal values differ, or show text in another order.",
        outcome="Imported with the text as it is",
    ),
    Fault(
        "unclosed_quote",
        Level.WARNING,
        "Quotation mark that is not closed",
        "Close the quotation mark in the file, or remove it.",
        outcome="Imported without the mark where it stands alone, else with the text as it is",
    ),
    Fault(
        "rows_in_quotes",
        Level.ERROR,
        "Further rows inside quotation marks",
        "Close the quotation mark in the row where it opens, or remove it, and import the file again.",
    ),
    Fault(
        "look_up_missing",
        Level.WARNING,
        "Refers to a row that another file does not have",
        "Add the row to the other file of the bundle, or correct the reference.",
        outcome="Imported without what the other row says",
    ),
    Fault(
        "other_currency",
        Level.WARNING,
        "Currency differs from the customer's",
        "Convert the amounts in the file, or import these rows for a customer with this currency.",
        outcome="Imported with the amount as it stands",
    ),
    Fault(
        "bad_time_zone",
        Level.ERROR,
        "Time zone not known",
        "Write an IANA name such as 'America/New_York' in the column, or exclude the column: then the times are read in "
        "the zone of the location.",
        Fix.MAPPING,
    ),
    Fault(
        "zone_assumed",
        Level.WARNING,
        "Time zone of the row is not known",
        "Map a column that names the location of each row, or export times with their UTC offset.",
        Fix.MAPPING,
        outcome="Imported with the time zone of the import",
    ),
    Fault(
        "number_shortened",
        Level.WARNING,
        "Number shortened by a spreadsheet",
        "Export the column again and keep it from spreadsheets, or format it as text first: the digits are lost.",
        outcome="Imported without the value",
    ),
    Fault(
        "digits_lost",
        Level.WARNING,
        "Last digits replaced by zeros",
        "Export the column as text: a spreadsheet holds 15 digits of a number.",
        outcome="Imported without the value",
    ),
    Fault(
        "text_became_date",
        Level.WARNING,
        "Text turned into a date by a spreadsheet",
        "Enter the text again in the file, such as '8-10', in a column that is formatted as text.",
        outcome="Imported without the value",
    ),
    Fault(
        "leading_zero_lost",
        Level.WARNING,
        "Zeros at the beginning may be lost",
        "Compare the value with the source system, and export the column as text.",
    ),
    Fault(
        "check_digit_wrong",
        Level.WARNING,
        "Check digit of the barcode is wrong",
        "Compare the barcode with the package, or with the source system.",
    ),
    Fault(
        "number_rounded",
        Level.ERROR,
        "Number rounded by the workbook",
        "Export the column as text, or the sheet as CSV from the source: a workbook holds 15 digits of a number.",
        outcome="Imported without the column",
    ),
    Fault(
        "hidden_row",
        Level.WARNING,
        "Row hidden in the workbook",
        "Delete the row in the workbook if it is not meant to be imported.",
    ),
    Fault(
        "card_number_removed",
        Level.WARNING,
        "Full card number removed",
        "Nothing to fix.",
        outcome="Only the last 4 digits are imported",
    ),
    Fault(
        "card_code_removed",
        Level.WARNING,
        "Card verification code removed",
        "Nothing to fix. Verification codes must not be stored; delete them in the source too.",
        outcome="Imported without the code",
    ),
)
