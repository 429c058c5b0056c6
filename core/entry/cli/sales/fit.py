"""The command that finds the package for counts: typed ones, or those of files."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters import SOURCES
from core.business.catalog.counts import FileCount, counts_of_migration
from core.business.catalog.discounts import default_bands
from core.business.catalog.fit import Fit, LimitCheck, fit
from core.business.catalog.packages import MEASURES, packages
from core.business.catalog.pricing import price
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.match import preload
from core.engine.sources.actions import add_file, create_migration
from core.entry.cli.answer import Answer, table
from core.entry.cli.reading import chosen_domain
from core.entry.cli.session import scratch_session
from core.errors import InvalidInputError
from core.kit.money import show

TYPED, FILE = "typed", "file"


def find(args: Namespace) -> Answer:
    """Find the cheapest package that holds, the limit that decides, and what the next one up adds."""
    typed = {measure: getattr(args, measure) for measure in MEASURES if getattr(args, measure) is not None}
    counts: dict[str, dict[str, Any]] = {}
    domain, reason = args.domain, ""
    if args.file:
        choice = _check_files(args)
        domain, reason = choice.domain, choice.reason
        counts = {
            measure: {"value": count.value, "source": FILE, "evidence": count.evidence}
            for measure, count in _from_files(args, domain).items()
        }
    if domain is None:
        raise InvalidInputError(
            "The line of business is not known.", hint="Add --domain restaurant or --domain school."
        )
    counts |= {measure: {"value": value, "source": TYPED, "evidence": ""} for measure, value in typed.items()}
    result = fit(domain, {measure: count["value"] for measure, count in counts.items()})
    document = _document(result, counts)
    return Answer(document, "\n\n".join(filter(None, (reason, _text(result, document)))))


def _check_files(args: Namespace) -> Any:
    for path in args.file:
        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.", hint="Check the name and the folder.")
    return chosen_domain(args.file[0], args.domain)


def _from_files(args: Namespace, domain: str) -> Mapping[str, FileCount]:
    """Read the files into a tenant of which nothing is kept, map them, and count."""
    preload(domain)
    with scratch_session(domain) as context:
        migration = create_migration(context, "Fit")
        for path in args.file:
            add_file(context, migration.id, path, SOURCES)
        suggest_mapping(context, migration.id, SOURCES)
        return counts_of_migration(context, migration.id)


def _document(result: Fit, counts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    next_up = result.next_up
    return {
        "domain": result.domain,
        "counts": counts,
        "package": result.package,
        "title": result.title,
        "is_certain": result.is_certain,
        "unknown": list(result.unknown),
        "deciding": result.deciding and _check(result.deciding),
        "packages": [
            {
                "key": candidate.key,
                "title": candidate.title,
                "price": _price(result, candidate.key),
                "holds": candidate.holds,
                "reason": candidate.reason,
                "checks": [_check(check) for check in candidate.checks],
                "assumptions": dict(packages(result.domain)[candidate.key].assumptions),
            }
            for candidate in result.packages
        ],
        "next_up": next_up
        and {
            "key": next_up.key,
            "title": next_up.title,
            "adds": list(next_up.adds),
            "price_difference": _number(next_up.price_difference),
        },
    }


def _check(check: LimitCheck) -> dict[str, Any]:
    return {"measure": check.measure, "count": check.count, "limit": check.limit, "holds": check.holds}


def _price(result: Fit, key: str) -> int | float | None:
    """Return what a package costs: that by offer by the default price per location, None without their number."""
    offer = packages(result.domain)[key]
    if offer.price is not None:
        return _number(offer.price)
    locations = result.counts.get("locations", 0)
    if not locations:
        return None
    bands = default_bands(result.domain)
    return _number(price(result.domain, key, locations=locations, bands=bands).total)


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _text(result: Fit, document: Mapping[str, Any]) -> str:
    rows = [
        (
            entry["title"],
            "by offer" if entry["price"] is None else show(Decimal(str(entry["price"]))),
            {True: "holds", False: "fails", None: "ask"}[entry["holds"]],
            entry["reason"],
        )
        for entry in document["packages"]
    ]
    lines = [
        f"{result.title} fits." if result.is_certain else f"{result.title} fits as far as is known.",
    ]
    if result.deciding:
        lines.append(f"Decided by {result.deciding.text}.")
    if result.unknown:
        lines.append(f"Ask for: {', '.join(MEASURES[measure] for measure in result.unknown)}.")
    counts = [
        (MEASURES[measure], count["value"], count["source"], count["evidence"])
        for measure, count in document["counts"].items()
    ]
    parts = [" ".join(lines), table(("package", "price", "", "why"), rows, widest=120)]
    if counts:
        parts.insert(1, table(("count", "", "source", "evidence"), counts, widest=100))
    if result.next_up:
        adds = "\n".join(f"  + {text}" for text in result.next_up.adds)
        parts.append(f"Next one up, {result.next_up.title}, adds:\n{adds}")
    return "\n\n".join(parts)
