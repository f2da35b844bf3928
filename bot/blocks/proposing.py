"""The form by which a rule is proposed, with what our reader makes of it while it is written. Both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from json import dumps, loads
from typing import Any

from bot.blocks import ids
from bot.blocks.choosing import gateway_select, is_gateway_select
from bot.blocks.kit import Block, bullets, button, cut, line, plain, rich, section, speech, words
from bot.blocks.modals import at_field, modal
from bot.blocks.revising import WHY_LIMIT
from bot.blocks.timing import until_field
from bot.review.messages import SlackMessage
from bot.review.reading import Place
from bot.review.reported import Piece
from bot.review.rule_text import RULE_LIMIT

TITLE = "Propose a rule"
_RULE, _WHY, _TESTS, _CHANNEL, _READING = (
    *("propose.rule", "propose.why", "propose.tests", "propose.channel"),
    "propose.reading",
)
_SHOWN_TOOLS, _SHOWN_PIECES, _PIECE = 20, 6, 500


@dataclass(frozen=True)
class ProposeOrigin:
    """Where a form was opened: ids only. `channel_id` is empty where the form asks for it; `thread_ts` is the thread in
    which it is reviewed, if not in one of its own; `asked` the proposal that is said differently; `placed` the channel
    of which the form says where its rules go."""

    channel_id: str = ""
    thread_ts: str = ""
    asked: str = ""
    placed: str = ""


def propose_origin(view: Mapping[str, Any]) -> ProposeOrigin:
    """The origin that the form carries; its channel is the one that was chosen in it."""
    kept = ProposeOrigin(**loads(view["private_metadata"]))
    if kept.channel_id:
        return kept
    chosen = view["state"]["values"].get(_CHANNEL, {}).get(ids.PROPOSE_CHANNEL, {}).get("selected_conversation")
    return replace(kept, channel_id=str(chosen or ""))


def asks_channel(view: Mapping[str, Any]) -> bool:
    """Whether the form asks where its rule is reviewed."""
    return any(each["block_id"] == _CHANNEL for each in view["blocks"])


def propose_form(origin: ProposeOrigin, place: Place | None, *, rule: str = "", trouble: str = "") -> Block:
    """The form. `place` is where its rule goes, as far as that is known; `trouble` why it cannot go there."""
    blocks = [] if origin.channel_id else [_channel()]
    blocks += gateway_select(place.choices, place.route, origin.channel_id) if place else []
    blocks += [_rule(rule), reading_block(_hint(place, trouble))]
    blocks += [
        _text(_WHY, "Why? (the card shows it)", "", limit=WHY_LIMIT, optional=True),
        until_field(),
        _text(
            _TESTS,
            "Calls that must stay allowed or denied",
            "One a line: NAME allow CLAIM=VALUE TOOL INPUT=VALUE, or deny",
            limit=RULE_LIMIT,
            optional=True,
        ),
    ]
    submit = {"type": "plain_text", "text": "Propose it"}
    kept = dumps(asdict(replace(origin, placed=origin.channel_id if place else "")))
    return modal(TITLE, blocks, callback_id=ids.PROPOSE_FORM, submit=submit, private_metadata=kept)


def with_reading(view: Mapping[str, Any], said: Sequence[Block]) -> Block:
    """The open form with another reading, everything that was typed as it is."""
    kept = ("type", "callback_id", "title", "close", "submit", "private_metadata")
    blocks = [reading_block(said) if each["block_id"] == _READING else each for each in view["blocks"]]
    return {**{name: view[name] for name in kept}, "blocks": blocks}


def with_place(view: Mapping[str, Any], place: Place | None, *, trouble: str = "") -> Block:
    """The open form with where its rule goes in the channel that is chosen now, everything that was typed as it is."""
    shown = with_reading(view, _hint(place, trouble))
    channel_id = propose_origin(view).channel_id
    blocks = [each for each in shown["blocks"] if not is_gateway_select(each)]
    at = next(number for number, each in enumerate(blocks) if each["block_id"] == _RULE)
    select = gateway_select(place.choices, place.route, channel_id) if place else []
    kept = {**loads(view["private_metadata"]), "placed": channel_id if place else ""}
    return {**shown, "blocks": [*blocks[:at], *select, *blocks[at:]], "private_metadata": dumps(kept)}


def reading_block(said: Sequence[Block]) -> Block:
    """The place in the form where the reading stands."""
    return {**rich(*said), "block_id": _READING}


def read_so_far(pieces: Sequence[Piece]) -> list[Block]:
    """What our reader makes of the rule as it was typed."""
    found = [line(words("As I read it so far:", bold=True))]
    shown = pieces[:_SHOWN_PIECES]
    items = [[words("✓ " if each.read else "? ", bold=True), words(cut(each.said, _PIECE))] for each in shown]
    found.append(bullets(items))
    if len(pieces) > _SHOWN_PIECES:
        found.append(line(words(f"… and {len(pieces) - _SHOWN_PIECES} more pieces")))
    found.append(line(words("What is reviewed is what AgentCore generates; this is held beside it.", italic=True)))
    return found


def not_read(sentence: str) -> list[Block]:
    """Why nothing can be said of it."""
    return [line(words(sentence))]


def rule_of(view: Mapping[str, Any]) -> str:
    """The rule in the form, submitted or still open."""
    return _value(view, _RULE)


def why_of(view: Mapping[str, Any]) -> str:
    """What it is for; may be empty."""
    return _value(view, _WHY)


def tests_of(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The calls that must stay allowed or denied, as they were typed."""
    return tuple(filter(None, (each.strip() for each in _value(view, _TESTS).splitlines())))


