from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.store.schema import metadata

engine = create_engine(f"sqlite:///{context.config.attributes['path']}", poolclass=NullPool)
with engine.connect() as connection:
    # All or nothing: sqlite3 by itself would commit after each table, and a start that was
    # killed in between would never succeed again. The lock keeps a second start waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()
    connection.commit()
engine.dispose()
