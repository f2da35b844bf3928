"""A text in which no rule is found is asked about first; a rule can be reviewed in the thread where it came up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What is there was not asked about, and has a thread of its own."""
    op.add_column("proposals", sa.Column("insisted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("proposals", sa.Column("in_thread", sa.Text(), server_default="", nullable=False))
