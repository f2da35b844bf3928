"""The tables. States are data: add states and columns, never change what one means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, also where the database keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _work() -> tuple[sa.Column[Any], ...]:
    """What makes a row work: when it is due, who holds it until when (database clock), how often it failed."""
    return (
        sa.Column("due_at", Instant, nullable=True, index=True),
        sa.Column("lease", sa.Text, nullable=True),
        sa.Column("lease_until", sa.Float, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("wake", sa.Integer, nullable=False, server_default="0"),
        sa.Column("since", Instant, nullable=False),
    )


proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("channel_id", sa.Text, nullable=False, index=True),
    sa.Column("requester_id", sa.Text, nullable=False, index=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("rule_digest", sa.Text, nullable=False),
    sa.Column("engine_id", sa.Text, nullable=False),
    sa.Column("gateway_arn", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=True),
    _text("response_url"),
    _text("generation_name"),
    _text("generation_token"),
    _text("generation_id"),
    sa.Column("uncovered", sa.JSON, nullable=False),
    _text("same_rule_as"),
    _text("trouble"),
    _text("thread_ts"),
    sa.Column("origin", sa.Text, nullable=False, server_default="rule"),
    sa.Column("wanted", sa.JSON(none_as_null=True), nullable=True),
    _text("why"),
    sa.Column("until", Instant, nullable=True),
    sa.Column("tests", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("thread_of", sa.Text, nullable=False, server_default="", index=True),
    _text("revises"),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("insisted", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("in_thread"),
    *_work(),
    sa.Index("ix_proposals_twins", "rule_digest", "created_at"),
    sa.Index("ix_proposals_counted", "team_id", "state", "created_at", "requester_id", "channel_id"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("proposal_id", sa.ForeignKey("proposals.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("asset_id", sa.Text, nullable=False),
    _text("fragment"),
    sa.Column("statement", sa.Text, nullable=True),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False, server_default="create"),
    sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("analysis", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    _text("digest"),
    _text("enforcement_mode"),
    _text("validation_mode"),
    _text("policy_name"),
    _text("create_token"),
    sa.Column("policy_id", sa.Text, nullable=False, server_default="", index=True),
    sa.Column("tally", sa.JSON, nullable=False),
    sa.Column("deciders", sa.JSON, nullable=False),
    sa.Column("decided_at", Instant, nullable=True),
    _text("reject_reason"),
    _text("findings_reason"),
    sa.Column("until", Instant, nullable=True),
    _text("undoes"),
    _text("trouble"),
    _text("note"),
    _text("extends"),
    sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("called", sa.Integer, nullable=False, server_default="0"),
    sa.Column("called_at", Instant, nullable=True),
    sa.Column("reminders", sa.Integer, nullable=False, server_default="0"),
    *_work(),
    sa.UniqueConstraint("proposal_id", "ordinal"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("engine_id", sa.Text, primary_key=True),
    sa.Column("draft_id", sa.ForeignKey("drafts.id"), nullable=False, unique=True),
)
"""Whose change of an engine is checked and sent now: one at a time, whichever replica works on it."""

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("draft_id", sa.ForeignKey("drafts.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("vote", sa.Text, nullable=False),
    _text("digest"),
    _text("reason"),
    sa.Column("cast_at", Instant, nullable=False),
    sa.Column("taken_back_at", Instant, nullable=True),
    sa.UniqueConstraint("draft_id", "version", "user_id"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("proposal_id", sa.ForeignKey("proposals.id"), nullable=True, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    _text("draft_id"),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("wanted", sa.Integer, nullable=False, server_default="1"),
    sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
    _text("ts"),
    sa.Column("copy", sa.Integer, nullable=False, server_default="0"),
    sa.Column("tried", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("tried_at", Instant, nullable=True),
    sa.Column("look_at", Instant, nullable=True),
    sa.Column("looks", sa.Integer, nullable=False, server_default="0"),
    _text("fingerprint"),
    sa.Column("not_before", Instant, nullable=True),
    _text("trouble"),
    *_work(),
    _text("team_id"),
    sa.Column("channel_id", sa.Text, nullable=False, server_default="", index=True),
    _text("thread_of"),
    sa.Column("about", sa.JSON(none_as_null=True), nullable=True),
)
"""Messages as they are wanted and stand. Those of a proposal are drawn from it and have the last four columns empty,
announcements are of none and are drawn from what they are `about`."""

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("proposal_id", sa.ForeignKey("proposals.id"), nullable=False),
    sa.Column("channel_id", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    _text("response_url"),
    sa.Column("delivered_at", Instant, nullable=True),
    _text("trouble"),
    *_work(),
    _text("ts"),
    sa.Column("tried", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("tried_at", Instant, nullable=True),
    sa.Column("look_at", Instant, nullable=True),
    sa.Column("looks", sa.Integer, nullable=False, server_default="0"),
)

examples = sa.Table(
    "examples",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("engine_id", sa.Text, nullable=False),
    sa.Column("gateway_arn", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("removed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("removed_at", Instant, nullable=True),
)
"""Requests of a route that must stay allowed or denied."""

watches = sa.Table(
    "watches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("channel_id", sa.Text, nullable=False),
    sa.Column("engine_id", sa.Text, nullable=False),
    sa.Column("gateway_arn", sa.Text, nullable=False),
    sa.Column("known", sa.JSON(none_as_null=True), nullable=True),
    _text("trouble"),
    *_work(),
)
"""Routes whose engine and gateway are looked at for what others change there: what was known at the last look."""

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("channel_id", sa.Text, nullable=False),
    _text("engine_id"),
    _text("gateway_arn"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("bound_by", sa.Text, nullable=False),
    sa.Column("bound_at", Instant, nullable=False),
    _text("trouble"),
    *_work(),
    sa.UniqueConstraint("team_id", "channel_id"),
)
"""Channels whose rules somebody sent elsewhere than the settings do; empty ids where that was taken back. None is due:
a version before had the channel told by this row."""

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watches.id"), primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""What was seen of an engine and its gateway, by its digest: JSON, compressed. A watch's `known` names them."""

installations = sa.Table(
    "installations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("team_id"),
    sa.Column("enterprise_id", sa.Text, nullable=False, server_default="", index=True),
    _text("team"),
    _text("app_id"),
    _text("bot_id"),
    _text("bot_user_id"),
    sa.Column("scopes", sa.JSON, nullable=False),
    _text("installer_id"),
    _text("bot_token"),
    _text("refresh_token"),
    sa.Column("expires_at", sa.Float, nullable=False, server_default="0"),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refresh_until", sa.Float, nullable=True),
    sa.Column("installed_at", Instant, nullable=False),
)
"""Where the app is installed: a workspace, or with an empty `team_id` an organisation. Tokens are sealed."""

workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("team_id", sa.Text, primary_key=True),
    sa.Column("enterprise_id", sa.Text, nullable=False),
)
"""Which organisation a workspace is in, as it was when something last came from it."""

oauth_states = sa.Table(
    "oauth_states",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
)
"""Installations that have begun: the digest of each one's state, used up when it comes back."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("proposal_id", sa.Text, nullable=False, index=True),
    sa.Column("draft_id", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""What happened, in one chain: rows are only ever added."""
