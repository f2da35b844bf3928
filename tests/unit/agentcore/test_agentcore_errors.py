"""Every error becomes one of ours, with a sentence that a person can act on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions as boto
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError

from bot.agentcore import AgentCore, Client
from bot.agentcore.errors import BOTO, SERVICE, VALIDATION_REASONS, row_for, translate
from bot.errors import ServiceError, ServiceUnavailable

ENGINE = "support-0123456789"
TOKEN = "0b5f5a0e-7d1c-4b54-9f0e-111122223333"
RULE = "allow nobody to call the secret tool"


def model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("bedrock-agentcore-control", "service-2"))


def errors_of_the_model() -> dict[str, int]:
    """The exceptions of every operation on policies and gateways, with their HTTP status."""
    found = model()
    names = [name for name in found.operation_names if "Polic" in name or "Gateway" in name]
    shapes = [shape for name in names for shape in found.operation_model(name).error_shapes]
    return {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in shapes}


def every_subclass(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_subclass(below)


async def failure(client: Client) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await client.call(
            "StartPolicyGeneration",
            policyEngineId=ENGINE,
            resource={"arn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-0123456789"},
            content={"rawText": RULE},
            name="rule",
            clientToken=TOKEN,
        )
    return caught.value


def test_every_exception_of_the_services_model_is_in_the_table() -> None:
    assert errors_of_the_model().keys() - SERVICE.keys() == set()


def test_every_reason_of_a_validation_exception_is_in_the_table() -> None:
    reasons = model().shape_for("ValidationExceptionReason").metadata["enum"]
    assert set(reasons) == set(VALIDATION_REASONS)


async def test_each_code_over_http_is_final_or_retried_as_the_table_says(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    client, statuses = client_of(aws.url), errors_of_the_model()
    found = {}
    for code in SERVICE:
        aws.replies.clear()
        aws.fail(code, "the service's own words", status=statuses.get(code, 400))
        error = await failure(client)
        found[error.code] = isinstance(error, ServiceUnavailable)
        assert error.fields["request_id"]
        assert error.fields["operation"] == "StartPolicyGeneration"
    assert found == {code: row.retry for code, row in SERVICE.items()}


async def test_each_validation_reason_over_http_is_final_and_names_itself(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    client = client_of(aws.url)
    for reason in VALIDATION_REASONS:
        aws.replies.clear()
        aws.fail("ValidationException", "words", reason=reason)
        error = await failure(client)
        assert not isinstance(error, ServiceUnavailable)
        assert error.fields["reason"] == reason


async def test_a_code_nobody_knows_is_retried_by_its_status(aws: Any, client_of: Callable[..., Client]) -> None:
    client = client_of(aws.url)
    expected = {500: True, 502: True, 503: True, 504: True, 429: True, 408: True, 418: False}
    found = {}
    for status in expected:
        aws.replies.clear()
        aws.fail("BrandNewException", "words", status=status)
        error = await failure(client)
        assert error.code == "BrandNewException"
        found[status] = isinstance(error, ServiceUnavailable)
    assert found == expected


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("<html><h1>Sign in to the Wi-Fi</h1></html>", 200, "text/html"),
        ("<html><h1>502 Bad Gateway</h1></html>", 502, "text/html"),
        ("", 503, "application/json"),
        ('{"policyGenerat', 200, "application/json"),
        ("[]", 200, "application/json"),
        ('{"statusReasons": "no list"}', 200, "application/json"),
        ('{"resource": {"arn": "a", "other": "b"}}', 200, "application/json"),
        ("{}", 200, "application/json"),
    ],
)
async def test_an_answer_that_is_not_agentcores_is_tried_again_and_its_markup_not_shown(
    aws: Any, service_of: Callable[..., AgentCore], body: str, status: int, kind: str
) -> None:
    aws.text(body, status, kind)
    with pytest.raises(ServiceUnavailable) as caught:
        await service_of(aws.url).start_generation(
            engine_id=ENGINE, gateway_arn="arn:aws:bedrock-agentcore:x", name="rule", rule=RULE, token=TOKEN
        )
    assert "<" not in str(caught.value)


async def test_a_page_that_is_not_agentcores_at_all_asks_for_the_endpoint_to_be_checked(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    aws.text("<html>404</html>", 404)
    error = await failure(client_of(aws.url))
    assert not isinstance(error, ServiceUnavailable)
    assert "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL" in str(error)


@pytest.mark.parametrize(
    ("said", "permission"),
    [
        (
            "User: arn:aws:sts::1:assumed-role/bot/x is not authorized to perform: "
            "bedrock-agentcore:ManageAdminPolicy on resource: arn:aws:bedrock-agentcore:us-east-1:1:policy-engine/e",
            "bedrock-agentcore:ManageAdminPolicy",
        ),
        ("Access denied", "bedrock-agentcore:StartPolicyGeneration"),
    ],
)
async def test_access_denied_names_the_missing_permission(
    aws: Any, client_of: Callable[..., Client], said: str, permission: str
) -> None:
    aws.fail("AccessDeniedException", said, status=403)
    error = await failure(client_of(aws.url))
    assert permission in str(error)
    assert error.fields["permission"] == permission


async def test_what_the_service_says_reaches_the_person_but_not_the_log_and_never_the_token(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    aws.fail("ValidationException", f"Value '{RULE}' with token {TOKEN} is too long\x07" + " x" * 2000, reason="Other")
    error = await failure(client_of(aws.url))
    assert RULE in str(error)
    assert TOKEN not in str(error)
    assert "\x07" not in str(error)
    assert len(str(error)) < 1000
    assert not [value for value in error.fields.values() if RULE in str(value) or TOKEN in str(value)]
    assert error.__cause__ is None


async def test_nobody_at_the_address_is_tried_again(unused_tcp_port: int, client_of: Callable[..., Client]) -> None:
    error = await failure(client_of(f"http://127.0.0.1:{unused_tcp_port}"))
    assert isinstance(error, ServiceUnavailable)
    assert error.code == "EndpointConnectionError"


async def test_an_answer_that_does_not_come_is_tried_again(aws: Any, client_of: Callable[..., Client]) -> None:
    ended = asyncio.Event()

    async def never(_seen: Any) -> Any:
        await ended.wait()
        raise ConnectionResetError

    aws.then(never)
    error = await failure(client_of(aws.url, read_timeout=0.2))
    ended.set()
    assert isinstance(error, ServiceUnavailable)
    assert error.code == "ReadTimeoutError"


@pytest.mark.parametrize("url", ["localhost:8787", "http://[::1:8787", "http://local host", "8787"])
async def test_an_address_that_is_no_url_names_the_setting(client_of: Callable[..., Client], url: str) -> None:
    error = await failure(client_of(url, region="us-east-1"))
    assert not isinstance(error, ServiceUnavailable)
    assert f"AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL is {url!r}" in str(error)


async def test_a_value_that_boto3_refuses_is_named_without_being_shown(
    aws: Any, client_of: Callable[..., Client]
) -> None:
    with pytest.raises(ServiceError, match=r"content\.rawText") as caught:
        await client_of(aws.url).call(
            "StartPolicyGeneration",
            policyEngineId=ENGINE,
            resource={"arn": "x" * 20},
            content={"rawText": [RULE]},
            name="rule",
        )
    assert RULE not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "retry", "words"),
    [
        (boto.NoCredentialsError(), False, "AWS_ACCESS_KEY_ID"),
        (
            boto.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            False,
            "AWS_SECRET_ACCESS_KEY",
        ),
        (boto.CredentialRetrievalError(provider="custom-process", error_msg="x"), True, "sign in"),
        (boto.TokenRetrievalError(provider="sso", error_msg="Token has expired"), True, "aws sso login"),
        (boto.UnauthorizedSSOTokenError(), True, "aws sso login"),
        (boto.SSOTokenLoadError(error_msg="x"), True, "aws sso login"),
        (boto.ProfileNotFound(profile="nobody"), False, "AWS_PROFILE"),
        (boto.ConfigParseError(path="config"), False, "AWS configuration"),
        (boto.NoRegionError(), False, "AWS_REGION"),
        (boto.InvalidRegionError(region_name="us east 1"), False, "AWS_REGION"),
        (boto.EndpointConnectionError(endpoint_url="http://x"), True, "cannot be reached"),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), True, "in time"),
        (boto.ReadTimeoutError(endpoint_url="http://x"), True, "in time"),
        (boto.ConnectionClosedError(endpoint_url="http://x"), True, "cannot be reached"),
        (boto.ProxyConnectionError(proxy_url="http://x"), True, "proxy"),
        (boto.SSLError(endpoint_url="http://x", error=OSError("x")), False, "AWS_CA_BUNDLE"),
        (boto.HTTPClientError(error="x"), True, "cannot be reached"),
        (ResponseParserError("x"), True, "cannot be read"),
        (boto.MissingDependencyException(msg="install botocore[crt]"), False, "install botocore[crt]"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_error_of_boto3_says_what_to_do(error: Exception, retry: bool, words: str) -> None:
    found = translate(error, "GetPolicy")
    assert words in str(found)
    assert isinstance(found, ServiceUnavailable) is retry
    assert found.code == type(error).__name__


def test_every_error_of_boto3_has_a_row() -> None:
    assert not [
        kind.__name__ for kind in every_subclass(boto.BotoCoreError) if not any(base in BOTO for base in kind.__mro__)
    ]


def test_no_sentence_promises_another_try_which_only_the_workflow_knows() -> None:
    rows = (*SERVICE.values(), *VALIDATION_REASONS.values(), *BOTO.values())
    assert not [row.sentence for row in rows if "again by itself" in row.sentence]


def test_only_what_boto3_cannot_read_is_an_error_of_another_kind() -> None:
    assert row_for(AttributeError("'list' object has no attribute 'get'")) is BOTO[ResponseParserError]
