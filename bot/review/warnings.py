"""What is said of a draft before anything else: whether its engine is asked at all, and what its text hides."""

from __future__ import annotations

from collections.abc import Iterator

from bot.analysis.vocabulary import Kind
from bot.cedar import parse_policy
from bot.cedar.hidden import hidden_in_policy
from bot.errors import PolicyError
from bot.review.engine import EngineState, standing, unread_log_only
from bot.review.found import Finding


def warnings(statement: str, state: EngineState) -> tuple[Finding, ...]:
    """Warnings about a statement on an engine as it stands, the weightiest first."""
    return tuple(Finding(kind, said, "policybot") for kind, said in (*_gateway(state), *_text(statement)))


def _gateway(state: EngineState) -> Iterator[tuple[Kind, str]]:
    name = state.gateway.name
    if not state.attached_engine_id:
        yield (
            Kind.NOT_ATTACHED,
            f"No policy engine is attached to the gateway {name}, so no policy decides anything there.",
        )
    elif state.attached_engine_id != state.engine_id:
        other = f"The gateway {name} asks another policy engine, {state.attached_engine_id}"
        yield Kind.OTHER_ENGINE, f"{other}: this policy decides nothing there."
    elif state.gateway_mode not in ("ENFORCE", "LOG_ONLY"):
        mode = state.gateway_mode or "none"
        yield (
            Kind.GATEWAY_MODE,
            f"Whether the gateway {name} enforces is not known: its engine is attached in mode {mode}.",
        )
    elif not state.enforcing:
        yield (
            Kind.GATEWAY_LOG_ONLY,
            f"The gateway {name} only logs what its engine decides: no call is denied, whatever policies say.",
        )
    if not state.enforcing and not _permits(state):
        yield (
            Kind.NOTHING_PERMITTED,
            "Nothing is permitted yet: once the gateway enforces this engine, every call is denied.",
        )
    unread = sorted(unread_log_only(state))
    if unread:
        yield (
            Kind.NOT_ANALYSED,
            f"What the log-only policies {', '.join(unread[:5])} would do if promoted cannot be read.",
        )


def _permits(state: EngineState) -> bool:
    stands = standing(state)
    texts = [*stands.enforced.values(), *(each.statement for each in stands.uncertain)]
    return any(text is None or parse_policy(text).effect == "permit" for text in texts)


def _text(statement: str) -> Iterator[tuple[Kind, str]]:
    try:
        found = hidden_in_policy(statement)
    except PolicyError:
        return
    if found:
        named = ", ".join(dict.fromkeys(f"{each.codepoint} {each.name}" for each in found[:3]))
        yield Kind.HIDDEN_CHARACTERS, f"Its text has characters that do not look like what they are: {named}."
