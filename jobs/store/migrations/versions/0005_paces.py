"""The pace that all processes keep together on a wiki."""

import sqlalchemy as sa
from alembic import op

from jobs.store.migrations.table_options import TABLE

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table, which is there already where this was broken off: MariaDB commits it at once."""
    op.create_table(
        "paces",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("free_from", sa.Double, nullable=False),
        if_not_exists=True,
        **TABLE,
    )
