"""Every error of the service and of boto3 becomes one of ours here, by a table: what a person reads, and whether the
same call may succeed later.

A row with `retry` becomes ServiceUnavailable: the workflow makes the same call again, with the same client token, and
says so. All other rows become ServiceError, which is final. Sentences may repeat what the service said; the fields,
which are logged, never do: they carry the operation, the code, the HTTP status and the request id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from bot.errors import ServiceError, ServiceUnavailable

LONGEST_MESSAGE = 700
LOGIN = "Whoever runs policybot must sign in again (such as with `aws sso login`)."


@dataclass(frozen=True)
class Row:
    """One line of the table. `sentence` may hold {operation}, {message}, {permission} and {status}.

    `reconnect` means that credentials and configuration are read anew before the next call.
    """

    sentence: str
    retry: bool = False
    reconnect: bool = False


THROTTLED = Row("AgentCore asks policybot to slow down.", retry=True)
FAILED = Row("AgentCore failed while answering {operation} ({status}).", retry=True)
REFUSED = Row("AgentCore refused {operation}: {message}")
DENIED = Row(
    "AWS does not let policybot do this: its role needs the permission {permission}. "
    "Ask whoever runs policybot to allow it."
)
EXPIRED = Row(
    "policybot's AWS credentials have expired. " + LOGIN,
    retry=True,
    reconnect=True,
)
BAD_CREDENTIALS = Row(
    "AWS does not accept policybot's credentials. Whoever runs policybot must check AWS_PROFILE or the access key.",
    reconnect=True,
)
BAD_SIGNATURE = Row(
    "AWS does not accept policybot's signature: the secret key is wrong, or the clock of its machine is.",
    reconnect=True,
)
NOT_AGENTCORE = Row(
    "What answers {operation} is not AgentCore ({status}). Check AWS_REGION and "
    "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL."
)
UNREADABLE = Row("AgentCore's answer to {operation} cannot be read.", retry=True)

SERVICE: Mapping[str, Row] = {
    # the service's own, from its model
    "ValidationException": REFUSED,
    "AccessDeniedException": DENIED,
    "ResourceNotFoundException": Row("AgentCore does not have what {operation} needs: {message}"),
    "ConflictException": Row("AgentCore has something there already that is in the way: {message}"),
    "ServiceQuotaExceededException": Row(
        "A quota of AgentCore is used up: {message} Delete what is not needed, or wait; then propose the rule again."
    ),
    "ThrottlingException": THROTTLED,
    "InternalServerException": FAILED,
    # what stands before every AWS service
    "AccessDenied": DENIED,
    "NotAuthorized": DENIED,
    "OptInRequired": Row("The AWS account may not use AgentCore: {message}"),
    "SubscriptionRequiredException": Row("The AWS account may not use AgentCore: {message}"),
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "RequestExpired": BAD_SIGNATURE,
    "RequestTimeTooSkewed": BAD_SIGNATURE,
    "SignatureDoesNotMatch": BAD_SIGNATURE,
    "InvalidSignatureException": BAD_SIGNATURE,
    "IncompleteSignature": BAD_SIGNATURE,
    "IncompleteSignatureException": BAD_SIGNATURE,
    "UnrecognizedClientException": BAD_CREDENTIALS,
    "InvalidClientTokenId": BAD_CREDENTIALS,
    "MissingAuthenticationToken": BAD_CREDENTIALS,
    "MissingAuthenticationTokenException": BAD_CREDENTIALS,
    "Throttling": THROTTLED,
    "TooManyRequestsException": THROTTLED,
    "RequestLimitExceeded": THROTTLED,
    "RequestTimeout": FAILED,
    "RequestTimeoutException": FAILED,
    "ServiceUnavailable": FAILED,
    "ServiceUnavailableException": FAILED,
    "InternalFailure": FAILED,
    "InternalServerError": FAILED,
    "UnknownOperationException": NOT_AGENTCORE,
}

VALIDATION_REASONS: Mapping[str, Row] = {
    "CannotParse": REFUSED,
    "FieldValidationFailed": REFUSED,
    "IdempotentParameterMismatchException": Row(
        "AgentCore got this request before with other contents, and does not do it twice. Propose the rule again."
    ),
    "EventInOtherSession": REFUSED,
    "ResourceConflict": Row("AgentCore has something there already that is in the way: {message}"),
}

_NO_ANSWER = Row("AgentCore does not answer in time.", retry=True)
_UNREACHED = Row("AgentCore cannot be reached.", retry=True)
_PROFILE = Row("{message} Whoever runs policybot must correct AWS_PROFILE or the AWS configuration.", reconnect=True)
_CREDENTIALS = Row(
    "policybot has no AWS credentials. Whoever runs it must set AWS_PROFILE or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY, or give its machine a role.",
    reconnect=True,
)
_REGION = Row("policybot does not know the AWS region. Whoever runs it must set AWS_REGION.", reconnect=True)
_WRONG_REGION = Row("{message} Whoever runs policybot must correct AWS_REGION.", reconnect=True)
_CERTIFICATE = Row("AgentCore's certificate cannot be verified: check proxies, AWS_CA_BUNDLE and the endpoint's URL.")
_BUG = Row("policybot sent a value that boto3 does not accept for {operation}: {message} This is a fault of policybot.")

BOTO: Mapping[type[Exception], Row] = {
    boto.EndpointConnectionError: _UNREACHED,
    boto.ConnectionError: _UNREACHED,
    boto.ConnectionClosedError: _UNREACHED,
    boto.ProxyConnectionError: Row("The proxy on the way to AgentCore cannot be reached.", retry=True),
    boto.ConnectTimeoutError: _NO_ANSWER,
    boto.ReadTimeoutError: _NO_ANSWER,
    boto.HTTPClientError: _UNREACHED,
    boto.ResponseStreamingError: UNREADABLE,
    boto.IncompleteReadError: UNREADABLE,
    ResponseParserError: UNREADABLE,
    boto.SSLError: _CERTIFICATE,
    boto.CapacityNotAvailableError: THROTTLED,
    boto.NoCredentialsError: _CREDENTIALS,
    boto.NoAuthTokenError: _CREDENTIALS,
    boto.PartialCredentialsError: _PROFILE,
    boto.CredentialRetrievalError: Row(
        "policybot's AWS credentials cannot be fetched. " + LOGIN,
        retry=True,
        reconnect=True,
    ),
    boto.MetadataRetrievalError: Row(
        "AWS does not hand out the credentials of policybot's role.", retry=True, reconnect=True
    ),
    boto.TokenRetrievalError: EXPIRED,
    boto.SSOError: EXPIRED,
    boto.LoginError: EXPIRED,
    boto.RefreshWithMFAUnsupportedError: EXPIRED,
    boto.ProfileNotFound: _PROFILE,
    boto.ConfigNotFound: _PROFILE,
    boto.ConfigParseError: _PROFILE,
    boto.InvalidConfigError: _PROFILE,
    boto.NoRegionError: _REGION,
    boto.InvalidRegionError: _WRONG_REGION,
    boto.UnknownRegionError: _WRONG_REGION,
    boto.BaseEndpointResolverError: _WRONG_REGION,
    boto.EndpointProviderError: _WRONG_REGION,
    boto.MissingParametersError: _BUG,
    boto.ValidationError: _BUG,
    boto.ParamValidationError: _BUG,
    boto.BotoCoreError: Row("boto3 cannot call AgentCore: {message}", reconnect=True),
}
"""By class; an exception takes the row of its nearest ancestor."""

_PERMISSION = re.compile(r"\b(?:bedrock-agentcore|iam|kms|s3):[A-Za-z]+\b")
_PARAMETER = re.compile(r"[Pp]arameter (?:in input: )?\"?([\w.\[\]]+)")


def row_for(error: Exception) -> Row:
    """The row of an error that boto3 raised. Anything that is not boto3's own comes of an answer it cannot read."""
    if isinstance(error, boto.ClientError):
        return _row_for_answer(error)
    return next((BOTO[kind] for kind in type(error).__mro__ if kind in BOTO), UNREADABLE)


