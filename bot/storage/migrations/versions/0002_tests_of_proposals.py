"""A proposal brings tests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What is there brings none."""
    op.add_column("proposals", sa.Column("tests", sa.JSON(), server_default="[]", nullable=False))
