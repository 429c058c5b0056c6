"""Import a million order lines and compares with dlt (Arrow, merge) and pandas (to_sql, upsert) on servers alike.

Ours is `aura import` as a person runs it: recognising, keeping the file encrypted, mapping, validating, loading with
before-images, reconciling. The peers only load. pandas is measured on a slice, because it takes too long. A machine is
not equally fast at all times: of several rounds the medians count. `--before REVISION` has an earlier revision of ours
run in the same rounds. `--guests` imports guests instead, of whom nearly every value is a person's own; ours alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEER_PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
SEED = 7
OURS, EARLIER = "aura import", "aura before"
GUESTS = "guests"
"""Name of the file of guests."""


class Memory(threading.Thread):
    """Samples the resident memory of our processes (console and workers, not the server) ten times a second."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.mark = f"APP_DATA_DIR={folder}".encode()
        self.peak_mb = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.1):
            self.peak_mb = max(self.peak_mb, sum(map(self._resident, Path("/proc").glob("[0-9]*"))) // 1024)

    def _resident(self, process: Path) -> int:
        """Read a process's resident kilobytes; 0 for a process that is not ours."""
        try:
            command = (process / "cmdline").read_bytes()
            if b"core.entry" not in command or self.mark not in (process / "environ").read_bytes():
                return 0
            status = (process / "status").read_text()
            return int(status.partition("VmRSS:")[2].split()[0])
        except (OSError, IndexError, ValueError):
            return 0


def ours(file: Path, folder: Path) -> dict[str, Any]:
    def aura(*arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "core.entry.cli", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(done.stdout))

    aura("tenant", "create", "bench", "--name", "Benchmark")
    memory = Memory(folder)
    memory.start()
    start_time = time.perf_counter()
    answer = aura("import", str(file), "--tenant", "bench")
    seconds = time.perf_counter() - start_time
    memory.stop.set()
    end_worker(folder)  # an idle one still asks the queue for work, ten times a second
    line = answer["entities"]["customer" if file.stem == GUESTS else "order_line"]
    if answer["state"] != "completed" or line["migrated"] != line["read"]:
        raise SystemExit(f"the import ended {answer['state']}: {answer['entities']}")
    return {"rows": line["read"], "seconds": seconds, "peak_mb": memory.peak_mb, "migrated": line["migrated"]}


def end_worker(folder: Path) -> None:
    import psutil

    worker = psutil.Process(int((folder / "worker.pid").read_text()))
    worker.terminate()
    worker.wait(20)


def peer(name: str, file: Path, address: str, folder: Path) -> dict[str, Any] | None:
    if not PEER_PYTHON.exists():
        print(f"  {name}: not measured, {PEER_PYTHON} is not there (`make bench` makes it)")
        return None
    command = [str(PEER_PYTHON), str(ROOT / "benchmarks" / "peers.py"), name, str(file), address]
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr.decode()[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peer_address() -> str:
    """Create a database for the peers on the same server, as its superuser."""
    from sqlalchemy import create_engine, text

    from core.db import embedded

    url = embedded.server_url()
    engine = create_engine(
        url.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("drop database if exists bench_peers"))
        connection.execute(text("create database bench_peers"))
    engine.dispose()
    return url.set(drivername="postgresql", database="bench_peers").render_as_string(hide_password=False)


def stop_server() -> None:
    """Stop the server before its folder is removed, or it would work beside those that follow."""
    from core.db import embedded

    embedded.release()


def contest(name: str, file: Path) -> dict[str, Any] | None:
    """Run one contestant on a server of its own: nobody works among what another one left to be written or cleaned up."""
    with tempfile.TemporaryDirectory(prefix="aura-bench-") as folder:
        os.environ["APP_DATA_DIR"] = folder
        sys.path.insert(0, str(ROOT))
        from core.db.migrate import migrate

        migrate()  # also keeps the server alive until it is stopped
        address = peer_address()
        at_rest(address)
        try:
            if name == OURS:
                return ours(file, Path(folder))
            return peer(name, file, address, Path(folder))
        finally:
            stop_server()


def at_rest(address: str) -> None:
    """Write the pages that setting up left, so that no contestant begins with them."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("checkpoint")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--slice", type=int, default=20_000, help="rows pandas is measured on, in the first round"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="everybody once in each; who goes first changes"
    )
    parser.add_argument("--before", metavar="REVISION", help="also measure this revision of ours, each round")
    parser.add_argument("--no-peers", action="store_true", help="without dlt and pandas")
    parser.add_argument("--guests", action="store_true", help="a table of guests, without peers")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant is not None:
        print(json.dumps(contest(options.contestant, options.file)))
        return
    with tempfile.TemporaryDirectory(prefix="aura-bench-") as folder:
        no_peers = options.no_peers or options.guests
        file, part = (
            (_guests(Path(folder), options.rows), None)
            if options.guests
            else _files(Path(folder), options.rows, 0 if no_peers else options.slice)
        )
        with _checkout(options.before, Path(folder)) as earlier:
            scripts = {OURS: Path(__file__), **({EARLIER: earlier} if earlier else {})}
            if not no_peers:
                scripts["dlt"] = Path(__file__)
            for script in scripts.values():
                _compile(script.parents[1])
            _print(_rounds(options.rounds, scripts, file, part))


@contextmanager
def _checkout(revision: str | None, folder: Path) -> Iterator[Path | None]:
    """Yield this script as it stands in a checkout of the revision, with that revision's code around it."""
    if revision is None:
        yield None
        return
    tree = folder / "before"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
    try:
        yield tree / "benchmarks" / "import.py"
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _compile(tree: Path) -> None:
    """Compile our packages in a checkout, as `make run` does: else every process of ours compiles what it imports."""
    compiling = [sys.executable, "-m", "compileall", "-q", "core", "adapters", "mock_data"]
    subprocess.run(compiling, cwd=tree, check=True)


def _files(folder: Path, rows: int, slice_rows: int) -> tuple[Path, Path | None]:
    """Write the file for everybody, and the slice of it for pandas; None without one."""
    sys.path.insert(0, str(ROOT))
    from mock_data.toast.order_lines import write_order_lines

    write_order_lines(folder / "lines.csv", rows, seed=SEED)
    if not slice_rows:
        return folder / "lines.csv", None
    write_order_lines(folder / "slice.csv", min(slice_rows, rows), seed=SEED)
    return folder / "lines.csv", folder / "slice.csv"


def _guests(folder: Path, rows: int) -> Path:
    """Write a table of guests with ids; invented, addresses at example.com."""
    import polars as pl

    number = pl.int_range(rows).cast(pl.String)
    day = pl.date(1950, 1, 1) + pl.duration(days=pl.int_range(rows) % 18_000)
    columns = {
        "Customer ID": "G" + number,
        "First Name": pl.lit("Ada"),
        "Last Name": "Byron" + number,
        "Email": "ada.byron" + number + "@example.com",
        "Phone": "+1212555" + (pl.int_range(rows) % 100 + 100).cast(pl.String).str.zfill(4),
        "Address": number + " Elm Street",
        "City": pl.lit("Springfield"),
        "Birthday": day.cast(pl.String),
        "Notes": "sits at table " + number,
    }
    frame = pl.DataFrame({"_": range(rows)}).select(value.alias(name) for name, value in columns.items())
    frame.write_csv(folder / f"{GUESTS}.csv")
    return folder / f"{GUESTS}.csv"


def _rounds(
    rounds: int, scripts: dict[str, Path], file: Path, part: Path | None
) -> dict[str, list[dict[str, Any]]]:
    results: dict[str, list[dict[str, Any]]] = {}
    for number in range(rounds):
        for name in list(scripts)[:: -1 if number % 2 else 1] + (["pandas"] if part and not number else []):
            script = scripts.get(name, Path(__file__))
            contestant, rows = OURS if name == EARLIER else name, part if name == "pandas" else file
            command = [sys.executable, str(script), "--contestant", contestant, "--file", str(rows)]
            environment = os.environ | {"PYTHONPATH": str(script.parents[1])}
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
            result = json.loads(done.stdout.splitlines()[-1])
            if result is not None:
                results.setdefault(name, []).append(result)
                print(f"  round {number + 1}: {name:<12} {result['seconds']:>7.1f} s", flush=True)
    return results


def _print(results: dict[str, list[dict[str, Any]]]) -> None:
    def rate(name: str) -> float:
        return statistics.median(result["rows"] / result["seconds"] for result in results[name])

    for name, rounds in results.items():
        print(
            f"{name:<12} {rounds[0]['rows']:>9,} rows  {rate(name):>9,.0f} rows/s (median of {len(rounds)})"
            f"  ours is {rate(OURS) / rate(name):>5.2f} times as fast"
            f"  peak {max(result['peak_mb'] for result in rounds):,} MB"
        )


if __name__ == "__main__":
    main()
