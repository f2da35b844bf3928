"""The message that says what others changed on an engine or its gateway, and what it means."""

from __future__ import annotations

from bot.blocks.difference import read_difference
from bot.blocks.kit import Block, bullets, context, cut, escape, header, line, rich, with_ids, words
from bot.review.drift import Drift
from bot.review.messages import SlackMessage

_SAID, _EVENTS = 300, 20
_HIDDEN = (
    "What others changed is not shown here any more: people of another company are in this channel, or may come in. It "
    "is in the record."
)


def drift_message(found: Drift, gateway_arn: str, *, closed: bool) -> SlackMessage:
    """As it stands: open, or `closed` once everything is again as it was; without content where others read it."""
    if found.hidden:
        return SlackMessage(_HIDDEN, with_ids("drift", [context(_HIDDEN)]))
    gateway = cut(gateway_arn.rsplit("/", 1)[-1], 100)
    title = "As it was again" if closed else "Changed outside this review"
    said = [[words(cut(each, _SAID))] for each in found.said[:_EVENTS]]
    if len(found.said) > _EVENTS:
        said.append([words(f"and {len(found.said) - _EVENTS} more")])
    blocks: list[Block] = [
        header(title),
        rich(line(words("On "), words(gateway, bold=True), words(":")), bullets(said)),
    ]
    if not closed:
        blocks.append(rich(*_decided(found)))
    blocks.append(context("policybot did not do this. It is in the record; /policy list shows what stands."))
    text = f"{title}, on {gateway}: {' '.join(found.said[:3])}"
    return SlackMessage(escape(cut(text, 600)), with_ids("drift", blocks))


def _decided(found: Drift) -> list[Block]:
    label = "What is decided otherwise: "
    if not found.place:
        label = "What is decided otherwise, where the gateway enforces this engine: "
    if found.difference is None:
        said = "not analysed, because not everything that stands, or stood, is certain."
        return [line(words(label, bold=True), words(said))]
    changes = read_difference(found.difference)
    if changes.nothing:
        return [line(words(label, bold=True), words("nothing, as is proved."))]
    shown = [line(words(each, bold=True), words(text)) for each, text in changes.lines(timed=True)]
    if not shown:
        return [line(words(label, bold=True), words("not analysed."))]
    return [line(words(label.rstrip(), bold=True)), *shown]
