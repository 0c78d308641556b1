"""The first tables: taxonomies, places, people, vacancies, events, pins."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "concept",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("isco", sa.String()),
        sa.Column("level", sa.Integer()),
    )
    op.create_index("concept_by_scheme", "concept", ["scheme", "kind"])
    op.create_table(
        "description",
        sa.Column("concept", sa.String(), primary_key=True),
        sa.Column("lang", sa.String(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("vacancy", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("provenance", sa.String()),
    )
    op.create_index("event_by_person", "event", ["person", "at"])
    op.create_table(
        "label",
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("label_by_concept", "label", ["concept", "lang"])
    op.create_table(
        "person",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("record", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "pin",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("vacancy", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("pin_by_person", "pin", ["person"])
    op.create_table(
        "place",
        sa.Column("nis", sa.String(), primary_key=True),
        sa.Column("record", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "profile",
        sa.Column("occupation", sa.String(), primary_key=True),
        sa.Column("competence", sa.String(), primary_key=True),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relation",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("target", sa.String(), primary_key=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
    )
    op.create_table(
        "vacancy",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_through", sa.Date()),
        sa.Column("record", sa.LargeBinary(), nullable=False),
    )
