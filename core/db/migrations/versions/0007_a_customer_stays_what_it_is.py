"""A tenant stays a demo, or a customer, for good: roles may do more in a demo, so nobody may turn one into the other"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        """create function keep_is_demo() returns trigger language plpgsql as $$ begin
            raise exception 'is_demo of a tenant cannot be changed';
        end $$"""
    )
    op.execute(
        """create trigger keep_is_demo before update on tenant for each row
        when (old.is_demo is distinct from new.is_demo) execute function keep_is_demo()"""
    )


def downgrade() -> None:
    op.execute("drop trigger keep_is_demo on tenant")
    op.execute("drop function keep_is_demo()")
