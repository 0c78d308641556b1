"""Which store this is, and the number of the change that each person and vacancy came with."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    identity = op.create_table("identity", sa.Column("id", sa.String(), primary_key=True))
    op.bulk_insert(identity, [{"id": uuid.uuid4().hex}])
    for table in ("person", "vacancy"):
        column = sa.Column("changed", sa.Integer(), nullable=False, server_default="0")
        op.add_column(table, column)
        op.create_index(f"{table}_by_change", table, ["changed"])
