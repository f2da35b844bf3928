"""The gateways that a channel may use, as a modal: where its rules go now, and a button for each other; and, as a
message, where those of all channels go."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import Block, bullets, button, context, cut, line, plain, rich, section, turns, words
from bot.blocks.listing import ListOrigin, kept
from bot.blocks.modals import modal
from bot.review.messages import SlackMessage
from bot.review.routes import Route
from bot.review.using import DEFAULT, Choices, Everywhere, Used

TITLE = "Gateways"
_PAGE = 20
_SHOWN = 200
_IN_CHANNEL = "A channel is bound to a gateway in that channel: type /policy use there."


def gateways(found: Choices, origin: ListOrigin, said: str = "") -> Block:
    """A page of them, under what was `said` of the last choice."""
    pages = max(1, -(-len(found.routes) // _PAGE))
    number = min(max(1, origin.page), pages)
    blocks: list[Block] = [section(said)] if said else []
    blocks.append(section(_heading(found, number, pages)))
    for each in found.routes[(number - 1) * _PAGE : number * _PAGE]:
        blocks += _row(each, found)
    if found.bound and found.default:
        back = f"Back to the default, {cut(found.default.label, 40)}"
        blocks.append({"type": "actions", "elements": [_chooses(back, ids.USE_DEFAULT, DEFAULT, found.default)]})
    blocks += turns(ids.USE_BACK, ids.USE_ON, number, pages)
    return modal(TITLE, blocks, private_metadata=kept(ListOrigin(origin.channel_id, "", number)))


def used_sentence(used: Used) -> str:
    """What whoever chose is told."""
    where = _goes(used.route)
    if not used.changed:
        return f"Rules of this channel go to {where}."
    return f"Rules of this channel go to {where} now, and the channel is told. What is under review stays where it was."


def usable_sentence(found: Choices) -> str:
    """What a channel may use, in a sentence."""
    others = [cut(each.label, _SHOWN) for each in found.routes]
    named = f" {cut(', '.join(others), 1500)}. “use” and a name binds the channel." if others else ""
    return f"{_heading(found, 1, 1)}{named}"


def bound_message(found: Everywhere) -> SlackMessage:
    """Where the rules of all channels go, and where that is changed."""
    items = [[{"type": "channel", "channel_id": each}, words(f": {_goes(to)}")] for each, to in found.channels]
    if found.other or not items:
        items.append([words(f"{'Every other' if items else 'Every'} channel: {_goes(found.other)}")])
    more = f" {found.more} more channels have no room here." if found.more else ""
    said = f"{_IN_CHANNEL}{more}"
    return SlackMessage(said, (rich(line(words("Where rules go", bold=True)), bullets(items)), section(said)))


def _goes(to: Route | None) -> str:
    return f"{cut(to.label, _SHOWN)} ({cut(to.whereabouts, 400)})" if to else "nowhere, so none can be proposed"


def _heading(found: Choices, number: int, pages: int) -> str:
    where = cut(found.now.label, _SHOWN) if found.now else "nowhere"
    how = " by the settings" if found.now and not found.bound else ""
    of = f" (page {number} of {pages})" if pages > 1 else ""
    count = len(found.routes)
    usable = "One gateway" if count == 1 else f"{count or 'No'} gateways"
    return f"Rules of this channel go to {where}{how}. {usable} may be used here{of}{':' if count else '.'}"


def _row(route: Route, found: Choices) -> list[Block]:
    what = rich(line(words(cut(route.label, _SHOWN), bold=True)), line(words(cut(route.whereabouts, 500))))
    if route == found.now:
        return [what, context("Used by this channel now.")]
    return [what, {"type": "actions", "elements": [_chooses("Use it here", ids.USE, route.key, route)]}]


def _chooses(label: str, action: str, value: str, route: Route) -> Block:
    asks = {
        "title": plain("Another gateway?", 100),
        "text": plain(f"Rules of this channel will go to {cut(route.label, 100)}, and everybody in it is told.", 300),
        "confirm": plain("Use it", 30),
        "deny": plain("Leave it", 30),
    }
    return button(label, f"{action}.{value}", value, confirm=asks)
