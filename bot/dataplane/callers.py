"""Who calls a gateway, from the headers of a request: the claims of a token, or an ARN."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER, Gateway
from bot.dataplane.tokens import TokenKey, TokenRefused

CALLER_ARN = "X-Policybot-Caller-Arn"
"""The header that says whose signature a request to an IAM gateway stands for; without it, the account's demo user."""
_ARN = re.compile(r"arn:[a-z0-9-]+:(?:iam|sts)::\d{12}:[\w+=,.@/-]+")
_ROLE_SESSION = re.compile(r"(arn:[a-z0-9-]+:sts::\d{12}:assumed-role/[^/]+)/.+")
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 +Credential=[^/,\s]+/\d{8}/[a-z0-9-]+/bedrock-agentcore/aws4_request\b")
_OPEN = ("NONE",)


@dataclass(frozen=True)
class Caller:
    """Who calls, as policies see them. `claims` are the token's own, `tags` the same as texts."""

    principal_type: str
    principal_id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)


class Unknown(Exception):
    """A request that does not say who calls. `status` is HTTP's, `said` the service's sentence."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


def caller_of(
    headers: Mapping[str, str], gateway: Gateway, body: Mapping[str, Any], key: TokenKey, now: datetime
) -> Caller:
    """The caller of a gateway with this GetGateway `body`. Raises Unknown."""
    if gateway.authorizer_type in _OPEN:
        return Caller(OAUTH_USER, "anonymous")
    authorization = headers.get("Authorization", "")
    if gateway.principal_type == IAM_ENTITY:
        return _signer(authorization, headers.get(CALLER_ARN), gateway)
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unknown(401, "Missing Bearer token")
    try:
        claims = key.claims(token.strip(), now)
    except TokenRefused as error:
        raise Unknown(401, "Invalid Bearer token") from error
    _check_audience(claims, body)
    return Caller(OAUTH_USER, str(claims["sub"]), tags_of(claims), claims)


def tags_of(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as AgentCore hands them to policies: every one a text, lists and objects as JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in claims.items()}


def normalized(arn: str) -> str:
    """The ARN that policies see: an assumed role's without the name of its session."""
    found = _ROLE_SESSION.fullmatch(arn)
    return found[1] if found else arn


def _signer(authorization: str, arn: str | None, gateway: Gateway) -> Caller:
    """The caller of an IAM gateway. The signature is not checked: nobody here shares its secret."""
    if not authorization:
        raise Unknown(403, "Missing Authentication Token")
    if not _SIGNED.match(authorization):
        raise Unknown(403, "The request is not signed with SigV4 for bedrock-agentcore")
    if arn is None:
        arn = f"arn:aws:iam::{gateway.arn.split(':')[4]}:user/policybot"
    elif not _ARN.fullmatch(arn):
        raise Unknown(403, f"{CALLER_ARN} is not the ARN of a user or a role")
    return Caller(IAM_ENTITY, normalized(arn))


def _check_audience(claims: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """Refuse a token that says it is for others. One that does not say is for whoever has the key: this gateway."""
    allowed = body.get("authorizerConfiguration", {}).get("customJWTAuthorizer", {})
    for claim, member in (("aud", "allowedAudience"), ("client_id", "allowedClients")):
        given = claims.get(claim)
        named = {given} if isinstance(given, str) else set(map(str, given)) if isinstance(given, list) else set()
        if claim in claims and allowed.get(member) and not named & set(allowed[member]):
            raise Unknown(401, "Invalid Bearer token")
