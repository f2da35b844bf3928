"""What the role may not do is named with what it is for, by asking a server that speaks AWS's protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.agentcore import Pace, connect
from bot.agentcore.permissions import PERMISSIONS
from bot.controlplane.wire.model import find_route
from bot.doctor.iam import allowed, probes, role_of, simulated
from bot.routing import Route
from tests.unit.conftest import ARN

ROUTE = Route(policy_engine_id="desk-0123456789", gateway_arn=ARN)
ENGINE = "arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/desk-0123456789"
ROLE = "arn:aws:sts::123456789012:assumed-role/policybot/i-0123456789"
CHANGES = ("CreatePolicy", "UpdatePolicy", "DeletePolicy", "StartPolicyGeneration")


class Aws:
    """Denies some operations; of everything else there is nothing. IAM's simulator says what `may` says."""

    def __init__(self, denied: tuple[str, ...] = (), may: Mapping[str, bool] | None = None) -> None:
        self.denied = denied
        self.may = may
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        if request.path == "/":
            return self._simulator(dict(parse_qsl((await request.read()).decode())))
        found = find_route(request.method, request.path)
        assert found is not None
        self.asked.append(found[0])
        code, status = ("ResourceNotFoundException", 404)
        if found[0] in self.denied:
            code, status = ("AccessDeniedException", 403)
        elif found[0].startswith("List") and found[0] != "ListPolicyGenerationAssets":
            return web.json_response({"policies": [], "policyGenerations": [], "items": [], "policySummaries": []})
        return web.json_response({"message": "no"}, status=status, headers={"x-amzn-ErrorType": code})

    def _simulator(self, asked: Mapping[str, str]) -> web.Response:
        space = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
        if self.may is None:
            text = (
                f"<ErrorResponse {space}><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
            )
            return web.Response(status=403, text=text, content_type="text/xml")
        assert asked["PolicySourceArn"] == "arn:aws:iam::123456789012:role/policybot"
        names = [value for name, value in asked.items() if name.startswith("ActionNames.member.")]
        members = "".join(
            f"<member><EvalActionName>{name}</EvalActionName><EvalDecision>"
            f"{'allowed' if self.may.get(name, True) else 'implicitDeny'}</EvalDecision></member>"
            for name in names
        )
        text = (
            f"<SimulatePrincipalPolicyResponse {space}><SimulatePrincipalPolicyResult><EvaluationResults>{members}"
            "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
        )
        return web.Response(text=text, content_type="text/xml")


@asynccontextmanager
async def aws(server: Aws) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def asked(server: Aws) -> list[Any]:
    async with aws(server) as url:
        client = connect(endpoint_url=url, pace=Pace(scale=0.0), quiet=True)
        try:
            return await allowed(client, ROUTE)
        finally:
            await client.aclose()


async def simulation(server: Aws) -> list[Any]:
    async with aws(server) as url:
        client = connect(endpoint_url=url, service="iam", pace=Pace(scale=0.0), quiet=True)
        try:
            return await simulated(client, ROLE, ROUTE, ENGINE)
        finally:
            await client.aclose()


async def test_each_denied_action_is_named_with_what_it_is_for() -> None:
    """For every operation that is asked: denied, it is a fault of its own; the others are not."""
    for operation in probes(ROUTE):
        (found,) = await asked(Aws((operation,)))
        action = f"bedrock-agentcore:{operation}"
        assert found.level == "fault"
        assert action in found.says
        assert PERMISSIONS[action].why in found.says


async def test_what_is_not_there_is_allowed_and_nothing_is_made() -> None:
    """Asked for what does not exist, AWS says so after it has looked at the role; what makes something is not asked."""
    server = Aws()
    (found,) = await asked(server)
    assert found.level == "ok"
    assert set(server.asked) == set(probes(ROUTE))
    assert not {"CreatePolicy", "StartPolicyGeneration", "UpdateGateway"} & set(server.asked)
    for operation, params in probes(ROUTE).items():
        if operation in CHANGES:
            assert params["policyId"] == "policybot_doctor-0000000000"


async def test_the_simulator_finds_what_cannot_be_tried() -> None:
    """A role that may not create policies, and may make those for every gateway."""
    may = {"bedrock-agentcore:CreatePolicy": False}
    said = {each.level: each.says for each in await simulation(Aws(may=may))}
    assert "bedrock-agentcore:CreatePolicy" in said["fault"]
    assert "bedrock-agentcore:ManageAdminPolicy" in said["warning"]


async def test_the_simulator_agrees_with_the_right_role() -> None:
    (found,) = await simulation(Aws(may={"bedrock-agentcore:ManageAdminPolicy": False}))
    assert found.level == "ok"
    assert "StartPolicyGeneration" in found.says


async def test_without_the_simulator_it_is_said_what_was_not_seen() -> None:
    (found,) = await simulation(Aws())
    assert found.level == "note"
    assert "StartPolicyGeneration" in found.says


def test_the_role_of_a_caller() -> None:
    assert role_of(ROLE) == "arn:aws:iam::123456789012:role/policybot"
    assert role_of("arn:aws:iam::123456789012:user/me") == "arn:aws:iam::123456789012:user/me"
