"""Titles as long as a wiki's are: of a page's title, 255 bytes are without its namespace (Manual:Page title)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_COLUMNS = {
    "requests": ("page", False),
    "items": ("target", True),
    "page_cursors": ("title", False),
    "speakers": ("page", False),
}
"""The columns that hold a title, by table, and whether they may hold none."""


def upgrade() -> None:
    """Give each column its length: a table at a time, so that what was broken off is done again."""
    for table, (column, nullable) in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            batch.alter_column(
                column,
                type_=sa.String(512),
                existing_type=sa.String(255),
                existing_nullable=nullable,
                nullable=nullable,
            )
