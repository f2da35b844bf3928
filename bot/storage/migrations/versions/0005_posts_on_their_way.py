"""Since when a post may be on its way, and when to look for a second one of it; quotas counted by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What was tried before may have been posted, and is not on its way any more."""
    op.add_column("messages", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("looks", sa.Integer(), server_default="0", nullable=False))
    counted = ["team_id", "state", "created_at", "requester_id", "channel_id"]
    op.create_index("ix_proposals_counted", "proposals", counted)
    op.create_index("ix_proposals_twins", "proposals", ["rule_digest", "created_at"])
    op.drop_index("ix_proposals_rule_digest", "proposals")
