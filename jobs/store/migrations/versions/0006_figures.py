"""What processes counted, for whoever watches over them."""

import sqlalchemy as sa
from alembic import op

from jobs.store.migrations.table_options import TABLE

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; MariaDB may have made it before the last try was broken off."""
    op.create_table(
        "figures",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("labels", sa.String(255), primary_key=True),
        sa.Column("number", sa.Double(), nullable=False),
        sa.Column("grew", sa.Double(), nullable=False),
        if_not_exists=True,
        **TABLE,
    )
