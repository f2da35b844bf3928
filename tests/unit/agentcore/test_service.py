"""What happens at the edges of the port: conflicts, things that vanish, answers that come late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.agentcore import AgentCore, Client
from bot.errors import ServiceError, ServiceUnavailable

ENGINE = "support-0123456789"
ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-0123456789"
TOKEN = "0b5f5a0e-7d1c-4b54-9f0e-111122223333"
STATEMENT = "forbid(principal, action, resource is AgentCore::Gateway);"
ASSET = {"policyGenerationAssetId": "asset-0123456789", "rawTextFragment": "no", "findings": []}


def _policy(**members: Any) -> dict[str, Any]:
    definition = {"cedar": {"statement": STATEMENT}}
    return {"policyId": "p-0123456789", "name": "p", "status": "ACTIVE", "definition": definition, **members}


async def _create(service: AgentCore) -> Any:
    return await service.create_policy(
        engine_id=ENGINE,
        name="p",
        statement=STATEMENT,
        description="",
        enforcement_mode="LOG_ONLY",
        validation_mode="FAIL_ON_ANY_FINDINGS",
        token=TOKEN,
    )


async def _start(service: AgentCore) -> Any:
    return await service.start_generation(engine_id=ENGINE, gateway_arn=ARN, name="g", rule="allow all", token=TOKEN)


@pytest.mark.parametrize("make", [_create, _start])
async def test_a_conflict_about_nothing_of_that_name_is_tried_again_unless_the_name_is_taken_elsewhere(
    aws: Any, service_of: Callable[..., AgentCore], make: Callable[[AgentCore], Any]
) -> None:
    for message, kind in (("The engine is busy", ServiceUnavailable), ("A policy already exists", ServiceError)):
        aws.replies.clear()
        aws.fail("ConflictException", message, status=409)
        aws.answer({"policies": [_policy(name="q")], "policyGenerations": []})
        with pytest.raises(ServiceError, match=message) as caught:
            await make(service_of(aws.url))
        assert type(caught.value) is kind


async def test_a_generation_of_that_name_for_another_gateway_is_not_taken_for_ours(
    aws: Any, service_of: Callable[..., AgentCore]
) -> None:
    aws.fail("ConflictException", "Generation with the same name already exists", status=409)
    other = {"policyGenerationId": "g-0123456789", "name": "g", "status": "GENERATED", "resource": {"arn": ARN + "x"}}
    aws.answer({"policyGenerations": [other]})
    with pytest.raises(ServiceError, match="another gateway"):
        await _start(service_of(aws.url))


async def test_an_empty_description_is_left_out(aws: Any, service_of: Callable[..., AgentCore]) -> None:
    aws.answer(_policy(), 202)
    await _create(service_of(aws.url))
    assert "description" not in aws.seen[0].body


async def test_an_empty_list_of_assets_is_read_once_more(aws: Any, client_of: Callable[..., Client]) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    aws.answer({"policyGenerationAssets": []})
    aws.answer({"policyGenerationAssets": [ASSET]})
    service = AgentCore(client_of(aws.url), sleep=sleep)
    assert len(await service.assets(ENGINE, "generation-0123456789")) == 1
    assert slept == [2.0]


async def test_a_page_of_a_proxy_is_not_taken_for_an_empty_list_of_assets(
    aws: Any, service_of: Callable[..., AgentCore]
) -> None:
    aws.text("<html>Sign in to the Wi-Fi</html>", 200)
    with pytest.raises(ServiceUnavailable, match="cannot be read"):
        await service_of(aws.url).assets(ENGINE, "generation-0123456789")


async def test_assets_of_every_page_keep_their_order(aws: Any, service_of: Callable[..., AgentCore]) -> None:
    pages = [["a", "b"], ["c"]]
    for number, page in enumerate(pages):
        found = [{**ASSET, "policyGenerationAssetId": f"{name}-0123456789"} for name in page]
        more = {"nextToken": "more"} if number == 0 else {}
        aws.answer({"policyGenerationAssets": found, **more})
    assets = await service_of(aws.url).assets(ENGINE, "generation-0123456789")
    assert [asset.asset_id[0] for asset in assets] == ["a", "b", "c"]


async def test_a_taken_name_whose_policy_is_being_deleted_is_waited_for(
    aws: Any, service_of: Callable[..., AgentCore]
) -> None:
    aws.fail("ConflictException", "A policy with the same name already exists", status=409)
    aws.answer({"policies": [_policy(status="DELETING")]})
    with pytest.raises(ServiceUnavailable, match="still deleting"):
        await _create(service_of(aws.url))


async def test_a_policy_that_another_caller_is_deleting_already_is_deleted(
    aws: Any, service_of: Callable[..., AgentCore]
) -> None:
    aws.fail("ConflictException", "The policy is DELETING", status=409)
    aws.answer(_policy(status="DELETING"))
    await service_of(aws.url).delete_policy(ENGINE, "p-0123456789")
    assert [seen.method for seen in aws.seen] == ["DELETE", "GET"]


async def test_a_target_deleted_since_it_was_listed_is_left_out(aws: Any, service_of: Callable[..., AgentCore]) -> None:
    aws.answer({"gatewayArn": ARN, "gatewayId": "desk-0123456789", "name": "desk", "authorizerType": "AWS_IAM"})
    aws.answer({"items": [{"targetId": "AAAAAAAAAA"}]})
    aws.fail("ResourceNotFoundException", "Gone", status=404)
    assert (await service_of(aws.url).gateway(ARN)).targets == ()


async def test_a_target_that_may_not_be_read_fails_the_gateway_by_the_permissions_name(
    aws: Any, service_of: Callable[..., AgentCore]
) -> None:
    aws.answer({"gatewayArn": ARN, "gatewayId": "desk-0123456789", "name": "desk", "authorizerType": "AWS_IAM"})
    aws.answer({"items": [{"targetId": f"AAAAAAAAA{number}"} for number in range(10)]})
    aws.fail("AccessDeniedException", "no", status=403)
    with pytest.raises(ServiceError, match="bedrock-agentcore:GetGatewayTarget"):
        await service_of(aws.url).gateway(ARN)
    for _ in range(3):
        await asyncio.sleep(0)
    left = [task.get_coro() for task in asyncio.all_tasks()]
    assert not [work for work in left if "AgentCore" in getattr(work, "__qualname__", "")], "reading goes on"
