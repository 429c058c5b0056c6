"""Runs the migrations under the owner's role."""

from alembic import context
from sqlalchemy import create_engine

from core.db.base import owner_url
from core.db.migrate import all_metadata
from core.db.target import TARGETS, insert_partition

_PARTITIONS = {insert_partition(entity) for entity in TARGETS}


def _included(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:  # noqa: FBT001  (Alembic's signature)
    """Exclude Alembic's own table and the partitions of the target from comparison."""
    return not (kind == "table" and (name == "alembic_version" or name in _PARTITIONS))


engine = create_engine(owner_url())
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=all_metadata(), include_object=_included)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