def translate(error: Exception, operation: str, *, hide: Sequence[str] = ()) -> ServiceError:
    """The ServiceError or ServiceUnavailable for an error that boto3 raised from an operation.

    The texts in `hide` (client tokens) never appear in the sentence.
    """
    row = row_for(error)
    answer: Mapping[str, Any] = error.response if isinstance(error, boto.ClientError) else {}
    about = answer.get("ResponseMetadata", {})
    permission = _permission(answer, operation) if row is DENIED else ""
    status = about.get("HTTPStatusCode", 0)
    sentence = row.sentence.format(
        operation=operation,
        message=_message(error, hide),
        permission=permission,
        status=f"HTTP status {status}" if status else "no HTTP status",
    )
    fields = {
        "operation": operation,
        "status": status,
        "reason": str(answer.get("reason", "")),
        "request_id": str(about.get("RequestId", "")),
        "permission": permission,
        "cause": type(error).__name__,
    }
    kind = ServiceUnavailable if row.retry else ServiceError
    code = str(answer.get("Error", {}).get("Code", "")) or type(error).__name__
    return kind(sentence.strip(), code=code, **{name: value for name, value in fields.items() if value})


def _row_for_answer(error: boto.ClientError) -> Row:
    answer: Mapping[str, Any] = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code == "ValidationException":
        return VALIDATION_REASONS.get(str(answer.get("reason", "")), REFUSED)
    if code in SERVICE:
        return SERVICE[code]
    if status == 429:
        return THROTTLED
    if status >= 500 or status == 408:
        return FAILED
    return NOT_AGENTCORE if code == str(status) else REFUSED


def _permission(answer: Mapping[str, Any], operation: str) -> str:
    """The permission that the service says is missing; without a word of it, the operation's own."""
    said = _PERMISSION.search(str(answer.get("Error", {}).get("Message", "")))
    return said.group() if said else f"bedrock-agentcore:{operation}"


def _message(error: Exception, hide: Sequence[str]) -> str:
    """What the error says, as a sentence fit for a person: no token, no control characters, not too long."""
    if isinstance(error, boto.ParamValidationError):
        names = sorted(set(_PARAMETER.findall(str(error))))
        return f"{', '.join(names)}." if names else ""
    answer: Mapping[str, Any] = error.response if isinstance(error, boto.ClientError) else {}
    said = str(answer.get("Error", {}).get("Message", "") if answer else error).strip()
    if not said:
        return "it gave no reason."
    for text in hide:
        said = said.replace(text, "[hidden]")
    said = "".join(letter for letter in said if letter.isprintable() or letter == "\n")
    if len(said) > LONGEST_MESSAGE:
        said = said[: LONGEST_MESSAGE - 1] + "…"
    return said if said[-1] in ".!?…" else said + "."
