"""Modals and Home tabs: triggers, the stack, hashes, what a submission's answer does, what Slack's client refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.workspace.team import AGENT_RULES, GUEST, MEMBER, REQUESTER, WITHOUT_BOT
from bot.workspace.wire import CannotAct

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


REASON: Json = {
    "type": "input",
    "block_id": "why",
    "label": plain("Why"),
    "element": {"type": "plain_text_input", "action_id": "reason", "min_length": 3, "max_length": 10},
}


def modal(title: str = "Edit", blocks: list[Json] | None = None, **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": blocks or [REASON], **more}


async def trigger(bench: Any, user: str = REQUESTER) -> str:
    """A fresh trigger id, from a command that was acknowledged."""
    socket = bench.sockets[0] if bench.sockets else await bench.connect()
    _, outcome = await socket.answer(bench.person(user).types("/policy", AGENT_RULES))
    return str(outcome["trigger_id"])


async def opened(bench: Any, view: Json | None = None) -> Json:
    answer = await bench.call("views.open", trigger_id=await trigger(bench), view=view or modal())
    assert answer["ok"], answer
    seen: Json = answer["view"]
    return seen


async def test_an_opened_modal_is_what_the_person_sees(bench: Any) -> None:
    view = await opened(bench, modal(private_metadata="p1", callback_id="edit", external_id="x"))
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert (seen["id"], seen["root_view_id"], seen["private_metadata"]) == (view["id"], view["id"], "p1")
    assert await bench.person(MEMBER).reads_modals() == []


async def test_a_trigger_works_once(bench: Any) -> None:
    trigger_id = await trigger(bench)
    assert (await bench.call("views.open", trigger_id=trigger_id, view=modal()))["ok"]
    again = await bench.call("views.open", trigger_id=trigger_id, view=modal())
    assert again["error"] == "exchanged_trigger_id"
    assert (await bench.call("views.open", trigger_id="1.2.3", view=modal()))["error"] == "invalid_trigger_id"


async def test_a_trigger_is_good_for_three_seconds(bench: Any) -> None:
    in_time, late = await trigger(bench), await trigger(bench)
    await bench.clock.advance(2.9)
    assert (await bench.call("views.open", trigger_id=in_time, view=modal()))["ok"]
    await bench.clock.advance(0.2)
    assert (await bench.call("views.open", trigger_id=late, view=modal()))["error"] == "expired_trigger_id"


async def test_at_most_three_modals_lie_over_each_other(bench: Any) -> None:
    first = await opened(bench)
    for title in ("Two", "Three"):
        pushed = await bench.call("views.push", trigger_id=await trigger(bench), view=modal(title))
        assert pushed["view"]["root_view_id"] == first["id"]
    refused = await bench.call("views.push", trigger_id=await trigger(bench), view=modal("Four"))
    assert refused["error"] == "push_limit_reached"
    stack = await bench.person(REQUESTER).reads_modals()
    assert [view["title"]["text"] for view in stack] == ["Edit", "Two", "Three"]
    assert stack[2]["previous_view_id"] == stack[1]["id"]


async def test_an_update_under_an_old_hash_is_a_conflict(bench: Any) -> None:
    view = await opened(bench)
    updated = await bench.call("views.update", view_id=view["id"], hash=view["hash"], view=modal("Two"))
    assert updated["view"]["hash"] != view["hash"]
    again = await bench.call("views.update", view_id=view["id"], hash=view["hash"], view=modal("Three"))
    assert again["error"] == "hash_conflict"
    assert (await bench.call("views.update", view_id="V0", view=modal()))["error"] == "not_found"
    assert (await bench.call("views.update", view=modal()))["error"] == "invalid_arguments"


async def test_a_view_is_found_by_its_external_id_which_nobody_else_may_take(bench: Any) -> None:
    view = await opened(bench, modal(external_id="p1"))
    updated = await bench.call("views.update", external_id="p1", view=modal("Two"))
    assert (updated["view"]["id"], updated["view"]["external_id"]) == (view["id"], "p1")
    taken = await bench.call("views.open", trigger_id=await trigger(bench), view=modal(external_id="p1"))
    assert taken["error"] == "duplicate_external_id"


async def test_what_was_typed_stays_when_a_modal_is_updated_around_it(bench: Any) -> None:
    view = await opened(bench)
    await bench.act("fills", user=REQUESTER, view_id=view["id"], values={"reason": "because"})
    more = {"type": "section", "text": plain("more")}
    await bench.call("views.update", view_id=view["id"], view=modal(blocks=[more, REASON]))
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert seen["state"]["values"]["why"]["reason"]["value"] == "because"
    renamed = {**REASON, "block_id": "why-2"}
    await bench.call("views.update", view_id=view["id"], view=modal(blocks=[renamed]))
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert seen["state"]["values"]["why-2"]["reason"]["value"] is None


async def test_a_submission_carries_the_values_and_closes_the_modal(bench: Any) -> None:
    view = await opened(bench, modal(private_metadata="p1", callback_id="edit"))
    acting = bench.person(REQUESTER).submits(view, {"reason": "because"})
    frame, outcome = await bench.sockets[0].answer(acting)
    sent = frame["payload"]["view"]
    assert (frame["payload"]["type"], frame["accepts_response_payload"]) == ("view_submission", True)
    assert sent["state"]["values"] == {"why": {"reason": {"type": "plain_text_input", "value": "because"}}}
    assert (sent["private_metadata"], sent["callback_id"]) == ("p1", "edit")
    assert outcome["closed"]
    assert await bench.person(REQUESTER).reads_modals() == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("", "complete this required"), ("ab", "at least 3"), ("a" * 11, "at most 10")],
)
async def test_slacks_client_does_not_send_what_the_form_does_not_allow(bench: Any, value: str, sentence: str) -> None:
    view = await opened(bench)
    outcome = await bench.person(REQUESTER).submits(view, {"reason": value})
    assert sentence in outcome["errors"]["why"]
    assert not outcome["closed"]
    assert [entry["type"] for entry in await bench.act("reads_deliveries")] == ["slash_commands"]


async def test_errors_in_the_answer_are_shown_on_the_form_which_stays(bench: Any) -> None:
    view = await opened(bench)
    payload = {"response_action": "errors", "errors": {"why": "not a good reason"}}
    _, outcome = await bench.sockets[0].answer(bench.person(REQUESTER).submits(view, {"reason": "because"}), payload)
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert outcome["errors"] == seen["errors"] == {"why": "not a good reason"}


@pytest.mark.parametrize(
    "payload",
    [
        {"response_action": "errors", "errors": {"other": "x"}},
        {"response_action": "errors"},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}}},
        {"response_action": "vanish"},
    ],
)
async def test_an_answer_that_slack_would_not_take_leaves_the_person_with_a_complaint(bench: Any, payload: Any) -> None:
    view = await opened(bench)
    _, outcome = await bench.sockets[0].answer(bench.person(REQUESTER).submits(view, {"reason": "because"}), payload)
    assert "trouble connecting" in outcome["errors"][""]
    assert not outcome["closed"]


async def test_an_answer_updates_pushes_or_clears_the_stack(bench: Any) -> None:
    view = await opened(bench)
    socket, riley = bench.sockets[0], bench.person(REQUESTER)
    update = {"response_action": "update", "view": modal("Two")}
    _, outcome = await socket.answer(riley.submits(view, {"reason": "because"}), update)
    assert (outcome["view"]["id"], outcome["view"]["title"]["text"]) == (view["id"], "Two")
    push = {"response_action": "push", "view": modal("Three")}
    _, outcome = await socket.answer(riley.submits(view, {"reason": "because"}), push)
    assert outcome["view"]["title"]["text"] == "Three"
    assert len(await riley.reads_modals()) == 2
    with pytest.raises(CannotAct, match="Another modal lies over"):
        await riley.submits(view, {"reason": "because"})
    await socket.answer(riley.submits(outcome["view"], {"reason": "because"}), {"response_action": "clear"})
    assert await riley.reads_modals() == []


async def test_a_submission_that_is_not_acknowledged_keeps_the_form_and_says_so(bench: Any) -> None:
    view = await opened(bench)
    acting = asyncio.ensure_future(bench.person(REQUESTER).submits(view, {"reason": "because"}))
    await bench.sockets[0].frame()
    await bench.clock.advance(3)
    outcome = await acting
    assert (outcome["error"], outcome["closed"]) == ("operation_timeout", False)
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert "Try again?" in seen["errors"][""]
    assert seen["state"]["values"]["why"]["reason"]["value"] == "because"


async def test_a_closed_modal_tells_the_bot_only_when_asked_to(bench: Any) -> None:
    quiet = await opened(bench)
    await bench.person(REQUESTER).closes(quiet)
    loud = await opened(bench, modal(notify_on_close=True))
    frame, _ = await bench.sockets[0].answer(bench.person(REQUESTER).closes(loud))
    assert (frame["payload"]["type"], frame["payload"]["is_cleared"]) == ("view_closed", False)
    assert await bench.person(REQUESTER).reads_modals() == []


async def test_a_click_in_a_modal_carries_the_view_and_a_trigger_that_pushes(bench: Any) -> None:
    button = {"type": "button", "action_id": "more", "text": plain("More")}
    view = await opened(bench, modal(blocks=[{"type": "actions", "elements": [button]}]))
    frame, _ = await bench.sockets[0].answer(bench.person(REQUESTER).clicks_in(view, "more"))
    payload = frame["payload"]
    assert (payload["container"]["view_id"], payload["view"]["id"]) == (view["id"], view["id"])
    pushed = await bench.call("views.push", trigger_id=payload["trigger_id"], view=modal("Two"))
    assert pushed["view"]["previous_view_id"] == view["id"]


async def test_an_input_reports_a_choice_only_with_dispatch_action(bench: Any) -> None:
    options = [{"text": plain("A"), "value": "a"}, {"text": plain("B"), "value": "b"}]
    select = {"type": "static_select", "action_id": "pick", "options": options}
    block = {"type": "input", "block_id": "b", "label": plain("Pick"), "element": select}
    view = await opened(bench, modal(blocks=[block]))
    await bench.person(REQUESTER).clicks_in(view, "pick", "b")
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert seen["state"]["values"]["b"]["pick"]["selected_option"]["value"] == "b"
    assert len(await bench.act("reads_deliveries")) == 1
    view = await opened(bench, modal(blocks=[{**block, "dispatch_action": True}]))
    frame, _ = await bench.sockets[0].answer(bench.person(REQUESTER).clicks_in(view, "pick", "a"))
    assert frame["payload"]["actions"][0]["selected_option"]["value"] == "a"


async def test_an_external_select_offers_what_the_bot_answers(bench: Any) -> None:
    select = {"type": "external_select", "action_id": "tool", "min_query_length": 1}
    block = {"type": "input", "block_id": "b", "label": plain("Tool"), "element": select}
    view = await opened(bench, modal(blocks=[block]))
    option = {"text": plain("refund"), "value": "refund"}
    acting = bench.act("suggests", user=REQUESTER, view_id=view["id"], action_id="tool", query="ref")
    frame, offered = await bench.sockets[0].answer(acting, {"options": [option]})
    assert (frame["payload"]["type"], frame["payload"]["value"]) == ("block_suggestion", "ref")
    assert offered == [option]


async def test_a_home_tab_is_published_under_a_hash_and_opened(bench: Any) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await bench.call("views.publish", user_id=MEMBER, view=home))["view"]
    second = (await bench.call("views.publish", user_id=MEMBER, view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    conflict = await bench.call("views.publish", user_id=MEMBER, view=home, hash=first["hash"])
    assert conflict["error"] == "hash_conflict"
    assert (await bench.call("views.publish", user_id="U0", view=home))["error"] == "user_not_found"
    socket = await bench.connect()
    shown = await bench.person(MEMBER).opens_home()
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["tab"], event["view"]["id"]) == ("app_home_opened", "home", first["id"])
    assert shown["view"]["id"] == first["id"]
    assert await bench.person(GUEST).reads_home() is None


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal("x" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"type": "modal", "title": plain("x")}, "missing required field: blocks [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "must be a valid enum value: modal [json-pointer:/view/type]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({**modal(), "submit": None}, "missing required field: submit [json-pointer:/view]"),
        (modal(blocks=[{"type": "container"}]), "unsupported type: container [json-pointer:/view/blocks/0/type]"),
        (modal(colour="red"), "invalid additional property: colour [json-pointer:/view]"),
    ],
)
async def test_a_view_that_slack_would_not_show_is_refused_with_the_place(bench: Any, view: Json, message: str) -> None:
    answer = await bench.call("views.open", trigger_id="unused", view=view)
    assert answer["error"] == "invalid_arguments"
    assert f"[ERROR] {message}" in answer["response_metadata"]["messages"]


async def test_a_view_of_more_than_a_quarter_megabyte_is_refused(bench: Any) -> None:
    block = {"type": "section", "text": plain("x" * 3000)}
    answer = await bench.call("views.open", trigger_id="unused", view=modal(blocks=[block] * 90))
    assert answer["error"] == "view_too_large"


async def test_a_submission_carries_a_response_url_for_each_channel_that_was_asked_for(bench: Any) -> None:
    """A select with `response_url_enabled`: the app can answer where the person chose, without being there."""
    element = {"type": "channels_select", "action_id": "where", "response_url_enabled": True}
    block = {"type": "input", "block_id": "place", "label": plain("Where"), "element": element}
    view = await opened(bench, modal(blocks=[block]))
    acting = bench.person(REQUESTER).submits(view, {"where": WITHOUT_BOT})
    frame, _ = await bench.sockets[0].answer(acting)
    (given,) = frame["payload"]["response_urls"]
    assert (given["block_id"], given["action_id"], given["channel_id"]) == ("place", "where", WITHOUT_BOT)
    said = {"text": "made", "response_type": "in_channel"}
    async with bench.session.post(given["response_url"], json=said) as answer:
        assert await answer.text() == "ok"
    assert [message["text"] for message in await bench.person(REQUESTER).reads(WITHOUT_BOT)] == ["made"]
