"""The tables of the store. Their history stands in `migrations/`; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

scheme = Table(
    "scheme",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("title", String, nullable=False),
    Column("licence", String, nullable=False),
)
concept = Table(
    "concept",
    metadata,
    Column("id", String, primary_key=True),
    Column("scheme", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("code", String),
    Column("isco", String),
    Column("level", Integer),
    Index("concept_by_scheme", "scheme", "kind"),
)
label = Table(
    "label",
    metadata,
    Column("concept", String, nullable=False),
    Column("lang", String, nullable=False),
    Column("preferred", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Index("label_by_concept", "concept", "lang"),
)
description = Table(
    "description",
    metadata,
    Column("concept", String, primary_key=True),
    Column("lang", String, primary_key=True),
    Column("text", Text, nullable=False),
)
relation = Table(
    "relation",
    metadata,
    Column("source", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("weight", Float, nullable=False),
    sqlite_with_rowid=False,
)
profile = Table(
    "profile",
    metadata,
    Column("occupation", String, primary_key=True),
    Column("competence", String, primary_key=True),
    Column("essential", Boolean, nullable=False),
    Column("weight", Float, nullable=False),
    Column("derived", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
place = Table(
    "place",
    metadata,
    Column("nis", String, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)
identity = Table("identity", metadata, Column("id", String, primary_key=True))
person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("given", LargeBinary),
    Index("person_by_change", "changed"),
)
vacancy = Table(
    "vacancy",
    metadata,
    Column("id", String, primary_key=True),
    Column("valid_from", Date),
    Column("valid_through", Date),
    Column("record", LargeBinary, nullable=False),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("hired", Integer, nullable=False, server_default="0"),
    Index("vacancy_by_change", "changed"),
)
event = Table(
    "event",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("vacancy", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("reason", Text),
    Column("provenance", String),
    Index("event_by_person", "person", "at"),
    Index("event_by_vacancy", "vacancy"),
)
pin = Table(
    "pin",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("vacancy", String, nullable=False),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("kind", String, nullable=False, server_default="pin"),
    Index("pin_by_person", "person"),
    Index("pin_by_vacancy", "vacancy"),
)
correction = Table(
    "correction",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Index("correction_by_person", "person"),
)
erased = Table(
    "erased",
    metadata,
    Column("digest", String, primary_key=True),
    Column("changed", Integer, nullable=False),
    Index("erased_by_change", "changed"),
)
"""Whom the store forgot, by a digest of their id, so that what was fitted forgets them too."""
