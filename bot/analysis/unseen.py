"""Tools of a gateway that the analysis cannot see: what a change may do to them is not known, and is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bot.analysis.change import Change
from bot.analysis.sets.compare import Comparison
from bot.analysis.sets.policies import Parsed
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.cedar.policies import digest
from bot.cedar.schema import GatewaySchema

_GROUPS = ("CallTool", "Mcp")


def unseen_changes(comparison: Comparison, schema: GatewaySchema) -> Iterator[Change]:
    """For each tool that Cedar cannot express, and for the tools of each target that cannot be read (`Target___*`): a
    change that is not analysed, when a policy that comes or goes may speak of it."""
    touching = [*comparison.removed.values(), *comparison.added.values()]
    for target, action, why in unseen(schema):
        speaking = [policy for policy in touching if may_name(policy, target, action)]
        if speaking:
            basis = digest(*sorted(policy.text for policy in speaking))
            for principal in (OAUTH_USER, IAM_ENTITY):
                yield Change(principal, action, "not analysed", reason=why, basis=basis)


def unseen_for(schema: GatewaySchema) -> Iterator[tuple[str, str, Callable[[Parsed], bool]]]:
    """Each such tool, or `Target___*`: why it is not seen, and whether a policy may speak of it."""
    for target, action, why in unseen(schema):
        yield action, why, partial(may_name, target=target, action=action)


def unseen(schema: GatewaySchema) -> Iterator[tuple[str, str, str]]:
    """The tools that cannot be analysed: target, action and reason."""
    for tool in schema.gateway.tools:
        if tool.action in schema.skipped:
            yield tool.target, tool.action, schema.skipped[tool.action]
    for target in schema.gateway.targets:
        if target.unreadable:
            yield target.name, f"{target.name}___*", target.unreadable


def may_name(policy: Parsed, target: str, action: str) -> bool:
    """The policy's scope may hold a tool that cannot be analysed."""
    scope = policy.est["action"]
    if scope["op"] == "All":
        return True
    named = [entity["id"] for entity in ([scope["entity"]] if "entity" in scope else scope["entities"])]
    if any(name == action or (action.endswith("___*") and name.startswith(f"{target}___")) for name in named):
        return True
    return scope["op"] == "in" and any(name in (target, *_GROUPS) for name in named)
