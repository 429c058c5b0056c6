"""How source columns become values of target fields: the language of transforms, its functions, and their execution.

`parse` reads a chain such as 'strip | divide(100)', `compile_chain` makes a Polars expression of it, `transform_rows`
applies a whole plan to the rows of a stream. Pure.
"""

from core.engine.transforms.apply import identity, transform_rows
from core.engine.transforms.language import (
    MAX_LENGTH,
    TRANSFORMS,
    Call,
    Chain,
    Compiled,
    Transform,
    build,
    compile_chain,
    invert,
    parse,
    show,
)

__all__ = [
    "MAX_LENGTH",
    "TRANSFORMS",
    "Call",
    "Chain",
    "Compiled",
    "Transform",
    "build",
    "compile_chain",
    "identity",
    "invert",
    "parse",
    "show",
    "transform_rows",
]
