"""Calls described by a policy's text, for the solver: such a caller, this tool, these inputs, whatever else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.analysis.sets.policies import parse
from bot.analysis.standing import Standing
from bot.cedar import Request
from bot.errors import PolicyError
from bot.questions.conditions import Est, text

_PRINCIPAL, _INPUT = {"Var": "principal"}, {".": {"left": {"Var": "context"}, "attr": "input"}}


def permit_of(request: Request, tests: Iterable[Est] = ()) -> str:
    """A permit of calls of a request's tool by callers of its kind that meet all tests."""
    return text(
        {
            "effect": "permit",
            "principal": {"op": "is", "entity_type": request.principal_type},
            "action": {"op": "==", "entity": {"type": "AgentCore::Action", "id": request.action}},
            "resource": {"op": "==", "entity": {"type": "AgentCore::Gateway", "id": request.resource}},
            # Each by itself: Cedar's JSON reader gives up on long chains.
            "conditions": [{"kind": "when", "body": test} for test in tests],
            "annotations": {},
        }
    )


def calls_like(request: Request, claims: Sequence[str] | None, *, named: bool) -> str:
    """Calls with the inputs of a request, whatever the others are; empty where Cedar cannot say so.

    The caller has the request's claims and none of the other `claims`; with None, any at all. `named`: the caller's id
    is the request's.
    """
    tests = [id_is(request.principal_id)] if named else []
    if claims is not None:
        tests += claims_are(request.tags)
        tests += [_not(_has_claim(name)) for name in claims if name not in request.tags]
    return permit_of(request, [*tests, *inputs_are(request.inputs)])


def claims_asked(standing: Standing, request: Request) -> tuple[str, ...] | None:
    """The claims that policies which speak of a request's tool ask for, by name; None where one of them names claims
    by something that is not written in it, or cannot be read."""
    found: dict[str, None] = {}
    texts = [*standing.enforced.values(), *(each.statement or "" for each in standing.uncertain)]
    for statement in texts:
        try:
            policy = parse(statement)
        except PolicyError:
            return None
        if speaks(policy.est, request):
            for name in _claims_in(policy.est["conditions"]):
                if name is None:
                    return None
                found[name] = None
    return tuple(found)


def speaks(est: Est, request: Request) -> bool:
    """Whether a policy's scope has a call's tool and gateway, whoever of the callers of its kind calls."""
    action, resource, principal = (est[part] for part in ("action", "resource", "principal"))
    named = [action["entity"]] if "entity" in action else action.get("entities", ())
    ids = {entity["id"] for entity in named}
    tool = request.action in ids or (action["op"] == "in" and ids & {request.action.partition("___")[0], *_GROUPS})
    gateway = (resource.get("in") or resource).get("entity", {}).get("id", request.resource)
    kind = principal.get("entity_type") or principal.get("entity", {}).get("type", request.principal_type)
    return bool(action["op"] == "All" or tool) and (gateway, kind) == (request.resource, request.principal_type)


_GROUPS = ("CallTool", "Mcp")


def claims_are(tags: Mapping[str, str]) -> list[Est]:
    """The caller has these claims."""
    found: list[Est] = []
    for name, value in sorted(tags.items()):
        tag = {"getTag": {"left": _PRINCIPAL, "right": {"Value": name}}}
        found += [_has_claim(name), {"==": {"left": tag, "right": {"Value": value}}}]
    return found


def id_is(principal_id: str) -> Est:
    """The caller has this id."""
    return {"==": {"left": {".": {"left": _PRINCIPAL, "attr": "id"}}, "right": {"Value": principal_id}}}


def inputs_are(given: Mapping[str, Any]) -> list[Est]:
    """The call has these inputs, of Cedar's JSON."""
    return list(_inputs(given, _INPUT))


def _inputs(given: Mapping[str, Any], at: Est) -> Iterator[Est]:
    for name, value in given.items():
        term = {".": {"left": at, "attr": name}}
        yield {"has": {"left": at, "attr": name}}
        if isinstance(value, Mapping) and not value.keys() & {"__extn", "__entity"}:
            yield from _inputs(value, term)
        else:
            yield {"==": {"left": term, "right": _literal(value)}}


def _literal(value: Any) -> Est:
    if isinstance(value, list):
        return {"Set": [_literal(each) for each in value]}
    if isinstance(value, Mapping) and "__extn" in value:
        return {value["__extn"]["fn"]: [{"Value": value["__extn"]["arg"]}]}
    return {"Value": value}


def _has_claim(name: str) -> Est:
    return {"hasTag": {"left": _PRINCIPAL, "right": {"Value": name}}}


def _not(test: Est) -> Est:
    return {"!": {"arg": test}}


def _claims_in(expression: Any) -> Iterator[str | None]:
    """The names of claims in an expression; None for one that is not a literal."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, Mapping):
            for op in ("hasTag", "getTag"):
                if op in part:
                    name = part[op]["right"].get("Value")
                    yield name if isinstance(name, str) else None
            waiting += part.values()
