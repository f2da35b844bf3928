"""The gateways that a channel may use, as a modal: where its rules go now, and a button for each other."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import Block, button, context, cut, line, plain, rich, section, turns, words
from bot.blocks.listing import ListOrigin, kept
from bot.blocks.modals import modal
from bot.review.routes import Route
from bot.review.using import DEFAULT, Choices, Used

TITLE = "Gateways"
_PAGE = 20
_SHOWN = 200


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
    where = f"{cut(used.route.label, _SHOWN)} ({cut(used.route.whereabouts, 400)})"
    if not used.changed:
        return f"Rules of this channel go to {where}."
    return f"Rules of this channel go to {where} now, and the channel is told. What is under review stays where it was."


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
