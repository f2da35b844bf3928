"""App Home: what waits for the person, what is theirs, the policies that stand, what ends, what is decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.blocks import ids
from bot.blocks.acts import asked, mode_line, outcome, time_words
from bot.blocks.decision import approvals
from bot.blocks.evidence import evidence_words
from bot.blocks.headline import headlines
from bot.blocks.kit import (
    Block,
    bullets,
    button,
    context,
    cut,
    escape,
    header,
    inert,
    line,
    person,
    plain,
    rich,
    section,
    turns,
    words,
)
from bot.blocks.listing import deeds
from bot.blocks.proposal import state_sentence
from bot.blocks.warnings import warning_items
from bot.cedar.dogwood import plain_policy
from bot.review.home import Home, Live, Waiting
from bot.review.telling import at

SEARCHED = 80
"""The most characters that are looked for."""
_RULE, _SAID, _SEEN, _HEADLINE, _FINDINGS = 200, 250, 250, 350, 3
_TOOLS, _DRIFTS = 4, 8


@dataclass(frozen=True)
class HomeOrigin:
    """Which policies Home shows: of the route at a place, those with `text`, that page. `channel_id` is where what is
    proposed from here is reviewed."""

    route: int = 0
    text: str = ""
    page: int = 1
    channel_id: str = ""


def home_origin(view: Mapping[str, Any]) -> HomeOrigin:
    """What a view of Home keeps of itself."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
        return HomeOrigin(int(found["route"]), str(found["text"]), int(found["page"]), str(found["channel_id"]))
    except (ValueError, KeyError, TypeError):
        return HomeOrigin()


def home_view(home: Home, origin: HomeOrigin) -> Block:
    """The tab, within Slack's hundred blocks whatever there is."""
    kept = replace(origin, route=home.route, page=home.policies.number, channel_id=home.channel_id)
    blocks = [*_waiting(home), *_mine(home), *_policies(home, kept), *_elsewhere(home), *_decided(home)]
    return {"type": "home", "blocks": blocks, "private_metadata": json.dumps(asdict(kept))}


def home_notice(sentence: str) -> Block:
    """The tab of somebody to whom it cannot be shown, with why."""
    return {"type": "home", "blocks": [section(sentence)]}


def _waiting(home: Home) -> list[Block]:
    blocks: list[Block] = [header("Waiting for you")]
    if not home.waiting:
        return [*blocks, section("Nothing waits for your decision.")]
    for each in home.waiting:
        blocks += _open(each)
    if home.more:
        blocks.append(context(f"and {home.more} more, in the channels."))
    return blocks


def _open(each: Waiting) -> list[Block]:
    """A draft to decide on, with Approve one click away, and so with all that its card says before its details; what
    has to be seen first is asked in a form."""
    proposal, draft = each.proposal, each.draft
    ref = str(ids.CardRef(draft.id, draft.version))
    terms = [
        asked(draft),
        f"For a time: {until}" if (until := time_words(draft)) else "",
        mode_line(draft, each.pieces),
    ]
    warned = warning_items(proposal, draft, each.pieces, _FINDINGS, _SAID)
    said = rich(
        *(line(words(cut(each, _HEADLINE), bold=True)) for each in headlines(draft)),
        *(line(words(each)) for each in terms if each),
        *([bullets(warned)] if warned else []),
        line(
            person(proposal.requester_id),
            words(f" asks: “{cut(draft.fragment, _RULE)}” ({proposal.id}, in "),
            {"type": "channel", "channel_id": proposal.channel_id},
            words(")"),
        ),
    )
    buttons = [*approvals(draft, proposal, each.pieces, ref), button("Reject", ids.REJECT, ref, style="danger")]
    if draft.analysis.difference is not None:
        buttons.append(button("Show all changes", ids.SHOW_CHANGES, ref))
    return [said, {"type": "actions", "elements": buttons}]


def _mine(home: Home) -> list[Block]:
    if not home.mine:
        return []
    items = [
        [
            words(f"{each.proposal.id} ", bold=True),
            words(f"“{cut(each.proposal.rule, _RULE)}”: {cut(state_sentence(each.proposal, each.drafts), _SAID)}"),
        ]
        for each in home.mine
    ]
    return [header("Yours"), rich(bullets(items))]


