"""Measures each trick of docs/performance.md with and without it, in turn, and prints the ratios of processor time.

`--only NUMBER …` measures some of them; those of whole imports are measured by `--imports ROWS`. Both sides give equal
results, which is checked where they can be compared.
"""

from __future__ import annotations

import argparse
import codecs
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 5
ROWS = 200_000
IMPORT_ROUNDS = 3


class Trick(NamedTuple):
    number: int
    what: str
    prepare: Callable[[], tuple[Callable[[], Any], Callable[[], Any]]]
    """Returns what is measured with the trick, and without it."""


def _money_texts() -> Any:
    import polars as pl

    return pl.Series([f"${number % 3_000:,}.{number % 100:02}" for number in range(ROWS)])


def amounts() -> tuple[Callable[[], Any], Callable[[], Any]]:
    from core.kit import values

    texts = _money_texts()
    return lambda: values._dollars(texts), lambda: values._spelled_number(texts, False, True, False)


def moments() -> tuple[Callable[[], Any], Callable[[], Any]]:
    import polars as pl

    from core.kit import times

    texts = pl.Series(
        [f"12/{number % 28 + 1:02}/2024 {number % 12 + 1}:{number % 60:02} PM" for number in range(ROWS)]
    )
    return lambda: times._day_and_time(texts, "mdy"), lambda: times._part_by_part(texts, "mdy")


def _letters() -> bytes:
    return ("Crème brûlée, café au lait; Grüße aus Köln 12,50\n" * 160_000).encode()


def odd_characters() -> tuple[Callable[[], Any], Callable[[], Any]]:
    from core.engine.sources.characters import odd

    data = _letters()
    return lambda: odd._may_be_odd(data), lambda: odd._MAY_BE_ODD.search(data) is not None


def pieces() -> tuple[Callable[[], Any], Callable[[], Any]]:
    from core.engine.sources.tabular import _to_utf8

    data = _letters()
    return lambda: _to_utf8("utf-8")(data), lambda: codecs.getincrementaldecoder("utf-8")().decode(data)


def unique_ids() -> tuple[Callable[[], Any], Callable[[], Any]]:
    import polars as pl

    from core.engine.entity_columns import distinct

    frame = pl.DataFrame(
        {"external_id": [f"id-{number:012}" for number in range(ROWS)], "total": range(ROWS)}
    )
    return (
        lambda: distinct({"order": frame}, "order"),
        lambda: frame.unique("external_id", keep="first", maintain_order=True),
    )


def _fresh(code: str) -> Callable[[], Any]:
    """Return a function that runs this in a process of its own."""
    return lambda: subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def solver() -> tuple[Callable[[], Any], Callable[[], Any]]:
    load = "from core.engine.mapping.match import assignment; import numpy; "
    return (
        _fresh(load + "assignment.solver()"),
        _fresh(load + "from scipy.optimize import linear_sum_assignment"),
    )


def lazy_imports() -> tuple[Callable[[], Any], Callable[[], Any]]:
    heavy = (
        "dbos",
        "alembic.command",
        "phonenumbers",
        "xlsxwriter",
        "openai",
        "genai_prices.data_snapshot",
        "apscheduler.schedulers.background",
    )
    return _fresh("import core.entry.cli"), _fresh(f"import core.entry.cli, {', '.join(heavy)}")


def leaving() -> tuple[Callable[[], Any], Callable[[], Any]]:
    load = "import os, gc; {}; import core.entry.worker, core.entry.cli; {}"
    return _fresh(load.format("gc.set_threshold(100_000)", "os._exit(0)")), _fresh(
        load.format("pass", "pass")
    )


def _database() -> Any:
    import psycopg

    from core.db import embedded

    url = embedded.server_url().set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def binary_rows() -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Wall-clock time counts here: the server's work is what is saved."""
    import polars as pl
    from sqlalchemy import LargeBinary, Numeric, Text

    from core.db.binary import binary_copy

    connection = _database()
    frame = pl.DataFrame(
        {
            "id": [f"id-{number:012}" for number in range(ROWS)],
            "amount": pl.Series(range(ROWS)).cast(pl.Decimal(18, 4)),
            "sealed": [os.urandom(120)] * ROWS,
        }
    )
    types: dict[str, Any] = {"id": Text(), "amount": Numeric(18, 4), "sealed": LargeBinary()}
    connection.execute("create temp table copied (id text, amount numeric(18,4), sealed bytea)")

    def send(form: str, blocks: Any) -> None:
        connection.execute("truncate copied")
        with connection.cursor().copy(f"copy copied from stdin {form}") as copy:
            for block in blocks:
                copy.write(block)

    def as_text() -> None:
        texts = frame.with_columns(sealed="\\x" + pl.col("sealed").bin.encode("hex"))
        send("with (format csv)", [texts.write_csv(include_header=False).encode()])

    return lambda: send("with (format binary)", binary_copy(frame, types)), as_text


