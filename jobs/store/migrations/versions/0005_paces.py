"""The pace that all processes keep together on a wiki."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TABLE: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_nopad_bin"))
}


def upgrade() -> None:
    """Make the table, which is there already where this was broken off: MariaDB commits it at once."""
    op.create_table(
        "paces",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("free_from", sa.Double, nullable=False),
        if_not_exists=True,
        **_TABLE,
    )
