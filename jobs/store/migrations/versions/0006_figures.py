"""What processes counted, for whoever watches over them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TABLE: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_nopad_bin"))
}


def upgrade() -> None:
    """Make the table; MariaDB may have made it before the last try was broken off."""
    op.create_table(
        "figures",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("labels", sa.String(255), primary_key=True),
        sa.Column("number", sa.Double(), nullable=False),
        sa.Column("grew", sa.Double(), nullable=False),
        if_not_exists=True,
        **_TABLE,
    )
