"""Alembic's entry: the connection comes from `bot.sandbox.store.migrating`, already in its transaction."""

from alembic import context

from bot.sandbox.store.migrating import is_ours
from bot.sandbox.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
