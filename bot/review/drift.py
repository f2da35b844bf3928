"""What others changed on an engine or its gateway: two looks compared. Values in, values out, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.cedar import Gateway, Target, Tool, digest, same_statement
from bot.cedar.dogwood import plain_policy
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.reported import PolicyRecord

_NAMED = 5
_OF = "___"
"""Between a target and its tool."""
_MODES = {"LOG_ONLY": "log-only", "ACTIVE": "enforced"}


@dataclass(frozen=True)
class Look:
    """What was seen: the policies that can apply to the gateway by id, whom the gateway asks, a digest of each tool;
    and for policies that stood as a draft left them, the id of that draft."""

    attached: str
    gateway_mode: str
    policies: Mapping[str, PolicyRecord] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    targets: Sequence[Mapping[str, Any]] = ()
    """The gateway's targets with their tools, as policies see them."""
    left: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As JSON takes it; `from_json` reads it back."""
        return asdict(self)

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> Look:
        """What `as_json` wrote."""
        policies = {
            key: PolicyRecord(**each | {"status_reasons": tuple(each["status_reasons"])})
            for key, each in found["policies"].items()
        }
        place = found["attached"], found["gateway_mode"]
        return Look(*place, policies, dict(found["tools"]), tuple(found["targets"]), dict(found["left"]))

    def state(self, engine_id: str, gateway: Gateway) -> EngineState:
        """The engine as it was seen, and the gateway with the tools that it had."""
        policies = tuple(sorted(self.policies.values(), key=lambda each: each.name))
        then = replace(gateway, targets=tuple(map(_target, self.targets)))
        return EngineState(engine_id, then, self.attached, self.gateway_mode, policies)


@dataclass(frozen=True)
class Drift:
    """Something that others did, as it is posted. `since` is what was seen before, JSON of a `Look`; `difference` what
    is decided otherwise, JSON as of an analysis, None where that is not known."""

    number: int
    said: tuple[str, ...]
    since: Mapping[str, Any]
    difference: Mapping[str, Any] | None = None
    place: bool = False
    """Whether the gateway asks another engine, or in another mode: then the difference is of what it does."""
    channel: str = ""
    """Where it is said; empty where nobody can be told."""
    key: str = ""
    """Of what was seen: no other drift has it."""
    hidden: bool = False
    """People of another company read its channel: its message says nothing of it."""


@dataclass(frozen=True)
class Watch:
    """What is known of a route. `glance` and `seen` are of the last look; `open` what is not as it was since, the
    oldest first; `waits` counts looks at something that is still on its way."""

    id: str
    team_id: str
    channel_id: str
    engine_id: str
    gateway_arn: str
    glance: str = ""
    seen: Mapping[str, Any] | None = None
    count: int = 0
    open: tuple[Drift, ...] = ()
    waits: int = 0
    observed_at: str = ""
    """When the evidence of log-only policies was last read, in ISO 8601."""

    @property
    def policy_ids(self) -> frozenset[str]:
        """Every policy that was there at the last look, or before a drift that is open."""
        looks = (self.seen, *(each.since for each in self.open))
        return frozenset(key for each in looks if each is not None for key in each["policies"])


def look_at(state: EngineState, attachment: Attachment) -> Look:
    """What is to be remembered of an engine; a policy that was never created is not there."""
    policies = {each.policy_id: each for each in state.policies if each.status != "CREATE_FAILED"}
    targets = tuple(map(_as_seen, state.gateway.targets))
    return Look(state.attached_engine_id, state.gateway_mode, policies, dict(attachment.tools), targets)


def _as_seen(target: Target) -> Mapping[str, Any]:
    """A target with what policies can say of its tools, as JSON takes it."""
    tools = [{"name": each.name, "input": each.input_schema, "spoiled": each.spoiled} for each in target.tools]
    return {"name": target.name, "unreadable": target.unreadable, "tools": tools}


def _target(found: Mapping[str, Any]) -> Target:
    """What `_as_seen` made of one."""
    tools = tuple(Tool(found["name"], each["name"], "", each["input"], each["spoiled"]) for each in found["tools"])
    return Target("", found["name"], tools, "", found["unreadable"])


def glance(summaries: Sequence[PolicySummary], attachment: Attachment) -> str:
    """Equal as long as nothing that can be seen without reading policies changed."""
    parts = [attachment.engine_id, attachment.mode, attachment.tools_digest]
    for each in sorted(summaries, key=lambda each: each.policy_id):
        parts += [each.policy_id, each.name, each.status, each.enforcement_mode, each.updated_at.isoformat()]
    return digest(*parts)


def on_its_way(summaries: Iterable[PolicySummary | PolicyRecord]) -> bool:
    """Whether something is still being done: it is looked at once it is done."""
    return any(each.status.endswith("ING") for each in summaries)


def changed(then: Look, now: Look) -> frozenset[str]:
    """The ids of the policies that are not as they were."""
    ids = then.policies.keys() | now.policies.keys()
    return frozenset(each for each in ids if not _same(then.policies.get(each), now.policies.get(each)))


def with_ours(then: Look, now: Look, ours: frozenset[str]) -> Look:
    """An earlier look as it would have been with what policybot did since."""
    kept = {key: each for key, each in then.policies.items() if key not in ours}
    left = {**then.left, **{key: now.left[key] for key in ours if key in now.left}}
    return replace(
        then, policies={**kept, **{key: now.policies[key] for key in ours if key in now.policies}}, left=left
    )


def is_back(then: Look, now: Look) -> bool:
    """Whether everything is again as it was at an earlier look."""
    place = (then.attached, then.gateway_mode, dict(then.tools))
    return not changed(then, now) and place == (now.attached, now.gateway_mode, dict(now.tools))


def told(then: Look, now: Look, engine_id: str, ours: frozenset[str]) -> tuple[str, ...]:
    """A sentence for everything that others did; `ours` are the policies that stand as policybot left them."""
    policies = [
        said
        for each in sorted(changed(then, now) - ours)
        for said in _of_policy(then.policies.get(each), now.policies.get(each))
    ]
    return (*_of_gateway(then, now, engine_id), *policies, *_of_tools(then, now))


def _same(one: PolicyRecord | None, other: PolicyRecord | None) -> bool:
    if one is None or other is None:
        return one is other
    facts = (one.name, one.status, one.enforcement_mode, one.unreadable)
    return facts == (other.name, other.status, other.enforcement_mode, other.unreadable) and (
        one.statement == other.statement or same_statement(one.statement, other.statement)
    )


def _of_policy(then: PolicyRecord | None, now: PolicyRecord | None) -> Iterator[str]:
    if then is None and now is not None:
        yield f"The policy {now.name} was created, {_mode(now)}."
    elif now is None and then is not None:
        yield f"The policy {then.name}, which was {_mode(then)}, was deleted."
    elif then is not None and now is not None:
        if then.enforcement_mode != now.enforcement_mode:
            verb = "promoted" if now.enforcement_mode == "ACTIVE" else "demoted"
            yield f"The policy {now.name} was {verb}: {_mode(then)} → {_mode(now)}."
        if then.statement != now.statement and not same_statement(then.statement, now.statement):
            what = "was changed" if now.statement else f"cannot be read any more ({now.unreadable})"
            yield f"The policy {now.name} {what if then.statement else 'can be read again'}."
        if then.status != now.status:
            yield f"The policy {now.name} is {now.status}, and was {then.status}."


def _mode(policy: PolicyRecord) -> str:
    return _MODES.get(policy.enforcement_mode, policy.enforcement_mode)


def _of_gateway(then: Look, now: Look, engine_id: str) -> Iterator[str]:
    if then.attached != now.attached:
        if now.attached == engine_id:
            yield f"The gateway asks this policy engine again, {_asks(now)}."
        elif now.attached:
            yield (
                f"The gateway asks another policy engine, {now.attached}: what stands here decides nothing, and what "
                "that one allows is not analysed."
            )
        else:
            yield "The gateway asks no policy engine any more: what stands here decides nothing, no call is denied."
    elif then.gateway_mode != now.gateway_mode:
        yield f"The gateway was in mode {then.gateway_mode or 'none'} and is {_asks(now)}."


def _asks(now: Look) -> str:
    known = {
        "ENFORCE": "in mode ENFORCE: what its engine denies is denied",
        "LOG_ONLY": "in mode LOG_ONLY: it enforces nothing, no call is denied, whatever policies say",
    }
    return known.get(now.gateway_mode, f"in mode {now.gateway_mode or 'none'}: whether it enforces is not known")


def _of_tools(then: Look, now: Look) -> Iterator[str]:
    unseen, hidden = _unseen(then), _unseen(now)
    for target in sorted(hidden):
        yield from _of_hidden(then, now, target)
    for target in sorted(unseen - hidden):
        yield f"The target {target} has tools that can be seen, or is gone."
    for tool in sorted(then.tools.keys() | now.tools.keys()):
        target = tool.partition(_OF)[0]
        if then.tools.get(tool) == now.tools.get(tool) or target == tool:
            continue
        partly = target in unseen | hidden
        if not partly or (_seen_of(then, target) and _seen_of(now, target)):
            yield " ".join((f"The tool {tool} {_became(then, now, tool, partly=partly)}.", *_about(now, tool)))


def _of_hidden(then: Look, now: Look, target: str) -> Iterator[str]:
    """Of a target whose tools cannot all be seen now, what of that is new."""
    before, some = _seen_of(then, target), _seen_of(now, target)
    unknown = "can be seen any more: what policies allow there is not known."
    if target not in _unseen(then) and some:
        yield f"Not all tools of the target {target} {unknown}"
    elif target not in _unseen(then):
        yield f"The tools of the target {target} {unknown.replace('can', 'cannot', 1)}"
    elif some and not before:
        yield f"Some tools of the target {target} can be seen now: {_listed(some)}."
    elif before and not some:
        yield f"No tool of the target {target} {unknown}"
    elif then.tools[target] != now.tools[target]:
        which = "Some" if some else "The"
        yield f"{which} tools of the target {target} cannot be seen, for another reason than before."


def _became(then: Look, now: Look, tool: str, *, partly: bool) -> str:
    """What became of a tool. Where not all can be seen, one that is not listed may be there all the same."""
    if tool in then.tools and tool in now.tools:
        return "takes another input than before"
    if tool in now.tools:
        return "can be seen now" if partly else "is new"
    return "cannot be seen any more" if partly else "is gone"


def _about(look: Look, tool: str) -> Iterator[str]:
    """Which policies apply to a tool, and of which it is not known."""
    names: dict[bool | None, list[str]] = {}
    for each in sorted(look.policies.values(), key=lambda each: each.name):
        names.setdefault(_names(each, tool), []).append(each.name)
    if some := names.get(True):
        yield f"{_listed(some)} {'applies' if len(some) == 1 else 'apply'} to it."
    if some := names.get(None):
        yield f"Whether {_listed(some)} {'does' if len(some) == 1 else 'do'} is not known."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _seen_of(look: Look, target: str) -> list[str]:
    """The tools of a target that were seen."""
    return sorted(tool for tool in look.tools if tool.startswith(f"{target}{_OF}"))


def _unseen(look: Look) -> frozenset[str]:
    """The targets whose tools could not all be seen: they stand under their own names, which no tool has."""
    return frozenset(tool for tool in look.tools if _OF not in tool)


def _names(policy: PolicyRecord, tool: str) -> bool | None:
    """Whether a policy's scope has a tool; None when it cannot be read."""
    read = plain_policy(policy.statement)
    if read is None:
        return None
    return not read.actions or any(action in (tool, tool.partition(_OF)[0]) for action in read.actions)
