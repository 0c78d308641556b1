"""Runs the steps on the connection that `Store` hands over; there is no other way in."""

from alembic import context

from competent_data.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
