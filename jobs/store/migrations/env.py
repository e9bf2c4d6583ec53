"""What Alembic runs a migration with: the connection that `jobs.store.migration` opened, and its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
