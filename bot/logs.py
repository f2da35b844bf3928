"""Structured logs on stderr: JSON lines for machines, readable lines for a terminal, and never a token."""

from __future__ import annotations

import hashlib
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# Slack tokens, response and socket URLs (they authorise whoever holds them), AWS keys and signatures.
_SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?:AKIA|ASIA)[A-Z0-9]{12,}|Bearer\s+\S+|Credential=\S+|Signature=\w+"
    r"|https?://hooks\.slack\.com/\S+|wss?://\S+|(?<=ticket=)\w+|/response/\S+"
)
HIDDEN = "[hidden]"


def hide_secrets(value: Any) -> Any:
    """The value with every token, signature and bearer URL in its texts replaced."""
    if isinstance(value, str):
        return _SECRET.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {key: hide_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide_secrets(item) for item in value]
    return value


_PROPOSAL = re.compile(r"\bP-[0-9A-Z]{6,}\b")
_ABOUT = ("proposal", "work", "id")


def trace_id(proposal_id: str) -> str:
    """The id of everything that is done for a proposal, as traces have it: 32 hexadecimal digits."""
    return hashlib.sha256(proposal_id.encode()).hexdigest()[:32]


def _traced(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Give every record that is about a proposal the one trace id of that proposal."""
    for name in _ABOUT:
        if found := _PROPOSAL.search(str(event.get(name) or "")):
            event["trace"] = trace_id(found.group())
            break
    return event


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: hide_secrets(value) for key, value in event.items()}


def configure(level: str = "INFO", *, json_lines: bool | None = None) -> None:
    """Send structlog's and the standard library's records through one pipeline to stderr."""
    as_json = not sys.stderr.isatty() if json_lines is None else json_lines
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _traced,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, repr_native_str=True)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("botocore", "boto3", "urllib3", "aiosqlite", "alembic", "aiohttp.access", "slack_sdk", "slack_bolt"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
