"""Who may look behind a card, where the engine's other policies are named."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from bot.review.messages import SlackMessage
from bot.workspace import team
from tests.support.desk import Desk


@pytest.mark.parametrize("button", [ids.SHOW_POLICY, ids.TRY_REQUEST])
@pytest.mark.parametrize(
    ("who", "channel", "sentence"),
    [
        (team.GUEST, team.AGENT_RULES, "Guests cannot take part"),
        (team.OUTSIDER, team.SHARED, "Only members of the workspace"),
    ],
)
async def test_a_guest_and_an_outsider_see_no_more_than_the_card(
    desk: Desk, who: str, channel: str, sentence: str, button: str
) -> None:
    """The modal says why, and shows neither a policy nor a form to try requests on the engine with."""
    statement = "permit(principal, action, resource);" + " " * 2000
    card = await desk.card(statement=statement)
    message = SlackMessage(card["text"], tuple(card["blocks"]))
    await desk.messenger.post(channel=channel, thread_ts="", message=message, key="again#1")
    person = desk.person(who)
    seen = (await person.reads(channel))[-1]
    await person.clicks(seen, button)
    await desk.form(person, sentence)


@pytest.mark.parametrize("kind", ["error", "server_error"])
async def test_a_modal_that_slack_does_not_take_does_not_load_for_ever(desk: Desk, kind: str) -> None:
    card = await desk.card()
    for _ in range(2 if kind == "server_error" else 1):  # the client tries once more by itself
        await desk.does("fault", kind=kind, method="views.update")
    await desk.avery.clicks(card, ids.TRY_REQUEST)
    await desk.form(desk.avery, "Slack did not take what belongs here")
