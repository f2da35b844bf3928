"""Questions about what stands: why, who can, and a policy explained, in private and with what is proved."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.workspace import team
from tests.scenarios.test_drift import attaches
from tests.scenarios.test_listing import enacted, opened, top
from tests.support.scene import Json, Scene, cedar_in, config, proposal_in, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUND = "RefundTool___process_refund"
SCOPE = (
    'principal is AgentCore::OAuthUser, action == AgentCore::Action::"{action}", '
    'resource == AgentCore::Gateway::"{gateway}"'
)
IS = 'principal.hasTag("role") && principal.getTag("role") == "{0}"'
NOBODY_ELSE = "callers with role = manager or support-agent today, as the policies below say; nobody else: proved"


async def creates(
    desk: Scene, name: str, effect: str, condition: str, action: str = REFUND, mode: str = "ACTIVE"
) -> Json:
    """A policy that an operator makes."""
    gateway = (await desk.engine.call("list_gateways"))["items"][0]["gatewayId"]
    arn = (await desk.engine.call("get_gateway", gatewayIdentifier=gateway))["gatewayArn"]
    statement = f"{effect}({SCOPE.format(action=action, gateway=arn)}) when {{ {condition} }};"
    return await desk.engine.creates(name, statement, mode)


async def peopled(desk: Scene) -> None:
    """Managers may refund up to 1,000, support agents up to 100, nobody for another reason."""
    await creates(desk, "managers", "permit", f"{IS.format('manager')} && context.input.amount <= 1000")
    await creates(desk, "support", "permit", f"{IS.format('support-agent')} && context.input.amount <= 100")
    await creates(desk, "no_other", "forbid", 'context.input has reason && context.input.reason == "other"')
    await creates(desk, "tighter", "forbid", "context.input.amount > 500", mode="LOG_ONLY")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived() -> AsyncIterator[Scene]:
    async with scene(config()) as found:
        await peopled(found)
        yield found


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "why role=manager process_refund orderId=A-1 amount=600",
            ["Allowed today", "Allowed by:", "managers", "tighter", "would have it denied, once it is enforced"],
        ),
        (
            "why role=support-agent process_refund orderId=A-1 amount=600",
            [
                "Denied today",
                "No policy permits it",
                'not met: the amount is at most 100 — met: the user has role "support-agent"',
                "This rule would allow exactly such calls",
                'Users with role "support-agent" may use process_refund when the order id is "A-1" and the amount is 6',
            ],
        ),
        (
            "why role=manager process_refund orderId=A-1 amount=20 reason=other",
            ["Denied by:", "no_other", "which a forbid overrides", "Another permit would change nothing"],
        ),
        (
            "why role=manager process_refund amount=20",
            ["It depends on the rest", "reason = “other” [no_other]", "For one call add orderId=VALUE."],
        ),
        ("why role=intern process_refund", ["Denied today, whatever the rest is: proved"]),
        (
            "why process_refund",
            ["I do not know which claims the token of the caller has", "ask for role", "anybody calls"],
        ),
        (
            "why @morgan process_refund orderId=A-1 amount=20",
            ["claims the token of morgan has", "Slack knows them as morgan and morgan@example.com", "It depends"],
        ),
        ("why @morgan export_customers", ["Denied today, whatever the rest is: proved"]),
        ("why @nobody export_customers", ["Denied today, whatever the rest is: proved"]),
        ("can process_refund", [NOBODY_ELSE, "These forbids take away some of that:", "no_other"]),
        ("can refund tool when the amount is above 500", ["callers with role = manager today", "amount = 501"]),
        ("can refund tool when the amount is above 5000", ["nobody today: proved"]),
        ("can export_customers?", ["nobody today: proved"]),
        (
            "ask who can refund more than 500?",
            ["callers with role = manager today", "nobody else: proved", "amount = 501"],
        ),
        ("ask who may not refund more than 5000?", ["everybody is denied today: proved"]),
        ("ask can interns issue refunds?", ["No: every one of these calls is denied today. Proved", "role = intern"]),
        ("can interns issue refunds?", ["No: every one of these calls is denied today. Proved"]),
        ("ask are interns blocked from refunds?", ["Yes: every one of these calls is denied today. Proved"]),
        ("ask what may interns do?", ["Nothing: every one of these calls is denied today. Proved"]),
        ("ask what can interns not do?", ["Everything: every one of these calls is denied today. Proved"]),
        (
            "ask what may support agents do?",
            [
                "Some of these calls are allowed today",
                "process_refund (RefundTool): ",
                "amount = 100, orderId = “some orderId” [support]",
                "Every such call is denied, proved, of get_order (OrderTool)",
            ],
        ),
    ],
)
async def test_an_answer_names_what_decides_and_what_is_proved(lived: Scene, question: str, said: list[str]) -> None:
    await opened(lived, lived.riley, f"/policy {question}", *(each.replace('"', '\\"') for each in said))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("why was my refund denied", "Say which call: /policy why role=VALUE process_refund INPUT=VALUE"),
        ("why role=x proces_refund amount=1", "Did you mean process_refund?"),
        ("why role=x process_refund amount=many", "amount: “many” is not a whole number."),
        ("why role=x process_refund amuont=1", "process_refund has no input “amuont”."),
        ('why role="x process_refund', "A quote is not closed."),
        ("why " + "refund " * 290, "and I read 2,000"),
        ("why " + "\u202e{[<>&`" * 60, "Say which call"),
        ("can frobnicate", "This gateway has no tool for “frobnicate”"),
        ("can " + "x" * 1900, "has no tool"),
        ("ask hello", "A question that works: “who can use process_refund?”"),
        ("ask who can frobnicate?", "frobnicate"),
        ("ask " + "who can refund " * 150, "and I read 2,000"),
        ("explain manager", "Did you mean managers?"),
        (
            "why Tool Execution Denied: Tool call not allowed due to policy enforcement [Policy evaluation denied due "
            "to elsewhere-abc1234567]",
            "No policy of this channel's policy engine is called elsewhere-abc1234567",
        ),
        ("why 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "The gateway's log has no request 1b4e28ba"),
    ],
)
async def test_what_cannot_be_answered_gets_one_sentence_that_helps(lived: Scene, question: str, said: str) -> None:
    view = await opened(lived, lived.riley, f"/policy {question}", said)
    assert "Traceback" not in view_text(view)


@pytest.mark.parametrize(
    "question", ["why role=manager process_refund", "can process_refund", "ask who can refund?", "explain managers"]
)
@pytest.mark.parametrize(
    ("who", "channel", "reason"),
    [
        (team.OUTSIDER, team.SHARED, "Only members of the workspace that owns these rules"),
        (team.GUEST, team.AGENT_RULES, "Guests cannot take part"),
        (team.REQUESTER, team.DIRECT_HUMANS, "in a channel that I am in"),
    ],
)
async def test_who_may_not_propose_is_answered_nothing(
    lived: Scene, question: str, who: str, channel: str, reason: str
) -> None:
    view = await opened(lived, lived.person(who), f"/policy {question}", reason, channel=channel)
    assert "managers" not in view_text(view)


@pytest.mark.parametrize(
    ("question", "usage"),
    [("why", "why role=VALUE TOOL"), ("can", "can TOOL"), ("explain", "explain NAME"), ("ask", "ask QUESTION")],
)
async def test_a_question_without_its_subject_says_how_it_is_typed(lived: Scene, question: str, usage: str) -> None:
    answer = await lived.riley.types(f"/policy {question}", team.AGENT_RULES)
    assert usage in answer["ack"]["text"]


async def test_a_request_to_allow_is_still_a_rule(lived: Scene) -> None:
    assert await lived.proposes("can you allow support agents to call get_order")


async def test_what_a_forbid_denied_is_explained_from_what_the_agent_got(lived: Scene) -> None:
    """The answer of the gateway pasted as it came, with the call beside it."""
    got = await lived.calls(REFUND, {"orderId": "A-1", "amount": 20, "reason": "other"}, role="manager")
    assert got["error"]["code"] == -32002
    pasted = json.dumps(got)
    view = await opened(lived, lived.riley, f"/policy why {pasted}", "The call was denied by no_other")
    assert "another permit changes nothing" in view_text(view)
    call = "role=manager process_refund orderId=A-1 amount=20 reason=other"
    view = await opened(lived, lived.riley, f"/policy why {pasted} {call}", "decided again", "Denied today")
    assert 'met: the reason is "other"' in view_text(view)
    await lived.riley.clicks_in(view, f"{ids.QUESTION_LOOK}.0")
    await top(lived, lived.riley, "Policy explained", "no_other", "Newly allowed")


async def test_a_denial_by_default_says_what_the_permits_ask_for(lived: Scene) -> None:
    """Without the caller's claims they are not guessed; with them the rule is offered."""
    arguments = {"orderId": "A-1", "amount": 600}
    got = await lived.calls(REFUND, arguments, role="support-agent")
    asked = {"method": "tools/call", "params": {"name": REFUND, "arguments": arguments}}
    pasted = f"{json.dumps(asked)} {json.dumps(got)}"
    view = await opened(
        lived, lived.riley, f"/policy why {pasted}", "because no policy permitted it", "claims are not known"
    )
    assert 'not met: the amount is at most 100 — not known: the user has role "support-agent"' in view_text(view)
    await opened(
        lived, lived.riley, f"/policy why {pasted} role=support-agent", "This rule would allow exactly such calls"
    )
    await opened(lived, lived.riley, "/policy why Tool Execution Denied … no_other", "The call was denied by no_other")
    message = got["error"]["message"]
    await opened(lived, lived.riley, f"/policy why {message}", "Which condition was not met depends on the call")