def _policies(home: Home, origin: HomeOrigin) -> list[Block]:
    found = home.policies
    blocks: list[Block] = [header("Policies")]
    if len(home.routes) > 1:
        options = [
            {"text": plain(each.gateway_arn.rsplit("/", 1)[-1], 75), "value": str(place)}
            for place, each in enumerate(home.routes[:100])
        ]
        chosen = {"initial_option": options[home.route]} if home.route < len(options) else {}
        select = {"type": "static_select", "action_id": ids.HOME_ROUTE, "options": options, **chosen}
        blocks.append({"type": "actions", "elements": [select]})
    if not found.known:
        return [*blocks, section("What stands on the policy engine was not looked at yet.")]
    blocks.append(_search(origin))
    about = f" with “{cut(origin.text, SEARCHED)}” in them" if origin.text else ""
    many = f"{found.total} {'policy' if found.total == 1 else 'policies'}{about}"
    pages = f", page {found.number} of {found.pages}" if found.pages > 1 else ""
    blocks.append(context(f"{many if found.total else f'No policies{about}'}{pages}, as of the last look."))
    blocks += [_policy(each, bool(origin.channel_id)) for each in found.live]
    return [*blocks, *turns(ids.HOME_BACK, ids.HOME_ON, found.number, found.pages)]


def _search(origin: HomeOrigin) -> Block:
    field = {
        "type": "plain_text_input",
        "action_id": ids.HOME_SEARCH,
        "max_length": SEARCHED,
        "placeholder": plain("A tool, a name, or a part of its Cedar"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        **({"initial_value": origin.text[:SEARCHED]} if origin.text else {}),
    }
    return {
        "type": "input",
        "block_id": "home.search",
        "dispatch_action": True,
        "optional": True,
        "label": plain("Search"),
        "element": field,
    }


def _policy(live: Live, reviewable: bool) -> Block:
    """A policy by its tools, with its mode; what can be done about it is in its menu, where a channel takes reviews."""
    record = live.record
    mode = {"LOG_ONLY": "log-only", "ACTIVE": "enforced"}.get(record.enforcement_mode, record.enforcement_mode)
    said = [f"*{escape(cut(record.name, 120))}*", f"{escape(_tools(record.statement))} · {escape(mode)}"]
    if record.status != "ACTIVE":
        said[-1] += f" · {escape(record.status)}"
    said[-1] += f" · {live.made.proposal.id}" if live.made else " · not made by policybot"
    if live.evidence is not None:
        said.append(escape(cut(evidence_words(live.evidence, record.statement), _SEEN)))
    block: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": inert("\n".join(said), "\n"), "verbatim": True},
    }
    if not reviewable:
        return block
    options = [{"text": plain(label, 75), "value": f"{action}:{record.policy_id}"} for label, action in deeds(record)]
    return {**block, "accessory": {"type": "overflow", "action_id": ids.POLICY_MENU, "options": options}}


def _tools(statement: str) -> str:
    policy = plain_policy(statement)
    if policy is None:
        return "cannot be read"
    names = [cut(each.rpartition("___")[2], 60) for each in policy.actions]
    if not names:
        return "every tool"
    return ", ".join(names[:_TOOLS]) + (f" and {len(names) - _TOOLS} more" if len(names) > _TOOLS else "")


def _elsewhere(home: Home) -> list[Block]:
    """What others changed and is not as it was, and what ends by itself."""
    items = [
        [words(cut(said, _SAID))] for watch in home.routes for found in watch.open for said in found.said[:_DRIFTS]
    ][:_DRIFTS]
    items += [[words(f"{cut(outcome(each.draft, each.proposal), _SAID)} ({each.proposal.id})")] for each in home.ends]
    return [header("Changed elsewhere, and ending"), rich(bullets(items))] if items else []


def _decided(home: Home) -> list[Block]:
    if not home.decided:
        return []
    items = [
        [
            words(cut(outcome(each.draft, each.proposal), _SAID)),
            words(f" ({each.proposal.id}, {at(each.draft.decided_at)})" if each.draft.decided_at else ""),
        ]
        for each in home.decided
    ]
    return [header("Decided lately"), rich(bullets(items))]
