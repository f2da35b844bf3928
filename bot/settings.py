"""The settings, read from the environment once. Every name is in the README's table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.addresses import in_the_clear, is_private
from bot.errors import SettingsError

_SLACK_ID = re.compile(r"[UWS][A-Z0-9]+")
"""A user's or a user group's id; a name such as Support is neither."""


def _named(name: str, default: Any = None, description: str = "") -> Any:
    return Field(default=default, validation_alias=AliasChoices(name), description=description)


def _quota(name: str, default: int, what: str) -> Any:
    return Field(default=default, ge=0, validation_alias=AliasChoices(name), description=f"{what}; 0 for any number.")


def _days(name: str, default: float, what: str) -> Any:
    return Field(default=default, gt=0, validation_alias=AliasChoices(name), description=f"{what}.")


class Settings(BaseSettings):
    """What the bot is told by its environment. Unset and empty mean the same."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_ignore_empty=True, case_sensitive=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `read_settings` gives: an environment is read where it is said which one."""
        return (init_settings,)

    slack_bot_token: SecretStr | None = _named("SLACK_BOT_TOKEN", description="Bot token, `xoxb-…`.")
    slack_app_token: SecretStr | None = _named(
        "SLACK_APP_TOKEN", description="App-level token, `xapp-…`, with `connections:write`; set it for Socket Mode."
    )
    slack_signing_secret: SecretStr | None = _named(
        "SLACK_SIGNING_SECRET", description="Signing secret; needed when Slack calls the bot over HTTP."
    )
    slack_config_token: SecretStr | None = _named(
        "SLACK_CONFIG_TOKEN",
        description="An app configuration token, for `policybot doctor` alone: it compares the app with the manifest.",
    )
    slack_client_id: str | None = _named(
        "SLACK_CLIENT_ID", description="The app's client id: many workspaces install it, instead of one bot token."
    )
    slack_client_secret: SecretStr | None = _named("SLACK_CLIENT_SECRET", description="The app's client secret.")
    secret_keys: SecretStr | None = _named(
        "POLICYBOT_SECRET_KEYS",
        description="Keys with commas between, under which tokens of several workspaces are kept; the first one seals.",
    )
    url: str = _named(
        "POLICYBOT_URL", "", "`https://HOST` as people and Slack see the bot, for `/slack/install` and the way back."
    )
    slack_api_url: str = _named(
        "SLACK_API_URL", "https://slack.com/api/", "Slack's Web API, or an embedded workspace's `…/api/`."
    )
    aws_region: str | None = _named("AWS_REGION", description="Region of the policy engine and the gateway.")
    aws_profile: str | None = _named("AWS_PROFILE", description="Profile of the AWS configuration to use.")
    aws_endpoint_url: str | None = _named(
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL", description="Another AgentCore endpoint, such as an embedded one."
    )
    aws_cloudwatch_url: str | None = _named(
        "AWS_ENDPOINT_URL_CLOUDWATCH", description="Another CloudWatch endpoint, such as an embedded one."
    )
    aws_logs_url: str | None = _named(
        "AWS_ENDPOINT_URL_LOGS", description="Another CloudWatch Logs endpoint, such as an embedded one."
    )
    aws_s3_url: str | None = _named(
        "AWS_ENDPOINT_URL_S3", description="Another S3 endpoint, where the schemas of targets are."
    )
    tools_from_gateway: bool = _named(
        "POLICYBOT_TOOLS_FROM_GATEWAY",
        False,
        "`on`: tools that AgentCore's API does not show are read from the gateway itself, with `tools/list`.",
    )
    gateway_token: SecretStr | None = _named(
        "POLICYBOT_GATEWAY_TOKEN",
        description="Bearer token for that, where a gateway checks tokens; sent to the gateway alone.",
    )
    tools_from_s3: bool = _named(
        "POLICYBOT_TOOLS_FROM_S3", False, "`on`: tools whose schema is in S3 are read there, with `s3:GetObject`."
    )
    tools_seconds: float = Field(
        default=300.0,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_TOOLS_SECONDS"),
        description="Seconds for which tools that were read so are kept, unless the gateway changes.",
    )
    database_url: str = _named(
        "POLICYBOT_DATABASE_URL",
        "sqlite:///policybot.db",
        "Where proposals live: `sqlite:///FILE` or `postgresql://…`.",
    )
    config: Path | None = _named(
        "POLICYBOT_CONFIG", description="The routing file (YAML): routes by channel, glossary."
    )
    policy_engine_id: str | None = _named(
        "POLICYBOT_POLICY_ENGINE_ID", description="The policy engine for every channel, without a routing file."
    )
    gateway_arn: str | None = _named(
        "POLICYBOT_GATEWAY_ARN", description="The gateway for every channel, without a routing file."
    )
    approvers: str = _named(
        "POLICYBOT_APPROVERS", "", "Who may approve: user ids and user-group ids with commas between."
    )
    governance: Path | None = _named(
        "POLICYBOT_GOVERNANCE",
        description="A file of Cedar policies that say who may propose, approve and so on, instead of the default.",
    )
    calls: Path | None = _named(
        "POLICYBOT_CALLS",
        description="Recorded calls of the gateway, without a routing file: cards say which would flip.",
    )
    enforcement_mode: Literal["LOG_ONLY", "ACTIVE"] = _named(
        "POLICYBOT_ENFORCEMENT_MODE", "LOG_ONLY", "How an approved policy is created: `LOG_ONLY` or `ACTIVE`."
    )
    validation_mode: Literal["FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"] = _named(
        "POLICYBOT_VALIDATION_MODE",
        "FAIL_ON_ANY_FINDINGS",
        "AgentCore's validation on create: `FAIL_ON_ANY_FINDINGS` or `IGNORE_ALL_FINDINGS`.",
    )
    poll_seconds: float = Field(
        default=3.0,
        gt=0,
        validation_alias=AliasChoices("POLICYBOT_POLL_SECONDS"),
        description="Seconds between two looks at a pending generation or policy.",
    )
    open_per_person: int = _quota("POLICYBOT_OPEN_PER_PERSON", 20, "Open proposals that one person may have")
    open_per_channel: int = _quota("POLICYBOT_OPEN_PER_CHANNEL", 50, "Open proposals that one channel may have")
    open_per_workspace: int = _quota("POLICYBOT_OPEN_PER_WORKSPACE", 200, "Open proposals that there may be")
    minute_per_person: int = _quota("POLICYBOT_MINUTE_PER_PERSON", 5, "Proposals that one person may make in a minute")
    minute_per_channel: int = _quota(
        "POLICYBOT_MINUTE_PER_CHANNEL", 15, "Proposals that a channel may take in a minute"
    )
    minute_per_workspace: int = _quota(
        "POLICYBOT_MINUTE_PER_WORKSPACE", 30, "Proposals that the workspace may make in a minute"
    )
    remind_after: int = _days("POLICYBOT_REMIND_AFTER", 1, "Working days after which those who can decide are reminded")
    remind_most: int = Field(
        default=3,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_REMIND_MOST"),
        description="How often they are reminded, once a working day; 0 for never.",
    )
    expire_days: float = _days("POLICYBOT_EXPIRE_DAYS", 14.0, "Days after which a proposal without a decision ends")
    expire_generated_days: float = _days(
        "POLICYBOT_EXPIRE_GENERATED_DAYS",
        7.0,
        "The same where AgentCore generated the policies, which it deletes after seven days",
    )
    expire_notice_hours: float = Field(
        default=24.0,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_EXPIRE_NOTICE_HOURS"),
        description="Hours before an end at which it is announced in the thread.",
    )
    keep_days: float = Field(
        default=0.0,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_KEEP_DAYS"),
        description="Days for which a proposal of which nothing is in effect is kept after its end; 0 for ever. The "
        "audit record is kept apart, and always.",
    )
    drift_seconds: float = Field(
        default=300.0,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_DRIFT_SECONDS"),
        description="Seconds between two looks at what others change on an engine or its gateway; 0 for none.",
    )
    evidence_seconds: float = Field(
        default=900.0,
        ge=0,
        validation_alias=AliasChoices("POLICYBOT_EVIDENCE_SECONDS"),
        description="Seconds between two looks at what log-only policies would have done; 0 for none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _named(
        "POLICYBOT_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("POLICYBOT_METRICS_PORT"),
        description="Port for `/metrics`, `/healthz` and `/readyz`, which then are on Slack's no more.",
    )
    metrics_host: str = _named("POLICYBOT_METRICS_HOST", "127.0.0.1", "Address to listen on for them.")
    http_host: str = _named("POLICYBOT_HTTP_HOST", "127.0.0.1", "Address to listen on when Slack calls over HTTP.")
    http_port: int = Field(
        default=3000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("POLICYBOT_HTTP_PORT"),
        description="Port to listen on when Slack calls over HTTP.",
    )

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @field_validator("slack_api_url", "aws_endpoint_url", "aws_cloudwatch_url", "aws_logs_url", "aws_s3_url")
    @classmethod
    def _private(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url and not is_private(url):
            raise SettingsError(in_the_clear(_name(str(info.field_name)), url))
        return url

    @property
    def serves_many(self) -> bool:
        """Whether workspaces install the bot, instead of the one whose token is set."""
        return self.slack_bot_token is None and bool(self.slack_client_id or self.slack_client_secret)

    @property
    def approver_users(self) -> tuple[str, ...]:
        """The user ids among the approvers."""
        return tuple(name for name in self._approver_ids if name[0] in "UW")

    @property
    def approver_groups(self) -> tuple[str, ...]:
        """The user-group ids among the approvers."""
        return tuple(name for name in self._approver_ids if name[0] == "S")

    @property
    def _approver_ids(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.approvers.split(",") if part.strip())


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in an environment. Raises SettingsError naming the variable and what to write instead."""
    source = EnvSettingsSource(Settings)
    if environ is not None:
        source.env_vars = {name: value for name, value in environ.items() if value}
    try:
        settings = Settings(**source())
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{first['loc'][0]} cannot be used: {first['msg']}.", name=str(first["loc"][0])) from None
    for name in settings._approver_ids:
        if not _SLACK_ID.fullmatch(name):
            raise SettingsError(
                f"POLICYBOT_APPROVERS has {name!r}: write user ids (U…, W…) and user-group ids (S…), commas between."
            )
    return settings


def setting_names() -> dict[str, str]:
    """Every variable that is read, and what it is for."""
    return {_name(field): info.description or "" for field, info in Settings.model_fields.items()}


def setting_defaults() -> dict[str, str]:
    """What each variable is when it is not set, as Markdown; empty where that is nothing."""
    found = {_name(field): info.default for field, info in Settings.model_fields.items()}
    return {name: f"`{_shown(value)}`" if value not in (None, "") else "" for name, value in found.items()}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _name(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError(f"{field} has no variable")
    return str(alias.choices[0])
