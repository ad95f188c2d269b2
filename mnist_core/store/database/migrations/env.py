"""What Alembic runs: the steps, in the transaction that `migrate` is called in."""

from alembic import context

from mnist_core.store.database.migrations import HISTORY

context.configure(
    connection=context.config.attributes["connection"],
    version_table=HISTORY,
    transactional_ddl=True,  # Alembic does not count on it with SQLite, where ours begins by hand (see `database.py`).
)
with context.begin_transaction():
    context.run_migrations()
