"""One assignment per table: each target goes to the field that deserves it most, all fields considered together.

A target may be taken twice (two columns of tags), but the second must be better by `repeat`. Columns whose headers
differ only by a place or a choice ('Price [East]', 'Price [West]') decide as one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engine.mapping.match.features import Pairs
from core.engine.mapping.match.lexicon import Doubles

Ints = npt.NDArray[np.int64]

_COPIES = 3  # how many (groups of) fields may feed one target of a table
_MOST_SQUARE = 3_000  # rows up to which staying alone has columns of its own: 10,000 would take gigabytes
_LEAST = 0.12  # chance below which a target is no suggestion
_NEVER = 1e3  # cost of what must not be chosen


def assign(pairs: Pairs, probabilities: Doubles, bias: float, repeat: float) -> Ints:
    """Per field the chosen column of `probabilities`; the last one leaves it unmapped."""
    fields, width = probabilities.shape
    cost = -np.log(np.maximum(probabilities, 1e-9))
    best = cost[:, :-1].min(axis=1, keepdims=True)
    mapped = -np.log(np.maximum(1 - probabilities[:, -1:], 1e-9))
    cost[:, :-1] += mapped - best  # to map or not is one question, to which of several another
    cost[:, -1] += bias
    targets = pairs.target.reshape(fields, width - 1)
    choice = np.full(fields, width - 1, np.int64)
    for members in (group.rows for group in pairs.context.groups):
        blocks: dict[tuple[str, ...], list[int]] = {}
        for row in members:
            name = pairs.field_names[row]
            key = name.leaf if name.dynamic else (*name.leaf, str(row))
            blocks.setdefault(key, []).append(row)
        rows = list(blocks.values())
        for block, column in zip(rows, _solve(rows, cost, targets, repeat), strict=True):
            choice[block] = _column(targets[block], column, width)
    doubtful = probabilities[np.arange(fields), choice] < _LEAST
    return np.where(doubtful, width - 1, choice)


def _solve(blocks: list[list[int]], cost: Doubles, targets: Ints, repeat: float) -> list[int]:
    """Return the target index chosen for each block, -1 for none."""
    used = np.unique(targets[[row for block in blocks for row in block]])
    column_of = {int(target): column for column, target in enumerate(used)}
    table = np.full((len(blocks), len(used)), _NEVER)
    alone = np.array([cost[block, -1].sum() for block in blocks])
    for number, block in enumerate(blocks):
        for row in block:
            columns = [column_of[int(target)] for target in targets[row]]
            costs_before = table[number, columns]
            table[number, columns] = np.where(costs_before == _NEVER, 0, costs_before) + cost[row, :-1]
    worth = table.min(axis=1) < alone  # a block that prefers to stay alone takes no part
    open_blocks = np.flatnonzero(worth)
    choices = [-1] * len(blocks)
    if not len(open_blocks):
        return choices
    part = table[open_blocks]
    copies = np.hstack([part + repeat * copy for copy in range(_COPIES)])
    pairs = _wide if len(open_blocks) > _MOST_SQUARE else _square
    for line, column in pairs(copies, alone[open_blocks]):
        choices[open_blocks[line]] = int(used[column % len(used)])
    return choices


def _square(copies: Doubles, alone: Doubles) -> list[tuple[int, int]]:
    """(row, column) of each row that does not stay alone, which has a column of its own for each row."""
    leave = np.full((len(alone), len(alone)), _NEVER)
    np.fill_diagonal(leave, alone)
    lines, columns = solver()(np.hstack([copies, leave]))
    return [
        (int(line), int(column))
        for line, column in zip(lines, columns, strict=True)
        if column < copies.shape[1]
    ]


def _wide(copies: Doubles, alone: Doubles) -> list[tuple[int, int]]:
    """As _square, in memory that grows with the rows and not with their square: what is gained over staying alone

    is as small in the best choice, and a pair that gains nothing stands for a row that stays alone.
    """
    gains = np.minimum(copies - alone[:, None], 0)
    lines, columns = solver()(gains)
    return [
        (int(line), int(column))
        for line, column in zip(lines, columns, strict=True)
        if gains[line, column] < 0
    ]


@cache
def solver() -> Callable[[Doubles], tuple[Ints, Ints]]:
    """Load SciPy's `linear_sum_assignment` from the file it is compiled in.

    By its package it comes with every optimiser of SciPy (perf 8); a SciPy without that file is asked so.
    """
    package = find_spec("scipy")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("_lsap", [str(Path(folder) / "optimize") for folder in folders or ()])
    if spec is None or spec.loader is None:
        module: Any = import_module("scipy.optimize")
    else:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    solve: Callable[[Doubles], tuple[Ints, Ints]] = module.linear_sum_assignment
    return solve


def _column(targets: Ints, target: int, width: int) -> Ints:
    """Where the target stands among each row's candidates; the last column where it does not."""
    hits = targets == target
    return np.where(hits.any(axis=1), hits.argmax(axis=1), width - 1)
