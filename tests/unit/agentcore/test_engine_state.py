"""The state of an engine when AgentCore does not show everything, or shows it late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.agentcore import AgentCore
from bot.agentcore.policies import AT_ONCE
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.reported import PolicyRecord

ENGINE = "support-0123456789"
ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-0123456789"
PERMIT = f'permit(principal, action == AgentCore::Action::"A___b", resource == AgentCore::Gateway::"{ARN}");'
FORBID = PERMIT.replace("permit", "forbid")
REFERENCE = {"policyGeneration": {"policyGenerationId": "g-0123456789", "policyGenerationAssetId": "a-0123456789"}}
LONG_AGO = "2026-01-01T00:00:00.000Z"
LATER = "2026-01-02T00:00:00.000Z"
GATEWAY = {"gatewayArn": ARN, "gatewayId": "desk-0123456789", "name": "desk", "authorizerType": "AWS_IAM"}
LISTS = {
    "/policies": "ListPolicies",
    "/policy-summaries": "ListPolicySummaries",
    "/assets": "ListPolicyGenerationAssets",
}


class Account:
    """An AWS account with one gateway and one engine; `down` has the errors that operations end with."""

    def __init__(self, reply_with: Callable[..., Any]) -> None:
        self._reply_with = reply_with
        self.policies: dict[str, dict[str, Any]] = {}
        self.assets: list[dict[str, Any]] = []
        self.down: dict[str, tuple[str, int]] = {}
        self.calls: list[str] = []

    def put(self, name: str, definition: dict[str, Any], *, updated: str = LONG_AGO, status: str = "ACTIVE") -> None:
        policy_id = f"{name}-0123456789"
        about = {"policyId": policy_id, "name": name, "status": status}
        about |= {"createdAt": updated, "updatedAt": updated}
        self.policies[policy_id] = {**about, "enforcementMode": "ACTIVE", "definition": definition}

    async def __call__(self, seen: Any) -> Any:
        path = seen.path
        found = next((name for end, name in LISTS.items() if path.endswith(end)), "")
        operation = found or ("GetPolicy" if "/policies/" in path else "Gateway")
        self.calls.append(operation)
        if operation in self.down:
            code, status = self.down[operation]
            return self._reply_with({"message": "no"}, status, {"x-amzn-ErrorType": code})
        if operation == "Gateway":
            return self._reply_with({"items": []} if path.endswith("/targets/") else GATEWAY)
        if operation == "GetPolicy":
            return self._reply_with(self.policies[path.rsplit("/", 1)[-1]])
        if operation == "ListPolicyGenerationAssets":
            return self._reply_with({"policyGenerationAssets": self.assets})
        hidden = () if operation == "ListPolicies" else ("definition",)
        shown = [{key: policy[key] for key in policy if key not in hidden} for policy in self.policies.values()]
        begin = int(seen.query.get("nextToken", 0))
        end = begin + int(seen.query["maxResults"])
        more = {"nextToken": str(end)} if end < len(shown) else {}
        return self._reply_with({"policies": shown[begin:end], **more})

    def counted(self) -> Counter[str]:
        """The calls on policies since this was last asked."""
        counted = Counter(call for call in self.calls if call != "Gateway")
        self.calls.clear()
        return counted


@pytest.fixture
def account(aws: Any, reply_with: Callable[..., Any]) -> Account:
    account = Account(reply_with)
    aws.then(account)
    return account


@pytest.fixture
def service(aws: Any, account: Account, service_of: Callable[..., AgentCore]) -> AgentCore:
    del account  # answers for aws
    return service_of(aws.url)


async def _policies(service: AgentCore) -> tuple[PolicyRecord, ...]:
    return (await service.engine_state(ENGINE, ARN)).policies


async def test_a_policy_of_an_unknown_kind_is_there_with_the_reason(account: Account, service: AgentCore) -> None:
    account.put("p", {"rego": {"statement": "allow := true"}})
    account.put("q", {"cedar": {"statement": ""}})
    assert [(policy.statement, policy.unreadable) for policy in await _policies(service)] == [
        ("", "its definition has a member that policybot does not know: rego"),
        ("", "AgentCore gave no statement"),
    ]


async def test_a_statement_stands_under_either_member(account: Account, service: AgentCore) -> None:
    account.put("p", {"cedar": {"statement": PERMIT}})
    account.put("q", {"policy": {"statement": FORBID}})
    assert [(policy.statement, policy.unreadable) for policy in await _policies(service)] == [
        (PERMIT, ""),
        (FORBID, ""),
    ]


async def test_a_policy_whose_asset_is_gone_says_so_and_the_asset_is_not_asked_for_again(
    account: Account, service: AgentCore
) -> None:
    account.put("p", REFERENCE)
    account.down["ListPolicyGenerationAssets"] = ("ResourceNotFoundException", 404)
    for _ in range(2):
        (policy,) = await _policies(service)
        assert (policy.statement, policy.unreadable) == ("", "made by reference, and its asset is gone")
    one = await service.policy(ENGINE, "p-0123456789")
    assert one == policy
    assert account.counted()["ListPolicyGenerationAssets"] == 1


async def test_an_asset_that_was_not_listed_once_is_looked_for_again(account: Account, service: AgentCore) -> None:
    account.put("p", REFERENCE)
    (before,) = await _policies(service)
    assert (before.statement, before.unreadable) == ("", "made by reference, and AgentCore listed no such asset")
    asset = {"policyGenerationAssetId": "a-0123456789", "rawTextFragment": "all", "findings": []}
    account.assets = [asset]
    (without,) = await _policies(service)
    assert without.unreadable == "made by reference, and its asset has no statement that policybot can read"
    account.assets = [{**asset, "definition": {"cedar": {"statement": PERMIT}}}]
    (after,) = await _policies(service)
    assert (after.statement, after.unreadable) == (PERMIT, "")


@pytest.mark.parametrize("gone", [False, True])
async def test_policies_made_from_one_generation_do_not_each_list_its_assets(
    account: Account, service: AgentCore, *, gone: bool
) -> None:
    asset = {"rawTextFragment": "all", "findings": [], "definition": {"cedar": {"statement": PERMIT}}}
    for number in range(50):
        made_from = {**REFERENCE["policyGeneration"], "policyGenerationAssetId": f"a{number}-0123456789"}
        account.put(f"p{number}", {"policyGeneration": made_from})
        account.assets.append({**asset, "policyGenerationAssetId": made_from["policyGenerationAssetId"]})
    if gone:
        account.down["ListPolicyGenerationAssets"] = ("ResourceNotFoundException", 404)
    assert {policy.statement for policy in await _policies(service)} == {"" if gone else PERMIT}
    assert account.counted()["ListPolicyGenerationAssets"] <= AT_ONCE


async def test_assets_that_may_not_be_read_fail_the_reading_by_the_permissions_name(
    account: Account, service: AgentCore
) -> None:
    account.put("p", REFERENCE)
    account.down["ListPolicyGenerationAssets"] = ("AccessDeniedException", 403)
    with pytest.raises(ServiceError, match="bedrock-agentcore:ListPolicyGenerationAssets"):
        await _policies(service)


async def test_a_policy_deleted_between_the_list_and_its_reading_is_not_there(
    account: Account, service: AgentCore
) -> None:
    account.put("p", {"cedar": {"statement": PERMIT}})
    await _policies(service)
    account.put("p", {"cedar": {"statement": FORBID}}, updated=LATER)
    account.down["GetPolicy"] = ("ResourceNotFoundException", 404)
    assert await _policies(service) == ()


@pytest.mark.parametrize("changed", [{"status": "DELETING"}, {"enforcementMode": "LOG_ONLY"}, {"updatedAt": LATER}])
async def test_each_part_of_a_summary_shows_by_itself_that_a_policy_has_changed(
    account: Account, service: AgentCore, changed: dict[str, str]
) -> None:
    account.put("p", {"cedar": {"statement": PERMIT}})
    (before,) = await _policies(service)
    account.put("p", {"cedar": {"statement": FORBID}})
    assert await _policies(service) == (before,)
    account.policies["p-0123456789"].update(changed)
    (after,) = await _policies(service)
    assert after.statement == FORBID


async def test_a_policy_changed_twice_within_one_tick_of_agentcores_clock_is_not_taken_for_unchanged(
    account: Account, service: AgentCore
) -> None:
    # A little ahead, so that no answer is dated a tick behind it, however late it comes.
    now = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="seconds")
    account.put("p", {"cedar": {"statement": PERMIT}}, updated=now)
    await _policies(service)
    account.put("p", {"cedar": {"statement": FORBID}}, updated=now)
    (policy,) = await _policies(service)
    assert policy.statement == FORBID


@pytest.mark.parametrize(("code", "status"), [("AccessDeniedException", 403), ("UnknownOperationException", 404)])
async def test_without_summaries_all_policies_are_read_each_time(
    account: Account, service: AgentCore, code: str, status: int
) -> None:
    account.put("p", {"cedar": {"statement": PERMIT}})
    account.down["ListPolicySummaries"] = (code, status)
    counted = []
    for _ in range(3):
        assert len(await _policies(service)) == 1
        counted.append(account.counted())
    assert counted == [{"ListPolicies": 1}, {"ListPolicySummaries": 1, "ListPolicies": 1}, {"ListPolicies": 1}]


async def test_summaries_that_fail_for_now_fail_the_reading(account: Account, service: AgentCore) -> None:
    account.put("p", {"cedar": {"statement": PERMIT}})
    await _policies(service)
    account.down["ListPolicySummaries"] = ("ThrottlingException", 429)
    with pytest.raises(ServiceUnavailable):
        await _policies(service)
    account.down.clear()
    account.counted()
    await _policies(service)
    assert account.counted() == {"ListPolicySummaries": 1}


@pytest.mark.parametrize(("changed", "calls"), [(3, {"GetPolicy": 3}), (4, {"ListPolicies": 3})])
async def test_many_changed_policies_are_read_in_pages_and_few_each_by_itself(
    account: Account, service: AgentCore, changed: int, calls: dict[str, int]
) -> None:
    for number in range(201):
        account.put(f"p{number}", {"cedar": {"statement": PERMIT}})
    await _policies(service)
    for number in range(changed):
        account.put(f"p{number}", {"cedar": {"statement": FORBID}}, updated=LATER)
    account.counted()
    assert Counter(policy.statement for policy in await _policies(service)) == {FORBID: changed, PERMIT: 201 - changed}
    assert account.counted() == {"ListPolicySummaries": 3, **calls}


async def test_a_policy_that_is_being_updated_to_another_gateway_stays(service: AgentCore, account: Account) -> None:
    """Its text until then is not shown, and stands again when the update fails."""
    elsewhere = {"cedar": {"statement": FORBID.replace("desk-", "till-")}}
    account.put("moving", elsewhere, status="UPDATING")
    account.put("moved", elsewhere)
    assert [policy.name for policy in await _policies(service)] == ["moving"]
