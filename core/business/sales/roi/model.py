"""Read data/roi.yaml: the inputs of a line of business with their defaults, and the costs they multiply to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from core.errors import InvalidInputError
from core.settings import ROOT

_FILE = ROOT / "data" / "roi.yaml"
PACKAGE = "package"
"""Key of the line that is our price."""

Unit = Literal["count", "money", "days"]
Side = Literal["traditional", "auraconnect"]
MAXIMUM: Mapping[str, int] = {"money": 10_000_000, "days": 365, "count": 100_000}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputDefinition(_Entry):
    """An input with its default; `noun` is what a count counts."""

    title: str
    unit: Unit
    low: Decimal
    base: Decimal
    high: Decimal
    evidence: str
    origin: str
    noun: str = ""
    minimum: int = 0
    maximum: int | None = None

    @property
    def largest(self) -> int:
        return MAXIMUM[self.unit] if self.maximum is None else self.maximum


class CostLine(_Entry):
    """A cost of one of the two sides: the product of its factors, which are inputs."""

    side: Side
    key: str
    title: str
    factors: Sequence[str]


class RoiModel(_Entry):
    """The inputs and costs of a line of business. `price_unit` is what our price is for: a location, or the order."""

    currency: str
    price_unit: str
    inputs: Mapping[str, InputDefinition]
    lines: Sequence[CostLine]

    @model_validator(mode="after")
    def _check(self) -> Self:
        factors = {factor for line in self.lines for factor in line.factors}
        if factors != self.inputs.keys():
            raise ValueError(f"inputs and factors differ: {', '.join(sorted(factors ^ self.inputs.keys()))}")
        if sum(self.price_key in line.factors for line in self.lines) != 1:
            raise ValueError("our price stands in one line alone")
        return self

    @property
    def package_line(self) -> CostLine:
        return next(line for line in self.lines if line.key == PACKAGE)

    @property
    def price_key(self) -> str:
        return self.package_line.factors[0]

    @property
    def two_sided(self) -> list[str]:
        """Inputs that stand on both sides, so that the saving may rise or fall with them."""
        sides = {key: {line.side for line in self.lines if key in line.factors} for key in self.inputs}
        return [key for key, of_key in sides.items() if len(of_key) > 1]

    def side_of(self, key: str) -> Side:
        """Return the side of the first line in which an input stands."""
        return next(line.side for line in self.lines if key in line.factors)


@cache
def _models() -> Mapping[str, RoiModel]:
    with _FILE.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, RoiModel]).validate_python(yaml.safe_load(file))


def roi_model(domain: str) -> RoiModel:
    """Return the model of a line of business. InvalidInputError for one without."""
    if domain not in _models():
        raise InvalidInputError(
            f"There is no ROI for {domain!r}.", hint=f"There is one for {', '.join(_models())}."
        )
    return _models()[domain]
