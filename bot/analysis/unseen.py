"""Tools of a gateway that the analysis cannot see: what a change may do to them is not known, and is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.analysis.change import Change
from bot.analysis.sets.compare import Comparison
from bot.analysis.sets.policies import Parsed
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.cedar.policies import digest
from bot.cedar.schema import GatewaySchema

_GROUPS = ("CallTool", "Mcp")


@dataclass(frozen=True)
class Unseen:
    """A tool that cannot be analysed, or `Target___*` for all tools of a target but the `known` ones."""

    target: str
    action: str
    why: str = ""
    known: frozenset[str] = frozenset()

    def may_be_in(self, policy: Parsed) -> bool:
        """Whether the policy's scope may hold it."""
        scope = policy.est["action"]
        if scope["op"] == "All":
            return True
        named = [entity["id"] for entity in ([scope["entity"]] if "entity" in scope else scope["entities"])]
        if any(name == self.action or self._may_be(name) for name in named):
            return True
        return scope["op"] == "in" and any(name in (self.target, *_GROUPS) for name in named)

    def _may_be(self, name: str) -> bool:
        every = self.action.endswith("___*")
        return every and name.startswith(f"{self.target}___") and name not in self.known


def unseen_changes(comparison: Comparison, schema: GatewaySchema) -> Iterator[Change]:
    """For each tool that Cedar cannot express, and for the tools of each target that cannot be read (`Target___*`): a
    change that is not analysed, when a policy that comes or goes may speak of it."""
    touching = [*comparison.removed.values(), *comparison.added.values()]
    for tool in unseen(schema):
        speaking = [policy for policy in touching if tool.may_be_in(policy)]
        if speaking:
            basis = digest(*sorted(policy.text for policy in speaking))
            for principal in (OAUTH_USER, IAM_ENTITY):
                yield Change(principal, tool.action, "not analysed", reason=tool.why, basis=basis)


def unseen_for(schema: GatewaySchema) -> Iterator[tuple[str, str, Callable[[Parsed], bool]]]:
    """Each such tool, or `Target___*`: why it is not seen, and whether a policy may speak of it."""
    for tool in unseen(schema):
        yield tool.action, tool.why, tool.may_be_in


def unseen(schema: GatewaySchema) -> Iterator[Unseen]:
    """The tools that cannot be analysed."""
    for tool in schema.gateway.tools:
        if tool.action in schema.skipped:
            yield Unseen(tool.target, tool.action, schema.skipped[tool.action])
    for target in schema.gateway.targets:
        if target.unreadable:
            known = frozenset(tool.action for tool in target.tools)
            yield Unseen(target.name, f"{target.name}___*", target.unseen.rstrip("."), known)
