from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.store.schema import metadata

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    # All or nothing: sqlite3 by itself would commit after each table, and a start that was
    # killed in between would never succeed again. The lock keeps a second start waiting.
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7364113)")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()
    connection.commit()
engine.dispose()
