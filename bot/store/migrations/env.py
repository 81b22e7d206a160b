from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.store.schema import metadata

engine = create_engine(f"sqlite:///{context.config.attributes['path']}", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
