"""`policybot try`: the whole job in one process, through the embedded Slack and control plane, printed as it reads."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape

from bot.bites import Bites
from bot.blocks import ids
from bot.cedar.hidden import shown
from bot.controlplane import ControlPlaneConfig
from bot.embedded import EmbeddedConfig, embedded
from bot.logs import configure
from bot.review.commands import AskStatus
from bot.review.messages import MessageKind
from bot.review.model import ENDED, SETTLED, UNSEEN, Draft, DraftState, ProposalState
from bot.review.service import ProposalStatus
from bot.routing import read_routing
from bot.settings import read_settings
from bot.terminal import blocks, thread
from bot.wiring import Bot
from bot.workspace import team
from bot.workspace.people import Person
from handlers.forms import LOADING

PATIENCE = 60.0
"""Seconds after which a trial that does not end says so."""
EXIT_REVIEWED, EXIT_FAULT, EXIT_REFUSED = 0, 1, 3
_APPROVES = (ids.APPROVE, ids.APPROVE_FORM)
NAMES = {
    team.REQUESTER: "Riley (requester)",
    team.APPROVER_AVERY: "Avery (approver)",
    team.APPROVER_BLAIR: "Blair (approver)",
    team.APPROVERS_GROUP: team.APPROVERS_HANDLE,
    team.BOT_USER: "policybot",
}


async def try_rule(
    rule: str,
    *,
    gateways: tuple[Path, ...] = (),
    approve: bool = False,
    as_json: bool = False,
    generation: Literal["faithful", "faulty"] = "faithful",
    calls: Sequence[str] = (),
) -> int:
    """Type `/policy RULE` as a requester, follow the thread to its end, and print it.

    `calls` are made through the gateway before and after, as `role=support-agent process_refund amount=600` says.

    Gives the exit code: 0 when a policy could be reviewed (with `approve`: when every one of them became ACTIVE), 3
    when the rule was refused, 1 when something else stopped it. Raises PolicybotError when it cannot start.
    """
    configure("ERROR")
    glossary = read_routing(read_settings()).glossary
    plane = ControlPlaneConfig(gateways=gateways, latency=0.2, generation=generation)
    async with embedded(EmbeddedConfig(plane=plane, glossary=glossary)) as running:
        client = running.slack.client
        trial = Trial(running.bot, Person(client, team.REQUESTER), Person(client, team.APPROVER_AVERY))
        async with Bites.of(running, calls) as bites:
            await bites.look()
            try:
                async with asyncio.timeout(PATIENCE):
                    code = await trial.run(rule, approve)
                    said = "" if code != EXIT_FAULT else await trial.why_not()
            except TimeoutError:
                said = f"this did not end within {PATIENCE:.0f} seconds; above is how far it came."
                code = EXIT_FAULT
            await bites.look()
        await trial.show(rule, as_json, bites)
        if said:
            print(f"policybot: {said}", file=sys.stderr)
    return code


@dataclass
class Trial:
    """A run of one rule: who types, who approves, and what came of it."""

    bot: Bot
    requester: Person
    approver: Person
    proposal_id: str = ""

    async def run(self, rule: str, approve: bool) -> int:
        """Type the rule and follow it to its end; gives the exit code."""
        await self.requester.types(f"/policy {rule}", team.AGENT_RULES)
        found = await self.bot.review.status(AskStatus(team.TEAM_ID, team.AGENT_RULES, team.REQUESTER))
        if not found.proposals:
            await self.requester.until(self._answer, PATIENCE)
            return EXIT_REFUSED
        self.proposal_id = found.proposals[0].proposal.id
        status = await self._when(_reviewable)
        if status.proposal.state in (ProposalState.REFUSED, ProposalState.ASKED, ProposalState.FAILED):
            return EXIT_REFUSED
        if not any(draft.statement for draft in status.drafts):
            return EXIT_REFUSED
        return await self._approve() if approve else EXIT_REVIEWED

    async def _answer(self) -> list[dict[str, Any]]:
        """What a command that proposes nothing is answered with: in private, or in a modal once it has loaded."""
        private = await self.requester.reads_private(team.AGENT_RULES)
        return private or [modal for modal in await self.requester.reads_modals() if LOADING not in str(modal)]

    async def _approve(self) -> int:
        """Approve every card as it offers that, also one that is shown anew because another changed what it would do.

        What allows more than the rule says is for a person to look at: it is left in review.
        """
        clicked: set[str] = set()

        async def look() -> ProposalStatus | None:
            for message in await self._messages():
                for button in _buttons(message):
                    if button.get("action_id") in _APPROVES and button["value"] not in clicked:
                        clicked.add(button["value"])
                        await self._click(message, button)
            status = await self._status()
            return status if _over(status) and await self._is_shown(status) else None

        status = await self.requester.until(look, PATIENCE)
        states = {draft.state for draft in status.drafts if draft.statement}
        return EXIT_REVIEWED if states == {DraftState.IN_EFFECT} else EXIT_FAULT

    async def _click(self, message: dict[str, Any], button: dict[str, Any]) -> None:
        """Approve, and in a form tick and say what it asks for; what is looser than the rule stays as it is."""
        ref = ids.card_ref(button["value"])
        if any(draft.id == (ref and ref.draft_id) and _looser(draft) for draft in (await self._status()).drafts):
            return
        await self.approver.clicks(message, button["action_id"])
        if button["action_id"] == ids.APPROVE_FORM:
            form = await self.approver.until(self._form, PATIENCE)
            inputs = {
                each["element"]["action_id"]: each["element"] for each in form["blocks"] if each["type"] == "input"
            }
            said: dict[str, Any] = {"reason": "Approved by policybot try.", "seen": []}
            said["seen"] = [option["value"] for option in inputs.get("seen", {}).get("options", ())]
            await self.approver.submits(form, {name: value for name, value in said.items() if name in inputs})

    async def _form(self) -> dict[str, Any] | None:
        forms = await self.approver.reads_modals()
        return forms[-1] if forms and forms[-1]["submit"] else None  # until then it says that it is loading

    async def why_not(self) -> str:
        """Why not every policy is ACTIVE although all was to be approved."""
        kept = [
            draft for draft in (await self._status()).drafts if draft.state is DraftState.IN_REVIEW and _looser(draft)
        ]
        if kept:
            return "not approved: what allows more than the rule says is left for a person to look at."
        return "not every policy became ACTIVE; its card says why."

    async def _when(self, reached: Callable[[ProposalStatus], bool]) -> ProposalStatus:
        """Wait until the proposal is so, and Slack shows it so."""

        async def look() -> ProposalStatus | None:
            status = await self._status()
            return status if reached(status) and await self._is_shown(status) else None

        return await self.requester.until(look, PATIENCE)

    async def _status(self) -> ProposalStatus:
        ask = AskStatus(team.TEAM_ID, team.AGENT_RULES, team.REQUESTER, self.proposal_id)
        return (await self.bot.review.status(ask)).proposals[0]

    async def _is_shown(self, status: ProposalStatus) -> bool:
        """Whether every message of the proposal stands in Slack as the store says it should, and all is said."""
        if await self.bot.store.untold(status.proposal.id):
            return False
        if status.proposal.state is ProposalState.REFUSED:
            return bool(await self.requester.reads_private(team.AGENT_RULES))
        if status.proposal.state is ProposalState.ASKED:
            return any(_buttons(message) for message in await self.requester.reads_private(team.AGENT_RULES))
        wanted: list[tuple[MessageKind, Draft | None]] = [(MessageKind.PARENT, None), (MessageKind.PROGRESS, None)]
        wanted += [(MessageKind.CARD, draft) for draft in status.drafts]
        if any(draft.state is DraftState.IN_REVIEW and not draft.tally.needs for draft in status.drafts):
            return False  # who may approve is not counted yet
        standing, cards = [_said(message) for message in await self._messages()], self.bot.cards
        messages = [cards.message(kind, status.proposal, status.drafts, draft) for kind, draft in wanted]
        return all(_said({"text": each.text, "blocks": each.blocks}) in standing for each in messages)

    async def _messages(self) -> list[dict[str, Any]]:
        if not self.proposal_id:
            return []
        thread_ts = (await self._status()).proposal.thread_ts
        return await self.requester.reads_thread({"channel": team.AGENT_RULES, "ts": thread_ts}) if thread_ts else []

    async def show(self, rule: str, as_json: bool, bites: Bites) -> None:
        """Print what the requester sees."""
        messages = await self._messages()
        private = await self.requester.reads_private(team.AGENT_RULES) + await self.requester.reads_modals()
        if as_json:
            shown_calls = {"calls": bites.as_json()} if bites.calls else {}
            print(json.dumps({"private": private, "messages": messages, **shown_calls}, indent=2, ensure_ascii=False))
            return
        console = Console(highlight=False)
        console.print(f"[bold]Riley (requester)[/] in #agent-rules types: [cyan]/policy {escape(shown(rule))}[/]\n")
        for message in private:
            console.print("[dim]only Riley sees:[/]", *blocks(message, NAMES), sep="\n", end="\n\n")
        console.print(thread(messages, NAMES))
        for line in bites.lines():
            console.print(line)


def _said(message: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """What a message says, without the ids that Slack gives to its blocks."""
    blocks = ({name: value for name, value in each.items() if name != "block_id"} for each in message["blocks"])
    return message["text"], list(blocks)


def _over(status: ProposalStatus) -> bool:
    """Whether nothing more happens by itself: all is settled, but for what waits for somebody to look at it."""
    kept = [draft for draft in status.drafts if draft.state is DraftState.IN_REVIEW and _looser(draft)]
    rest = [draft for draft in status.drafts if draft not in kept and draft.state not in SETTLED]
    return status.proposal.state in ENDED or bool(kept and not rest)


def _looser(draft: Draft) -> bool:
    return draft.analysis.second is not None and draft.analysis.second.looser


def _reviewable(status: ProposalStatus) -> bool:
    return status.proposal.state in {*ENDED, *UNSEEN, ProposalState.IN_REVIEW}


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for block in message.get("blocks", ()) for element in block.get("elements", ())]
