"""Run the peers of the import benchmark: dlt and pandas, each loading one CSV into PostgreSQL with an upsert by its key.

Runs under an interpreter of its own (requirements-bench.in): `peers.py dlt|pandas FILE ADDRESS`. Prints one JSON
document: rows, seconds, peak resident memory in MB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

KEY = "Item Selection Id"
CHUNK = 20_000


def with_dlt(file: str, address: str) -> int:
    """Load a CSV by the fastest way of dlt: Arrow tables, loaded by COPY, merged by key."""
    import dlt
    from dlt.destinations import postgres
    from dlt.destinations.impl.postgres.configuration import PostgresCredentials
    from pyarrow import csv
    from sqlalchemy import make_url

    url = make_url(address)
    # libpq reads an escaped path in the host's place as the folder of the server's socket.
    host = quote(str(url.query["host"]), safe="") if "host" in url.query else url.host
    parts = {"database": url.database, "username": url.username, "password": url.password or "none"}
    credentials = PostgresCredentials({**parts, "host": host, "port": url.port or 5432})

    rows = 0

    @dlt.resource(name="order_lines", write_disposition="merge", primary_key=KEY)
    def lines() -> Iterator[Any]:
        nonlocal rows
        with csv.open_csv(file, read_options=csv.ReadOptions(block_size=16 << 20)) as batches:
            for batch in batches:
                rows += batch.num_rows
                yield batch

    pipeline = dlt.pipeline(
        "bench", destination=postgres(credentials), dataset_name="peer_dlt", pipelines_dir=tempfile.mkdtemp()
    )
    pipeline.run(lines(), loader_file_format="csv").raise_on_failed_jobs()
    return rows


def with_pandas(file: str, address: str) -> int:
    """Load a CSV as most scripts use pandas: read_csv in chunks, to_sql with an upsert method."""
    import pandas as pd
    from sqlalchemy import create_engine, text
    from sqlalchemy.dialects.postgresql import insert

    engine = create_engine(address)
    head = pd.read_csv(file, nrows=CHUNK, dtype={KEY: "string"})
    head.head(0).to_sql("peer_pandas", engine, if_exists="replace", index=False)
    with engine.begin() as connection:
        connection.execute(text(f'alter table peer_pandas add primary key ("{KEY}")'))

    def upsert(table: Any, connection: Any, columns: list[str], records: Any) -> int:
        statement = insert(table.table).values(
            [dict(zip(columns, record, strict=True)) for record in records]
        )
        new_values = {name: statement.excluded[name] for name in columns if name != KEY}
        return int(
            connection.execute(
                statement.on_conflict_do_update(index_elements=[KEY], set_=new_values)
            ).rowcount
        )

    rows = 0
    for chunk in pd.read_csv(file, chunksize=CHUNK, dtype={KEY: "string"}):
        chunk.to_sql("peer_pandas", engine, if_exists="append", index=False, method=upsert, chunksize=1_000)
        rows += len(chunk)
    return rows


def main() -> None:
    name, file, address = sys.argv[1:]
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    start_time = time.perf_counter()
    rows = {"dlt": with_dlt, "pandas": with_pandas}[name](file, address)
    seconds = time.perf_counter() - start_time
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
