"""Commands of exchange rates: listed, entered, imported."""

from __future__ import annotations

from argparse import Namespace

from core.business.billing.rates.actions import add_rate, import_rates
from core.business.billing.rates.reading import RateFile
from core.business.billing.rates.stored import rate_text
from core.business.billing.rates.views import exchange_rates
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.operator import operator_session
from core.errors import InvalidInputError
from core.kit.wording import counted


def list_rates(args: Namespace) -> Answer:
    """List the exchange rates, the newest day first."""
    with operator_session(args) as context:
        return _listing(context)


def add(args: Namespace) -> Answer:
    """Enter an exchange rate of a day."""
    with operator_session(args) as context:
        day = args.on or context.today
        add_rate(context, args.base, args.quote, day, args.rate, args.source, correction=args.correction)
        return _listing(context)


def import_file(args: Namespace) -> Answer:
    """Import a CSV file of rates, and tell what was refused; it fails where nothing was taken."""
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{args.file} cannot be read.", hint=str(error.strerror or "")) from None
    with operator_session(args) as context:
        content = import_rates(context, data)
    rows = [(row.row, row.column, row.value, row.reason) for row in content.refused]
    counts = f"{counted(content.row_count, 'row')}: {len(content.rates):,} imported, {len(rows):,} refused."
    text = "\n\n".join(
        [counts, *([table(("row", "column", "value", "reason"), rows, widest=90)] if rows else [])]
    )
    return Answer(_document(content), text)


def _document(content: RateFile) -> dict[str, object]:
    return {
        "rows": content.row_count,
        "imported": len(content.rates),
        "refused": [
            {"row": row.row, "column": row.column, "value": row.value, "reason": row.reason}
            for row in content.refused
        ],
    }


def _listing(context: Context) -> Answer:
    rates = exchange_rates(context).rates
    rows = [
        (str(row.day), row.rate.base, row.rate.quote, rate_text(row.value), row.rate.source) for row in rates
    ]
    document = {
        "rates": [
            {
                "day": row.day,
                "base": row.rate.base,
                "quote": row.rate.quote,
                "rate": rate_text(row.value),
                "source": row.rate.source,
                "correction": row.correction,
                "person": row.person,
            }
            for row in rates
        ]
    }
    header = ("day", "1 unit of", "in", "rate", "source")
    return Answer(document, table(header, rows, empty="No exchange rates yet."))