def binary_ranges() -> tuple[Callable[[], Any], Callable[[], Any]]:
    import polars as pl

    from core.db.binary import BigintArray, _BigintArrays, bigint_array

    connection = _database()
    connection.adapters.register_dumper(BigintArray, _BigintArrays)
    numbers = pl.Series(range(ROWS), dtype=pl.Int64)
    query = "select cardinality(%s::bigint[])"
    return (
        lambda: connection.execute(query, [bigint_array(numbers)]).fetchone(),
        lambda: connection.execute(query, [numbers.to_list()]).fetchone(),
    )


TRICKS = (
    Trick(1, "amounts in the usual spelling", amounts),
    Trick(2, "moments in the usual spelling", moments),
    Trick(3, "rows by COPY in binary", binary_rows),
    Trick(4, "ranges of rows in binary", binary_ranges),
    Trick(5, "odd characters: plain bytes taken out first", odd_characters),
    Trick(6, "UTF-8 checked in pieces", pieces),
    Trick(7, "unique ids seen by their hashes", unique_ids),
    Trick(8, "the solver from its compiled file", solver),
    Trick(9, "libraries loaded where they are needed", lazy_imports),
    Trick(10, "leaving without taking modules apart", leaving),
)


def _seconds(act: Callable[[], Any], *, wall: bool) -> float:
    """Processor time of this process and of those it waited for; or time by the clock."""

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    clock = time.perf_counter if wall else used
    gc.collect()
    begin = clock()
    act()
    return clock() - begin


def measure(trick: Trick) -> str:
    with_it, without = trick.prepare()
    wall = trick.prepare in {binary_rows, binary_ranges}
    with_it(), without()
    pairs = [(_seconds(with_it, wall=wall), _seconds(without, wall=wall)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return f"perf {trick.number:<3} {trick.what:<55} {ours * 1000:>8.1f} ms, without {theirs * 1000:>8.1f} ms: {theirs / ours:>5.1f} times"


# --- whole imports ------------------------------------------------------------------------------------------------

PATCHES = {11: ("imports frozen in the garbage collector", "import gc; gc.freeze = lambda: None")}
"""What a worker runs at its start, by trick, to be without it."""


def _import(file: Path, folder: Path, without: int | None) -> float:
    """Seconds by the clock of `aura import` with a worker that lacks the trick."""
    environment = os.environ | {"APP_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    aura = [sys.executable, "-m", "core.entry.cli"]
    subprocess.run(
        [*aura, "tenant", "create", "bench", "--name", "Benchmark"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    patch = PATCHES[without][1] if without else "pass"
    worker = subprocess.Popen(
        [sys.executable, "-c", f"{patch}\nfrom core.entry.worker import main; main()"],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not (folder / "worker.pid").exists():
            time.sleep(0.05)
        begin = time.perf_counter()
        subprocess.run(
            [*aura, "import", str(file), "--tenant", "bench"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - begin
    finally:
        worker.terminate()
        worker.wait()
        subprocess.run([*aura, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)


def measure_imports(rows: int) -> None:
    """Import the same file with all tricks, then without each, in turn; print the medians."""
    from mock_data.toast.order_lines import write_order_lines

    seconds: dict[int | None, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="aura-tricks-") as files:
        file = Path(files) / "lines.csv"
        write_order_lines(file, rows, seed=7)
        for _ in range(IMPORT_ROUNDS):
            for without in (None, *PATCHES):
                with tempfile.TemporaryDirectory(prefix="aura-tricks-") as folder:
                    seconds.setdefault(without, []).append(_import(file, Path(folder), without))
    seconds_with_all = statistics.median(seconds[None])
    print(f"{rows:,} rows with all: {seconds_with_all:.1f} s")
    for number, (what, _) in PATCHES.items():
        without_it = statistics.median(seconds[number])
        print(
            f"perf {number:<3} {what:<55} without {without_it:>6.1f} s: {without_it / seconds_with_all:>5.2f} times"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, nargs="*", default=[trick.number for trick in TRICKS])
    parser.add_argument("--imports", type=int, metavar="ROWS", help="measure those of whole imports instead")
    arguments = parser.parse_args()
    if arguments.imports:
        measure_imports(arguments.imports)
        return
    with tempfile.TemporaryDirectory(prefix="aura-tricks-") as folder:
        os.environ["APP_DATA_DIR"] = folder
        for trick in TRICKS:
            if trick.number in arguments.only:
                print(measure(trick), flush=True)


if __name__ == "__main__":
    main()
