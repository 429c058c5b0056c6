"""Runs the migrations under the owner's role."""

from alembic import context
from sqlalchemy import create_engine

from core.db.base import owner_url
from core.db.migrate import all_metadata


def _included(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:  # noqa: FBT001  (Alembic's signature)
    return not (kind == "table" and name == "alembic_version")


engine = create_engine(owner_url())
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=all_metadata(), include_object=_included)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
