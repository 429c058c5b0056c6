"""What a transform is, and the table they are registered in.

A builder gets the expression it works on (all of them, when it joins several sources), the import's settings if it asks for them
(zone, country, date order), and the literal arguments of the call. Its annotations are the check of those arguments.
Transforms with an inverse lose nothing; the others say so by having none.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl

from core.engine.plan import ImportSettings
from core.engine.transforms.value_types import Value
from core.errors import InvalidInputError

Builder = TypeVar("Builder", bound=Callable[..., Any])
Literal = str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a transform with its literal arguments."""

    name: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [
            *map(show_literal, self.arguments),
            *(f"{key}={show_literal(value)}" for key, value in self.keywords.items()),
        ]
        return f"{self.name}({', '.join(parts)})" if parts else self.name


@dataclass(frozen=True, slots=True)
class Transform:
    """A named transform. `takes` and `gives` are kinds (core.engine.transforms.value_types); `joins` takes all sources."""

    name: str
    takes: str
    gives: str
    example: str
    build: Callable[..., pl.Expr | Value]
    joins: bool = False
    inverse: Callable[[Call], Call | None] | None = None

    @property
    def lossy(self) -> bool:
        return self.inverse is None

    @property
    def meaning(self) -> str:
        return f"{inspect.getdoc(self.build)} Write {self.example}."

    def run(self, value: pl.Expr | Sequence[pl.Expr], settings: ImportSettings, call: Call) -> Value:
        """Return the transform applied; a builder that asks for the settings gets them."""
        built = self.build(value, *self._settings(settings), *call.arguments, **call.keywords)
        return built if isinstance(built, Value) else Value(built, self.gives)

    def _settings(self, settings: ImportSettings | None) -> tuple[ImportSettings | None, ...]:
        return (settings,) if "settings" in inspect.signature(self.build).parameters else ()

    def check(self, call: Call) -> None:
        """InvalidInputError when the call's arguments are not the transform's."""
        signature = inspect.signature(self.build)
        leading = (None, *self._settings(None))
        try:
            bindings = signature.bind(*leading, *call.arguments, **call.keywords)
        except TypeError as error:
            raise InvalidInputError(f"{call}: {error}.", hint=self.meaning) from None
        hints = typing.get_type_hints(self.build)
        for name, argument in list(bindings.arguments.items())[len(leading) :]:
            for literal in (
                argument
                if signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
                else (argument,)
            ):
                if not isinstance(literal, hints[name]):
                    raise InvalidInputError(f"{call}: {literal!r} does not fit {name!r}.", hint=self.meaning)


TRANSFORMS: dict[str, Transform] = {}


def transform(
    takes: str,
    gives: str,
    example: str = "",
    *,
    name: str = "",
    joins: bool = False,
    inverse: Callable[[Call], Call | None] | None = None,
) -> Callable[[Builder], Builder]:
    """Register a builder under its own name, or under `name` where Python has taken that word."""

    def register(build: Builder) -> Builder:
        key = name or build.__name__
        TRANSFORMS[key] = Transform(key, takes, gives, example or key, build, joins, inverse)
        return build

    return register


def plain(value: Literal) -> str:
    """Return a literal as the text it stands for: 1 is '1', True is 'true'."""
    return (
        str(value).lower()
        if isinstance(value, bool)
        else show_literal(value)
        if isinstance(value, Decimal)
        else str(value)
    )


def show_literal(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{show_literal(key)}: {show_literal(item)}" for key, item in value.items()) + "}"
        )
    return repr(value)
