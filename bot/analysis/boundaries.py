"""Boundaries of a team: what no change may ever allow, and what every change has to keep allowing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.analysis.change import Example
from bot.analysis.difference import example_of
from bot.analysis.sets.compare import Shown
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.policies import Parsed, parse, readable_policies
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.unseen import unseen_for
from bot.cedar.schema import GatewaySchema
from bot.errors import PolicyError

Kind = Literal["must never", "must allow"]


@dataclass(frozen=True)
class Broken:
    """A boundary that does not hold: `example` is a request that crosses it, confirmed by Cedar.

    Without one it is not known whether it holds, and `reason` says why.
    """

    kind: Kind
    name: str
    example: Example | None = None
    reason: str = ""


def broken(
    policies: Mapping[str, str],
    must_never: Mapping[str, str],
    must_allow: Mapping[str, str],
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
) -> tuple[Broken, ...]:
    """The boundaries that a policy set breaks, or may break; empty when it is proved that all hold.

    A boundary is a Cedar policy. Of what those of `must_never` match, whatever their effect, nothing may be allowed; of
    what those of `must_allow` match, all of it has to be.
    """
    session, deadline = session_for(schema), started(limits)
    found, unread = readable_policies(policies)
    unknown = "; ".join(unread.values())
    kinds: tuple[tuple[Kind, Mapping[str, str]], ...] = (("must never", must_never), ("must allow", must_allow))
    return tuple(
        each
        for kind, boundaries in kinds
        for name, statement in boundaries.items()
        for each in _checked(session, found, kind, name, statement, schema, unknown, deadline)
    )


def _checked(
    session: Session,
    policies: Mapping[str, Parsed],
    kind: Kind,
    name: str,
    statement: str,
    schema: GatewaySchema,
    unknown: str,
    deadline: Deadline,
) -> Iterator[Broken]:
    try:
        boundary = parse(statement)
    except PolicyError as error:
        yield Broken(kind, name, reason=f"boundary {name} cannot be read as Cedar: {error}")
        return
    # A boundary that names what is not there would hold for ever.
    wrong = "; ".join(schema.validate(statement)) or unknown or not_a_boundary(kind, boundary)
    if wrong:
        yield Broken(kind, name, reason=wrong)
        return
    outcome = crossing(session, policies, kind, name, boundary, deadline)
    if isinstance(outcome, Witness):
        yield Broken(kind, name, example_of(Shown(outcome.request, outcome.decided, outcome.decided)))
    elif isinstance(outcome, Unknown):
        yield Broken(kind, name, reason=outcome.reason)
    else:
        reasons = _unseen(schema, policies, kind, boundary)
        yield from (Broken(kind, name, reason=reason) for reason in reasons[:1])


def crossing(
    session: Session, policies: Mapping[str, Parsed], kind: Kind, name: str, boundary: Parsed, deadline: Deadline
) -> Witness | Unknown | None:
    """A request on the wrong side of a boundary; None when it is proved that there is none."""
    found = Described(session, policies, boundary, name, deadline).first(allowed=kind == "must never")
    return found if isinstance(found, Witness | Unknown) else None


def not_a_boundary(kind: Kind, boundary: Parsed) -> str:
    """Why a policy cannot be a boundary of this kind; empty when it can."""
    return "a forbid cannot say what must be allowed" if kind == "must allow" and not boundary.permits else ""


def _unseen(schema: GatewaySchema, policies: Mapping[str, Parsed], kind: Kind, boundary: Parsed) -> list[str]:
    """Why the boundary may be crossed on a tool that the analysis cannot see."""
    permits = [policy for policy in policies.values() if policy.permits]
    return [
        f"{action}: {why}"
        for action, why, names in unseen_for(schema)
        if names(boundary) and (kind == "must allow" or any(map(names, permits)))
    ]
