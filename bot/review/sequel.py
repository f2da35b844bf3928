"""What becomes of a change later: when others' changes for a time are taken back beside it, and when it is itself.

An end that would cross a boundary is not done (`ending`); one that breaks a test of the route is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.review import later
from bot.review.engine import EngineState
from bot.review.found import Becomes
from bot.review.model import Draft, Proposal
from bot.review.ports import Analyst
from bot.review.telling import BACK, at
from bot.review.tested import Example

_STAYS = "It stays until somebody proposes otherwise."


@dataclass(frozen=True)
class Sequel:
    """`said` in sentences, the weightiest first; `becomes` are the differences that the change has from then on, one
    after the other; `broken` says which tests break then that do not before."""

    said: tuple[str, ...] = ()
    becomes: tuple[Mapping[str, Any], ...] = ()
    broken: tuple[str, ...] = ()


async def sequel(
    analyst: Analyst,
    draft: Draft,
    proposal: Proposal,
    state: EngineState,
    ends: Sequence[Draft],
    examples: Sequence[Example],
) -> Sequel:
    """The sequel of a draft on an engine as it stands, where `ends` are to come on its route."""
    stay, said, found, broken = list[str](), list(later.of_its_policy(draft, proposal, ends)), list[Becomes](), []
    own, others, gone = later.own_end(draft, proposal, ends), later.due(draft, ends), list[str]()
    known = set((await analyst.tested(draft, state, examples)).broken) if own or others else set[str]()
    for end in others:
        after = later.without(end, state)
        if after is None or end.until is None:
            continue
        if why := await analyst.crossing(end, later.done(draft, state)):
            if not await analyst.crossing(end, state):
                stay.append(f"With this the policy {end.policy_name} is not taken back at {at(end.until)}: {why}")
            continue
        state = after
        gone.append(f"the policy {end.policy_name} {BACK[end.act]} by itself at {at(end.until)}")
        becomes = await analyst.becomes(draft, state)
        if becomes is not None and becomes not in found[-1:]:
            told = " and ".join(gone)
            said.append(f"{told[:1].upper()}{told[1:]}. From then on: {becomes.said}")
            found.append(becomes)
        new = [each for each in (await analyst.tested(draft, state, examples)).broken if each not in known]
        broken += [f"From {at(end.until)} on: {each}" for each in new]
        known |= {*new}
    if own is not None and own.until is not None:
        now = later.done(draft, state)
        if why := await analyst.crossing(own, now):
            stay.append(f"As things stand it is not taken back at {at(own.until)}: {why} {_STAYS}")
        else:
            back = (await analyst.tested(own, now, examples)).broken
            broken += [f"Taken back at {at(own.until)}: {each}" for each in back]
    return Sequel((*stay, *said), tuple(each.difference for each in found), tuple(broken))
