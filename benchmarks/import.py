"""Imports a million order lines and compares with dlt (Arrow, merge) and pandas (to_sql, upsert) on the same server.

Ours is `aura import` as a person runs it: recognising, keeping the file encrypted, mapping, validating, loading with
before-images, reconciling. The peers only load. pandas is measured on a slice and scaled, because it takes too long.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEER_PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
SEED = 7


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
        """Kilobytes, 0 for a process that is not ours."""
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
    started = time.perf_counter()
    answer = aura("import", str(file), "--tenant", "bench")
    seconds = time.perf_counter() - started
    memory.stop.set()
    line = answer["entities"]["order_line"]
    print("  entities:", {name: counts["migrated"] for name, counts in answer["entities"].items()})
    print(f"  of it the run itself: {answer['run_seconds']:.1f} s; state {answer['state']}")
    return {"rows": line["read"], "seconds": seconds, "peak_mb": memory.peak_mb, "migrated": line["migrated"]}


def peer(name: str, file: Path, address: str) -> dict[str, Any] | None:
    if not PEER_PYTHON.exists():
        print(f"  {name}: not measured, {PEER_PYTHON} is not there (`make bench` makes it)")
        return None
    command = [str(PEER_PYTHON), str(ROOT / "benchmarks" / "peers.py"), name, str(file), address]
    done = subprocess.run(command, check=False, capture_output=True, cwd=file.parent)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr.decode()[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peer_address() -> str:
    """A database of the peers' own on the same server, by its superuser."""
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--slice", type=int, default=20_000, help="rows pandas is measured on")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aura-bench-") as name:
        folder = Path(name)
        os.environ["APP_DATA_DIR"] = str(folder)
        sys.path.insert(0, str(ROOT))
        from core.db.migrate import migrate
        from mock_data.toast.order_lines import write_order_lines

        migrate()  # also keeps the server alive between the contestants
        write_order_lines(folder / "lines.csv", given.rows, seed=SEED)
        write_order_lines(folder / "slice.csv", min(given.slice, given.rows), seed=SEED)
        address = peer_address()
        own = ours(folder / "lines.csv", folder)
        peers = {
            "dlt": peer("dlt", folder / "lines.csv", address),
            "pandas": peer("pandas", folder / "slice.csv", address),
        }
        _print(own, peers)


def _print(own: dict[str, Any], peers: dict[str, dict[str, Any] | None]) -> None:
    speed = own["rows"] / own["seconds"]
    for name, result in {"aura import": own, **peers}.items():
        if result:
            rate = result["rows"] / result["seconds"]
            print(
                f"{name:<12} {result['rows']:>9,} rows  {result['seconds']:>7.1f} s  {rate:>9,.0f} rows/s"
                f"  ours is {speed / rate:>5.2f} times as fast  peak {result['peak_mb']:,} MB"
            )


if __name__ == "__main__":
    main()
