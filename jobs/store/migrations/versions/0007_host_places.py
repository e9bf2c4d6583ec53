"""How many are at a partner's server at once, from all machines together."""

import sqlalchemy as sa
from alembic import op

from jobs.store.migrations.table_options import TABLE

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table, which is there already where this was broken off: MariaDB commits it at once."""
    op.create_table(
        "host_places",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
        if_not_exists=True,
        **TABLE,
    )
