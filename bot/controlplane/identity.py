"""STS in its smallest: `POST /` with GetCallerIdentity, so that tools that first ask who they are get an answer."""

from __future__ import annotations

from urllib.parse import parse_qs
from xml.sax.saxutils import escape

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def answer(body: bytes, account: str, request_id: str) -> tuple[int, str]:
    """Status and XML for a request of STS's query protocol."""
    action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    if action != "GetCallerIdentity":
        return 400, (
            f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>InvalidAction</Code>'
            f"<Message>Could not find operation {escape(action)} for version 2011-06-15</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return 200, (
        f'<GetCallerIdentityResponse xmlns="{_NAMESPACE}"><GetCallerIdentityResult>'
        f"<Arn>arn:aws:iam::{account}:user/policybot</Arn><UserId>AIDAPOLICYBOTEMBEDDED</UserId>"
        f"<Account>{account}</Account></GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
