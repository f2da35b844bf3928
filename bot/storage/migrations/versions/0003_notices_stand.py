"""Where a sentence stands in a thread, so that it can be taken out of sight."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Of what was said before it is not known."""
    op.add_column("notices", sa.Column("ts", sa.Text(), server_default="", nullable=False))
