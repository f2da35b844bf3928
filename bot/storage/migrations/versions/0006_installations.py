"""Where the app is installed, which organisation a workspace is in, and installations that have begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """One workspace with a token of its own has no row here."""
    op.create_table(
        "installations",
        sa.Column("id", sa.Text(), nullable=False),
        *map(_text, ("team_id", "enterprise_id", "team", "app_id", "bot_id", "bot_user_id")),
        sa.Column("scopes", sa.JSON(), nullable=False),
        *map(_text, ("installer_id", "bot_token", "refresh_token")),
        sa.Column("expires_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refresh_until", sa.Float(), nullable=True),
        sa.Column("installed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    op.create_index(op.f("ix_installations_enterprise_id"), "installations", ["enterprise_id"])
    op.create_table(
        "workspaces",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "oauth_states",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_states")),
    )
    op.create_index(op.f("ix_oauth_states_expires_at"), "oauth_states", ["expires_at"])
