"""boto3 stays off the event loop, in few threads, and lets go cleanly."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.agentcore import Call, Client, Connection, Pace, connect
from bot.errors import ServiceError, ServiceUnavailable

ENGINE = "support-0123456789"
POLICY = "refunds-0123456789"
TOKEN = "0b5f5a0e-7d1c-4b54-9f0e-111122223333"
STATEMENT = "forbid(principal, action, resource is AgentCore::Gateway);"


async def test_the_event_loop_is_free_while_the_service_is_slow(
    aws: Any, client_of: Callable[..., Client], reply_with: Callable[..., Any]
) -> None:
    order: list[str] = []
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(_seen: Any) -> Any:
        order.append("request arrived")
        arrived.set()
        await released.wait()
        order.append("answer leaves")
        return reply_with({"policies": []})

    aws.then(slow)
    call = asyncio.create_task(client_of(aws.url).call("ListPolicies", policyEngineId=ENGINE))
    await arrived.wait()
    order.append("other work")
    released.set()
    await call
    order.append("answer read")
    assert order == ["request arrived", "other work", "answer leaves", "answer read"]


async def test_no_more_calls_are_on_their_way_than_there_are_threads(
    aws: Any, client_of: Callable[..., Client], reply_with: Callable[..., Any]
) -> None:
    now = most = 0

    async def count(_seen: Any) -> Any:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return reply_with({"policies": []})

    aws.then(count)
    client = client_of(aws.url, workers=2)
    await asyncio.gather(*(client.call("ListPolicies", policyEngineId=ENGINE) for _ in range(20)))
    assert 1 <= most <= 2


async def test_a_cancelled_caller_stops_waiting_and_closing_waits_for_the_request(
    aws: Any, client_of: Callable[..., Client], reply_with: Callable[..., Any]
) -> None:
    arrived, released = asyncio.Event(), asyncio.Event()
    left = False

    async def slow(_seen: Any) -> Any:
        nonlocal left
        arrived.set()
        await released.wait()
        left = True
        return reply_with({"policies": []})

    aws.then(slow)
    client = client_of(aws.url)
    call = asyncio.create_task(client.call("ListPolicies", policyEngineId=ENGINE))
    await arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not left
    closing = asyncio.create_task(client.aclose())
    await asyncio.sleep(0)
    assert not closing.done()
    released.set()
    await closing
    assert left


async def test_closing_refuses_calls_that_wait_for_a_thread(
    aws: Any, client_of: Callable[..., Client], reply_with: Callable[..., Any]
) -> None:
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(_seen: Any) -> Any:
        arrived.set()
        await released.wait()
        return reply_with({"policies": []})

    aws.then(slow)
    client = client_of(aws.url, workers=1)
    calls = [asyncio.create_task(client.call("ListPolicies", policyEngineId=ENGINE)) for _ in range(3)]
    await arrived.wait()
    closing = asyncio.create_task(client.aclose())
    await asyncio.sleep(0)
    released.set()
    first, *others = await asyncio.gather(*calls, return_exceptions=True)
    await closing
    assert isinstance(first, dict)
    assert [type(other) for other in others] == [ServiceUnavailable, ServiceUnavailable]
    assert len(aws.seen) == 1


async def test_a_closed_client_takes_no_calls(aws: Any, client_of: Callable[..., Client]) -> None:
    client = client_of(aws.url)
    await client.aclose()
    with pytest.raises(ServiceUnavailable, match="stopping"):
        await client.call("ListPolicies", policyEngineId=ENGINE)
    assert aws.seen == []


async def test_our_client_token_goes_out_unchanged_and_again_when_boto3_repeats(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    aws.fail("InternalServerException", status=500)
    aws.answer({"policyId": POLICY}, 202)
    await client_of(aws.url).call(
        "CreatePolicy",
        policyEngineId=ENGINE,
        name="refunds",
        definition={"cedar": {"statement": STATEMENT}},
        clientToken=TOKEN,
    )
    assert [seen.body["clientToken"] for seen in aws.seen] == [TOKEN, TOKEN]


async def test_pages_are_followed_to_the_last_and_only_as_far_as_they_are_read(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    for token in ("two", "three", None):
        aws.answer({"policies": [], "nextToken": token} if token else {"policies": []})
    client = client_of(aws.url)
    assert len([page async for page in client.pages("ListPolicies", policyEngineId=ENGINE)]) == 3
    assert [seen.query.get("nextToken") for seen in aws.seen] == [None, "two", "three"]
    assert {seen.query["maxResults"] for seen in aws.seen} == {"100"}
    aws.answer({"policies": [], "nextToken": "more"})
    aws.replies.reverse()
    async for _page in client.pages("ListPolicies", policyEngineId=ENGINE):
        break
    assert len(aws.seen) == 4


async def test_every_call_is_counted_with_its_outcome(aws: Any, client_of: Callable[..., Client]) -> None:
    calls: list[Call] = []
    client = client_of(aws.url, calls=calls)
    aws.answer({"policies": []})
    await client.call("ListPolicies", policyEngineId=ENGINE)
    aws.fail("ResourceNotFoundException", status=404)
    aws.replies.reverse()
    with pytest.raises(ServiceError):
        await client.call("GetPolicy", policyEngineId=ENGINE, policyId=POLICY)
    assert [(call.operation, call.code) for call in calls] == [
        ("ListPolicies", ""),
        ("GetPolicy", "ResourceNotFoundException"),
    ]


async def test_logs_have_ids_and_request_ids_and_neither_tokens_nor_statements(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    client = client_of(aws.url)

    async def create() -> None:
        await client.call(
            "CreatePolicy",
            policyEngineId=ENGINE,
            name="refunds",
            description="about refunds",
            definition={"cedar": {"statement": STATEMENT}},
            clientToken=TOKEN,
        )

    aws.answer({"policyId": POLICY}, 202)
    with structlog.testing.capture_logs() as lines:
        await create()
        aws.fail("ValidationException", f"bad: {STATEMENT} {TOKEN}", reason="CannotParse")
        aws.replies.reverse()
        with pytest.raises(ServiceError):
            await create()
    assert [(line["log_level"], line["operation"], line["engine"], line.get("code")) for line in lines] == [
        ("info", "CreatePolicy", ENGINE, None),
        ("warning", "CreatePolicy", ENGINE, "ValidationException"),
    ]
    assert all(line["request_id"] and "milliseconds" in line for line in lines)
    for secret in (TOKEN, STATEMENT, "about refunds"):
        assert secret not in str(lines)


async def test_calls_take_turns_at_the_services_rate(aws: Any, client_of: Callable[..., Client]) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))

    aws.answer({"policies": []})
    client = client_of(aws.url, pace=Pace(clock=lambda: 0.0, sleep=sleep))
    for _ in range(3):
        await client.call("ListPolicies", policyEngineId=ENGINE)
    assert slept == [0.21, 0.42]


async def test_a_local_endpoint_works_whatever_the_aws_configuration_and_learns_nothing_of_it(
    aws: Any, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    surroundings = {
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "a-real-session-token",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "AWS_CONFIG_FILE": "/nowhere",
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    aws.answer({"policies": []})
    await client_of(aws.url).call("ListPolicies", policyEngineId=ENGINE)
    sent = str(aws.seen[0].headers)
    assert "Credential=embedded/" in sent
    assert "policybot" in aws.seen[0].headers["User-Agent"]
    assert "AKIAREAL" not in sent
    assert "a-real-session-token" not in sent


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without any AWS configuration but an empty file, whose path it gives."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "config"


async def _code(client: Client) -> str:
    with pytest.raises(ServiceError) as caught:
        await client.call("ListPolicies", policyEngineId=ENGINE)
    return caught.value.code


async def test_missing_region_profile_and_credentials_are_each_named(
    bare: Path, client_of: Callable[..., Client]
) -> None:
    assert await _code(client_of("")) == "NoRegionError"
    assert await _code(client_of("", region="us-east-1", profile="nobody")) == "ProfileNotFound"
    assert await _code(client_of("", region="us-east-1")) == "NoCredentialsError"
    assert await _code(client_of("", region="not a region")) == "InvalidRegionError"


@pytest.fixture
def sso(bare: Path) -> None:
    """A profile `team` whose SSO session nobody signed in to."""
    bare.write_text(
        "[profile team]\nsso_session = team\nsso_account_id = 123456789012\nsso_role_name = bot\nregion = us-east-1\n"
        "[sso-session team]\nsso_start_url = https://team.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_registration_scopes = sso:account:access\n"
    )


@pytest.mark.usefixtures("sso")
async def test_an_sso_session_that_nobody_signed_in_to_is_retried_with_the_command_to_run(
    client_of: Callable[..., Client],
) -> None:
    with pytest.raises(ServiceUnavailable, match="aws sso login"):
        await client_of("", profile="team").call("ListPolicies", policyEngineId=ENGINE)


async def test_credentials_that_appear_later_are_used_without_a_restart(
    aws: Any, bare: Path, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.answer({"policies": []})
    client = client_of(aws.url.replace("127.0.0.1", "0.0.0.0"), region="us-east-1")
    assert await _code(client) == "NoCredentialsError"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    await client.call("ListPolicies", policyEngineId=ENGINE)
    assert "Credential=AKIAEXAMPLE/" in aws.seen[0].headers["Authorization"]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8787", True),
        ("http://localhost:8787", True),
        ("http://[::1]:8787", True),
        ("https://bedrock-agentcore-control.us-east-1.amazonaws.com", False),
        ("http://localhost.example.com", False),
        ("", False),
    ],
)
def test_only_an_address_of_this_machine_is_local(url: str, local: bool) -> None:
    assert Connection(endpoint_url=url).is_local is local


def test_nothing_is_opened_and_boto3_not_loaded_before_the_first_call() -> None:
    code = "import sys, bot.agentcore as a; a.connect(region='x'); sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_connect_takes_settings_as_they_are_unset_or_not() -> None:
    assert isinstance(connect(region=None, profile=None, endpoint_url=None), Client)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL"])
async def test_no_endpoint_of_boto3s_own_settings_is_spoken_to_in_the_clear(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Rules and signed requests leave this machine over TLS only, wherever the endpoint was written down."""
    monkeypatch.setenv(name, "http://agentcore.example.com")
    with pytest.raises(ServiceError, match="in the clear"):
        await client_of("", region="us-east-1").call("ListPolicies", policyEngineId="support-0123456789")
