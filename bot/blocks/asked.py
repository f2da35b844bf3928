"""What somebody is asked in private whose text is no rule that our reader knows."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import Block, button, line, rich, speech, spoken
from bot.review.messages import SlackMessage
from bot.review.model import Proposal


def question(proposal: Proposal, said: str) -> SlackMessage:
    """Whether it is to be reviewed all the same, said differently, or forgotten."""
    blocks: list[Block] = [
        rich(line(*spoken(said))),
        {
            "type": "actions",
            "elements": [
                button("Propose it all the same", ids.ASKED_PROPOSE, proposal.id),
                button("Say it differently", ids.ASKED_ANEW, proposal.id),
                button("It is no rule", ids.ASKED_FORGET, proposal.id),
            ],
        },
    ]
    return SlackMessage(speech(said), tuple(blocks))
