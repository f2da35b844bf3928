"""A Cedar policy of AgentCore's dialect as one plain English sentence, with nothing left out.

Two policies with the same sentence decide alike: what has no phrase of its own is said as its Cedar text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cedar import Gateway, Policy, parse_policy
from bot.errors import PolicyError
from bot.language.readback.logic import conjunction, logic_of
from bot.language.readback.nodes import And, Claim, Constant, Node, Or
from bot.language.readback.phrases import Phrases, listed, quoted

_OAUTH, _IAM = "AgentCore::OAuthUser", "AgentCore::IamEntity"


def read_back(statement: str, gateway: Gateway | None = None) -> str:
    """What a policy says, in one sentence.

    With the gateway that it is for, tools and inputs are called by their words and the gateway itself is not named;
    without, every name is said as it stands. Raises PolicyError for a text that is not one policy, or one that nests
    deeper than can be read.
    """
    try:
        policy = parse_policy(statement)
        return _Sentence(policy, gateway).text()
    except RecursionError as error:
        raise PolicyError("This policy nests too deeply to be read.") from error


@dataclass(frozen=True)
class _Subject:
    """Who a policy is about: `Users with role "a"`, and whether everybody else is meant."""

    words: str
    excepted: bool = False


class _Sentence:
    def __init__(self, policy: Policy, gateway: Gateway | None) -> None:
        self.est, self.effect, self.gateway = policy.est, policy.effect, gateway
        tools = [tool for tool in gateway.tools if _covers(policy.actions, tool.action)] if gateway else []
        self.phrases = Phrases(gateway, [tool.input_schema for tool in tools])

    def text(self) -> str:
        bodies: dict[str, list[Mapping[str, Any]]] = {"when": [], "unless": []}
        for condition in self.est["conditions"]:
            bodies[condition["kind"]].append(condition["body"])
        holds = [logic_of(body) for body in bodies["when"]]
        unless: list[str] = []
        if self.effect == "permit":
            holds += [logic_of(body, positive=False) for body in bodies["unless"]]
        else:
            unless = [self._clauses(logic_of(body)) for body in bodies["unless"]]
        whole = conjunction(holds)
        parts: list[Node] = list(whole.parts) if isinstance(whole, And) else [whole]
        if whole == Constant(True):
            parts = []
        subject = self._subject(parts)
        told = [adverbial for part in list(parts) if (adverbial := self._told(parts, part))]
        words = [self._opening(subject), self._tools(), self._where(), " and ".join(told)]
        words += [f"when {self._clauses(And(tuple(parts)))}"] if parts else []
        words += [f"unless {', or '.join(unless)}"] if unless else []
        return " ".join(filter(None, words)) + self._annotations() + "."

    # Who

    def _subject(self, parts: list[Node]) -> _Subject:
        """The subject, of the scope and of the conditions on the caller, which are taken out of `parts`."""
        scoped = self._scoped_principal()
        if scoped:
            return _Subject(scoped)
        everyone, people = self._people()
        claims = [part for part in parts if _is_person(part)]
        wide = [part for part in claims if isinstance(part, Or) or (isinstance(part, Claim) and len(part.values) > 1)]
        chosen = [part for part in claims if _positive(part)]
        chosen = next(([part] for part in chosen if part in wide), chosen)
        if said := self._described(chosen, people):
            for part in chosen:
                parts.remove(part)
            return _Subject(said)
        for part in claims:
            if isinstance(part, Claim) and not part.positive and (said := self._described([part], people)):
                parts.remove(part)
                return _Subject(f"{everyone} except {said[:1].lower()}{said[1:]}", excepted=True)
        return _Subject(everyone, excepted=True)

    def _described(self, claims: Sequence[Node], people: str) -> str | None:
        """Claims that all hold, as people: `Users with role "a" and department "b"`."""
        if not claims:
            return None
        if len(claims) == 1 and isinstance(claims[0], Claim) and (named := self.phrases.identified(claims[0])):
            return named[:1].upper() + named[1:] if people == "Callers" else None
        either = claims[0].parts if isinstance(claims[0], Or) else ()
        told = [self.phrases.described(one) if isinstance(one, Claim) else None for one in either or claims]
        if not all(told):
            return None
        words = [text.removeprefix("with ") for text in told if text]
        return f"{people} with {listed(words, 'or' if either else 'and')}"

    def _people(self) -> tuple[str, str]:
        """What everyone is called, and some of them, by the principal type of the scope."""
        kind, own = self.est["principal"].get("entity_type"), self.gateway.principal_type if self.gateway else _OAUTH
        if kind == own:
            return "Anyone", "Callers" if own == _IAM else "Users"
        if kind is None:
            return "Any principal", "Principals"
        one = {_OAUTH: "OAuth user", _IAM: "IAM caller"}.get(kind, f"principal of type {kind}")
        return f"Any {one}", f"{one[:1].upper()}{one[1:]}s".replace("rincipals of type", "rincipals of the type")

    def _scoped_principal(self) -> str | None:
        scope = self.est["principal"]
        if scope["op"] == "==":
            return f"The principal {_entity(scope['entity'])}"
        inside = scope.get("in", {}).get("entity") if scope["op"] == "is" else scope.get("entity")
        if not inside:
            return None
        return f"{self._people()[1]} in {_entity(inside)}"

    def _opening(self, subject: _Subject) -> str:
        if self.effect == "permit":
            return f"{subject.words} may use"
        if not subject.excepted:
            return f"{subject.words} may not use"
        return re.sub(r"^Any (\w+)", r"No \1", subject.words.replace("Anyone", "Nobody", 1)) + " may use"

    # What

    def _tools(self) -> str:
        scope = self.est["action"]
        every = "all" if self.effect == "permit" else "any"
        if scope["op"] == "All":
            return "all tools" if self.effect == "permit" else "any tool"
        entities = [scope["entity"]] if "entity" in scope else scope["entities"]
        named = [self._tool(entity, every, whole=scope["op"] == "in") for entity in entities]
        return listed(named, "and" if self.effect == "permit" else "or") if named else "none of the tools"

    def _tool(self, entity: Mapping[str, str], every: str, *, whole: bool) -> str:
        """One action: a tool by its name, or all that a target (or any other action group) covers."""
        name = entity["id"]
        if entity["type"] != "AgentCore::Action":
            return f"the action {_entity(entity)}"
        target, separator, tool = name.partition("___")
        if separator:
            same = [found for found in self.gateway.tools if found.name == tool] if self.gateway else []
            plain = re.fullmatch(r"\w+", tool) and [found.action for found in same] == [name]
            return tool if plain else f"the {_bare(tool)} tool on the {_bare(target)} target"
        if whole and name not in ("CallTool", "Mcp"):
            return f"{every} {'tools' if every == 'all' else 'tool'} on the {_bare(name)} target"
        return f"{'everything under ' if whole else ''}the action {quoted(name)}"

    def _where(self) -> str:
        scope = self.est["resource"]
        if scope["op"] == "==" and scope["entity"]["type"] == "AgentCore::Gateway":
            arn = scope["entity"]["id"]
            return "" if self.gateway and arn == self.gateway.arn else f"on the gateway {_bare(arn)}"
        if scope == {"op": "is", "entity_type": "AgentCore::Gateway"}:
            return "on every gateway"
        inside = scope.get("in", {}).get("entity") or scope.get("entity")
        kind = f" of type {scope['entity_type']}" if "entity_type" in scope else ""
        relation = "in" if scope["op"] != "==" else "that is"
        return f"on any resource{kind}" + (f" {relation} {_entity(inside)}" if inside else "")

    # When

    def _told(self, parts: list[Node], part: Node) -> str | None:
        """The adverbial of a condition on the time, which is taken out of `parts`."""
        told = self.phrases.adverbial(part)
        if told:
            parts.remove(part)
        return told

    def _clauses(self, node: Node, *, inner: bool = False) -> str:
        """A tree in words. Commas and `either` group what `and` and `or` alone would leave open."""
        if not isinstance(node, And | Or):
            return self.phrases.clause(node)
        if inner:
            return f"({self._clauses(node)})"
        if isinstance(node, Or):
            mixed = any(isinstance(part, And) for part in node.parts)
            return (", or " if mixed else " or ").join(self._either_part(part) for part in node.parts)
        plain = [part for part in node.parts if not isinstance(part, Or)]
        grouped = [f"either {self._grouped(part)}" for part in node.parts if isinstance(part, Or)]
        if len(node.parts) == 1 and grouped:
            return self._clauses(node.parts[0])
        return ", and ".join(filter(None, [" and ".join(self._clauses(part, inner=True) for part in plain), *grouped]))

    def _either_part(self, part: Node) -> str:
        """A part of an `or`: an `and` of plain tests needs no brackets there."""
        plain = isinstance(part, And) and not any(isinstance(one, And | Or) for one in part.parts)
        return self._clauses(part, inner=not plain)

    def _grouped(self, node: Or) -> str:
        return " or ".join(self._clauses(part, inner=True) for part in node.parts)

    def _annotations(self) -> str:
        found = self.est.get("annotations") or {}
        said = [f"{key} {quoted(value)}" if value is not None else key for key, value in found.items()]
        return f" (annotated {listed(said, 'and')})" if said else ""


def _is_person(node: Node) -> bool:
    if isinstance(node, Or):
        return all(isinstance(part, Claim) and part.positive for part in node.parts)
    return isinstance(node, Claim)


def _positive(node: Node) -> bool:
    return isinstance(node, Or) or (isinstance(node, Claim) and node.positive)


def _covers(actions: Sequence[str], action: str) -> bool:
    return (
        not actions
        or action in actions
        or action.split("___")[0] in actions
        or not {"CallTool", "Mcp"}.isdisjoint(actions)
    )


def _entity(entity: Mapping[str, str]) -> str:
    return f"{entity['type']}::{quoted(entity['id'])}"


def _bare(name: str) -> str:
    """A name as it stands, or quoted where it would run into the words around it."""
    return name if re.fullmatch(r"[\w.:/-]+", name) else quoted(name)
