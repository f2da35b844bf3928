"""A proposal brings tests; looks are kept beside their watch, each once; drafts have what log-only policies did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What is there brings none. Engines are looked at anew, as at the first start: earlier looks had no tools."""
    op.add_column("proposals", sa.Column("tests", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("drafts", sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "looks",
        sa.Column("watch_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_looks_watch_id")),
        sa.PrimaryKeyConstraint("watch_id", "digest", name=op.f("pk_looks")),
    )
    op.execute("UPDATE watches SET known = NULL")
