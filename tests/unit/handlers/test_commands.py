"""`/policy` over the embedded Slack: saved first, acknowledged in time, and always an answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.desk import Desk


async def test_a_rule_is_saved_and_then_acknowledged_with_its_id(desk: Desk) -> None:
    typed = await desk.riley.types("/policy allow support agents to call refund tool", team.AGENT_RULES)
    (proposal,) = desk.shelf.proposals.values()
    assert proposal.rule == "allow support agents to call refund tool"
    assert proposal.requester_id == team.REQUESTER
    assert typed["acknowledged"]
    assert proposal.id in typed["ack"]["text"]


async def test_a_rule_with_the_word_payload_arrives_in_both_transports(desk: Desk) -> None:
    typed = await desk.riley.types("/policy deny requests whose payload is over 1 MB", team.AGENT_RULES)
    assert typed["acknowledged"]
    assert [found.rule for found in desk.shelf.proposals.values()] == ["deny requests whose payload is over 1 MB"]


async def test_the_same_command_delivered_twice_is_one_proposal(desk: Desk) -> None:
    await desk.does("fault", kind="duplicate", method="slash_commands")
    await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
    await desk.services.tasks.finish(5)
    assert len(desk.shelf.proposals) == 1


async def test_the_same_rule_typed_twice_is_two_proposals(desk: Desk) -> None:
    await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
    await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
    assert len(desk.shelf.proposals) == 2


@pytest.mark.parametrize("text", ["/policy help", "/policy HELP"])
async def test_help_shows_a_rule_to_copy(desk: Desk, text: str) -> None:
    typed = await desk.riley.types(text, team.AGENT_RULES)
    assert "allow ROLE to call TOOL" in str(typed["ack"]["blocks"])
    assert "log-only" in str(typed["ack"]["blocks"])
    assert not desk.shelf.proposals


async def test_status_lists_open_proposals_with_their_rules(desk: Desk) -> None:
    await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
    typed = await desk.riley.types("/policy status", team.AGENT_RULES)
    assert "allow refunds" in str(typed["ack"]["blocks"])


async def test_status_counts_all_and_turns_the_page_in_its_place(desk: Desk) -> None:
    """However many are open, the count is true and each can be reached."""
    for number in range(23):
        await desk.riley.types(f"/policy allow refunds {number}", team.AGENT_RULES)
    await desk.riley.types("/policy status", team.AGENT_RULES)

    async def shown(said: str) -> Any:
        async def look() -> Any:
            return next((each for each in await desk.riley.reads_private() if said in each["shown"]), None)

        return await desk.riley.until(look)

    first = await shown("23 proposals, page 1 of 3")
    await desk.riley.clicks(first, ids.STATUS_ON)
    second = await shown("23 proposals, page 2 of 3")
    assert second["ts"] == first["ts"]
    await desk.riley.clicks(second, ids.STATUS_BACK)
    await shown("page 1 of 3")


async def test_status_of_nothing_says_how_to_begin(desk: Desk) -> None:
    typed = await desk.riley.types("/policy status", team.AGENT_RULES)
    assert "no open proposal" in typed["ack"]["text"]


async def test_an_unknown_proposal_is_named_in_private(desk: Desk) -> None:
    typed = await desk.riley.types("/policy status p-zzzzzz", team.AGENT_RULES)
    assert "P-ZZZZZZ" in typed["ack"]["text"]


@pytest.mark.parametrize(
    ("rule", "part"),
    [("🙂 🙂", "no words"), ("x" * 2001, "2001 characters"), ("allow \x07 refunds", "invisible character")],
)
async def test_a_rule_that_cannot_be_read_is_refused_with_what_to_do(desk: Desk, rule: str, part: str) -> None:
    typed = await desk.riley.types(f"/policy {rule}", team.AGENT_RULES)
    assert part in typed["ack"]["text"]
    assert not desk.shelf.proposals


async def test_a_direct_message_is_refused_with_where_to_go(desk: Desk) -> None:
    typed = await desk.riley.types("/policy allow refunds", team.DIRECT_HUMANS)
    assert "in a channel" in typed["ack"]["text"]


async def test_mentions_and_links_in_a_rule_become_readable_text(desk: Desk) -> None:
    await desk.riley.types("/policy allow @avery in #agent-rules & <b>", team.AGENT_RULES)
    assert [found.rule for found in desk.shelf.proposals.values()] == ["allow @avery in #agent-rules & <b>"]


async def test_a_database_that_fails_is_said_in_private_with_an_incident(desk: Desk) -> None:
    desk.shelf.broken = True
    typed = await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
    assert "nothing was changed" in typed["ack"]["text"]
    assert "the number" in typed["ack"]["text"]
    assert "disk" not in typed["ack"]["text"]


class TestSlowDatabase:
    """The acknowledgement does not wait for the database longer than Slack waits for it."""

    @pytest.fixture
    def patience(self) -> float:
        return 0.05

    async def test_the_rule_goes_on_and_its_id_follows(self, desk: Desk) -> None:
        desk.shelf.gate.clear()
        typed = await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
        assert typed["acknowledged"]
        assert "not saved yet" in typed["ack"]["text"]
        assert not desk.shelf.proposals
        desk.shelf.gate.set()
        told = await desk.told(desk.riley, "saved as")
        assert next(iter(desk.shelf.proposals.values())).id in told

    async def test_a_late_answer_shows_what_was_typed_as_it_was_typed(self, desk: Desk) -> None:
        """Escaped once, as an answer in time is."""
        desk.shelf.gate.clear()
        await desk.riley.types("/policy status A&B", team.AGENT_RULES)
        desk.shelf.gate.set()
        await desk.told(desk.riley, "There is no proposal A&B of yours")

    async def test_a_failure_follows_as_well(self, desk: Desk) -> None:
        desk.shelf.gate.clear()
        desk.shelf.broken = True
        await desk.riley.types("/policy allow refunds", team.AGENT_RULES)
        desk.shelf.gate.set()
        assert "nothing was changed" in await desk.told(desk.riley, "the number")
