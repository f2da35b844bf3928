"""Turns among workspaces: whoever has the least work in hand goes first, and nobody has all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from bot.storage.tables import proposals

MOST_OF_ONE = 18
"""Rows of one kind that one workspace may have in work at a time: fewer than a worker's places, so that others find
one when its calls hang."""


def in_turn(
    table: sa.Table,
    due: ColumnElement[bool],
    free: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> sa.Select[Any]:
    """The ids of due rows, to be locked: the first of each workspace before the second of any, and a workspace that
    has some in work after one that has none. `due` says what may be taken up at all, `free` that nobody works on it."""
    source, team = _with_team(table)
    place = sa.func.row_number().over(partition_by=team, order_by=order)
    waiting = sa.select(table.c.id, team.label("team"), place.label("place")).select_from(source).where(due, free)
    ranked = waiting.subquery("waiting")
    held = sa.select(team.label("team"), sa.func.count().label("busy")).select_from(source)
    busy = held.where(table.c.lease.is_not(None), ~free).group_by(team).subquery("busy")
    turn = ranked.c.place + sa.func.coalesce(busy.c.busy, 0)
    first = (
        sa.select(ranked.c.id, turn.label("turn"))
        .select_from(ranked.outerjoin(busy, busy.c.team == ranked.c.team))
        .where(turn <= MOST_OF_ONE)
        .subquery("first")
    )
    # The window is inside, so that the rows themselves can be locked; what another replica took meanwhile is not free.
    return (
        sa.select(table.c.id)
        .select_from(table.join(first, first.c.id == table.c.id))
        .where(free)
        .order_by(first.c.turn, *order)
        .limit(limit)
    )


def _with_team(table: sa.Table) -> tuple[sa.FromClause, ColumnElement[str]]:
    """A table with its rows' workspaces: a column of its own, its proposal's, or for messages the one or the other."""
    if "proposal_id" not in table.c:
        return table, table.c.team_id
    source = table.outerjoin(proposals, proposals.c.id == table.c.proposal_id)
    if "team_id" not in table.c:
        return source, proposals.c.team_id
    return source, sa.func.coalesce(proposals.c.team_id, table.c.team_id)
