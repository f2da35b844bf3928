"""Since when what is said in a thread may be on its way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """What waits to be said may have been posted by who knew nothing of this: it is looked for."""
    op.add_column("notices", sa.Column("tried", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("notices", sa.Column("tried_at", Instant(), nullable=True))
    op.execute("UPDATE notices SET tried = (1 = 1) WHERE user_id = '' AND ts = '' AND due_at IS NOT NULL")
