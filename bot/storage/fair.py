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
    held: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> sa.Select[Any]:
    """The ids of due rows, to be locked: the first of each workspace before the second of any, and a workspace that
    has some in work after one that has none. `held` says of a row whether somebody works on it."""
    mine = _team(table)
    place = sa.func.row_number().over(partition_by=mine, order_by=order)
    waiting = sa.select(table.c.id, mine.label("team"), place.label("place")).where(due).subquery("waiting")
    team = _team(table)
    busy = sa.select(team.label("team"), sa.func.count().label("busy")).where(held).group_by(team).subquery("busy")
    turn = waiting.c.place + sa.func.coalesce(busy.c.busy, 0)
    queue = (
        sa.select(waiting.c.id, turn.label("turn"))
        .select_from(waiting.outerjoin(busy, busy.c.team == waiting.c.team))
        .where(turn <= MOST_OF_ONE)
        .subquery("queue")
    )
    # The window is inside, so that the rows themselves can be locked; and what another replica took meanwhile is due
    # no more.
    return (
        sa.select(table.c.id)
        .select_from(table.join(queue, queue.c.id == table.c.id))
        .where(due)
        .order_by(queue.c.turn, *order)
        .limit(limit)
    )


def _team(table: sa.Table) -> Any:
    """The workspace of a row: its own column, else its proposal's."""
    if "team_id" in table.c:
        return table.c.team_id
    return sa.select(proposals.c.team_id).where(proposals.c.id == table.c.proposal_id).scalar_subquery()