async def test_a_request_of_the_gateways_log_is_explained_by_its_id(lived: Scene) -> None:
    """The log has the tool, the inputs and the policies that decided, and never the claims."""
    assert lived.plane is not None
    for arguments, said in (
        ({"orderId": "A-1", "amount": 20, "reason": "other"}, "The call was denied by no_other"),
        ({"orderId": "A-1", "amount": 600}, "not met: the amount is at most 100"),
    ):
        message = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": REFUND, "arguments": arguments},
        }
        headers = {"Authorization": f"Bearer {lived.plane.token({'role': 'support-agent', 'sub': 'sam'})}"}
        url = lived.plane.gateway_url()
        async with aiohttp.ClientSession() as session, session.post(url, json=message, headers=headers) as answer:
            request_id = answer.headers["x-amzn-RequestId"]
        view = await opened(lived, lived.riley, f"/policy why {request_id}", said, "process_refund called by sam")
        assert "role" not in view_text(view).split("The gateway's log has it")[1].split("It was denied")[0]
    await opened(
        lived, lived.riley, f"/policy why {request_id} role=support-agent", "This rule would allow exactly such calls"
    )


async def test_what_is_offered_becomes_a_review_of_exactly_that(lived: Scene) -> None:
    """Worked out anew at the click, proposed once, and translated to the narrow permit."""
    view = await opened(
        lived, lived.riley, "/policy why role=support-agent process_refund orderId=A-7 amount=450", "Propose this"
    )
    assert "A-7" not in json.dumps([block for block in view["blocks"] if block["type"] == "actions"])
    await lived.riley.clicks_in(view, ids.QUESTION_PROPOSE)
    saved = await top(lived, lived.riley, "is saved as P-")
    card = await lived.card(proposal_in(view_text(saved)))
    cedar = cedar_in(card)
    for part in ('getTag("role") == "support-agent"', 'context.input.orderId == "A-7"', "context.input.amount == 450"):
        assert part in cedar


