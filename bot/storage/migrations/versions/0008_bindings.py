"""Which gateways channels are bound to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0008"
down_revision = "0007"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """A channel that was never bound has no row."""
    op.create_table(
        "bindings",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "team_id", "channel_id")),
        *map(_text, ("engine_id", "gateway_arn")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bound_by", sa.Text(), nullable=False),
        sa.Column("bound_at", Instant(), nullable=False),
        _text("trouble"),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wake", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
        sa.UniqueConstraint("team_id", "channel_id", name=op.f("uq_bindings_team_id_channel_id")),
    )
    op.create_index(op.f("ix_bindings_due_at"), "bindings", ["due_at"])
