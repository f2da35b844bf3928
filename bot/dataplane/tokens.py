"""Callers' tokens: JWTs signed and checked with one local key, where AgentCore asks an identity provider."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
from jwt.types import Options

from bot.errors import BadInput, SettingsError
from bot.private import private_folder

log = logging.getLogger(__name__)

ALGORITHM = "HS256"
ISSUER = "policybot"
SUBJECT = "local-user"
"""Who a token is for when its claims do not say."""
_BYTES = 32
_FILE = "controlplane.token-key"


class TokenRefused(Exception):
    """A token that proves nothing: malformed, expired, signed with another key or with none."""


@dataclass(frozen=True)
class TokenKey:
    """A secret that signs tokens and checks them."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(_BYTES), repr=False)

    @classmethod
    def kept(cls, folder: Path | None) -> TokenKey:
        """The key of a data folder, or without one the user's own; made when it is not there. Raises SettingsError."""
        home = folder
        try:
            home = home or _users_folder()
            private_folder(home)
            path = home / _FILE
            if not path.exists():
                _made(path)
            secret = path.read_bytes()
        except (OSError, RuntimeError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or error
            raise SettingsError(
                f"The key of callers' tokens cannot be kept in {home}: {why}.", folder=str(home)
            ) from error
        if len(secret) < _BYTES:
            raise SettingsError(f"{path} is no key for callers' tokens: delete it, and a new one is made.")
        return cls(secret)

    @classmethod
    def shared(cls, folder: Path | None) -> TokenKey:
        """The kept key; where the user has no folder for one, a new key that nobody else can sign with, and a warning.

        Raises SettingsError for a data folder that cannot be used.
        """
        try:
            return cls.kept(folder)
        except SettingsError as error:
            if folder is not None:
                raise
            log.warning("`policybot token` cannot sign for this control plane: %s", error.sentence)
            return cls()

    def sign(self, claims: Mapping[str, Any], now: datetime, seconds: float = 3600) -> str:
        """A token for these claims that holds for so many seconds from `now` on."""
        at = int(now.timestamp())
        whole = {"sub": SUBJECT, "iss": ISSUER, "iat": at, "exp": int(at + seconds), **claims}
        return jwt.encode(whole, self.secret, ALGORITHM)

    def claims(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token. Raises TokenRefused."""
        # PyJWT reads the machine's clock; ours may be moved.
        options: Options = {"require": ["exp", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
        options["verify_aud"] = False
        try:
            found = jwt.decode(token, self.secret, [ALGORITHM], options=options)
        except jwt.InvalidTokenError as error:
            raise TokenRefused(str(error)) from error
        try:
            holds = float(found.get("nbf", 0)) <= now.timestamp() < float(found["exp"])
        except (TypeError, ValueError) as error:
            raise TokenRefused("Its times are no numbers") from error
        if not holds:
            raise TokenRefused("It has expired, or does not hold yet")
        return found


def read_claims(given: list[str]) -> dict[str, str]:
    """Claims typed as NAME=VALUE. Raises BadInput with a sentence."""
    claims = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadInput(f"--claim takes NAME=VALUE, such as role=support-agent, not {text}.")
        if name.strip() in ("exp", "nbf", "iat"):
            raise BadInput(f"--claim cannot set {name.strip()}: say with --seconds how long the token holds.")
        claims[name.strip()] = value
    return claims


def _users_folder() -> Path:
    """The user's folder for state, where commands that share no data folder meet."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "policybot"


def _made(path: Path) -> None:
    """Put a new key where none is, whole at once: another command may look for it at this moment."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