async def test_what_was_offered_and_does_not_hold_any_more_is_not_proposed(fresh: Scene) -> None:
    await peopled(fresh)
    view = await opened(
        fresh, fresh.riley, "/policy why role=support-agent process_refund orderId=A-7 amount=450", "Propose this"
    )
    await creates(fresh, "cap", "forbid", "context.input.amount > 400")
    await fresh.riley.clicks_in(view, ids.QUESTION_PROPOSE)
    await top(fresh, fresh.riley, "What was offered does not hold any more")


async def test_a_policy_is_explained_with_what_falls_and_what_can_be_done(fresh: Scene) -> None:
    """What policybot made can be tried; every policy can be revoked from there."""
    _, name = await enacted(fresh, "allow support agents to call refund tool")
    policy = await _policy(fresh, name)
    how = {"enforcementMode": "ACTIVE", "validationMode": "IGNORE_ALL_FINDINGS"}
    await fresh.engine.updates(policy, definition=policy["definition"], **how)
    view = await opened(fresh, fresh.riley, f"/policy explain {name}", "If it goes", "Newly denied", "approved by")
    assert "every call of process_refund, by callers with role = support-agent" in view_text(view)
    await fresh.riley.clicks_in(view, ids.QUESTION_TRY)
    await top(fresh, fresh.riley, "Try a request", "Claims of the caller's token")
    view = await opened(fresh, fresh.riley, f"/policy explain {name}", "If it goes")
    await fresh.riley.clicks_in(view, ids.POLICY_REVOKE)
    await top(fresh, fresh.riley, "Revoke a policy")


async def _policy(desk: Scene, name: str) -> Json:
    return next(each for each in await desk.engine.policies() if each["name"] == name)


async def test_a_gateway_that_does_not_enforce_and_one_without_engine_are_said(fresh: Scene) -> None:
    """Nothing is called denied today where every call goes through."""
    await peopled(fresh)
    question = "/policy why role=intern process_refund orderId=A-1 amount=20"
    for mode, said in (("LOG_ONLY", "The gateway is in mode LOG_ONLY"), ("", "The gateway asks no policy engine")):
        await attaches(fresh, mode)
        view = await opened(fresh, fresh.riley, question, said, "Denied by this engine")
        assert "today" not in view_text(view).split("every call goes through today")[1]
        assert "Propose this" not in view_text(view)


async def test_many_permits_are_paged(fresh: Scene) -> None:
    for number in range(14):
        await creates(fresh, f"group_{number:02}", "permit", IS.format(f"group{number:02}"))
    view = await opened(fresh, fresh.riley, "/policy can process_refund", "nobody else: proved", "Page 1 of 2")
    assert len(view["blocks"]) < 40
    await fresh.riley.clicks_in(view, ids.QUESTION_ON)
    view = await top(fresh, fresh.riley, "Page 2 of 2", "group_13")
    await fresh.riley.clicks_in(view, ids.QUESTION_BACK)
    await top(fresh, fresh.riley, "Page 1 of 2", "group_00")
