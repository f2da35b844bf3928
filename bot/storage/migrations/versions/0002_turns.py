"""One change of an engine at a time: whose turn it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of turns."""
    op.create_table(
        "turns",
        sa.Column("engine_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_turns_draft_id")),
        sa.PrimaryKeyConstraint("engine_id", name=op.f("pk_turns")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_turns_draft_id")),
    )
