"""What a channel is told is a message as those of a proposal are: bindings, and what others change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """What was said keeps its place; what was to be said is said."""
    with op.batch_alter_table("messages") as table:
        table.alter_column("proposal_id", existing_type=sa.Text(), nullable=True)
        for name in ("team_id", "channel_id", "thread_of"):
            table.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("about", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f("ix_messages_channel_id"), "messages", ["channel_id"])
    op.add_column("notices", sa.Column("look_at", Instant(), nullable=True))
    op.add_column("notices", sa.Column("looks", sa.Integer(), server_default="0", nullable=False))
    _bindings()
    _drifts()


_MESSAGES = sa.table(
    "messages",
    *map(sa.column, ("id", "kind", "position", "team_id", "channel_id", "thread_of", "ts")),
    sa.column("about", sa.JSON(none_as_null=True)),
    sa.column("due_at", Instant()),
    sa.column("since", Instant()),
)


def _bindings() -> None:
    """A channel that waits to be told of its binding."""
    names = ("id", "team_id", "channel_id", "engine_id", "gateway_arn", "version", "bound_by")
    kept = sa.table("bindings", *map(sa.column, names), sa.column("due_at", Instant()), sa.column("since", Instant()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(kept).where(kept.c.due_at.is_not(None))).mappings().all():
        about = {"engine": row["engine_id"], "gateway": row["gateway_arn"], "by": row["bound_by"]}
        where = {name: row[name] for name in ("team_id", "channel_id", "due_at", "since")}
        values = where | {"id": f"{row['id']}/{row['version']}", "kind": "binding", "about": about, "position": 0}
        connection.execute(sa.insert(_MESSAGES).values(values))
    connection.execute(sa.update(kept).values(due_at=None))


def _drifts() -> None:
    """Every watch knew the messages of what is open, and what was still to be said."""
    names = ("id", "team_id", "engine_id", "gateway_arn")
    kept = sa.table(
        "watches",
        *map(sa.column, names),
        sa.column("known", sa.JSON(none_as_null=True)),
        sa.column("since", Instant()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(kept).where(kept.c.known.is_not(None))).mappings().all():
        known = dict(row["known"])
        pending, closing = known.pop("pending", None), known.pop("closing", None) or []
        known["open"] = [*(known.get("open") or []), *([pending] if pending else [])]
        for found in known["open"]:
            _said(connection, row, found, "drift", due=found is pending)
        for found in closing:
            _said(connection, row, found, "undone", due=True)
            _said(connection, row, found, "undone_said", due=True)
        connection.execute(sa.update(kept).where(kept.c.id == row["id"]).values(known=known))


def _said(connection: sa.Connection, row: Any, found: dict[str, Any], kind: str, *, due: bool) -> None:
    if not found.get("channel") or not (found.get("ts") or due):
        return
    whole, reply = f"{row['id']}/{found['number']}-{found.get('key', '')}", kind == "undone_said"
    shown = {name: found.get(name) for name in ("number", "said", "difference", "place", "channel", "key")}
    values = {
        "id": f"{whole}/undone" if reply else whole,
        "kind": kind,
        "position": 0,
        "team_id": row["team_id"],
        "channel_id": found["channel"],
        "thread_of": whole if reply else "",
        "ts": "" if reply else found.get("ts", ""),
        "about": {"engine": row["engine_id"], "gateway": row["gateway_arn"], "found": shown},
        "due_at": row["since"] if due else None,
        "since": row["since"],
    }
    connection.execute(sa.insert(_MESSAGES).values(values))
