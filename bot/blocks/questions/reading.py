"""What was typed after `/policy why`: a call, a person and a call, or a denial that an agent got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.blocks.calls import read_typed, words_of
from bot.blocks.kit import cut
from bot.blocks.questions.pages import not_too_long
from bot.cedar import GatewaySchema
from bot.errors import BadInput
from bot.questions import Denial, read_denial
from bot.review.asked import Call, Here


@dataclass(frozen=True)
class Typed:
    """A call that is asked about, or a denial, with the call or the claims that were typed beside it."""

    call: Call | None = None
    denial: Denial | None = None
    claims: Mapping[str, str] = field(default_factory=dict)


def read_why(text: str, here: Here) -> Typed:
    """What a text asks. Raises BadInput with a sentence."""
    denial = read_denial(not_too_long(text))
    if denial is None:
        # A name that Slack did not know for anybody's says no more about claims than a mention does.
        return Typed(_call([each for each in _words(text, here.schema) if not each.startswith("@")], here))
    known = {each for record in here.state.policies for each in (record.name, record.policy_id)}
    words = denial.rest.split()
    named = tuple(dict.fromkeys(each for word in words if (each := word.strip("…[].,;:“”\"'`")) in known))
    if named and not denial.policies:
        denial = Denial(named, False, denial.action, denial.arguments, denial.request_id, denial.rest)
    return _beside(denial, here)


def _beside(denial: Denial, here: Here) -> Typed:
    """A denial with what was typed beside it, from the first claim or tool on; other words say nothing."""
    tools = {name for tool in here.schema.tools for name in (tool.name, tool.action)}
    parts = _words(denial.rest, here.schema)
    start = next((at for at, part in enumerate(parts) if part in tools or ("=" in part and part[0].isalpha())), None)
    typed = [] if start is None else parts[start:]
    if not typed or denial.action or denial.request_id:
        pairs = [part.partition("=") for part in typed if "=" in part]
        return Typed(None, denial, {name: value for name, _, value in pairs if name})
    return Typed(_call(typed, here), denial)


def _call(parts: Sequence[str], here: Here) -> Call:
    if not any("=" in part for part in parts) and not _is_tool(parts[0] if parts else "", here.schema):
        raise BadInput(_usage(here.schema))
    typed = read_typed(parts, here.schema, f"{here.now:%Y-%m-%dT%H:%M:%S}.000Z")
    unknown = not typed.request.tags and not typed.named
    return Call(typed.request, typed.missing, typed.named, anyone=unknown)


def _is_tool(word: str, schema: GatewaySchema) -> bool:
    """Whether a word can only be meant for a tool: there is one of that name, or it looks like one."""
    return "_" in word or any(word.lower() in (tool.name.lower(), tool.action.lower()) for tool in schema.gateway.tools)


def _words(text: str, schema: GatewaySchema) -> list[str]:
    try:
        return words_of(text)
    except BadInput:
        if "=" in text:
            raise
        raise BadInput(_usage(schema)) from None


def _usage(schema: GatewaySchema) -> str:
    """How a call is typed, at this gateway."""
    tool = cut(schema.tools[0].name, 60) if schema.tools else "TOOL"
    return (
        f"Say which call: /policy why role=VALUE {tool} INPUT=VALUE, or paste what the agent was told when it was "
        "denied. For who may do what ask in English: /policy ask who can …"
    )
