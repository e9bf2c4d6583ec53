"""The tables of the first ledgers, which bear no version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them, as the first versions did: a list of columns, which is never changed."""
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("wiki", sa.String(32), nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        sa.Column("undoes", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("listing", sa.String(64), nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("previewed", sa.Integer, nullable=False),
        sa.Column("approver", sa.String(255), nullable=False),
        sa.Column("continuer", sa.String(255), nullable=False),
        sa.Column("why", sa.JSON),
        sa.Column("notice", sa.JSON),
        sa.Column("slice", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("shown", sa.String(64), nullable=False),
        sa.Column("reported", sa.Float, nullable=False),
        sa.Column("shown_items", sa.Integer, nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Index("ix_requests_undoes", "undoes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "items",
        sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("action", sa.JSON),
        sa.Column("target", sa.String(255)),
        sa.Column("bytes", sa.String(40)),
        sa.Column("kind", sa.String(64)),
        sa.Column("why", sa.JSON),
        sa.Column("revision", sa.Integer),
        sa.Column("parent", sa.Integer),
        sa.Column("sha1", sa.String(40)),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("stash", sa.String(255), nullable=False),
        sa.UniqueConstraint("request", "target"),
        sa.Index("same_bytes", "request", "bytes"),
        sa.Index("items_by_state", "request", "state", "row"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request", sa.Integer, sa.ForeignKey("requests.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("user", sa.String(255), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("verdict", sa.JSON),
        sa.Column("replied", sa.Boolean, nullable=False),
        sa.UniqueConstraint("request", "revision", "number"),
    )
    op.create_table(
        "pages",
        sa.Column("wiki", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(255), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