def rule_error(sentence: str) -> dict[str, str]:
    """A sentence at the rule."""
    return {_RULE: at_field(sentence)}


def tests_error(sentence: str) -> dict[str, str]:
    """A sentence at the calls."""
    return {_TESTS: at_field(sentence)}


def channel_error(sentence: str) -> dict[str, str]:
    """A sentence at the channel, in the form that asks for it."""
    return {_CHANNEL: at_field(sentence)}


def offer_form(sentence: str, where: str, channels: Sequence[str] = ()) -> SlackMessage:
    """A sentence with the button that opens the form, and the channels that may be chosen there.

    `where` is ids alone: the channel and the thread of the review, and the channel and ts of a message whose text is
    the rule, each empty where there is none: `C1:17.2::`.
    """
    blocks: list[Block] = [
        section(sentence),
        *([rich(line(words("Channels with rules: "), *_channels(channels)))] if channels else []),
        {"type": "actions", "elements": [button("Write a rule …", ids.PROPOSE_OPEN, where)]},
    ]
    return SlackMessage(speech(sentence), tuple(blocks))


def _channels(channels: Sequence[str]) -> list[Block]:
    found: list[Block] = []
    for number, channel_id in enumerate(channels[:_SHOWN_TOOLS]):
        found += [*([words(", ")] if number else []), {"type": "channel", "channel_id": channel_id}]
    return found


def _hint(place: Place | None, trouble: str) -> list[Block]:
    if trouble:
        return not_read(trouble)
    if place is None:
        return not_read("Choose where it is reviewed: its gateway says which tools there are.")
    shown = ", ".join(place.tools[:_SHOWN_TOOLS])
    more = f" and {len(place.tools) - _SHOWN_TOOLS} more" if len(place.tools) > _SHOWN_TOOLS else ""
    tools = f"Its tools: {shown}{more}." if place.tools else "Policies can govern none of its tools."
    where = f" ({cut(place.route.whereabouts, 300)})" if place.choices else ""
    return [line(words(f"It goes to {cut(place.gateway, 100)}{where}. {cut(tools, 1500)}"))]


def _rule(rule: str) -> Block:
    found = _text(_RULE, "The rule", "Who may, or may not, call which tool, and on which condition.", limit=RULE_LIMIT)
    element = {**found["element"], "action_id": ids.PROPOSE_TYPED}
    element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    element["focus_on_load"] = True
    if rule:
        element["initial_value"] = rule[:RULE_LIMIT]
    return {**found, "element": element, "dispatch_action": True}


def _channel() -> Block:
    element = {
        "type": "conversations_select",
        "action_id": ids.PROPOSE_CHANNEL,
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    label = plain("Where is it reviewed?")
    return {"type": "input", "block_id": _CHANNEL, "label": label, "element": element, "dispatch_action": True}


def _text(block: str, label: str, hint: str, *, limit: int, optional: bool = False) -> Block:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": limit}
    more = {"hint": plain(hint)} if hint else {}
    return {"type": "input", "block_id": block, "label": plain(label), "optional": optional, "element": element, **more}


def _value(view: Mapping[str, Any], block: str) -> str:
    fields = view["state"]["values"].get(block, {}).values()
    return str(next((each.get("value") for each in fields), None) or "").strip()
