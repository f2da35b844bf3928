"""Every error that policybot raises on purpose.

PolicybotError
├── BadInput              what a person typed, or a file they named, cannot be used (exit 2)
│   ├── GatewayFileError  a gateway file is missing, malformed, or holds nothing usable
│   ├── PolicyError       a Cedar text cannot be parsed or is not one static policy
│   ├── GovernanceError   a text of who may do what cannot be used; each problem with its file and line
│   └── SettingsError     a setting is missing or has a value that cannot be used
├── ServiceError          AgentCore answered, and the answer is not what was asked for
│   └── ServiceUnavailable   AgentCore could not be reached or asked to wait: try again later
├── ChatError             Slack refused a call: not_in_channel, channel_not_found, message_not_found …
│   └── ChatUnavailable   Slack could not be reached, failed, or asked to wait: try again later
├── Refused               a person may not do that, or not any more; shown to them in private
└── StoreError            the database did not take what it was given
    └── StaleWrite        a row changed under the writer, or its lease is gone: stop at once

An error is a key, a sentence with named fields, and the fields. `str(error)` is the sentence a person reads; logs take
`key` and `fields`.
"""

from __future__ import annotations

from typing import ClassVar


class PolicybotError(Exception):
    """Base of the tree. Subclasses set `key`; raise with a sentence and the fields that belong in the log."""

    key: ClassVar[str] = "error"

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields


class BadInput(PolicybotError):
    """What a person typed, or a file they named, cannot be used."""

    key = "bad_input"


class GatewayFileError(BadInput):
    """A gateway file is missing, malformed, or holds nothing usable."""

    key = "gateway_file"


class PolicyError(BadInput):
    """A Cedar text cannot be parsed, or is not exactly one static policy."""

    key = "policy"


class GovernanceError(BadInput):
    """A text of who may do what cannot be used. `problems` are sentences, each with the file and the line."""

    key = "governance"

    def __init__(self, *problems: str, source: str) -> None:
        super().__init__("\n".join(problems), source=source)
        self.problems = problems


class SettingsError(BadInput):
    """A setting is missing or has a value that cannot be used."""

    key = "settings"


class ServiceError(PolicybotError):
    """AgentCore answered, and the answer is not what was asked for. `code` is the service's error code."""

    key = "service"

    def __init__(self, sentence: str, *, code: str = "", **fields: object) -> None:
        super().__init__(sentence, code=code, **fields)
        self.code = code


class ServiceUnavailable(ServiceError):
    """AgentCore could not be reached, failed, or asked to wait: the same call may succeed later."""

    key = "service_unavailable"


class ChatError(PolicybotError):
    """Slack refused a call. `code` is Slack's error code, such as `not_in_channel`."""

    key = "chat"

    def __init__(self, sentence: str, *, code: str = "", **fields: object) -> None:
        super().__init__(sentence, code=code, **fields)
        self.code = code


class ChatUnavailable(ChatError):
    """Slack could not be reached, failed, or asked to wait `retry_after` seconds: the same call may succeed later."""

    key = "chat_unavailable"

    def __init__(self, sentence: str, *, code: str = "", retry_after: float = 0.0, **fields: object) -> None:
        super().__init__(sentence, code=code, retry_after=retry_after, **fields)
        self.retry_after = retry_after


class Refused(PolicybotError):
    """A person may not do that, or not any more; `reason` is one of a closed list (`bot.review.model.Reason`)."""

    key = "refused"

    def __init__(self, sentence: str, *, reason: str, **fields: object) -> None:
        super().__init__(sentence, reason=reason, **fields)
        self.reason = reason


class StoreError(PolicybotError):
    """The database did not take what it was given."""

    key = "store"


class StaleWrite(StoreError):
    """A row changed under the writer, or its lease is gone: stop at once, no further effect."""

    key = "stale_write"
