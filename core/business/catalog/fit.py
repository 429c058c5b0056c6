"""Find the cheapest package that holds the counts of a prospect, what decides it, and what the next one up adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from core.business.catalog.packages import MEASURES, Package, ai_tokens_text, inclusions, packages
from core.errors import InvalidInputError

UNKNOWN = "unknown, ask"


class LimitCheck(BaseModel):
    """A limit of a package against a count. `count` and `holds` are None where the count is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str
    count: int | None
    limit: int

    @property
    def holds(self) -> bool | None:
        return None if self.count is None else self.count <= self.limit

    @property
    def text(self) -> str:
        """'Menu items: 1,200 of 1,000', 'Menu items: unknown, ask (limit 1,000)'."""
        label = MEASURES[self.measure]
        if self.count is None:
            return f"{label}: {UNKNOWN} (limit {self.limit:,})"
        return f"{label}: {self.count:,} of {self.limit:,}"


class PackageFit(BaseModel):
    """Every limit of a package, checked. `holds` is None where a count is unknown and no known count is too large."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    checks: Sequence[LimitCheck]

    @property
    def failures(self) -> list[LimitCheck]:
        return [check for check in self.checks if check.holds is False]

    @property
    def unknown(self) -> list[LimitCheck]:
        return [check for check in self.checks if check.holds is None]

    @property
    def holds(self) -> bool | None:
        if self.failures:
            return False
        return None if self.unknown else True

    @property
    def reason(self) -> str:
        """Say why the package fails, what must be asked, or that it holds."""
        if self.failures:
            return "; ".join(check.text for check in self.failures)
        if self.unknown:
            return "; ".join(check.text for check in self.unknown)
        return "; ".join(check.text for check in self.checks) or "No limits"


class NextUp(BaseModel):
    """The next larger package: what it adds, in words, and how much more it costs (None: by offer)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    adds: Sequence[str]
    price_difference: Decimal | None


class Fit(BaseModel):
    """The cheapest package that holds. While `is_certain` is False it may turn out larger: `unknown` must be asked.

    `deciding` is the limit of the next cheaper package that is exceeded most, or, for the cheapest package, its own
    limit that is nearest; None where no count that decides is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain: str
    counts: Mapping[str, int]
    packages: Sequence[PackageFit]
    package: str
    title: str
    is_certain: bool
    unknown: Sequence[str]
    deciding: LimitCheck | None
    next_up: NextUp | None


def fit(domain: str, counts: Mapping[str, int]) -> Fit:
    """Find the package for the counts of a prospect (measure -> count; a measure that is missing is unknown).

    InvalidInputError for a negative count, a measure that does not exist, or a line of business without packages.
    """
    _check(counts)
    offers = packages(domain)
    fits = [_package_fit(key, offer, counts) for key, offer in offers.items()]
    position = next(index for index, candidate in enumerate(fits) if candidate.holds is not False)
    chosen = fits[position]
    # A cheaper package that fails stays failed; only what the chosen one has not been checked for can change the fit.
    unknown = [check.measure for check in chosen.unknown]
    return Fit(
        domain=domain,
        counts=dict(counts),
        packages=fits,
        package=chosen.key,
        title=chosen.title,
        is_certain=not unknown,
        unknown=unknown,
        deciding=_deciding(fits, position),
        next_up=_next_up(domain, list(offers), position),
    )


def _check(counts: Mapping[str, int]) -> None:
    for measure, count in counts.items():
        if measure not in MEASURES:
            raise InvalidInputError(
                f"{measure!r} is not counted.", hint=f"Count one of {', '.join(MEASURES)}."
            )
        if count < 0:
            raise InvalidInputError(
                f"{MEASURES[measure]} cannot be below 0.", hint="Enter 0 or a larger number."
            )


def _package_fit(key: str, offer: Package, counts: Mapping[str, int]) -> PackageFit:
    checks = [
        LimitCheck(measure=measure, count=counts.get(measure), limit=limit)
        for measure, limit in offer.limits.items()
    ]
    return PackageFit(key=key, title=offer.title, checks=checks)


def _deciding(fits: Sequence[PackageFit], position: int) -> LimitCheck | None:
    if position:
        return max(fits[position - 1].failures, key=_share)
    counted = [check for check in fits[0].checks if check.count is not None]
    return max(counted, key=_share, default=None)


def _share(check: LimitCheck) -> Fraction:
    return Fraction(check.count or 0, max(check.limit, 1))


def _next_up(domain: str, keys: Sequence[str], position: int) -> NextUp | None:
    if position + 1 == len(keys):
        return None
    lower_key, higher_key = keys[position], keys[position + 1]
    lower, higher = packages(domain)[lower_key], packages(domain)[higher_key]
    texts = dict(zip(higher.includes, inclusions(domain, higher_key), strict=True))
    adds = [text for key, text in texts.items() if key not in lower.includes]
    for measure, limit in lower.limits.items():
        larger = higher.limits.get(measure)
        if larger is None:
            adds.append(f"{MEASURES[measure]}: no limit instead of {limit:,}")
        elif larger > limit:
            adds.append(f"{MEASURES[measure]}: up to {larger:,} instead of {limit:,}")
    if higher.ai_tokens != lower.ai_tokens:
        adds.append(f"{ai_tokens_text(higher)} instead of {lower.ai_tokens or 0:,}")
    difference = None if higher.price is None or lower.price is None else higher.price - lower.price
    return NextUp(key=higher_key, title=higher.title, adds=adds, price_difference=difference)
