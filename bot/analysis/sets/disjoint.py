"""Whether two policy sets ever allow the same request."""

from __future__ import annotations

from collections.abc import Mapping

from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Session


def both_allow(
    session: Session, one: Mapping[str, Parsed], other: Mapping[str, Parsed], deadline: Deadline
) -> Concrete | Unknown | None:
    """A request that both sets allow; None when it is proved that there is none: the sets are disjoint.

    Both allow what a permit of the other set matches and the one set allows with the other's forbids on top.
    """
    forbids = [policy for policy in other.values() if not policy.permits]
    together = {str(place): policy for place, policy in enumerate([*one.values(), *forbids])}
    unknown: Unknown | None = None
    for name, permit in other.items():
        if not permit.permits:
            continue
        found = Described(session, together, permit, name, deadline).first(allowed=True)
        if isinstance(found, Witness):
            return found.request
        if isinstance(found, Unknown):
            unknown = unknown or found
    return unknown
