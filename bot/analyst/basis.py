"""What a difference was shown on, as JSON: the policies, tools and attachment that can concern the act."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.analysis.standing import Standing, Uncertain
from bot.cedar import digest, parse_policy
from bot.cedar.dogwood import plain_policy
from bot.review.effect import Effect
from bot.review.engine import EngineState


def of(effect: Effect, texts: Sequence[str], state: EngineState) -> dict[str, Any]:
    """The basis of an act's difference on an engine as it stands; `texts` are the policies that come and go.

    What cannot concern their tools is left out, so that a policy elsewhere leaves the basis as it is.
    """
    wanted = _named(texts)
    stands = effect.standing
    return {
        "attachedEngineId": state.attached_engine_id,
        "gatewayMode": state.gateway_mode,
        "authorizerType": state.gateway.authorizer_type,
        "tools": dict(_tools(state, wanted)),
        "enforced": {name: text for name, text in stands.enforced.items() if _meets(text, wanted)},
        "uncertain": [
            [each.name, each.statement, each.why] for each in stands.uncertain if _meets(each.statement, wanted)
        ],
    }


def surroundings(basis: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be the same before policies are compared at all."""
    return {name: basis[name] for name in ("attachedEngineId", "gatewayMode", "authorizerType", "tools")}


def standing_of(basis: Mapping[str, Any]) -> Standing:
    """The policies of a basis."""
    return Standing(basis["enforced"], {}, tuple(Uncertain(*each) for each in basis["uncertain"]))


def _named(texts: Sequence[str]) -> frozenset[str] | None:
    """The tools that policies name; None when one names groups of them, or none and so every tool."""
    found = [parse_policy(text).actions for text in texts]
    if all(actions and all("___" in action for action in actions) for actions in found):
        return frozenset(action for actions in found for action in actions)
    return None


def _meets(statement: str | None, wanted: frozenset[str] | None) -> bool:
    """Whether a policy's scope may reach the wanted tools; a group may."""
    if wanted is None or statement is None:
        return True
    policy = plain_policy(statement)
    if policy is None or not policy.actions:
        return True
    return any(action in wanted or "___" not in action for action in policy.actions)


def _tools(state: EngineState, wanted: frozenset[str] | None) -> Iterator[tuple[str, str]]:
    for tool in state.gateway.tools:
        if wanted is None or tool.action in wanted:
            yield tool.action, digest(json.dumps(tool.input_schema, sort_keys=True))
    for target in state.gateway.targets:
        if target.unreadable and (wanted is None or any(map(target.may_hide, wanted))):
            yield f"{target.name}___*", target.unreadable
