"""Secrets at rest: sealed under the first of some keys, opened with any of them, so that keys can be changed."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingsError

_MAKE = "A key is 32 random bytes in URL-safe base64: `openssl rand -base64 32 | tr '+/' '-_'` prints one."


class Seal:
    """Seals texts of any length. The first key seals; every key opens."""

    def __init__(self, keys: str) -> None:
        """`keys` have commas between. Raises SettingsError when there is none, or one that is no key."""
        names = [key.strip() for key in keys.split(",") if key.strip()]
        if not names:
            raise SettingsError(f"POLICYBOT_SECRET_KEYS is needed to keep tokens of several workspaces. {_MAKE}")
        try:
            found = [Fernet(key) for key in names]
        except ValueError:
            raise SettingsError(f"POLICYBOT_SECRET_KEYS has a key that is none. {_MAKE}") from None
        self._first = found[0]
        self._all = MultiFernet(found)

    def seal(self, text: str) -> str:
        """`text` sealed; an empty one stays empty."""
        return self._all.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """The text. Raises SettingsError when no key opens it."""
        try:
            return self._all.decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            raise SettingsError(
                "A token in the database was sealed with a key that POLICYBOT_SECRET_KEYS does not have. Add that key "
                "after the new one, or have the workspace install the app anew."
            ) from None

    def is_current(self, sealed: str) -> bool:
        """Whether the first key opens it."""
        try:
            return not sealed or bool(self._first.decrypt(sealed.encode()))
        except InvalidToken:
            return False
