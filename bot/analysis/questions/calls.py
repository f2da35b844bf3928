"""Whether the calls that a question is about are allowed today: all of them, some or none, proved, with examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.analysis.difference import gateway_request
from bot.analysis.questions.worlds import World, not_seen, stands, worlds
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.search import Impossible, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood
from bot.cedar.evaluate import Request
from bot.cedar.schema import GatewaySchema


@dataclass(frozen=True)
class Case:
    """A call that shows something: Cedar decides it so, by these policies, whatever becomes of the uncertain ones."""

    request: Request
    allowed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is decided on the calls of one tool that were asked about.

    `allowed` and `denied` are one of each, where there is one. `never`: it is proved that none is allowed; `always`:
    that none is denied; both where there is no such call. `reason` says why not all of it is known.
    """

    action: str
    allowed: Case | None = None
    denied: Case | None = None
    never: bool = False
    always: bool = False
    reason: str = ""


def answers(
    standing: Standing, about: str, schema: GatewaySchema, limits: Limits | Deadline | None = None
) -> tuple[Answer, ...]:
    """What is decided on the calls that a policy's text describes, tool by tool; its effect says nothing.

    The callers are those that the gateway's authorizer lets in. Tools that cannot be analysed come last. Raises
    PolicyError when the text is not one policy.
    """
    session, deadline = session_for(schema), started(limits)
    there, described = stands(standing), parse(about)
    found = [_answer(session, world, described, there, deadline) for world in worlds(session, schema, there, described)]
    return (*found, *(Answer(tool.action, reason=tool.why) for tool in not_seen(schema, described)))


def _answer(session: Session, world: World, about: Parsed, there: Stood, deadline: Deadline) -> Answer:
    action = world.environment.action[1]
    if there.unknown:
        return Answer(action, reason=there.reason)
    allowed = _within(session, world, about, deadline, allowed=True)
    denied = _within(session, world, about, deadline, allowed=False)
    never = isinstance(allowed, Impossible)
    always = isinstance(denied, Impossible)
    if world.maybe:
        never = never and _none(session, world, about, deadline, allowed=True)
        always = always and _none(session, world, about, deadline, allowed=False)
    reasons = () if never or always else dict.fromkeys(_reasons(there, world, allowed, denied))
    return Answer(action, _case(allowed), _case(denied), never, always, "; ".join(reasons))


def _within(
    session: Session, world: World, about: Parsed, deadline: Deadline, *, allowed: bool
) -> Witness | Impossible | Unknown:
    """A call that is decided so in every world."""
    policies = world.least if allowed else world.most
    return Described(session, policies, about, "", deadline).within(world.environment, allowed=allowed)


def _none(session: Session, world: World, about: Parsed, deadline: Deadline, *, allowed: bool) -> bool:
    """Proved: in no world is a call decided so."""
    policies = world.most if allowed else world.least
    found = Described(session, policies, about, "", deadline).within(world.environment, allowed=allowed)
    return isinstance(found, Impossible)


def _reasons(there: Stood, world: World, *found: Witness | Impossible | Unknown) -> Iterator[str]:
    """Why it is not known whether all of the calls, some or none are allowed."""
    yield from (each.reason for each in found if isinstance(each, Unknown))
    if world.maybe and not all(isinstance(each, Witness) for each in found):
        yield there.depends(list(world.maybe))


def _case(found: Witness | Impossible | Unknown) -> Case | None:
    if not isinstance(found, Witness):
        return None
    return Case(gateway_request(found.request), found.decided.allowed, found.decided.reasons)
