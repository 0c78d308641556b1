"""What people decide stays: hidden vacancies, corrections, filled vacancies, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(), nullable=False, server_default="pin")
    op.add_column("pin", kind)
    op.create_index("pin_by_vacancy", "pin", ["vacancy"])
    op.create_index("event_by_vacancy", "event", ["vacancy"])
    op.add_column("person", sa.Column("given", sa.LargeBinary()))
    op.add_column("vacancy", sa.Column("hired", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "correction",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
    )
    op.create_index("correction_by_person", "correction", ["person"])
    op.create_table(
        "erased",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("changed", sa.Integer(), nullable=False),
    )
    op.create_index("erased_by_change", "erased", ["changed"])
